"""Who is told about what, in which language and over which channels."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from relevo.db import Row, UnitOfWork
from relevo.errors import InvalidInput, NotFound
from relevo.events import TicketAssigned, TicketEscalated
from relevo.notify.targets import Target, parse_targets
from relevo.settings import settings

log = logging.getLogger("relevo.notify")


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who is told: an agent, or (without `agent_id`) whoever reads the channels a company chose."""

    agent_id: UUID | None
    language: str
    targets: tuple[Target, ...]
    user_id: UUID | None = None


_FACTS = """
    SELECT ticket.id AS ticket_id, ticket.number, ticket.subject, ticket.description, ticket.priority, ticket.category,
           ticket.source, ticket.created_at, customer.name AS customer, customer.tier, branch.name AS branch,
           department.name AS department, department.code AS department_code, agent.name AS agent
    FROM desk.ticket JOIN crm.customer ON customer.id = ticket.customer_id
    LEFT JOIN inbox.branch ON branch.id = ticket.branch_id
    LEFT JOIN desk.department ON department.id = ticket.department_id
    LEFT JOIN desk.agent ON agent.id = ticket.agent_id
    WHERE ticket.id = %s
"""


def facts_of(uow: UnitOfWork, event: TicketAssigned | TicketEscalated) -> dict[str, Any]:
    """What can be said about the event, as JSON holds it. Raises NotFound."""
    row = uow.one(_FACTS, (event.ticket_id,))
    if row is None:
        raise NotFound(f"there is no ticket {event.ticket_id}")
    facts = row | {"event": event.name, "ticket_id": str(row["ticket_id"]), "created_at": row["created_at"].isoformat()}
    facts["description"] = row["description"][:500]
    if isinstance(event, TicketEscalated):
        return facts | {"rule": event.rule, "steps": event.level, "old": event.old, "new": event.new}
    return facts | {"reason": event.reason}


def readers_of(uow: UnitOfWork, event: TicketAssigned | TicketEscalated, department: str | None) -> list[Reader]:
    """The agent a ticket was assigned to; the supervisor of an escalated one and the agent who has it."""
    if isinstance(event, TicketAssigned):
        return [_agent(uow, event.new, department)]
    agents = [agent_id for agent_id in (event.supervisor_id, event.agent_id) if agent_id is not None]
    readers = [_agent(uow, agent_id, department) for agent_id in dict.fromkeys(agents)]
    return readers if event.supervisor_id is not None else [_nobody_in_charge(uow, department), *readers]


def _agent(uow: UnitOfWork, agent_id: UUID, department: str | None) -> Reader:
    row = uow.one("SELECT id, user_id, name, email, language, notify FROM desk.agent WHERE id = %s", (agent_id,))
    if row is None:
        raise NotFound(f"there is no agent {agent_id}")
    own = _valid(row["notify"], f"agent {row['name']}")
    targets = own or list(_defaults(uow, department))
    return Reader(agent_id, row["language"], tuple(_addressed(target, row) for target in targets), row["user_id"])


def _addressed(target: Target, agent: Row) -> Target:
    if target.channel == "email" and not target.address:
        return target.model_copy(update={"address": agent["email"]})
    return target


def _nobody_in_charge(uow: UnitOfWork, department: str | None) -> Reader:
    return Reader(None, settings().locale, tuple(_defaults(uow, department)))


def supervisors_of(uow: UnitOfWork, branch_id: UUID | None) -> list[Reader]:
    """The supervisors and admins of a branch who are agents, to be told in their console; without a branch, those of
    all branches."""
    rows = uow.all(
        'SELECT agent.id, agent.user_id, agent.language FROM desk.agent JOIN access."user" AS u ON u.id = agent.user_id'
        " WHERE u.active AND u.role IN ('supervisor', 'admin') AND (u.all_branches OR EXISTS"
        "   (SELECT 1 FROM access.user_branch WHERE user_id = u.id AND branch_id = %s))",
        (branch_id,),
    )
    return [Reader(row["id"], row["language"], (), row["user_id"]) for row in rows]


def agents_in_console(uow: UnitOfWork, agents: Sequence[UUID]) -> list[Reader]:
    """These agents, to be told in their console."""
    rows = uow.all("SELECT id, user_id, language FROM desk.agent WHERE id = ANY(%s)", (list(agents),))
    return [Reader(row["id"], row["language"], (), row["user_id"]) for row in rows]


def users_in_console(uow: UnitOfWork, users: Sequence[UUID]) -> list[Reader]:
    """Those of these users who are agents, to be told in their console."""
    rows = uow.all("SELECT id, user_id, language FROM desk.agent WHERE user_id = ANY(%s)", (list(users),))
    return [Reader(row["id"], row["language"], (), row["user_id"]) for row in rows]


def company_targets(uow: UnitOfWork) -> list[Target]:
    """Where the whole company is told, if it chose anything."""
    return list(_of(uow, "notify.company") or ())


def _defaults(uow: UnitOfWork, department: str | None) -> Iterator[Target]:
    """The department's channels, else the company's."""
    for key in (f"notify.department.{department}", "notify.company"):
        chosen = _of(uow, key)
        if chosen is not None:
            yield from chosen
            return


def _of(uow: UnitOfWork, key: str) -> list[Target] | None:
    row = uow.one("SELECT value FROM platform.setting WHERE key = %s", (key,))
    return None if row is None else _valid(row["value"], f"setting {key}")


def _valid(raw: Any, whose: str) -> list[Target]:
    try:
        return parse_targets(raw)
    except InvalidInput as error:
        log.error("nothing can be sent to %s: %s", whose, error)
        return []
