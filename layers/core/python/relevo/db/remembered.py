"""Answers kept for a few seconds by the process that read them, so that many who ask at once cost one reading."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from psycopg import Connection

from relevo import clock
from relevo.db.unit_of_work import Row, UnitOfWork

T = TypeVar("T")


class Remembered(Generic[T]):
    """What was read over a connection, by key, for `seconds`."""

    def __init__(self, seconds: float) -> None:
        self._for = timedelta(seconds=seconds)
        self._kept: WeakKeyDictionary[Connection[Row], dict[Hashable, tuple[datetime, T]]] = WeakKeyDictionary()

    def get(self, uow: UnitOfWork, key: Hashable, read: Callable[[], T]) -> T:
        """The answer to `key`: the kept one while it is young, else what `read` gives."""
        now, kept = clock.now(), self._kept.setdefault(uow.connection, {})
        if key in kept and timedelta(0) <= now - kept[key][0] < self._for:
            return kept[key][1]
        for old in [old for old, (at, _) in kept.items() if not timedelta(0) <= now - at < self._for]:
            del kept[old]
        kept[key] = now, (answer := read())
        return answer

    def forget(self, uow: UnitOfWork) -> None:
        """Read everything anew from now on."""
        self._kept.pop(uow.connection, None)
