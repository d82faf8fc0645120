"""Each morning of the company: measure its posts, learn when they are seen, keep times for the next ones and give them
to approved posts that wait for one, and say which accounts have to be connected again soon."""

from relevo import social
from relevo.db import Database
from relevo.events import ScheduleFired
from relevo.runtime import logger, step_consumer


@step_consumer(ScheduleFired)
def handler(event: ScheduleFired, database: Database) -> None:
    logger.info("social networks planned", accounts=social.planning.plan_due(database, event.due_at))
