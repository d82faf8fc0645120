"""Where a ticket goes: the first rule that applies, else the department of its category, else that of its priority."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from pydantic import Field

from relevo import clock
from relevo.db import Row, UnitOfWork, transition
from relevo.desk import assignment, queueing
from relevo.desk.assignment import ACTOR, Wanted
from relevo.desk.queueing import Subject
from relevo.desk.rules import Facts, applies, parse_conditions
from relevo.errors import InvalidInput, NotFound, PermanentError
from relevo.events import TicketRouted
from relevo.platform import Definition, value
from relevo.settings import settings
from relevo.texts import say

log = logging.getLogger("relevo.desk.routing")

Code = Annotated[str, Field(min_length=1, max_length=40)]
Departments = dict[Code, Code]


def _known_departments(uow: UnitOfWork, chosen: Departments) -> None:
    known = {row["code"] for row in uow.all("SELECT code FROM desk.department")}
    if unknown := sorted(set(chosen.values()) - known):
        raise InvalidInput(f"no department has the code {', '.join(unknown)}; there are {', '.join(sorted(known))}")


def _setting(key: str, default: Departments) -> Definition[Departments]:
    return Definition(key, "object", Departments, lambda: default, _known_departments)


BY_CATEGORY = _setting(
    "desk.category_departments",
    {
        "technical": "technical",
        "security": "technical",
        "billing": "billing",
        "sales": "sales",
        "retention": "sales",
        "general": "general",
    },
)
"""The department (its code) of each category."""

BY_PRIORITY = _setting("desk.priority_departments", {"critical": "technical", "urgent": "technical", "*": "general"})
"""The department of what has no other, by priority; `*` is every other one."""

_SETTLING = frozenset({"department_id", "agent_id"})
"""What, settled by a person, leaves a ticket in its department."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Where a ticket goes and what decided it; `why` is the sentence for people, `rule` the name for machines."""

    department_id: UUID
    rule: str
    why: str
    skills: tuple[str, ...] = ()
    agent_id: UUID | None = None


_TICKET = """
    SELECT ticket.id, ticket.subject, ticket.description, ticket.status, ticket.source, ticket.category,
           ticket.priority, ticket.language, ticket.branch_id, ticket.department_id, ticket.skills, ticket.agent_id,
           ticket.routed_at, ticket.first_response_at, ticket.by_hand, customer.tier, branch.code AS branch
    FROM desk.ticket JOIN crm.customer ON customer.id = ticket.customer_id
    LEFT JOIN inbox.branch ON branch.id = ticket.branch_id
    WHERE ticket.id = %s FOR NO KEY UPDATE OF ticket
"""


def route(uow: UnitOfWork, ticket_id: UUID) -> None:
    """Give a ticket to a department and, if somebody is free, to an agent; else it waits in the department's queue.

    A ticket somebody works on stays where it is, and one whose department is unchanged keeps its agent: routing again
    after a new priority moves nothing needlessly. Every decision is a row of history with its reason.
    A conversation that waits goes to somebody who is there, and the ticket with it; who holds it keeps both.
    Raises NotFound, and PermanentError when no department exists.
    """
    subject = queueing.lock_subject(uow, ticket_id)
    ticket = uow.one(_TICKET, (ticket_id,))
    if ticket is None:
        raise NotFound(f"there is no ticket {ticket_id}")
    if ticket["status"] in ("resolved", "closed") or _is_worked_on(ticket):
        log.info("ticket stays where it is", extra={"ticket_id": str(ticket_id), "status": ticket["status"]})
        return
    decision = decide(uow, ticket)
    moved = decision.department_id != ticket["department_id"]
    if moved or ticket["routed_at"] is None or list(decision.skills) != ticket["skills"]:
        _settle(uow, ticket, decision)
    if subject is None or subject.holder is None or subject.holder != ticket["agent_id"]:
        _place(uow, ticket, decision, subject, moved)


def _place(uow: UnitOfWork, ticket: Row, decision: Decision, subject: Subject | None, moved: bool) -> None:
    """Find who works on the ticket: who is given its conversation, else who is free in its department."""
    if moved and ticket["agent_id"] is not None:
        _take_away(uow, ticket, decision)
    if subject and subject.offered and queueing.offer(uow, subject.conversation_id, named=decision.agent_id):
        return
    if moved or ticket["agent_id"] is None:
        _assign(uow, ticket, decision, explain_waiting=moved)


def _is_worked_on(ticket: Row) -> bool:
    return ticket["agent_id"] is not None and (ticket["status"] != "open" or ticket["first_response_at"] is not None)


def decide(uow: UnitOfWork, ticket: Row) -> Decision:
    """The decision for a ticket (a row of `_TICKET`). Raises PermanentError when no department exists."""
    locale = settings().locale
    if ticket["department_id"] and not _SETTLING.isdisjoint(ticket["by_hand"]):
        return Decision(ticket["department_id"], "by hand", say("desk.by_hand", locale), tuple(ticket["skills"]))
    facts = Facts(
        text=f"{ticket['subject']}\n{ticket['description']}",
        category=ticket["category"],
        source=ticket["source"],
        tier=ticket["tier"],
        priority=ticket["priority"],
        branch=ticket["branch"],
        language=ticket["language"],
    )
    for rule in _rules(uow):
        if _rule_applies(rule, facts):
            why = say("desk.why.rule", locale, rule=rule["name"])
            return Decision(rule["department_id"], rule["name"], why, tuple(rule["skills"]), rule["agent_id"])
    return _without_rule(uow, facts)


def _rules(uow: UnitOfWork) -> list[Row]:
    return uow.all(
        "SELECT name, conditions, department_id, skills, agent_id FROM desk.routing_rule WHERE active ORDER BY position"
    )


def _rule_applies(rule: Row, facts: Facts) -> bool:
    try:
        return applies(parse_conditions(rule["conditions"]), facts)
    except InvalidInput as error:
        log.error("routing rule %r is passed over: %s", rule["name"], error)
        return False


def _without_rule(uow: UnitOfWork, facts: Facts) -> Decision:
    locale = settings().locale
    departments = {row["code"]: row["id"] for row in uow.all("SELECT code, id FROM desk.department ORDER BY code")}
    by_category, by_priority = value(uow, BY_CATEGORY), value(uow, BY_PRIORITY)
    choices = [
        (by_category.get(facts.category), "category", say("desk.why.category", locale, category=facts.category)),
        (by_priority.get(facts.priority or "*"), "priority", say("desk.why.priority", locale)),
        (by_priority.get("*"), "fallback", say("desk.why.fallback", locale)),
        (next(iter(departments), None), "fallback", say("desk.why.fallback", locale)),
    ]
    for code, rule, why in choices:
        if code in departments:
            return Decision(departments[code], rule, why)
    raise PermanentError("no department exists; create one and replay the ticket")


def _settle(uow: UnitOfWork, ticket: Row, decision: Decision) -> None:
    """The ticket belongs to the department; told, and written down, when that is new."""
    uow.execute(
        "UPDATE desk.ticket SET department_id = %s, skills = %s, routed_at = %s WHERE id = %s",
        (decision.department_id, list(decision.skills), clock.now(), ticket["id"]),
    )
    old = ticket["department_id"]
    if old == decision.department_id:
        return
    change = {"department_id": (str(old) if old else None, str(decision.department_id))}
    transition(uow, "desk.ticket_change", ticket["id"], change, actor=ACTOR, reason=decision.why)
    uow.record(TicketRouted(ticket_id=ticket["id"], department_id=decision.department_id, rule=decision.rule))


def _take_away(uow: UnitOfWork, ticket: Row, decision: Decision) -> None:
    """The agent of the former department is freed before the new one is asked."""
    assignment.unassign(uow, ticket["id"], ticket["agent_id"], actor=ACTOR, reason=decision.why)
    assignment.let_go(uow, ticket["agent_id"])


def _assign(uow: UnitOfWork, ticket: Row, decision: Decision, *, explain_waiting: bool) -> None:
    for wanted in _wishes(ticket, decision):
        if assignment.assign(uow, ticket["id"], None, wanted, decision.why) is not None:
            return
    if explain_waiting:
        reason = say("desk.waits", settings().locale, why=decision.why)
        transition(uow, "desk.ticket_change", ticket["id"], {"agent_id": (None, None)}, actor=ACTOR, reason=reason)


def _wishes(ticket: Row, decision: Decision) -> Iterator[Wanted]:
    """Whom to ask: the agent the rule names, then everybody with its skills."""
    wishes: Iterable[UUID | None] = (decision.agent_id, None) if decision.agent_id is not None else (None,)
    for agent_id in wishes:
        yield Wanted(
            decision.department_id,
            () if agent_id is not None else decision.skills,
            ticket["branch_id"],
            ticket["language"],
            agent_id,
        )
