"""`analyze` keeps with each message what it says, and tells it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from infra.local.pipeline import load_handler
from relevo import clock, ids
from relevo.db import Database
from relevo.errors import NotFound
from relevo.events import MessageReceived
from relevo.inbox.analysis import analyze_messages
from tests.support import world
from tests.support.broker import MemoryMessaging, detail
from tests.support.events import sample
from tests.support.lambdas import failed


@pytest.fixture
def conversation_id(database: Database) -> UUID:
    """A conversation with a branch whose language is Spanish."""
    with database.unit_of_work() as uow:
        account_id = world.account(uow, world.branch(uow))
        return world.conversation(uow, account_id, world.customer(uow))


def write(database: Database, conversation_id: UUID, text: str | None, kind: str = "text") -> UUID:
    """A message of the customer's."""
    message_id = ids.new_id()
    with database.unit_of_work() as uow:
        uow.execute(
            "INSERT INTO inbox.message (id, conversation_id, channel_account_id, direction, author, kind, text, status,"
            " stored_at) SELECT %s, id, channel_account_id, 'in', 'customer', %s, %s, 'received', %s"
            " FROM inbox.conversation WHERE id = %s",
            (message_id, kind, text, clock.now(), conversation_id),
        )
    return message_id


def received(message_id: UUID) -> MessageReceived:
    return MessageReceived(
        message_id=message_id,
        conversation_id=ids.new_id(),
        customer_id=ids.new_id(),
        branch_id=ids.new_id(),
        channel="whatsapp",
        kind="text",
        has_media=False,
    )


def analysis(database: Database, message_id: UUID) -> Any:
    with database.unit_of_work() as uow:
        row = uow.one("SELECT analysis FROM inbox.message WHERE id = %s", (message_id,))
    assert row is not None
    return row["analysis"]


def test_a_message_is_analyzed_and_told(database: Database, sent: MemoryMessaging, conversation_id: UUID) -> None:
    # Given an angry message about an outage
    message_id = write(database, conversation_id, "URGENTE: el sistema está caído, es una vergüenza 😡")
    # When its arrival is handled
    answer = load_handler("analyze")(sample("analyze/message_received", message=message_id), None)
    # Then the analysis is kept and told
    kept = analysis(database, message_id)
    assert failed(answer) == []
    assert (kept["language"], kept["emotion"], kept["urgency"]) == ("es", "angry", 40)
    (fact,) = sent.facts
    assert (fact.name, detail(fact)["emotion"], detail(fact)["tags"]) == (
        "message.analyzed",
        "angry",
        kept["tags"],
    )


def test_a_thin_message_is_in_the_language_written_before(
    database: Database, sent: MemoryMessaging, conversation_id: UUID
) -> None:
    # Given a customer of a Spanish branch who wrote in English before
    write(database, conversation_id, "Where is my parcel? I have been waiting")
    message_id = write(database, conversation_id, "ok 👍")
    # When the thin message is analyzed, and the first never was
    with database.unit_of_work() as uow:
        analyze_messages(uow, [received(message_id)])
    # Then it is English
    assert analysis(database, message_id)["language"] == "en"


def test_the_recorded_language_of_a_customer_comes_first(
    database: Database, sent: MemoryMessaging, conversation_id: UUID
) -> None:
    # Given a customer known to speak Portuguese
    with database.unit_of_work() as uow:
        uow.execute("UPDATE crm.customer SET language = 'pt'")
    message_id = write(database, conversation_id, "12345")
    # When they send a number
    with database.unit_of_work() as uow:
        analyze_messages(uow, [received(message_id)])
    # Then it is taken for Portuguese
    assert analysis(database, message_id)["language"] == "pt"


@pytest.mark.parametrize("text", [None, "", "  \n"])
def test_a_message_without_words_is_left_alone(
    database: Database, sent: MemoryMessaging, conversation_id: UUID, text: str | None
) -> None:
    # Given a sticker
    message_id = write(database, conversation_id, text, kind="sticker")
    # When its arrival is handled
    load_handler("analyze")(sample("analyze/message_received", message=message_id), None)
    # Then there is nothing to keep or tell
    assert analysis(database, message_id) is None
    assert sent.facts == []


def test_a_message_nobody_knows_is_an_error_of_the_request(database: Database, sent: MemoryMessaging) -> None:
    with database.unit_of_work() as uow, pytest.raises(NotFound):
        analyze_messages(uow, [received(ids.new_id())])
