"""Every minute: what nobody tends to goes on to somebody else.

Each step works in bites, each in a transaction of its own, so that a run can stop anywhere and the next goes on.
"""

from relevo import desk, inbox, realtime
from relevo.db import Database
from relevo.events import ScheduleFired
from relevo.runtime import logger, step_consumer


@step_consumer(ScheduleFired)
def handler(event: ScheduleFired, database: Database) -> None:
    logger.info("idle holds ended", conversations=inbox.end_holds(database))
    logger.info("queues served", conversations=desk.serve(database))
    logger.info("agents gone", agents=desk.tell_gone(database))
    logger.info("connections given up", connections=realtime.sweep(database))
