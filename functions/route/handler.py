"""Give a prioritized ticket to a department and, where somebody is free, to an agent; give an agent what waits.

Triggered by `ticket.prioritized`: a ticket that is already in good hands stays there. And by `agent.changed`: who came
back, finished something or was given something may have room for the conversation that has waited longest.
"""

from relevo.db import UnitOfWork
from relevo.desk import queueing, routing
from relevo.events import AgentChanged, TicketPrioritized
from relevo.runtime import consumer


@consumer(TicketPrioritized, AgentChanged)
def handler(event: TicketPrioritized | AgentChanged, uow: UnitOfWork) -> None:
    if isinstance(event, TicketPrioritized):
        routing.route(uow, event.ticket_id)
    else:
        queueing.fill(uow, event.agent_id)
