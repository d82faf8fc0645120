"""What customers write and providers report, in the same words for every channel.

`webhook` cuts a provider's call into parts (for `intake`), `inbound` parses a part into the types below, `whatsapp` and
`messenger` hold how each channel words them, and `phones` knows how one phone can be written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Kind = Literal[
    "text",
    "image",
    "audio",
    "video",
    "document",
    "sticker",
    "location",
    "contacts",
    "reaction",
    "button",
    "list_reply",
    "flow_reply",
    "order",
    "system",
    "edit",
    "revoke",
    "unsupported",
]


@dataclass(frozen=True)
class Sender:
    """Who wrote, as far as the channel tells. WhatsApp may leave out the phone (since usernames) or the user id."""

    user_id: str | None = None
    """Business-scoped: the same person has another id with another business."""
    parent_user_id: str | None = None
    phone: str | None = None
    """Digits only, as the channel writes it."""
    username: str | None = None
    name: str | None = None


@dataclass(frozen=True)
class Media:
    """A file the channel holds for us; `id` lives seven days on WhatsApp."""

    id: str
    mime_type: str | None = None
    sha256: str | None = None
    caption: str | None = None
    filename: str | None = None
    voice: bool = False
    url: str | None = None


@dataclass(frozen=True)
class IdentityChange:
    """A customer's phone or user id was replaced; what did not change is None."""

    old_phone: str | None = None
    new_phone: str | None = None
    old_user_id: str | None = None
    new_user_id: str | None = None
    new_parent_user_id: str | None = None


@dataclass(frozen=True)
class InboundMessage:
    """Something a customer wrote, pressed, sent or took back.

    `text` is what a person would read of it: the body, caption, button title, place or names. Of an edit it is the new
    text and of both edit and revoke `context_external_id` is the message meant, as it is of a reaction.
    With `is_echo` a person of the company wrote it in the phone app, and `sender` is the customer it went to.
    """

    channel: str
    account_id: str
    external_id: str
    sender: Sender
    sent_at: datetime
    kind: Kind
    text: str = ""
    media: tuple[Media, ...] = ()
    context_external_id: str | None = None
    referral: dict[str, Any] | None = None
    identity_change: IdentityChange | None = None
    attested_phone: str | None = None
    """The customer's own number, shared with the channel's word for it (a contact card asked for by us)."""
    is_echo: bool = False
    payload: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class StatusError:
    """Why a message failed, in the provider's words."""

    code: int
    title: str = ""
    details: str = ""


@dataclass(frozen=True)
class StatusChange:
    """A message of ours was sent, delivered, read or played, or failed.

    With `watermark` the status holds for everything sent to this recipient up to `at` (Messenger, Instagram), and
    `external_id` is empty. `opaque` is what we gave the provider with the message: our own id.
    """

    channel: str
    account_id: str
    external_id: str
    status: str
    at: datetime
    recipient: Sender = field(default_factory=Sender)
    errors: tuple[StatusError, ...] = ()
    pricing: dict[str, Any] | None = None
    conversation: dict[str, Any] | None = None
    opaque: str | None = None
    watermark: bool = False
    payload: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class AccountEvent:
    """What a channel tells of itself rather than of a customer's message; also whatever has no known shape."""

    channel: str
    account_id: str
    external_id: str
    kind: str
    at: datetime
    detail: dict[str, Any] = field(default_factory=dict)
    identity_change: IdentityChange | None = None


@dataclass(frozen=True)
class OutboundMessage:
    """Something to send. `content` holds what the kind needs beside `text`, limits as in `whatsapp.build`:

    buttons   `buttons` [{id, title}], and optionally `header`, `footer`
    list      `button` (the word that opens it), `rows` [{id, title, description}] or `sections` [{title, rows}]
    template  `name`, `language`, and `parameters` (the body's, in order) or whole `components`
    image, audio, video, document, sticker   `id` or `link`, and optionally `filename`; `text` is the caption
    location  `latitude`, `longitude`, and optionally `name`, `address`
    reaction  `message_id`; `text` is the emoji
    """

    to: Sender
    kind: str
    text: str = ""
    content: dict[str, Any] = field(default_factory=dict)
    reply_to: str | None = None
    opaque: str | None = None
    """Our own id of it, handed back with every status: settles a send whose answer was lost."""


Parsed = InboundMessage | StatusChange | AccountEvent
