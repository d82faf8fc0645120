"""Quotes: what is offered to a customer, at which price, until when.

    draft -> sent -> accepted
      |        |---> expired -----.
      |        |---> cancelled    |
      |--------+------------------+--> superseded, by the next version
      '-> cancelled

`NEXT` is that table, `_move` the only place that follows it, and every step stands in the quote's history. A quote is
locked before it is changed; where its conversation is locked too, the conversation comes first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from relevo import clock, ids
from relevo.db import Row, UnitOfWork, transition
from relevo.errors import InvalidInput, NotFound, PermanentError
from relevo.events import QuoteCancelled, QuoteExpired, QuoteRequested, QuoteReturned, QuoteWritten
from relevo.platform import value
from relevo.sales import money
from relevo.sales.numbering import next_number
from relevo.sales.pricing import NewLine, PricedLine, price_lines
from relevo.sales.settings import VALID_DAYS

Status = Literal["draft", "sent", "accepted", "expired", "cancelled", "superseded"]

NEXT: dict[Status, frozenset[Status]] = {
    "draft": frozenset({"sent", "cancelled", "superseded"}),
    "sent": frozenset({"accepted", "expired", "cancelled", "superseded"}),
    "expired": frozenset({"superseded"}),
    "accepted": frozenset(),
    "cancelled": frozenset(),
    "superseded": frozenset(),
}


class NotPossible(PermanentError):
    """A quote cannot become `wanted` from the status it has."""

    def __init__(self, number: str, status: Status, wanted: Status) -> None:
        super().__init__(f"the quote {number} is {status} and cannot become {wanted}")
        self.status = status


@dataclass(frozen=True, slots=True)
class Seller:
    """Who offers: as histories name them, the agent they are, their role. Without `any_discount` the role's limit
    holds."""

    name: str
    agent_id: UUID | None = None
    role: str | None = None
    any_discount: bool = False


@dataclass(frozen=True, slots=True)
class NewQuote:
    """What is to be offered to whom. Without `valid_days` it holds as long as the company's quotes do."""

    branch_id: UUID
    customer_id: UUID
    lines: Sequence[NewLine]
    conversation_id: UUID | None = None
    note: str | None = None
    valid_days: int | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote without its lines."""

    id: UUID
    number: str
    version: int
    supersedes: UUID | None
    status: Status
    branch_id: UUID
    customer_id: UUID
    customer_name: str | None
    conversation_id: UUID | None
    agent_id: UUID | None
    agent_name: str | None
    currency: str
    language: str
    tax_rate: Decimal
    subtotal: Decimal
    discount: Decimal
    tax: Decimal
    total: Decimal
    note: str | None
    valid_days: int
    valid_until: datetime
    storage_key: str | None
    created_at: datetime
    requested_at: datetime | None
    sent_at: datetime | None
    accepted_at: datetime | None

    @property
    def title(self) -> str:
        """Its number, and from the second version on which one it is."""
        return self.number if self.version == 1 else f"{self.number}/{self.version}"

    @property
    def is_open(self) -> bool:
        """Whether the customer can accept it now."""
        return self.status == "sent" and clock.now() < self.valid_until


_QUOTES = """
    SELECT quote.id, quote.number, quote.version, quote.supersedes, quote.status, quote.branch_id, quote.customer_id,
           customer.name AS customer_name, quote.conversation_id, quote.agent_id, agent.name AS agent_name,
           quote.currency, quote.language, quote.tax_rate, quote.subtotal, quote.discount, quote.tax, quote.total,
           quote.note, quote.valid_days, quote.valid_until, quote.storage_key, quote.created_at, quote.requested_at,
           quote.sent_at, quote.accepted_at
    FROM sales.quote JOIN crm.customer ON customer.id = quote.customer_id
    LEFT JOIN desk.agent ON agent.id = quote.agent_id
"""


def get(uow: UnitOfWork, quote_id: UUID) -> Quote:
    """The quote. Raises NotFound."""
    return _found(uow.one(f"{_QUOTES} WHERE quote.id = %s", (quote_id,)), quote_id)


def lock(uow: UnitOfWork, quote_id: UUID) -> Quote:
    """The quote as it is now, held still until the end of the unit of work. Raises NotFound."""
    return _found(uow.one(f"{_QUOTES} WHERE quote.id = %s FOR UPDATE OF quote", (quote_id,)), quote_id)


def _found(row: Row | None, quote_id: UUID) -> Quote:
    if row is None:
        raise NotFound(f"there is no quote {quote_id}")
    return Quote(**row)


def list_quotes(
    uow: UnitOfWork,
    *,
    branches: frozenset[UUID] | None = None,
    status: str | None = None,
    agent_id: UUID | None = None,
    conversation_id: UUID | None = None,
    customer_id: UUID | None = None,
    after: UUID | None = None,
    limit: int = 25,
) -> list[Quote]:
    """Quotes of these branches (None: all), the newest first, below `after`."""
    rows = uow.all(
        f"{_QUOTES} WHERE (%(branches)s::uuid[] IS NULL OR quote.branch_id = ANY(%(branches)s))"
        " AND (%(status)s::text IS NULL OR quote.status = %(status)s)"
        " AND (%(agent)s::uuid IS NULL OR quote.agent_id = %(agent)s)"
        " AND (%(conversation)s::uuid IS NULL OR quote.conversation_id = %(conversation)s)"
        " AND (%(customer)s::uuid IS NULL OR quote.customer_id = %(customer)s)"
        " AND (%(after)s::uuid IS NULL OR quote.id < %(after)s) ORDER BY quote.id DESC LIMIT %(limit)s",
        {
            "branches": None if branches is None else list(branches),
            "status": status,
            "agent": agent_id,
            "conversation": conversation_id,
            "customer": customer_id,
            "after": after,
            "limit": limit,
        },
    )
    return [Quote(**row) for row in rows]


def lines_of(uow: UnitOfWork, quote_ids: Sequence[UUID]) -> dict[UUID, list[Row]]:
    """The lines of quotes, in their order."""
    rows = uow.all(
        "SELECT quote_id, id, product_id, code, name, unit, quantity, unit_price, discount_percent, gross, discount,"
        " tax, total, stock FROM sales.quote_line WHERE quote_id = ANY(%s) ORDER BY quote_id, position",
        (list(quote_ids),),
    )
    lines: dict[UUID, list[Row]] = {quote_id: [] for quote_id in quote_ids}
    for row in rows:
        lines[row.pop("quote_id")].append(row)
    return lines


def history(uow: UnitOfWork, quote_id: UUID) -> list[Row]:
    """What became of a quote, the oldest change first: field, old, new, actor, reason, at."""
    return uow.all(
        "SELECT field, old, new, actor, reason, at FROM sales.quote_change WHERE quote_id = %s ORDER BY id", (quote_id,)
    )


def open_for(uow: UnitOfWork, customer_id: UUID, branch_id: UUID) -> list[Quote]:
    """The quotes a customer can accept in a branch now, the newest first."""
    rows = uow.all(
        f"{_QUOTES} WHERE quote.customer_id = %s AND quote.branch_id = %s AND quote.status = 'sent'"
        " AND quote.valid_until > %s ORDER BY quote.id DESC LIMIT 10",
        (customer_id, branch_id, clock.now()),
    )
    return [Quote(**row) for row in rows]


# ------------------------------------------------------------------------------------------------------------ writing


def draft(uow: UnitOfWork, new: NewQuote, by: Seller) -> Quote:
    """Write a quote at the catalogue's prices and give it the branch's next number; nothing is sent yet.

    Raises NotFound, also for a customer nobody knows, and InvalidInput for what cannot be offered: see `price_lines`.
    """
    if uow.one("SELECT 1 FROM crm.customer WHERE id = %s", (new.customer_id,)) is None:
        raise NotFound(f"there is no customer {new.customer_id}")
    priced = price_lines(uow, new.branch_id, new.lines, role=by.role, any_discount=by.any_discount)
    number = next_number(uow, new.branch_id, "quote")
    return _write(uow, new, priced, by, number=number)


def revise(
    uow: UnitOfWork,
    quote_id: UUID,
    by: Seller,
    *,
    lines: Sequence[NewLine] | None = None,
    note: str | None = None,
    valid_days: int | None = None,
) -> Quote:
    """Write the next version of a quote, at today's prices, which supersedes it; without `lines` it offers the same,
    without `note` it says the same, and with an empty one nothing.

    Raises NotFound, NotPossible, and what `draft` raises.
    """
    before = lock(uow, quote_id)
    _check(before, "superseded")
    asked = lines if lines is not None else _same(lines_of(uow, [quote_id])[quote_id])
    keeps_discounts = lines is None
    priced = price_lines(uow, before.branch_id, asked, role=by.role, any_discount=by.any_discount or keeps_discounts)
    _move(uow, before, "superseded", actor=by.name, reason="revised")
    new = NewQuote(
        before.branch_id,
        before.customer_id,
        asked,
        before.conversation_id,
        before.note if note is None else note or None,
        valid_days or before.valid_days,
    )
    agent = Seller(by.name, before.agent_id or by.agent_id)
    return _write(uow, new, priced, agent, number=before.number, version=before.version + 1, supersedes=quote_id)


def _same(lines: Sequence[Row]) -> list[NewLine]:
    return [NewLine(line["product_id"], line["quantity"], line["discount_percent"]) for line in lines]


def _write(
    uow: UnitOfWork,
    new: NewQuote,
    priced: Sequence[PricedLine],
    by: Seller,
    *,
    number: str,
    version: int = 1,
    supersedes: UUID | None = None,
) -> Quote:
    quote_id, now = ids.new_id(), clock.now()
    amounts = money.sum_of(line.amounts for line in priced)
    if amounts.gross > money.LARGEST or amounts.total > money.LARGEST:
        raise InvalidInput(f"a quote comes to {money.LARGEST} at most")
    days = new.valid_days or value(uow, VALID_DAYS)
    uow.execute(
        "INSERT INTO sales.quote (id, branch_id, number, version, supersedes, status, customer_id, conversation_id,"
        "   agent_id, currency, language, tax_rate, subtotal, discount, tax, total, note, valid_days, valid_until,"
        "   created_by, created_at)"
        " SELECT %(id)s, id, %(number)s, %(version)s, %(supersedes)s, 'draft', %(customer)s, %(conversation)s,"
        "   %(agent)s, currency, language, tax_rate, %(gross)s, %(discount)s, %(tax)s, %(total)s, %(note)s, %(days)s,"
        "   %(until)s, %(by)s, %(now)s FROM inbox.branch WHERE id = %(branch)s",
        {
            "id": quote_id,
            "branch": new.branch_id,
            "number": number,
            "version": version,
            "supersedes": supersedes,
            "customer": new.customer_id,
            "conversation": new.conversation_id,
            "agent": by.agent_id,
            "gross": amounts.gross,
            "discount": amounts.discount,
            "tax": amounts.tax,
            "total": amounts.total,
            "note": new.note,
            "days": days,
            "until": now + timedelta(days=days),
            "by": by.name,
            "now": now,
        },
    )
    for position, line in enumerate(priced, 1):
        _write_line(uow, quote_id, position, line)
    transition(uow, "sales.quote_change", quote_id, {"status": (None, "draft")}, actor=by.name)
    uow.record(QuoteWritten(quote_id=quote_id, branch_id=new.branch_id, supersedes=supersedes))
    return get(uow, quote_id)


def _write_line(uow: UnitOfWork, quote_id: UUID, position: int, line: PricedLine) -> None:
    product, amounts = line.product, line.amounts
    uow.execute(
        "INSERT INTO sales.quote_line (id, quote_id, position, product_id, code, name, unit, quantity, unit_price,"
        "   discount_percent, gross, discount, tax, total, stock)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            ids.new_id(), quote_id, position, product.id, product.code, product.name, product.unit, line.quantity,
            product.price, line.discount_percent, amounts.gross, amounts.discount, amounts.tax, amounts.total,
            line.stock,
        ),
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------------------- moving


def request(uow: UnitOfWork, quote_id: UUID, *, actor: str) -> Quote:
    """Ask for the quote to be sent; asked again while it waits, nothing happens. Its validity counts from now.

    Raises NotFound, NotPossible, and InvalidInput for one without a conversation to send it in.
    """
    quote = lock(uow, quote_id)
    _check(quote, "sent")
    if quote.conversation_id is None:
        raise InvalidInput(f"the quote {quote.title} belongs to no conversation; there is nowhere to send it")
    if quote.requested_at is not None:
        return quote
    now = clock.now()
    uow.execute(
        "UPDATE sales.quote SET requested_at = %s, valid_until = %s WHERE id = %s",
        (now, now + timedelta(days=quote.valid_days), quote_id),
    )
    transition(uow, "sales.quote_change", quote_id, {"requested": (False, True)}, actor=actor)
    uow.record(QuoteRequested(quote_id=quote_id, branch_id=quote.branch_id))
    return get(uow, quote_id)


def note_sent(uow: UnitOfWork, quote: Quote, storage_key: str) -> None:
    """The quote, locked by the caller, is on its way. Raises NotPossible."""
    _move(uow, quote, "sent", actor="system", reason=None)
    uow.execute(
        "UPDATE sales.quote SET storage_key = %s, sent_at = %s WHERE id = %s", (storage_key, clock.now(), quote.id)
    )


def give_back(uow: UnitOfWork, quote: Quote, *, reason: str) -> None:
    """The quote, locked by the caller, could not be sent; it is a draft nobody asks for."""
    uow.execute("UPDATE sales.quote SET requested_at = NULL WHERE id = %s", (quote.id,))
    transition(uow, "sales.quote_change", quote.id, {"requested": (True, False)}, actor="system", reason=reason)
    uow.record(QuoteReturned(quote_id=quote.id, branch_id=quote.branch_id, reason=reason))


def continue_in(uow: UnitOfWork, quote: Quote, conversation_id: UUID) -> Quote:
    """What concerns the quote, locked by the caller, is said in this conversation of its customer from now on."""
    if quote.conversation_id == conversation_id:
        return quote
    uow.execute("UPDATE sales.quote SET conversation_id = %s WHERE id = %s", (conversation_id, quote.id))
    return get(uow, quote.id)


def note_accepted(uow: UnitOfWork, quote: Quote, *, actor: str, reason: str) -> None:
    """The customer said yes to the quote, locked by the caller. Raises NotPossible."""
    _move(uow, quote, "accepted", actor=actor, reason=reason)
    uow.execute("UPDATE sales.quote SET accepted_at = %s WHERE id = %s", (clock.now(), quote.id))


def cancel(uow: UnitOfWork, quote_id: UUID, *, actor: str, reason: str) -> Quote:
    """The quote holds no more. Raises NotFound, NotPossible."""
    quote = lock(uow, quote_id)
    _move(uow, quote, "cancelled", actor=actor, reason=reason)
    uow.record(QuoteCancelled(quote_id=quote_id, branch_id=quote.branch_id, reason=reason))
    return get(uow, quote_id)


def expire_due(uow: UnitOfWork, *, limit: int = 500) -> int:
    """Let quotes whose time has run out expire; how many."""
    rows = uow.all(
        "SELECT id FROM sales.quote WHERE status = 'sent' AND valid_until <= %s ORDER BY valid_until LIMIT %s"
        " FOR UPDATE SKIP LOCKED",
        (clock.now(), limit),
    )
    for row in rows:
        expire(uow, get(uow, row["id"]))
    return len(rows)


def expire(uow: UnitOfWork, quote: Quote) -> None:
    """The time of the quote, locked by the caller, has run out. Raises NotPossible."""
    _move(uow, quote, "expired", actor="system", reason="nobody answered in time")
    uow.record(QuoteExpired(quote_id=quote.id, branch_id=quote.branch_id))


def _check(quote: Quote, new: Status) -> None:
    if new not in NEXT[quote.status]:
        raise NotPossible(quote.title, quote.status, new)


def _move(uow: UnitOfWork, quote: Quote, new: Status, *, actor: str, reason: str | None) -> None:
    """Follow the table, and write it down. The quote is locked."""
    _check(quote, new)
    uow.execute("UPDATE sales.quote SET status = %s WHERE id = %s", (new, quote.id))
    changes: dict[str, tuple[Any, Any]] = {"status": (quote.status, new)}
    transition(uow, "sales.quote_change", quote.id, changes, actor=actor, reason=reason)
