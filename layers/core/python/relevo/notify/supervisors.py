"""What a branch's supervisors should know: a notice in the console of each."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from relevo import clock, ids
from relevo.db import UnitOfWork
from relevo.events import NotificationAdded


def tell_supervisors(
    uow: UnitOfWork,
    about: UUID,
    branch_id: UUID,
    *,
    template: str,
    subject: Callable[[str], str],
    body: Callable[[str], str],
) -> int:
    """Leave a notice for each supervisor and admin of the branch who is an agent, in their language, once for each
    thing it is `about`; how many were told."""
    agents = uow.all(
        'SELECT agent.id, agent.user_id, agent.language FROM desk.agent JOIN access."user" AS u ON u.id = agent.user_id'
        " WHERE u.active AND u.role IN ('supervisor', 'admin') AND (u.all_branches OR EXISTS"
        "   (SELECT 1 FROM access.user_branch WHERE user_id = u.id AND branch_id = %s))",
        (branch_id,),
    )
    now = clock.now()
    for agent in agents:
        language = agent["language"]
        row = uow.one(
            "INSERT INTO platform.notification (id, event_id, channel, recipient, template, language, subject, body,"
            "   agent_id, status, created_at, sent_at)"
            " VALUES (%s, %s, 'console', %s, %s, %s, %s, %s, %s, 'sent', %s, %s)"
            " ON CONFLICT (event_id, channel, recipient) DO NOTHING RETURNING id",
            (
                ids.new_id(), about, str(agent["id"]), template, language, subject(language), body(language),
                agent["id"], now, now,
            ),
        )  # fmt: skip
        if row is not None:
            uow.record(NotificationAdded(notification_id=row["id"], agent_id=agent["id"], user_id=agent["user_id"]))
    return len(agents)
