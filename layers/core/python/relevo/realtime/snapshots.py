"""The things that changed as the API shows them now: one query a kind, for however many of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel, TypeAdapter

from relevo import console, desk, insight
from relevo.db import UnitOfWork
from relevo.events import ConversationOwnerChanged
from relevo.realtime.changes import Change
from relevo.realtime.feed import NOWHERE, Entry

_AGENT = TypeAdapter(desk.Agent)
_AT_ONCE = timedelta(seconds=5)
"""Between an event and a history row of the same transaction."""


class Whereabouts:
    """Which branches are to hear of each change: read before their feeds are locked, because it says which to lock."""

    def __init__(
        self, uow: UnitOfWork, changes: Sequence[Change], passed_on: Sequence[ConversationOwnerChanged]
    ) -> None:
        self._tickets = _places_of_tickets(uow, _subjects(changes, "ticket."))
        self._sales = _places_of_sales(uow, _subjects(changes, "quote."), _subjects(changes, "order."))
        conversations = {change.conversation_id for change in changes if change.conversation_id}
        conversations |= {conversation for _, conversation in self._tickets.values() if conversation}
        self._conversations = _branches_of_conversations(uow, conversations)
        self._left = _branches_left(uow, passed_on)
        self._agents = _branches_of_agents(uow, _subjects(changes, "agent."))
        self._alerts = _branches_of_alerts(uow, _subjects(changes, "alert."))

    def branches(self, change: Change) -> list[UUID]:
        """Who is to hear of this change; nobody where the thing is not there any more."""
        if change.conversation_id:
            branch = self._conversations.get(change.conversation_id)
            moved = self._left.get(change.subject, []) if change.kind == "conversation.changed" else []
            return list(dict.fromkeys([branch, *moved])) if branch else []
        if change.kind == "ticket.changed":
            return [self._tickets[change.subject][0] or NOWHERE] if change.subject in self._tickets else []
        if change.kind == "alert.changed":
            return [self._alerts[change.subject] or NOWHERE] if change.subject in self._alerts else []
        if change.kind in ("quote.changed", "order.changed"):
            return [self._sales[change.subject][0]] if change.subject in self._sales else []
        return self._agents.get(change.subject, []) if change.kind == "agent.changed" else [NOWHERE]

    def conversation(self, change: Change) -> UUID | None:
        """The conversation the thing belongs to."""
        if change.kind == "ticket.changed":
            return self._tickets[change.subject][1]
        if change.subject in self._sales:
            return self._sales[change.subject][1]
        return change.conversation_id

    def with_their_conversations(self, changes: Sequence[Change]) -> list[Change]:
        """A ticket stands in its conversation's row of a list, so when the one changes the other does."""
        tickets = [self.conversation(change) for change in changes if change.subject in self._tickets]
        rows = [Change("conversation.changed", id, id) for id in tickets if id]
        return list(dict.fromkeys([*changes, *rows]))


def entries(uow: UnitOfWork, changes: Sequence[Change], places: Whereabouts) -> list[Entry]:
    """What is told of these changes, to each branch that is to hear of it, in order. What is gone is left out."""
    read: dict[str, dict[UUID, str]] = {}
    for beginning, reader in _READERS.items():
        if subjects := _subjects(changes, beginning):
            read[beginning] = reader(uow, subjects)
    told = []
    for change in changes:
        data = read[change.kind.partition(".")[0] + "."].get(change.subject)
        if data is not None:
            ticket = change.subject if change.kind == "ticket.changed" else None
            told += [
                Entry(branch, change.kind, places.conversation(change), ticket, data)
                for branch in places.branches(change)
            ]
    return told


def _subjects(changes: Iterable[Change], beginning: str) -> list[UUID]:
    return list(dict.fromkeys(change.subject for change in changes if change.kind.startswith(beginning)))


# ------------------------------------------------------------------------------------------------------- who hears


def _places_of_tickets(uow: UnitOfWork, ids: list[UUID]) -> dict[UUID, tuple[UUID | None, UUID | None]]:
    if not ids:
        return {}
    rows = uow.all("SELECT id, branch_id, conversation_id FROM desk.ticket WHERE id = ANY(%s)", (ids,))
    return {row["id"]: (row["branch_id"], row["conversation_id"]) for row in rows}


def _places_of_sales(uow: UnitOfWork, quotes: list[UUID], orders: list[UUID]) -> dict[UUID, tuple[UUID, UUID | None]]:
    if not quotes and not orders:
        return {}
    rows = uow.all(
        "SELECT id, branch_id, conversation_id FROM sales.quote WHERE id = ANY(%s) UNION ALL"
        ' SELECT o.id, o.branch_id, quote.conversation_id FROM sales."order" AS o'
        " JOIN sales.quote ON quote.id = o.quote_id WHERE o.id = ANY(%s)",
        (quotes, orders),
    )
    return {row["id"]: (row["branch_id"], row["conversation_id"]) for row in rows}


def _branches_of_conversations(uow: UnitOfWork, ids: set[UUID]) -> dict[UUID, UUID]:
    if not ids:
        return {}
    rows = uow.all("SELECT id, branch_id FROM inbox.conversation WHERE id = ANY(%s)", (list(ids),))
    return {row["id"]: row["branch_id"] for row in rows}


def _branches_left(uow: UnitOfWork, events: Sequence[ConversationOwnerChanged]) -> dict[UUID, list[UUID]]:
    """The branches a conversation has just left, which must hear that it is not theirs any more."""
    if not events:
        return {}
    rows = uow.all(
        "SELECT conversation_id, (old ->> 0)::uuid AS branch_id FROM inbox.conversation_change"
        " WHERE conversation_id = ANY(%s) AND at >= %s AND field = 'branch_id'",
        ([event.conversation_id for event in events], min(event.at for event in events) - _AT_ONCE),
    )
    left: dict[UUID, list[UUID]] = {}
    for row in rows:
        left.setdefault(row["conversation_id"], []).append(row["branch_id"])
    return left


def _branches_of_agents(uow: UnitOfWork, ids: list[UUID]) -> dict[UUID, list[UUID]]:
    """The branches an agent works in: their own, or every one."""
    if not ids:
        return {}
    rows = uow.all(
        "SELECT agent.id, branch.id AS branch_id FROM desk.agent"
        " JOIN inbox.branch ON agent.branch_id IS NULL OR agent.branch_id = branch.id WHERE agent.id = ANY(%s)",
        (ids,),
    )
    branches: dict[UUID, list[UUID]] = {}
    for row in rows:
        branches.setdefault(row["id"], []).append(row["branch_id"])
    return branches


def _branches_of_alerts(uow: UnitOfWork, ids: list[UUID]) -> dict[UUID, UUID | None]:
    if not ids:
        return {}
    rows = uow.all("SELECT id, branch_id FROM insight.alert WHERE id = ANY(%s)", (ids,))
    return {row["id"]: row["branch_id"] for row in rows}


# ------------------------------------------------------------------------------------------------------ what is told


def _shapes(found: dict[UUID, Any]) -> dict[UUID, str]:
    return {id: shape.model_dump_json() for id, shape in found.items()}


def _conversations(uow: UnitOfWork, ids: list[UUID]) -> dict[UUID, str]:
    """As every reader sees them: how much of it is unread, each knows for themselves."""
    found = console.items(uow, ids)
    return {id: item.model_dump_json(exclude={"unread"}) for id, item in found.items()}


def _messages(uow: UnitOfWork, ids: list[UUID]) -> dict[UUID, str]:
    return _shapes(console.messages(uow, ids))


def _summaries(uow: UnitOfWork, ids: list[UUID]) -> dict[UUID, str]:
    return _shapes({id: found for id in ids if (found := console.current_summary(uow, id))})


class TicketRow(BaseModel):
    """What lists show of a ticket."""

    id: UUID
    number: int
    subject: str
    status: str
    priority: str | None
    agent_id: UUID | None
    agent_name: str | None
    category: str
    updated_at: datetime


def _tickets(uow: UnitOfWork, ids: list[UUID]) -> dict[UUID, str]:
    rows = uow.all(
        "SELECT t.id, number, subject, status, priority, agent_id, agent.name AS agent_name, category, updated_at"
        " FROM desk.ticket AS t LEFT JOIN desk.agent ON agent.id = t.agent_id WHERE t.id = ANY(%s)",
        (ids,),
    )
    return _shapes({row["id"]: TicketRow.model_validate(row) for row in rows})


class SaleRow(BaseModel):
    """What lists show of a quote or an order."""

    id: UUID
    number: str
    status: str
    conversation_id: UUID | None
    customer_id: UUID
    agent_id: UUID | None
    total: Decimal
    currency: str


def _quotes(uow: UnitOfWork, ids: list[UUID]) -> dict[UUID, str]:
    rows = uow.all(
        "SELECT id, number, status, conversation_id, customer_id, agent_id, total, currency FROM sales.quote"
        " WHERE id = ANY(%s)",
        (ids,),
    )
    return _shapes({row["id"]: SaleRow.model_validate(row) for row in rows})


def _orders(uow: UnitOfWork, ids: list[UUID]) -> dict[UUID, str]:
    rows = uow.all(
        "SELECT o.id, o.number, o.status, quote.conversation_id, o.customer_id, o.agent_id, o.total, o.currency"
        ' FROM sales."order" AS o JOIN sales.quote ON quote.id = o.quote_id WHERE o.id = ANY(%s)',
        (ids,),
    )
    return _shapes({row["id"]: SaleRow.model_validate(row) for row in rows})


def _agents(uow: UnitOfWork, ids: list[UUID]) -> dict[UUID, str]:
    found = [desk.get_agent(uow, id) for id in ids]
    return {agent.id: _AGENT.dump_json(agent).decode() for agent in found}


class NotificationMark(BaseModel):
    """Whom a notice waits for, and nothing of what it says: everybody hears that somebody has one."""

    id: UUID
    agent_id: UUID | None
    user_id: UUID | None


def _notifications(uow: UnitOfWork, ids: list[UUID]) -> dict[UUID, str]:
    rows = uow.all(
        "SELECT n.id, n.agent_id, agent.user_id FROM platform.notification AS n"
        " LEFT JOIN desk.agent ON agent.id = n.agent_id WHERE n.id = ANY(%s)",
        (ids,),
    )
    return _shapes({row["id"]: NotificationMark.model_validate(row) for row in rows})


class AlertMark(BaseModel):
    """What of an alert is the same in every language; its words each reader asks for."""

    id: UUID
    kind: str
    name: str | None
    severity: str
    state: str
    about: str | None
    branch_id: UUID | None
    raised_at: datetime
    quiet_until: datetime | None


def _alerts(uow: UnitOfWork, ids: list[UUID]) -> dict[UUID, str]:
    found = insight.alerts.get_alerts(uow, ids)
    return {
        alert.id: AlertMark(
            id=alert.id,
            kind=alert.kind,
            name=alert.rule_name,
            severity=alert.severity,
            state=alert.state,
            about=insight.alerts.about(alert),
            branch_id=alert.branch_id,
            raised_at=alert.raised_at,
            quiet_until=alert.quiet_until,
        ).model_dump_json()
        for alert in found
    }


_READERS: dict[str, Callable[[UnitOfWork, list[UUID]], dict[UUID, str]]] = {
    "conversation.": _conversations,
    "message.": _messages,
    "note.": _messages,
    "ticket.": _tickets,
    "agent.": _agents,
    "summary.": _summaries,
    "quote.": _quotes,
    "order.": _orders,
    "notification.": _notifications,
    "alert.": _alerts,
}
"""How the things of each kind of change are read, by the first word of the kind."""
