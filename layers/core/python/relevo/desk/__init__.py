"""Tickets and the people who work on them: opening, changing, finding, counting, rating, assigning, escalating."""

from relevo.desk.agents import (
    ONLINE,
    Agent,
    add_agent,
    change_agent,
    get_agent,
    list_agents,
    list_departments,
    note_seen,
)
from relevo.desk.changing import assign_ticket, delete_ticket, update_ticket
from relevo.desk.feedback import Feedback, give_feedback, list_feedback
from relevo.desk.figures import Stats, stats
from relevo.desk.listing import Filters, Page, list_tickets
from relevo.desk.rules import Conditions
from relevo.desk.sla import Sla, sla, sla_rules
from relevo.desk.tickets import (
    NewTicket,
    Ticket,
    answered,
    get,
    history,
    note_message,
    open_ticket,
    suggest_answer,
)

__all__ = [
    "ONLINE",
    "Agent",
    "Conditions",
    "Feedback",
    "Filters",
    "NewTicket",
    "Page",
    "Sla",
    "Stats",
    "Ticket",
    "add_agent",
    "answered",
    "assign_ticket",
    "change_agent",
    "delete_ticket",
    "get",
    "get_agent",
    "give_feedback",
    "history",
    "list_agents",
    "list_departments",
    "list_feedback",
    "list_tickets",
    "note_message",
    "note_seen",
    "open_ticket",
    "sla",
    "sla_rules",
    "stats",
    "suggest_answer",
    "update_ticket",
]
