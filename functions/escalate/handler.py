"""Every minute: escalate what passed its target, then give what waits in the queues to whoever is free.

Nothing is escalated twice for the same rule and clock, however often the schedule fires.
"""

from relevo.db import UnitOfWork
from relevo.desk import assignment, escalation
from relevo.events import ScheduleFired
from relevo.runtime import logger, scheduled


@scheduled
def handler(event: ScheduleFired, uow: UnitOfWork) -> None:
    escalated = escalation.escalate_due(uow)
    logger.info("targets checked", escalated=escalated, assigned=assignment.assign_all_waiting(uow))
