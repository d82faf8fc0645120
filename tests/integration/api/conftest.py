from __future__ import annotations

from typing import Any, Protocol

import pytest

from relevo.db import Database
from tests.support.gateway import request


class Api(Protocol):
    def __call__(self, method: str, path: str, **asked: Any) -> dict[str, Any]: ...


@pytest.fixture
def api(database: Database) -> Api:
    """The API's handler, called as API Gateway does."""
    from functions.api.handler import handler

    def call(method: str, path: str, **asked: Any) -> dict[str, Any]:
        return handler(request(method, path, **asked), None)

    return call
