"""What each network would refuse, said before it is asked; what a file is, from a few of its bytes."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from PIL import Image

from relevo import ids
from relevo.errors import InvalidInput
from relevo.social.looking import look
from relevo.social.networks import File, Kind, Network, shortcomings
from tests.support import publishing


def picture(width: int = 1080, height: int = 1080, *, mime_type: str = "image/jpeg", size: int = 200_000) -> File:
    return File(ids.new_id(), "social/a", "image", mime_type, size, width, height, None)


def video(seconds: int = 20, *, size: int = 5_000_000, mime_type: str = "video/mp4") -> File:
    return File(ids.new_id(), "social/v", "video", mime_type, size, 1080, 1920, Decimal(seconds))


FINE: list[tuple[Network, Kind, list[File]]] = [
    ("instagram", "image", [picture()]),
    ("instagram", "image", [picture(1080, 1350)]),
    ("instagram", "image", [picture(1080, 566)]),
    ("instagram", "carousel", [picture(), video()]),
    ("instagram", "video", [video(900)]),
    ("facebook", "text", []),
    ("facebook", "carousel", [picture(mime_type="image/png")] * 10),
    ("tiktok", "carousel", [picture()] * 35),
    ("tiktok", "video", [video(600)]),
]
REFUSED: list[tuple[Network, Kind, str, list[File], list[str]]] = [
    ("instagram", "text", "hola", [], ["kind"]),
    ("instagram", "image", "x" * 2201, [picture()], ["text_long"]),
    ("instagram", "image", "#a " * 31, [picture()], ["hashtags"]),
    ("instagram", "image", "@ana " * 21, [picture()], ["mentions"]),
    ("instagram", "image", "", [picture(1000, 1300)], ["ratio"]),
    ("instagram", "image", "", [picture(2000, 1000)], ["ratio"]),
    ("instagram", "image", "", [picture(mime_type="image/png")], ["file_type"]),
    ("instagram", "image", "", [picture(size=9 * 2**20)], ["file_large"]),
    ("instagram", "carousel", "", [picture()] * 11, ["files_many"]),
    ("instagram", "video", "", [video(2)], ["video_length"]),
    ("facebook", "text", "  ", [], ["text_empty"]),
    ("facebook", "carousel", "", [picture(), video()], ["file_kind"]),
    ("facebook", "carousel", "", [picture()], ["files_few"]),
    ("tiktok", "text", "hola", [], ["kind"]),
    ("tiktok", "image", "", [picture(mime_type="image/png")], ["file_type"]),
    ("tiktok", "video", "🚗" * 1101, [video()], ["text_long"]),
    ("tiktok", "video", "", [video(601)], ["video_length"]),
]


@pytest.mark.parametrize(("network", "kind", "files"), FINE)
def test_what_a_network_takes_has_no_shortcoming(network: Network, kind: Kind, files: list[File]) -> None:
    assert shortcomings(network, kind, "Nuevas balatas #frenos", files) == []


@pytest.mark.parametrize(("network", "kind", "text", "files", "codes"), REFUSED)
def test_what_a_network_would_refuse_is_named(
    network: Network, kind: Kind, text: str, files: list[File], codes: list[str]
) -> None:
    assert [found.code for found in shortcomings(network, kind, text, files)] == codes


@pytest.mark.parametrize(("form", "mime_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")])
def test_a_picture_is_what_it_is(form: str, mime_type: str) -> None:
    # Given a picture as a program writes it
    written = io.BytesIO()
    Image.new("RGB", (640, 480), "teal").save(written, form)
    content = written.getvalue()
    # When it is looked at, then its type and its size are its own
    assert look(lambda start, size: content[start : start + size])[:3] == (mime_type, 640, 480)


def test_a_photo_of_a_phone_on_its_side_is_upright() -> None:
    # Given a photo whose camera was turned
    exif, written = Image.Exif(), io.BytesIO()
    exif[0x0112] = 6
    Image.new("RGB", (640, 480)).save(written, "JPEG", exif=exif)
    content = written.getvalue()
    # Then it is as wide as it is shown
    assert look(lambda start, size: content[start : start + size])[1:3] == (480, 640)


@pytest.mark.parametrize(("turned", "size"), [(False, (1080, 1920)), (True, (1920, 1080))])
def test_a_film_is_read_by_its_index_alone(turned: bool, size: tuple[int, int]) -> None:
    # Given a film of fifty megabytes whose index stands at its end
    content, read = publishing.mp4(42, size=50_000_000, turned=turned), list[int]()

    def part(start: int, length: int) -> bytes:
        read.append(length)
        return content[start : start + length]

    # When it is looked at, then a few hundred bytes told its size and its length
    assert look(part) == ("video/mp4", *size, Decimal("42.000"))
    assert sum(read) < 2000


@pytest.mark.parametrize("content", [b"", b"GIF89a" + bytes(40), b"\xff\xd8\xff\xe0\x00", b"\x00\x00\x00\x08ftypisom"])
def test_what_is_none_of_them_or_broken_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidInput):
        look(lambda start, size: content[start : start + size])
