"""Customers by the thousand, each row with what is known beside: a payment, a term of a subscription."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from relevo.crm.customers import find_or_create
from relevo.crm.payments import NewPayment, Term, keep_payment, keep_term
from relevo.db import UnitOfWork
from relevo.errors import InvalidInput, NotFound


def _instant(value: Any, of_a_day: time = time.min) -> Any:
    """A day is its beginning in UTC; an instant without a zone is UTC's."""
    if isinstance(value, str):
        try:
            value = datetime.combine(date.fromisoformat(value), of_a_day, UTC)
        except ValueError:
            try:
                value = datetime.fromisoformat(value)
            except ValueError as error:
                raise ValueError("is no date as 2026-11-21 or 2026-11-21T09:30:00Z") from error
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value


def _end(value: Any) -> Any:
    """What is due on a day is not late before the day is over."""
    return _instant(value, time(23, 59, 59))


Instant = Annotated[datetime, BeforeValidator(_instant)]
Due = Annotated[datetime, BeforeValidator(_end)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class CustomerRow(BaseModel):
    """A customer, found by e-mail or phone, made when new; with a payment (`reference`, `amount`, `currency`, `due`,
    `paid`) or a term (`started`, `renews`, `ended`) where the row has one. Five payments are five rows."""

    model_config = ConfigDict(extra="forbid")

    email: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")] | None = None
    phone: Annotated[str, StringConstraints(pattern=r"^\+?[\d ()-]{7,30}$")] | None = None
    name: Text | None = None
    company: Text | None = None
    reference: Text | None = None
    amount: Annotated[Decimal, Field(gt=0, max_digits=14, decimal_places=2, allow_inf_nan=False)] | None = None
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None
    due: Due | None = None
    paid: Instant | None = None
    started: Instant | None = None
    renews: Instant | None = None
    ended: Instant | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> CustomerRow:
        if self.email is None and self.phone is None:
            raise ValueError("needs an email or a phone")
        payment = (self.reference, self.amount, self.currency, self.due)
        if any(part is not None for part in (*payment, self.paid)) and None in payment:
            raise ValueError("a payment needs reference, amount, currency and due")
        if self.started is None and (self.renews or self.ended):
            raise ValueError("a term of a subscription needs started")
        return self


def import_customers(uow: UnitOfWork, rows: Sequence[Mapping[str, Any]], *, actor: str) -> dict[str, Any]:
    """Keep what the rows tell: how many were `imported` (something in them was new), `updated`, `unchanged`, and
    which were `rejected`, from 0, and why; a wrong row leaves nothing behind, the others are kept."""
    counts = {"new": 0, "changed": 0, "unchanged": 0}
    rejected: list[dict[str, Any]] = []
    for number, row in enumerate(rows):
        before = len(uow.events)
        try:
            told = _checked(row)
            with uow.connection.transaction():
                counts[_keep(uow, told, actor)] += 1
        except (InvalidInput, NotFound) as error:
            del uow.events[before:]
            rejected.append({"row": number, "reason": str(error)})
    return {
        "imported": counts["new"],
        "updated": counts["changed"],
        "unchanged": counts["unchanged"],
        "rejected": rejected,
    }


def _checked(row: Mapping[str, Any]) -> CustomerRow:
    try:
        return CustomerRow.model_validate(row)
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)
        told = [f"{'.'.join(map(str, each['loc'])) or 'the row'}: {each['msg']}" for each in found]
        raise InvalidInput("; ".join(told)) from error


def _keep(uow: UnitOfWork, told: CustomerRow, actor: str) -> str:
    made = len(uow.events)
    customer_id = find_or_create(
        uow,
        email=told.email,
        phone=told.phone,
        name=told.name,
        company=told.company,
        source="import",
        actor=actor,
    )
    outcomes = {"new"} if any(event.name == "customer.created" for event in uow.events[made:]) else set[str]()
    if not outcomes and len(uow.events) > made:
        outcomes.add("changed")
    if told.reference and told.amount and told.currency and told.due:
        payment = NewPayment(customer_id, told.reference, told.amount, told.currency, told.due, told.paid)
        outcomes.add(keep_payment(uow, payment, actor=actor))
    if told.started:
        outcomes.add(keep_term(uow, Term(customer_id, told.started, told.renews, told.ended), actor=actor))
    return next((each for each in ("new", "changed") if each in outcomes), "unchanged")
