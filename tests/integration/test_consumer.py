"""A consumer has its effect once, keeps what no retry can help, and holds back a group behind a failure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any
from uuid import UUID

import pytest

from relevo import ids
from relevo.db import Database, UnitOfWork
from relevo.errors import NotYet, PermanentError, RetryableError
from relevo.events import CustomerCreated, TicketClosed
from relevo.runtime import batch_consumer, consumer, logger
from tests.support.broker import MemoryMessaging, detail
from tests.support.lambdas import failed, sqs


def created() -> CustomerCreated:
    return CustomerCreated(customer_id=ids.new_id(), source="test")


class Waning:
    """A Lambda's context: `left` milliseconds."""

    def __init__(self, left: int) -> None:
        self.left = left

    def get_remaining_time_in_millis(self) -> int:
        return self.left


@pytest.fixture
def effect(database: Database) -> list[UUID]:
    return []


def test_an_event_delivered_twice_has_its_effect_once(database: Database, effect: list[UUID]) -> None:
    # Given a consumer that notes what it handled
    @consumer(CustomerCreated)
    def handler(event: CustomerCreated, uow: UnitOfWork) -> None:
        effect.append(event.customer_id)

    event = created()
    # When the queue delivers the same event twice
    first, second = handler(sqs(event), None), handler(sqs(event), None)
    # Then both are acknowledged and the effect happened once
    assert effect == [event.customer_id]
    assert failed(first) == failed(second) == []


def test_an_event_recorded_is_published_with_its_cause(database: Database, sent: MemoryMessaging) -> None:
    # Given a consumer that makes something true
    @consumer(CustomerCreated)
    def handler(event: CustomerCreated, uow: UnitOfWork) -> None:
        uow.record(TicketClosed(ticket_id=event.customer_id))

    event = created()
    # When it handles an event
    handler(sqs(event), None)
    # Then what it recorded is on the bus, in the same chain
    (message,) = sent.facts
    assert message.name == "ticket.closed"
    assert detail(message)["causation_id"] == str(event.id)
    assert detail(message)["correlation_id"] == str(event.correlation_id)


def test_a_failure_rolls_back_and_holds_back_its_group(database: Database, sent: MemoryMessaging) -> None:
    # Given a consumer that fails on the second of three records of one group
    events = [created(), created(), created()]

    @consumer(CustomerCreated)
    def handler(event: CustomerCreated, uow: UnitOfWork) -> None:
        uow.record(TicketClosed(ticket_id=event.customer_id))
        if event.id == events[1].id:
            raise RetryableError("the provider is away")

    # When the batch arrives
    answer = handler(sqs(*events, group="one customer"), None)
    # Then the second and everything behind it will be delivered again, and only the first was published
    assert failed(answer) == [str(events[1].id), str(events[2].id)]
    assert [detail(m)["ticket_id"] for m in sent.facts] == [str(events[0].customer_id)]


def test_what_no_retry_can_help_is_kept_with_its_reason(database: Database) -> None:
    # Given a consumer that refuses an event for good
    @consumer(CustomerCreated)
    def handler(event: CustomerCreated, uow: UnitOfWork) -> None:
        raise PermanentError("the customer was erased")

    event = created()
    # When it arrives
    answer = handler(sqs(event), None)
    # Then it is acknowledged, and kept for a replay
    assert failed(answer) == []
    with database.unit_of_work() as uow:
        row = uow.one("SELECT * FROM platform.rejected")
    assert row is not None and row["reason"] == "the customer was erased"
    assert json.loads(row["body"])["detail"]["id"] == str(event.id)


def test_a_body_that_is_no_event_is_kept_too(database: Database) -> None:
    # Given a consumer
    @consumer(CustomerCreated)
    def handler(event: CustomerCreated, uow: UnitOfWork) -> None:
        raise AssertionError("nothing to handle")

    record = {"messageId": "m1", "body": "{not json", "attributes": {}}
    # When garbage arrives
    answer = handler({"Records": [record]}, None)
    # Then it is acknowledged and its body kept as it came
    assert failed(answer) == []
    with database.unit_of_work() as uow:
        assert [row["body"] for row in uow.all("SELECT body FROM platform.rejected")] == ["{not json"]


def test_what_does_not_concern_a_function_leaves_no_trace(database: Database, effect: list[UUID]) -> None:
    # Given a function that one of three events concerns
    events = [created(), created(), created()]
    asked: list[int] = []

    def named(uow: UnitOfWork, batch: Sequence[CustomerCreated]) -> set[UUID]:
        asked.append(len(batch))
        return {events[1].id}

    @consumer(CustomerCreated, only=named)
    def handler(event: CustomerCreated, uow: UnitOfWork) -> None:
        effect.append(event.id)

    # When the batch arrives
    answer = handler(sqs(*events), None)
    # Then it was asked about at once, that one was handled, and the others are done without a row
    assert (failed(answer), asked, effect) == ([], [3], [events[1].id])
    with database.unit_of_work() as uow:
        assert uow.all("SELECT event_id FROM platform.processed") == [{"event_id": events[1].id}]


def test_where_nobody_can_tell_what_concerns_it_every_record_is_handled(database: Database, effect: list[UUID]) -> None:
    # Given a function that cannot be asked just now, and a batch with garbage in it
    def named(uow: UnitOfWork, batch: Sequence[CustomerCreated]) -> set[UUID]:
        raise RetryableError("the database is away")

    @consumer(CustomerCreated, only=named)
    def handler(event: CustomerCreated, uow: UnitOfWork) -> None:
        effect.append(event.id)

    event = created()
    records = sqs(event)["Records"]
    # When batches arrive
    handler({"Records": records}, None)
    handler({"Records": [{"messageId": "m1", "body": "{not json", "attributes": {}}, *sqs(event)["Records"]]}, None)
    # Then the event had its effect once, and the garbage is kept with its reason
    assert effect == [event.id]
    with database.unit_of_work() as uow:
        assert [row["body"] for row in uow.all("SELECT body FROM platform.rejected")] == ["{not json"]


def test_a_dead_connection_is_replaced_and_the_work_done_once(database: Database, effect: list[UUID]) -> None:
    # Given a connection that the server kills in the middle of the first attempt
    attempts = []

    @consumer(CustomerCreated)
    def handler(event: CustomerCreated, uow: UnitOfWork) -> None:
        attempts.append(event.id)
        if len(attempts) == 1:
            uow.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        uow.record(TicketClosed(ticket_id=event.customer_id))
        effect.append(event.customer_id)

    # When an event arrives
    answer = handler(sqs(created()), None)
    # Then the unit of work was done again on a new connection
    assert failed(answer) == []
    assert len(attempts) == 2 and len(effect) == 1


def test_who_gives_way_in_a_deadlock_begins_again(database_url: str, database: Database) -> None:
    # Given two settings, and two who change both in opposite order, each waiting until the other has changed one
    with database.unit_of_work() as uow:
        uow.execute("INSERT INTO platform.setting (key, value, updated_at) VALUES ('a', '0', now()), ('b', '0', now())")
    met, over = Barrier(2), Event()

    def change(first: str, second: str) -> None:
        own = Database(lambda: database_url)
        attempts: list[str] = []

        def work(uow: UnitOfWork) -> None:
            if attempts:  # quick enough, it would be back before the other has woken up, and they would meet again
                over.wait(10)
            attempts.append(first)
            for key in (first, second):
                uow.execute("UPDATE platform.setting SET value = to_jsonb(value::int + 1) WHERE key = %s", (key,))
                if key == first and len(attempts) == 1:
                    met.wait(10)

        own.run(work)
        over.set()
        own.close()

    # When both are at it at once
    with ThreadPoolExecutor() as threads:
        for done in [threads.submit(change, "a", "b"), threads.submit(change, "b", "a")]:
            done.result()
    # Then both changes of both were made
    with database.unit_of_work() as uow:
        assert [row["value"] for row in uow.all("SELECT value FROM platform.setting ORDER BY key")] == [2, 2]


def test_a_batch_handled_together_commits_once(database: Database, effect: list[UUID]) -> None:
    # Given a consumer whose records lock nothing in common
    transactions = set()

    @consumer(CustomerCreated, together=True)
    def handler(event: CustomerCreated, uow: UnitOfWork) -> None:
        row = uow.one("SELECT pg_current_xact_id()::text AS id")
        transactions.add(row and row["id"])
        effect.append(event.customer_id)

    first, second = created(), created()
    # When a batch brings one event twice and another once, and then again
    handler(sqs(first, second, first), None)
    handler(sqs(second, first), None)
    # Then it was one transaction, and each event had its effect once
    assert len(transactions) == 1
    assert effect == [first.customer_id, second.customer_id]


def test_a_failure_in_a_batch_handled_together_is_that_record_s_alone(
    database: Database, sent: MemoryMessaging
) -> None:
    # Given such a consumer that fails on the second of three records, and refuses the third for good
    events = [created(), created(), created()]

    @consumer(CustomerCreated, together=True)
    def handler(event: CustomerCreated, uow: UnitOfWork) -> None:
        uow.record(TicketClosed(ticket_id=event.customer_id))
        if event.id == events[1].id:
            raise RetryableError("the provider is away")
        if event.id == events[2].id:
            raise PermanentError("the customer was erased")

    # When the batch arrives
    answer = handler(sqs(*events), None)
    # Then the first is done and told once, the second comes again, the third is kept with its reason
    assert failed(answer) == [str(events[1].id)]
    assert [detail(m)["ticket_id"] for m in sent.facts] == [str(events[0].customer_id)]
    with database.unit_of_work() as uow:
        assert [row["event_id"] for row in uow.all("SELECT event_id FROM platform.rejected")] == [events[2].id]


def test_a_record_it_is_too_early_for_comes_again_by_itself(database: Database, sent: MemoryMessaging) -> None:
    # Given a consumer for whose second record of three it is too early, once
    events, transactions, early = [created(), created(), created()], set(), [1]

    @consumer(CustomerCreated, together=True)
    def handler(event: CustomerCreated, uow: UnitOfWork) -> None:
        if event.id == events[1].id and early:
            early.pop()
            raise NotYet("its picture is being read")
        row = uow.one("SELECT pg_current_xact_id()::text AS id")
        transactions.add(row and row["id"])
        uow.record(TicketClosed(ticket_id=event.customer_id))

    # When the batch arrives
    answer = handler(sqs(*events), None)
    # Then the others were done in one transaction, and it alone comes again
    assert failed(answer) == [str(events[1].id)]
    assert len(transactions) == 1
    assert len(sent.facts) == 2
    # And it is done when it does
    assert failed(handler(sqs(events[1]), None)) == []
    assert [detail(m)["ticket_id"] for m in sent.facts] == [str(events[n].customer_id) for n in (0, 2, 1)]


def test_facts_of_a_batch_are_handled_in_the_order_they_happened(database: Database, effect: list[UUID]) -> None:
    # Given three facts, of which the last comes first, and one that was handled before
    first, second, third = created(), created(), created()
    told: list[UUID] = []

    def ahead(uow: UnitOfWork, batch: Sequence[CustomerCreated]) -> None:
        told.extend(event.id for event in batch)

    @consumer(CustomerCreated, together=True, ahead=ahead)
    def handler(event: CustomerCreated, uow: UnitOfWork) -> None:
        effect.append(event.customer_id)

    handler(sqs(second), None)
    # When they arrive as a batch
    handler(sqs(third, second, first), None)
    # Then they are handled as they happened, and the batch was shown before, without what was done
    assert effect == [second.customer_id, first.customer_id, third.customer_id]
    assert told == [first.id, third.id]


def test_a_consumer_that_must_not_join_records_gives_each_its_own_transaction(database: Database) -> None:
    # Given a consumer that joins records only while it is quick, and is not
    transactions = set()

    @consumer(CustomerCreated, together=lambda: False)
    def handler(event: CustomerCreated, uow: UnitOfWork) -> None:
        row = uow.one("SELECT pg_current_xact_id()::text AS id")
        transactions.add(row and row["id"])

    # When a batch arrives
    handler(sqs(created(), created()), None)
    # Then each record has a transaction of its own
    assert len(transactions) == 2


def test_what_there_is_no_time_for_is_given_back_at_once(
    database: Database, sent: MemoryMessaging, effect: list[UUID]
) -> None:
    # Given a Lambda with 30 seconds, whose every record takes ten
    context, events = Waning(30_000), [created(), created(), created()]

    @consumer(CustomerCreated)
    def handler(event: CustomerCreated, uow: UnitOfWork) -> None:
        context.left -= 10_000
        effect.append(event.customer_id)

    # When three arrive
    answer = handler(sqs(*events), context)
    # Then the third is not begun in the second half of the time: somebody else may have it at once
    assert effect == [events[0].customer_id, events[1].customer_id]
    assert failed(answer) == [str(events[2].id)]
    assert sent.hidden == [0]


def test_what_was_given_back_before_is_tried_however_late_it_is(
    database: Database, sent: MemoryMessaging, effect: list[UUID]
) -> None:
    # Given a Lambda with 30 seconds, whose every record takes ten, and three records the queue brings once more
    context, events = Waning(30_000), [created(), created(), created()]

    @consumer(CustomerCreated)
    def handler(event: CustomerCreated, uow: UnitOfWork) -> None:
        context.left -= 10_000
        effect.append(event.customer_id)

    batch = sqs(*events)
    for record in batch["Records"]:
        record["attributes"]["ApproximateReceiveCount"] = "2"
    # When they arrive
    answer = handler(batch, context)
    # Then none is put off a second time: the queue brings it only so often
    assert effect == [event.customer_id for event in events]
    assert failed(answer) == []


def test_records_are_handled_alone_while_nobody_can_say_whether_they_may_be_joined(
    database: Database, sent: MemoryMessaging
) -> None:
    # Given a consumer that asks the store of secrets whether it may join records, and the store is out of reach
    def quick() -> bool:
        raise RetryableError("the secret cannot be read")

    @consumer(CustomerCreated, together=quick)
    def handler(event: CustomerCreated, uow: UnitOfWork) -> None:
        quick()

    # When two arrive
    first, second = created(), created()
    answer = handler(sqs(first, second), None)
    # Then each comes again after its own short pause, not after the queue's long one
    assert failed(answer) == [str(first.id), str(second.id)]
    assert sent.hidden == [5, 5]


def test_the_log_names_the_event_it_was_too_early_for(
    database: Database, sent: MemoryMessaging, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a batch for whose first record it is too early
    events, named = [created(), created()], list[Any]()
    monkeypatch.setattr(logger, "warning", lambda *said, **more: named.append(logger.get_current_keys()["event_id"]))

    @consumer(CustomerCreated, together=True)
    def handler(event: CustomerCreated, uow: UnitOfWork) -> None:
        if event.id == events[0].id:
            raise NotYet("its picture is being read")

    # When it is handled
    handler(sqs(*events), None)
    # Then the line that says so names that event, not the last of the batch
    assert named == [str(events[0].id)]


def test_the_log_of_a_batch_names_the_event_that_is_rejected(
    database: Database, sent: MemoryMessaging, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a consumer of batches, one of whose events no retry can help, and what the log said before
    events, named = [created(), created()], list[Any]()
    for level in ("info", "error"):
        monkeypatch.setattr(
            logger, level, lambda said, *more, **_: named.append((said[:6], logger.get_current_keys().get("event_id")))
        )
    logger.append_keys(event_id="of another batch")

    @batch_consumer(CustomerCreated)
    def handler(batch: Sequence[CustomerCreated], uow: UnitOfWork) -> None:
        if events[0].id in {event.id for event in batch}:
            raise PermanentError("it says nothing")

    # When they arrive
    handler(sqs(*events), None)
    # Then the batch is nobody's, and the rejection is that event's
    assert named == [("the re", None), ("record", str(events[0].id))]


def test_what_follows_in_its_group_is_given_back_with_it(
    database: Database, sent: MemoryMessaging, effect: list[UUID]
) -> None:
    # Given a Lambda without time, and two records of one group of which only the second was brought before
    left = iter([30_000, 1])

    class Context:
        def get_remaining_time_in_millis(self) -> int:
            return next(left, 0)

    @consumer(CustomerCreated)
    def handler(event: CustomerCreated, uow: UnitOfWork) -> None:
        effect.append(event.customer_id)

    events = [created(), created()]
    batch = sqs(*events, group="a conversation")
    batch["Records"][1]["attributes"]["ApproximateReceiveCount"] = "2"
    # When they arrive
    answer = handler(batch, Context())
    # Then the second does not overtake the first
    assert effect == []
    assert failed(answer) == [str(event.id) for event in events]
