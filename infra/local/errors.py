"""What keeps the laptop environment from starting, in words that say what to do."""

from __future__ import annotations


class CannotStart(Exception):
    """One line for the person at the terminal: what is wrong and what to do; `detail` is for the curious."""

    def __init__(self, what: str, remedy: str, detail: str = "") -> None:
        super().__init__(f"{what}: {remedy}")
        self.what, self.remedy, self.detail = what, remedy, detail
