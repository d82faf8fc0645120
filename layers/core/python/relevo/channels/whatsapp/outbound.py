"""Build the body of `POST /{phone_number_id}/messages`.

Limits: developers.facebook.com, "WhatsApp > Messages" (v25). What breaks one is refused here, with the limit's name,
rather than sent for Meta to refuse.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from relevo.channels import OutboundMessage
from relevo.errors import InvalidInput

TEXT, BODY, CAPTION, NOTE = 4096, 1024, 1024, 60
BUTTONS, BUTTON_TITLE = 3, 20
ROWS, ROW_TITLE, ROW_DESCRIPTION, ROW_ID = 10, 24, 72, 200
BUTTON_ID = 256

Json = dict[str, Any]


def build(message: OutboundMessage) -> Json:
    """The Graph body of a message. Raises InvalidInput naming the limit it breaks.

    The phone is used where it is known; a business-scoped user id goes into `recipient` instead (`to` takes phones).
    """
    maker = _MAKERS.get(message.kind)
    if maker is None:
        raise InvalidInput(f"WhatsApp has no message of kind {message.kind!r}")
    body: Json = {"messaging_product": "whatsapp", "recipient_type": "individual", **_address(message)}
    if message.reply_to:
        body["context"] = {"message_id": message.reply_to}
    if message.opaque:
        body["biz_opaque_callback_data"] = _within(message.opaque, 512, "the callback data")
    return body | maker(message)


def _address(message: OutboundMessage) -> Json:
    if message.to.phone:
        return {"to": message.to.phone}
    if message.to.user_id:
        return {"recipient": message.to.user_id}
    raise InvalidInput("a message needs a phone or a user id to go to")


def _within(text: Any, limit: int, what: str) -> str:
    if not isinstance(text, str) or not text.strip():
        raise InvalidInput(f"{what} is empty")
    if len(text) > limit:
        raise InvalidInput(f"{what} has {len(text)} characters, WhatsApp allows {limit}")
    return text


def _count(entries: Any, limit: int, what: str) -> list[Json]:
    if not isinstance(entries, list | tuple) or not 1 <= len(entries) <= limit:
        raise InvalidInput(f"{what}: WhatsApp allows 1 to {limit}")
    identities = [entry.get("id") for entry in entries]
    if len(set(identities)) < len(identities):
        raise InvalidInput(f"{what}: two have the same id")
    return list(entries)


def _text(message: OutboundMessage) -> Json:
    body = _within(message.text, TEXT, "the text")
    return {"type": "text", "text": {"body": body, "preview_url": "://" in body}}


def _interactive(message: OutboundMessage, kind: str, action: Json) -> Json:
    content = message.content
    interactive: Json = {"type": kind, "body": {"text": _within(message.text, BODY, "the body")}, "action": action}
    if content.get("header"):
        interactive["header"] = {"type": "text", "text": _within(content["header"], NOTE, "the header")}
    if content.get("footer"):
        interactive["footer"] = {"text": _within(content["footer"], NOTE, "the footer")}
    return {"type": "interactive", "interactive": interactive}


def _buttons(message: OutboundMessage) -> Json:
    buttons = [
        {
            "type": "reply",
            "reply": {
                "id": _within(button.get("id"), BUTTON_ID, "a button's id"),
                "title": _within(button.get("title"), BUTTON_TITLE, "a button's title"),
            },
        }
        for button in _count(message.content.get("buttons"), BUTTONS, "reply buttons")
    ]
    return _interactive(message, "button", {"buttons": buttons})


def _row(row: Json) -> Json:
    made = {
        "id": _within(row.get("id"), ROW_ID, "a row's id"),
        "title": _within(row.get("title"), ROW_TITLE, "a row's title"),
    }
    if row.get("description"):
        made["description"] = _within(row["description"], ROW_DESCRIPTION, "a row's description")
    return made


def _list(message: OutboundMessage) -> Json:
    content = message.content
    sections = content.get("sections") or [{"rows": content.get("rows")}]
    _count([row for section in sections for row in section.get("rows") or ()], ROWS, "rows of a list")
    made = []
    for section in sections:
        rows = [_row(row) for row in section["rows"]]
        title = section.get("title") or ("" if len(sections) == 1 else None)
        made.append({"rows": rows} if title == "" else {"title": _within(title, ROW_TITLE, "a title"), "rows": rows})
    action = {"button": _within(content.get("button"), BUTTON_TITLE, "the list's button"), "sections": made}
    return _interactive(message, "list", action)


def _template(message: OutboundMessage) -> Json:
    content = message.content
    template: Json = {
        "name": _within(content.get("name"), 512, "the template's name"),
        "language": {"code": _within(content.get("language"), 15, "the template's language")},
    }
    parameters = [{"type": "text", "text": str(value)} for value in content.get("parameters", ())]
    components = content.get("components") or ([{"type": "body", "parameters": parameters}] if parameters else [])
    return {"type": "template", "template": template | ({"components": components} if components else {})}


def _media(message: OutboundMessage) -> Json:
    content = message.content
    source = {name: content[name] for name in ("id", "link") if content.get(name)}
    if len(source) != 1:
        raise InvalidInput("a file to send is named by its media id or by a link, one of the two")
    if message.text and message.kind in ("image", "video", "document"):
        source["caption"] = _within(message.text, CAPTION, "the caption")
    if content.get("filename") and message.kind == "document":
        source["filename"] = _within(content["filename"], 240, "the file's name")
    return {"type": message.kind, message.kind: source}


def _location(message: OutboundMessage) -> Json:
    content = message.content
    if not all(isinstance(content.get(name), int | float) for name in ("latitude", "longitude")):
        raise InvalidInput("a location needs a latitude and a longitude")
    names = ("latitude", "longitude", "name", "address")
    return {"type": "location", "location": {name: content[name] for name in names if content.get(name) is not None}}


def _reaction(message: OutboundMessage) -> Json:
    target = _within(message.content.get("message_id"), 256, "the message to react to")
    return {"type": "reaction", "reaction": {"message_id": target, "emoji": message.text}}


_MAKERS: dict[str, Callable[[OutboundMessage], Json]] = {
    "text": _text,
    "buttons": _buttons,
    "list": _list,
    "template": _template,
    **dict.fromkeys(("image", "audio", "video", "document", "sticker"), _media),
    "location": _location,
    "reaction": _reaction,
}
