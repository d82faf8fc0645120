"""UUIDv7 (RFC 9562, section 5.7): identifiers that sort by the time they were made."""

from __future__ import annotations

import hashlib
import os
import threading
from datetime import datetime
from uuid import UUID

from relevo import clock

_lock = threading.Lock()
_last_tick = 0


def new_id() -> UUID:
    """A UUIDv7, strictly increasing within one process.

    48 bits of milliseconds, then 12 bits of sub-millisecond time (method 3 of section 6.2), then 62 random bits.
    """
    global _last_tick
    with _lock:
        tick = max(int(clock.now().timestamp() * 1_000_000) * 4096 // 1000, _last_tick + 1)
        _last_tick = tick
    return _assemble(tick, os.urandom(8))


def derived(at: datetime, name: str) -> UUID:
    """The same UUIDv7 each time for the same instant and name: two reports of one thing are one thing."""
    return _assemble(int(at.timestamp() * 1_000_000) * 4096 // 1000, hashlib.sha256(name.encode()).digest()[:8])


def earliest(at: datetime) -> UUID:
    """Less than every id made after `at`: a bound for finding rows by age."""
    return _assemble(int(at.timestamp() * 1_000_000) * 4096 // 1000, bytes(8))


def _assemble(tick: int, randomness: bytes) -> UUID:
    milliseconds, fraction = tick >> 12, tick & 0xFFF
    random_bits = int.from_bytes(randomness, "big") >> 2
    return UUID(int=milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | random_bits)
