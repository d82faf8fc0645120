"""Routes of tickets. A caller limited to branches sees those of their branches and those of none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID

from relevo import crm, desk
from relevo.access import Principal
from relevo.api import cursor, idempotency
from relevo.api.actors import with_names
from relevo.api.application import app
from relevo.api.conversations import explained
from relevo.api.endpoint import Reply, endpoint
from relevo.api.models import (
    AssignmentIn,
    Change,
    CreationHeaders,
    DeletionQuery,
    Stats,
    StatsQuery,
    Ticket,
    TicketIn,
    TicketPage,
    TicketPatch,
    TicketQuery,
    TicketWithHistory,
)
from relevo.api.requests import invalid, refuse_branch
from relevo.db import UnitOfWork
from relevo.desk import holding
from relevo.errors import NotFound
from relevo.inbox import Actor

_TICKETS = "/api/support/tickets"


@endpoint(
    app, "POST", _TICKETS, scope="tickets:write", summary="Open a ticket", tag="Tickets", status=201, refusals=(409,)
)
def create_ticket(uow: UnitOfWork, caller: Principal, body: TicketIn, headers: CreationHeaders) -> Reply[Ticket]:
    """Opens a ticket for a known customer or a new one. Repeated with the same `Idempotency-Key` it answers 200 with
    the ticket it opened the first time, and 409 when the body differs."""
    refuse_branch(caller, body.branch_id)
    key = headers.idempotency_key
    if key and (before := idempotency.made_before(uow, caller, key, body)):
        return Reply(_shown(uow, [desk.get(uow, before)])[0], 200, _at(before))
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
    return Reply(_shown(uow, [ticket])[0], 201, _at(ticket.id))


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
def list_tickets(uow: UnitOfWork, caller: Principal, query: TicketQuery) -> TicketPage:
    """Tickets newest first, a page at a time. Going on with `next` neither skips nor repeats a ticket, whatever is
    opened meanwhile."""
    refuse_branch(caller, query.branch_id)
    filters = desk.Filters(**query.model_dump(exclude={"limit", "cursor"}), visible=caller.branches)
    page = desk.list_tickets(uow, filters, after=cursor.decode(query.cursor), limit=query.limit)
    return TicketPage(items=_shown(uow, page.tickets), next=cursor.encode(page.after))


@endpoint(app, "GET", f"{_TICKETS}/stats", scope="stats:read", summary="Figures of a period", tag="Tickets")
def ticket_stats(uow: UnitOfWork, caller: Principal, query: StatsQuery) -> Stats:
    """What came in, how it was handled and how fast, over a period up to now."""
    return Stats.model_validate(desk.stats(uow, query.period, figures_seen(caller, query.branch)))


def figures_seen(caller: Principal, branch_id: UUID | None) -> desk.Scope:
    """Whose figures these are: one branch's, or all the caller sees with what is nobody's. Raises Refused."""
    refuse_branch(caller, branch_id)
    return desk.Scope(caller.branches) if branch_id is None else desk.Scope(frozenset({branch_id}), none=False)


_TICKET = f"{_TICKETS}/<ticket_id>"


@endpoint(app, "GET", _TICKET, scope="tickets:read", summary="One ticket", tag="Tickets")
def read_ticket(uow: UnitOfWork, caller: Principal, ticket_id: UUID) -> TicketWithHistory:
    """A ticket with its history, oldest change first; a deleted one too."""
    return _with_history(uow, _seen(uow, caller, ticket_id))


@endpoint(app, "PATCH", _TICKET, scope="tickets:edit", summary="Change a ticket", tag="Tickets", refusals=(409,))
def change_ticket(uow: UnitOfWork, caller: Principal, ticket_id: UUID, body: TicketPatch) -> TicketWithHistory:
    """Changes the fields that are sent. A resolved ticket can be taken up again, a closed one is final. To finish it
    ends its conversation: what a colleague holds, only who has `conversations:assign` may end."""
    _seen(uow, caller, ticket_id)
    refuse_branch(caller, body.branch_id)
    actor = Actor(caller.name, caller.agent_id, leads="conversations:assign" in caller.scopes)
    with explained(uow):
        changed = holding.change_ticket(uow, ticket_id, body.changes(), actor, reason=body.reason)
    return _with_history(uow, changed)


@endpoint(app, "POST", f"{_TICKET}/assign", scope="tickets:edit", summary="Give a ticket to an agent", tag="Tickets")
def assign_ticket(uow: UnitOfWork, caller: Principal, ticket_id: UUID, body: AssignmentIn) -> TicketWithHistory:
    """Gives the ticket to the agent named, however busy; without a name to whoever is free, else it stays queued."""
    _seen(uow, caller, ticket_id)
    if body.agent_id is None:
        given = desk.assign_ticket(uow, ticket_id, actor=caller.name, reason=body.reason)
    else:
        changes = {"agent_id": body.agent_id}
        given = desk.update_ticket(uow, ticket_id, changes, actor=caller.name, reason=body.reason)
    return _with_history(uow, given)


@endpoint(app, "DELETE", _TICKET, scope="tickets:delete", summary="Delete a ticket", tag="Tickets", status=204)
def delete_ticket(uow: UnitOfWork, caller: Principal, ticket_id: UUID, query: DeletionQuery) -> None:
    """Takes the ticket out of lists, searches and figures; it can still be read, with its history."""
    _seen(uow, caller, ticket_id)
    desk.delete_ticket(uow, ticket_id, actor=caller.name, reason=query.reason)


def _seen(uow: UnitOfWork, caller: Principal, ticket_id: UUID) -> desk.Ticket:
    """The ticket, which the caller may see. Raises NotFound and Refused."""
    ticket = desk.get(uow, ticket_id)
    refuse_branch(caller, ticket.branch_id)
    return ticket


def _shown(uow: UnitOfWork, tickets: Sequence[desk.Ticket]) -> list[Ticket]:
    beside = desk.surroundings(uow, tickets)
    return [Ticket.model_validate(_fields(ticket) | _fields(beside[ticket.id])) for ticket in tickets]


def _fields(one: desk.Ticket | desk.Surroundings) -> dict[str, Any]:
    return {field.name: getattr(one, field.name) for field in fields(one)}


def _with_history(uow: UnitOfWork, ticket: desk.Ticket) -> TicketWithHistory:
    (shown,) = _shown(uow, [ticket])
    changes = [Change.model_validate(row) for row in with_names(uow, desk.history(uow, ticket.id))]
    return TicketWithHistory(**dict(shown), suggestion=ticket.suggestion, history=changes)
