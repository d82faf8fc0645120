"""Nothing committed is lost: what cannot be published now is published by the sweep, in order within a group."""

from __future__ import annotations

from datetime import timedelta

from relevo import clock, ids, outbox
from relevo.db import Database
from relevo.events import MessageQueued, TicketClosed
from tests.support.broker import MemoryMessaging


def test_what_was_refused_is_swept_later(database: Database, sent: MemoryMessaging) -> None:
    # Given a bus that refuses the first call
    sent.refuse = 1
    with database.unit_of_work() as uow:
        uow.record(TicketClosed(ticket_id=ids.new_id()))
    assert sent.facts == []
    # When relay sweeps a minute later
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        swept = outbox.sweep(database.connection())
    # Then it is on the bus, once
    assert swept == 1 and sent.names() == ["ticket.closed"]
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        assert outbox.sweep(database.connection()) == 0


def test_a_rolled_back_unit_of_work_says_nothing(database: Database, sent: MemoryMessaging) -> None:
    # Given a unit of work that fails after recording
    try:
        with database.unit_of_work() as uow:
            uow.record(TicketClosed(ticket_id=ids.new_id()))
            raise ValueError("changed my mind")
    except ValueError:
        # When everything pending is published
        database.publish_pending()
    # Then nothing was said
    assert sent.facts == []


def test_a_late_row_never_overtakes_an_earlier_one_of_its_group(database: Database, sent: MemoryMessaging) -> None:
    # Given a first message whose publishing was refused
    conversation = ids.new_id()
    first, second = (MessageQueued(message_id=ids.new_id(), conversation_id=conversation) for _ in range(2))
    sent.refuse = 1
    with database.unit_of_work() as uow:
        uow.record(first)
    # When a second one of the same conversation is published
    with database.unit_of_work() as uow:
        uow.record(second)
    # Then both went, the first before the second
    assert [m.id for m in sent.queued["outbound"]] == [str(first.id), str(second.id)]
