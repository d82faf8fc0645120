"""A real Postgres for tests: one embedded server a session, one database a test that nobody has written to.

Making a database costs a third of a second, emptying one a few milliseconds: what a test gives back is put into the
state of its template again, and handed to the next. Its connection is handed on too: most of what a new one does is to
read about a hundred tables and their indexes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from copy import copy
from typing import ClassVar, LiteralString
from uuid import uuid4

import psycopg
from psycopg.pq import TransactionStatus

from infra.local.postgres import throw_away
from relevo.db import Database, Row
from relevo.db.migrate import migrate

_GROWN = 4 * 1024 * 1024
"""Bytes by which its tables may have outgrown their template before a database is not worth emptying."""

_REMEMBER: LiteralString = """
DROP SCHEMA IF EXISTS template CASCADE;
CREATE SCHEMA template;
CREATE TABLE template.content (name regclass, size bigint, empty text, changed text, fill text);
CREATE TABLE template.counter AS
    SELECT format('%I.%I', schemaname, sequencename) AS name, coalesce(last_value, start_value) AS at,
        last_value IS NOT NULL AS called
    FROM pg_sequences WHERE schemaname <> 'template';
CREATE TABLE template.kept AS SELECT pg_current_xact_id()::text::bigint AS since;
DO $$
DECLARE
    it record;
    count bigint;
    copy text;
BEGIN
    FOR it IN
        SELECT c.oid::regclass AS name, c.oid,
            (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
             WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '') AS columns
        FROM pg_class c WHERE relkind = 'r' AND relnamespace::regnamespace::text !~ '^(pg_|information_schema|template)'
    LOOP
        EXECUTE format('SELECT count(*) FROM %s', it.name) INTO count;
        copy := format('template.%I', 'of_' || it.oid);
        IF count > 0 THEN
            EXECUTE format('CREATE TABLE %s AS TABLE %s', copy, it.name);
        END IF;
        INSERT INTO template.content (name, size, empty, changed, fill) VALUES (
            it.name,
            pg_relation_size(it.name),
            format('DELETE FROM %s', it.name),
            format('SELECT count(*) <> %s OR bool_or(xmin::text::bigint > $1) FROM %s', count, it.name),
            CASE WHEN count > 0 THEN
                format('INSERT INTO %s (%s) SELECT %2$s FROM %3$s', it.name, it.columns, copy)
            END
        );
    END LOOP;
END $$
"""
"""Rows are changed where there are more or fewer of them, or one was written by a later transaction."""
_RESET: LiteralString = """
DO $$
DECLARE
    it record;
    changed boolean;
BEGIN
    FOR attempt IN 1..5000 LOOP  -- with a time-out of its own it would look once in a tenth of a second
        PERFORM pg_stat_clear_snapshot();
        PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend';
        EXIT WHEN NOT FOUND;
        PERFORM pg_sleep(0.001);
    END LOOP;
    SET LOCAL session_replication_role = replica;  -- no trigger runs, so tables may come in any order
    FOR it IN SELECT content.*, since FROM template.content, template.kept
        WHERE size > 0 OR pg_relation_size(name) > 0
    LOOP
        EXECUTE it.changed INTO changed USING it.since;
        IF changed THEN
            EXECUTE it.empty;
            IF it.fill IS NOT NULL THEN
                EXECUTE it.fill;
            END IF;
        END IF;
    END LOOP;
    PERFORM setval(name::regclass, at, called) FROM template.counter;
    UPDATE template.kept SET since = pg_current_xact_id()::text::bigint;
END $$
"""


class Lasting(Database):
    """A database whose connection, once it is closed between transactions, is the next one's to the same URL."""

    _spare: ClassVar[dict[str, psycopg.Connection[Row]]] = {}

    def __init__(self, url: str) -> None:
        super().__init__(lambda: url)

    def _connect(self) -> psycopg.Connection[Row]:
        if spare := self._spare.pop(self._url(), None):
            try:
                spare.execute("")
                return spare
            except psycopg.OperationalError:  # a test had it killed
                spare.close()
        return super()._connect()

    def close(self) -> None:
        connection = self._connection
        if connection and connection.info.transaction_status is TransactionStatus.IDLE:
            self.hang_up(self._url())
            self._spare[self._url()] = copy(connection)  # what was remembered of the one is news to the other
            del connection.pgconn
            self._connection = None
        super().close()

    @classmethod
    def hang_up(cls, url: str) -> None:
        """Nobody is connected here any more."""
        if spare := cls._spare.pop(url, None):
            spare.close()


class Postgres:
    """An embedded server holding one migrated template that every test's database is a copy of."""

    TEMPLATE = "relevo_template"

    def __init__(self, url: str) -> None:
        self.url = url
        self._clean: dict[str, list[str]] = {}
        """Databases nobody uses, by the template whose state they are in."""
        self._run(f"CREATE DATABASE {self.TEMPLATE}")
        migrate(self.url_of(self.TEMPLATE))

    def url_of(self, name: str) -> str:
        return psycopg.conninfo.make_conninfo(self.url, dbname=name)

    def close(self) -> None:
        for name in {name for clean in self._clean.values() for name in clean}:
            Lasting.hang_up(self.url_of(name))

    @contextmanager
    def clone(self, of: str | None = None) -> Iterator[str]:
        """The URL of a database of one's own: in the state of the template, or of the one at `of` as it is now."""
        template = str(psycopg.conninfo.conninfo_to_dict(of)["dbname"]) if of else self.TEMPLATE
        name = self._take(template)
        try:
            yield self.url_of(name)
        finally:
            self._give_back(name, template)

    def _take(self, template: str) -> str:
        if template not in self._clean:
            self._clean[template] = []
            Lasting.hang_up(self.url_of(template))  # what is copied has no connections
            with psycopg.connect(self.url_of(template), autocommit=True) as connection:
                connection.execute(_REMEMBER)
        if self._clean[template]:
            return self._clean[template].pop()
        name = f"test_{uuid4().hex[:12]}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return name

    def _give_back(self, name: str, template: str) -> None:
        if name in self._clean:  # others are copies of it: nothing resets them to what it becomes
            for each in (*self._clean.pop(name), name):
                self._drop(each)
            return
        with closing(Lasting(self.url_of(name))) as database:
            connection = database.connection()
            size = connection.execute("SELECT sum(pg_relation_size(name) - size) AS grown FROM template.content")
            row = size.fetchone()
            grown = row is not None and row["grown"] > _GROWN
            if not grown:
                connection.execute(_RESET)
        if grown:
            self._drop(name)
        else:
            self._clean[template].append(name)

    def _drop(self, name: str) -> None:
        Lasting.hang_up(self.url_of(name))
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]


@contextmanager
def embedded() -> Iterator[Postgres]:
    """A throw-away server with its template ready."""
    with throw_away() as url, closing(Postgres(url)) as server:
        yield server
