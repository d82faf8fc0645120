"""What a summary is made of: the latest messages of a conversation and how far its matter has come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from relevo.db import Row, UnitOfWork
from relevo.errors import NotFound

_LATEST = 40
State = Literal["new", "open question", "waiting for customer", "being solved", "solved"]

_PROGRESS: dict[State, int] = {
    "new": 0,
    "open question": 20,
    "being solved": 50,
    "waiting for customer": 75,
    "solved": 100,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One message: who wrote it (customer, bot, agent, phone), what, and whether it still asks for an answer."""

    id: UUID
    author: str
    text: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Matter:
    """A conversation as a summary reads it, oldest line first."""

    lines: list[Line]
    closed: bool
    owner: str
    ticket_status: str | None
    upto: UUID | None
    """The newest message, with text or without."""
    waits: bool = False
    """Whether the customer still waits for an answer, whoever spoke last."""

    @property
    def customers(self) -> list[Line]:
        return [line for line in self.lines if line.author == "customer"]

    def state(self) -> State:
        """How far the matter has come, from who holds it, its ticket, and who spoke last. That the bot said people will
        answer is no answer."""
        if _over(self.closed, self.ticket_status):
            return "solved"
        if not self.lines:
            return "new"
        if self.lines[-1].author != "customer" and not self.waits:
            return "waiting for customer"
        answered = any(line.author in ("agent", "phone") for line in self.lines)
        return "being solved" if self.owner == "agent" and answered else "open question"

    def progress(self) -> int:
        """0-100; a share of the way, not of the time."""
        return _PROGRESS[self.state()]


def _over(closed: bool, ticket_status: str | None) -> bool:
    return closed or ticket_status in ("resolved", "closed")


def newest(uow: UnitOfWork, conversation_id: UUID) -> UUID | None:
    """The newest message between the customer and the company."""
    row = uow.one(
        "SELECT id FROM inbox.message WHERE conversation_id = %s AND direction <> 'note' ORDER BY id DESC LIMIT 1",
        (conversation_id,),
    )
    return row["id"] if row else None


def is_over(uow: UnitOfWork, conversation_id: UUID) -> bool:
    """Whether the conversation is closed or its ticket resolved. Raises NotFound."""
    row = _standing(uow, conversation_id)
    return _over(row["state"] == "closed", row["ticket"])


def read(uow: UnitOfWork, conversation_id: UUID) -> Matter:
    """The matter as it stands. Notes are colleagues' and stay out. Raises NotFound."""
    row = _standing(uow, conversation_id)
    rows = uow.all(
        "SELECT id, author, text, direction = 'in' AND turn_id IS NULL AS is_open FROM inbox.message"
        " WHERE conversation_id = %s AND direction <> 'note' AND deleted_at IS NULL AND status <> 'cancelled'"
        " ORDER BY id DESC LIMIT %s",
        (conversation_id, _LATEST),
    )
    lines = [Line(**line) for line in reversed(rows) if line["text"]]
    upto = newest(uow, conversation_id)
    return Matter(lines, row["state"] == "closed", row["owner"], row["ticket"], upto, row["waits"])


def _standing(uow: UnitOfWork, conversation_id: UUID) -> Row:
    row = uow.one(
        "SELECT c.state, c.owner, c.waiting_since IS NOT NULL AS waits, (SELECT status FROM desk.ticket"
        "   WHERE conversation_id = c.id AND deleted_at IS NULL ORDER BY created_at DESC LIMIT 1) AS ticket"
        " FROM inbox.conversation AS c WHERE c.id = %s",
        (conversation_id,),
    )
    if row is None:
        raise NotFound(f"there is no conversation {conversation_id}")
    return row
