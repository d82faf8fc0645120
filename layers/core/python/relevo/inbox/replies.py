"""What the company says: stored first, sent by `deliver` in the order of its conversation."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from psycopg.types.json import Jsonb

from relevo import clock, ids
from relevo.db import UnitOfWork
from relevo.events import MessageQueued, MessageWritten
from relevo.inbox import turns
from relevo.inbox.conversations import Conversation
from relevo.inbox.turns import Turn


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
    turn: Turn | None = None,
    answers: bool = True,
    user_id: UUID | None = None,
    client_id: UUID | None = None,
    reply_to: str | None = None,
) -> UUID:
    """Queue a message to the customer; its id.

    `owner_version` is the version of the conversation the author acts under: a bot's message is dropped at the moment
    of sending if somebody has taken the conversation since. With `answers=False` the customer still waits afterwards:
    the bot only told them that people will answer; a person's message answers everything written until then, the bot's
    the lines of its `turn`, whose language is kept for the next text that is too thin to tell.
    `client_id` is the author's own id of it (see `written_before`), `reply_to` the provider's id of what it quotes.
    """
    message_id, now = ids.new_id(), clock.now()
    uow.execute(
        "WITH moved AS (UPDATE inbox.conversation SET last_message_at = %(now)s,"
        "   waiting_since = CASE WHEN %(answers)s THEN NULL ELSE waiting_since END,"
        "   attended_by = coalesce(%(agent)s, attended_by),"
        "   owner_since = CASE WHEN owner_agent_id = %(agent)s THEN %(now)s ELSE owner_since END,"
        "   bot_turns = bot_turns + CASE WHEN %(turn)s::uuid IS NULL THEN 0 ELSE 1 END,"
        "   language = coalesce(%(language)s, language) WHERE id = %(conversation)s),"
        " answered AS (UPDATE inbox.message SET turn_id = %(turn)s"
        "   WHERE id = ANY((SELECT %(lines)s::uuid[])::uuid[]))"
        " INSERT INTO inbox.message (id, conversation_id, channel_account_id, direction, author, author_agent_id,"
        "   author_user_id, kind, text, content, reply_to, status, owner_version, turn_id, client_id, stored_at)"
        " VALUES (%(id)s, %(conversation)s, %(account)s, 'out', %(author)s, %(agent)s, %(user)s, %(kind)s, %(text)s,"
        "   %(content)s, %(reply_to)s, 'queued', %(version)s, %(turn)s, %(client)s, %(now)s)",
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
            "turn": turn and turn.id,
            "lines": [line.id for line in turn.lines] if turn else [],
            "language": turn and turn.language,
            "now": now,
            "answers": answers,
            "user": user_id,
            "client": client_id,
            "reply_to": reply_to,
        },
    )
    if client_id is not None:
        note_client_id(uow, conversation.id, client_id, message_id)
    if author == "agent":
        turns.mark_all_answered(uow, conversation.id, message_id)
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


def written_before(uow: UnitOfWork, conversation_id: UUID, client_id: UUID) -> UUID | None:
    """The message or note that came with this id of its author's before. The conversation is locked by the caller."""
    row = uow.one(
        "SELECT message_id FROM inbox.client_message WHERE conversation_id = %s AND client_id = %s",
        (conversation_id, client_id),
    )
    return row["message_id"] if row else None


def note_client_id(uow: UnitOfWork, conversation_id: UUID, client_id: UUID, message_id: UUID) -> None:
    """The author calls this message by an id of their own; the same id again is the same message."""
    uow.execute(
        "INSERT INTO inbox.client_message (conversation_id, client_id, message_id) VALUES (%s, %s, %s)",
        (conversation_id, client_id, message_id),
    )
