"""Files over Graph. One a customer sent: ask where it is, and follow within the five minutes the answer is good for.
One of ours: hand it over, and send it by the id it got."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import HTTPError

from relevo.channels.reading import fields, number, text
from relevo.channels.whatsapp.graph import GraphAccount
from relevo.errors import InvalidInput, PermanentError, RetryableError, Throttled

_PIECE = 256 * 1024
_TRUSTED = (".facebook.com", ".fbsbx.com", ".whatsapp.net", ".fbcdn.net")
"""Hosts of Meta's; nobody else is shown the token."""
_GONE = frozenset({100, 131052, 131009})
"""Graph's codes for an id it does not know (any more)."""

_UNFIT = frozenset({131053})
"""Graph's code for a file it cannot use."""

_pool = urllib3.PoolManager(maxsize=2, timeout=urllib3.Timeout(connect=3, read=20), retries=False)


class MediaRefused(InvalidInput):
    """WhatsApp does not take this file: its kind, its size, or what is in it."""


class MediaGone(PermanentError):
    """The channel does not have the file any more, or never had."""


@dataclass(frozen=True)
class RemoteFile:
    """Where a file can be fetched, what Meta says it is, its size in bytes and the hexadecimal SHA-256 of it."""

    url: str
    mime_type: str
    sha256: str
    size: int


def locate(account: GraphAccount, media_id: str) -> RemoteFile:
    """Where the file is, for five minutes. Raises MediaGone, Throttled and RetryableError."""
    url = f"{account.url.rstrip('/')}/{account.version}/{media_id}?phone_number_id={account.phone_number_id}"
    with _get(account, url) as response:
        try:
            told = fields(response.json())
        except ValueError as error:
            raise RetryableError("WhatsApp's answer about a file is no JSON") from error
    if not text(told.get("url")):
        raise RetryableError("WhatsApp's answer about a file names no address")
    return RemoteFile(
        text(told["url"]), text(told.get("mime_type")), text(told.get("sha256")), number(told.get("file_size"))
    )


@contextmanager
def download(account: GraphAccount, file: RemoteFile) -> Iterator[Iterator[bytes]]:
    """The file's content, a piece at a time. Raises PermanentError for an address that is not Meta's, RetryableError
    also while the pieces come."""
    host, own = urlsplit(file.url).hostname or "", urlsplit(account.url).hostname
    if host != own and not f".{host}".endswith(_TRUSTED):
        raise PermanentError(f"WhatsApp says a file is at {host}, which is not Meta's: the token is not shown to it")
    with _get(account, file.url) as response:
        yield _pieces(response)


def upload(account: GraphAccount, content: bytes, mime_type: str, filename: str) -> str:
    """Give WhatsApp a file to be sent; the id it can be sent by, for thirty days.

    Raises MediaRefused for a file WhatsApp does not take, Throttled and RetryableError.
    """
    url = f"{account.url.rstrip('/')}/{account.version}/{account.phone_number_id}/media"
    headers = {"Authorization": f"Bearer {account.token}", "User-Agent": "Relevo"}
    try:
        response = _pool.request(
            "POST",
            url,
            fields={"messaging_product": "whatsapp", "type": mime_type, "file": (filename, content, mime_type)},
            headers=headers,
        )
    except (HTTPError, OSError) as error:
        raise RetryableError(f"WhatsApp's files cannot be reached: {error}") from error
    if response.status != 200:
        raise _refusal(response)
    try:
        media_id = text(fields(response.json()).get("id"))
    except ValueError as error:
        raise RetryableError("WhatsApp's answer about a file is no JSON") from error
    if not media_id:
        raise RetryableError("WhatsApp took a file and named no id")
    return media_id


def _pieces(response: Any) -> Iterator[bytes]:
    try:
        yield from response.stream(_PIECE)
    except (HTTPError, OSError) as error:
        raise RetryableError(f"a file broke off: {error}") from error


@contextmanager
def _get(account: GraphAccount, url: str) -> Iterator[Any]:
    headers = {"Authorization": f"Bearer {account.token}", "User-Agent": "Relevo"}
    try:
        response = _pool.request("GET", url, headers=headers, preload_content=False)
    except (HTTPError, OSError) as error:
        raise RetryableError(f"WhatsApp's files cannot be reached: {error}") from error
    try:
        if response.status != 200:
            raise _refusal(response)
        yield response
    finally:
        response.close()


def _refusal(response: Any) -> Exception:
    try:
        error = fields(fields(response.json()), "error")
    except (ValueError, HTTPError):
        error = {}
    code, title = number(error.get("code")), text(error.get("message")) or f"HTTP {response.status}"
    if code in _GONE:
        return MediaGone(f"{code}: {title}")
    if code in _UNFIT:
        return MediaRefused(f"{code}: {title}")
    if response.status == 429:
        return Throttled(f"{code}: {title}", float(number(response.headers.get("retry-after")) or 60))
    return RetryableError(f"{code or response.status}: {title}")
