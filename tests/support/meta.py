"""Meta's side of the wire: webhooks as WhatsApp sends them, signed."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
from base64 import b64encode
from datetime import datetime
from typing import Any

from relevo import clock

APP_SECRET = "test-app-secret"
ACCESS_TOKEN = "test-access-token"
SECRET = json.dumps({"app_secret": APP_SECRET, "verify_token": "test-verify-token", "access_token": ACCESS_TOKEN})
NUMBER = "100000000000001"
CUSTOMER = "5215510000102"

_serial = itertools.count(1)


def text_message(
    body: str, *, sender: str = CUSTOMER, wamid: str | None = None, at: datetime | None = None
) -> dict[str, Any]:
    """A text as it stands in `messages[]`."""
    identity = wamid or f"wamid.test{next(_serial):06}"
    stamp = str(int((at or clock.now()).timestamp()))
    return {"from": sender, "id": identity, "timestamp": stamp, "type": "text", "text": {"body": body}}


def webhook(*messages: dict[str, Any], number: str = NUMBER, name: str = "Bruno Díaz", **value: Any) -> dict[str, Any]:
    """A webhook with these messages; `statuses=[…]` and other lists of the value as keywords."""
    senders = dict.fromkeys(message["from"] for message in messages if "from" in message)
    contacts = [{"profile": {"name": name}, "wa_id": sender} for sender in senders]
    return {
        "object": "whatsapp_business_account",
        "entry": [
            {
                "id": "200000000000001",
                "changes": [
                    {
                        "field": "messages",
                        "value": {
                            "messaging_product": "whatsapp",
                            "metadata": {"display_phone_number": "525510000001", "phone_number_id": number},
                            **({"contacts": contacts} if contacts else {}),
                            **({"messages": list(messages)} if messages else {}),
                            **value,
                        },
                    }
                ],
            }
        ],
    }


def sign(body: bytes, secret: str = APP_SECRET) -> str:
    """The value of `X-Hub-Signature-256`."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def base64(body: bytes) -> str:
    """A body as API Gateway hands over what it takes for binary."""
    return b64encode(body).decode()


def post(payload: dict[str, Any] | bytes, *, secret: str = APP_SECRET) -> dict[str, Any]:
    """The API Gateway event of a signed `POST /webhooks/meta`."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return {
        "version": "2.0",
        "rawPath": "/webhooks/meta",
        "headers": {"content-type": "application/json", "x-hub-signature-256": sign(body, secret)},
        "requestContext": {"http": {"method": "POST", "path": "/webhooks/meta"}},
        "body": body.decode("utf-8", "surrogateescape"),
        "isBase64Encoded": False,
    }


def get(query: dict[str, str]) -> dict[str, Any]:
    """The API Gateway event of Meta's handshake."""
    return {
        "version": "2.0",
        "rawPath": "/webhooks/meta",
        "headers": {},
        "queryStringParameters": query,
        "requestContext": {"http": {"method": "GET", "path": "/webhooks/meta"}},
    }


def status(
    wamid: str, state: str, *, opaque: str | None = None, at: datetime | None = None, **more: Any
) -> dict[str, Any]:
    """A status as it stands in `statuses[]`."""
    stamp = str(int((at or clock.now()).timestamp()))
    return {
        "id": wamid,
        "status": state,
        "timestamp": stamp,
        "recipient_id": CUSTOMER,
        **({"biz_opaque_callback_data": opaque} if opaque else {}),
        **more,
    }


def echo(body: str) -> dict[str, Any]:
    """The webhook of a message that a person of the company wrote to the customer in the phone app."""
    message = text_message(body, sender="525510000001") | {"to": CUSTOMER}
    payload = webhook(message_echoes=[message])
    payload["entry"][0]["changes"][0]["field"] = "smb_message_echoes"
    return payload
