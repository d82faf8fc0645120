"""Inbound and status queues: store what a webhook's part says, exactly once, in the order its sender wrote."""

from relevo import inbox
from relevo.db import UnitOfWork
from relevo.events import WebhookReceived
from relevo.runtime import consumer


@consumer(WebhookReceived, together=True)
def handler(event: WebhookReceived, uow: UnitOfWork) -> None:
    answered_by_phone = inbox.receive(uow, event)
    if answered_by_phone:
        from relevo.desk import holding  # seldom needed, and half of what this function would load

        holding.note_answer(uow, answered_by_phone, actor="phone")
