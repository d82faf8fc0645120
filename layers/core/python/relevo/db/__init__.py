"""Postgres: one connection per process, explicit transactions, plain SQL.

    with database().unit_of_work() as uow:
        uow.execute("UPDATE desk.ticket SET status = %s WHERE id = %s", ("resolved", ticket_id))
        uow.record(TicketResolved(ticket_id=ticket_id, agent_id=None))

A clean exit commits the rows and the events together, then publishes; an exception rolls both back.
"""

from relevo.db.connection import Database, database, use
from relevo.db.unit_of_work import Row, UnitOfWork, transition

__all__ = ["Database", "Row", "UnitOfWork", "database", "transition", "use"]
