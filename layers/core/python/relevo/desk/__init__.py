"""Tickets and the people who work on them: opening, changing, finding, counting, rating, assigning, escalating."""

from relevo.desk.feedback import Feedback, give_feedback, list_feedback
from relevo.desk.figures import Stats, stats
from relevo.desk.listing import Filters, Page, list_tickets
from relevo.desk.tickets import (
    NewTicket,
    Ticket,
    answered,
    get,
    history,
    open_ticket,
    suggest_answer,
    update_ticket,
)

__all__ = [
    "Feedback",
    "Filters",
    "NewTicket",
    "Page",
    "Stats",
    "Ticket",
    "answered",
    "get",
    "give_feedback",
    "history",
    "list_feedback",
    "list_tickets",
    "open_ticket",
    "stats",
    "suggest_answer",
    "update_ticket",
]
