"""A file somebody sent, opened with care: what it really is, how large it may be, upright, its first frame or pages.

Nothing here believes a name or a declared type, and no decoder runs in this process. What cannot be read ends in an
`Unreadable` that says why.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from relevo.vision.limits import MOST_BYTES, Unreadable

if TYPE_CHECKING:
    from relevo.vision.reading import Pixels

Kind = Literal["jpeg", "png", "webp", "gif", "bmp", "tiff", "heic", "pdf", "unknown"]

SECONDS = 30
"""How long a decoder is waited for."""
_PROGRAM: tuple[str, ...] = ("-S", "-m", "relevo.vision.decoding")
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis")
_SIGNATURES: tuple[tuple[bytes, int, Kind], ...] = (
    (b"\xff\xd8\xff", 0, "jpeg"),
    (b"\x89PNG\r\n\x1a\n", 0, "png"),
    (b"WEBP", 8, "webp"),
    (b"GIF8", 0, "gif"),
    (b"BM", 0, "bmp"),
    (b"II*\x00", 0, "tiff"),
    (b"MM\x00*", 0, "tiff"),
    *((b"ftyp" + brand, 4, "heic") for brand in _HEIF_BRANDS),
    (b"%PDF-", 0, "pdf"),
)
_TOLD_DECODERS = ("PATH", "LD_LIBRARY_PATH", "LANG")
"""What of the environment a decoder is given: no keys, no addresses."""


@dataclass(frozen=True)
class Picture:
    """A picture or a page: upright pixels in colour, at most `WORKING_SIDE` long, or the words a page tells by itself.

    `frames` is how many frames or pages the file has.
    """

    kind: Kind
    frames: int
    pixels: Pixels | None
    text: str = ""


def kind_of(data: bytes) -> Kind:
    """What the bytes are, by their signature."""
    return next((kind for mark, at, kind in _SIGNATURES if data[at : at + len(mark)] == mark), "unknown")


def open_pages(data: bytes) -> list[Picture]:
    """The picture in these bytes, or the first pages of a document. Raises Unreadable."""
    if len(data) > MOST_BYTES:
        raise Unreadable("too large", f"the file has {len(data) // 2**20} MB; {MOST_BYTES // 2**20} are read")
    kind = kind_of(data)
    if kind == "unknown":
        raise Unreadable("not a picture", "the file is no picture, whatever its name says")
    if kind == "heic":
        raise Unreadable("not supported", "HEIC files are not read; ask for a photo as JPEG or PNG")
    told, pixels = _decoded(data, kind)
    if "reason" in told:
        raise Unreadable(told["reason"], told["message"])
    return list(_pages(kind, told, pixels))


def open_picture(data: bytes) -> Pixels:
    """The pixels of the picture in these bytes, or of a document's first page. Raises Unreadable."""
    pixels = open_pages(data)[0].pixels
    if pixels is None:
        raise Unreadable("not a picture", "the page has words of its own, and was not made a picture")
    return pixels


def _decoded(data: bytes, kind: Kind) -> tuple[dict[str, Any], bytes]:
    """What the decoder tells, and the pixels behind it. Raises Unreadable when it fell or took too long."""
    command = [sys.executable, *_PROGRAM, kind]
    env = {name: os.environ[name] for name in _TOLD_DECODERS if name in os.environ}
    env["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    try:
        done = subprocess.run(command, input=data, env=env, capture_output=True, timeout=SECONDS)
    except subprocess.TimeoutExpired as error:
        raise Unreadable("broken", f"the {kind.upper()} file was not unpacked within {SECONDS} s") from error
    if done.returncode != 0:
        last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2][:300]
        raise Unreadable("broken", f"the {kind.upper()} file made its decoder fall ({done.returncode}): {last}")
    head, _, pixels = done.stdout.partition(b"\n")
    told: dict[str, Any] = json.loads(head)
    return told, pixels


def _pages(kind: Kind, told: dict[str, Any], pixels: bytes) -> Any:
    import numpy as np

    begins = 0
    for page in told["pages"]:
        shown = None
        if page["size"] is not None:
            width, height = page["size"]
            shown = np.frombuffer(pixels, np.uint8, height * width * 3, begins).reshape(height, width, 3)
            begins += height * width * 3
        yield Picture(kind, told["frames"], shown, page["text"])
