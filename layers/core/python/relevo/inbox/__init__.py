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
from relevo.inbox.notes import write_note
from relevo.inbox.receiving import receive
from relevo.inbox.replies import queue_reply, written_before
from relevo.inbox.retrying import retry
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
from relevo.inbox.templates import Template, places, template_for, templates_for
from relevo.inbox.turns import SILENT_KINDS, Line, Pace, mark_answered, pace, unanswered

__all__ = [
    "HOLD",
    "SILENT_KINDS",
    "Actor",
    "Conversation",
    "Denied",
    "Line",
    "LostRace",
    "NotOpen",
    "NotYours",
    "Pace",
    "Template",
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
    "places",
    "prolong_hold",
    "queue_reply",
    "receive",
    "release",
    "reopen",
    "retry",
    "stop_waiting",
    "take",
    "template_for",
    "templates_for",
    "transfer_to_queue",
    "unanswered",
    "write_note",
    "written_before",
]
