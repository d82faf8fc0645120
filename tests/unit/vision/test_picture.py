"""Whatever file is sent ends in a picture or in a clear state; none takes the reader's memory with it."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zlib

import numpy as np
import pytest
from PIL import Image

from relevo.vision import Unreadable, open_picture
from relevo.vision.picture import WORKING_SIDE


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def bomb(side: int) -> bytes:
    """A PNG of a few bytes that says it is enormous."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


JPEG = encoded(Image.new("RGB", (640, 480), "white"), "JPEG")


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a text called .jpg", b"hello, I am no picture" * 50, "not a picture"),
        ("nothing", b"", "not a picture"),
        ("a truncated JPEG", JPEG[: len(JPEG) // 2], "broken"),
        ("a decompression bomb", bomb(30_000), "too many pixels"),
        ("a PDF", b"%PDF-1.7\n" + b"x" * 1000, "not supported"),
        ("HEIC", b"\0\0\0\x18ftypheic" + b"\0" * 100, "not supported"),
        ("a hundred megabytes", b"\xff\xd8\xff" + bytes(100 * 2**20), "too large"),
        ("a script with a GIF's head", b"GIF89a<script>alert(1)</script>", "broken"),
    ],
)
def test_bad_input_ends_in_a_clear_state(name: str, data: bytes, reason: str) -> None:
    # When it is opened, then it is refused with its reason
    with pytest.raises(Unreadable) as refused:
        open_picture(data)
    assert refused.value.reason == reason


def test_a_bomb_is_refused_by_its_header() -> None:
    # Given a file that would unpack to gigabytes
    data = bomb(30_000)
    # When it is opened
    tracemalloc.start()
    with pytest.raises(Unreadable):
        open_picture(data)
    # Then hardly any memory was asked for
    assert tracemalloc.get_traced_memory()[1] < 5 * 2**20
    tracemalloc.stop()


def test_of_an_animation_the_first_frame_is_read() -> None:
    # Given a GIF of ten frames
    frames = [Image.new("RGB", (64, 64), (n * 20, 0, 0)) for n in range(10)]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    # When it is opened
    picture = open_picture(data)
    # Then the first frame is there, and how many there are
    assert picture.frames == 10 and picture.pixels.shape == (64, 64, 3) and picture.pixels.max() == 0


def test_a_photo_stands_upright() -> None:
    # Given a photo whose camera was held sideways, as its EXIF says
    image = Image.new("RGB", (40, 20), "black")
    image.putpixel((0, 0), (255, 255, 255))
    exif = Image.Exif()
    exif[0x0112] = 6
    # When it is opened
    picture = open_picture(encoded(image, "PNG", exif=exif))
    # Then it is turned
    assert picture.pixels.shape[:2] == (40, 20) and picture.pixels[0, -1].tolist() == [255, 255, 255]


def test_what_shows_through_is_white() -> None:
    # Given black letters on nothing
    image = Image.new("RGBA", (10, 10), (0, 0, 0, 0))
    # When it is opened, then the ground is white
    assert np.all(open_picture(encoded(image, "PNG")).pixels == 255)


def test_a_large_picture_is_made_smaller() -> None:
    # Given a photo of today's telephones
    data = encoded(Image.new("RGB", (6000, 4000), "gray"), "JPEG")
    # When it is opened, then readers get a working size
    assert max(open_picture(data).pixels.shape) == WORKING_SIDE
