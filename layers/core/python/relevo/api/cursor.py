"""Where a list goes on: opaque to callers, so that what it is made of may change."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime, timedelta
from uuid import UUID

from relevo.api.requests import invalid
from relevo.runtime.problems import Problem


def encode(last: UUID | None) -> str | None:
    """The cursor behind the last row of a page; nothing when no page follows."""
    return None if last is None else base64.urlsafe_b64encode(last.bytes).decode().rstrip("=")


def decode(cursor: str | None) -> UUID | None:
    """The row again. Raises Problem 422 for what no page ever gave out."""
    if cursor is None:
        return None
    try:
        return UUID(bytes=_bytes(cursor))
    except (ValueError, binascii.Error) as error:
        raise _unknown() from error


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def encode_place(at: datetime, last: UUID) -> str:
    """The cursor of a list ordered by a time that may change, and the row."""
    microseconds = (at - _EPOCH) // timedelta(microseconds=1)
    return base64.urlsafe_b64encode(microseconds.to_bytes(8, "big") + last.bytes).decode().rstrip("=")


def decode_place(cursor: str) -> tuple[datetime, UUID]:
    """Time and row again. Raises Problem 422 for what no page ever gave out."""
    try:
        place = _bytes(cursor)
        return _EPOCH + timedelta(microseconds=int.from_bytes(place[:8], "big")), UUID(bytes=place[8:])
    except (ValueError, OverflowError, binascii.Error) as error:
        raise _unknown() from error


def _bytes(cursor: str) -> bytes:
    return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)


def _unknown() -> Problem:
    return invalid([{"parameter": "cursor", "detail": "is not the `next` of a page"}])
