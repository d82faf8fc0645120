"""Every quarter of an hour: once it is nine in the morning for the company, look at every active customer, in steps."""

from datetime import timedelta

from relevo import clock, retention
from relevo.db import Database
from relevo.events import ScheduleFired
from relevo.runtime import logger, step_consumer

WORKING = timedelta(minutes=10)
"""What is left then is done a quarter of an hour later."""


@step_consumer(ScheduleFired)
def handler(event: ScheduleFired, database: Database) -> None:
    begun = database.run(lambda uow: retention.begin(uow, event.due_at), publish=False)
    logger.info("churn", begun=begun, steps=retention.work(database, clock.now() + WORKING))
