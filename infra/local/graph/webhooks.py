"""What Meta posts to a webhook: the envelope, its bytes and their signature."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Number:
    """A business's number, as webhooks name it."""

    phone_number_id: str
    display: str = "15550000000"
    business_account: str = "102290129340398"

    @property
    def metadata(self) -> Json:
        return {"display_phone_number": self.display, "phone_number_id": self.phone_number_id}


@dataclass(frozen=True)
class Person:
    """A customer, as webhooks name one: a phone, a business-scoped user id, or both."""

    phone: str | None = None
    name: str = ""
    user_id: str | None = None
    username: str | None = None

    @property
    def contact(self) -> Json:
        profile = {"name": self.name} | ({"username": self.username} if self.username else {})
        return {"profile": profile} | _given(wa_id=self.phone, user_id=self.user_id)

    @property
    def sender(self) -> Json:
        return _given(**{"from": self.phone, "from_user_id": self.user_id})

    @property
    def recipient(self) -> Json:
        return _given(recipient_id=self.phone, recipient_user_id=self.user_id)


def _given(**fields: Any) -> Json:
    return {name: value for name, value in fields.items() if value is not None}


def new_wamid(phone: str = "") -> str:
    """A message id of the form Meta's have: base64 of the customer's number and random bytes."""
    raw = (
        b"\x1d\x18"
        + phone.encode()[:15]
        + b"\x15\x02\x00\x11\x18\x12"
        + secrets.token_hex(9).upper().encode()
        + b"\x00"
    )
    return "wamid." + base64.b64encode(raw).decode()


def envelope(number: Number, value: Json, field: str = "messages") -> Json:
    """One change, wrapped as Meta wraps it; `messages` carry the number's metadata."""
    told = {"messaging_product": "whatsapp", "metadata": number.metadata, **value}
    return batch(number, [{"value": told, "field": field}])


def batch(number: Number, changes: list[Json]) -> Json:
    """Several changes of one business account in one POST."""
    return {"object": "whatsapp_business_account", "entry": [{"id": number.business_account, "changes": changes}]}


def message(person: Person, kind: str, block: Any, *, id: str, timestamp: int, **more: Any) -> Json:
    """One entry of `messages`: `block` is what stands under the message's type; `more` is context, referral…"""
    return {**person.sender, "id": id, "timestamp": str(timestamp), "type": kind, kind: block, **more}


def inbound(number: Number, person: Person, kind: str, block: Any, *, id: str, timestamp: int, **more: Any) -> Json:
    """The whole webhook of one customer's message."""
    entry = message(person, kind, block, id=id, timestamp=timestamp, **more)
    return envelope(number, {"contacts": [person.contact], "messages": [entry]})


def status(person: Person, state: str, *, id: str, timestamp: int, opaque: str | None = None, **more: Any) -> Json:
    """One entry of `statuses`; those before `failed` carry conversation and price, as Meta's do."""
    entry: Json = {"id": id, "status": state, "timestamp": str(timestamp), **person.recipient}
    if state in ("sent", "delivered"):
        entry["conversation"] = {"id": hashlib.md5(id.encode()).hexdigest(), "origin": {"type": "service"}}
    if state in ("sent", "delivered", "read"):
        entry["pricing"] = {"billable": True, "pricing_model": "PMP", "category": "service", "type": "regular"}
    return entry | _given(biz_opaque_callback_data=opaque) | more


def serialize(payload: Json) -> bytes:
    """The bytes Meta would post: compact, non-ASCII and slashes escaped. A body parsed and written again differs."""
    return json.dumps(payload, separators=(",", ":")).replace("/", "\\/").encode()


def sign(body: bytes, app_secret: str) -> str:
    """The value of `X-Hub-Signature-256` over these bytes."""
    return "sha256=" + hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()
