"""Note what customers write: language, mood, urgency, key phrases and subjects.

Triggered by `message.received` and `ticket.created`. Tells `message.analyzed`; a ticket gets its language and tags.
"""

from collections.abc import Sequence

from relevo.db import UnitOfWork
from relevo.desk import prioritizing
from relevo.events import MessageReceived, TicketCreated, caused_by
from relevo.inbox import analysis
from relevo.runtime import batch_consumer


@batch_consumer(MessageReceived, TicketCreated)
def handler(batch: Sequence[MessageReceived | TicketCreated], uow: UnitOfWork) -> None:
    if messages := [event for event in batch if isinstance(event, MessageReceived)]:
        analysis.analyze_messages(uow, messages)
    for event in batch:
        if isinstance(event, TicketCreated):
            with caused_by(event.correlation_id, event.id):
                prioritizing.analyze_ticket(uow, event.ticket_id)
