"""Quotes, orders and what they earned, as they go over the wire. Amounts are strings, as in "1234.50"."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from relevo import sales
from relevo.api.models import Answer, PageQuery, Request
from relevo.api.text import Line
from relevo.db import Row

Quantity = Annotated[Decimal, Field(gt=0, le=1_000_000, decimal_places=3, allow_inf_nan=False)]
Percent = Annotated[Decimal, Field(ge=0, le=100, decimal_places=2, allow_inf_nan=False)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]
Days = Annotated[int, Field(ge=1, le=365)]
QuoteStatus = Literal["draft", "sent", "accepted", "expired", "cancelled", "superseded"]


class Somebody(Answer):
    """Somebody and what to call them."""

    id: UUID
    name: str | None


class QuoteLineIn(Request):
    """So many of a product; the discount is in percent."""

    product_id: UUID
    quantity: Quantity = Decimal(1)
    discount_percent: Percent = Decimal(0)

    def wanted(self) -> sales.NewLine:
        return sales.NewLine(self.product_id, self.quantity, self.discount_percent)


class QuoteIn(Request):
    """What is offered: in a conversation, or to a customer of a branch, which then cannot be sent."""

    conversation_id: UUID | None = None
    customer_id: UUID | None = None
    branch_id: UUID | None = None
    lines: list[QuoteLineIn] = Field(min_length=1, max_length=100)
    note: Note | None = None
    valid_days: Days | None = Field(None, description="the company's setting where left out")

    @model_validator(mode="after")
    def _to_somebody(self) -> Self:
        if (self.conversation_id is None) != (self.customer_id is not None and self.branch_id is not None):
            raise ValueError("needs a conversation_id, or else a customer_id with a branch_id")
        return self


class Revision(Request):
    """What the next version offers; what is left out stays, at today's prices. A `note` of null takes it away."""

    lines: list[QuoteLineIn] | None = Field(None, min_length=1, max_length=100)
    note: Note | None = None
    valid_days: Days | None = None


class Reason(Request):
    """Why; it goes into the history."""

    reason: Line


class LineStock(Answer):
    """What the inventory said there is; not confirmed: nobody could say."""

    quantity: Decimal | None
    confirmed: bool


class QuoteLine(Answer):
    """A line at the price it was offered; `total` is after discount and with tax."""

    id: UUID
    product_id: UUID
    code: str
    name: str
    unit: str
    quantity: Decimal
    unit_price: Decimal
    discount_percent: Decimal
    discount: Decimal
    tax: Decimal
    total: Decimal
    stock: LineStock


class SaleChange(Answer):
    """What became of something: who changed which field, from what to what and why."""

    field: str
    old: Any
    new: Any
    actor: str
    actor_name: str | None
    reason: str | None
    at: datetime


class QuoteItem(Answer):
    """A quote in a list. `requested_at` is since when it waits to be sent; `subtotal` is before discounts and tax."""

    id: UUID
    number: str
    version: int
    supersedes: UUID | None
    status: QuoteStatus
    customer: Somebody
    conversation_id: UUID | None
    branch_id: UUID
    agent: Somebody | None
    currency: str
    subtotal: Decimal
    discount: Decimal
    tax: Decimal
    total: Decimal
    valid_until: datetime
    created_at: datetime
    requested_at: datetime | None
    sent_at: datetime | None


class Quote(QuoteItem):
    """A quote in full."""

    note: str | None
    lines: list[QuoteLine]
    history: list[SaleChange]


class QuotePage(Answer):
    items: list[QuoteItem]
    next: str | None


class QuoteQuery(PageQuery):
    """Which quotes, the newest first."""

    status: QuoteStatus | None = None
    branch_id: UUID | None = None
    agent_id: UUID | None = None
    conversation_id: UUID | None = None
    customer_id: UUID | None = None


class OrderItem(Answer):
    """An order in a list; `receipt_number` once its receipt is made."""

    id: UUID
    number: str
    quote_id: UUID
    quote_number: str
    status: Literal["placed", "cancelled"]
    customer: Somebody
    conversation_id: UUID | None
    branch_id: UUID
    agent: Somebody | None
    currency: str
    net: Decimal
    tax: Decimal
    total: Decimal
    placed_at: datetime
    cancelled_at: datetime | None
    receipt_number: str | None


class Order(OrderItem):
    """An order in full."""

    lines: list[QuoteLine]
    history: list[SaleChange]


class OrderPage(Answer):
    items: list[OrderItem]
    next: str | None


class OrderQuery(PageQuery):
    """Which orders, the newest first."""

    status: Literal["placed", "cancelled"] | None = None
    branch_id: UUID | None = None
    agent_id: UUID | None = None
    customer_id: UUID | None = None


class Placed(Answer):
    """The order of an accepted quote; not new when it was accepted before."""

    order: Order
    is_new: bool


class Paper(Answer):
    """Where a paper can be fetched without a key until then."""

    url: str
    filename: str
    expires_at: datetime


class Commission(Answer):
    """What an agent earned by an order: `rate` percent of `base`. `void_at` is when the order was cancelled."""

    id: UUID
    order_id: UUID
    order_number: str
    agent: Somebody
    branch_id: UUID
    base: Decimal
    rate: Decimal
    amount: Decimal
    currency: str
    earned_at: datetime
    void_at: datetime | None


class CommissionPage(Answer):
    items: list[Commission]
    next: str | None


Month = Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]


class CommissionQuery(PageQuery):
    """Which commissions, the newest first."""

    agent: UUID | None = None
    period: Month | None = Field(None, description="a month, as in 2026-11, in UTC")


class SoldByAgent(Answer):
    """What an agent sold in a branch in one currency, and what they earned by it; no agent: sold without one."""

    branch_id: UUID
    agent: Somebody | None
    currency: str
    orders: int
    net: Decimal
    tax: Decimal
    total: Decimal
    commission: Decimal


class Sales(Answer):
    """What was sold from the first to the last day, by the branches' own calendars; cancelled orders do not count."""

    first: date
    last: date
    items: list[SoldByAgent]


class SalesQuery(Request):
    """Which days: at most 366."""

    first: date
    last: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not 0 <= (self.last - self.first).days < 366:
            raise ValueError("last must be first or up to 365 days later")
        return self


def named(id: UUID | None, name: str | None) -> Somebody | None:
    return None if id is None else Somebody(id=id, name=name)


def line(row: Row) -> QuoteLine:
    """A line as the database has it."""
    stock = LineStock(quantity=row["stock"], confirmed=row["stock"] is not None)
    return QuoteLine.model_validate(row | {"stock": stock})
