"""What the bot asked a customer about a picture, and what the customer said to it: a button, or words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from relevo import clock
from relevo.db import UnitOfWork

PATIENCE = timedelta(seconds=60)
"""How long the bot waits for a picture to be fetched and read; then it goes on without."""


def awaits_reading(uow: UnitOfWork, messages: Sequence[UUID]) -> bool:
    """Whether a picture of these messages is about to be read, and so will say more in a moment."""
    row = uow.one(
        "SELECT 1 FROM inbox.message AS m JOIN inbox.attachment AS a ON a.message_id = m.id"
        " WHERE m.id = ANY(%s) AND m.kind = 'image' AND a.state <> 'failed' AND a.read_at IS NULL"
        "   AND m.stored_at > %s LIMIT 1",
        (list(messages), clock.now() - PATIENCE),
    )
    return row is not None


def pressed(uow: UnitOfWork, message_id: UUID) -> str | None:
    """The id of the button, or of the row of a list, a message is; None when it is none of ours."""
    row = uow.one(
        "SELECT coalesce(content #>> '{provider,interactive,button_reply,id}',"
        "   content #>> '{provider,interactive,list_reply,id}') AS id FROM inbox.message WHERE id = %s",
        (message_id,),
    )
    return row["id"] if row else None


def asked_about(uow: UnitOfWork, conversation_id: UUID) -> UUID | None:
    """The picture the company's last word to the customer asked about, if it did."""
    row = uow.one(
        "SELECT content ->> 'asks_about' AS attachment FROM inbox.message"
        " WHERE conversation_id = %s AND direction = 'out' ORDER BY id DESC LIMIT 1",
        (conversation_id,),
    )
    return UUID(row["attachment"]) if row and row["attachment"] else None


def denied(uow: UnitOfWork, conversation_id: UUID) -> list[str]:
    """The VINs read in this conversation's pictures of which somebody said that they are not right."""
    rows = uow.all(
        "SELECT c.read FROM inbox.reading_correction AS c JOIN inbox.attachment AS a ON a.id = c.attachment_id"
        " JOIN inbox.message AS m ON m.id = a.message_id"
        " WHERE m.conversation_id = %s AND c.read IS NOT NULL AND c.read IS DISTINCT FROM c.vin",
        (conversation_id,),
    )
    return [row["read"] for row in rows]


def caption(uow: UnitOfWork, attachment_id: UUID) -> str:
    """What the customer wrote under a picture; empty when nothing."""
    row = uow.one(
        "SELECT m.text FROM inbox.attachment AS a JOIN inbox.message AS m ON m.id = a.message_id WHERE a.id = %s",
        (attachment_id,),
    )
    return (row["text"] if row else None) or ""
