"""Messenger and Instagram direct messages, as far as they share WhatsApp's door: parse one entry of `messaging[]`.

Shapes: developers.facebook.com, "Messenger Platform > Webhooks reference". Times are milliseconds here.
"""

from __future__ import annotations

from typing import Any

from relevo.channels import AccountEvent, InboundMessage, Kind, Media, Parsed, Sender, StatusChange
from relevo.channels.reading import fields, given, instant, items, text

_KINDS: dict[str, Kind] = {"image": "image", "audio": "audio", "video": "video", "file": "document"}


def parse(body: dict[str, Any]) -> Parsed:
    """What a part made by `webhook.split` says: a message, a receipt (by watermark), or something of the account's."""
    data, item = fields(body, "data"), text(body.get("item"))
    if item == "receipt":
        return _receipt(body, data)
    person = given(fields(data, "recipient" if item == "echo" else "sender").get("id"))
    if person and item in ("messaging", "echo") and (fields(data, "message") or fields(data, "postback")):
        return _message(body, data, person)
    if person and item == "messaging" and fields(data, "reaction"):
        return _reaction(body, data, person)
    return AccountEvent(
        channel=text(body.get("channel")),
        account_id=text(body.get("account")),
        external_id=text(body.get("external_id")),
        kind=text(body.get("field")) or "unknown",
        at=instant(data.get("timestamp"), milliseconds=True),
        detail=data or {"data": body.get("data")},
    )


def _message(body: dict[str, Any], data: dict[str, Any], person: str) -> InboundMessage:
    message, postback = fields(data, "message"), fields(data, "postback")
    kind, media = _content(message)
    pressed = fields(message, "quick_reply") or postback
    return InboundMessage(
        channel=text(body.get("channel")),
        account_id=text(body.get("account")),
        external_id=text(body.get("external_id")),
        sender=Sender(user_id=person),
        sent_at=instant(data.get("timestamp"), milliseconds=True),
        kind="button" if pressed else kind,
        text=text(message.get("text")) or text(postback.get("title")) or text(pressed.get("payload")),
        media=media,
        context_external_id=given(message.get("mid") if kind == "revoke" else fields(message, "reply_to").get("mid")),
        referral=fields(data, "referral") or fields(postback, "referral") or fields(message, "referral") or None,
        is_echo=text(body.get("item")) == "echo",
        payload=data,
    )


def _content(message: dict[str, Any]) -> tuple[Kind, tuple[Media, ...]]:
    """Kind and files. Messenger has no media ids: the address is the id, and it expires."""
    if message.get("is_deleted") is True:
        return "revoke", ()
    attachments = list(items(message.get("attachments")))
    urls = [(text(a.get("type")), text(fields(a, "payload").get("url"))) for a in attachments]
    media = tuple(Media(id=url, url=url) for kind, url in urls if url and kind in _KINDS)
    if attachments:
        return _KINDS.get(urls[0][0], "unsupported"), media
    return ("text" if isinstance(message.get("text"), str) else "unsupported"), ()


def _reaction(body: dict[str, Any], data: dict[str, Any], person: str) -> InboundMessage:
    reaction = fields(data, "reaction")
    return InboundMessage(
        channel=text(body.get("channel")),
        account_id=text(body.get("account")),
        external_id=text(body.get("external_id")),
        sender=Sender(user_id=person),
        sent_at=instant(data.get("timestamp"), milliseconds=True),
        kind="reaction",
        text=text(reaction.get("emoji")) if reaction.get("action") != "unreact" else "",
        context_external_id=given(reaction.get("mid")),
        payload=data,
    )


def _receipt(body: dict[str, Any], data: dict[str, Any]) -> StatusChange:
    status = "read" if "read" in data else "delivered"
    receipt = fields(data, "read" if status == "read" else "delivery")
    return StatusChange(
        channel=text(body.get("channel")),
        account_id=text(body.get("account")),
        external_id=text(receipt.get("mid")),
        status=status,
        at=instant(receipt.get("watermark") or data.get("timestamp"), milliseconds=True),
        recipient=Sender(user_id=given(fields(data, "sender").get("id"))),
        watermark=not receipt.get("mid"),
        payload=data,
    )
