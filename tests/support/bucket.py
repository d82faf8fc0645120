"""The media bucket in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO

from relevo.errors import NotFound, PermanentError
from relevo.objects import LINK_SECONDS


@dataclass
class MemoryBucket:
    """Keeps files by key, tells `tell` of each that appears, and makes links that say what they lead to."""

    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    tell: Callable[[str, int], None] | None = None

    def put(self, key: str, source: BinaryIO, mime_type: str) -> None:
        content = source.read()
        self.files[key] = content, mime_type
        if self.tell is not None:
            self.tell(key, len(content))

    def get(self, key: str, most: int) -> bytes:
        if key not in self.files:
            raise NotFound(f"the bucket has no {key}")
        content, _ = self.files[key]
        if len(content) > most:
            raise PermanentError(f"{key} has {len(content)} bytes, more than {most}")
        return content

    def part(self, key: str, start: int, length: int) -> bytes:
        return self.get(key, 2**40)[start : start + length]

    def upload_link(self, key: str, mime_type: str, size: int, *, seconds: int = LINK_SECONDS) -> str:
        return f"https://bucket.example/{key}?put={mime_type}&size={size}&seconds={seconds}"

    def link(self, key: str, *, filename: str | None = None, inline: bool = True, seconds: int = LINK_SECONDS) -> str:
        return f"https://bucket.example/{key}?inline={inline}&seconds={seconds}"
