"""A turn: everything a customer wrote since the bot last answered, answered at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from relevo.db import UnitOfWork

SILENT_KINDS = ("reaction", "system", "edit", "revoke", "unsupported")
"""Kinds that ask for no answer."""


@dataclass(frozen=True, slots=True)
class Line:
    """One message of the turn."""

    id: UUID
    kind: str
    text: str | None
    stored_at: datetime


def written(lines: Sequence[Line]) -> str:
    """What these lines say in words."""
    return "\n".join(line.text for line in lines if line.text)


@dataclass(frozen=True, slots=True)
class Turn:
    """The bot's turn: what it answers, and in which language."""

    id: UUID
    lines: Sequence[Line]
    language: str


def unanswered(uow: UnitOfWork, conversation_id: UUID) -> list[Line]:
    """The customer's messages nobody has answered yet, oldest first, without those that ask for no answer."""
    return unanswered_in(uow, [conversation_id]).get(conversation_id, [])


def unanswered_in(uow: UnitOfWork, conversations: Sequence[UUID]) -> dict[UUID, list[Line]]:
    """As `unanswered`, of each of these conversations that has any."""
    rows = uow.all(
        "SELECT line.* FROM unnest(%s::uuid[]) AS wanted (id) CROSS JOIN LATERAL ("
        "  SELECT conversation_id, id, kind, text, stored_at FROM inbox.message"
        "  WHERE conversation_id = wanted.id AND direction = 'in' AND turn_id IS NULL AND deleted_at IS NULL"
        "  AND kind <> ALL(%s) ORDER BY id LIMIT 50) AS line",
        (list(conversations), list(SILENT_KINDS)),
    )
    found: dict[UUID, list[Line]] = {}
    for row in rows:
        found.setdefault(row.pop("conversation_id"), []).append(Line(**row))
    return found


def mark_answered(uow: UnitOfWork, lines: Sequence[Line], turn_id: UUID) -> None:
    """These lines belong to this turn; no other turn answers them."""
    uow.execute("UPDATE inbox.message SET turn_id = %s WHERE id = ANY(%s)", (turn_id, [line.id for line in lines]))


def mark_all_answered(uow: UnitOfWork, conversation_id: UUID, turn_id: UUID) -> None:
    """A person answered, outside of Relevo: what was written until now needs no answer of the bot."""
    uow.execute(
        "UPDATE inbox.message SET turn_id = %s WHERE conversation_id = %s AND direction = 'in' AND turn_id IS NULL",
        (turn_id, conversation_id),
    )


@dataclass(frozen=True, slots=True)
class Pace:
    """How a conversation has gone lately: the customer's last texts, newest first, and the bot's replies."""

    texts: list[str]
    bot_replies: int


def pace(uow: UnitOfWork, conversation_id: UUID, *, texts: int, since: datetime) -> Pace:
    """The last `texts` texts of the customer, and how often the bot replied after `since` (at most 100 are counted)."""
    row = uow.one(
        "SELECT ARRAY(SELECT coalesce(text, '') FROM inbox.message WHERE conversation_id = %(id)s AND direction = 'in'"
        "   ORDER BY id DESC LIMIT %(texts)s) AS texts,"
        " (SELECT count(*) FROM (SELECT stored_at FROM inbox.message WHERE conversation_id = %(id)s"
        "   AND direction = 'out' AND author = 'bot' ORDER BY id DESC LIMIT 100) AS latest"
        "   WHERE stored_at > %(since)s) AS bot_replies",
        {"id": conversation_id, "texts": texts, "since": since},
    )
    assert row is not None
    return Pace(**row)
