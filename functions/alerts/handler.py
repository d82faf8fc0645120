"""Every five minutes: look at what is watched, raise what is newly wrong, resolve what is over, have people told.

Nothing that is still wrong is raised again, however often the schedule fires.
"""

from dataclasses import asdict

from relevo.db import UnitOfWork
from relevo.events import ScheduleFired
from relevo.insight import alerts
from relevo.runtime import logger, scheduled


@scheduled
def handler(event: ScheduleFired, uow: UnitOfWork) -> None:
    logger.info("rules looked at", **asdict(alerts.evaluate(uow)))
