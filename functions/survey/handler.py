"""Asks customers how they were served: a day after their ticket was resolved, and once more after three days.

Triggered every hour, and by what customers write: a rating, how likely they are to recommend the company, a comment.
"""

from relevo.db import UnitOfWork
from relevo.desk import surveys
from relevo.events import MessageReceived, ScheduleFired
from relevo.runtime import consumer, logger


@consumer(MessageReceived, ScheduleFired, only=surveys.concerning)
def handler(event: MessageReceived | ScheduleFired, uow: UnitOfWork) -> None:
    if isinstance(event, MessageReceived):
        surveys.take_answer(uow, event)
    else:
        logger.info("customers asked", **surveys.ask_due(uow))
