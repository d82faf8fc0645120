"""Files in the media bucket: pictures and documents customers send (`media/…`), papers they are sent (`documents/…`),
what is published on social networks (`social/…`).

`bucket()` is the process's; tests and replays put another in its place with `use`.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, BinaryIO, Protocol
from urllib.parse import quote

from relevo import aws
from relevo.errors import NotFound, PermanentError, RetryableError
from relevo.settings import settings

LINK_SECONDS = 300
"""How long a link to a file works, unless asked otherwise."""
_PIECE = 1024 * 1024


class Bucket(Protocol):
    """Where files are kept, by key."""

    def put(self, key: str, source: BinaryIO, mime_type: str) -> None:
        """Keep what is read from `source` to its end. An error `source` raises leaves no file behind and passes
        through. Raises RetryableError when the service cannot take it."""
        ...

    def get(self, key: str, most: int) -> bytes:
        """The file. Raises NotFound, PermanentError when it has more than `most` bytes, RetryableError."""
        ...

    def part(self, key: str, start: int, length: int) -> bytes:
        """So many bytes of the file from `start` on; fewer, or none, at its end. Raises NotFound, RetryableError."""
        ...

    def link(self, key: str, *, filename: str | None = None, inline: bool = True, seconds: int = LINK_SECONDS) -> str:
        """An address anybody who has it can fetch the file from until the seconds are over. It is shown in the browser
        or, not `inline`, saved, under the name given."""
        ...

    def upload_link(self, key: str, mime_type: str, size: int, *, seconds: int = LINK_SECONDS) -> str:
        """An address to which whoever has it can PUT a file of this type and of exactly so many bytes, until the
        seconds are over."""
        ...


class S3:
    """The bucket RELEVO_MEDIA_BUCKET names."""

    def put(self, key: str, source: BinaryIO, mime_type: str) -> None:
        from boto3.exceptions import S3UploadFailedError
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            _client().upload_fileobj(
                source, settings().media_bucket, key, ExtraArgs={"ContentType": mime_type}, Config=_in_pieces()
            )
        except (S3UploadFailedError, BotoCoreError, ClientError) as error:
            raise RetryableError(f"the bucket did not take {key}: {error}") from error

    def get(self, key: str, most: int) -> bytes:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            found = _client().get_object(Bucket=settings().media_bucket, Key=key)
            if found["ContentLength"] > most:
                raise PermanentError(f"{key} has {found['ContentLength']} bytes, more than {most}")
            content: bytes = found["Body"].read()
        except (ClientError, BotoCoreError) as error:
            raise _fault(key, error) from error
        return content

    def part(self, key: str, start: int, length: int) -> bytes:
        from botocore.exceptions import BotoCoreError, ClientError

        asked = f"bytes={start}-{start + length - 1}"
        try:
            found = _client().get_object(Bucket=settings().media_bucket, Key=key, Range=asked)
            content: bytes = found["Body"].read()
        except (ClientError, BotoCoreError) as error:
            if getattr(error, "response", {}).get("Error", {}).get("Code") == "InvalidRange":
                return b""
            raise _fault(key, error) from error
        return content

    def link(self, key: str, *, filename: str | None = None, inline: bool = True, seconds: int = LINK_SECONDS) -> str:
        name = f"; filename*=UTF-8''{quote(filename, safe='')}" if filename else ""
        disposition = ("inline" if inline else "attachment") + name
        return aws.presigned("s3", _address(key), {"response-content-disposition": disposition}, seconds)

    def upload_link(self, key: str, mime_type: str, size: int, *, seconds: int = LINK_SECONDS) -> str:
        headers = {"content-type": mime_type, "content-length": str(size)}
        return aws.presigned("s3", _address(key), {}, seconds, method="PUT", headers=headers)


def _fault(key: str, error: Any) -> Exception:
    if getattr(error, "response", {}).get("Error", {}).get("Code") == "NoSuchKey":
        return NotFound(f"the bucket has no {key}")
    return RetryableError(f"the bucket did not give {key}: {error}")


def _address(key: str) -> str:
    bucket = settings().media_bucket
    if endpoint := os.environ.get("AWS_ENDPOINT_URL"):
        return f"{endpoint.rstrip('/')}/{bucket}/{key}"
    return f"https://{bucket}.s3.{aws.region()}.amazonaws.com/{key}"


@lru_cache(maxsize=1)
def _client() -> Any:
    import boto3

    return boto3.client("s3", region_name=aws.region())


def _in_pieces() -> Any:
    """Eight megabytes at a time, in this thread: a file of a hundred never stands in memory."""
    from boto3.s3.transfer import TransferConfig

    return TransferConfig(multipart_threshold=8 * _PIECE, multipart_chunksize=8 * _PIECE, use_threads=False)


class Pieces(io.RawIOBase):
    """A stream over pieces that come one after the other; nothing but the rest of one is held."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest = pieces, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = piece
        taken = self._rest[: len(buffer)]
        buffer[: len(taken)] = taken
        self._rest = self._rest[len(taken) :]
        return len(taken)


_own: Bucket = S3()
_bucket: Bucket = _own


def bucket() -> Bucket:
    """Where this process keeps files."""
    return _bucket


def use(other: Bucket | None) -> None:
    """Keep files there from now on; None: in S3."""
    global _bucket
    _bucket = other or _own
