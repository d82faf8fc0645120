"""Tickets past their target go one step up: a higher priority, a senior agent, a word to the supervisor.

The targets are the rows of `desk.escalation_rule`. A rule's clock runs from the ticket's creation, or from when it was
taken up again (states `unanswered` and `open`), or from its last change (`stale`); a ticket that waits for its customer
has no clock. Each rule fires once per start of its clock, and no sooner than its own time after any other escalation
of the ticket, so that a raised priority does not at once miss the shorter target that now applies.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import LiteralString
from uuid import UUID

from relevo import clock
from relevo.db import Row, UnitOfWork, transition
from relevo.desk import assignment, prioritizing
from relevo.desk.assignment import Wanted
from relevo.errors import NotFound
from relevo.events import TicketEscalated
from relevo.events.desk import Level
from relevo.settings import settings
from relevo.texts import say

BITE = 200
"""Tickets escalated in one transaction; the schedule comes back in a minute for more."""

ACTOR = "escalation"
SENIOR = 3
"""The seniority from which an agent takes escalated tickets nobody has."""

_BY_HAND = UUID("019a0000-0000-7000-8000-000000000000")
"""The rule that stands for a person's decision."""

_STEP_UP: dict[str | None, Level] = {
    None: "medium",
    "low": "medium",
    "medium": "high",
    "high": "urgent",
    "urgent": "critical",
    "critical": "critical",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A target: tickets in `state` with one of these priorities (any, when empty) for longer than `after`."""

    id: UUID
    name: str
    state: str
    priorities: list[str]
    after: timedelta


def escalate_due(uow: UnitOfWork, now: datetime | None = None, *, limit: int = BITE) -> int:
    """Escalate what is due at `now`, customers with tier VIP first, at most `limit`; how many were.

    While another run is at work this one does nothing.
    """
    if not _only_run(uow):
        return 0
    now = now or clock.now()
    due: dict[UUID, tuple[Rule, Row]] = {}
    for rule in active_rules(uow):
        due |= {ticket["id"]: (rule, ticket) for ticket in _due(uow, rule, now, limit, set(due))}
    chosen = sorted(due.values(), key=lambda entry: entry[1]["tier"] != "vip")[:limit]
    # Department by department: each is locked while an agent is sought, and two runs must not wait for each other.
    for rule, ticket in sorted(chosen, key=lambda entry: str(entry[1]["department_id"])):
        _escalate(uow, rule, ticket, now)
    return len(chosen)


def escalate_by_hand(uow: UnitOfWork, ticket_id: UUID, *, actor: str, reason: str) -> None:
    """Somebody asks for more attention: the ticket goes one step up and its supervisor is told; its agent keeps it.

    One that has no priority yet is prioritized first. Raises NotFound.
    """
    ticket = uow.one(
        "SELECT id, priority, escalation_level, department_id, agent_id FROM desk.ticket WHERE id = %s"
        " FOR NO KEY UPDATE",
        (ticket_id,),
    )
    if ticket is None:
        raise NotFound(f"there is no ticket {ticket_id}")
    if ticket["priority"] is None:
        ticket["priority"] = prioritizing.prioritize(uow, ticket_id).level
    now = clock.now()
    old, new = _step_up(uow, ticket, now, actor=actor, reason=reason)
    uow.execute(
        "INSERT INTO desk.escalation (ticket_id, rule_id, since, at) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (ticket_id, _BY_HAND, now, now),
    )
    uow.record(
        TicketEscalated(
            ticket_id=ticket_id,
            rule=reason,
            level=ticket["escalation_level"] + 1,
            old=old,
            new=new,
            agent_id=ticket["agent_id"],
            supervisor_id=_supervisor(uow, ticket),
        )
    )


def _step_up(uow: UnitOfWork, ticket: Row, now: datetime, *, actor: str, reason: str) -> tuple[Level, Level]:
    """Raise a ticket (locked by the caller) one step; the priorities before and after."""
    old, new, level = ticket["priority"], _STEP_UP[ticket["priority"]], ticket["escalation_level"] + 1
    uow.execute(
        "UPDATE desk.ticket SET priority = %s, escalation_level = %s, escalated_at = %s WHERE id = %s",
        (new, level, now, ticket["id"]),
    )
    changes = {"priority": (old, new), "escalation_level": (level - 1, level)}
    changes = {field: values for field, values in changes.items() if values[0] != values[1]}
    transition(uow, "desk.ticket_change", ticket["id"], changes, actor=actor, reason=reason)
    return old or "low", new


def _only_run(uow: UnitOfWork) -> bool:
    row = uow.one("SELECT pg_try_advisory_xact_lock(hashtextextended('desk.escalation', 0)) AS taken")
    return row is not None and bool(row["taken"])


def active_rules(uow: UnitOfWork) -> list[Rule]:
    """The targets in force, in their order."""
    rows = uow.all(
        "SELECT id, name, state, priorities, make_interval(mins => after_minutes) AS after"
        " FROM desk.escalation_rule WHERE active ORDER BY position"
    )
    return [Rule(**row) for row in rows]


_CLOCKS: dict[str, tuple[LiteralString, LiteralString]] = {
    "unanswered": (
        "greatest(ticket.created_at, ticket.reopened_at)",
        "ticket.status IN ('open', 'in_progress') AND ticket.first_response_at IS NULL"
        " AND ticket.created_at <= %(before)s",
    ),
    "open": (
        "greatest(ticket.created_at, ticket.reopened_at)",
        "ticket.status IN ('open', 'in_progress') AND ticket.created_at <= %(before)s",
    ),
    "stale": ("ticket.updated_at", "ticket.status = 'in_progress'"),
}
"""For each state, where its clock starts and which tickets it runs for."""


def _due(uow: UnitOfWork, rule: Rule, now: datetime, limit: int, done: set[UUID]) -> list[Row]:
    since, runs = _CLOCKS[rule.state]
    return uow.all(
        f"SELECT ticket.id, ticket.priority, ticket.escalation_level, ticket.department_id, ticket.agent_id,"
        f" ticket.skills, ticket.branch_id, ticket.language, customer.tier, {since} AS since"
        " FROM desk.ticket JOIN crm.customer ON customer.id = ticket.customer_id"
        f" WHERE {runs} AND {since} <= %(before)s"
        " AND (%(any)s OR ticket.priority = ANY(%(priorities)s))"
        " AND (ticket.escalated_at IS NULL OR ticket.escalated_at <= %(before)s)"
        " AND NOT EXISTS (SELECT 1 FROM desk.escalation"
        f" WHERE ticket_id = ticket.id AND rule_id = %(rule)s AND escalation.since = {since})"
        " AND ticket.id <> ALL(%(done)s::uuid[])"
        f" ORDER BY customer.tier = 'vip' DESC, {since}, ticket.id LIMIT %(limit)s"
        " FOR NO KEY UPDATE OF ticket SKIP LOCKED",
        {
            "before": now - rule.after,
            "any": not rule.priorities,
            "priorities": rule.priorities,
            "rule": rule.id,
            "done": list(done),
            "limit": limit,
        },
    )


def _escalate(uow: UnitOfWork, rule: Rule, ticket: Row, now: datetime) -> None:
    uow.execute(
        "INSERT INTO desk.escalation (ticket_id, rule_id, since, at) VALUES (%s, %s, %s, %s)",
        (ticket["id"], rule.id, ticket["since"], now),
    )
    reason = say("desk.escalated", settings().locale, rule=rule.name)
    old, new = _step_up(uow, ticket, now, actor=ACTOR, reason=reason)
    supervisor_id = _supervisor(uow, ticket)
    agent_id = _to_senior(uow, rule, ticket) or ticket["agent_id"]
    uow.record(
        TicketEscalated(
            ticket_id=ticket["id"],
            rule=rule.name,
            level=ticket["escalation_level"] + 1,
            old=old,
            new=new,
            agent_id=agent_id,
            supervisor_id=supervisor_id,
        )
    )


def _supervisor(uow: UnitOfWork, ticket: Row) -> UUID | None:
    """Who is told: the supervisor of the agent who had the ticket, else of the department."""
    row = uow.one(
        "SELECT coalesce((SELECT supervisor_id FROM desk.agent WHERE id = %s),"
        " (SELECT supervisor_id FROM desk.department WHERE id = %s)) AS id",
        (ticket["agent_id"], ticket["department_id"]),
    )
    return row["id"] if row is not None else None


def _to_senior(uow: UnitOfWork, rule: Rule, ticket: Row) -> UUID | None:
    """Give the ticket to a free agent senior to the one who has it; who that is, None when nobody is."""
    if ticket["department_id"] is None:
        return None
    current = uow.one("SELECT seniority FROM desk.agent WHERE id = %s", (ticket["agent_id"],))
    wanted = Wanted(
        ticket["department_id"],
        ticket["skills"],
        ticket["branch_id"],
        ticket["language"],
        seniority=current["seniority"] + 1 if current is not None else SENIOR,
        except_agent=ticket["agent_id"],
    )
    why = say("desk.escalated.agent", settings().locale, rule=rule.name)
    return assignment.assign(uow, ticket["id"], ticket["agent_id"], wanted, why)
