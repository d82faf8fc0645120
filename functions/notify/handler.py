"""Tell agents and supervisors about assignments and escalations, over the channels they chose.

What one channel refuses for now the queue brings again; what was sent is never sent twice.
"""

from relevo import notify
from relevo.db import Database
from relevo.events import TicketAssigned, TicketEscalated
from relevo.runtime import step_consumer


@step_consumer(TicketAssigned, TicketEscalated)
def handler(event: TicketAssigned | TicketEscalated, database: Database) -> None:
    notify.notify(database, event)
