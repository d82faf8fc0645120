"""A quote from being asked for to its receipt: sent to the customer, answered by a button or in words, expired.

Triggered by quotes somebody wants sent, by what customers write, by orders, and by the clock.
"""

from relevo import sales
from relevo.db import UnitOfWork
from relevo.events import MessageReceived, OrderPlaced, QuoteRequested, ScheduleFired
from relevo.runtime import consumer, logger


@consumer(QuoteRequested, MessageReceived, OrderPlaced, ScheduleFired, only=sales.concerning)
def handler(event: QuoteRequested | MessageReceived | OrderPlaced | ScheduleFired, uow: UnitOfWork) -> None:
    if isinstance(event, QuoteRequested):
        sales.send_quote(uow, event.quote_id)
    elif isinstance(event, MessageReceived):
        sales.take_answer(uow, event)
    elif isinstance(event, OrderPlaced):
        sales.send_receipt(uow, event.order_id)
    else:
        logger.info("quotes expired", quotes=sales.quotes.expire_due(uow))
