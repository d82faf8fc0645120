"""Parse one part of a WhatsApp webhook.

Shapes: developers.facebook.com, "WhatsApp > Webhooks reference" (v25). Whatever has another shape is kept all the same:
a message as kind `unsupported`, anything else as an `AccountEvent` with its raw content.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from relevo.channels import (
    AccountEvent,
    IdentityChange,
    InboundMessage,
    Kind,
    Media,
    Parsed,
    Sender,
    StatusChange,
    StatusError,
)
from relevo.channels.phones import digits
from relevo.channels.reading import fields, given, instant, items, number, text


@dataclass(frozen=True)
class _Content:
    """What one message holds, before who sent it and when."""

    kind: Kind
    text: str = ""
    media: tuple[Media, ...] = ()
    about: str | None = None
    """The message it reacts to, edits or revokes."""
    identity_change: IdentityChange | None = None
    attested_phone: str | None = None


_UNSUPPORTED = _Content("unsupported")


def parse(body: dict[str, Any]) -> Parsed:
    """What a part made by `webhook.split` says. Never raises.

    A message has an id and a sender with a user id or a phone; one that names nobody comes back as an `AccountEvent`.
    """
    item, data = text(body.get("item")), fields(body, "data")
    if item in ("message", "echo"):
        return _message(body, data, is_echo=item == "echo")
    if item == "status" and given(data.get("id")) and given(data.get("status")):
        return _status(body, data)
    return _account_event(body, kind=item, change=_user_id_update(data) if item == "user_id_update" else None)


def _message(body: dict[str, Any], data: dict[str, Any], *, is_echo: bool) -> Parsed:
    content = _content(data)
    sender = _sender(body, data, "to" if is_echo else "from", content.identity_change)
    if not sender.user_id and not sender.phone:
        return _account_event(body, kind="message", change=content.identity_change)
    return InboundMessage(
        channel="whatsapp",
        account_id=text(body.get("account")),
        external_id=text(body.get("external_id")),
        sender=sender,
        sent_at=instant(data.get("timestamp")),
        kind=content.kind,
        text=content.text,
        media=content.media,
        context_external_id=content.about or given(fields(data, "context").get("id")),
        referral=fields(data, "referral") or None,
        identity_change=content.identity_change,
        attested_phone=content.attested_phone,
        is_echo=is_echo,
        payload=data,
    )


def _sender(body: dict[str, Any], data: dict[str, Any], side: str, change: IdentityChange | None) -> Sender:
    """The customer: the entry's own fields first, then its contact, then who a system message speaks of."""
    contact = fields(body, "contact")
    profile = fields(contact, "profile")
    return Sender(
        user_id=given(data.get(f"{side}_user_id"))
        or given(contact.get("user_id"))
        or (change.old_user_id if change else None),
        parent_user_id=given(data.get(f"{side}_parent_user_id")) or given(contact.get("parent_user_id")),
        phone=_phone(data.get(side)) or _phone(contact.get("wa_id")),
        username=given(profile.get("username")),
        name=given(profile.get("name")),
    )


def _phone(value: Any) -> str | None:
    return digits(text(value)) or None


def _status(body: dict[str, Any], data: dict[str, Any]) -> StatusChange:
    contact = fields(body, "contact")
    return StatusChange(
        channel="whatsapp",
        account_id=text(body.get("account")),
        external_id=text(data.get("id")),
        status=text(data.get("status")),
        at=instant(data.get("timestamp")),
        recipient=Sender(
            user_id=given(data.get("recipient_user_id")) or given(contact.get("user_id")),
            parent_user_id=given(data.get("recipient_parent_user_id")) or given(contact.get("parent_user_id")),
            phone=_phone(data.get("recipient_id")) or _phone(contact.get("wa_id")),
        ),
        errors=tuple(_error(error) for error in items(data.get("errors"))),
        pricing=fields(data, "pricing") or None,
        conversation=fields(data, "conversation") or None,
        opaque=given(data.get("biz_opaque_callback_data")),
        payload=data,
    )


def _error(error: dict[str, Any]) -> StatusError:
    return StatusError(
        code=number(error.get("code")),
        title=text(error.get("title")) or text(error.get("message")),
        details=text(fields(error, "error_data").get("details")),
    )


def _account_event(body: dict[str, Any], *, kind: str, change: IdentityChange | None = None) -> AccountEvent:
    data = body.get("data")
    value = fields(data, "value") or fields(data)
    return AccountEvent(
        channel="whatsapp",
        account_id=text(body.get("account")),
        external_id=text(body.get("external_id")),
        kind=(text(body.get("field")) if kind == "change" else kind) or "unknown",
        at=instant(value.get("timestamp")),
        detail=data if isinstance(data, dict) else {"data": data},
        identity_change=change,
    )


def _user_id_update(data: dict[str, Any]) -> IdentityChange:
    return IdentityChange(
        old_phone=_phone(data.get("wa_id")),
        old_user_id=given(fields(data, "user_id").get("previous")),
        new_user_id=given(fields(data, "user_id").get("current")),
        new_parent_user_id=given(fields(data, "parent_user_id").get("current")),
    )


# ----------------------------------------------------------------------------------------------- what a message holds


def _content(message: dict[str, Any]) -> _Content:
    """The content by the message's type; `unsupported` when the type is unknown or its block is missing."""
    kind = text(message.get("type"))
    read = _READERS.get(kind)
    if read is None or not message.get(kind):
        return _UNSUPPORTED
    return read(kind, message)


def _text(kind: str, message: dict[str, Any]) -> _Content:
    body = fields(message, "text").get("body")
    return _Content("text", body) if isinstance(body, str) else _UNSUPPORTED


_MEDIA: dict[str, Kind] = {
    "image": "image",
    "audio": "audio",
    "video": "video",
    "document": "document",
    "sticker": "sticker",
}


def _media(kind: str, message: dict[str, Any]) -> _Content:
    block = fields(message, kind)
    caption, filename = given(block.get("caption")), given(block.get("filename"))
    file = Media(
        id=text(block.get("id")),
        mime_type=given(block.get("mime_type")),
        sha256=given(block.get("sha256")),
        caption=caption,
        filename=filename,
        voice=block.get("voice") is True,
        url=given(block.get("url")),
    )
    return _Content(_MEDIA[kind], caption or filename or "", media=(file,) if file.id else ())


def _location(kind: str, message: dict[str, Any]) -> _Content:
    place = fields(message, "location")
    coordinates = [place.get("latitude"), place.get("longitude")]
    if not all(isinstance(degrees, int | float) for degrees in coordinates):
        return _UNSUPPORTED
    named = [text(place.get(name)) for name in ("name", "address")]
    return _Content("location", ", ".join(filter(None, [*named, "{}, {}".format(*coordinates)])))


def _contacts(kind: str, message: dict[str, Any]) -> _Content:
    """Cards somebody shared; a card we asked for (`contact_request`) attests the customer's own number."""
    cards = list(items(message.get("contacts")))
    lines, attested = [], None
    for card in cards:
        phones = [text(phone.get("phone")) or text(phone.get("wa_id")) for phone in items(card.get("phones"))]
        lines.append(" ".join(filter(None, [text(fields(card, "name").get("formatted_name")), *phones])))
        if text(card.get("origin")) == "contact_request":
            numbers = (_phone(phone.get("wa_id")) or _phone(phone.get("phone")) for phone in items(card.get("phones")))
            attested = next(filter(None, numbers), attested)
    return _Content("contacts", "\n".join(lines), attested_phone=attested) if cards else _UNSUPPORTED


def _reaction(kind: str, message: dict[str, Any]) -> _Content:
    """An absent emoji takes the reaction back."""
    reaction = fields(message, "reaction")
    return _Content("reaction", text(reaction.get("emoji")), about=given(reaction.get("message_id")))


def _button(kind: str, message: dict[str, Any]) -> _Content:
    """A template's quick reply."""
    button = fields(message, "button")
    return _Content("button", text(button.get("text")) or text(button.get("payload")))


_REPLIES: dict[str, tuple[Kind, str]] = {
    "button_reply": ("button", "title"),
    "list_reply": ("list_reply", "title"),
    "nfm_reply": ("flow_reply", "body"),
    "call_permission_reply": ("system", "response"),
}


def _interactive(kind: str, message: dict[str, Any]) -> _Content:
    reply = fields(message, "interactive")
    for name, (meaning, words) in _REPLIES.items():
        if fields(reply, name):
            return _Content(meaning, text(fields(reply, name).get(words)))
    return _UNSUPPORTED


def _order(kind: str, message: dict[str, Any]) -> _Content:
    order = fields(message, "order")
    goods = [
        f"{text(item.get('quantity')) or '1'} x {text(item.get('product_retailer_id'))}"
        for item in items(order.get("product_items"))
    ]
    return _Content("order", "\n".join(filter(None, [text(order.get("text")), *goods])))


def _system(kind: str, message: dict[str, Any]) -> _Content:
    """A customer's number or user id changed: `from` is the old phone, the block holds the new ones."""
    notice = fields(message, "system")
    return _Content(
        "system",
        text(notice.get("body")),
        identity_change=IdentityChange(
            old_phone=_phone(message.get("from")),
            new_phone=_phone(notice.get("wa_id")) or _phone(notice.get("new_wa_id")),
            old_user_id=given(notice.get("previous_user_id")) or given(message.get("from_user_id")),
            new_user_id=given(notice.get("user_id")),
            new_parent_user_id=given(notice.get("parent_user_id")),
        )
        if text(notice.get("type")).startswith(("user_changed", "customer_changed"))
        else None,
    )


def _edit(kind: str, message: dict[str, Any]) -> _Content:
    edit = fields(message, "edit")
    changed = _content({**fields(edit, "message"), "edit": None})
    return _Content("edit", changed.text, media=changed.media, about=given(edit.get("original_message_id")))


def _revoke(kind: str, message: dict[str, Any]) -> _Content:
    return _Content("revoke", about=given(fields(message, "revoke").get("original_message_id")))


_READERS: dict[str, Callable[[str, dict[str, Any]], _Content]] = {
    "text": _text,
    **dict.fromkeys(_MEDIA, _media),
    "location": _location,
    "contacts": _contacts,
    "reaction": _reaction,
    "button": _button,
    "interactive": _interactive,
    "order": _order,
    "system": _system,
    "edit": _edit,
    "revoke": _revoke,
}
