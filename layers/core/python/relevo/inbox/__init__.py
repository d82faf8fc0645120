"""Customers' conversations: what comes in, who holds them, what goes out."""

from relevo.inbox.conversations import (
    Conversation,
    change_owner,
    close,
    contact_of,
    get,
    lock,
    remember_language,
)
from relevo.inbox.delivery import deliver
from relevo.inbox.receiving import receive
from relevo.inbox.replies import queue_reply
from relevo.inbox.turns import Line, bot_turns_within, mark_answered, recent_texts, unanswered

__all__ = [
    "Conversation",
    "Line",
    "bot_turns_within",
    "change_owner",
    "close",
    "contact_of",
    "deliver",
    "get",
    "lock",
    "mark_answered",
    "queue_reply",
    "receive",
    "recent_texts",
    "remember_language",
    "unanswered",
]
