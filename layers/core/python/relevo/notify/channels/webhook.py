"""A company's own endpoint, signed as https://www.standardwebhooks.com lays down.

`Webhook-Signature` is `v1,` and base64 of HMAC-SHA256 over `id.timestamp.body`; the id stays the same when a notice is
tried again, so that the receiver can tell.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json

from relevo import clock
from relevo.errors import InvalidInput
from relevo.notify.notice import Notice
from relevo.notify.post import post
from relevo.notify.targets import Target


def sign(secret: str, notice_id: str, timestamp: int, body: bytes) -> str:
    """The signature. A secret is its own bytes, or base64 after `whsec_`. Raises InvalidInput for broken base64."""
    try:
        key = base64.b64decode(secret[6:], validate=True) if secret.startswith("whsec_") else secret.encode()
    except binascii.Error as error:
        raise InvalidInput("the webhook's secret is not base64 after whsec_") from error
    digest = hmac.new(key, f"{notice_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def send(target: Target, notice: Notice) -> None:
    content = {"subject": notice.subject, "text": notice.text, **notice.facts}
    body = json.dumps(content, ensure_ascii=False).encode()
    timestamp = int(clock.now().timestamp())
    headers = {
        "Webhook-Id": notice.id,
        "Webhook-Timestamp": str(timestamp),
        "Webhook-Signature": sign(str(target.secret), notice.id, timestamp, body),
    }
    post(str(target.url), body, headers)
