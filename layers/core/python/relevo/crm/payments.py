"""What customers are to pay and when they did, and the terms of their subscriptions: told over the API or imported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from psycopg.errors import ForeignKeyViolation

from relevo import clock, ids
from relevo.db import UnitOfWork, transition
from relevo.errors import InvalidInput

Kept = Literal["new", "changed", "unchanged"]
_FIELDS = ("customer_id", "amount", "currency", "due_at", "paid_at")


@dataclass(frozen=True, slots=True)
class Payment:
    """An amount due at an instant; `paid_at` None: not paid yet. `reference` is the company's own number for it."""

    id: UUID
    customer_id: UUID
    customer_name: str | None
    reference: str
    amount: Decimal
    currency: str
    due_at: datetime
    paid_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewPayment:
    """A payment as somebody tells it; the reference says which it is."""

    customer_id: UUID
    reference: str
    amount: Decimal
    currency: str
    due_at: datetime
    paid_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a customer's subscription. A renewal is a term of its own; an ended one with none after it closes the
    account."""

    customer_id: UUID
    started_at: datetime
    renews_at: datetime | None = None
    ended_at: datetime | None = None


def keep_payment(uow: UnitOfWork, told: NewPayment, *, actor: str) -> Kept:
    """Make what is known of the payment with this reference what is told, with its history.

    Raises InvalidInput for an amount that is none and for a customer nobody knows."""
    if told.amount <= 0:
        raise InvalidInput(f"the payment {told.reference} needs an amount above zero")
    now = clock.now()
    try:
        made = uow.one(
            "INSERT INTO crm.payment (id, customer_id, reference, amount, currency, due_at, paid_at, created_at,"
            " updated_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (reference) DO NOTHING RETURNING id",
            (ids.new_id(), told.customer_id, told.reference, *_values(told)[1:], now, now),
        )
    except ForeignKeyViolation as error:
        raise InvalidInput(f"the payment {told.reference} names a customer that does not exist") from error
    return "new" if made is not None else _changed(uow, told, actor)


def _values(told: NewPayment) -> tuple[object, ...]:
    return tuple(getattr(told, field) for field in _FIELDS)


def _changed(uow: UnitOfWork, told: NewPayment, actor: str) -> Kept:
    known = uow.one(
        "SELECT id, customer_id, amount, currency, due_at, paid_at FROM crm.payment WHERE reference = %s FOR UPDATE",
        (told.reference,),
    )
    assert known is not None  # payments are not deleted
    if known["customer_id"] != told.customer_id:
        raise InvalidInput(f"the payment {told.reference} is another customer's")
    news = {
        field: (_written(known[field]), _written(value))
        for field, value in zip(_FIELDS, _values(told), strict=True)
        if known[field] != value
    }
    if not news:
        return "unchanged"
    uow.execute(
        "UPDATE crm.payment SET amount = %s, currency = %s, due_at = %s, paid_at = %s, updated_at = %s WHERE id = %s",
        (*_values(told)[1:], clock.now(), known["id"]),
    )
    transition(uow, "crm.payment_change", known["id"], news, actor=actor)
    return "changed"


def _written(value: object) -> str | None:
    if isinstance(value, datetime):
        return value.isoformat()
    return None if value is None else str(value)


def keep_term(uow: UnitOfWork, told: Term, *, actor: str) -> Kept:
    """Make what is known of the term that began then what is told, with its history.

    Raises InvalidInput for a term that renews before it begins or ends before, and for a customer nobody knows."""
    if told.renews_at is not None and told.renews_at <= told.started_at:
        raise InvalidInput("a subscription renews after it has started")
    if told.ended_at is not None and told.ended_at < told.started_at:
        raise InvalidInput("a subscription ends after it has started")
    now = clock.now()
    try:
        made = uow.one(
            "INSERT INTO crm.subscription (id, customer_id, started_at, renews_at, ended_at, created_at, updated_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (customer_id, started_at) DO NOTHING RETURNING id",
            (ids.new_id(), told.customer_id, told.started_at, told.renews_at, told.ended_at, now, now),
        )
    except ForeignKeyViolation as error:
        raise InvalidInput("the subscription names a customer that does not exist") from error
    return "new" if made is not None else _changed_term(uow, told, actor)


def _changed_term(uow: UnitOfWork, told: Term, actor: str) -> Kept:
    known = uow.one(
        "SELECT id, renews_at, ended_at FROM crm.subscription WHERE customer_id = %s AND started_at = %s FOR UPDATE",
        (told.customer_id, told.started_at),
    )
    assert known is not None  # terms are not deleted
    news = {
        field: (_written(known[field]), _written(getattr(told, field)))
        for field in ("renews_at", "ended_at")
        if known[field] != getattr(told, field)
    }
    if not news:
        return "unchanged"
    uow.execute(
        "UPDATE crm.subscription SET renews_at = %s, ended_at = %s, updated_at = %s WHERE id = %s",
        (told.renews_at, told.ended_at, clock.now(), known["id"]),
    )
    transition(uow, "crm.subscription_change", known["id"], news, actor=actor)
    return "changed"


_PAYMENTS = (
    "SELECT payment.id, customer_id, customer.name AS customer_name, reference, amount, currency, due_at, paid_at"
    " FROM crm.payment JOIN crm.customer ON customer.id = customer_id"
)


def payments_of(uow: UnitOfWork, customer_id: UUID, *, limit: int = 50) -> list[Payment]:
    """A customer's payments, the last due first."""
    rows = uow.all(f"{_PAYMENTS} WHERE customer_id = %s ORDER BY due_at DESC, id LIMIT %s", (customer_id, limit))
    return [Payment(**row) for row in rows]


def overdue(uow: UnitOfWork, at: datetime, *, after: Payment | None = None, limit: int = 500) -> list[Payment]:
    """What was due before `at` and is not paid, the longest first, beyond the payment `after`."""
    rows = uow.all(
        f"{_PAYMENTS} WHERE paid_at IS NULL AND due_at < %(at)s"
        " AND (%(after)s::timestamptz IS NULL OR (due_at, payment.id) > (%(after)s, %(id)s))"
        " ORDER BY due_at, payment.id LIMIT %(limit)s",
        {"at": at, "after": after.due_at if after else None, "id": after.id if after else None, "limit": limit},
    )
    return [Payment(**row) for row in rows]
