"""A ticket: opened once, read, with what happened to it. How it changes is told in `relevo.desk.changing`."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg.errors import ForeignKeyViolation
from psycopg.types.json import Jsonb

from relevo import clock, ids
from relevo.db import Row, UnitOfWork, transition
from relevo.errors import InvalidInput, NotFound, RetryableError
from relevo.events import TicketCreated

UNFINISHED = ("open", "in_progress", "waiting")
STATUSES = (*UNFINISHED, "resolved", "closed")
SOURCES = ("whatsapp", "messenger", "instagram", "web", "email", "phone", "chat", "api")


@dataclass(frozen=True, slots=True)
class NewTicket:
    """What somebody asks for. `source` is one of `SOURCES`; `idempotency_key` names the request, so that a repeated
    one answers with the ticket it already opened."""

    subject: str
    description: str
    source: str
    customer_id: UUID
    category: str = "general"
    conversation_id: UUID | None = None
    branch_id: UUID | None = None
    idempotency_key: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket as it stands. `factors` explains the score, `skills` is what its routing rule asks of an agent,
    `by_hand` names what a person settled: priority, department_id, agent_id."""

    id: UUID
    number: int
    subject: str
    description: str
    status: str
    source: str
    category: str
    customer_id: UUID
    conversation_id: UUID | None
    branch_id: UUID | None
    department_id: UUID | None
    skills: list[str]
    agent_id: UUID | None
    priority: str | None
    score: int | None
    factors: list[dict[str, Any]]
    analysis: dict[str, Any] | None
    language: str | None
    tags: list[str]
    suggestion: dict[str, Any] | None
    escalation_level: int
    created_at: datetime
    updated_at: datetime
    routed_at: datetime | None
    assigned_at: datetime | None
    first_response_at: datetime | None
    reopened_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    deleted_at: datetime | None
    by_hand: list[str]
    is_new: bool = False
    """True from the call of `open_ticket` that opened it."""


COLUMNS: LiteralString = (
    "id, number, subject, description, status, source, category, customer_id, conversation_id, branch_id,"
    " department_id, skills, agent_id, priority, score, factors, analysis, language, tags, suggestion,"
    " escalation_level, created_at, updated_at, routed_at, assigned_at, first_response_at, reopened_at,"
    " resolved_at, closed_at, deleted_at, by_hand"
)

_OPEN: LiteralString = f"""
    WITH opened AS (
        INSERT INTO desk.ticket (id, subject, description, source, category, customer_id, conversation_id, branch_id,
                                 idempotency_key, language, tags, created_at, updated_at)
        VALUES (%(id)s, %(subject)s, %(description)s, %(source)s, %(category)s, %(customer_id)s, %(conversation_id)s,
                %(branch_id)s, %(idempotency_key)s, %(language)s, %(tags)s, %(now)s, %(now)s)
        ON CONFLICT DO NOTHING RETURNING {COLUMNS}
    ), history AS (
        INSERT INTO desk.ticket_change (id, ticket_id, field, old, new, actor, reason, at)
        SELECT %(change_id)s, id, 'status', NULL, '"open"', %(actor)s, %(reason)s, %(now)s FROM opened
    )
    SELECT {COLUMNS} FROM opened
"""


def open_ticket(uow: UnitOfWork, new: NewTicket, *, actor: str = "system", reason: str = "created") -> Ticket:
    """Open a ticket with its history in one statement, and tell it; or give back the one that is already there.

    There is one ticket per idempotency key and one unfinished ticket per conversation; `is_new` says which it was.
    Raises InvalidInput for an empty subject, an unknown source or a customer, conversation or branch nobody knows.
    """
    _check(new)
    parameters = {field.name: getattr(new, field.name) for field in fields(new)}
    parameters |= {"id": ids.new_id(), "change_id": ids.new_id(), "now": clock.now(), "actor": actor, "reason": reason}
    try:
        row = uow.one(_OPEN, parameters | {"tags": list(new.tags)})
    except ForeignKeyViolation as error:
        named = (error.diag.constraint_name or "").removeprefix("ticket_").removesuffix("_id_fkey")
        raise InvalidInput(f"the ticket names a {named} that does not exist") from error
    if row is None:
        return _existing(uow, new)
    uow.record(
        TicketCreated(
            ticket_id=row["id"],
            customer_id=new.customer_id,
            conversation_id=new.conversation_id,
            source=new.source,
            category=new.category,
        )
    )
    return Ticket(**row, is_new=True)


def _check(new: NewTicket) -> None:
    if not new.subject.strip():
        raise InvalidInput("a ticket needs a subject")
    if new.source not in SOURCES:
        raise InvalidInput(f"{new.source!r} is no source of tickets; use one of {', '.join(SOURCES)}")


def _existing(uow: UnitOfWork, new: NewTicket) -> Ticket:
    row = uow.one(
        f"SELECT {COLUMNS} FROM desk.ticket WHERE idempotency_key = %s OR (conversation_id = %s AND status = ANY(%s))"
        " ORDER BY idempotency_key IS NOT DISTINCT FROM %s DESC LIMIT 1",
        (new.idempotency_key, new.conversation_id, list(UNFINISHED), new.idempotency_key),
    )
    if row is None:
        raise RetryableError("the ticket that was in the way has just been finished")
    return Ticket(**row)


def get(uow: UnitOfWork, ticket_id: UUID) -> Ticket:
    """The ticket. Raises NotFound."""
    row = uow.one(f"SELECT {COLUMNS} FROM desk.ticket WHERE id = %s", (ticket_id,))
    if row is None:
        raise NotFound(f"there is no ticket {ticket_id}")
    return Ticket(**row)


def history(uow: UnitOfWork, ticket_id: UUID) -> list[Row]:
    """What happened to a ticket, oldest first: field, old, new, actor, reason, at."""
    return uow.all(
        "SELECT field, old, new, actor, reason, at FROM desk.ticket_change WHERE ticket_id = %s ORDER BY at, id",
        (ticket_id,),
    )


def note_message(uow: UnitOfWork, conversation_id: UUID, message: str) -> bool:
    """Put what the customer wrote on into the history of the conversation's unfinished ticket; False if it has none."""
    row = uow.one(
        "SELECT id FROM desk.ticket WHERE conversation_id = %s AND status = ANY(%s)",
        (conversation_id, list(UNFINISHED)),
    )
    if row is not None:
        transition(uow, "desk.ticket_change", row["id"], {"message": (None, message)}, actor="customer")
    return row is not None


def suggest_answer(uow: UnitOfWork, ticket_id: UUID, suggestion: dict[str, Any]) -> None:
    """Put the article the bot would answer with beside the ticket: article_id, slug, title, text, confidence (0-1)."""
    uow.execute("UPDATE desk.ticket SET suggestion = %s WHERE id = %s", (Jsonb(suggestion), ticket_id))


def answered(uow: UnitOfWork, ticket_id: UUID, *, at: datetime | None = None) -> bool:
    """A person answered the customer: stop the clock of the first response. False when it had stopped before."""
    now = at or clock.now()
    row = uow.one(
        "UPDATE desk.ticket SET first_response_at = %s, updated_at = %s WHERE id = %s AND first_response_at IS NULL"
        " RETURNING id",
        (now, now, ticket_id),
    )
    if row is not None:
        transition(uow, "desk.ticket_change", ticket_id, {"first_response_at": (None, now.isoformat())}, actor="inbox")
    return row is not None
