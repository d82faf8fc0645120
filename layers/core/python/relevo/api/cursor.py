"""Where a list goes on: opaque to callers, so that what it is made of may change."""

from __future__ import annotations

import base64
import binascii
from uuid import UUID

from relevo.api.requests import invalid


def encode(last: UUID | None) -> str | None:
    """The cursor behind the last row of a page; nothing when no page follows."""
    return None if last is None else base64.urlsafe_b64encode(last.bytes).decode().rstrip("=")


def decode(cursor: str | None) -> UUID | None:
    """The row again. Raises Problem 422 for what no page ever gave out."""
    if cursor is None:
        return None
    try:
        return UUID(bytes=base64.b64decode(cursor + "==", altchars=b"-_", validate=True))
    except (ValueError, binascii.Error) as error:
        raise invalid([{"parameter": "cursor", "detail": "is not the `next` of a page"}]) from error
