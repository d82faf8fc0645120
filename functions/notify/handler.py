"""Tell agents and supervisors about assignments, escalations and alerts, over the channels they chose.

What one channel refuses for now the queue brings again; what was sent is never sent twice.
"""

from relevo import notify
from relevo.db import Database
from relevo.events import AlertAnnounced, TicketAssigned, TicketEscalated
from relevo.insight import alerts
from relevo.runtime import step_consumer


@step_consumer(TicketAssigned, TicketEscalated, AlertAnnounced)
def handler(event: TicketAssigned | TicketEscalated | AlertAnnounced, database: Database) -> None:
    if isinstance(event, AlertAnnounced):
        alerts.tell(database, event)
    else:
        notify.notify(database, event)
