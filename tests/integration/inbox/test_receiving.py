"""What customers write is kept once, under the right person, and moves the conversation on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from infra.local.pipeline import Pipeline
from relevo import clock
from relevo.db import Database
from tests.support import meta


def post(pipeline: Pipeline, payload: dict[str, Any]) -> dict[str, Any]:
    """Deliver a webhook and let `ingest` take it in; nothing further runs."""
    answer = pipeline.handler("intake")(meta.post(payload), None)
    for lane in ("inbound.fifo", "statuses.fifo"):
        while pipeline._run(pipeline.queues[lane]):
            pass
    return answer


def rows(database: Database, query: Any) -> list[dict[str, Any]]:
    with database.unit_of_work() as uow:
        return uow.all(query)


def test_the_same_webhook_five_times_is_one_message(pipeline: Pipeline, database: Database) -> None:
    # Given a webhook, and queues that forget what they have seen
    payload = meta.webhook(meta.text_message("hola", wamid="wamid.same"))
    # When Meta sends it five times
    for _ in range(5):
        pipeline.queues["inbound.fifo"].seen.clear()
        assert post(pipeline, payload)["statusCode"] == 200
    # Then it is stored once and announced once
    assert len(rows(database, "SELECT 1 FROM inbox.message")) == 1
    assert [m.name for m in pipeline.published].count("message.received") == 1


def test_several_messages_of_one_person_are_one_conversation_in_order(pipeline: Pipeline, database: Database) -> None:
    # Given three lines of one customer in one webhook
    payload = meta.webhook(*(meta.text_message(text) for text in ("uno", "dos", "tres")))
    # When it arrives
    post(pipeline, payload)
    # Then they stand in one conversation, in the order written
    assert len(rows(database, "SELECT 1 FROM inbox.conversation")) == 1
    assert [row["text"] for row in rows(database, "SELECT text FROM inbox.message ORDER BY id")] == [
        "uno",
        "dos",
        "tres",
    ]


@pytest.mark.parametrize(("first", "second"), [("5215510000102", "525510000102"), ("5511987654321", "551187654321")])
def test_two_ways_to_write_a_phone_are_one_customer(
    pipeline: Pipeline, database: Database, first: str, second: str
) -> None:
    # Given a customer who wrote under one form of the number
    post(pipeline, meta.webhook(meta.text_message("hola", sender=first)))
    # When a message comes under the other form
    post(pipeline, meta.webhook(meta.text_message("otra vez", sender=second)))
    # Then it is the same customer and conversation, and the number stays as it was first written
    assert [row["phone"] for row in rows(database, "SELECT phone FROM inbox.identity")] == [first]
    assert len(rows(database, "SELECT 1 FROM inbox.conversation")) == 1


def test_a_message_without_a_phone_belongs_to_its_user_id(pipeline: Pipeline, database: Database) -> None:
    # Given a customer known by phone and user id
    contact = {"profile": {"name": "Ana"}, "wa_id": "5215510000101", "user_id": "MX.abc123"}
    message = meta.text_message("hola", sender="5215510000101") | {"from_user_id": "MX.abc123"}
    post(pipeline, meta.webhook(message, contacts=[contact]))
    # When a message comes that carries only the user id
    message = meta.text_message("soy yo") | {"from_user_id": "MX.abc123"}
    del message["from"]
    post(pipeline, meta.webhook(message, contacts=[{"profile": {"name": "Ana"}, "user_id": "MX.abc123"}]))
    # Then it is in the same conversation
    assert len(rows(database, "SELECT 1 FROM inbox.identity")) == 1
    assert len(rows(database, "SELECT 1 FROM inbox.message")) == 2


def test_a_number_that_changed_hands_does_not_bring_its_history_along(pipeline: Pipeline, database: Database) -> None:
    # Given a customer with a phone and a user id
    def write(user_id: str) -> None:
        message = meta.text_message("hola", sender="5215510000101") | {"from_user_id": user_id}
        contact = {"profile": {"name": user_id}, "wa_id": "5215510000101", "user_id": user_id}
        post(pipeline, meta.webhook(message, contacts=[contact]))

    write("MX.first")
    # When another user id writes from the same phone
    write("MX.second")
    # Then there are two customers, and the phone belongs to the second
    found = rows(database, "SELECT user_id, phone FROM inbox.identity ORDER BY created_at")
    assert found == [
        {"user_id": "MX.first", "phone": None},
        {"user_id": "MX.second", "phone": "5215510000101"},
    ]


def test_the_window_follows_the_providers_clock(pipeline: Pipeline, database: Database) -> None:
    # Given a message that Meta held back for an hour
    sent_at = clock.now().replace(microsecond=0) - timedelta(hours=1)
    # When it arrives
    post(pipeline, meta.webhook(meta.text_message("hola", at=sent_at)))
    # Then the customer-service window began when it was written
    (row,) = rows(database, "SELECT window_until FROM inbox.conversation")
    assert row["window_until"] == sent_at + timedelta(hours=24)


def test_an_edit_replaces_the_text_and_keeps_the_former(pipeline: Pipeline, database: Database) -> None:
    # Given a message
    post(pipeline, meta.webhook(meta.text_message("quiero dos", wamid="wamid.original")))
    # When its author edits it
    edit = {"original_message_id": "wamid.original", "message": {"type": "text", "text": {"body": "quiero tres"}}}
    message = meta.text_message("", wamid="wamid.edit") | {"type": "edit", "edit": edit}
    del message["text"]
    post(pipeline, meta.webhook(message))
    # Then the new text shows and the old one is in the history
    (row,) = rows(database, "SELECT text, edited_at FROM inbox.message")
    assert row["text"] == "quiero tres" and row["edited_at"] is not None
    (change,) = rows(database, "SELECT old, new FROM inbox.message_change")
    assert change == {"old": "quiero dos", "new": "quiero tres"}


def test_an_answer_from_the_phone_app_silences_the_bot(pipeline: Pipeline, database: Database) -> None:
    # Given a conversation the bot holds
    post(pipeline, meta.webhook(meta.text_message("hola")))
    # When a person of the company answers in the phone app
    post(pipeline, meta.echo("Le atiendo yo"))
    # Then the conversation is no longer the bot's, and the answer stands in it
    (row,) = rows(database, "SELECT owner, owner_version FROM inbox.conversation")
    assert row == {"owner": "queue", "owner_version": 2}
    assert rows(database, "SELECT 1 FROM inbox.message WHERE author = 'phone' AND direction = 'out'")


def test_a_changed_number_is_the_same_customer(pipeline: Pipeline, database: Database) -> None:
    # Given a customer with a conversation
    post(pipeline, meta.webhook(meta.text_message("hola", sender="5215510000101")))
    # When WhatsApp says that the number changed, and the customer writes under the new one
    system = {"type": "user_changed_number", "wa_id": "5215510000999", "body": "A changed number"}
    message = meta.text_message("", sender="5215510000101") | {"type": "system", "system": system}
    del message["text"]
    post(pipeline, meta.webhook(message))
    post(pipeline, meta.webhook(meta.text_message("sigo aquí", sender="5215510000999")))
    # Then it is one identity, with the new number, in one conversation
    assert rows(database, "SELECT phone FROM inbox.identity") == [{"phone": "5215510000999"}]
    assert rows(database, "SELECT phone FROM crm.customer") == [{"phone": "5215510000999"}]
    assert len(rows(database, "SELECT 1 FROM inbox.conversation")) == 1


def test_a_contact_of_somebody_else_is_not_taken_for_the_sender(pipeline: Pipeline, database: Database) -> None:
    # Given a webhook with messages of two user ids and the contact of the first only
    messages = [meta.text_message("hola") | {"from_user_id": user} for user in ("MX.one", "MX.two")]
    for message in messages:
        del message["from"]
    contact = {"profile": {"name": "Uno"}, "wa_id": "5215510000101", "user_id": "MX.one"}
    # When it arrives
    post(pipeline, meta.webhook(*messages, contacts=[contact]))
    # Then the phone and the name are the first one's
    found = rows(database, "SELECT user_id, phone, profile_name FROM inbox.identity ORDER BY user_id")
    assert found == [
        {"user_id": "MX.one", "phone": "5215510000101", "profile_name": "Uno"},
        {"user_id": "MX.two", "phone": None, "profile_name": None},
    ]


def test_a_conflict_of_identities_changes_nothing_and_is_said_once(pipeline: Pipeline, database: Database) -> None:
    # Given one identity with a phone, and another with a user id
    post(pipeline, meta.webhook(meta.text_message("hola", sender="5215510000101")))
    lone = meta.text_message("soy yo") | {"from_user_id": "MX.two"}
    del lone["from"]
    post(pipeline, meta.webhook(lone, contacts=[{"profile": {"name": "Dos"}, "user_id": "MX.two"}]))
    # When the second writes from the first one's phone, several times
    for _ in range(3):
        both = meta.text_message("hola", sender="5215510000101") | {"from_user_id": "MX.two"}
        post(pipeline, meta.webhook(both, contacts=[{"profile": {"name": "Dos"}, "user_id": "MX.two"}]))
    # Then nobody's phone moved, and no history says that it did
    phones = rows(database, "SELECT user_id, phone FROM inbox.identity ORDER BY created_at")
    assert phones == [{"user_id": None, "phone": "5215510000101"}, {"user_id": "MX.two", "phone": None}]
    assert rows(database, "SELECT 1 FROM crm.customer_change WHERE field = 'phone'") == []


def test_what_nobody_knows_is_kept_and_asks_for_no_answer(pipeline: Pipeline, database: Database) -> None:
    # Given a message of a type that does not exist yet, with characters Postgres cannot hold
    message = meta.text_message("") | {"type": "hologram", "hologram": {"note": "a\x00b \ud800"}}
    del message["text"]
    # When it arrives
    answer = post(pipeline, meta.webhook(message))
    # Then it is stored as unsupported, with its content
    assert answer["statusCode"] == 200 and not pipeline.dead
    (row,) = rows(database, "SELECT kind, content FROM inbox.message")
    assert row["kind"] == "unsupported" and row["content"]["provider"]["hologram"]["note"].startswith("a")
    assert rows(database, "SELECT 1 FROM platform.rejected") == []


def test_a_number_without_a_branch_loses_nothing(pipeline: Pipeline, database: Database) -> None:
    # Given a number nobody has registered
    # When a customer writes to it
    post(pipeline, meta.webhook(meta.text_message("hola"), number="999999999999999"))
    # Then the message waits in the branch for unassigned numbers, named in the company's language
    (row,) = rows(
        database,
        "SELECT b.code, b.name FROM inbox.conversation c JOIN inbox.branch b ON b.id = c.branch_id",
    )
    assert row == {"code": "unassigned", "name": "Sin sucursal"}
