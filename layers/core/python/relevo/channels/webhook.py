"""Cut a webhook of Meta's into parts that are queued, ordered and retried on their own.

`intake` runs this at every call, so it imports the standard library and nothing else, and looks no deeper than it
must: whose turn a part is, whom it must stay in order with, and what makes it a repetition. Nothing is judged or
dropped here; what has no known shape becomes a part of its own, whole.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

INBOUND, STATUSES = "inbound", "statuses"

_ITEMS = {
    "messages": "message",
    "message_echoes": "echo",
    "statuses": "status",
    "errors": "error",
    "user_id_update": "user_id_update",
    "calls": "call",
    "state_sync": "state_sync",
}
"""Lists inside a change's `value`, and what one of their entries is called."""

_CHANNELS = {"whatsapp_business_account": "whatsapp", "page": "messenger", "instagram": "instagram"}

_ALLOWED = re.compile(r"[A-Za-z0-9!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~]{1,128}")
"""What SQS takes as MessageGroupId and MessageDeduplicationId."""


_UNSTORABLE = re.compile("[\\x00\ud800-\udfff]")

_DEEPEST = 100
"""Levels of nesting; Meta's own payloads have about ten."""


class Part(NamedTuple):
    """One message, receipt or notice of a webhook.

    `lane` is the ordered queue; `group` and `deduplication` are fit for SQS (at most 128 allowed characters). `body`
    is self-contained: `{"channel", "item", "account", "field", "external_id", "metadata", "contact", "data"}`, where
    `item` says what `data` is and `external_id` is the channel's own id of it, or a digest where it has none.
    """

    lane: str
    group: str
    deduplication: str
    channel: str
    body: dict[str, Any]


def split(payload: Any) -> list[Part]:
    """Every part of a webhook's decoded JSON, in the webhook's order; at least one for anything but an empty list.

    Shapes: developers.facebook.com, "WhatsApp webhooks reference" and "Messenger webhooks reference". Never raises.
    """
    payload = _storable(payload)
    envelope = _object(payload)
    channel = _CHANNELS.get(_text(envelope.get("object")), "meta")
    entries = envelope.get("entry")
    if not isinstance(entries, list):
        return [_part(_Origin(channel, "unknown"), "change", payload)]
    return [part for entry in entries for part in _entry(channel, entry)]


class _Origin(NamedTuple):
    """Where in the webhook a part stood."""

    channel: str
    account: str
    time: str = ""
    """When Meta made the entry; tells a notice that is true a second time from the same one delivered twice."""
    field: str = ""


def _entry(channel: str, entry: Any) -> Iterator[Part]:
    fields = _object(entry)
    origin = _Origin(channel, _text(fields.get("id")) or "unknown", _text(fields.get("time")))
    lists = {name: fields[name] for name in ("changes", "messaging", "standby") if isinstance(fields.get(name), list)}
    if not lists:
        yield _part(origin, "change", entry)
    for change in lists.get("changes", ()):
        yield from _change(origin._replace(field=_text(_object(change).get("field"))), change)
    for name in ("messaging", "standby"):
        for data in lists.get(name, ()):
            yield _messaging(origin._replace(field=name), data)


def _change(origin: _Origin, change: Any) -> Iterator[Part]:
    """The parts of one `{"field", "value"}`: an entry of a known list each, or the change as it is."""
    value = _object(_object(change).get("value"))
    lists = [(item, value[name]) for name, item in _ITEMS.items() if isinstance(value.get(name), list) and value[name]]
    if not lists:
        yield _part(origin, "change", change)
        return
    metadata = _object(value.get("metadata"))
    origin = origin._replace(account=_text(metadata.get("phone_number_id")) or origin.account)
    for item, entries in lists:
        for data in entries:
            contact = _contact(value.get("contacts"), _object(data))
            person = _person(item, _object(data), contact)
            yield _part(origin, item, data, person=person, metadata=metadata, contact=contact)


def _messaging(origin: _Origin, data: Any) -> Part:
    """One entry of Messenger or Instagram: a message, an echo of our own, a receipt, or a postback."""
    fields = _object(data)
    message = _object(fields.get("message"))
    receipt = not message and ("delivery" in fields or "read" in fields)
    echo = bool(message.get("is_echo"))
    person = _object(fields.get("recipient" if echo else "sender"))
    item = "receipt" if receipt else "echo" if echo else "messaging"
    return _part(origin, item, data, person=_text(person.get("id")))


def _part(
    origin: _Origin,
    item: str,
    data: Any,
    *,
    person: str = "",
    metadata: dict[str, Any] | None = None,
    contact: dict[str, Any] | None = None,
) -> Part:
    external_id = _external_id(item, _object(data)) or _digest(json.dumps([origin, data], sort_keys=True))
    body = {
        "channel": origin.channel,
        "item": item,
        "account": origin.account,
        "field": origin.field,
        "external_id": external_id,
        "metadata": metadata or {},
        "contact": contact,
        "data": data,
    }
    return Part(
        lane=STATUSES if item in ("status", "receipt") else INBOUND,
        group=_fit(f"{origin.account}:{person}" if person else origin.account),
        deduplication=_fit(f"{origin.account}:{_repetition(item, _object(data), external_id)}"),
        channel=origin.channel,
        body=body,
    )


def _external_id(item: str, data: dict[str, Any]) -> str:
    """The id the channel gave this, empty where it gives none (errors, calls' steps, notices, watermarks)."""
    if item in ("messaging", "echo") and "message" in data:
        message = _object(data["message"])
        return "" if message.get("is_deleted") else _text(message.get("mid"))
    return _text(data.get("id")) if item in ("message", "echo", "status") else ""


def _repetition(item: str, data: dict[str, Any], external_id: str) -> str:
    """What two deliveries of the same thing share: a message's id; of a status also which one and when."""
    if item == "status":
        return f"{external_id}:{_text(data.get('status'))}:{_text(data.get('timestamp'))}"
    return external_id


def _contact(contacts: Any, data: dict[str, Any]) -> dict[str, Any] | None:
    """The contact this entry speaks of. A batch may list several; a lone one belongs to every entry."""
    known = [contact for contact in contacts if isinstance(contact, dict)] if isinstance(contacts, list) else []
    mentioned = {
        _text(data.get(name))
        for name in ("from", "from_user_id", "to", "to_user_id", "recipient_id", "recipient_user_id", "wa_id")
    } - {""}
    for contact in known:
        if mentioned & {_text(contact.get("wa_id")), _text(contact.get("user_id"))}:
            return contact
    return known[0] if len(known) == 1 and not _contradicts(known[0], data) else None


def _contradicts(contact: dict[str, Any], data: dict[str, Any]) -> bool:
    """Whether a contact is somebody else than the person of this entry, by user id, else by phone.

    Two phones count as different when their last eight digits are: the rest may be an older or newer way to write one.
    """
    users = {_text(data.get(name)) for name in ("from_user_id", "to_user_id", "recipient_user_id")} - {""}
    if users and _text(contact.get("user_id")):
        return _text(contact["user_id"]) not in users
    phones = {_text(data.get(name))[-8:] for name in ("from", "to", "recipient_id")} - {""}
    known = _text(contact.get("wa_id"))[-8:]
    return bool(phones and known) and known not in phones


_PERSON = {
    "message": ("from_user_id", "from"),
    "echo": ("to_user_id", "to"),
    "status": ("recipient_user_id", "recipient_id"),
    "call": ("from_user_id", "from"),
    "user_id_update": ("wa_id",),
}


def _person(item: str, data: dict[str, Any], contact: dict[str, Any] | None) -> str:
    """The customer an entry is about, by the business-scoped id where there is one: a phone may be absent."""
    names = _PERSON.get(item, ())
    if not names:
        return ""
    known = contact or {}
    candidates = (data.get(names[0]), known.get("user_id"), *(data.get(name) for name in names[1:]), known.get("wa_id"))
    return next((text for text in map(_text, candidates) if text), "")


def _storable(value: Any, depth: int = 0) -> Any:
    """The same JSON without what neither SQS nor PostgreSQL can hold: NUL, halves of surrogate pairs, NaN."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if depth == _DEEPEST and isinstance(value, dict | list):
        return "[nested too deeply]"
    if isinstance(value, dict):
        return {_storable(name): _storable(held, depth + 1) for name, held in value.items()}
    return [_storable(held, depth + 1) for held in value] if isinstance(value, list) else value


def _fit(text: str) -> str:
    return text if _ALLOWED.fullmatch(text) else _digest(text)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    """Ids and names as text; Meta writes some of them as numbers."""
    return value if isinstance(value, str) else str(value) if type(value) is int else ""
