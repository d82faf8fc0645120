"""Refuse what Meta would refuse of a message, with Meta's codes.

Written from the reference ("WhatsApp > Messages", v25) and on purpose not from the code it tests.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

KINDS = (
    *("text", "image", "audio", "video", "document", "sticker", "location", "contacts", "reaction"),
    *("interactive", "template"),
)
_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{4,24}")
_USER_ID = re.compile(r"[A-Z]{2}(\.ENT)?\.[A-Za-z0-9]{1,128}")


class GraphError(Exception):
    """An error as Graph answers it."""

    def __init__(
        self, http_status: int, code: int, title: str, details: str = "", retry_after: int | None = None
    ) -> None:
        super().__init__(title)
        self.http_status, self.code, self.title, self.details = http_status, code, title, details
        self.retry_after = retry_after

    @property
    def body(self) -> dict[str, Any]:
        error: dict[str, Any] = {
            "message": f"(#{self.code}) {self.title}",
            "type": "OAuthException",
            "code": self.code,
            "fbtrace_id": "AStandInOfGraph",
        }
        if self.details:
            error["error_data"] = {"messaging_product": "whatsapp", "details": self.details}
        return {"error": error}


def _invalid(details: str) -> GraphError:
    return GraphError(400, 131009, "Parameter value is not valid", details)


def _missing(name: str) -> GraphError:
    return GraphError(400, 131008, "Required parameter is missing", f"Required parameter is missing: {name}")


def check(message: Any) -> None:
    """Raise GraphError when the body breaks a rule of `POST /{phone_number_id}/messages`."""
    if not isinstance(message, dict):
        raise GraphError(400, 100, "Invalid parameter", "The body is not an object")
    if message.get("messaging_product") != "whatsapp":
        raise GraphError(400, 100, "The parameter messaging_product is required.")
    _recipient(message)
    kind = message.get("type", "text")
    if kind not in KINDS:
        raise GraphError(400, 100, "Param type must be one of {" + ", ".join(KINDS).upper() + "}")
    block = message.get(kind)
    if not isinstance(block, list if kind == "contacts" else dict) or not block:
        raise _missing(kind)
    opaque = message.get("biz_opaque_callback_data", "")
    if not isinstance(opaque, str) or len(opaque) > 512:
        raise _invalid("biz_opaque_callback_data must be a string of at most 512 characters")
    if kind in _CHECKS:
        try:
            _CHECKS[kind](block)
        except (AttributeError, KeyError, TypeError) as error:
            raise _invalid(f"{kind} has not the shape it must have: {error}") from error


def _recipient(message: dict[str, Any]) -> None:
    if "to" in message:
        if not isinstance(message["to"], str) or not _PHONE.fullmatch(message["to"]):
            raise _invalid("to is not a phone number")
    elif "recipient" not in message:
        raise _missing("to")
    elif not isinstance(message["recipient"], str) or not _USER_ID.fullmatch(message["recipient"]):
        raise _invalid("recipient is not a business-scoped user id")


def _length(value: Any, limit: int, name: str) -> None:
    if not isinstance(value, str) or not value:
        raise _missing(name)
    if len(value) > limit:
        raise _invalid(f"{name} must be at most {limit} characters, got {len(value)}")


def _text(block: dict[str, Any]) -> None:
    _length(block.get("body"), 4096, "text.body")


def _interactive(block: dict[str, Any]) -> None:
    kind, action = block.get("type"), block.get("action")
    if not isinstance(action, dict):
        raise _missing("interactive.action")
    _length((block.get("body") or {}).get("text"), 1024, "interactive.body.text")
    if "footer" in block:
        _length(block["footer"].get("text"), 60, "interactive.footer.text")
    if (block.get("header") or {}).get("type") == "text":
        _length(block["header"].get("text"), 60, "interactive.header.text")
    if kind == "button":
        _buttons(action.get("buttons"))
    elif kind == "list":
        _list(action)


def _buttons(buttons: Any) -> None:
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        raise _invalid("Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3")
    for button in buttons:
        _length(button["reply"].get("title"), 20, "button.title")
        _length(button["reply"].get("id"), 256, "button.id")
    if len({button["reply"]["title"] for button in buttons}) < len(buttons):
        raise _invalid("Button titles must be unique")


def _list(action: dict[str, Any]) -> None:
    _length(action.get("button"), 20, "action.button")
    sections = action.get("sections") or []
    rows = [row for section in sections for row in section.get("rows", ())]
    if not 1 <= len(rows) <= 10:
        raise _invalid("Total row count exceed max allowed count: 10" if rows else "A list needs rows")
    if len(sections) > 1 and not all(section.get("title") for section in sections):
        raise _missing("section.title")
    for row in rows:
        _length(row.get("id"), 200, "row.id")
        _length(row.get("title"), 24, "row.title")
        if "description" in row:
            _length(row["description"], 72, "row.description")


def _template(block: dict[str, Any]) -> None:
    _length(block.get("name"), 512, "template.name")
    _length((block.get("language") or {}).get("code"), 15, "template.language.code")


def _file(block: dict[str, Any]) -> None:
    if not block.get("id") and not block.get("link"):
        raise _missing("id or link")
    if "caption" in block:
        _length(block["caption"], 1024, "caption")


def _reaction(block: dict[str, Any]) -> None:
    _length(block.get("message_id"), 512, "reaction.message_id")


_CHECKS: dict[str, Callable[[Any], None]] = {
    "text": _text,
    "interactive": _interactive,
    "template": _template,
    **dict.fromkeys(("image", "audio", "video", "document", "sticker"), _file),
    "reaction": _reaction,
}
