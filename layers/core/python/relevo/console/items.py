"""Conversations as items of a list: everything a row of the console shows, read in one query for a whole page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, LiteralString
from uuid import UUID

from relevo import inbox
from relevo.channels import phones
from relevo.console.shapes import ConversationItem
from relevo.db import Row, UnitOfWork

_UNREAD = 99

# Each part is a lateral of one row: planned in half the time joins take, and never merged with a whole index.

_SHOW: LiteralString = """
    SELECT c.id, c.state, c.owner, c.owner_agent_id, agent.name AS agent_name, c.owner_version, c.owner_since,
        c.last_message_at, c.window_until,
        c.customer_id, coalesce(u.name, i.profile_name, i.username, u.phone, i.phone, '') AS customer_name,
        coalesce(u.phone, i.phone) AS customer_phone, u.tier AS customer_tier,
        a.channel, a.id AS account_id, a.display_number, b.id AS branch_id, b.code AS branch_code,
        b.name AS branch_name, m.id AS message_id, m.author AS message_author, m.kind AS message_kind,
        m.text AS message_text, m.author_agent_id, m.author_name, m.stored_at AS message_at, m.status AS message_status,
        t.id AS ticket_id, t.number AS ticket_number, t.priority AS ticket_priority, t.status AS ticket_status,
        c.waiting_since, {unread} AS unread
    FROM page
    CROSS JOIN LATERAL (SELECT * FROM inbox.conversation WHERE id = page.id LIMIT 1) AS c
    CROSS JOIN LATERAL (SELECT name, phone, tier FROM crm.customer WHERE id = c.customer_id LIMIT 1) AS u
    CROSS JOIN LATERAL (
        SELECT profile_name, username, phone FROM inbox.identity WHERE id = c.identity_id LIMIT 1) AS i
    CROSS JOIN LATERAL (
        SELECT id, channel, display_number FROM inbox.channel_account WHERE id = c.channel_account_id LIMIT 1) AS a
    CROSS JOIN LATERAL (SELECT id, code, name FROM inbox.branch WHERE id = c.branch_id LIMIT 1) AS b
    LEFT JOIN LATERAL (SELECT name FROM desk.agent WHERE id = c.owner_agent_id LIMIT 1) AS agent ON true
    LEFT JOIN LATERAL (
        SELECT id, author, kind, CASE WHEN deleted_at IS NULL THEN text END AS text, stored_at, status, author_agent_id,
          (SELECT name FROM desk.agent WHERE id = author_agent_id) AS author_name
        FROM inbox.message WHERE conversation_id = c.id AND direction <> 'note' ORDER BY id DESC LIMIT 1) AS m ON true
    LEFT JOIN LATERAL (
        SELECT id, number, priority, status FROM desk.ticket WHERE conversation_id = c.id
          AND deleted_at IS NULL ORDER BY created_at DESC LIMIT 1) AS t ON true
    {unread_of}
    ORDER BY page.place
"""
_UNREAD_OF: LiteralString = """
    LEFT JOIN LATERAL (
        SELECT message_id FROM inbox.read_mark WHERE conversation_id = c.id AND user_id = %(user)s LIMIT 1
        ) AS mark ON true
    CROSS JOIN LATERAL (
        SELECT count(*)::int AS unread FROM (
            SELECT 1 FROM inbox.message WHERE conversation_id = c.id AND direction = 'in'
              AND (mark.message_id IS NULL OR id > mark.message_id) LIMIT %(unread)s) AS newer
        ) AS n
"""


def show(
    uow: UnitOfWork, page: LiteralString, parameters: dict[str, Any], *, user_id: UUID | None
) -> list[ConversationItem]:
    """The conversations that the query `page` names (`id`, in the order of `place`), as `user_id` sees them."""
    if user_id is None:
        shown = _SHOW.format(unread="0", unread_of="")
    else:
        shown = _SHOW.format(unread="n.unread", unread_of=_UNREAD_OF)
        parameters = parameters | {"user": user_id, "unread": _UNREAD}
    return [_item(row) for row in uow.all(f"WITH page AS ({page}) {shown}", parameters)]


def items(uow: UnitOfWork, ids: Sequence[UUID], *, user_id: UUID | None = None) -> dict[UUID, ConversationItem]:
    """These conversations by their ids, in this order; one that does not exist is left out."""
    page: LiteralString = (  # the inner SELECT hides how many there are: the plan for any number is kept
        "SELECT id, place FROM unnest((SELECT %(ids)s::uuid[])) WITH ORDINALITY AS wanted (id, place)"
    )
    return {item.id: item for item in show(uow, page, {"ids": list(ids)}, user_id=user_id)}


def _item(row: Row) -> ConversationItem:
    held = row["owner"] == "agent"
    return ConversationItem.model_validate(
        row
        | {
            "customer": _customer(row),
            "account": {"id": row["account_id"], "display_number": row["display_number"]},
            "branch": _part(row, "branch", "id", "code", "name"),
            "owner": {
                "kind": row["owner"],
                "agent": {"id": row["owner_agent_id"], "name": row["agent_name"] or ""} if held else None,
                "version": row["owner_version"],
                "since": row["owner_since"],
                "hold_until": row["owner_since"] + inbox.HOLD if held else None,
            },
            "last_message": _last_message(row),
            "ticket": _part(row, "ticket", "id", "number", "priority", "status"),
        }
    )


def _customer(row: Row) -> Row | None:
    unnamed = row["customer_name"] == row["customer_phone"]
    named = row | {"customer_name": phones.shown(row["customer_phone"])} if unnamed else row
    return _part(named, "customer", "id", "name", "phone", "tier")


def _last_message(row: Row) -> Row | None:
    by = {"id": row["author_agent_id"], "name": row["author_name"] or ""} if row["author_agent_id"] else None
    part = _part(row, "message", "id", "author", "kind", "text", "at", "status")
    return part and part | {"agent": by}


def _part(row: Row, of: str, *names: str) -> Row | None:
    """The columns `<of>_<name>` as an object of their own; nothing where its id is missing."""
    return {name: row[f"{of}_{name}"] for name in names} if row[f"{of}_id"] is not None else None
