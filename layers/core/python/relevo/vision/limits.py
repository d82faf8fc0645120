"""How much of a file is read, and what is said of one that is not."""

from __future__ import annotations

from typing import Literal

from relevo.errors import PermanentError

MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 60_000_000
"""More is no photo but an attack on memory: a decompression bomb is refused by its header, before it is unpacked."""
WORKING_SIDE = 2000
"""Pixels of the longer side that readers are given; larger pictures are made smaller, text in them stays legible."""
PAGES = 3
"""Pages of a PDF that are read, from the first on."""

Reason = Literal["not a picture", "too large", "too many pixels", "broken", "not supported"]


class Unreadable(PermanentError):
    """A file no reader can be given. `reason` is for the state of the attachment, the message for people."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
