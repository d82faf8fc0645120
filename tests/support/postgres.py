"""A real Postgres for tests: one embedded server a session, one database a test that nobody has written to.

Making a database costs a fifth of a second, emptying one a hundredth: what a test gives back is put into the state of
its template again, and handed to the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import LiteralString
from uuid import uuid4

import psycopg

from infra.local.postgres import throw_away
from relevo.db.migrate import migrate

_GROWN = 1.5
"""Times the size of its template from which a database is not worth emptying."""

_REMEMBER: LiteralString = """
DROP SCHEMA IF EXISTS template CASCADE;
CREATE SCHEMA template;
CREATE TABLE template.content (place int GENERATED ALWAYS AS IDENTITY, empty text, fill text);
CREATE TABLE template.size AS SELECT pg_database_size(current_database()) AS bytes;
CREATE TABLE template.counter AS
    SELECT format('%I.%I', schemaname, sequencename) AS name, coalesce(last_value, start_value) AS at,
        last_value IS NOT NULL AS called
    FROM pg_sequences WHERE schemaname <> 'template';
DO $$
DECLARE
    it record;
    filled boolean;
    copy text;
BEGIN
    FOR it IN
        SELECT c.oid::regclass::text AS name, c.oid,
            (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
             WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '') AS columns
        FROM pg_class c WHERE relkind = 'r' AND relnamespace::regnamespace::text !~ '^(pg_|information_schema|template)'
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s)', it.name) INTO filled;
        copy := format('template.%I', 'of_' || it.oid);
        IF filled THEN
            EXECUTE format('CREATE TABLE %s AS TABLE %s', copy, it.name);
        END IF;
        INSERT INTO template.content (empty, fill) VALUES (
            format('DELETE FROM %s', it.name),
            CASE WHEN filled THEN format('INSERT INTO %s (%s) SELECT %2$s FROM %3$s', it.name, it.columns, copy) END
        );
    END LOOP;
END $$
"""
_RESET: LiteralString = """
DO $$
DECLARE
    statement text;
BEGIN
    PERFORM pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend';
    SET LOCAL session_replication_role = replica;
    FOR statement IN SELECT empty FROM template.content LOOP
        EXECUTE statement;
    END LOOP;
    FOR statement IN SELECT fill FROM template.content WHERE fill IS NOT NULL LOOP
        EXECUTE statement;
    END LOOP;
    PERFORM setval(name::regclass, at, called) FROM template.counter;
END $$
"""


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
                self._run(f"DROP DATABASE {each} WITH (FORCE)")
            return
        with psycopg.connect(self.url_of(name), autocommit=True) as connection:
            row = connection.execute(
                "SELECT pg_database_size(current_database()) > %s * bytes FROM template.size", (_GROWN,)
            ).fetchone()
            grown = row is not None and row[0]
            if not grown:
                connection.execute(_RESET)
        if grown:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")
        else:
            self._clean[template].append(name)

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]


@contextmanager
def embedded() -> Iterator[Postgres]:
    """A throw-away server with its template ready."""
    with throw_away() as url:
        yield Postgres(url)
