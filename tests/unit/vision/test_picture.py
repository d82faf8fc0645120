"""Whatever file is sent ends in a picture or in a clear state; none takes the reader's memory with it."""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
import zlib

import numpy as np
import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from relevo.vision import PAGES, Unreadable, open_pages, open_picture, picture, read_pages
from relevo.vision.limits import WORKING_SIDE


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def png(side: int, channels: int = 3, rows: bytes = b"\0" * 1000) -> bytes:
    """A PNG of a few bytes that says it is as large as that."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", side, side, 8, {3: 2, 4: 6}[channels], 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def paper(*pages: str) -> bytes:
    """A PDF with these words on its pages."""
    file = io.BytesIO()
    canvas = Canvas(file)
    for words in pages:
        canvas.drawString(72, 700, words)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


JPEG = encoded(Image.new("RGB", (640, 480), "white"), "JPEG")


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a text called .jpg", b"hello, I am no picture" * 50, "not a picture"),
        ("nothing", b"", "not a picture"),
        ("a truncated JPEG", JPEG[: len(JPEG) // 2], "broken"),
        ("a decompression bomb", png(30_000), "too many pixels"),
        ("a GIF as large as can be", b"GIF89a\xff\xff\xff\xff\x80\0\0" + bytes(600), "broken"),
        ("what says it is a PDF", b"%PDF-1.7\n" + b"x" * 1000, "broken"),
        ("HEIC", b"\0\0\0\x18ftypheic" + b"\0" * 100, "not supported"),
        ("a burst as HEIC", b"\0\0\0\x18ftypmsf1" + b"\0" * 100, "not supported"),
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
    # Given a file that would unpack to gigabytes, and a decoder with hardly any memory
    # When it is opened, then the header is enough
    assert decoded_with(png(12_000), megabytes=100) == {
        "reason": "too many pixels",
        "message": "the picture has 12000 x 12000 pixels; 60,000,000 are read",
    }


def test_what_needs_more_memory_than_a_decoder_has_ends_in_a_clear_state() -> None:
    # Given a file of some kilobytes that unpacks to fifty megabytes
    side = 3_500
    data = png(side, 4, (b"\0" + b"\x7f" * side * 4) * side)
    assert len(data) < 100_000
    # When it is opened, then it is made smaller, or where there is no room for it the state says so
    assert open_picture(data).shape == (WORKING_SIDE, WORKING_SIDE, 3)
    assert decoded_with(data, megabytes=100)["reason"] == "too many pixels"


def decoded_with(data: bytes, megabytes: int) -> dict[str, str]:
    """What the decoder tells of a file when it may address no more than that."""
    code = f"from relevo.vision import decoding; decoding.MEMORY = {megabytes} * 2**20; decoding.main()"
    done = subprocess.run([sys.executable, "-c", code, "png"], input=data, capture_output=True, check=True)
    told: dict[str, str] = json.loads(done.stdout.partition(b"\n")[0])
    return told


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("import os; os.abort()", "fall"),
        ("from relevo.vision import decoding as d; d.CPU_SECONDS = 1; d._limit(); exec('while True: pass')", "fall"),
        ("import time; time.sleep(60)", "was not unpacked"),
    ],
    ids=["it crashes", "it computes for ever", "it hangs"],
)
def test_a_decoder_that_falls_falls_alone(program: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a file that does such things to its decoder
    monkeypatch.setattr(picture, "_PROGRAM", ("-c", program))
    monkeypatch.setattr(picture, "SECONDS", 5 if said == "fall" else 0.3)
    # When it is opened, then it ends in a clear state, and this process goes on
    with pytest.raises(Unreadable, match=said) as refused:
        open_picture(JPEG)
    assert refused.value.reason == "broken"


def test_a_decoder_is_told_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a process with keys in its environment, and a file that makes its decoder tell what it can see
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setattr(picture, "_PROGRAM", ("-c", "import os; raise SystemExit(' '.join(os.environ))"))
    # When it is opened, then it saw where programs are and no keys
    with pytest.raises(Unreadable, match="PATH") as told:
        open_picture(JPEG)
    assert "AWS" not in str(told.value)


def test_of_a_document_the_first_pages_are_read_by_their_own_words() -> None:
    # Given a PDF of 200 pages, the number on its second
    data = paper("Factura de compra del vehículo", "Número de serie: 3N1CN7AP1GL862310", *["Anexo con términos"] * 198)
    # When it is opened and read
    pages = open_pages(data)
    found = read_pages(pages)
    # Then its first pages were looked at, no letter was guessed, and the number is sure
    assert (len(pages), pages[0].frames, pages[0].pixels) == (PAGES, 200, None)
    assert found.vin is not None
    assert (found.verdict, found.vin.number) == ("told", "3N1CN7AP1GL862310")
    assert {reading.reader for reading in found.readings} == {"pdf"}


def test_a_scanned_page_is_a_picture() -> None:
    # Given a PDF with nothing but a picture on its page
    file = io.BytesIO()
    Image.new("RGB", (400, 200), "navy").save(file, "PDF")
    # When it is opened, then readers get the page as pixels
    (page,) = open_pages(file.getvalue())
    assert page.pixels is not None and max(page.pixels.shape) == WORKING_SIDE
    assert page.pixels[500, 1000].tolist()[2] == 128 and page.pixels[500, 1000, :2].max() < 3


def test_of_an_animation_the_first_frame_is_read() -> None:
    # Given a GIF of ten frames
    frames = [Image.new("RGB", (64, 64), (n * 20, 0, 0)) for n in range(10)]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    # When it is opened
    (first,) = open_pages(data)
    # Then the first frame is there, and how many there are
    assert first.pixels is not None
    assert first.frames == 10 and first.pixels.shape == (64, 64, 3) and first.pixels.max() == 0


def test_a_photo_stands_upright() -> None:
    # Given a photo whose camera was held sideways, as its EXIF says
    image = Image.new("RGB", (40, 20), "black")
    image.putpixel((0, 0), (255, 255, 255))
    exif = Image.Exif()
    exif[0x0112] = 6
    # When it is opened
    pixels = open_picture(encoded(image, "PNG", exif=exif))
    # Then it is turned
    assert pixels.shape[:2] == (40, 20) and pixels[0, -1].tolist() == [255, 255, 255]


def test_what_shows_through_is_white() -> None:
    # Given black letters on nothing
    image = Image.new("RGBA", (10, 10), (0, 0, 0, 0))
    # When it is opened, then the ground is white
    assert np.all(open_picture(encoded(image, "PNG")) == 255)


def test_a_large_picture_is_made_smaller() -> None:
    # Given a photo of today's telephones
    data = encoded(Image.new("RGB", (6000, 4000), "gray"), "JPEG")
    # When it is opened, then readers get a working size
    assert max(open_picture(data).shape) == WORKING_SIDE
