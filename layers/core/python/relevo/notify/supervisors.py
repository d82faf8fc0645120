"""What a branch's supervisors should know: a notice in the console of each."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from relevo import clock, ids
from relevo.db import UnitOfWork
from relevo.events import NotificationAdded
from relevo.notify.readers import supervisors_of


def tell_supervisors(
    uow: UnitOfWork,
    about: UUID,
    branch_id: UUID | None,
    *,
    template: str,
    subject: Callable[[str], str],
    body: Callable[[str], str],
) -> int:
    """Leave a notice for each supervisor and admin of the branch (None: of all of them) who is an agent, in their
    language, once for each thing it is `about`; how many were told."""
    agents = supervisors_of(uow, branch_id)
    now = clock.now()
    for agent in agents:
        language = agent.language
        row = uow.one(
            "INSERT INTO platform.notification (id, event_id, channel, recipient, template, language, subject, body,"
            "   agent_id, status, created_at, sent_at)"
            " VALUES (%s, %s, 'console', %s, %s, %s, %s, %s, %s, 'sent', %s, %s)"
            " ON CONFLICT (event_id, channel, recipient) DO NOTHING RETURNING id",
            (
                ids.new_id(), about, str(agent.agent_id), template, language, subject(language), body(language),
                agent.agent_id, now, now,
            ),
        )  # fmt: skip
        if row is not None:
            added = NotificationAdded(notification_id=row["id"], agent_id=agent.agent_id, user_id=agent.user_id)
            uow.record(added)
    return len(agents)
