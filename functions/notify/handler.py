"""Tell agents and supervisors about assignments, escalations, alerts and what social networks refuse, over the channels
they chose.

What one channel refuses for now the queue brings again; what was sent is never sent twice.
"""

from relevo import notify
from relevo.db import Database
from relevo.events import (
    AlertAnnounced,
    PostFailed,
    SocialAccountEnding,
    SocialAccountRefused,
    TicketAssigned,
    TicketEscalated,
)
from relevo.runtime import step_consumer

Trouble = PostFailed | SocialAccountRefused | SocialAccountEnding


@step_consumer(TicketAssigned, TicketEscalated, AlertAnnounced, PostFailed, SocialAccountRefused, SocialAccountEnding)
def handler(event: TicketAssigned | TicketEscalated | AlertAnnounced | Trouble, database: Database) -> None:
    if isinstance(event, AlertAnnounced):
        # Seldom needed, as are networks, and a third of what this function would load.
        from relevo.insight import alerts

        alerts.tell(database, event)
    elif isinstance(event, Trouble):
        from relevo import social

        social.tell(database, event)
    else:
        notify.notify(database, event)
