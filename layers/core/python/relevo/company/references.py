"""What a document's entries point at must be in the document or in the database already."""

from __future__ import annotations

from collections.abc import Iterator
from typing import LiteralString

from relevo.company.document import Company
from relevo.db import UnitOfWork
from relevo.errors import InvalidInput


def check(uow: UnitOfWork, company: Company) -> None:
    """Raises InvalidInput that names every place whose department, branch, agent or time zone does not exist."""
    known = {
        "department": {d.code for d in company.departments} | _column(uow, "SELECT code AS key FROM desk.department"),
        "branch": {b.code for b in company.branches} | _column(uow, "SELECT code AS key FROM inbox.branch"),
        "agent": {a.email for a in company.agents} | _column(uow, "SELECT email AS key FROM desk.agent"),
        "time zone": _column(uow, "SELECT name AS key FROM pg_timezone_names") if company.branches else set(),
    }
    problems = [
        f"{place}: there is no {kind} {key!r}" for place, kind, key in _references(company) if key not in known[kind]
    ]
    if problems:
        raise InvalidInput("; ".join(problems))


def _column(uow: UnitOfWork, query: LiteralString) -> set[str]:
    return {row["key"] for row in uow.all(query)}


def _references(company: Company) -> Iterator[tuple[str, str, str]]:
    """(place, kind, key) of everything that is pointed at."""
    for n, branch in enumerate(company.branches):
        yield f"branches.{n}.timezone", "time zone", branch.timezone
    for n, department in enumerate(company.departments):
        if department.supervisor:
            yield f"departments.{n}.supervisor", "agent", department.supervisor
    for n, agent in enumerate(company.agents):
        yield f"agents.{n}.department", "department", agent.department
        if agent.branch:
            yield f"agents.{n}.branch", "branch", agent.branch
        if agent.supervisor:
            yield f"agents.{n}.supervisor", "agent", agent.supervisor
    for n, rule in enumerate(company.routing_rules or []):
        yield f"routing_rules.{n}.department", "department", rule.department
        if rule.agent:
            yield f"routing_rules.{n}.agent", "agent", rule.agent
        for b, code in enumerate(rule.conditions.branch or ()):
            yield f"routing_rules.{n}.conditions.branch.{b}", "branch", code
