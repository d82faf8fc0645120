"""Steps with their times, on the terminal."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console


class Progress:
    """Shows what is being done while it is done, and how long it took."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(stderr=True, highlight=False)
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Time what happens inside; the line gets its mark when it is over."""
        start = time.monotonic()
        with self.console.status(f"{title} …"):
            try:
                yield
            except BaseException:
                self._line("[red]✗[/]", title, start)
                raise
        self._line("[green]✓[/]", title, start)

    def _line(self, mark: str, title: str, start: float) -> None:
        self.seconds[title] = time.monotonic() - start
        self.console.print(f" {mark} {title:<58}{self.seconds[title]:6.1f} s")


class Silent(Progress):
    """Says nothing; for tests."""

    def __init__(self) -> None:
        super().__init__(Console(quiet=True))
