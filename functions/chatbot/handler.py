"""A customer wrote, or people gave a conversation back: answer from the articles and name the source, or hand over.
A ticket was opened: put the article that answers it beside it.

The queue holds each message back a few seconds, so that a customer who writes three lines is answered once.
"""

from relevo.db import UnitOfWork
from relevo.events import ConversationReturned, MessageReceived, TicketCreated
from relevo.knowledge import chatbot
from relevo.runtime import consumer


@consumer(MessageReceived, ConversationReturned, TicketCreated)
def handler(event: MessageReceived | ConversationReturned | TicketCreated, uow: UnitOfWork) -> None:
    if isinstance(event, MessageReceived):
        chatbot.take_turn(uow, event)
    elif isinstance(event, ConversationReturned):
        chatbot.take_over(uow, event)
    else:
        chatbot.suggest(uow, event)
