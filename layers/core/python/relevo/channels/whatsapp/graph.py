"""Talk to the Graph API: one POST, and its outcome as what the caller has to do."""

from __future__ import annotations

import json
import select
import threading
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from relevo.channels import OutboundMessage
from relevo.channels.reading import fields, items, text
from relevo.channels.whatsapp.errors import PAIR_RATE, AmbiguousSend, SendRejected, Verdict, classify, is_throttle
from relevo.channels.whatsapp.outbound import build
from relevo.errors import RetryableError, Throttled

CONNECT_SECONDS, ANSWER_SECONDS = 3.0, 15.0


@dataclass(frozen=True)
class GraphAccount:
    """A number to send from and how to reach its API."""

    phone_number_id: str
    token: str
    url: str = "https://graph.facebook.com"
    version: str = "v25.0"

    @property
    def messages_url(self) -> str:
        return f"{self.url.rstrip('/')}/{self.version}/{self.phone_number_id}/messages"


def send(account: GraphAccount, message: OutboundMessage, *, attempt: int = 1) -> str:
    """Send a message; the id WhatsApp gave it. `attempt` (from 1) stretches the pause a throttled pair is asked for.

    Raises InvalidInput before any call, Throttled or RetryableError when nothing was sent and later may work,
    SendRejected when it can never work, and AmbiguousSend when nobody knows whether it was sent.
    """
    answer = _post(account, build(message), attempt)
    for sent in items(answer.get("messages")):
        if text(sent.get("id")):
            return text(sent["id"])
    raise AmbiguousSend("WhatsApp answered with success but named no message")


def mark_read_and_type(account: GraphAccount, message_id: str, *, typing: bool = True) -> None:
    """Show the customer two blue ticks up to `message_id` and, with `typing`, that an answer is being written.

    The indicator ends with the answer or after 25 seconds. Raises as `send` does.
    """
    body: dict[str, Any] = {"messaging_product": "whatsapp", "status": "read", "message_id": message_id}
    if typing:
        body["typing_indicator"] = {"type": "text"}
    _post(account, body)


def _post(account: GraphAccount, body: dict[str, Any], attempt: int = 1) -> dict[str, Any]:
    parts = urlsplit(account.messages_url)
    headers = {"Authorization": f"Bearer {account.token}", "Content-Type": "application/json", "User-Agent": "Relevo"}
    try:
        connection = _connected(parts.scheme, parts.netloc)
    except OSError as error:
        raise RetryableError(f"WhatsApp cannot be reached: {error}") from error
    try:
        connection.request("POST", parts.path, json.dumps(body).encode(), headers)
        response = connection.getresponse()
        answer = _json(response.read())
    except (OSError, HTTPException) as error:
        connection.close()
        raise AmbiguousSend(f"the connection to WhatsApp broke after the request: {error!r}") from error
    if response.status == 200:
        return answer
    raise _refusal(response, fields(answer, "error"), attempt)


class _Line(threading.local):
    """The connection this thread used last: a TLS handshake with Meta costs more than the call."""

    to: tuple[str, str] | None = None
    connection: HTTPConnection | None = None


_line = _Line()


def _connected(scheme: str, host: str) -> HTTPConnection:
    """An open connection on which nothing waits to be read. Raises OSError when none comes about."""
    if _line.to != (scheme, host):
        hang_up()
        _line.to = scheme, host
    if _line.connection is None:
        kind = HTTPSConnection if scheme == "https" else HTTPConnection
        _line.connection = kind(host, timeout=CONNECT_SECONDS)
    connection = _line.connection
    if connection.sock is not None and select.select([connection.sock], [], [], 0)[0]:
        connection.close()  # what can be read before a request is the other side's goodbye
    if connection.sock is None:
        connection.connect()
    connection.sock.settimeout(ANSWER_SECONDS)
    return connection


def hang_up() -> None:
    """Close this thread's connection, if there is one; the next call opens another."""
    if _line.connection is not None:
        _line.connection.close()
        _line.connection = None


def _json(body: bytes) -> dict[str, Any]:
    try:
        return fields(json.loads(body))
    except ValueError:
        return {}


def _refusal(response: HTTPResponse, error: dict[str, Any], attempt: int) -> Exception:
    """The exception an answer other than 200 stands for."""
    status = response.status
    code = error["code"] if type(error.get("code")) is int else None
    title, details = text(error.get("message")) or f"HTTP {status}", text(fields(error, "error_data").get("details"))
    verdict = classify(status, code)
    if verdict is Verdict.AMBIGUOUS:
        return AmbiguousSend(f"{title}: a gateway gave up waiting for WhatsApp")
    if verdict is not Verdict.RETRY:
        return SendRejected(verdict, code, title, details)
    if is_throttle(status, code):
        return Throttled(f"{code}: {title}", _pause(response.headers.get("retry-after") or "", code, attempt))
    return RetryableError(f"{code or status}: {title}")


def _pause(header: str, code: int | None, attempt: int) -> float:
    """Seconds to wait: what the answer asks, else Meta's 4^n for a pair that was too fast, else 2^n; at most 15 min."""
    if header.isascii() and header.isdigit():
        return float(min(int(header[:6]), 900))
    base = 4 if code == PAIR_RATE else 2
    return float(min(base ** min(max(attempt, 1), 10), 900))
