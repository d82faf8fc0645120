"""Orders: a quote the customer said yes to, once, however often they say it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal, NamedTuple
from uuid import UUID

from relevo import clock, ids
from relevo.db import Row, UnitOfWork, transition
from relevo.errors import NotFound, PermanentError
from relevo.events import OrderCancelled, OrderPlaced, QuoteAccepted
from relevo.sales import commissions, quotes
from relevo.sales.numbering import next_number
from relevo.sales.quotes import Quote


class Accepted(NamedTuple):
    """The order, and whether this yes made it or an earlier one."""

    order_id: UUID
    is_new: bool


class Expired(PermanentError):
    """The quote's time ran out before the customer said yes; `quote` is what it was."""

    def __init__(self, quote: Quote) -> None:
        super().__init__(f"the quote {quote.title} held until {quote.valid_until:%Y-%m-%d %H:%M} UTC; revise it")
        self.quote = quote


class AlreadyCancelled(PermanentError):
    """The order was cancelled before."""


@dataclass(frozen=True, slots=True)
class Order:
    """An order. Its lines are those of its quote."""

    id: UUID
    number: str
    quote_id: UUID
    quote_number: str
    branch_id: UUID
    status: Literal["placed", "cancelled"]
    customer_id: UUID
    customer_name: str | None
    conversation_id: UUID | None
    agent_id: UUID | None
    agent_name: str | None
    currency: str
    language: str
    net: Decimal
    tax: Decimal
    total: Decimal
    placed_at: datetime
    cancelled_at: datetime | None
    receipt_number: str | None
    receipt_key: str | None


_ORDERS = """
    SELECT o.id, o.number, o.quote_id, quote.number AS quote_number, o.branch_id, o.status, o.customer_id,
           customer.name AS customer_name, quote.conversation_id, o.agent_id, agent.name AS agent_name, o.currency,
           quote.language, o.net, o.tax, o.total, o.placed_at, o.cancelled_at, receipt.number AS receipt_number,
           receipt.storage_key AS receipt_key
    FROM sales."order" AS o JOIN sales.quote ON quote.id = o.quote_id
    JOIN crm.customer ON customer.id = o.customer_id
    LEFT JOIN desk.agent ON agent.id = o.agent_id
    LEFT JOIN sales.receipt ON receipt.order_id = o.id
"""


def get(uow: UnitOfWork, order_id: UUID) -> Order:
    """The order. Raises NotFound."""
    row = uow.one(f"{_ORDERS} WHERE o.id = %s", (order_id,))
    if row is None:
        raise NotFound(f"there is no order {order_id}")
    return Order(**row)


def lock(uow: UnitOfWork, order_id: UUID) -> Order:
    """The order as it is now, held still until the end of the unit of work. Raises NotFound."""
    uow.execute('SELECT 1 FROM sales."order" WHERE id = %s FOR UPDATE', (order_id,))
    return get(uow, order_id)


def list_orders(
    uow: UnitOfWork,
    *,
    branches: frozenset[UUID] | None = None,
    status: str | None = None,
    agent_id: UUID | None = None,
    customer_id: UUID | None = None,
    after: UUID | None = None,
    limit: int = 25,
) -> list[Order]:
    """Orders of these branches (None: all), the newest first, below `after`."""
    rows = uow.all(
        f"{_ORDERS} WHERE (%(branches)s::uuid[] IS NULL OR o.branch_id = ANY(%(branches)s))"
        " AND (%(status)s::text IS NULL OR o.status = %(status)s)"
        " AND (%(agent)s::uuid IS NULL OR o.agent_id = %(agent)s)"
        " AND (%(customer)s::uuid IS NULL OR o.customer_id = %(customer)s)"
        " AND (%(after)s::uuid IS NULL OR o.id < %(after)s) ORDER BY o.id DESC LIMIT %(limit)s",
        {
            "branches": None if branches is None else list(branches),
            "status": status,
            "agent": agent_id,
            "customer": customer_id,
            "after": after,
            "limit": limit,
        },
    )
    return [Order(**row) for row in rows]


def history(uow: UnitOfWork, order_id: UUID) -> list[Row]:
    """What became of an order, the oldest change first: field, old, new, actor, reason, at."""
    return uow.all(
        "SELECT field, old, new, actor, reason, at FROM sales.order_change WHERE order_id = %s ORDER BY id", (order_id,)
    )


def accept(uow: UnitOfWork, quote_id: UUID, *, actor: str, reason: str) -> Accepted:
    """Place the order of a quote; its agent earns their commission. A quote accepted before has its order already.

    Raises NotFound, quotes.NotPossible for one that cannot be accepted, and Expired.
    """
    quote = quotes.lock(uow, quote_id)
    if quote.status == "accepted":
        row = uow.one('SELECT id FROM sales."order" WHERE quote_id = %s', (quote_id,))
        assert row is not None  # they are written together
        return Accepted(row["id"], is_new=False)
    if quote.status == "expired" or (quote.status == "sent" and not quote.is_open):
        raise Expired(quote)
    quotes.note_accepted(uow, quote, actor=actor, reason=reason)
    return Accepted(_place(uow, quote, actor), is_new=True)


def _place(uow: UnitOfWork, quote: Quote, actor: str) -> UUID:
    order_id = ids.new_id()
    net = quote.subtotal - quote.discount
    uow.execute(
        'INSERT INTO sales."order" (id, quote_id, branch_id, number, customer_id, agent_id, currency, net, tax, total,'
        "   placed_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            order_id, quote.id, quote.branch_id, next_number(uow, quote.branch_id, "order"), quote.customer_id,
            quote.agent_id, quote.currency, net, quote.tax, quote.total, clock.now(),
        ),
    )  # fmt: skip
    transition(uow, "sales.order_change", order_id, {"status": (None, "placed")}, actor=actor)
    if quote.agent_id is not None:
        commissions.earn(uow, order_id, quote.agent_id, quote.branch_id, net, quote.currency)
    uow.record(QuoteAccepted(quote_id=quote.id, branch_id=quote.branch_id, order_id=order_id))
    uow.record(
        OrderPlaced(
            order_id=order_id,
            quote_id=quote.id,
            branch_id=quote.branch_id,
            customer_id=quote.customer_id,
            agent_id=quote.agent_id,
            total=str(quote.total),
            currency=quote.currency,
        )
    )
    return order_id


def cancel(uow: UnitOfWork, order_id: UUID, *, actor: str, reason: str) -> Order:
    """The order will not be carried out; its commission is void. Raises NotFound, AlreadyCancelled."""
    order = lock(uow, order_id)
    if order.status == "cancelled":
        raise AlreadyCancelled(f"the order {order.number} was cancelled before")
    uow.execute(
        "UPDATE sales.\"order\" SET status = 'cancelled', cancelled_at = %s WHERE id = %s", (clock.now(), order_id)
    )
    transition(uow, "sales.order_change", order_id, {"status": ("placed", "cancelled")}, actor=actor, reason=reason)
    commissions.void(uow, order_id)
    uow.record(OrderCancelled(order_id=order_id, branch_id=order.branch_id, reason=reason))
    return get(uow, order_id)
