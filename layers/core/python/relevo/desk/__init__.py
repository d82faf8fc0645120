"""Tickets and the people who work on them: opening, changing, finding, counting, rating, assigning, escalating."""

from relevo.desk import holding, surveys
from relevo.desk.agents import (
    ONLINE,
    Agent,
    add_agent,
    change_agent,
    get_agent,
    list_agents,
    list_departments,
    note_seen,
    tell_gone,
)
from relevo.desk.changing import assign_ticket, delete_ticket, update_ticket
from relevo.desk.feedback import Feedback, give_feedback, list_feedback
from relevo.desk.figures import (
    EVERYTHING,
    Scope,
    Stats,
    Sums,
    almost_all_within,
    beginning,
    lately,
    opened_by_hour,
    stats,
    sums,
)
from relevo.desk.listing import Filters, Page, list_tickets
from relevo.desk.queueing import fill, follow, offer, serve
from relevo.desk.rules import Conditions
from relevo.desk.settings import SETTINGS
from relevo.desk.sla import Sla, sla, sla_rules
from relevo.desk.surroundings import Surroundings, surroundings
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
    "EVERYTHING",
    "ONLINE",
    "SETTINGS",
    "Agent",
    "Conditions",
    "Feedback",
    "Filters",
    "NewTicket",
    "Page",
    "Scope",
    "Sla",
    "Stats",
    "Sums",
    "Surroundings",
    "Ticket",
    "add_agent",
    "almost_all_within",
    "answered",
    "assign_ticket",
    "beginning",
    "change_agent",
    "delete_ticket",
    "fill",
    "follow",
    "get",
    "get_agent",
    "give_feedback",
    "history",
    "holding",
    "lately",
    "list_agents",
    "list_departments",
    "list_feedback",
    "list_tickets",
    "note_message",
    "note_seen",
    "offer",
    "open_ticket",
    "opened_by_hour",
    "serve",
    "sla",
    "sla_rules",
    "stats",
    "suggest_answer",
    "sums",
    "surroundings",
    "surveys",
    "tell_gone",
    "update_ticket",
]
