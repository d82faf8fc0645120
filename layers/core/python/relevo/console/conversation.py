"""One conversation in full: the customer and their past, the ticket and its clock, the caller's draft."""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime
from typing import Any
from uuid import UUID

from relevo import clock, desk
from relevo.console import drafts, summary
from relevo.console.items import items
from relevo.console.shapes import CanSend, Conversation
from relevo.db import Row, UnitOfWork
from relevo.errors import NotFound

_PREVIOUS = 5
_ATTENDED = 5


def conversation(
    uow: UnitOfWork, conversation_id: UUID, *, user_id: UUID | None = None, branches: Set[UUID] | None = None
) -> Conversation:
    """The conversation as `user_id` sees it, with the customer's earlier ones in these branches (None: in all of them);
    presence is for whoever knows it to add. Raises NotFound."""
    item = items(uow, [conversation_id], user_id=user_id).get(conversation_id)
    row = uow.one(
        "SELECT customer_id, opened_at, closed_at, language FROM inbox.conversation WHERE id = %s", (conversation_id,)
    )
    if item is None or row is None:
        raise NotFound(f"there is no conversation {conversation_id}")
    allowed, reason = can_send(item.channel, item.state, item.window_until)
    ticket = _ticket(uow, item.ticket.id) if item.ticket else None
    return Conversation.model_validate(
        dict(item)
        | row
        | {
            "customer": dict(item.customer) | _customer(uow, row["customer_id"], conversation_id, branches),
            "ticket": ticket,
            "can_send": allowed,
            "send_reason": reason,
            "summary": summary.current(uow, conversation_id),
            "summarized_by": summary.writer(),
            "draft": drafts.draft(uow, conversation_id, user_id) if user_id else None,
            "presence": [],
        }
    )


def can_send(channel: str, state: str, window_until: datetime | None) -> tuple[CanSend, str | None]:
    """What may be written to the customer now, and what keeps it from being more: closed, channel, window-closed."""
    if state != "open":
        return "none", "closed"
    if channel != "whatsapp":
        return "none", "channel"
    if window_until is None or clock.now() >= window_until:
        return "template", "window-closed"
    return "free", None


def _customer(uow: UnitOfWork, customer_id: UUID, conversation_id: UUID, branches: Set[UUID] | None) -> dict[str, Any]:
    row = uow.one("SELECT email, company, language, created_at FROM crm.customer WHERE id = %s", (customer_id,))
    assert row is not None
    identities = uow.all(
        "SELECT channel, phone, username, profile_name FROM inbox.identity WHERE customer_id = %s ORDER BY id",
        (customer_id,),
    )
    return row | {
        "identities": identities,
        "attended_by": _attended(uow, customer_id),
        "previous": _previous(uow, customer_id, conversation_id, branches),
    }


def _attended(uow: UnitOfWork, customer_id: UUID) -> list[Row]:
    rows = uow.all(
        "SELECT agent.id, agent.name, max(c.last_message_at) AS last_at, count(*)::int AS conversations"
        " FROM inbox.conversation AS c JOIN desk.agent ON agent.id = c.attended_by WHERE c.customer_id = %s"
        " GROUP BY agent.id, agent.name ORDER BY last_at DESC LIMIT %s",
        (customer_id, _ATTENDED),
    )
    return [
        {
            "agent": {"id": row["id"], "name": row["name"]},
            "last_at": row["last_at"],
            "conversations": row["conversations"],
        }
        for row in rows
    ]


def _previous(uow: UnitOfWork, customer_id: UUID, conversation_id: UUID, branches: Set[UUID] | None) -> list[Row]:
    return uow.all(
        "SELECT c.id, c.opened_at, c.closed_at, a.channel, last.text AS last_text"
        " FROM inbox.conversation AS c JOIN inbox.channel_account AS a ON a.id = c.channel_account_id"
        " LEFT JOIN LATERAL (SELECT CASE WHEN deleted_at IS NULL THEN text END AS text FROM inbox.message"
        "   WHERE conversation_id = c.id AND direction <> 'note' ORDER BY id DESC LIMIT 1) AS last ON true"
        " WHERE c.customer_id = %(customer)s AND c.id <> %(conversation)s"
        "   AND (%(branches)s::uuid[] IS NULL OR c.branch_id = ANY(%(branches)s))"
        " ORDER BY c.opened_at DESC LIMIT %(limit)s",
        {
            "customer": customer_id,
            "conversation": conversation_id,
            "branches": None if branches is None else list(branches),
            "limit": _PREVIOUS,
        },
    )


def _ticket(uow: UnitOfWork, ticket_id: UUID) -> dict[str, Any]:
    ticket = desk.get(uow, ticket_id)
    agent = uow.one("SELECT id, name FROM desk.agent WHERE id = %s", (ticket.agent_id,)) if ticket.agent_id else None
    names = (
        "id", "number", "subject", "status", "priority", "score", "factors", "tags", "category", "created_at",
        "first_response_at",
    )  # fmt: skip
    clock_running = desk.sla(ticket, desk.sla_rules(uow))
    return {name: getattr(ticket, name) for name in names} | {"agent": agent, "sla": clock_running}


def history(uow: UnitOfWork, conversation_id: UUID) -> list[Row]:
    """What happened to a conversation, oldest first: at, actor, actor_name, field, old, new, reason.

    Owners are told by name where they have one.
    """
    rows = uow.all(
        "SELECT at, actor, field, old, new, reason FROM inbox.conversation_change WHERE conversation_id = %s"
        " ORDER BY at, id",
        (conversation_id,),
    )
    names = _names(uow, rows)

    def told(value: Any) -> Any:
        return names.get(value, value) if isinstance(value, str) else value

    return [
        row | {"actor_name": names.get(row["actor"]), "old": told(row["old"]), "new": told(row["new"])} for row in rows
    ]


def _names(uow: UnitOfWork, rows: list[Row]) -> dict[str, str]:
    """What to call the users, keys and agents these lines mention, by how the lines write them."""
    mentioned = {value for row in rows for value in (row["actor"], row["old"], row["new"]) if isinstance(value, str)}
    of_kind = {kind: [value[len(kind) :] for value in mentioned if value.startswith(kind)] for kind in _KINDS}
    found = uow.all(
        "SELECT 'user:' || id AS key, name FROM access.\"user\" WHERE id = ANY(%(user:)s::uuid[])"
        " UNION ALL SELECT 'agent:' || id, name FROM desk.agent WHERE id = ANY(%(agent:)s::uuid[])"
        " UNION ALL SELECT 'key:' || prefix, name FROM access.api_key WHERE prefix = ANY(%(key:)s::text[])",
        of_kind,
    )
    return {row["key"]: row["name"] for row in found}


_KINDS = ("user:", "agent:", "key:")
