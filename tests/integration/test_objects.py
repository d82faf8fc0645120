"""Files in S3: streamed in, read back, linked to; one that breaks off leaves nothing."""

from __future__ import annotations

import io
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import boto3
import httpx
import pytest
from moto.server import ThreadedMotoServer

from relevo import objects
from relevo.errors import NotFound, PermanentError, RetryableError
from relevo.settings import settings

LARGE = 20 * 2**20


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(autouse=True)
def bucket(s3: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[objects.Bucket]:
    for name, value in {
        "AWS_ENDPOINT_URL": s3,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "RELEVO_MEDIA_BUCKET": "relevo-test-media",
    }.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    objects._client.cache_clear()
    boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="relevo-test-media")
    yield objects.bucket()
    objects._client.cache_clear()


@pytest.mark.parametrize("size", [0, 11, LARGE])
def test_what_was_put_is_read_back(bucket: objects.Bucket, size: int) -> None:
    # Given a file that comes in pieces
    pieces = iter([b"x" * (size // 2), b"", b"y" * (size - size // 2)])
    # When it is put
    bucket.put("media/2026/11/a", io.BufferedReader(objects.Pieces(pieces)), "image/jpeg")
    # Then it is there, whole
    assert bucket.get("media/2026/11/a", LARGE) == b"x" * (size // 2) + b"y" * (size - size // 2)


@pytest.mark.parametrize("before", [1, 3])
def test_one_that_breaks_off_leaves_nothing(bucket: objects.Bucket, before: int) -> None:
    # Given a file whose end never comes, small or in several parts
    def pieces() -> Iterator[bytes]:
        for _ in range(before):
            yield b"x" * (5 * 2**20)
        raise PermanentError("too large")

    # When it is put, then its own error comes out
    with pytest.raises(PermanentError, match="too large"):
        bucket.put("media/2026/11/b", io.BufferedReader(objects.Pieces(pieces())), "image/jpeg")
    # And there is no file
    with pytest.raises(NotFound):
        bucket.get("media/2026/11/b", LARGE)


def test_a_file_over_the_limit_is_not_loaded(bucket: objects.Bucket) -> None:
    bucket.put("media/2026/11/c", io.BytesIO(b"x" * 100), "image/jpeg")
    with pytest.raises(PermanentError, match="more than 10"):
        bucket.get("media/2026/11/c", 10)


def test_a_link_leads_to_the_file_for_some_minutes(bucket: objects.Bucket) -> None:
    # Given a file with a name that needs care
    bucket.put("documents/q 1.pdf", io.BytesIO(b"%PDF"), "application/pdf")
    # When somebody without any key follows its link
    link = bucket.link("documents/q 1.pdf", filename='cotización "7".pdf')
    answer = httpx.get(link)
    # Then they have it, under its name, and the link ends
    assert (answer.status_code, answer.content) == (200, b"%PDF")
    assert answer.headers["content-disposition"] == "inline; filename*=UTF-8''cotizaci%C3%B3n%20%227%22.pdf"
    assert parse_qs(urlsplit(link).query)["X-Amz-Expires"] == ["300"]


def test_a_bucket_that_is_away_is_tried_again(bucket: objects.Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELEVO_MEDIA_BUCKET", "relevo-nowhere")
    settings.cache_clear()
    with pytest.raises(RetryableError):
        bucket.put("media/2026/11/d", io.BytesIO(b"x"), "image/jpeg")


def test_a_part_of_a_file_is_read_alone(bucket: objects.Bucket) -> None:
    # Given a file of twenty megabytes
    bucket.put("social/film", io.BytesIO(b"head" + bytes(LARGE) + b"tail"), "video/mp4")
    # When parts of it are asked for, then each comes alone; past the end there is less, or nothing
    assert bucket.part("social/film", 0, 4) == b"head"
    assert bucket.part("social/film", LARGE + 4, 100) == b"tail"
    assert bucket.part("social/film", LARGE + 8, 100) == b""
    with pytest.raises(NotFound):
        bucket.part("social/none", 0, 4)


def test_a_browser_puts_a_file_of_one_type_and_size(bucket: objects.Bucket) -> None:
    # Given an address for a picture of five bytes
    url = bucket.upload_link("social/a.jpg", "image/jpeg", 5, seconds=60)
    # When a browser puts one there
    answer = httpx.put(url, content=b"12345", headers={"content-type": "image/jpeg"})
    # Then it is kept; and the address is signed for that type and that many bytes, and for a minute
    assert answer.status_code == 200 and bucket.get("social/a.jpg", 10) == b"12345"
    signed = parse_qs(urlsplit(url).query)
    assert signed["X-Amz-SignedHeaders"] == ["content-length;content-type;host"]
    assert signed["X-Amz-Expires"] == ["60"]
