"""A real Postgres for tests: one embedded server a session, one freshly cloned database a test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg

from infra.local.postgres import throw_away
from relevo.db.migrate import migrate


class Postgres:
    """An embedded server holding one migrated template that every test's database is cloned from."""

    TEMPLATE = "relevo_template"

    def __init__(self, url: str) -> None:
        self.url = url
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {self.TEMPLATE}")  # type: ignore[arg-type]
        migrate(self.url_of(self.TEMPLATE))

    def url_of(self, name: str) -> str:
        return psycopg.conninfo.make_conninfo(self.url, dbname=name)

    @contextmanager
    def clone(self, of: str | None = None) -> Iterator[str]:
        """The URL of a database of one's own, dropped at the end: a copy of the template, or of the one at `of`."""
        name = f"test_{uuid4().hex[:12]}"
        template = psycopg.conninfo.conninfo_to_dict(of)["dbname"] if of else self.TEMPLATE
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")  # type: ignore[arg-type]
            try:
                yield self.url_of(name)
            finally:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]


@contextmanager
def embedded() -> Iterator[Postgres]:
    """A throw-away server with its template ready."""
    with throw_away() as url:
        yield Postgres(url)
