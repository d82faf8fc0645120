"""The one source of time. Tests set it; nothing else calls `datetime.now`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta


def _system() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system


def now() -> datetime:
    """The current instant, aware, in UTC."""
    return _source()


@contextmanager
def frozen(instant: datetime) -> Iterator[Callable[[timedelta], None]]:
    """Hold the clock at `instant`; the yielded function moves it on."""
    global _source
    before, held = _source, [instant]

    def advance(by: timedelta) -> None:
        held[0] += by

    _source = lambda: held[0]  # noqa: E731
    try:
        yield advance
    finally:
        _source = before
