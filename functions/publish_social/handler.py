"""Every minute, and as soon as something is scheduled for now: publish what is due on social networks, exactly once.

Also makes the pictures that drafts ask for.
"""

from relevo import social
from relevo.db import Database
from relevo.events import IllustrationRequested, PostScheduled, ScheduleFired
from relevo.runtime import logger, step_consumer


@step_consumer(ScheduleFired, PostScheduled, IllustrationRequested)
def handler(event: ScheduleFired | PostScheduled | IllustrationRequested, database: Database) -> None:
    if isinstance(event, IllustrationRequested):
        social.generating.illustrate(database, event.post_id)
    else:
        logger.info("posts published", publications=len(social.publish_due(database)))
