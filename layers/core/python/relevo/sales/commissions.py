"""What agents earn by what they sell."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from relevo import clock, ids
from relevo.db import Row, UnitOfWork
from relevo.platform import value
from relevo.sales import money
from relevo.sales.settings import COMMISSIONS


def earn(uow: UnitOfWork, order_id: UUID, agent_id: UUID, branch_id: UUID, base: Decimal, currency: str) -> UUID:
    """The agent earns their share of an order, `base` without tax, at the rate of today."""
    who = uow.one(
        "SELECT agent.email, branch.code FROM desk.agent, inbox.branch WHERE agent.id = %s AND branch.id = %s",
        (agent_id, branch_id),
    )
    assert who is not None  # both are named by the order's foreign keys
    rate = value(uow, COMMISSIONS).rate(who["email"], who["code"])
    commission_id = ids.new_id()
    uow.execute(
        "INSERT INTO sales.commission (id, order_id, agent_id, branch_id, base, rate, amount, currency, earned_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            commission_id, order_id, agent_id, branch_id, base, rate, money.percent_of(rate, base), currency,
            clock.now(),
        ),
    )  # fmt: skip
    return commission_id


def void(uow: UnitOfWork, order_id: UUID) -> None:
    """Nobody earns by this order any more."""
    uow.execute(
        "UPDATE sales.commission SET void_at = %s WHERE order_id = %s AND void_at IS NULL", (clock.now(), order_id)
    )


def list_commissions(
    uow: UnitOfWork,
    *,
    branches: frozenset[UUID] | None = None,
    agent_id: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    after: UUID | None = None,
    limit: int = 25,
) -> list[Row]:
    """Commissions of these branches (None: all), the newest first, below `after`; void ones with when they became."""
    return uow.all(
        "SELECT c.id, c.order_id, o.number AS order_number, c.agent_id, agent.name AS agent_name, c.branch_id, c.base,"
        "   c.rate, c.amount, c.currency, c.earned_at, c.void_at"
        ' FROM sales.commission AS c JOIN sales."order" AS o ON o.id = c.order_id'
        " JOIN desk.agent ON agent.id = c.agent_id"
        " WHERE (%(branches)s::uuid[] IS NULL OR c.branch_id = ANY(%(branches)s))"
        " AND (%(agent)s::uuid IS NULL OR c.agent_id = %(agent)s)"
        " AND (%(since)s::timestamptz IS NULL OR c.earned_at >= %(since)s)"
        " AND (%(until)s::timestamptz IS NULL OR c.earned_at < %(until)s)"
        " AND (%(after)s::uuid IS NULL OR c.id < %(after)s) ORDER BY c.id DESC LIMIT %(limit)s",
        {
            "branches": None if branches is None else list(branches),
            "agent": agent_id,
            "since": since,
            "until": until,
            "after": after,
            "limit": limit,
        },
    )
