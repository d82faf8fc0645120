"""Tickets and the people who work on them: opening, changing, finding, counting, rating, assigning, escalating."""

from relevo.desk.tickets import NewTicket, Ticket, answered, get, history, open_ticket, update_ticket

__all__ = ["NewTicket", "Ticket", "answered", "get", "history", "open_ticket", "update_ticket"]
