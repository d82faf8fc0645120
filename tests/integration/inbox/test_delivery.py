"""A message goes out once, in the order of its conversation, and what became of it is known."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

import pytest

from infra.local.graph.standin import GraphStandIn
from infra.local.graph.state import Rule
from infra.local.pipeline import Pipeline
from relevo import clock, inbox
from relevo.db import Database
from relevo.inbox.delivery import MAX_ATTEMPTS
from tests.support import meta


@pytest.fixture
def conversation(pipeline: Pipeline, database: Database) -> UUID:
    """A conversation whose customer has just written."""
    pipeline.handler("intake")(meta.post(meta.webhook(meta.text_message("hola"))), None)
    pipeline._run(pipeline.queues["inbound.fifo"])
    pipeline.queues["chatbot"].waiting.clear()
    with database.unit_of_work() as uow:
        row = uow.one("SELECT id FROM inbox.conversation")
    assert row is not None
    return UUID(str(row["id"]))


def say(database: Database, conversation_id: UUID, text: str, *, author: Literal["bot", "agent"] = "agent") -> UUID:
    with database.unit_of_work() as uow:
        conversation = inbox.lock(uow, conversation_id)
        return inbox.queue_reply(uow, conversation, text, author=author, owner_version=conversation.owner_version)


def deliver(pipeline: Pipeline) -> None:
    """Give `deliver` what is visible now."""
    while pipeline._run(pipeline.queues["outbound.fifo"]):
        pass


def message(database: Database, message_id: UUID) -> dict[str, Any]:
    with database.unit_of_work() as uow:
        row = uow.one("SELECT * FROM inbox.message WHERE id = %s", (message_id,))
    assert row is not None
    return row


def report(pipeline: Pipeline, *statuses: dict[str, Any]) -> None:
    pipeline.handler("intake")(meta.post(meta.webhook(statuses=list(statuses))), None)
    while pipeline._run(pipeline.queues["statuses.fifo"]):
        pass


def test_messages_leave_in_the_order_they_were_written(
    pipeline: Pipeline, database: Database, graph: GraphStandIn, conversation: UUID
) -> None:
    # Given three messages of one conversation
    written = [say(database, conversation, text) for text in ("uno", "dos", "tres")]
    # When they are delivered
    deliver(pipeline)
    # Then the customer reads them in order, and each knows its provider's id
    assert [sent.text for sent in graph.sent] == ["uno", "dos", "tres"]
    assert [message(database, m)["external_id"] for m in written] == [sent.id for sent in graph.sent]


def test_a_message_delivered_to_us_twice_is_sent_once(
    pipeline: Pipeline, database: Database, graph: GraphStandIn, conversation: UUID
) -> None:
    # Given a message that was sent
    say(database, conversation, "una vez")
    queue = pipeline.queues["outbound.fifo"]
    record = queue.waiting[0]
    deliver(pipeline)
    # When the queue brings it again
    queue.waiting.append(record)
    deliver(pipeline)
    # Then the customer got it once
    assert len(graph.sent) == 1


def test_a_throttled_message_waits_and_keeps_its_place(
    pipeline: Pipeline, database: Database, graph: GraphStandIn, conversation: UUID
) -> None:
    # Given a provider that throttles the first call
    graph.inject(Rule(kind="error", http_status=429, code=130429, retry_after=7))
    with clock.frozen(clock.now()) as advance:
        first = say(database, conversation, "primero")
        say(database, conversation, "segundo")
        # When both are delivered
        deliver(pipeline)
        # Then nothing went yet, and the first waits with its reason
        assert graph.sent == [] and message(database, first)["error_code"] == "throttled"
        # And after the pause both go, in order
        advance(timedelta(seconds=8))
        deliver(pipeline)
    assert [sent.text for sent in graph.sent] == ["primero", "segundo"]


@pytest.mark.parametrize("code", [131026, 131047, 132001, 190])
def test_a_refusal_for_good_is_shown_and_not_repeated(
    pipeline: Pipeline, database: Database, graph: GraphStandIn, conversation: UUID, code: int
) -> None:
    # Given a provider that refuses for good
    graph.inject(Rule(kind="error", code=code, title="No"))
    refused = say(database, conversation, "¿llega?")
    # When it is delivered
    deliver(pipeline)
    # Then it failed with the provider's code, and nothing waits
    assert message(database, refused)["status"] == "failed"
    assert message(database, refused)["error_code"] == str(code)
    assert not pipeline.queues["outbound.fifo"].waiting


@pytest.mark.parametrize(("code", "reported"), [(190, 1), (131031, 1), (131042, 1), (131026, 0), (132001, 0)])
def test_a_refusal_that_stops_the_whole_number_is_reported(
    pipeline: Pipeline,
    database: Database,
    graph: GraphStandIn,
    conversation: UUID,
    capsys: pytest.CaptureFixture[str],
    code: int,
    reported: int,
) -> None:
    # Given a provider that refuses: because of the account, or because of this message alone
    graph.inject(Rule(kind="error", code=code, title="No"))
    say(database, conversation, "¿llega?")
    # When it is delivered
    deliver(pipeline)
    # Then the metric behind the alarm counts the account's refusals only
    assert capsys.readouterr().out.count('"ChannelStopped":[') == reported


def test_a_provider_that_stays_away_is_given_up_in_the_open(
    pipeline: Pipeline, database: Database, graph: GraphStandIn, conversation: UUID
) -> None:
    # Given a provider that answers 500 to everything
    graph.inject(Rule(kind="error", http_status=500, code=131000, times=100))
    with clock.frozen(clock.now()) as advance:
        lost = say(database, conversation, "¿hay alguien?")
        # When it was tried as often as it may be
        for _ in range(MAX_ATTEMPTS):
            deliver(pipeline)
            advance(timedelta(minutes=16))
    # Then it shows as failed, with the reason
    found = message(database, lost)
    assert (found["status"], found["error_code"], found["attempts"]) == ("failed", "gave_up", MAX_ATTEMPTS)


def test_outside_the_window_free_text_is_not_sent(
    pipeline: Pipeline, database: Database, graph: GraphStandIn, conversation: UUID
) -> None:
    # Given a message that waited past the customer-service window
    late = say(database, conversation, "perdón por la demora")
    # When it is delivered a day later
    with clock.frozen(clock.now() + timedelta(hours=25)):
        deliver(pipeline)
    # Then it was not sent, and says why
    assert graph.sent == []
    assert message(database, late)["error_code"] == "window_closed"


def test_the_bot_is_silent_once_a_person_has_taken_over(
    pipeline: Pipeline, database: Database, graph: GraphStandIn, conversation: UUID
) -> None:
    # Given a bot's answer on its way
    answer = say(database, conversation, "soy el bot", author="bot")
    # When a person takes the conversation before it is sent
    with database.unit_of_work() as uow:
        inbox.change_owner(uow, inbox.lock(uow, conversation), "queue", actor="agent", reason="taken")
    deliver(pipeline)
    # Then it is not sent
    assert graph.sent == [] and message(database, answer)["status"] == "cancelled"


def test_a_status_settles_a_send_whose_answer_was_lost(
    pipeline: Pipeline, database: Database, graph: GraphStandIn, conversation: UUID, impatient: None
) -> None:
    # Given a send that the provider accepted without ever answering
    graph.inject(Rule(kind="timeout", accepted=True))
    with clock.frozen(clock.now()) as advance:
        lost = say(database, conversation, "¿se envió?")
        deliver(pipeline)
        assert message(database, lost)["status"] == "sending"
        # When the provider's status brings our id back
        report(pipeline, meta.status(graph.sent[0].id, "sent", opaque=str(lost)))
        # And the queue brings the message again
        advance(timedelta(minutes=5))
        deliver(pipeline)
    # Then it is known as sent, and was sent once
    assert message(database, lost)["status"] == "sent"
    assert message(database, lost)["external_id"] == graph.sent[0].id
    assert len(graph.sent) == 1


def test_without_any_status_an_unanswered_send_is_left_to_a_person(
    pipeline: Pipeline, database: Database, graph: GraphStandIn, conversation: UUID, impatient: None
) -> None:
    # Given a send without an answer
    graph.inject(Rule(kind="timeout", accepted=True))
    with clock.frozen(clock.now()) as advance:
        lost = say(database, conversation, "¿se envió?")
        deliver(pipeline)
        # When no status of any message arrives
        advance(timedelta(minutes=15))
        deliver(pipeline)
    # Then it is unknown, and was not sent again
    assert message(database, lost)["status"] == "unknown" and len(graph.sent) == 1


def test_a_lost_answer_is_never_sent_again_blindly(
    pipeline: Pipeline, database: Database, graph: GraphStandIn, conversation: UUID, impatient: None
) -> None:
    # Given a send without an answer
    graph.inject(Rule(kind="timeout", accepted=True))
    with clock.frozen(clock.now()) as advance:
        lost = say(database, conversation, "¿se envió?")
        deliver(pipeline)
        # When statuses of other messages keep coming, and none of this one
        advance(timedelta(minutes=1))
        report(pipeline, meta.status("wamid.another", "delivered"))
        for _ in range(8):
            advance(timedelta(minutes=16))
            deliver(pipeline)
    # Then it was sent once, and a person decides
    assert len(graph.sent) == 1 and message(database, lost)["status"] == "unknown"


def test_a_status_only_moves_forward(
    pipeline: Pipeline, database: Database, graph: GraphStandIn, conversation: UUID
) -> None:
    # Given a message that was sent
    written = say(database, conversation, "hola")
    deliver(pipeline)
    wamid = graph.sent[0].id
    # When its statuses arrive in the wrong order, one of them twice
    read, accepted, delivered = (meta.status(wamid, state) for state in ("read", "sent", "delivered"))
    for status in (read, accepted, delivered, read):
        report(pipeline, status)
    # Then it is read, and every status is kept once
    assert message(database, written)["status"] == "read"
    with database.unit_of_work() as uow:
        assert len(uow.all("SELECT 1 FROM inbox.message_status WHERE message_id = %s", (written,))) == 3


def test_a_failure_reported_later_shows_with_its_code_and_is_final(
    pipeline: Pipeline, database: Database, graph: GraphStandIn, conversation: UUID
) -> None:
    # Given a message that was sent
    written = say(database, conversation, "hola")
    deliver(pipeline)
    # When the provider reports that it failed, and afterwards that it was sent
    error = {"code": 131026, "title": "Message undeliverable", "error_data": {"details": "not on WhatsApp"}}
    report(pipeline, meta.status(graph.sent[0].id, "failed", errors=[error]))
    report(pipeline, meta.status(graph.sent[0].id, "delivered"))
    # Then it stays failed, with code and words
    found = message(database, written)
    assert (found["status"], found["error_code"]) == ("failed", "131026")
    assert "not on WhatsApp" in found["error_detail"]


def test_a_status_that_overtakes_the_answer_finds_its_message(
    pipeline: Pipeline, database: Database, graph: GraphStandIn, conversation: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a provider whose status arrives before its answer to the call
    from relevo.channels import whatsapp

    plain = whatsapp.send

    def send_and_report(*args: Any, **more: Any) -> str:
        wamid = plain(*args, **more)
        report(pipeline, meta.status(wamid, "delivered"))
        return wamid

    monkeypatch.setattr(whatsapp, "send", send_and_report)
    # When the message is delivered
    written = say(database, conversation, "hola")
    deliver(pipeline)
    # Then the status is not lost
    assert message(database, written)["status"] == "delivered"
