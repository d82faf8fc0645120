"""A circuit breaker: who does not answer is left alone for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from relevo import clock
from relevo.errors import RetryableError


class Open(RetryableError):
    """Not called at all: it failed too often just now."""


class Circuit:
    """Opens after `failures` in a row; after `pause` one call is let through, which closes it or keeps it open.

    It lives in the process, for one caller at a time: each Lambda environment finds out for itself.
    """

    def __init__(self, failures: int, pause: timedelta) -> None:
        self._most, self._pause = failures, pause
        self._failed, self._since = 0, clock.now()

    @property
    def is_open(self) -> bool:
        """Whether a call would be refused now."""
        return self._failed >= self._most and clock.now() < self._since + self._pause

    @contextmanager
    def call(self) -> Iterator[None]:
        """Around a call; a RetryableError counts as a failure, any other outcome as an answer. Raises Open."""
        if self.is_open:
            raise Open("it did not answer several times; it is asked again soon")
        try:
            yield
        except RetryableError:
            self._failed, self._since = self._failed + 1, clock.now()
            raise
        except BaseException:
            self._failed = 0
            raise
        self._failed = 0
