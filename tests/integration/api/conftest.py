from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import pytest

from relevo import db
from relevo.db import Database
from tests.support.broker import MemoryMessaging
from tests.support.gateway import request
from tests.support.postgres import Lasting, Postgres


class Api(Protocol):
    def __call__(self, method: str, path: str, **asked: Any) -> dict[str, Any]: ...


@pytest.fixture
def api(database: Database) -> Api:
    """The API's handler, called as API Gateway does."""
    from functions.api.handler import handler

    def call(method: str, path: str, **asked: Any) -> dict[str, Any]:
        return handler(request(method, path, **asked), None)

    return call


@pytest.fixture(scope="module")
def module_url(postgres: Postgres) -> Iterator[str]:
    with postgres.clone() as url:
        yield url


@pytest.fixture
def shared_database(module_url: str, sent: MemoryMessaging) -> Iterator[Database]:
    """One database for the tests of a module that do not mind what the others left in it."""
    opened = Lasting(module_url)
    db.use(opened)
    yield opened
    opened.close()
    db.use(None)
