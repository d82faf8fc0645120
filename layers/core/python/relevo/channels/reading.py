"""Read from JSON that may have any shape: what is not there, or is not what it should be, is empty."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from relevo import clock


def fields(value: Any, *path: str) -> dict[str, Any]:
    """The object at `path`; empty when anything on the way is no object."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def items(value: Any) -> Iterator[dict[str, Any]]:
    """The objects in a list."""
    return (entry for entry in value if isinstance(entry, dict)) if isinstance(value, list) else iter(())


def text(value: Any) -> str:
    """A string as it is and a whole number as digits, also one written as 2.0; anything else is empty."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, str) else str(value) if type(value) is int else ""


def given(value: Any) -> str | None:
    """`text`, or None when it is empty."""
    return text(value) or None


def number(value: Any) -> int:
    """A whole number, also one written as text; 0 for anything else."""
    digits = text(value)
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else 0


def instant(value: Any, *, milliseconds: bool = False) -> datetime:
    """An instant given as seconds (or milliseconds) since 1970; now, when it is not one."""
    seconds = number(value) / (1000 if milliseconds else 1)
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < 253_402_300_800 else clock.now()
