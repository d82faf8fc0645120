"""Note what customers write: language, mood, urgency, key phrases and subjects.

Triggered by `message.received` and `ticket.created`. Tells `message.analyzed`; a ticket gets its language and tags.
"""

from relevo.db import UnitOfWork
from relevo.desk import prioritizing
from relevo.events import MessageReceived, TicketCreated
from relevo.inbox import analysis
from relevo.runtime import consumer


@consumer(MessageReceived, TicketCreated, together=True)
def handler(event: MessageReceived | TicketCreated, uow: UnitOfWork) -> None:
    if isinstance(event, MessageReceived):
        analysis.analyze_message(uow, event.message_id)
    else:
        prioritizing.analyze_ticket(uow, event.ticket_id)
