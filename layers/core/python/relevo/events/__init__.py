"""Every event on the bus `relevo`: its name, its version, its fields.

An event carries ids and the facts a consumer needs to decide, not whole records; a changed field carries old and new.
Names are noun, dot, past participle. `FIFO` events travel on an ordered queue instead of the bus.
"""

from relevo.events.base import Cause, Event, by_name, caused_by, current_cause, parse
from relevo.events.desk import (
    AgentChanged,
    FeedbackReceived,
    TicketAssigned,
    TicketClosed,
    TicketCreated,
    TicketEscalated,
    TicketPrioritized,
    TicketResolved,
    TicketRouted,
    TicketUpdated,
)
from relevo.events.inbox import (
    ChatbotAnswered,
    ChatbotHandedOver,
    ConversationClosed,
    ConversationOpened,
    ConversationOwnerChanged,
    ConversationRead,
    ConversationSummarized,
    CustomerCreated,
    CustomerUpdated,
    MessageAnalyzed,
    MessageQueued,
    MessageReceived,
    MessageSent,
    MessageStatusChanged,
    MessageWritten,
    ScheduleFired,
    WebhookReceived,
)

__all__ = [
    "AgentChanged",
    "Cause",
    "ChatbotAnswered",
    "ChatbotHandedOver",
    "ConversationClosed",
    "ConversationOpened",
    "ConversationOwnerChanged",
    "ConversationRead",
    "ConversationSummarized",
    "CustomerCreated",
    "CustomerUpdated",
    "Event",
    "FeedbackReceived",
    "MessageAnalyzed",
    "MessageQueued",
    "MessageReceived",
    "MessageSent",
    "MessageStatusChanged",
    "MessageWritten",
    "ScheduleFired",
    "TicketAssigned",
    "TicketClosed",
    "TicketCreated",
    "TicketEscalated",
    "TicketPrioritized",
    "TicketResolved",
    "TicketRouted",
    "TicketUpdated",
    "WebhookReceived",
    "by_name",
    "caused_by",
    "current_cause",
    "parse",
]
