"""What stands beside a ticket's ids: names people know, and the clock that is running."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from relevo.db import Row, UnitOfWork
from relevo.desk.sla import Sla, sla, sla_rules
from relevo.desk.tickets import Ticket


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Customer (id, name, tier), agent (id, name), department and branch (id, code, name), and what is due first."""

    customer: dict[str, Any]
    agent: dict[str, Any] | None
    department: dict[str, Any] | None
    branch: dict[str, Any] | None
    sla: Sla | None


def surroundings(uow: UnitOfWork, tickets: Sequence[Ticket]) -> dict[UUID, Surroundings]:
    """Of each of these tickets, by its id; two queries, however many there are."""
    rows = uow.all(
        "SELECT ticket.id, customer.id AS customer_id, customer.name AS customer_name, customer.tier AS customer_tier,"
        " agent.id AS agent_id, agent.name AS agent_name, department.id AS department_id,"
        " department.code AS department_code, department.name AS department_name,"
        " branch.id AS branch_id, branch.code AS branch_code, branch.name AS branch_name"
        " FROM desk.ticket JOIN crm.customer ON customer.id = ticket.customer_id"
        " LEFT JOIN desk.agent ON agent.id = ticket.agent_id"
        " LEFT JOIN desk.department ON department.id = ticket.department_id"
        " LEFT JOIN inbox.branch ON branch.id = ticket.branch_id"
        # The inner SELECT hides how many there are: the plan for any number is kept.
        " WHERE ticket.id = ANY((SELECT %s::uuid[])::uuid[])",
        ([ticket.id for ticket in tickets],),
    )
    beside, rules = {row["id"]: row for row in rows}, sla_rules(uow)
    return {ticket.id: _of(beside[ticket.id], sla(ticket, rules)) for ticket in tickets}


def _of(row: Row, due: Sla | None) -> Surroundings:
    def part(name: str, *fields: str) -> dict[str, Any] | None:
        return {field: row[f"{name}_{field}"] for field in fields} if row[f"{name}_id"] else None

    return Surroundings(
        customer=part("customer", "id", "name", "tier") or {},
        agent=part("agent", "id", "name"),
        department=part("department", "id", "code", "name"),
        branch=part("branch", "id", "code", "name"),
        sla=due,
    )
