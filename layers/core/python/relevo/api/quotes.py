"""Routes of quotes: written, revised, sent, answered for the customer, taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from relevo import clock, inbox, objects, sales
from relevo.access import Principal
from relevo.api import cursor
from relevo.api.actors import with_names
from relevo.api.application import app
from relevo.api.endpoint import Reply, endpoint
from relevo.api.quote_models import (
    Paper,
    Placed,
    Quote,
    QuoteIn,
    QuoteItem,
    QuotePage,
    QuoteQuery,
    Reason,
    Revision,
    SaleChange,
    Somebody,
    line,
    named,
)
from relevo.api.requests import Refused, refuse_branch
from relevo.db import UnitOfWork
from relevo.runtime.problems import Problem
from relevo.sales import NewQuote, NotPossible, Seller, orders, quotes

_QUOTES = "/api/quotes"
_QUOTE = f"{_QUOTES}/<quote_id>"
_READ, _WRITE, _TAG = "quotes:read", "quotes:write", "Quotes"


def seller(caller: Principal) -> Seller:
    """Who offers, as sales know them."""
    return Seller(caller.name, caller.agent_id, caller.role, any_discount="quotes:discount_any" in caller.scopes)


@endpoint(app, "GET", _QUOTES, scope=_READ, summary="List quotes", tag=_TAG)
def list_quotes(uow: UnitOfWork, caller: Principal, query: QuoteQuery) -> QuotePage:
    """Quotes of the caller's branches, the newest first, a page at a time."""
    found = quotes.list_quotes(
        uow,
        branches=asked_branches(caller, query.branch_id),
        status=query.status,
        agent_id=query.agent_id,
        conversation_id=query.conversation_id,
        customer_id=query.customer_id,
        after=cursor.decode(query.cursor),
        limit=query.limit + 1,
    )
    shown = found[: query.limit]
    last = shown[-1].id if len(found) > query.limit else None
    return QuotePage(items=[QuoteItem(**_item(quote)) for quote in shown], next=cursor.encode(last))


@endpoint(app, "POST", _QUOTES, scope=_WRITE, summary="Write a quote", tag=_TAG, status=201, refusals=(403, 404))
def create_quote(uow: UnitOfWork, caller: Principal, body: QuoteIn) -> Reply[Quote]:
    """A draft at the catalogue's prices, with the branch's tax and its next number. Nothing is sent yet.

    403 `discount-limit` for a discount beyond the caller's role.
    """
    by, branch_id, customer_id = seller(caller), body.branch_id, body.customer_id
    if body.conversation_id is not None:
        conversation = inbox.get(uow, body.conversation_id)
        branch_id, customer_id = conversation.branch_id, conversation.customer_id
        if by.agent_id is None:
            by = Seller(by.name, conversation.owner_agent_id, by.role, by.any_discount)
    assert branch_id is not None and customer_id is not None  # else there is a conversation, which has both
    refuse_branch(caller, branch_id)
    lines = [each.wanted() for each in body.lines]
    new = NewQuote(branch_id, customer_id, lines, body.conversation_id, body.note, body.valid_days)
    try:
        quote = quotes.draft(uow, new, by)
    except sales.DiscountTooLarge as error:
        raise Refused(caller, "quote", str(error), kind="discount-limit") from error
    return Reply(full(uow, quote), 201, {"location": f"{_QUOTES}/{quote.id}"})


@endpoint(app, "GET", _QUOTE, scope=_READ, summary="One quote", tag=_TAG)
def read_quote(uow: UnitOfWork, caller: Principal, quote_id: UUID) -> Quote:
    """A quote with its lines and what became of it."""
    return full(uow, _seen(uow, caller, quote_id))


@endpoint(app, "POST", f"{_QUOTE}/send", scope=_WRITE, summary="Send a quote", tag=_TAG, status=202, refusals=(409,))
def send_quote(uow: UnitOfWork, caller: Principal, quote_id: UUID) -> Reply[Quote]:
    """Asks for the quote to be sent to its customer with its paper and buttons; it is `sent` moments later. Where that
    cannot be done it is a draft again, and its history says why."""
    _seen(uow, caller, quote_id)
    with _possible():
        quote = quotes.request(uow, quote_id, actor=caller.name)
    return Reply(full(uow, quote), 202)


@endpoint(
    app, "POST", f"{_QUOTE}/revise", scope=_WRITE, summary="Revise a quote", tag=_TAG, status=201, refusals=(409,)
)  # fmt: skip
def revise_quote(uow: UnitOfWork, caller: Principal, quote_id: UUID, body: Revision) -> Reply[Quote]:
    """Writes the next version, a draft at today's prices, which supersedes this one at once."""
    _seen(uow, caller, quote_id)
    lines = None if body.lines is None else [each.wanted() for each in body.lines]
    note = body.note or "" if "note" in body.model_fields_set else None
    try:
        with _possible():
            quote = quotes.revise(uow, quote_id, seller(caller), lines=lines, note=note, valid_days=body.valid_days)
    except sales.DiscountTooLarge as error:
        raise Refused(caller, f"quote:{quote_id}", str(error), kind="discount-limit") from error
    return Reply(full(uow, quote), 201, {"location": f"{_QUOTES}/{quote.id}"})


@endpoint(app, "POST", f"{_QUOTE}/accept", scope=_WRITE, summary="Place the order", tag=_TAG, refusals=(409,))
def accept_quote(uow: UnitOfWork, caller: Principal, quote_id: UUID, body: Reason) -> Placed:
    """For a customer who said yes elsewhere, by phone say; `reason` tells how. Accepted before, it has its order."""
    from relevo.api.orders import full as full_order

    _seen(uow, caller, quote_id)
    with _possible():
        made = orders.accept(uow, quote_id, actor=caller.name, reason=body.reason)
    return Placed(order=full_order(uow, orders.get(uow, made.order_id)), is_new=made.is_new)


@endpoint(app, "POST", f"{_QUOTE}/cancel", scope=_WRITE, summary="Take a quote back", tag=_TAG, refusals=(409,))
def cancel_quote(uow: UnitOfWork, caller: Principal, quote_id: UUID, body: Reason) -> Quote:
    """The quote holds no more."""
    _seen(uow, caller, quote_id)
    with _possible():
        return full(uow, quotes.cancel(uow, quote_id, actor=caller.name, reason=body.reason))


@endpoint(app, "GET", f"{_QUOTE}/pdf", scope=_READ, summary="A quote's paper", tag=_TAG, refusals=(409,))
def read_quote_pdf(uow: UnitOfWork, caller: Principal, quote_id: UUID) -> Paper:
    """Where the paper that was sent can be fetched without a key, for five minutes. 409 before it was sent."""
    quote = _seen(uow, caller, quote_id)
    return paper(quote.storage_key, f"{quote.title.replace('/', '-')}.pdf")


# ------------------------------------------------------------------------------------------------------------ telling


def asked_branches(caller: Principal, branch_id: UUID | None) -> frozenset[UUID] | None:
    """The one branch asked for, else all the caller sees. Raises Problem 403 for one they do not."""
    if branch_id is None:
        return caller.branches
    refuse_branch(caller, branch_id)
    return frozenset({branch_id})


def paper(key: str | None, filename: str) -> Paper:
    """The address of a paper. Raises Problem 409 while there is none."""
    if key is None:
        raise Problem(409, "The paper is not made yet.", kind="not-ready")
    until = clock.now() + timedelta(seconds=objects.LINK_SECONDS)
    return Paper(url=objects.bucket().link(key, filename=filename), filename=filename, expires_at=until)


def full(uow: UnitOfWork, quote: sales.Quote) -> Quote:
    """A quote in full."""
    return Quote(
        **_item(quote),
        note=quote.note,
        lines=[line(row) for row in quotes.lines_of(uow, [quote.id])[quote.id]],
        history=[SaleChange.model_validate(row) for row in with_names(uow, quotes.history(uow, quote.id))],
    )


def _item(quote: sales.Quote) -> dict[str, Any]:
    fields = {name: getattr(quote, name) for name in QuoteItem.model_fields if hasattr(quote, name)}
    customer = Somebody(id=quote.customer_id, name=quote.customer_name)
    return fields | {"customer": customer, "agent": named(quote.agent_id, quote.agent_name)}


def _seen(uow: UnitOfWork, caller: Principal, quote_id: UUID) -> sales.Quote:
    quote = quotes.get(uow, quote_id)
    refuse_branch(caller, quote.branch_id)
    return quote


class _possible:
    """What cannot be done with a quote as it is, is a conflict."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, NotPossible):
            raise Problem(409, str(error), kind="quote-settled", members={"quote_status": error.status}) from error
        if isinstance(error, orders.Expired):
            raise Problem(409, str(error), kind="quote-expired", members={"quote_status": "expired"}) from error
