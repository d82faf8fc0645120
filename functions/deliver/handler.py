"""Outbound queue, in the order of each conversation: claim a message, send it, record what the provider said.

A passing fault puts the message back and lets the queue bring it again; a refusal for good is recorded and shown; an
outcome nobody knows is settled by the provider's statuses, never by sending blindly again.
"""

from relevo import inbox
from relevo.db import Database
from relevo.events import MessageQueued
from relevo.runtime import step_consumer


@step_consumer(MessageQueued)
def handler(event: MessageQueued, database: Database) -> None:
    inbox.deliver(database, event.message_id)
