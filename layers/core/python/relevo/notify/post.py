"""POST to an address that people typed in: only where it may go, and what the answer means.

A URL of a webhook is outside input: without a guard it could make Relevo call the machines behind its own walls
(server-side request forgery). So: https only, no address that is not public, the very address that was checked is the
one connected to (a name may resolve differently a moment later), and no redirects.
"""

from __future__ import annotations

import ipaddress
import json
import socket
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from relevo.errors import InvalidInput, PermanentError, RetryableError, Throttled
from relevo.settings import settings

_TIMEOUT = 10.0


class Unsettled(PermanentError):
    """The request went out and no answer came: it may have been accepted, so it is not sent again."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A provider's answer, at most its first thousand characters."""

    status: int
    text: str
    retry_after: float


def guarded(url: str, *, local: bool) -> tuple[SplitResult, str]:
    """The URL's parts and the address to connect to. `local` allows http and private addresses, for a laptop.

    Raises InvalidInput for a URL that must not be called, RetryableError for a name that does not resolve now.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" and not (local and parts.scheme == "http"):
        raise InvalidInput("a webhook's URL must begin with https://")
    if not parts.hostname or parts.username is not None:
        raise InvalidInput("a webhook's URL needs a host, and no user or password")
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except ValueError as error:
        raise InvalidInput(f"a webhook's URL has a port that is none: {error}") from error
    except OSError as error:
        raise RetryableError(f"{parts.hostname} does not resolve: {error}") from error
    addresses = [str(info[4][0]) for info in found]
    if not local and (private := [address for address in addresses if not _is_public(address)]):
        raise InvalidInput(f"{parts.hostname} is at {private[0]}, which is not a public address")
    return parts, addresses[0]


def _is_public(address: str) -> bool:
    parsed = ipaddress.ip_address(address.partition("%")[0])
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return (mapped or parsed).is_global and not parsed.is_multicast


def post(url: str, body: bytes | dict[str, Any], headers: dict[str, str] | None = None) -> Answer:
    """Send JSON and return the answer of a success (2xx).

    Raises Throttled on 429, RetryableError on 5xx and when no connection came about, Unsettled when the answer stayed
    away, PermanentError on anything else, with the provider's words.
    """
    from urllib3.exceptions import HTTPError, NewConnectionError, SSLError, TimeoutError

    parts, address = guarded(url, local=settings().stage == "local")
    payload = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    given = {"Content-Type": "application/json", "User-Agent": "Relevo", "Host": parts.netloc} | (headers or {})
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        with _pool(parts, address) as pool:
            raw = pool.request("POST", target, body=payload, headers=given, redirect=False)
    except (NewConnectionError, SSLError) as error:
        raise RetryableError(f"{parts.hostname} cannot be reached: {error}") from error
    except TimeoutError as error:
        if type(error).__name__ == "ConnectTimeoutError":
            raise RetryableError(f"{parts.hostname} cannot be reached: {error}") from error
        raise Unsettled(
            f"{parts.hostname} did not answer in {_TIMEOUT:.0f} s; it may have accepted the notice"
        ) from error
    except HTTPError as error:
        raise Unsettled(f"{parts.hostname} hung up without an answer; it may have accepted the notice") from error
    text = raw.data[:1000].decode(errors="replace")
    return _judged(str(parts.hostname), Answer(raw.status, text, _seconds(raw.headers.get("Retry-After"))))


def _pool(parts: SplitResult, address: str) -> Any:
    import urllib3

    options: dict[str, Any] = {"timeout": urllib3.Timeout(connect=5, read=_TIMEOUT), "retries": False}
    if parts.scheme == "http":
        return urllib3.HTTPConnectionPool(address, parts.port or 80, **options)
    return urllib3.HTTPSConnectionPool(
        address, parts.port or 443, server_hostname=parts.hostname, assert_hostname=parts.hostname, **options
    )


def _seconds(header: str | None) -> float:
    try:
        return max(float(header or 0), 0.0)
    except ValueError:  # the header may also be a date; the queue's own pause is long enough then
        return 0.0


def _judged(host: str, answer: Answer) -> Answer:
    if 200 <= answer.status < 300:
        return answer
    said = f"{host} answered {answer.status}: {answer.text[:200]}"
    if answer.status == 429:
        raise Throttled(said, answer.retry_after)
    if answer.status >= 500:
        raise RetryableError(said)
    raise PermanentError(said)
