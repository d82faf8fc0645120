"""A backlog and a slow third party: whoever waits is tried before the queue gives them up."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from infra import catalog
from infra.local.pipeline import MemoryQueue
from relevo import clock, ids
from relevo.db import Database, UnitOfWork
from relevo.events import CustomerCreated
from relevo.messaging import Outgoing
from relevo.runtime import consumer
from tests.support.broker import MemoryMessaging

_CHANCE = random.Random(1)


class CutShort(BaseException):
    """The Lambda's time is over, whatever it was doing."""


class Slow:
    """A Lambda of the time the catalogue gives it."""

    def __init__(self, timeout: int) -> None:
        self.ends = clock.now() + timedelta(seconds=timeout)

    def get_remaining_time_in_millis(self) -> int:
        return int((self.ends - clock.now()).total_seconds() * 1000)


@pytest.mark.parametrize("seconds", [4, 12, 24, 36])
def test_a_slow_model_leaves_nobody_untried(
    database: Database, sent: MemoryMessaging, monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    # Given a hundred customers who wait for the bot, whose model takes so long for each
    (plan,) = [queue for queue in catalog.queues() if queue.function.name == "chatbot"]
    queue, waiting = MemoryQueue(plan), [CustomerCreated(customer_id=ids.new_id(), source="test") for _ in range(100)]
    monkeypatch.setattr(sent, "hide", lambda record, pause: _hide(queue, record, pause))
    answered, lambdas = set(), list[Slow]()

    with clock.frozen(clock.now()) as advance:

        @consumer(CustomerCreated, together=lambda: False)
        def handler(event: CustomerCreated, uow: UnitOfWork) -> None:
            advance(timedelta(seconds=seconds))
            if lambdas[-1].get_remaining_time_in_millis() < 0:
                raise CutShort
            answered.add(event.customer_id)

        for event in waiting:
            queue.put(Outgoing(str(event.id), event.stream, event.name, event.model_dump_json()))
        # When they are answered until nobody waits any more, the queue mixing who was given back with the others
        while queue.waiting:
            lambdas.append(Slow(plan.function.timeout))
            _answer_a_batch(queue, handler, lambdas[-1], advance)
    # Then everybody was answered
    assert answered == {event.customer_id for event in waiting}
    assert queue.dead == []


def _answer_a_batch(
    queue: MemoryQueue,
    handler: Callable[[dict[str, Any], Any], Any],
    one: Slow,
    advance: Callable[[timedelta], None],
) -> None:
    _CHANCE.shuffle(queue.waiting)
    batch = queue.take()
    if not batch:
        advance(timedelta(seconds=1))
        return
    for record in batch:
        record.receives += 1
    event = {"Records": [record.as_lambda_sees_it(queue.plan.name) for record in batch]}
    try:
        failed = {item["itemIdentifier"] for item in handler(event, one)["batchItemFailures"]}
    except CutShort:
        failed = {record.id for record in batch}
    queue.settle(batch, failed)


def _hide(queue: MemoryQueue, record: dict[str, Any], seconds: int) -> None:
    for held in queue.waiting:
        if held.id == record["receiptHandle"]:
            held.visible_at, held.hidden = clock.now() + timedelta(seconds=seconds), True
