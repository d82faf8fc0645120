"""Inbound and status queues: store what a webhook's part says, exactly once, in the order its sender wrote."""

from relevo import inbox
from relevo.db import UnitOfWork
from relevo.events import WebhookReceived
from relevo.runtime import consumer


@consumer(WebhookReceived, together=True)
def handler(event: WebhookReceived, uow: UnitOfWork) -> None:
    inbox.receive(uow, event)
