"""Every hour: tell the supervisors of each branch whose morning has come what was sold yesterday, once."""

from relevo import sales
from relevo.db import UnitOfWork
from relevo.events import ScheduleFired
from relevo.runtime import logger, scheduled


@scheduled
def handler(event: ScheduleFired, uow: UnitOfWork) -> None:
    logger.info("sales reported", branches=sales.reports.tell_due(uow))
