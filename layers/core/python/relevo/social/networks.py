"""What each network takes, and what is wrong with a content that it would refuse.

Sources, read in November 2026: developers.facebook.com "Instagram platform > Content publishing" and "IG User > Media",
"Pages API > Posts, Photos, Videos"; developers.tiktok.com "Content Posting API > Media transfer guide". What breaks a
limit is said before anything is scheduled, rather than left for the network to refuse at night.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, get_args
from uuid import UUID

Network = Literal["instagram", "facebook", "tiktok"]
Kind = Literal["text", "image", "carousel", "video"]

NETWORKS: tuple[Network, ...] = get_args(Network)
KINDS: tuple[Kind, ...] = get_args(Kind)

_MEGABYTE = 1024 * 1024
_HASHTAG = re.compile(r"(?<![\w&])#\w+")
_MENTION = re.compile(r"(?<![\w.])@[\w.]+")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a network takes. Ratios are width divided by height, sizes bytes, lengths seconds and characters."""

    kinds: tuple[Kind, ...]
    text: int
    picture_text: int
    """Characters beside pictures, where that differs from beside a video."""
    hashtags: int
    mentions: int
    pictures: int
    """In one carousel; the least is two."""
    picture_types: tuple[str, ...]
    picture_bytes: int
    picture_ratio: tuple[Decimal, Decimal] | None
    video_types: tuple[str, ...]
    video_bytes: int
    video_seconds: tuple[int, int]
    mixed: bool
    """Whether a carousel may hold videos."""

    def text_of(self, kind: Kind) -> int:
        """Characters the text of such a content may have."""
        return self.picture_text if kind in ("image", "carousel") else self.text


_ANY_NUMBER = 10_000
LIMITS: dict[Network, Limits] = {
    "instagram": Limits(
        kinds=("image", "carousel", "video"),
        text=2200,
        picture_text=2200,
        hashtags=30,
        mentions=20,
        pictures=10,
        picture_types=("image/jpeg",),
        picture_bytes=8 * _MEGABYTE,
        picture_ratio=(Decimal("0.8"), Decimal("1.91")),
        video_types=("video/mp4", "video/quicktime"),
        video_bytes=300 * _MEGABYTE,
        video_seconds=(3, 900),
        mixed=True,
    ),
    "facebook": Limits(
        kinds=KINDS,
        text=63206,
        picture_text=63206,
        hashtags=_ANY_NUMBER,
        mentions=_ANY_NUMBER,
        pictures=10,
        picture_types=("image/jpeg", "image/png"),
        picture_bytes=10 * _MEGABYTE,
        picture_ratio=None,
        video_types=("video/mp4", "video/quicktime"),
        video_bytes=1024 * _MEGABYTE,
        video_seconds=(1, 1200),
        mixed=False,
    ),
    "tiktok": Limits(
        kinds=("image", "carousel", "video"),
        text=2200,
        picture_text=4000,
        hashtags=_ANY_NUMBER,
        mentions=_ANY_NUMBER,
        pictures=35,
        picture_types=("image/jpeg", "image/webp"),
        picture_bytes=20 * _MEGABYTE,
        picture_ratio=None,
        video_types=("video/mp4", "video/quicktime", "video/webm"),
        video_bytes=1024 * _MEGABYTE,
        video_seconds=(3, 600),
        mixed=False,
    ),
}

UPLOAD_TYPES: dict[str, tuple[Literal["image", "video"], str, int]] = {
    "image/jpeg": ("image", "jpg", 20 * _MEGABYTE),
    "image/png": ("image", "png", 20 * _MEGABYTE),
    "image/webp": ("image", "webp", 20 * _MEGABYTE),
    "video/mp4": ("video", "mp4", 1024 * _MEGABYTE),
    "video/quicktime": ("video", "mov", 1024 * _MEGABYTE),
}
"""What may be put into the bucket: what it is, how its name ends, how many bytes it may have."""


@dataclass(frozen=True, slots=True)
class File:
    """A picture or video of a content."""

    id: UUID
    storage_key: str
    kind: Literal["image", "video"]
    mime_type: str
    size: int
    width: int
    height: int
    seconds: Decimal | None


@dataclass(frozen=True, slots=True)
class Shortcoming:
    """Why a network would refuse a content. `code` says what, `limit` and `found` how much; `place` is the file's, from
    one on; the sentence is `social.problem.<code>` of the texts."""

    code: str
    limit: str = ""
    found: str = ""
    place: int | None = None

    @property
    def facts(self) -> dict[str, Any]:
        """What the sentence names."""
        return {"limit": self.limit, "found": self.found, "place": self.place or ""}


def length(network: Network, text: str) -> int:
    """How long the network takes the text to be: TikTok counts UTF-16 code units, the others characters."""
    return len(text.encode("utf-16-le")) // 2 if network == "tiktok" else len(text)


def shortcomings(network: Network, kind: Kind, text: str, files: Sequence[File]) -> list[Shortcoming]:
    """Everything the network would refuse the content for; nothing when it can be scheduled."""
    limits = LIMITS[network]
    if kind not in limits.kinds:
        return [Shortcoming("kind", ", ".join(limits.kinds), kind)]
    return [*_of_text(network, limits, kind, text), *_of_number(limits, kind, files), *_of_files(limits, kind, files)]


def _of_text(network: Network, limits: Limits, kind: Kind, text: str) -> Iterator[Shortcoming]:
    allowed, found = limits.text_of(kind), length(network, text)
    if found > allowed:
        yield Shortcoming("text_long", str(allowed), str(found))
    if kind == "text" and not text.strip():
        yield Shortcoming("text_empty")
    hashtags, mentions = len(_HASHTAG.findall(text)), len(_MENTION.findall(text))
    if hashtags > limits.hashtags:
        yield Shortcoming("hashtags", str(limits.hashtags), str(hashtags))
    if mentions > limits.mentions:
        yield Shortcoming("mentions", str(limits.mentions), str(mentions))


def _of_number(limits: Limits, kind: Kind, files: Sequence[File]) -> Iterator[Shortcoming]:
    least, most = {"text": (0, 0), "image": (1, 1), "video": (1, 1), "carousel": (2, limits.pictures)}[kind]
    if len(files) < least:
        yield Shortcoming("files_few", str(least), str(len(files)))
    if len(files) > most:
        yield Shortcoming("files_many", str(most), str(len(files)))


def _of_files(limits: Limits, kind: Kind, files: Sequence[File]) -> Iterator[Shortcoming]:
    for place, file in enumerate(files, start=1):
        wanted = {"image": ("image",), "video": ("video",)}.get(
            kind, ("image", "video") if limits.mixed else ("image",)
        )
        if file.kind not in wanted:
            yield Shortcoming("file_kind", " / ".join(wanted), file.kind, place)
        elif file.kind == "image":
            yield from _of_picture(limits, file, place)
        else:
            yield from _of_video(limits, file, place)


def _of_picture(limits: Limits, file: File, place: int) -> Iterator[Shortcoming]:
    if file.mime_type not in limits.picture_types:
        yield Shortcoming("file_type", _types(limits.picture_types), file.mime_type, place)
    if file.size > limits.picture_bytes:
        yield Shortcoming("file_large", _megabytes(limits.picture_bytes), _megabytes(file.size), place)
    if limits.picture_ratio is not None and file.height:
        ratio = Decimal(file.width) / Decimal(file.height)
        narrow, wide = limits.picture_ratio
        if not narrow - Decimal("0.005") <= ratio <= wide + Decimal("0.005"):
            yield Shortcoming("ratio", f"{narrow} - {wide}", f"{ratio:.2f}", place)


def _of_video(limits: Limits, file: File, place: int) -> Iterator[Shortcoming]:
    if file.mime_type not in limits.video_types:
        yield Shortcoming("file_type", _types(limits.video_types), file.mime_type, place)
    if file.size > limits.video_bytes:
        yield Shortcoming("file_large", _megabytes(limits.video_bytes), _megabytes(file.size), place)
    shortest, longest = limits.video_seconds
    if file.seconds is not None and not shortest <= file.seconds <= longest:
        yield Shortcoming("video_length", f"{shortest} - {longest}", f"{file.seconds:.0f}", place)


def _types(mime_types: tuple[str, ...]) -> str:
    return ", ".join(mime_type.partition("/")[2].upper() for mime_type in mime_types)


def _megabytes(size: int) -> str:
    return f"{size / _MEGABYTE:.0f} MB"
