"""What the company says: stored first, sent by `deliver` in the order of its conversation."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from psycopg.types.json import Jsonb

from relevo import clock, ids
from relevo.db import UnitOfWork
from relevo.events import MessageQueued, MessageWritten
from relevo.inbox.conversations import Conversation


def queue_reply(
    uow: UnitOfWork,
    conversation: Conversation,
    text: str,
    *,
    author: Literal["bot", "agent"],
    owner_version: int,
    agent_id: UUID | None = None,
    kind: str = "text",
    content: dict[str, Any] | None = None,
    turn_id: UUID | None = None,
    answers: bool = True,
) -> UUID:
    """Queue a message to the customer; its id.

    `owner_version` is the version of the conversation the author acts under: a bot's message is dropped at the moment
    of sending if somebody has taken the conversation since. With `answers=False` the customer still waits afterwards:
    the bot only told them that people will answer.
    """
    message_id, now = ids.new_id(), clock.now()
    uow.execute(
        "WITH moved AS (UPDATE inbox.conversation SET last_message_at = %(now)s,"
        "   waiting_since = CASE WHEN %(answers)s THEN NULL ELSE waiting_since END,"
        "   attended_by = coalesce(%(agent)s, attended_by),"
        "   owner_since = CASE WHEN owner_agent_id = %(agent)s THEN %(now)s ELSE owner_since END"
        "   WHERE id = %(conversation)s)"
        " INSERT INTO inbox.message (id, conversation_id, channel_account_id, direction, author, author_agent_id, kind,"
        "   text, content, status, owner_version, turn_id, stored_at)"
        " VALUES (%(id)s, %(conversation)s, %(account)s, 'out', %(author)s, %(agent)s, %(kind)s, %(text)s,"
        "   %(content)s, 'queued', %(version)s, %(turn)s, %(now)s)",
        {
            "id": message_id,
            "conversation": conversation.id,
            "account": conversation.channel_account_id,
            "author": author,
            "agent": agent_id,
            "kind": kind,
            "text": text,
            "content": Jsonb(content or {}),
            "version": owner_version,
            "turn": turn_id,
            "now": now,
            "answers": answers,
        },
    )
    uow.record(MessageQueued(message_id=message_id, conversation_id=conversation.id))
    uow.record(
        MessageWritten(
            message_id=message_id,
            conversation_id=conversation.id,
            branch_id=conversation.branch_id,
            direction="out",
            author=author,
        )
    )
    return message_id
