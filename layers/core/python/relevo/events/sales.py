"""Events of sales: what customers are shown and offered, what they buy."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from relevo.events.base import Event


class ProductShared(Event):
    """An agent sent a product to a customer."""

    name: ClassVar[str] = "product.shared"

    product_id: UUID
    message_id: UUID
    conversation_id: UUID
    agent_id: UUID | None


class QuoteWritten(Event):
    """A quote, or its next version, which supersedes another, is written; nobody has it yet."""

    name: ClassVar[str] = "quote.written"

    quote_id: UUID
    branch_id: UUID
    supersedes: UUID | None


class QuoteRequested(Event):
    """Somebody wants a quote sent to its customer; it is written and numbered."""

    name: ClassVar[str] = "quote.requested"

    quote_id: UUID
    branch_id: UUID


class QuoteSent(Event):
    """A quote is on its way to its customer, who can accept it from now on."""

    name: ClassVar[str] = "quote.sent"

    quote_id: UUID
    branch_id: UUID
    conversation_id: UUID


class QuoteReturned(Event):
    """A quote could not be sent and is a draft nobody asks for again; its history says why."""

    name: ClassVar[str] = "quote.returned"

    quote_id: UUID
    branch_id: UUID
    reason: str


class QuoteAccepted(Event):
    """The customer said yes, or somebody of the company for them."""

    name: ClassVar[str] = "quote.accepted"

    quote_id: UUID
    branch_id: UUID
    order_id: UUID


class QuoteExpired(Event):
    """A quote's time ran out without an answer."""

    name: ClassVar[str] = "quote.expired"

    quote_id: UUID
    branch_id: UUID


class QuoteCancelled(Event):
    """A quote holds no more: the customer refused it, or the company took it back."""

    name: ClassVar[str] = "quote.cancelled"

    quote_id: UUID
    branch_id: UUID
    reason: str


class OrderPlaced(Event):
    """A quote became an order; `total` is an amount as in "1234.50"."""

    name: ClassVar[str] = "order.placed"

    order_id: UUID
    quote_id: UUID
    branch_id: UUID
    customer_id: UUID
    agent_id: UUID | None
    total: str
    currency: str


class ReceiptMade(Event):
    """An order has its receipt."""

    name: ClassVar[str] = "receipt.made"

    order_id: UUID
    branch_id: UUID
    number: str


class OrderCancelled(Event):
    """An order will not be carried out; its commission is void."""

    name: ClassVar[str] = "order.cancelled"

    order_id: UUID
    branch_id: UUID
    reason: str
