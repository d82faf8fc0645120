"""Customers' conversations: what comes in, who holds them, what goes out."""

from relevo.inbox.conversations import (
    HOLD,
    Conversation,
    change_owner,
    close,
    contact_of,
    get,
    lock,
    note_bot_turn,
)
from relevo.inbox.delivery import deliver
from relevo.inbox.receiving import receive
from relevo.inbox.replies import queue_reply
from relevo.inbox.turns import Line, Pace, mark_answered, pace, unanswered

__all__ = [
    "HOLD",
    "Conversation",
    "Line",
    "Pace",
    "change_owner",
    "close",
    "contact_of",
    "deliver",
    "get",
    "lock",
    "mark_answered",
    "note_bot_turn",
    "pace",
    "queue_reply",
    "receive",
    "unanswered",
]
