"""What stands on the papers of a sale: a quote's, and an order's receipt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from relevo import objects
from relevo.channels import phones
from relevo.db import Row, UnitOfWork
from relevo.errors import PermanentError
from relevo.observability import logger
from relevo.sales import quotes
from relevo.sales.documents import Letterhead, Paper, PaperLine
from relevo.sales.money import shown
from relevo.sales.orders import Order
from relevo.sales.quotes import Quote
from relevo.texts import say

_LOGO_BYTES = 2_000_000


def quote_paper(uow: UnitOfWork, quote: Quote) -> Paper:
    """A quote as its customer reads it."""
    language, lines = quote.language, quotes.lines_of(uow, [quote.id])[quote.id]
    made, until = _local(uow, quote.branch_id, quote.created_at), _local(uow, quote.branch_id, quote.valid_until)
    remarks = [quote.note] if quote.note else []
    remarks.append(say("sale.paper.valid", language, until=_date(until, language)))
    if unconfirmed := [line["code"] for line in lines if line["stock"] is None]:
        remarks.append(say("sale.paper.stock_unconfirmed", language, codes=", ".join(unconfirmed)))
    return Paper(
        language,
        say("sale.paper.quote", language),
        quote.title,
        [(say("sale.paper.date", language), _date(made, language)), *_attended(quote.agent_name, language)],
        _letterhead(uow, quote.branch_id),
        _customer(uow, quote.customer_id),
        _lines(lines),
        _amounts(quote),
        remarks,
    )


def receipt_paper(uow: UnitOfWork, order: Order, number: str) -> Paper:
    """An order's receipt."""
    quote, language = quotes.get(uow, order.quote_id), order.language
    placed = _local(uow, order.branch_id, order.placed_at)
    facts = [
        (say("sale.paper.date", language), _date(placed, language)),
        (say("sale.paper.order", language), order.number),
        (say("sale.paper.quote", language), quote.title),
    ]
    return Paper(
        language,
        say("sale.paper.receipt", language),
        number,
        [*facts, *_attended(order.agent_name, language)],
        _letterhead(uow, order.branch_id),
        _customer(uow, order.customer_id),
        _lines(quotes.lines_of(uow, [quote.id])[quote.id]),
        _amounts(quote),
        [say("sale.paper.not_fiscal", language)],
    )


def _lines(rows: Sequence[Row]) -> list[PaperLine]:
    return [
        PaperLine(
            row["code"],
            row["name"],
            row["quantity"],
            row["unit"],
            row["unit_price"],
            row["discount_percent"],
            row["gross"] - row["discount"],
        )
        for row in rows
    ]


def _amounts(quote: Quote) -> list[tuple[str, str]]:
    language, currency = quote.language, quote.currency
    told = []
    if quote.discount:
        told.append((say("sale.paper.gross", language), shown(quote.subtotal, currency)))
        told.append((say("sale.paper.discounts", language), f"-{shown(quote.discount, currency)}"))
    told.append((say("sale.paper.subtotal", language), shown(quote.subtotal - quote.discount, currency)))
    rate = f"{(quote.tax_rate * Decimal(100)).normalize():f}"
    told.append((say("sale.paper.tax", language, rate=rate), shown(quote.tax, currency)))
    return [*told, (say("sale.paper.total", language), shown(quote.total, currency))]


def _attended(agent: str | None, language: str) -> list[tuple[str, str]]:
    return [(say("sale.paper.agent", language), agent)] if agent else []


def _customer(uow: UnitOfWork, customer_id: UUID) -> list[str]:
    row = uow.one("SELECT name, company, phone, email FROM crm.customer WHERE id = %s", (customer_id,))
    assert row is not None  # named by a foreign key
    phone = phones.shown(row["phone"]) if row["phone"] else None
    return [told for told in (row["name"], row["company"], phone, row["email"]) if told] or ["—"]


def _letterhead(uow: UnitOfWork, branch_id: UUID) -> Letterhead:
    row = uow.one(
        "SELECT name, legal_name, tax_id, address, receipt_footer, logo FROM inbox.branch WHERE id = %s", (branch_id,)
    )
    assert row is not None  # named by a foreign key
    logo = _logo(row["logo"]) if row["logo"] else None
    return Letterhead(row["name"], row["legal_name"], row["tax_id"], row["address"], row["receipt_footer"], logo)


def _logo(key: str) -> bytes | None:
    """The branch's logo; a paper without it is better than none."""
    try:
        return objects.bucket().get(key, _LOGO_BYTES)
    except PermanentError as error:
        logger.error("papers go without their logo", key=key, error=str(error))
        return None


def _local(uow: UnitOfWork, branch_id: UUID, at: datetime) -> datetime:
    """The branch's wall clock at that time."""
    row = uow.one("SELECT %s AT TIME ZONE timezone AS at FROM inbox.branch WHERE id = %s", (at, branch_id))
    assert row is not None  # named by a foreign key
    local: datetime = row["at"]
    return local


def _date(at: datetime, language: str) -> str:
    return f"{at:%Y-%m-%d}" if language == "en" else f"{at:%d/%m/%Y}"
