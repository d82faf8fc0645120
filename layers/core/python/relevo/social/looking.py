"""What a picture or a video is, from a few of its bytes: its kind, how wide and high, how long. Nothing is decoded.

A video of a gigabyte is asked for its headers only, wherever they stand in the file.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import NamedTuple

from relevo.errors import InvalidInput

Read = Callable[[int, int], bytes]
"""So many bytes of a file from an offset on; fewer at its end."""

_HEAD = 256 * 1024
_MOST_INDEX = 16 * 1024 * 1024
"""Bytes of a film's index; that of an hour has a few."""
_BRANDS = {b"qt  ": "video/quicktime"}


class Look(NamedTuple):
    """What a file is. Sizes are pixels as they are shown."""

    mime_type: str
    width: int
    height: int
    seconds: Decimal | None


def look(read: Read) -> Look:
    """What the file is. Raises InvalidInput for one that is none of JPEG, PNG, WebP, MP4 and QuickTime, or broken."""
    head = read(0, 32)
    try:
        if head.startswith(b"\x89PNG\r\n\x1a\n"):
            return Look("image/png", *_png(head), None)
        if head.startswith(b"\xff\xd8"):
            return Look("image/jpeg", *_jpeg(read(0, _HEAD)), None)
        if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
            return Look("image/webp", *_webp(read(0, 32)), None)
        if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free"):
            return _film(read, _BRANDS.get(head[8:12], "video/mp4"))
    except (struct.error, IndexError, ValueError) as error:
        raise InvalidInput("the file is broken: its size cannot be read") from error
    raise InvalidInput("the file is none of JPEG, PNG, WebP, MP4 and QuickTime")


def _png(head: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", head[16:24])
    return width, height


def _jpeg(data: bytes) -> tuple[int, int]:
    """Width and height of the first frame, turned as the camera says."""
    at, turned = 2, False
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            raise ValueError("no marker where one must be")
        marker, size = data[at + 1], struct.unpack(">H", data[at + 2 : at + 4])[0]
        if marker == 0xFF:
            at += 1
            continue
        if marker == 0xE1 and data[at + 4 : at + 10] == b"Exif\0\0":
            turned = _orientation(data[at + 10 : at + 2 + size]) >= 5
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return (height, width) if turned else (width, height)
        at += 2 + size
    raise ValueError("no frame in the first part of the file")


def _orientation(tiff: bytes) -> int:
    """How the camera was held, 1 to 8, from 5 on lying on its side; 1 where it does not say."""
    order = "<" if tiff[:2] == b"II" else ">"
    start = struct.unpack(f"{order}I", tiff[4:8])[0]
    (entries,) = struct.unpack(f"{order}H", tiff[start : start + 2])
    for n in range(entries):
        entry = tiff[start + 2 + 12 * n :][:12]
        if struct.unpack(f"{order}H", entry[:2])[0] == 0x0112:
            return int(struct.unpack(f"{order}H", entry[8:10])[0])
    return 1


def _webp(head: bytes) -> tuple[int, int]:
    match head[12:16]:
        case b"VP8X":
            return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
        case b"VP8L":
            bits = int.from_bytes(head[21:25], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8 ":
            width, height = struct.unpack("<HH", head[26:30])
            return width & 0x3FFF, height & 0x3FFF
    raise ValueError("an unknown kind of WebP")


class _Box(NamedTuple):
    kind: bytes
    start: int
    """Where its content begins."""
    end: int


def _film(read: Read, mime_type: str) -> Look:
    index = next((box for box in _boxes_of_file(read) if box.kind == b"moov"), None)
    if index is None or index.end - index.start > _MOST_INDEX:
        raise ValueError("no index")
    data = read(index.start, index.end - index.start)
    top = {box.kind: box for box in _boxes(data, 0, len(data))}
    header = top.get(b"mvhd")
    if header is None:
        raise ValueError("an index without a header")
    sizes = [_shown(data, box) for box in _boxes(data, 0, len(data)) if box.kind == b"trak"]
    width, height = max(sizes, default=(0, 0))
    if not width:
        raise ValueError("no track to be seen")
    return Look(mime_type, width, height, _duration(data[header.start : header.end]))


def _duration(header: bytes) -> Decimal:
    if header[0] == 1:
        scale, units = struct.unpack(">IQ", header[20:32])
    else:
        scale, units = struct.unpack(">II", header[12:20])
    if not scale:
        raise ValueError("a film without a clock")
    return (Decimal(units) / Decimal(scale)).quantize(Decimal("0.001"))


def _shown(data: bytes, track: _Box) -> tuple[int, int]:
    """Width and height of a track as it is shown: a phone held upright turns it by its matrix. (0, 0) for sound."""
    box = next(box for box in _boxes(data, track.start, track.end) if box.kind == b"tkhd")
    header = data[box.start : box.end]
    at = 88 if header[0] == 1 else 76
    width, height = (side >> 16 for side in struct.unpack(">II", header[at : at + 8]))
    across = struct.unpack(">i", header[at - 36 : at - 32])[0]
    return (height, width) if across == 0 else (width, height)


def _boxes_of_file(read: Read) -> Iterator[_Box]:
    at = 0
    while len(head := read(at, 16)) >= 8:
        box = _box(head, 0, at)
        yield box
        at = box.end


def _boxes(data: bytes, start: int, end: int) -> Iterator[_Box]:
    at = start
    while at + 8 <= end:
        box = _box(data[at : at + 16], 0, at)
        yield box
        at = box.end


def _box(head: bytes, offset: int, at: int) -> _Box:
    size, kind = struct.unpack(">I4s", head[offset : offset + 8])
    before = 8
    if size == 1:
        size, before = struct.unpack(">Q", head[offset + 8 : offset + 16])[0], 16
    if size == 0:
        size = 1 << 62
    if size < before:
        raise ValueError("a box shorter than its head")
    return _Box(kind, at + before, at + size)
