"""Fetch what customers send from the channel and keep it in the bucket; every minute, try again what failed.

Triggered by `message.received` and by the clock. Tells `attachment.ready` or `attachment.failed`.
"""

from relevo.db import Database
from relevo.events import MessageReceived, ScheduleFired
from relevo.inbox import media
from relevo.runtime import step_consumer


@step_consumer(MessageReceived, ScheduleFired)
def handler(event: MessageReceived | ScheduleFired, database: Database) -> None:
    if isinstance(event, ScheduleFired):
        media.fetch_due(database)
    elif event.has_media:
        media.fetch(database, event.message_id)
