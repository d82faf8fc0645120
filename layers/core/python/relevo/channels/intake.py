"""The door for Meta's webhooks: handshake, signature, size, and the parts on their way to the queues.

Everything here is paid for at every cold start of the busiest function, so it imports neither pydantic nor a database.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import time
from typing import Any, NamedTuple

from relevo import aws, clock, ids
from relevo.channels.webhook import Part, split
from relevo.errors import RetryableError
from relevo.messaging import Outgoing, messaging

MAX_BODY = 4 * 1024 * 1024
"""Bytes. Meta sends at most about 3 MB in one POST."""
MAX_PART = 900 * 1024
"""Bytes of one queued part, under the queue's 1 MiB. A message has a few thousand, a shared address book far more."""
_REFRESH_EVERY = 60.0
"""Seconds between looks at the secret when signatures fail: a rotation is seen, a flood of forgeries costs nothing."""

_refreshed = 0.0


class Answer(NamedTuple):
    """What Meta is told."""

    status: int
    body: str


def raw_body(event: dict[str, Any]) -> bytes:
    """The bytes as they were signed: API Gateway hands some bodies over in base64."""
    body = event.get("body") or ""
    return base64.b64decode(body) if event.get("isBase64Encoded") else body.encode()


def shake_hands(query: dict[str, str]) -> Answer:
    """Meta's subscription check: the challenge back as it came, if the token is ours. It carries no signature."""
    ours, theirs = str(_secret()["verify_token"]), query.get("hub.verify_token", "")
    if query.get("hub.mode") == "subscribe" and hmac.compare_digest(theirs.encode(), ours.encode()):
        return Answer(200, query.get("hub.challenge", ""))
    return Answer(403, "the verify token is not ours")


def accept(body: bytes, signature: str) -> Answer:
    """Check one POST and queue its parts. 200 only once the queue has them all."""
    if len(body) > MAX_BODY:
        return Answer(413, f"the body is larger than {MAX_BODY} bytes")
    if not _signed(body, signature):
        return Answer(401, "the signature does not match the body")
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        return Answer(400, "the body is no JSON")
    if not isinstance(payload, dict):
        return Answer(400, "the body is no JSON object")
    messages = [_outgoing(part) for part in split(payload)]
    if any(len(message.detail) > MAX_PART for message in messages):
        return Answer(413, f"a part of the payload is larger than {MAX_PART} bytes")
    return _queue(messages)


def _queue(messages: list[Outgoing]) -> Answer:
    """Hand the parts to their lanes, in order. Meta sends the whole payload again unless all of them are safe."""
    try:
        accepted = set[str]()
        for lane in sorted({message.stream for message in messages}):
            accepted |= messaging().send(lane, [message for message in messages if message.stream == lane])
    except RetryableError as error:
        return Answer(503, str(error))
    if len(accepted) < len(messages):
        return Answer(503, f"the queue took {len(accepted)} of {len(messages)} parts")
    return Answer(200, "EVENT_RECEIVED")


def _secret() -> dict[str, Any]:
    return aws.secret(os.environ["RELEVO_META_SECRET"])


def _signed(body: bytes, signature: str) -> bool:
    global _refreshed
    if _matches(body, signature):
        return True
    if signature and time.monotonic() - _refreshed > _REFRESH_EVERY:
        _refreshed = time.monotonic()
        aws.secret.cache_clear()
        return _matches(body, signature)
    return False


def _matches(body: bytes, signature: str) -> bool:
    expected = "sha256=" + hmac.new(str(_secret()["app_secret"]).encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(signature.encode(), expected.encode())


def _outgoing(part: Part) -> Outgoing:
    identity = str(ids.new_id())
    detail = {
        "id": identity,
        "at": clock.now().isoformat(),
        "correlation_id": identity,
        "channel": part.channel,
        "part": part.body,
    }
    return Outgoing(identity, part.lane, "webhook.received", json.dumps(detail), part.group, part.deduplication)
