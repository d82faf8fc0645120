"""A customer wrote, or people gave a conversation back: answer from the articles and name the source, or hand over.
A picture was read: name the vehicle, or ask. A ticket was opened: put the article that answers it beside it.

The queue holds each message back a few seconds, so that a customer who writes three lines is answered once.
"""

from relevo.db import UnitOfWork
from relevo.events import AttachmentFailed, ConversationReturned, ImageRead, MessageReceived, TicketCreated
from relevo.knowledge import chatbot
from relevo.runtime import consumer

Heard = MessageReceived | ImageRead | AttachmentFailed | ConversationReturned | TicketCreated


@consumer(
    MessageReceived,
    ImageRead,
    AttachmentFailed,
    ConversationReturned,
    TicketCreated,
    together=chatbot.is_quick,
    ahead=chatbot.read_ahead,
)
def handler(event: Heard, uow: UnitOfWork) -> None:
    match event:
        case MessageReceived():
            chatbot.take_turn(uow, event)
        case ImageRead() | AttachmentFailed():
            chatbot.take_up(uow, event)
        case ConversationReturned():
            chatbot.take_over(uow, event)
        case TicketCreated():
            chatbot.suggest(uow, event)
