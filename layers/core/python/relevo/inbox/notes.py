"""Notes among colleagues: they stand in the conversation, the customer never sees them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from relevo import clock, ids
from relevo.db import UnitOfWork
from relevo.events import MessageWritten
from relevo.inbox.conversations import Conversation
from relevo.inbox.replies import note_client_id


def write_note(
    uow: UnitOfWork,
    conversation: Conversation,
    text: str,
    *,
    agent_id: UUID | None = None,
    user_id: UUID | None = None,
    mentions: Sequence[UUID] = (),
    client_id: UUID | None = None,
) -> UUID:
    """Keep a note of an agent or another user, which mentions these users; its id. It changes nobody's hold."""
    note_id = ids.new_id()
    uow.execute(
        "INSERT INTO inbox.message (id, conversation_id, channel_account_id, direction, author, author_agent_id,"
        "   author_user_id, kind, text, mentions, status, client_id, stored_at)"
        " VALUES (%s, %s, %s, 'note', 'agent', %s, %s, 'text', %s, %s, 'noted', %s, %s)",
        (
            note_id,
            conversation.id,
            conversation.channel_account_id,
            agent_id,
            user_id,
            text,
            list(mentions),
            client_id,
            clock.now(),
        ),
    )
    if client_id is not None:
        note_client_id(uow, conversation.id, client_id, note_id)
    uow.record(
        MessageWritten(
            message_id=note_id,
            conversation_id=conversation.id,
            branch_id=conversation.branch_id,
            direction="note",
            author="agent",
        )
    )
    return note_id
