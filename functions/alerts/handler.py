"""Every five minutes: look at what is watched, raise what is newly wrong, resolve what is over, have people told.

Each rule is looked at in a transaction of its own, and nothing that is still wrong is raised again, however often the
schedule fires.
"""

from dataclasses import asdict

from relevo.db import Database
from relevo.events import ScheduleFired
from relevo.insight import alerts
from relevo.runtime import logger, step_consumer


@step_consumer(ScheduleFired)
def handler(event: ScheduleFired, database: Database) -> None:
    logger.info("rules looked at", **asdict(alerts.evaluate(database)))
