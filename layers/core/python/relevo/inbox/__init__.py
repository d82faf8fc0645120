"""Customers' conversations: what comes in, who holds them, what goes out."""

from relevo.inbox.conversations import (
    HOLD,
    Conversation,
    answer_outside,
    change_owner,
    close,
    contact_of,
    get,
    lock,
    note_bot_turn,
    prolong_hold,
    reopen,
    stop_waiting,
)
from relevo.inbox.delivery import deliver
from relevo.inbox.receiving import receive
from relevo.inbox.replies import queue_reply
from relevo.inbox.takeover import (
    Actor,
    Denied,
    LostRace,
    NotOpen,
    NotYours,
    assign,
    end_holds,
    give,
    give_to_bot,
    release,
    take,
    transfer_to_queue,
)
from relevo.inbox.turns import Line, Pace, mark_answered, pace, unanswered

__all__ = [
    "HOLD",
    "Actor",
    "Conversation",
    "Denied",
    "Line",
    "LostRace",
    "NotOpen",
    "NotYours",
    "Pace",
    "answer_outside",
    "assign",
    "change_owner",
    "close",
    "contact_of",
    "deliver",
    "end_holds",
    "get",
    "give",
    "give_to_bot",
    "lock",
    "mark_answered",
    "note_bot_turn",
    "pace",
    "prolong_hold",
    "queue_reply",
    "receive",
    "release",
    "reopen",
    "stop_waiting",
    "take",
    "transfer_to_queue",
    "unanswered",
]
