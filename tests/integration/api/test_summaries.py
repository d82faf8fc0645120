"""What a conversation is about: in the customer's words, or a model's where there is one; never invented."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from relevo import clock
from relevo.db import Database
from relevo.settings import settings
from tests.integration.api.conftest import Api
from tests.support import inbox, openai
from tests.support.broker import MemoryMessaging
from tests.support.gateway import content
from tests.support.inbox import Desk

TOLD = {
    "wants": "Quiere frenos para su camioneta",
    "products": ["frenos", "aceite"],
    "vehicles": ["Hilux", "Ranger"],
    "intention": "high",
    "confidence": 90,
    "state": "open question",
}


@pytest.fixture
def desk(database: Database) -> Desk:
    with database.unit_of_work() as uow:
        return inbox.desk(uow)


@pytest.fixture
def conversation(database: Database, desk: Desk) -> UUID:
    with database.unit_of_work() as uow:
        return inbox.conversation(uow, desk.centro_number, says="¿Tienen frenos para mi Hilux? Me llaman al 5512345678")


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Iterator[openai.Model]:
    with openai.serve() as service:
        secret = {"api_key": "k", "base_url": service.url, "model": "m", "input_price": 1, "output_price": 1}
        monkeypatch.setenv("RELEVO_LLM_SECRET", json.dumps(secret))
        settings.cache_clear()
        service.replies = [TOLD]
        yield service


def path(conversation: UUID) -> str:
    return f"/api/conversations/{conversation}"


def test_without_a_model_the_summary_is_the_customers_words_and_says_so(
    api: Api, desk: Desk, database: Database, conversation: UUID, sent: MemoryMessaging
) -> None:
    # When a conversation is read, where nobody else would write it
    shown = content(api("GET", path(conversation), **desk.ana.calling()))["summary"]
    # Then its summary is extractive and reaches the newest message
    assert (shown["kind"], shown["vehicles"], shown["state"]) == ("extractive", ["Toyota Hilux"], "open question")
    # And when it is read again nothing is made or told anew
    api("GET", path(conversation), **desk.ana.calling())
    assert sent.names().count("conversation.summarized") == 1
    # And when the customer writes on, the next reading has it
    with database.unit_of_work() as uow:
        newer = inbox.message(uow, conversation, "¿y cuánto cuestan?")
    shown = content(api("GET", path(conversation), **desk.ana.calling()))["summary"]
    assert (shown["wants"], shown["upto_message_id"]) == ("¿y cuánto cuestan?", str(newer))


def test_what_is_closed_is_solved_though_nobody_wrote(
    api: Api, desk: Desk, database: Database, conversation: UUID
) -> None:
    # Given a conversation with a summary
    assert content(api("GET", path(conversation), **desk.ana.calling()))["summary"]["progress"] == 20
    # When it is closed
    api("POST", f"{path(conversation)}/close", body={}, **desk.ana.calling())
    # Then its summary says so, and no more once it is open again
    shown = content(api("GET", path(conversation), **desk.ana.calling()))["summary"]
    assert (shown["state"], shown["progress"]) == ("solved", 100)
    with database.unit_of_work() as uow:
        uow.execute("UPDATE inbox.conversation SET state = 'open', closed_at = NULL WHERE id = %s", (conversation,))
    shown = content(api("GET", path(conversation), **desk.ana.calling()))["summary"]
    assert (shown["state"], shown["progress"]) == ("open question", 20)


def test_who_was_told_that_people_will_answer_still_asks(
    api: Api, desk: Desk, database: Database, conversation: UUID
) -> None:
    # Given a customer whom the bot told that people will answer
    with database.unit_of_work() as uow:
        inbox.message(uow, conversation, "Le paso con una persona", author="bot")
        uow.execute("UPDATE inbox.conversation SET waiting_since = opened_at WHERE id = %s", (conversation,))
    # Then it is not they who are waited for
    assert content(api("GET", path(conversation), **desk.ana.calling()))["summary"]["state"] == "open question"
    # Until somebody answers them
    with database.unit_of_work() as uow:
        inbox.message(uow, conversation, "¿Qué año es su Hilux?", author="agent")
        uow.execute("UPDATE inbox.conversation SET waiting_since = NULL WHERE id = %s", (conversation,))
    shown = content(api("GET", path(conversation), **desk.ana.calling()))["summary"]
    assert shown["state"] == "waiting for customer"


def test_nothing_written_is_nothing_to_summarize(api: Api, desk: Desk, database: Database) -> None:
    # Given a conversation the company began
    with database.unit_of_work() as uow:
        conversation = inbox.conversation(uow, desk.centro_number)
        inbox.message(uow, conversation, "Buenas tardes", author="agent")
    # Then it has no summary, and none can be made
    assert content(api("GET", path(conversation), **desk.ana.calling()))["summary"] is None
    assert api("POST", f"{path(conversation)}/summary", **desk.ana.calling())["statusCode"] == 404


def test_a_models_summary_names_only_what_was_said(
    api: Api, desk: Desk, conversation: UUID, model: openai.Model
) -> None:
    # Given a model that makes up a product and a vehicle
    # When it is asked
    made = content(api("POST", f"{path(conversation)}/summary", **desk.ana.calling()))
    # Then what was not said is dropped, the rest is its own
    assert (made["kind"], made["wants"]) == ("model", TOLD["wants"])
    assert (made["products"], made["vehicles"]) == (["frenos"], ["Hilux"])
    # And it was shown no telephone
    asked = model.requests[0]["messages"][-1]["content"]
    assert "Hilux" in asked and "5512345678" not in asked
    # And readers find it
    assert content(api("GET", path(conversation), **desk.beto.calling()))["summary"]["kind"] == "model"


def test_who_looks_first_is_told_that_a_model_can_be_asked(
    api: Api, desk: Desk, conversation: UUID, model: openai.Model
) -> None:
    # When a conversation is read that no model has seen
    shown = content(api("GET", path(conversation), **desk.ana.calling()))
    # Then nobody waited for one, and whoever looks knows that it is worth asking
    assert (shown["summary"]["kind"], shown["summarized_by"], model.requests) == ("extractive", "model", [])
    # And who asks has the model's, though nothing was written meanwhile
    asked = content(api("POST", f"{path(conversation)}/summary", **desk.ana.calling()))
    assert (asked["kind"], asked["upto_message_id"]) == ("model", shown["summary"]["upto_message_id"])


def test_a_model_is_asked_every_thirty_seconds_at_most(
    api: Api, desk: Desk, database: Database, conversation: UUID, model: openai.Model
) -> None:
    # Given a summary the model made
    with clock.frozen(clock.now()) as advance:
        first = content(api("POST", f"{path(conversation)}/summary", **desk.ana.calling()))
        # When nothing has happened for a minute, it is the same
        advance(timedelta(minutes=1))
        assert content(api("POST", f"{path(conversation)}/summary", **desk.ana.calling())) == first
        # When the customer writes and it is asked for again at once, twice
        for text in ("¿y aceite?", "¿y filtros?"):
            with database.unit_of_work() as uow:
                inbox.message(uow, conversation, text)
            api("POST", f"{path(conversation)}/summary", **desk.ana.calling())
        # Then the model was asked once more, and not a third time
        assert len(model.requests) == 2
        # And after thirty seconds it is
        advance(timedelta(seconds=31))
        last = content(api("POST", f"{path(conversation)}/summary", **desk.ana.calling()))
    assert len(model.requests) == 3 and last["upto_message_id"] != first["upto_message_id"]


@pytest.mark.parametrize("reply", [500, "no JSON", {"wants": "?"}])
def test_a_model_that_fails_leaves_the_customers_words(
    api: Api, desk: Desk, conversation: UUID, model: openai.Model, reply: openai.Reply
) -> None:
    # Given a model that fails, or breaks the form
    model.replies = [reply]
    # When a summary is asked for
    made = content(api("POST", f"{path(conversation)}/summary", **desk.ana.calling()))
    # Then it is the extractive one
    assert made["kind"] == "extractive"


def test_the_customer_is_shown_typing(api: Api, desk: Desk, conversation: UUID) -> None:
    # Given a channel that tells when its customer types
    answer = api("POST", f"{path(conversation)}/customer-typing", body={"typing": True}, **desk.ana.calling())
    # Then whoever opens the conversation sees it
    assert answer["statusCode"] == 204
    (present,) = content(api("GET", path(conversation), **desk.ana.calling()))["presence"]
    assert (present["who"], present["state"]) == ("customer", "typing")
