"""A colleague named somebody in a note: a notice in that person's console."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from relevo import clock, ids
from relevo.db import UnitOfWork
from relevo.events import NotificationAdded
from relevo.texts import say

_LONGEST = 500


def read_mentions(uow: UnitOfWork, user_id: UUID, notes: Sequence[UUID]) -> None:
    """The user has read these notes, and so needs no notice that they are mentioned in them."""
    uow.execute(
        "UPDATE platform.notification AS n SET status = 'read', read_at = %s FROM desk.agent"
        " WHERE agent.user_id = %s AND n.event_id = ANY(%s) AND n.channel = 'console' AND n.recipient = agent.id::text"
        " AND n.status = 'sent'",
        (clock.now(), user_id, list(notes)),
    )


def tell_mentioned(
    uow: UnitOfWork,
    note_id: UUID,
    conversation_id: UUID,
    users: Sequence[UUID],
    *,
    author: str,
    customer: str,
    text: str,
) -> None:
    """Leave a notice for each mentioned user who is an agent, in their language; once, however often it is called."""
    agents = uow.all("SELECT id, user_id, language FROM desk.agent WHERE user_id = ANY(%s)", (list(users),))
    now = clock.now()
    for agent in agents:
        subject = say("notify.mentioned", agent["language"], author=author, customer=customer)
        row = uow.one(
            "INSERT INTO platform.notification (id, event_id, channel, recipient, template, language, subject, body,"
            "   conversation_id, agent_id, status, created_at, sent_at)"
            " VALUES (%s, %s, 'console', %s, 'mentioned', %s, %s, %s, %s, %s, 'sent', %s, %s)"
            " ON CONFLICT (event_id, channel, recipient) DO NOTHING RETURNING id",
            (
                ids.new_id(), note_id, str(agent["id"]), agent["language"], subject, text[:_LONGEST],
                conversation_id, agent["id"], now, now,
            ),
        )  # fmt: skip
        if row is not None:
            uow.record(NotificationAdded(notification_id=row["id"], agent_id=agent["id"], user_id=agent["user_id"]))
