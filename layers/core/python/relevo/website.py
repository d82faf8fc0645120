"""A built web application handed to browsers by a Lambda: API Gateway's request (payload 2.0) in, a file out.

Names with a hash in them never change and are kept for a year; the page itself is asked for each time, and carries a
nonce of its own for the style elements the application makes. Nothing else may run, style or be called.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

PAGE = "index.html"
NONCE = "__NONCE__"
"""Where the page wants its nonce."""
ASSETS = "assets"
"""The folder of files with a hash in their names."""
_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mp3": "audio/mpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
"""Said here, because Python's own table is that of the machine it runs on."""
_COMPRESSED_BY_ITSELF = {".ico", ".jpg", ".mp3", ".png", ".webp", ".woff2"}
_WORTH_COMPRESSING = 1024
"""Bytes."""
_SECURITY = {
    "strict-transport-security": "max-age=63072000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cross-origin-opener-policy": "same-origin",
}
_NOT_BUILT = """<!doctype html><html lang="en"><title>Relevo</title><h1>The console is not built</h1>
<p>This deployment was made without it. <code>make run</code> and <code>make deploy</code> build it first.</p></html>
"""


class _File(NamedTuple):
    content: bytes
    compressed: bytes | None
    kind: str
    tag: str


def _origin(url: str) -> str:
    """What a content security policy calls the address, with a space before it; nothing for none."""
    parts = urlsplit(url)
    return f" {parts.scheme}://{parts.netloc}" if url else ""


class Website:
    """The files of one folder under one path. `socket_url` and `files_url` are the only other addresses its pages may
    call, the latter the only one they may show sound and documents from; pictures of products are wherever a catalogue
    links to."""

    def __init__(self, folder: Path, path: str, socket_url: str = "", files_url: str = "") -> None:
        self._folder, self._path = folder.resolve(), path
        self._socket, self._files = _origin(socket_url), _origin(files_url)
        # On a laptop files and pictures of products come from loopback, without TLS.
        self._pictures = " https:" + (" http://127.0.0.1:*" if files_url.startswith("http:") else "")
        self._read = lru_cache(maxsize=None)(_read)

    def answer(self, event: dict[str, Any]) -> dict[str, Any]:
        """The answer to a request: a file, the page for every address inside the application, or 404."""
        asked: str = event["rawPath"]
        if asked in ("/", f"{self._path}/"):
            return _answer(308, headers={"location": self._path})
        if asked == self._path:
            return self._page(event)
        if not asked.startswith(f"{self._path}/"):
            return _answer(404, b"Nothing answers here.")
        name = asked.removeprefix(f"{self._path}/")
        if "." not in name.rpartition("/")[2] and not name.startswith(f"{ASSETS}/"):
            return self._page(event)
        file = self._file(name)
        if file is None or name == PAGE:
            return _answer(404, b"There is no such file.")
        lasting = "public, max-age=31536000, immutable" if name.startswith(f"{ASSETS}/") else "no-cache"
        if event["headers"].get("if-none-match") == file.tag:
            return _answer(304, headers={"cache-control": lasting, "etag": file.tag})
        return _sent(event, file, {"cache-control": lasting, "etag": file.tag})

    def _file(self, name: str) -> _File | None:
        """The file of this name; nothing outside the folder, wherever a name or a link points."""
        if "\0" in name:
            return None
        path = (self._folder / name).resolve()
        return self._read(path) if path.is_relative_to(self._folder) and path.is_file() else None

    def _page(self, event: dict[str, Any]) -> dict[str, Any]:
        page = self._file(PAGE)
        nonce = secrets.token_urlsafe(18)
        headers = {"cache-control": "no-cache", "content-security-policy": self._policy(nonce)}
        if page is None:
            return _answer(503, _NOT_BUILT.encode(), {**headers, "content-type": "text/html; charset=utf-8"})
        content = page.content.replace(NONCE.encode(), nonce.encode())
        return _sent(event, page._replace(content=content, compressed=gzip.compress(content, 6)), headers)

    def _policy(self, nonce: str) -> str:
        return "; ".join(
            (
                "default-src 'self'",
                "script-src 'self'",
                f"style-src 'self' 'nonce-{nonce}'",
                f"connect-src 'self'{self._socket}{self._files}",
                f"img-src 'self' data: blob:{self._pictures}{self._files}",
                f"media-src 'self' blob:{self._files}",
                "object-src 'none'",
                "base-uri 'none'",
                "form-action 'self'",
                "frame-ancestors 'none'",
            )
        )


def _read(path: Path) -> _File:
    content = path.read_bytes()
    worth_it = path.suffix not in _COMPRESSED_BY_ITSELF and len(content) >= _WORTH_COMPRESSING
    return _File(
        content,
        gzip.compress(content, 9) if worth_it else None,
        _KINDS.get(path.suffix, "application/octet-stream"),
        f'"{hashlib.sha256(content).hexdigest()[:32]}"',
    )


def _sent(event: dict[str, Any], file: _File, headers: dict[str, str]) -> dict[str, Any]:
    headers = {**headers, "content-type": file.kind, "vary": "accept-encoding"}
    if file.compressed is not None and "gzip" in event["headers"].get("accept-encoding", ""):
        return _answer(200, file.compressed, {**headers, "content-encoding": "gzip"})
    return _answer(200, file.content, headers)


def _answer(status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> dict[str, Any]:
    said = {"content-type": "text/plain; charset=utf-8", **_SECURITY, **(headers or {})}
    return {
        "statusCode": status,
        "headers": said,
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }
