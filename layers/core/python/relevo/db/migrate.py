"""Plain SQL migrations, forward only: `migrations/NNNN_name.sql`, each in a transaction of its own.

An advisory lock keeps two runners apart, a checksum keeps an applied file from being edited. The same runner serves the
tests, the laptop and the deployment. A file whose first line is `-- no-transaction` runs statement by statement in
autocommit, for CREATE INDEX CONCURRENTLY.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import psycopg

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_316_545_107


class MigrationError(Exception):
    """A migration cannot be applied; the message names the file and the cause."""


def migrate(url: str, directory: Path = MIGRATIONS) -> list[str]:
    """Apply what is missing, in order; the names of the files applied. Safe to call at any time, by many at once.

    Raises MigrationError when a file fails or an applied file was changed. Nothing of a failed file remains, unless it
    is a `-- no-transaction` one: what ran before the failing statement stays (and an index it left invalid), and the
    next run starts the file from its beginning, so its statements must bear being run twice.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
        connection.execute(
            "CREATE TABLE IF NOT EXISTS public.schema_migration"
            " (name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())"
        )
        rows = connection.execute("SELECT name, checksum FROM public.schema_migration").fetchall()
        applied: dict[str, str] = dict(rows)
        return [file.name for file in sorted(directory.glob("*.sql")) if _apply(connection, file, applied)]


def _apply(connection: psycopg.Connection[tuple[str, str]], file: Path, applied: dict[str, str]) -> bool:
    text = file.read_text(encoding="utf-8")
    checksum = hashlib.sha256(text.encode()).hexdigest()
    if file.name in applied:
        if applied[file.name] != checksum:
            raise MigrationError(
                f"{file.name} was changed after it had been applied; undo that and write a new migration"
            )
        return False
    try:
        if text.startswith("-- no-transaction"):
            for statement in filter(str.strip, text.split(";\n")):
                connection.execute(statement.encode())
            _note(connection, file.name, checksum)
        else:
            with connection.transaction():
                connection.execute(text.encode())
                _note(connection, file.name, checksum)
    except psycopg.Error as error:
        raise MigrationError(f"{file.name} failed: {error}") from error
    return True


def _note(connection: psycopg.Connection[tuple[str, str]], name: str, checksum: str) -> None:
    connection.execute("INSERT INTO public.schema_migration (name, checksum) VALUES (%s, %s)", (name, checksum))
