"""The notices an agent finds in the console."""

from __future__ import annotations

from uuid import UUID

from relevo import clock
from relevo.db import Row, UnitOfWork
from relevo.errors import NotFound

MANY = 100
"""Unread notices are counted up to here."""


def unread(uow: UnitOfWork, agent_id: UUID, *, limit: int = 50) -> list[Row]:
    """What an agent has not read, newest first; as `notices`."""
    return notices(uow, agent_id, only_unread=True, limit=limit)


def notices(
    uow: UnitOfWork, agent_id: UUID, *, only_unread: bool = False, after: UUID | None = None, limit: int = 50
) -> list[Row]:
    """An agent's notices, newest first, below `after`: id, template, subject, body, ticket_id, conversation_id,
    created_at, read_at."""
    return uow.all(
        "SELECT id, template, subject, body, ticket_id, conversation_id, created_at, read_at FROM platform.notification"
        " WHERE agent_id = %(agent)s AND channel = 'console' AND (status = 'sent' OR NOT %(unread)s)"
        " AND (%(after)s::uuid IS NULL OR id < %(after)s) ORDER BY id DESC LIMIT %(limit)s",
        {"agent": agent_id, "unread": only_unread, "after": after, "limit": limit},
    )


def count_unread(uow: UnitOfWork, agent_id: UUID) -> int:
    """How many notices wait for an agent, at most `MANY`."""
    row = uow.one(
        "SELECT count(*) AS count FROM (SELECT 1 FROM platform.notification"
        " WHERE agent_id = %s AND channel = 'console' AND status = 'sent' LIMIT %s) AS waiting",
        (agent_id, MANY),
    )
    return row["count"] if row is not None else 0


def mark_read(uow: UnitOfWork, agent_id: UUID, notification_id: UUID) -> bool:
    """The agent has seen a notice of theirs; False when it was read before. Raises NotFound for anybody else's."""
    row = uow.one(
        "SELECT status FROM platform.notification WHERE id = %s AND agent_id = %s AND channel = 'console' FOR UPDATE",
        (notification_id, agent_id),
    )
    if row is None:
        raise NotFound(f"there is no notice {notification_id} of yours")
    if row["status"] == "read":
        return False
    uow.execute(
        "UPDATE platform.notification SET status = 'read', read_at = %s WHERE id = %s", (clock.now(), notification_id)
    )
    return True
