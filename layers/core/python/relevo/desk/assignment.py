"""Who works on a ticket: the least-loaded free agent, strictly within what each can take, and the queue for the rest.

Within a department assignments happen one at a time, under an advisory lock held until the commit: two tickets never
see the same free place, and the least loaded is really that. The order of locks is ticket, department, agent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import LiteralString
from uuid import UUID

from relevo import clock
from relevo.db import Row, UnitOfWork, transition
from relevo.events import TicketAssigned
from relevo.settings import settings
from relevo.texts import say

ACTOR = "routing"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a ticket asks of the agent who takes it."""

    department_id: UUID
    skills: Sequence[str] = ()
    branch_id: UUID | None = None
    language: str | None = None
    agent_id: UUID | None = None
    """Only this agent."""
    seniority: int = 1
    """At least this."""
    except_agent: UUID | None = None


def lock_department(uow: UnitOfWork, department_id: UUID) -> None:
    """Be the only one to assign in this department until the transaction ends."""
    uow.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"desk.department:{department_id}",))


def works_for(branch: LiteralString, agent: LiteralString = "agent") -> LiteralString:
    """The condition that the row `agent` works for the branch which this expression names.

    A branchless agent works for all branches; one who is a user, only for those the user sees.
    """
    return f"""
        ({agent}.branch_id IS NULL OR {agent}.branch_id = {branch})
        AND NOT EXISTS (
            SELECT 1 FROM access."user" AS person WHERE person.id = {agent}.user_id AND NOT (person.active
                AND (person.all_branches OR EXISTS (SELECT 1 FROM access.user_branch
                                                    WHERE user_id = person.id AND branch_id = {branch}))))
    """


def suits(branch: LiteralString) -> LiteralString:
    """The condition that the row `agent` may work on a ticket of the branch which this expression names, or of none.

    Where nobody in the agent's department works for that branch, whoever of another branch sees all of them may.
    """
    return f"""
        ({branch} IS NULL OR ({works_for(branch)}) OR (
            EXISTS (SELECT 1 FROM access."user" AS person
                    WHERE person.id = agent.user_id AND person.active AND person.all_branches)
            AND NOT EXISTS (SELECT 1 FROM desk.agent AS colleague
                            WHERE colleague.department_id = agent.department_id AND {works_for(branch, "colleague")})))
    """


_CANDIDATES: LiteralString = f"""
    SELECT id, name, open_tickets, max_tickets,
           branch_id IS NOT NULL AND branch_id = %(branch)s AS of_branch, language = %(language)s AS of_language
    FROM desk.agent
    WHERE department_id = %(department)s AND available AND open_tickets < max_tickets AND seniority >= %(seniority)s
      AND (%(agent)s::uuid IS NULL OR id = %(agent)s) AND id IS DISTINCT FROM %(except)s::uuid
      AND %(skills)s::text[] <@ ARRAY(SELECT skill FROM desk.agent_skill WHERE agent_id = agent.id)
      AND {suits("%(branch)s::uuid")}
    ORDER BY branch_id IS NOT DISTINCT FROM %(branch)s::uuid DESC, branch_id IS NULL DESC,
             language IS NOT DISTINCT FROM %(language)s DESC,
             open_tickets::float / max_tickets, last_assigned_at NULLS FIRST, id
"""

_TAKE = """
    UPDATE desk.agent SET open_tickets = open_tickets + 1, last_assigned_at = %s
    WHERE id = %s AND available AND open_tickets < max_tickets RETURNING id
"""


def assign(uow: UnitOfWork, ticket_id: UUID, old: UUID | None, wanted: Wanted, why: str) -> UUID | None:
    """Give a ticket (locked by the caller) to the best free agent; None when nobody is.

    `why` names the decision this follows from, and goes into the history with what spoke for the agent.
    """
    lock_department(uow, wanted.department_id)
    now = clock.now()
    for agent in _candidates(uow, wanted):
        if uow.one(_TAKE, (now, agent["id"])) is None:
            continue  # went on a break, or was filled by hand, since the candidates were read
        if old is not None:
            let_go(uow, old)
        reason = _explain(agent, why)
        uow.execute(
            "UPDATE desk.ticket SET agent_id = %s, department_id = %s, assigned_at = %s, updated_at = %s WHERE id = %s",
            (agent["id"], wanted.department_id, now, now, ticket_id),
        )
        change = {"agent_id": (str(old) if old else None, str(agent["id"]))}
        transition(uow, "desk.ticket_change", ticket_id, change, actor=ACTOR, reason=reason)
        uow.record(TicketAssigned(ticket_id=ticket_id, old=old, new=agent["id"], reason=reason))
        return UUID(str(agent["id"]))
    return None


def _candidates(uow: UnitOfWork, wanted: Wanted) -> list[Row]:
    return uow.all(
        _CANDIDATES,
        {
            "department": wanted.department_id,
            "skills": list(wanted.skills),
            "branch": wanted.branch_id,
            "language": wanted.language,
            "agent": wanted.agent_id,
            "seniority": wanted.seniority,
            "except": wanted.except_agent,
        },
    )


def _explain(agent: Row, why: str) -> str:
    locale = settings().locale
    reasons = [say("desk.load", locale, open=agent["open_tickets"], max=agent["max_tickets"])]
    reasons += [say("desk.of_branch", locale)] if agent["of_branch"] else []
    reasons += [say("desk.of_language", locale)] if agent["of_language"] else []
    return say("desk.assigned", locale, why=why, agent=agent["name"], because=", ".join(reasons))


def release(uow: UnitOfWork, agent_id: UUID | None) -> None:
    """A ticket of this agent is finished: there is room for the next one that waits."""
    if agent_id is None:
        return
    agent = uow.one("SELECT department_id FROM desk.agent WHERE id = %s", (agent_id,))
    if agent is not None:
        lock_department(uow, agent["department_id"])
        let_go(uow, agent_id)
        assign_waiting(uow, agent["department_id"], limit=1)


def let_go(uow: UnitOfWork, agent_id: UUID) -> None:
    """The agent has one ticket less."""
    uow.execute("UPDATE desk.agent SET open_tickets = open_tickets - 1 WHERE id = %s AND open_tickets > 0", (agent_id,))


def take_back(uow: UnitOfWork, ticket_id: UUID, agent_id: UUID | None, *, actor: str) -> None:
    """A finished ticket was taken up again: its agent continues if available and not full, else it queues."""
    if agent_id is None:
        return
    agent = uow.one("SELECT department_id FROM desk.agent WHERE id = %s", (agent_id,))
    if agent is None:
        return
    lock_department(uow, agent["department_id"])
    if uow.one(_TAKE, (clock.now(), agent_id)) is None:
        unassign(uow, ticket_id, agent_id, actor=actor, reason=say("desk.reopened_elsewhere", settings().locale))
        assign_waiting(uow, agent["department_id"])


def lock_agents(uow: UnitOfWork, *agents: UUID | None) -> None:
    """Hold these agents still, their departments before them, so that what they have can be counted and moved."""
    wanted = [agent for agent in agents if agent is not None]
    uow.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended('desk.department:' || department_id, 0)) FROM"
        " (SELECT DISTINCT department_id FROM desk.agent WHERE id = ANY(%s) ORDER BY department_id) AS departments",
        (wanted,),
    )
    uow.execute("SELECT 1 FROM desk.agent WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", (wanted,))


def hand_to(uow: UnitOfWork, ticket_id: UUID, old: UUID | None, new: UUID, *, actor: str, reason: str) -> None:
    """Move a ticket (locked by the caller) from one agent's hands into another's, however full those are.

    Its department stays: the rules chose that, whoever works on it.
    """
    lock_agents(uow, old, new)
    now = clock.now()
    if old is not None:
        let_go(uow, old)
    uow.execute(
        "UPDATE desk.agent SET open_tickets = open_tickets + 1, last_assigned_at = %s WHERE id = %s", (now, new)
    )
    uow.execute(
        "UPDATE desk.ticket SET agent_id = %s, assigned_at = %s, updated_at = %s WHERE id = %s",
        (new, now, now, ticket_id),
    )
    change = {"agent_id": (str(old) if old else None, str(new))}
    transition(uow, "desk.ticket_change", ticket_id, change, actor=actor, reason=reason)
    uow.record(TicketAssigned(ticket_id=ticket_id, old=old, new=new, reason=reason))


def unassign(uow: UnitOfWork, ticket_id: UUID, agent_id: UUID, *, actor: str, reason: str) -> None:
    """Put a ticket back into its department's queue. The agent's count is the caller's to settle."""
    uow.execute("UPDATE desk.ticket SET agent_id = NULL, assigned_at = NULL WHERE id = %s", (ticket_id,))
    transition(uow, "desk.ticket_change", ticket_id, {"agent_id": (str(agent_id), None)}, actor=actor, reason=reason)


_FREE = "SELECT 1 FROM desk.agent WHERE department_id = %s AND available AND open_tickets < max_tickets LIMIT 1"

_WAITING: LiteralString = f"""
    SELECT id, branch_id, language, skills FROM desk.ticket AS ticket
    WHERE department_id = %s AND agent_id IS NULL AND status IN ('open', 'in_progress', 'waiting')
      AND EXISTS (
          SELECT 1 FROM desk.agent
          WHERE agent.department_id = ticket.department_id AND available AND open_tickets < max_tickets
            AND ticket.skills <@ ARRAY(SELECT skill FROM desk.agent_skill WHERE agent_id = agent.id)
            AND {suits("ticket.branch_id")})
    ORDER BY priority_rank DESC, created_at, id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
"""


def assign_waiting(uow: UnitOfWork, department_id: UUID, *, limit: int = 100) -> int:
    """Give what waits in a department's queue to whoever is free, highest priority first, then oldest; how many."""
    lock_department(uow, department_id)
    why = say("desk.from_queue", settings().locale)
    given = 0
    while given < limit and uow.one(_FREE, (department_id,)) is not None:
        ticket = uow.one(_WAITING, (department_id,))
        if ticket is None:
            break
        wanted = Wanted(department_id, ticket["skills"], ticket["branch_id"], ticket["language"])
        if assign(uow, ticket["id"], None, wanted, why) is None:
            break
        given += 1
    return given


def assign_all_waiting(uow: UnitOfWork) -> int:
    """`assign_waiting` for every department in whose queue something waits; how many tickets were given."""
    departments = uow.all(
        "SELECT id FROM desk.department WHERE EXISTS (SELECT 1 FROM desk.ticket WHERE department_id = department.id"
        " AND agent_id IS NULL AND status IN ('open', 'in_progress', 'waiting')) ORDER BY id"
    )
    return sum(assign_waiting(uow, row["id"]) for row in departments)
