"""Routes of tickets."""

from __future__ import annotations

from uuid import UUID

from relevo import crm, desk
from relevo.access import Principal
from relevo.api import cursor, idempotency
from relevo.api.application import app
from relevo.api.endpoint import Reply, endpoint
from relevo.api.models import (
    Change,
    CreationHeaders,
    Stats,
    StatsQuery,
    Ticket,
    TicketIn,
    TicketPage,
    TicketPatch,
    TicketQuery,
    TicketWithHistory,
)
from relevo.api.requests import invalid
from relevo.db import UnitOfWork
from relevo.errors import NotFound

_TICKETS = "/api/support/tickets"


@endpoint(
    app, "POST", _TICKETS, scope="tickets:write", summary="Open a ticket", tag="Tickets", status=201, refusals=(409,)
)
def create_ticket(uow: UnitOfWork, caller: Principal, body: TicketIn, headers: CreationHeaders) -> Reply[Ticket]:
    """Opens a ticket for a known customer or a new one. Repeated with the same `Idempotency-Key` it answers 200 with
    the ticket it opened the first time, and 409 when the body differs."""
    key = headers.idempotency_key
    if key and (before := idempotency.made_before(uow, caller, key, body)):
        return Reply(Ticket.model_validate(desk.get(uow, before)), 200, _at(before))
    ticket = desk.open_ticket(
        uow,
        desk.NewTicket(
            subject=body.subject,
            description=body.description,
            source=body.source,
            customer_id=_customer(uow, caller, body),
            category=body.category,
            branch_id=body.branch_id,
            language=body.language,
            tags=tuple(dict.fromkeys(body.tags)),
        ),
        actor=caller.name,
        reason=f"asked for over {body.source}",
    )
    if key:
        idempotency.note(uow, caller, key, ticket.id)
    return Reply(Ticket.model_validate(ticket), 201, _at(ticket.id))


def _at(ticket_id: UUID) -> dict[str, str]:
    return {"location": f"{_TICKETS}/{ticket_id}"}


def _customer(uow: UnitOfWork, caller: Principal, body: TicketIn) -> UUID:
    who = body.customer
    try:
        return crm.find_or_create(
            uow,
            customer_id=who.id,
            email=who.email,
            phone=who.phone,
            name=who.name,
            company=who.company,
            source=body.source,
            actor=caller.name,
        )
    except NotFound as error:
        raise invalid([{"pointer": "#/customer/id", "detail": str(error)}]) from error


@endpoint(app, "GET", _TICKETS, scope="tickets:read", summary="List and search tickets", tag="Tickets")
def list_tickets(uow: UnitOfWork, query: TicketQuery) -> TicketPage:
    """Tickets newest first, a page at a time. Going on with `next` neither skips nor repeats a ticket, whatever is
    opened meanwhile."""
    filters = desk.Filters(**query.model_dump(exclude={"limit", "cursor"}))
    page = desk.list_tickets(uow, filters, after=cursor.decode(query.cursor), limit=query.limit)
    return TicketPage(items=[Ticket.model_validate(t) for t in page.tickets], next=cursor.encode(page.after))


@endpoint(app, "GET", f"{_TICKETS}/stats", scope="stats:read", summary="Figures of a period", tag="Tickets")
def ticket_stats(uow: UnitOfWork, query: StatsQuery) -> Stats:
    """What came in, how it was handled and how fast, over a period up to now."""
    return Stats.model_validate(desk.stats(uow, query.period))


@endpoint(app, "GET", f"{_TICKETS}/<ticket_id>", scope="tickets:read", summary="One ticket", tag="Tickets")
def read_ticket(uow: UnitOfWork, ticket_id: UUID) -> TicketWithHistory:
    """A ticket with its history, oldest change first."""
    return _with_history(uow, desk.get(uow, ticket_id))


@endpoint(app, "PATCH", f"{_TICKETS}/<ticket_id>", scope="tickets:edit", summary="Change a ticket", tag="Tickets")
def change_ticket(uow: UnitOfWork, caller: Principal, ticket_id: UUID, body: TicketPatch) -> TicketWithHistory:
    """Changes the fields that are sent. A resolved ticket can be taken up again, a closed one is final."""
    changed = desk.update_ticket(uow, ticket_id, body.changes(), actor=caller.name, reason=body.reason)
    return _with_history(uow, changed)


def _with_history(uow: UnitOfWork, ticket: desk.Ticket) -> TicketWithHistory:
    shown = Ticket.model_validate(ticket)
    changes = [Change.model_validate(row) for row in desk.history(uow, ticket.id)]
    return TicketWithHistory(**dict(shown), history=changes)
