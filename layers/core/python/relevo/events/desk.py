"""Events of tickets."""

from __future__ import annotations

from typing import Any, ClassVar, Literal
from uuid import UUID

from relevo.events.base import Event

Level = Literal["critical", "urgent", "high", "medium", "low"]


class TicketCreated(Event):
    """A ticket was opened, by the bot's handover or through the API."""

    name: ClassVar[str] = "ticket.created"

    ticket_id: UUID
    customer_id: UUID
    conversation_id: UUID | None = None
    source: str
    category: str


class TicketUpdated(Event):
    """Fields of a ticket that matter to its priority or its routing changed; each carries old and new."""

    name: ClassVar[str] = "ticket.updated"

    ticket_id: UUID
    changes: dict[str, dict[str, Any]]


class TicketPrioritized(Event):
    """A ticket has its score and level."""

    name: ClassVar[str] = "ticket.prioritized"

    ticket_id: UUID
    old: Level | None
    new: Level
    score: int


class TicketRouted(Event):
    """A ticket belongs to a department."""

    name: ClassVar[str] = "ticket.routed"

    ticket_id: UUID
    department_id: UUID
    rule: str


class TicketAssigned(Event):
    """A ticket belongs to an agent."""

    name: ClassVar[str] = "ticket.assigned"

    ticket_id: UUID
    old: UUID | None
    new: UUID
    reason: str


class TicketEscalated(Event):
    """A ticket passed its target and went one step up."""

    name: ClassVar[str] = "ticket.escalated"

    ticket_id: UUID
    rule: str
    level: int
    old: Level
    new: Level
    agent_id: UUID | None
    supervisor_id: UUID | None


class TicketResolved(Event):
    """The work on a ticket is done; the customer may still come back."""

    name: ClassVar[str] = "ticket.resolved"

    ticket_id: UUID
    agent_id: UUID | None


class TicketClosed(Event):
    """A ticket is final."""

    name: ClassVar[str] = "ticket.closed"

    ticket_id: UUID


class AgentChanged(Event):
    """Something about an agent changed: who they are, whether they are there, or what they hold."""

    name: ClassVar[str] = "agent.changed"

    agent_id: UUID


class NotificationAdded(Event):
    """A notice waits in somebody's console."""

    name: ClassVar[str] = "notification.added"

    notification_id: UUID
    agent_id: UUID
    user_id: UUID | None


class FeedbackReceived(Event):
    """A customer rated how a ticket was handled, 1 (worst) to 5."""

    name: ClassVar[str] = "feedback.received"

    feedback_id: UUID
    ticket_id: UUID
    customer_id: UUID
    rating: int
