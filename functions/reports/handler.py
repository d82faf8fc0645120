"""Writes reports: those asked for, and by the clock those that are due by nine in the company's morning.

Triggered by `report.requested`, and every quarter of an hour; what a crash left is then taken up again.
"""

from relevo.db import Database
from relevo.events import ReportRequested, ScheduleFired
from relevo.insight import reports
from relevo.runtime import logger, step_consumer


@step_consumer(ReportRequested, ScheduleFired)
def handler(event: ReportRequested | ScheduleFired, database: Database) -> None:
    if isinstance(event, ReportRequested):
        reports.make(database, event.report_id)
        return
    due = database.run(lambda uow: reports.request_due(uow, event.due_at))
    left = database.run(reports.take_up)
    database.run(reports.forget_links)
    logger.info("reports asked for", due=due, left=left)
