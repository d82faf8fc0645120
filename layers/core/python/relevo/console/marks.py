"""How far somebody has read, and which colleagues' notes they have seen."""

from __future__ import annotations

from uuid import UUID

from relevo import clock, notify
from relevo.db import UnitOfWork
from relevo.errors import NotFound
from relevo.events import ConversationRead


def mark_read(uow: UnitOfWork, conversation_id: UUID, message_id: UUID, user_id: UUID) -> None:
    """The user has read the conversation up to this message, and with its notes the notices of them; the mark never
    moves back.

    Raises NotFound for a message of another conversation.
    """
    if (
        uow.one("SELECT 1 FROM inbox.message WHERE id = %s AND conversation_id = %s", (message_id, conversation_id))
        is None
    ):
        raise NotFound(f"there is no message {message_id} in this conversation")
    now = clock.now()
    moved = uow.one(
        "INSERT INTO inbox.read_mark AS mark (user_id, conversation_id, message_id, at) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (user_id, conversation_id) DO UPDATE SET message_id = excluded.message_id, at = excluded.at"
        " WHERE mark.message_id < excluded.message_id RETURNING user_id",
        (user_id, conversation_id, message_id, now),
    )
    if moved is None:
        return
    notes = uow.all(
        "INSERT INTO inbox.note_receipt (message_id, user_id, at)"
        " SELECT id, %(user)s, %(now)s FROM inbox.message"
        " WHERE conversation_id = %(conversation)s AND direction = 'note' AND id <= %(upto)s"
        "   AND author_user_id IS DISTINCT FROM %(user)s"
        " ON CONFLICT DO NOTHING RETURNING message_id",
        {"user": user_id, "now": now, "conversation": conversation_id, "upto": message_id},
    )
    if notes:
        notify.read_mentions(uow, user_id, [row["message_id"] for row in notes])
    uow.record(
        ConversationRead(
            conversation_id=conversation_id,
            user_id=user_id,
            message_id=message_id,
            notes=tuple(row["message_id"] for row in notes),
        )
    )
