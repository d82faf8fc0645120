"""How a ticket changes: field by field with a history, through its statuses to the end, or out of sight."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.errors import ForeignKeyViolation, UniqueViolation

from relevo import clock, inbox
from relevo.db import UnitOfWork, transition
from relevo.desk import assignment, handing, queueing
from relevo.desk.handing import Decision
from relevo.desk.tickets import COLUMNS, STATUSES, UNFINISHED, Ticket, get
from relevo.errors import InvalidInput, NotFound
from relevo.events import TicketClosed, TicketResolved, TicketUpdated

_NEXT: dict[str, tuple[str, ...]] = {
    "open": ("in_progress", "waiting", "resolved", "closed"),
    "in_progress": ("open", "waiting", "resolved", "closed"),
    "waiting": ("open", "in_progress", "resolved", "closed"),
    "resolved": ("open", "in_progress", "closed"),
    "closed": (),
}
"""Which status may follow which. A resolved ticket can be taken up again, a closed one is final."""

_BY_HAND = ("priority", "department_id")
"""Fields the rules fill in, until a person does; emptied, they are the rules' again. `agent_id` is one too."""

_FIELDS = ("status", "subject", "description", "category", "tags", "branch_id", "language", *_BY_HAND)
_CHANGEABLE = (*_FIELDS, "agent_id")

Changed = Mapping[str, tuple[Any, Any]]
"""Old and new of each field that is not as it was."""


def update_ticket(
    uow: UnitOfWork, ticket_id: UUID, changes: Mapping[str, Any], *, actor: str, reason: str | None = None
) -> Ticket:
    """Change a ticket's status, subject, description, category, tags, branch_id, language, priority, department_id or
    agent_id; equal values stay unsaid.

    Every changed field gets a row of history, and together they are one `ticket.updated` with old and new; resolving,
    closing and assigning are told besides. A finished ticket frees its agent, who is given the next that waits; one
    taken up again goes back to its agent if there is room, else to the queue. A priority, department or agent given
    here stays until it is taken back by None, whatever the rules would say.
    Raises NotFound, and InvalidInput for a field that cannot be changed or a status that cannot follow.
    """
    if unknown := [field for field in changes if field not in _CHANGEABLE]:
        raise InvalidInput(f"{', '.join(unknown)} cannot be changed; only {', '.join(_CHANGEABLE)} can")
    subject = queueing.lock_subject(uow, ticket_id) if "status" in changes else None
    before = _locked(uow, ticket_id)
    plain = {field: new for field, new in changes.items() if field in _FIELDS}
    _change_fields(uow, before, plain, Decision(actor, reason))
    if subject and before.status not in UNFINISHED and changes["status"] in UNFINISHED:
        queueing.take_up_again(uow, subject, actor=actor)
    if "agent_id" in changes:
        handing.give(uow, get(uow, ticket_id), changes["agent_id"], Decision(actor, reason))
    return get(uow, ticket_id)


def delete_ticket(uow: UnitOfWork, ticket_id: UUID, *, actor: str, reason: str | None = None) -> None:
    """Take a ticket out of lists, searches and figures, closing it if it is not; its history stays readable.

    Its agent is freed. Its conversation stays with whoever holds it. Raises NotFound, also for one deleted before.
    """
    before, now = _locked(uow, ticket_id), clock.now()
    uow.execute(
        "UPDATE desk.ticket SET status = 'closed', closed_at = coalesce(closed_at, %(now)s), deleted_at = %(now)s,"
        " updated_at = %(now)s WHERE id = %(ticket)s",
        {"now": now, "ticket": ticket_id},
    )
    changed: dict[str, tuple[Any, Any]] = {"deleted_at": (None, now.isoformat())}
    if before.status != "closed":
        changed["status"] = (before.status, "closed")
        uow.record(TicketClosed(ticket_id=ticket_id))
    _tell(uow, before, changed, Decision(actor, reason))
    if before.status in UNFINISHED:
        assignment.release(uow, before.agent_id)


def assign_ticket(uow: UnitOfWork, ticket_id: UUID, *, actor: str, reason: str | None = None) -> Ticket:
    """Give a ticket nobody has to whoever is free in its department, as the rules would; it stays in the queue when
    nobody is. Raises NotFound, and InvalidInput for one that is finished or has no department yet."""
    ticket = _locked(uow, ticket_id)
    if ticket.status not in UNFINISHED:
        raise InvalidInput(f"a ticket that is {ticket.status} has nobody working on it; take it up again first")
    if ticket.department_id is None:
        raise InvalidInput("the ticket belongs to no department yet; name the agent")
    if ticket.agent_id is None:
        handing.assign_freely(uow, ticket.id, ticket.department_id, ticket, Decision(actor, reason))
    return get(uow, ticket_id)


def _locked(uow: UnitOfWork, ticket_id: UUID) -> Ticket:
    row = uow.one(f"SELECT {COLUMNS} FROM desk.ticket WHERE id = %s FOR NO KEY UPDATE", (ticket_id,))
    if row is None:
        raise NotFound(f"there is no ticket {ticket_id}")
    if row["deleted_at"] is not None:
        raise NotFound(f"the ticket {ticket_id} is deleted")
    return Ticket(**row)


def _change_fields(uow: UnitOfWork, before: Ticket, fields: Mapping[str, Any], decision: Decision) -> None:
    changed = {field: (getattr(before, field), new) for field, new in fields.items() if getattr(before, field) != new}
    if not changed:
        return
    _check(before, changed)
    _write(uow, before, changed)
    _tell(uow, before, changed, decision)
    if "status" in changed:
        _follow_status(uow, before, changed["status"][1], decision.actor)
    if "department_id" in changed:
        handing.move(uow, get(uow, before.id), changed["department_id"][1], decision)


def _tell(uow: UnitOfWork, before: Ticket, changed: Changed, decision: Decision) -> None:
    """Write the changes down as JSON can hold them, and tell them."""

    def plain(value: Any) -> Any:
        return str(value) if isinstance(value, UUID) else value

    told = {field: (plain(old), plain(new)) for field, (old, new) in changed.items()}
    transition(uow, "desk.ticket_change", before.id, told, actor=decision.actor, reason=decision.reason)
    changes = {field: {"old": old, "new": new} for field, (old, new) in told.items()}
    uow.record(TicketUpdated(ticket_id=before.id, changes=changes))


def _check(before: Ticket, changed: Changed) -> None:
    if "subject" in changed and not str(changed["subject"][1]).strip():
        raise InvalidInput("a ticket needs a subject")
    if "status" not in changed:
        return
    new = changed["status"][1]
    if new not in STATUSES:
        raise InvalidInput(f"{new!r} is no status; use one of {', '.join(STATUSES)}")
    if new not in _NEXT[before.status]:
        allowed = ", ".join(_NEXT[before.status]) or "nothing: open a new ticket"
        raise InvalidInput(f"a ticket that is {before.status} cannot become {new}; it can become {allowed}")


def _write(uow: UnitOfWork, before: Ticket, changed: Changed) -> None:
    now = clock.now()
    values: dict[str, Any] = {field: new for field, (_, new) in changed.items()} | {"updated_at": now}
    if settled := [field for field in _BY_HAND if field in changed]:
        kept = [field for field in before.by_hand if field not in settled]
        values["by_hand"] = [*kept, *(field for field in settled if changed[field][1] is not None)]
    if "status" in changed:
        values |= _instants(before, changed["status"][1])
    assignments = sql.SQL(", ").join(
        sql.SQL("{} = {}").format(sql.Identifier(field), sql.Placeholder(field)) for field in values
    )
    statement = sql.SQL("UPDATE desk.ticket SET {} WHERE id = %(ticket)s").format(assignments)
    try:
        uow.connection.execute(statement, values | {"ticket": before.id})
    except UniqueViolation as error:
        raise InvalidInput("the conversation already has another unfinished ticket") from error
    except ForeignKeyViolation as error:
        named = (error.diag.constraint_name or "").removeprefix("ticket_").removesuffix("_id_fkey")
        raise InvalidInput(f"there is no such {named}") from error


def _instants(before: Ticket, new: str) -> dict[str, Any]:
    """What the ticket remembers of reaching this status."""
    now = clock.now()
    if new in ("resolved", "closed"):
        return {f"{new}_at": now}
    return {"resolved_at": None, "reopened_at": now} if before.status == "resolved" else {}


def _follow_status(uow: UnitOfWork, before: Ticket, new: str, actor: str) -> None:
    """What a change of status means for the ticket's agent and for whoever listens."""
    if new == "resolved":
        uow.record(TicketResolved(ticket_id=before.id, agent_id=before.agent_id))
    if new == "closed":
        uow.record(TicketClosed(ticket_id=before.id))
    was, is_now = before.status in UNFINISHED, new in UNFINISHED
    if was and not is_now:
        assignment.release(uow, before.agent_id)
        if before.conversation_id:
            inbox.close(uow, before.conversation_id, actor=actor, reason=f"its ticket is {new}")
    elif is_now and not was:
        assignment.take_back(uow, before.id, before.agent_id, actor=actor)
