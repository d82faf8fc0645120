"""Who a signed-in person is to the rest of Relevo, read fresh: role, branches and agent as they are now."""

from __future__ import annotations

from uuid import UUID

from relevo import clock
from relevo.access.permissions import ROLES
from relevo.access.principal import Principal
from relevo.db import Row, UnitOfWork
from relevo.errors import PermanentError


class Closed(PermanentError):
    """Somebody is not let in: who it was, as the audit names them, and why."""

    def __init__(self, actor: str, reason: str) -> None:
        super().__init__(reason)
        self.actor, self.reason = actor, reason


def principal_of(row: Row) -> Principal:
    """The principal of a row of `access."user"` with `branches`, `agent_id` and `session_id`."""
    return Principal(
        f"user:{row['user_id']}",
        ROLES[row["role"]],
        user_id=row["user_id"],
        role=row["role"],
        branches=None if row["all_branches"] else frozenset(row["branches"]),
        agent_id=row["agent_id"],
        session_id=row["session_id"],
        must_change_password=row["must_change_password"],
    )


def person_of(uow: UnitOfWork, session_id: UUID) -> Principal | None:
    """Whoever is signed in there, with what they may do now; None when the session or the user's time is over."""
    try:
        return principal_of(signed_in(uow, session_id))
    except Closed:
        return None


def signed_in(uow: UnitOfWork, session_id: UUID) -> Row:
    """The user of a session with role, branches and agent. Raises Closed when session or user are over."""
    row = uow.one(
        "SELECT u.id AS user_id, u.role, u.all_branches, u.must_change_password, u.active, s.id AS session_id,"
        " s.ended_at, s.expires_at, s.last_used_at,"
        " ARRAY(SELECT branch_id FROM access.user_branch WHERE user_id = u.id) AS branches,"
        " (SELECT id FROM desk.agent WHERE user_id = u.id) AS agent_id"
        ' FROM access.session AS s JOIN access."user" AS u ON u.id = s.user_id WHERE s.id = %s',
        (session_id,),
    )
    if row is None:
        raise Closed("nobody", "unknown session")
    if not row["active"]:
        raise Closed(f"user:{row['user_id']}", "user deactivated")
    if row["ended_at"] is not None or row["expires_at"] <= clock.now():
        raise Closed(f"user:{row['user_id']}", "session over")
    return row
