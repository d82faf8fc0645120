"""Give a prioritized ticket to a department and, where somebody is free, to an agent.

Triggered by `ticket.prioritized`; a ticket that is already in good hands stays there.
"""

from relevo.db import UnitOfWork
from relevo.desk import routing
from relevo.events import TicketPrioritized
from relevo.runtime import consumer


@consumer(TicketPrioritized)
def handler(event: TicketPrioritized, uow: UnitOfWork) -> None:
    routing.route(uow, event.ticket_id)
