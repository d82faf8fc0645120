"""The program that unpacks a file somebody sent, in a process of its own: `python -m relevo.vision.decoding KIND`.

Decoders are where hostile files do harm. Here one may take so much memory and time and no more, and if it falls it
falls alone. The file comes on the standard input; the answer is a line of JSON, then the pixels of each page that has
any.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from relevo.vision.limits import MOST_PIXELS, PAGES, WORKING_SIDE, Unreadable

if TYPE_CHECKING:
    from PIL.Image import Image

MEMORY = 1024 * 2**20
"""Bytes it may address: sixty million pixels with transparency, twice, and what Python itself takes."""
CPU_SECONDS = 15
_SELF_EXPLANATORY = 20
"""Characters from which a PDF's page tells by itself what stands on it; fewer are a scan's page number."""
_MOST_TEXT = 20_000


class Page(NamedTuple):
    """A page's own words, and its pixels where it has none."""

    text: str
    image: Image | None


def main() -> int:
    _limit()
    try:
        with _bounded():
            frames, pages = _decode(sys.stdin.buffer.read(), sys.argv[1])
    except Unreadable as error:
        sys.stdout.write(json.dumps({"reason": error.reason, "message": str(error)}) + "\n")
        return 0
    told = [{"text": page.text, "size": page.image.size if page.image else None} for page in pages]
    sys.stdout.write(json.dumps({"frames": frames, "pages": told}) + "\n")
    sys.stdout.flush()
    for page in pages:
        if page.image is not None:
            sys.stdout.buffer.write(page.image.tobytes())
    return 0


def _limit() -> None:
    """For this process alone, and for good."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


@contextmanager
def _bounded() -> Iterator[None]:
    try:
        yield
    except MemoryError as error:
        raise Unreadable("too many pixels", "the file needs more memory than it is given") from error


def _decode(data: bytes, kind: str) -> tuple[int, list[Page]]:
    """How many frames or pages there are, and the first of them. Raises Unreadable."""
    return _pdf(data) if kind == "pdf" else _picture(data, kind)


def _picture(data: bytes, kind: str) -> tuple[int, list[Page]]:
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
                return frames, [Page("", _on_white(upright))]
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise Unreadable("broken", f"the {kind.upper()} file is damaged or incomplete: {error}") from error
    except Image.DecompressionBombError as error:
        raise Unreadable("too many pixels", str(error)) from error


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


def _pdf(data: bytes) -> tuple[int, list[Page]]:
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(data)
        return len(document), [_page(document[n]) for n in range(min(len(document), PAGES))]
    except pdfium.PdfiumError as error:
        raise Unreadable("broken", f"the PDF file is damaged, or needs a password: {error}") from error


def _page(page: object) -> Page:
    """A page's words where it has them, which no reader misreads; else a picture of it."""
    text = page.get_textpage().get_text_bounded()[:_MOST_TEXT]  # type: ignore[attr-defined]
    if len(text.strip()) >= _SELF_EXPLANATORY:
        return Page(text, None)
    width, height = page.get_size()  # type: ignore[attr-defined]
    scale = WORKING_SIDE / max(width, height, 1)
    return Page("", page.render(scale=min(scale, 8)).to_pil().convert("RGB"))  # type: ignore[attr-defined]


if __name__ == "__main__":
    sys.exit(main())
