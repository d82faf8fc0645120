"""The process's connection: opened late, kept between invocations, tested after a pause, replaced when dead."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from urllib.parse import quote

import psycopg
from psycopg.rows import dict_row

from relevo import aws, outbox
from relevo.db.unit_of_work import Row, UnitOfWork
from relevo.errors import InvalidInput
from relevo.settings import settings

T = TypeVar("T")

_PREPARED_AFTER, _PREPARED_MOST = 2, 300
"""A statement run oftener than this is planned once a connection: planning is two thirds of what a short one costs the
database. It ties RDS Proxy's connections to the functions'; the connection budget counts one for each anyway."""

_AFTER_YOU = 0.05
"""Seconds. Who gave way in a deadlock lets the other finish: at once, it would get in the same way again."""

_IDLE_BEFORE_PING = 60.0
"""Seconds. A socket that slept in a frozen Lambda may be dead without knowing; a ping costs 40 µs."""


def url_from_environment() -> str:
    """`DATABASE_URL`, or the one kept in the secret RELEVO_DATABASE_SECRET (`{"url"}`, or RDS's own fields)."""
    if url := os.environ.get("DATABASE_URL"):
        return url
    if not settings().database_secret:
        raise InvalidInput("no database is named: set DATABASE_URL (`make run` prints the laptop's)")
    secret = aws.secret(settings().database_secret)
    if "url" in secret:
        return str(secret["url"])
    host = settings().database_host or secret["host"]
    user, password = quote(secret["username"], safe=""), quote(secret["password"], safe="")
    port, name = secret.get("port", 5432), secret.get("dbname", "relevo")
    return f"postgresql://{user}:{password}@{host}:{port}/{name}?sslmode=require"


class Database:
    """One connection and the units of work done over it, one at a time (a Lambda serves one request at a time)."""

    def __init__(self, url: Callable[[], str]) -> None:
        self._url = url
        self._connection: psycopg.Connection[Row] | None = None
        self._used = 0.0
        self._unpublished: list[outbox.Pending] = []

    def connection(self) -> psycopg.Connection[Row]:
        """A live connection in autocommit mode."""
        connection, idle = self._connection, time.monotonic() - self._used
        if connection is not None and not connection.closed and idle > _IDLE_BEFORE_PING:
            try:
                connection.execute("")
            except psycopg.OperationalError:
                connection.close()
        if connection is None or connection.closed:
            connection = self._connect()
        self._connection, self._used = connection, time.monotonic()
        return connection

    def _connect(self) -> psycopg.Connection[Row]:
        options: dict[str, Any] = {"autocommit": True, "row_factory": dict_row, "connect_timeout": 5}
        options["prepare_threshold"] = _PREPARED_AFTER
        try:
            connection = psycopg.connect(self._url(), **options)
        except psycopg.OperationalError:
            aws.secret.cache_clear()  # the password may have been rotated since this process read it
            connection = psycopg.connect(self._url(), **options)
        connection.prepared_max = _PREPARED_MOST
        return connection

    @contextmanager
    def unit_of_work(self, *, publish: bool = True) -> Iterator[UnitOfWork]:
        """A transaction and the events it makes true.

        `publish=False` leaves the events for `publish_pending`, so that a batch of records publishes once.
        """
        connection = self.connection()
        uow = UnitOfWork(connection)
        with connection.transaction():
            yield uow
            rows = outbox.pending(uow.events)
            outbox.write(connection, rows)
            self.before_commit()
        self.after_commit()
        self._used = time.monotonic()
        self._unpublished += rows
        if publish:
            self.publish_pending()

    def before_commit(self) -> None:
        """Called with everything written and nothing committed. The fault suite crashes here, and in `after_commit`."""

    def after_commit(self) -> None:
        """Called with everything committed and nothing published."""

    def run(self, work: Callable[[UnitOfWork], T], *, publish: bool = True) -> T:
        """Do `work` in a unit of work; once more from the start if the connection died before it committed, or two
        waited for each other and this one was chosen to give way."""
        try:
            with self.unit_of_work(publish=False) as uow:
                result = work(uow)
        except psycopg.OperationalError as error:
            if isinstance(error, psycopg.errors.DeadlockDetected):
                time.sleep(_AFTER_YOU)
            elif self._connection is None or not self._connection.broken:
                raise
            with self.unit_of_work(publish=False) as uow:
                result = work(uow)
        if publish:
            self.publish_pending()
        return result

    def publish_pending(self) -> None:
        """Send what was committed since the last call. What fails stays in the outbox for `relay`."""
        pending, self._unpublished = self._unpublished, []
        if pending:
            outbox.publish(self.connection(), pending)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


_database: Database | None = None


def use(database: Database | None) -> None:
    """Put another database behind `database()`; None goes back to the environment's."""
    global _database
    _database = database


def database() -> Database:
    """The database of this process."""
    global _database
    if _database is None:
        _database = Database(url_from_environment)
    return _database
