"""The messages of a conversation, notes among them: pages, single ones, and the ledger of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from relevo import inbox
from relevo.console.shapes import Message
from relevo.db import Row, UnitOfWork
from relevo.errors import InvalidInput, NotFound

MAX_LIMIT = 100

# What a provider sent stays in the database; of it the console is shown what has no text: a place, a card, an order.
_SHOW: LiteralString = """
    SELECT m.id, m.conversation_id, m.direction, m.author, m.author_agent_id, coalesce(agent.name, u.name) AS name,
        m.kind, CASE WHEN m.deleted_at IS NULL THEN m.text END AS text,
        (m.content - 'provider') || CASE WHEN m.kind IN ('location', 'contacts', 'order') AND m.deleted_at IS NULL
            THEN jsonb_build_object(m.kind, m.content #> ARRAY['provider', m.kind]) ELSE '{}' END AS content,
        quoted.message_id AS reply_to, nullif(m.status, 'noted') AS status, m.error_code, m.error_detail,
        m.stored_at AS at, m.sent_at, m.edited_at, m.deleted_at, m.mentions, m.client_id, m.analysis
    FROM inbox.message AS m
    LEFT JOIN desk.agent ON agent.id = m.author_agent_id
    LEFT JOIN access."user" AS u ON u.id = m.author_user_id
    LEFT JOIN inbox.external_message AS quoted
        ON quoted.channel_account_id = m.channel_account_id AND quoted.external_id = m.reply_to
"""

_FAULTS = ("failed", "unknown", "cancelled")


@dataclass(frozen=True, slots=True)
class Page:
    """Messages oldest first; `older` asks for the page before them, None where the conversation begins."""

    items: list[Message]
    older: UUID | None


def page(
    uow: UnitOfWork, conversation_id: UUID, *, before: UUID | None = None, after: UUID | None = None, limit: int = 50
) -> Page:
    """The newest messages of a conversation, or those next to one: just `before` it, or just `after` it.

    Raises InvalidInput for a limit outside 1 to 100.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise InvalidInput(f"limit is between 1 and {MAX_LIMIT}")
    onwards = after is not None and before is None
    order: LiteralString = "m.id" if onwards else "m.id DESC"
    rows = uow.all(
        f"{_SHOW} WHERE m.conversation_id = %(conversation)s"
        " AND (%(before)s::uuid IS NULL OR m.id < %(before)s) AND (%(after)s::uuid IS NULL OR m.id > %(after)s)"
        f" ORDER BY {order} LIMIT %(limit)s",
        {"conversation": conversation_id, "before": before, "after": after, "limit": limit + 1},
    )
    shown = rows[:limit] if onwards else rows[:limit][::-1]
    more = len(rows) > limit and not onwards
    return Page(_messages(uow, shown), shown[0]["id"] if more else None)


def messages(uow: UnitOfWork, ids: Sequence[UUID]) -> dict[UUID, Message]:
    """These messages by their ids; one that does not exist is left out."""
    # The inner SELECT hides how many there are: the plan for any number is kept.
    rows = uow.all(f"{_SHOW} WHERE m.id = ANY((SELECT %s::uuid[])::uuid[])", (list(ids),))
    return {message.id: message for message in _messages(uow, rows)}


def message(uow: UnitOfWork, message_id: UUID) -> Message:
    """One message. Raises NotFound."""
    found = messages(uow, [message_id])
    if not found:
        raise NotFound(f"there is no message {message_id}")
    return found[message_id]


def _messages(uow: UnitOfWork, rows: Sequence[Row]) -> list[Message]:
    attachments = _attachments(uow, [row["id"] for row in rows if row["kind"] not in ("text", "template")])
    receipts = _receipts(uow, [row["id"] for row in rows if row["direction"] == "note"])
    return [_message(row, attachments.get(row["id"], []), receipts.get(row["id"], [])) for row in rows]


def _message(row: Row, attachments: list[Row], receipts: list[Row]) -> Message:
    agent = {"id": row["author_agent_id"], "name": row["name"] or ""} if row["author_agent_id"] else None
    fault = row["error_code"] and row["status"] in _FAULTS
    error = {"code": row["error_code"], "detail": row["error_detail"] or ""} if fault else None
    author = {"kind": row["author"], "agent": agent, "name": row["name"]}
    mood = row["analysis"] and {
        "sentiment": row["analysis"]["label"],
        "urgency": row["analysis"]["urgency"],
        "language": row["analysis"]["language"],
    }
    parts = {"author": author, "attachments": attachments, "error": error, "read_by": receipts, "analysis": mood}
    return Message.model_validate(row | parts)


def _attachments(uow: UnitOfWork, ids: list[UUID]) -> dict[UUID, list[Row]]:
    if not ids:
        return {}
    rows = uow.all(
        "SELECT message_id, id, mime_type, filename, state, reason, size_bytes, '/api/attachments/' || id AS url"
        " FROM inbox.attachment WHERE message_id = ANY(%s) ORDER BY id",
        (ids,),
    )
    readings = inbox.readings(uow, [row["message_id"] for row in rows]) if rows else {}
    return _by_message([row | {"reading": readings.get(row["id"])} for row in rows])


def _receipts(uow: UnitOfWork, notes: list[UUID]) -> dict[UUID, list[Row]]:
    if not notes:
        return {}
    rows = uow.all(
        'SELECT message_id, u.id, u.name, r.at FROM inbox.note_receipt AS r JOIN access."user" AS u ON u.id = r.user_id'
        " WHERE message_id = ANY(%s) ORDER BY r.at",
        (notes,),
    )
    read = [{"message_id": r["message_id"], "user": {"id": r["id"], "name": r["name"]}, "at": r["at"]} for r in rows]
    return _by_message(read)


def _by_message(rows: list[Row]) -> dict[UUID, list[Row]]:
    grouped: dict[UUID, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row["message_id"], []).append(row)
    return grouped


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a message's ledger. `detail` holds what there is to know: provider's id, attempt, price, error…"""

    step: str
    at: datetime
    detail: dict[str, Any]


def ledger(uow: UnitOfWork, message_id: UUID) -> list[Step]:
    """What happened to a message, oldest first: received or written, stored, claimed, sent, every status, changes.

    Raises NotFound.
    """
    row = uow.one(
        "SELECT direction, author, kind, stored_at, sent_at, claimed_at, attempts, external_id, error_code,"
        " error_detail, status, price, owner_version FROM inbox.message WHERE id = %s",
        (message_id,),
    )
    if row is None:
        raise NotFound(f"there is no message {message_id}")
    steps = [*_own_steps(row), *_reported(uow, message_id), *_changes(uow, message_id)]
    return sorted(steps, key=lambda step: step.at)


def _own_steps(row: Row) -> list[Step]:
    """What Relevo itself wrote down on the message."""
    provider = {"provider_id": row["external_id"]} if row["external_id"] else {}
    if row["direction"] == "in":
        return [Step("received", row["sent_at"] or row["stored_at"], provider), Step("stored", row["stored_at"], {})]
    steps = [Step("stored", row["stored_at"], {"author": row["author"], "kind": row["kind"]})]
    if row["claimed_at"]:
        steps.append(Step("claimed", row["claimed_at"], {"attempts": row["attempts"]}))
    if row["sent_at"]:
        price = {"price": row["price"]} if row["price"] else {}
        steps.append(Step("sent", row["sent_at"], provider | price))
    if row["status"] and row["status"] in _FAULTS:
        why = {"code": row["error_code"], "reason": row["error_detail"]}
        steps.append(Step(row["status"], row["claimed_at"] or row["stored_at"], why))
    return steps


def _reported(uow: UnitOfWork, message_id: UUID) -> list[Step]:
    rows = uow.all(
        "SELECT status, at, error_code, external_id, detail -> 'pricing' AS price FROM inbox.message_status"
        " WHERE message_id = %s ORDER BY at, id",
        (message_id,),
    )
    return [
        Step(
            f"reported {row['status']}",
            row["at"],
            {"provider_id": row["external_id"]}
            | ({"code": row["error_code"]} if row["error_code"] else {})
            | ({"price": row["price"]} if row["price"] else {}),
        )
        for row in rows
    ]


def _changes(uow: UnitOfWork, message_id: UUID) -> list[Step]:
    rows = uow.all(
        "SELECT field, old, new, actor, reason, at FROM inbox.message_change WHERE message_id = %s ORDER BY at, id",
        (message_id,),
    )
    names = {"status": "retried", "text": "edited", "deleted": "deleted"}
    return [
        Step(
            names.get(row["field"]) or str(row["field"]),
            row["at"],
            {"old": row["old"], "actor": row["actor"], "reason": row["reason"]},
        )
        for row in rows
    ]
