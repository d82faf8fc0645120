"""What the events of a batch change for somebody who looks: each thing once, however many events speak of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple
from uuid import UUID

from relevo import events
from relevo.events import Event

Kind = Literal[
    "conversation.changed",
    "message.added",
    "message.changed",
    "note.added",
    "note.read",
    "ticket.changed",
    "agent.changed",
    "summary.changed",
    "quote.changed",
    "order.changed",
    "notification.added",
    "alert.changed",
]


HEARD: tuple[type[Event], ...] = (
    events.AgentChanged,
    events.AlertAcknowledged,
    events.AlertAnnounced,
    events.AlertRaised,
    events.AlertResolved,
    events.AttachmentFailed,
    events.AttachmentReady,
    events.ConversationClosed,
    events.ConversationOpened,
    events.ConversationOwnerChanged,
    events.ConversationRead,
    events.ConversationSummarized,
    events.FeedbackReceived,
    events.ImageRead,
    events.MessageAmended,
    events.MessageAnalyzed,
    events.MessageReceived,
    events.MessageSent,
    events.MessageStatusChanged,
    events.MessageWritten,
    events.NotificationAdded,
    events.OrderCancelled,
    events.OrderPlaced,
    events.QuoteAccepted,
    events.QuoteCancelled,
    events.QuoteExpired,
    events.QuoteRequested,
    events.QuoteReturned,
    events.QuoteSent,
    events.QuoteWritten,
    events.ReadingCorrected,
    events.ReceiptMade,
    events.TicketAssigned,
    events.TicketClosed,
    events.TicketCreated,
    events.TicketEscalated,
    events.TicketPrioritized,
    events.TicketResolved,
    events.TicketRouted,
    events.TicketUpdated,
    events.VehicleDecoded,
)
"""The events that change something somebody may be looking at."""


class Change(NamedTuple):
    """This kind of change happened to this thing: a message, conversation, ticket, sale, agent, alert or notice."""

    kind: Kind
    subject: UUID
    conversation_id: UUID | None = None


def changes_of(batch: Sequence[Event]) -> list[Change]:
    """The changes of these events, merged, in the order they were first spoken of.

    A message that is new here is told once, as it is now.
    """
    found = dict.fromkeys(change for event in batch for change in _caused_by(event))
    new = {change.subject for change in found if change.kind in ("message.added", "note.added")}
    return [change for change in found if not (change.kind == "message.changed" and change.subject in new)]


def passed_on(batch: Sequence[Event]) -> list[events.ConversationOwnerChanged]:
    """The conversations that went from one to another, and so perhaps from one branch to another."""
    return [event for event in batch if isinstance(event, events.ConversationOwnerChanged)]


def _caused_by(event: Event) -> Iterator[Change]:
    """A new or amended message, and whatever else shows in a list, changes the conversation's row too."""
    match event:
        case events.MessageReceived() | events.MessageWritten(direction="out"):
            yield Change("message.added", event.message_id, event.conversation_id)
            yield _row(event.conversation_id)
        case events.MessageWritten():
            yield Change("note.added", event.message_id, event.conversation_id)
        case events.MessageAmended():
            yield Change("message.changed", event.message_id, event.conversation_id)
            yield _row(event.conversation_id)
        case events.MessageSent() | events.MessageStatusChanged() | events.MessageAnalyzed():
            yield Change("message.changed", event.message_id, event.conversation_id)
        case events.AttachmentReady() | events.AttachmentFailed():
            yield Change("message.changed", event.message_id, event.conversation_id)
        case events.ImageRead() | events.ReadingCorrected() | events.VehicleDecoded():
            yield Change("message.changed", event.message_id, event.conversation_id)
        case events.ConversationRead():
            yield from (Change("note.read", note, event.conversation_id) for note in event.notes)
        case events.ConversationOpened() | events.ConversationOwnerChanged() | events.ConversationClosed():
            yield _row(event.conversation_id)
        case _:
            yield from _told_of(event)


def _told_of(event: Event) -> Iterator[Change]:
    match event:
        case events.ConversationSummarized():
            yield Change("summary.changed", event.conversation_id, event.conversation_id)
        case events.AgentChanged():
            yield Change("agent.changed", event.agent_id)
        case events.NotificationAdded():
            yield Change("notification.added", event.notification_id)
        case events.AlertRaised() | events.AlertAnnounced() | events.AlertAcknowledged() | events.AlertResolved():
            yield from (Change("alert.changed", alert) for alert in event.alerts)
        case events.OrderPlaced() | events.OrderCancelled() | events.ReceiptMade():
            yield Change("order.changed", event.order_id)
        case events.QuoteWritten(supersedes=UUID() as before):
            yield from (Change("quote.changed", quote) for quote in (before, event.quote_id))
        case (
            events.QuoteWritten()
            | events.QuoteRequested()
            | events.QuoteReturned()
            | events.QuoteSent()
            | events.QuoteAccepted()
            | events.QuoteExpired()
            | events.QuoteCancelled()
        ):
            yield Change("quote.changed", event.quote_id)
        case _:  # the rest is about tickets
            yield Change("ticket.changed", event.ticket_id)  # type: ignore[attr-defined]


def _row(conversation_id: UUID) -> Change:
    return Change("conversation.changed", conversation_id, conversation_id)
