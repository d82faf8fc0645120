"""A customer wrote, or a ticket was opened: answer from the articles and name the source, or hand over to people.

The queue holds each message back a few seconds, so that a customer who writes three lines is answered once.
"""

from relevo.db import UnitOfWork
from relevo.events import MessageReceived, TicketCreated
from relevo.knowledge import chatbot
from relevo.runtime import consumer


@consumer(MessageReceived, TicketCreated)
def handler(event: MessageReceived | TicketCreated, uow: UnitOfWork) -> None:
    if isinstance(event, MessageReceived):
        chatbot.take_turn(uow, event)
    else:
        chatbot.suggest(uow, event)
