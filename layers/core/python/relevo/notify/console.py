"""The notices an agent finds in the console."""

from __future__ import annotations

from uuid import UUID

from relevo import clock
from relevo.db import Row, UnitOfWork


def unread(uow: UnitOfWork, agent_id: UUID, *, limit: int = 50) -> list[Row]:
    """What an agent has not read, newest first: id, ticket_id, template, subject, body, created_at."""
    return uow.all(
        "SELECT id, ticket_id, template, subject, body, created_at FROM platform.notification"
        " WHERE agent_id = %s AND channel = 'console' AND status = 'sent' ORDER BY created_at DESC, id DESC LIMIT %s",
        (agent_id, limit),
    )


def mark_read(uow: UnitOfWork, agent_id: UUID, notification_id: UUID) -> bool:
    """The agent has seen a notice of theirs. False when there is none such, or it was read before."""
    row = uow.one(
        "UPDATE platform.notification SET status = 'read', read_at = %s"
        " WHERE id = %s AND agent_id = %s AND status = 'sent' RETURNING id",
        (clock.now(), notification_id, agent_id),
    )
    return row is not None
