from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from relevo import db, messaging
from relevo.db import Database, UnitOfWork
from tests.support.broker import MemoryMessaging
from tests.support.postgres import Postgres, embedded


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with embedded() as server:
        yield server


@pytest.fixture
def database_url(postgres: Postgres) -> Iterator[str]:
    with postgres.clone() as url:
        yield url


@pytest.fixture
def sent() -> Iterator[MemoryMessaging]:
    """Everything published or queued during the test, in order."""
    memory = MemoryMessaging()
    messaging.use(memory)
    yield memory
    messaging.use(None)


@pytest.fixture
def database(database_url: str, sent: MemoryMessaging) -> Iterator[Database]:
    """The database `relevo.db.database()` answers with during the test."""
    opened = Database(lambda: database_url)
    db.use(opened)
    yield opened
    opened.close()
    db.use(None)


@pytest.fixture
def unit_of_work(database: Database) -> Callable[[], AbstractContextManager[UnitOfWork]]:
    return database.unit_of_work
