"""A file somebody sent, opened with care: what it really is, how large it may be, upright, its first frame or page.

Nothing here believes a name or a declared type. What cannot be read ends in an `Unreadable` that says why.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from relevo.errors import PermanentError

if TYPE_CHECKING:
    from PIL.Image import Image

    from relevo.vision.reading import Pixels

MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 60_000_000
"""More is no photo but an attack on memory: a decompression bomb is refused by its header, before it is unpacked."""
WORKING_SIDE = 2000
"""Pixels of the longer side that readers are given; larger pictures are made smaller, text in them stays legible."""

Kind = Literal["jpeg", "png", "webp", "gif", "bmp", "tiff", "heic", "pdf", "unknown"]
Reason = Literal["not a picture", "too large", "too many pixels", "broken", "not supported"]

_SIGNATURES: tuple[tuple[bytes, int, Kind], ...] = (
    (b"\xff\xd8\xff", 0, "jpeg"),
    (b"\x89PNG\r\n\x1a\n", 0, "png"),
    (b"WEBP", 8, "webp"),
    (b"GIF8", 0, "gif"),
    (b"BM", 0, "bmp"),
    (b"II*\x00", 0, "tiff"),
    (b"MM\x00*", 0, "tiff"),
    (b"ftypheic", 4, "heic"),
    (b"ftypheix", 4, "heic"),
    (b"ftypmif1", 4, "heic"),
    (b"ftypavif", 4, "heic"),
    (b"%PDF-", 0, "pdf"),
)


class Unreadable(PermanentError):
    """A file no reader can be given. `reason` is for the state of the attachment, the message for people."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True)
class Picture:
    """Upright pixels in colour, at most `WORKING_SIDE` long; `frames` is how many the file has."""

    pixels: Pixels
    kind: Kind
    frames: int = 1


def kind_of(data: bytes) -> Kind:
    """What the bytes are, by their signature."""
    return next((kind for mark, at, kind in _SIGNATURES if data[at : at + len(mark)] == mark), "unknown")


def open_picture(data: bytes) -> Picture:
    """The picture in these bytes. Raises Unreadable."""
    if len(data) > MOST_BYTES:
        raise Unreadable("too large", f"the file has {len(data) // 2**20} MB; {MOST_BYTES // 2**20} are read")
    kind = kind_of(data)
    if kind == "unknown":
        raise Unreadable("not a picture", "the file is no picture, whatever its name says")
    if kind in ("heic", "pdf"):
        raise Unreadable("not supported", f"{kind.upper()} files are not read; ask for a photo as JPEG or PNG")
    return _decode(data, kind)


def _decode(data: bytes, kind: Kind) -> Picture:
    import numpy as np
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=[kind.upper()]) as image:
                _check_size(image)
                frames = getattr(image, "n_frames", 1) if kind in ("gif", "png", "webp", "tiff") else 1
                image.draft("RGB", (WORKING_SIDE, WORKING_SIDE))
                upright = ImageOps.exif_transpose(image)
                upright.thumbnail((WORKING_SIDE, WORKING_SIDE), Image.Resampling.LANCZOS)
                flat = _on_white(upright)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:
        raise Unreadable("broken", f"the {kind.upper()} file is damaged or incomplete: {error}") from error
    except Image.DecompressionBombError as error:
        raise Unreadable("too many pixels", str(error)) from error
    return Picture(np.asarray(flat), kind, frames)


def _check_size(image: Image) -> None:
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise Unreadable("too many pixels", f"the picture has {width} x {height} pixels; {MOST_PIXELS:,} are read")


def _on_white(image: Image) -> Image:
    """Without transparency: what shows through is white, as on a phone."""
    from PIL import Image as images

    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        own = image.convert("RGBA")
        white = images.new("RGBA", own.size, "white")
        return images.alpha_composite(white, own).convert("RGB")
    return image.convert("RGB")
