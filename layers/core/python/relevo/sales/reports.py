"""What was sold in a day: by agent and currency, with what they earned, told to a branch's supervisors each morning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from relevo import clock, ids, notify
from relevo.db import UnitOfWork
from relevo.sales.money import shown
from relevo.texts import say

_HOUR = 7
"""The hour of a branch's morning from which yesterday is told."""


@dataclass(frozen=True, slots=True)
class Sold:
    """What an agent sold in a branch, in one currency; None is what had no agent. Cancelled orders do not count."""

    branch_id: UUID
    agent_id: UUID | None
    agent_name: str | None
    currency: str
    orders: int
    net: Decimal
    tax: Decimal
    total: Decimal
    commission: Decimal


def sold(uow: UnitOfWork, first: date, last: date, *, branches: frozenset[UUID] | None = None) -> list[Sold]:
    """What was sold from the first to the last day, by the branches' own calendars; by branch, the most first."""
    rows = uow.all(
        "SELECT o.branch_id, o.agent_id, agent.name AS agent_name, o.currency, count(*) AS orders, sum(o.net) AS net,"
        "   sum(o.tax) AS tax, sum(o.total) AS total, coalesce(sum(c.amount), 0) AS commission"
        ' FROM inbox.branch JOIN sales."order" AS o ON o.branch_id = branch.id'
        "   AND o.placed_at >= %(first)s::date::timestamp AT TIME ZONE branch.timezone"
        "   AND o.placed_at < (%(last)s::date + 1)::timestamp AT TIME ZONE branch.timezone"
        " LEFT JOIN desk.agent ON agent.id = o.agent_id LEFT JOIN sales.commission AS c ON c.order_id = o.id"
        " WHERE o.status = 'placed' AND (%(branches)s::uuid[] IS NULL OR branch.id = ANY(%(branches)s))"
        " GROUP BY o.branch_id, branch.name, o.agent_id, agent.name, o.currency"
        " ORDER BY branch.name, o.branch_id, sum(o.total) DESC, o.agent_id",
        {"first": first, "last": last, "branches": None if branches is None else list(branches)},
    )
    return [Sold(**row) for row in rows]


def tell_due(uow: UnitOfWork) -> int:
    """Tell each branch's supervisors yesterday's sales once its morning has come; how many branches were told."""
    now = clock.now()
    due = uow.all(
        "INSERT INTO sales.report (branch_id, day, made_at)"
        " SELECT id, (%(now)s AT TIME ZONE timezone)::date - 1, %(now)s FROM inbox.branch"
        " WHERE extract(hour FROM %(now)s AT TIME ZONE timezone) >= %(hour)s"
        " ON CONFLICT DO NOTHING RETURNING branch_id, day",
        {"now": now, "hour": _HOUR},
    )
    for report in due:
        _tell(uow, report["branch_id"], report["day"])
    return len(due)


def _tell(uow: UnitOfWork, branch_id: UUID, day: date) -> None:
    branch = uow.one("SELECT name FROM inbox.branch WHERE id = %s", (branch_id,))
    assert branch is not None  # named by a foreign key
    figures = sold(uow, day, day, branches=frozenset({branch_id}))

    def subject(language: str) -> str:
        return say("notify.sales_report", language, day=day.isoformat(), branch=branch["name"])

    notify.tell_supervisors(
        uow,
        ids.new_id(),
        branch_id,
        template="sales_report",
        subject=subject,
        body=lambda language: told(figures, language),
    )


def told(figures: Sequence[Sold], language: str) -> str:
    """The figures in words, a line for each agent and a total for each currency."""
    if not figures:
        return say("notify.sales_report.none", language)
    nobody = say("notify.sales_report.nobody", language)
    lines = [_line("line", language, [each], agent=each.agent_name or nobody) for each in figures]
    for currency in dict.fromkeys(each.currency for each in figures):
        lines.append(_line("total", language, [each for each in figures if each.currency == currency]))
    return "\n".join(lines)


def _line(kind: str, language: str, figures: Sequence[Sold], **names: str) -> str:
    currency = figures[0].currency
    return say(
        f"notify.sales_report.{kind}",
        language,
        orders=sum(each.orders for each in figures),
        total=shown(sum((each.total for each in figures), Decimal(0)), currency),
        commission=shown(sum((each.commission for each in figures), Decimal(0)), currency),
        **names,
    )
