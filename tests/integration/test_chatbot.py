"""The bot answers once a turn, from the articles, with its source; hands over the rest; and knows when to be quiet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from infra.local.graph.standin import GraphStandIn
from infra.local.pipeline import Pipeline
from relevo import clock, desk, inbox, llm
from relevo.db import Database
from relevo.settings import settings
from tests.support import meta, openai

INVOICES = "¿Cómo descargo mis facturas?"

pytestmark = pytest.mark.seeded


def write(pipeline: Pipeline, *texts: str, sender: str = meta.CUSTOMER) -> None:
    """A customer writes these lines, and everything that follows happens."""
    payload = meta.webhook(*(meta.text_message(text, sender=sender) for text in texts))
    assert pipeline.handler("intake")(meta.post(payload), None)["statusCode"] == 200
    pipeline.drain()
    assert not pipeline.dead


def rows(database: Database, query: Any) -> list[dict[str, Any]]:
    with database.unit_of_work() as uow:
        return uow.all(query)


def test_a_question_is_answered_with_its_source(pipeline: Pipeline, database: Database, graph: GraphStandIn) -> None:
    # Given a company with articles
    # When a customer asks what one of them answers
    write(pipeline, INVOICES)
    # Then the article is the answer, and its title stands below
    (sent,) = graph.sent
    assert sent.text.startswith("Sus facturas están en Mi cuenta")
    assert sent.text.endswith("Fuente: Descargar facturas")
    # And the turn says why
    (turn,) = rows(database, "SELECT decision, confidence, evidence FROM knowledge.chatbot_turn")
    assert turn["decision"] == "answered" and turn["confidence"] >= 0.7
    assert turn["evidence"][0]["article"] == "download-invoices"


def test_the_answer_is_in_the_customers_language(pipeline: Pipeline, graph: GraphStandIn) -> None:
    # Given articles in two languages
    # When a customer asks in English
    write(pipeline, "How do I download my invoices?")
    # Then so is the answer
    assert graph.sent[0].text.endswith("Source: Download your invoices")


def write_at_once(pipeline: Pipeline, said: dict[str, str]) -> None:
    """Customers write one line each before anything is handled, so that their messages arrive in one batch."""
    for sender, text in said.items():
        payload = meta.webhook(meta.text_message(text, sender=sender))
        assert pipeline.handler("intake")(meta.post(payload), None)["statusCode"] == 200
    pipeline.drain()
    assert not pipeline.dead


def test_many_who_ask_at_once_are_each_answered_in_one_transaction(
    pipeline: Pipeline, database: Database, graph: GraphStandIn
) -> None:
    # Given five customers, one of whom wants a person and one of whom asks what no article says
    questions = [INVOICES, "Olvidé mi contraseña", "Quiero hablar con una persona", "¿Venden tarjetas de regalo?"]
    said = {f"5215500000{number:03}": text for number, text in enumerate([*questions, "I want to cancel my account"])}
    # When they write at the same time
    write_at_once(pipeline, said)
    # Then each has the answer to their own question, and the two are handed over
    turns = rows(database, "SELECT question, decision, xmin::text AS transaction FROM knowledge.chatbot_turn")
    assert {turn["question"]: turn["decision"] for turn in turns} == {
        text: "handed_over" if text in questions[2:] else "answered" for text in said.values()
    }
    assert len(graph.sent) == 5
    assert len({turn["transaction"] for turn in turns}) == 1
    # And every event has its own message as its cause
    answers = [json.loads(told.detail) for told in pipeline.published if told.name == "chatbot.answered"]
    assert len({answer["causation_id"] for answer in answers}) == len(answers) == 3


def test_three_lines_are_answered_once(
    pipeline: Pipeline, database: Database, graph: GraphStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a bot that waits four seconds for the rest
    monkeypatch.setenv("RELEVO_BOT_DEBOUNCE_SECONDS", "4")
    settings.cache_clear()
    # When a customer writes three lines, and four seconds pass
    with clock.frozen(clock.now()) as advance:
        write(pipeline, "hola", "oiga", INVOICES)
        assert len(graph.sent) == 1
        advance(timedelta(seconds=5))
        pipeline.drain()
    # Then there is one answer to all of them
    assert len(graph.sent) == 1 and "Fuente" in graph.sent[0].text
    (turn,) = rows(database, "SELECT question FROM knowledge.chatbot_turn")
    assert turn["question"] == f"hola\noiga\n{INVOICES}"


@pytest.mark.parametrize(
    ("text", "reason", "department", "agent"),
    [
        ("¿Venden tractores para Marte?", "no article answers this with enough confidence", "general", "Emma Clark"),
        ("Quiero hablar con una persona, por favor", "the customer asked for a person", "general", "Emma Clark"),
        ("URGENTE: sistema caído, no funciona nada", "urgent", "technical", "Mateo Ríos"),
    ],
)
def test_what_the_bot_cannot_answer_becomes_a_ticket(
    pipeline: Pipeline,
    database: Database,
    graph: GraphStandIn,
    text: str,
    reason: str,
    department: str,
    agent: str,
) -> None:
    # Given a message that needs a person
    # When it arrives
    write(pipeline, text)
    # Then there is a ticket with a priority, with an agent of its department, and the customer knows its number
    (ticket,) = rows(
        database,
        "SELECT ticket.number, ticket.priority, department.code, agent.name FROM desk.ticket"
        " JOIN desk.department ON department.id = ticket.department_id LEFT JOIN desk.agent ON agent.id = agent_id",
    )
    assert ticket["priority"] and (ticket["code"], ticket["name"]) == (department, agent)
    assert f"n.º {ticket['number']}" in graph.sent[0].text
    # And the conversation is people's, for this reason
    (change,) = rows(database, "SELECT new, reason FROM inbox.conversation_change WHERE field = 'owner'")
    assert change == {"new": "queue", "reason": reason}


def test_the_bot_is_silent_while_people_hold_the_conversation(
    pipeline: Pipeline, database: Database, graph: GraphStandIn
) -> None:
    # Given a conversation that was handed over
    write(pipeline, "quiero hablar con una persona")
    # When the customer writes on
    write(pipeline, INVOICES)
    # Then the bot says nothing more
    assert len(graph.sent) == 1


def test_what_is_written_after_a_handover_stands_in_the_tickets_history(
    pipeline: Pipeline, database: Database, graph: GraphStandIn
) -> None:
    # Given a conversation that was handed over
    write(pipeline, "quiero hablar con una persona")
    # When the customer writes on
    write(pipeline, "es por la factura 123")
    # Then whoever works on the ticket sees it
    (change,) = rows(database, "SELECT new, actor FROM desk.ticket_change WHERE field = 'message'")
    assert change == {"new": "es por la factura 123", "actor": "customer"}


def test_the_bot_is_back_five_minutes_after_an_answer_from_the_phone_app(
    pipeline: Pipeline, database: Database, graph: GraphStandIn
) -> None:
    # Given a conversation in which somebody answered from the phone app
    with clock.frozen(clock.now()) as advance:
        write(pipeline, "hola")
        pipeline.handler("intake")(meta.post(meta.echo("Le atiendo yo")), None)
        pipeline.drain()
        # When the customer writes at once, and again after six idle minutes
        write(pipeline, INVOICES)
        silent = len(graph.sent)
        advance(timedelta(minutes=6))
        write(pipeline, "¿Cómo cambio de plan?")
    # Then the bot left the first to the person, and answered the second with all that was open
    assert silent == 1
    assert len(graph.sent) == 2 and "Fuente" in graph.sent[1].text


def test_after_the_ticket_is_resolved_the_bot_answers_again(
    pipeline: Pipeline, database: Database, graph: GraphStandIn
) -> None:
    # Given a handover whose ticket was resolved
    write(pipeline, "quiero hablar con una persona")
    (ticket,) = rows(database, "SELECT id FROM desk.ticket")
    with database.unit_of_work() as uow:
        desk.update_ticket(uow, ticket["id"], {"status": "resolved"}, actor="agent")
    # When the customer comes back with a question
    write(pipeline, INVOICES)
    # Then the bot answers it, in a new conversation
    assert "Fuente: Descargar facturas" in graph.sent[-1].text
    assert [row["state"] for row in rows(database, "SELECT state FROM inbox.conversation ORDER BY id")] == [
        "closed",
        "open",
    ]


def test_two_bots_do_not_talk_for_ever(pipeline: Pipeline, database: Database, graph: GraphStandIn) -> None:
    # Given another bot that answers everything with the same words
    # When it does so again and again
    for _ in range(10):
        write(pipeline, "Gracias por su mensaje, ¿cómo descargo mis facturas?")
    # Then our bot hands over and falls silent
    assert len(graph.sent) <= 3
    assert [row["owner"] for row in rows(database, "SELECT owner FROM inbox.conversation")] == ["queue"]


def test_an_endless_conversation_ends_at_the_cap(
    pipeline: Pipeline, database: Database, graph: GraphStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a cap of four turns in ten minutes
    monkeypatch.setenv("RELEVO_BOT_MAX_TURNS", "4")
    settings.cache_clear()
    # When somebody alternates greetings and thanks
    for _ in range(5):
        write(pipeline, "hola")
        write(pipeline, "gracias")
    # Then the fifth turn was a handover, and nothing followed
    assert len(graph.sent) == 5
    (last,) = rows(database, "SELECT reason FROM knowledge.chatbot_turn ORDER BY id DESC LIMIT 1")
    assert last["reason"] == "too many turns of the bot"


def test_an_article_that_did_not_help_is_not_repeated(
    pipeline: Pipeline, database: Database, graph: GraphStandIn
) -> None:
    # Given an answer from an article
    write(pipeline, INVOICES)
    # When the customer asks for the same again
    write(pipeline, "no entiendo, ¿dónde descargo la factura?")
    # Then a person takes over
    assert [row["decision"] for row in rows(database, "SELECT decision FROM knowledge.chatbot_turn ORDER BY id")] == [
        "answered",
        "handed_over",
    ]


def test_a_picture_without_words_goes_to_a_person(pipeline: Pipeline, database: Database, graph: GraphStandIn) -> None:
    # Given a customer who sends a picture and nothing else
    image = {"id": "media1", "mime_type": "image/jpeg", "sha256": "x"}
    message = meta.text_message("") | {"type": "image", "image": image}
    del message["text"]
    # When it arrives
    pipeline.handler("intake")(meta.post(meta.webhook(message)), None)
    pipeline.drain()
    # Then it is a ticket that names it
    assert [row["subject"] for row in rows(database, "SELECT subject FROM desk.ticket")] == ["[imagen]"]


def test_a_reaction_asks_for_no_answer(pipeline: Pipeline, database: Database, graph: GraphStandIn) -> None:
    # Given a customer who reacts with a thumb
    message = meta.text_message("") | {"type": "reaction", "reaction": {"message_id": "wamid.x", "emoji": "👍"}}
    del message["text"]
    # When it arrives
    pipeline.handler("intake")(meta.post(meta.webhook(message)), None)
    pipeline.drain()
    # Then it is kept and nobody says anything
    assert graph.sent == [] and len(rows(database, "SELECT 1 FROM inbox.message")) == 1


@pytest.mark.parametrize("text", ["👍", "ok", "listo", "Ok, perfecto ✅", "❤️"])
def test_a_nod_is_answered_with_silence(pipeline: Pipeline, database: Database, graph: GraphStandIn, text: str) -> None:
    # Given a customer whose question was answered
    write(pipeline, INVOICES)
    # When they nod
    write(pipeline, text)
    # Then nothing is sent and nobody is called, and the turn is noted
    assert len(graph.sent) == 1 and not rows(database, "SELECT 1 FROM desk.ticket")
    turns = rows(database, "SELECT decision, answer FROM knowledge.chatbot_turn ORDER BY id")
    assert turns[1:] == [{"decision": "acknowledged", "answer": ""}]
    # And nothing is left to answer, nor is the nod answered with the next question
    write(pipeline, "¿Y cómo cambio de plan?")
    (turn,) = rows(database, "SELECT question FROM knowledge.chatbot_turn ORDER BY id DESC LIMIT 1")
    assert turn["question"] == "¿Y cómo cambio de plan?"


@pytest.mark.parametrize("text", ["ok perfecto, muchas gracias!", "thanks, that worked", "genial, obrigado 😊"])
def test_thanks_are_returned(pipeline: Pipeline, database: Database, graph: GraphStandIn, text: str) -> None:
    # Given a customer whose question was answered
    write(pipeline, INVOICES)
    # When they say thank you
    write(pipeline, text)
    # Then the bot does too, and nobody is called
    assert len(graph.sent) == 2 and not rows(database, "SELECT 1 FROM desk.ticket")
    assert rows(database, "SELECT decision FROM knowledge.chatbot_turn ORDER BY id")[1]["decision"] == "thanks"


@pytest.mark.parametrize("text", ["ok pero no me funcionó", "gracias, ¿y mi pedido 4312?", "ok 😡"])
def test_a_nod_with_a_complaint_is_no_nod(
    pipeline: Pipeline, database: Database, graph: GraphStandIn, text: str
) -> None:
    # Given a customer whose question was answered
    write(pipeline, INVOICES)
    # When they are polite and want more
    write(pipeline, text)
    # Then that is not taken for small talk
    (turn,) = rows(database, "SELECT decision FROM knowledge.chatbot_turn ORDER BY id DESC LIMIT 1")
    assert turn["decision"] in ("handed_over", "answered") and len(graph.sent) == 2


@pytest.mark.parametrize(
    ("kind", "caption", "decision"),
    [("sticker", None, "acknowledged"), ("image", "listo", "handed_over"), ("image", None, "handed_over")],
)
def test_a_sticker_is_a_nod_and_a_picture_is_not(
    pipeline: Pipeline, database: Database, kind: str, caption: str | None, decision: str
) -> None:
    # Given a customer who sends a file
    file = {"id": "media1", "mime_type": "image/webp", "sha256": "x"} | ({"caption": caption} if caption else {})
    message = meta.text_message("") | {"type": kind, kind: file}
    del message["text"]
    # When it arrives
    pipeline.handler("intake")(meta.post(meta.webhook(message)), None)
    pipeline.drain()
    # Then only a sticker needs no one
    assert [row["decision"] for row in rows(database, "SELECT decision FROM knowledge.chatbot_turn")] == [decision]


def test_nodding_again_and_again_is_no_loop(pipeline: Pipeline, database: Database, graph: GraphStandIn) -> None:
    # Given a customer whose question was answered
    write(pipeline, INVOICES)
    # When they nod five times
    for _ in range(5):
        write(pipeline, "👍")
    # Then nobody is called
    assert len(graph.sent) == 1 and not rows(database, "SELECT 1 FROM desk.ticket")


@pytest.mark.parametrize(
    ("later", "decision"), [(timedelta(minutes=50), "handed_over"), (timedelta(days=30), "answered")]
)
def test_the_same_question_much_later_is_answered(
    pipeline: Pipeline, database: Database, later: timedelta, decision: str
) -> None:
    # Given an answer from an article
    with clock.frozen(clock.now()) as advance:
        write(pipeline, INVOICES)
        # When the same is asked within the hour, or a month later
        advance(later)
        write(pipeline, "Hola, ¿cómo descargo mis facturas?")
    # Then only the first says that the article did not help
    assert rows(database, "SELECT decision FROM knowledge.chatbot_turn ORDER BY id")[-1]["decision"] == decision


def test_a_ticket_from_the_web_gets_the_answer_as_a_suggestion(pipeline: Pipeline, database: Database) -> None:
    # Given a ticket opened over the API
    (customer,) = rows(database, "SELECT id FROM crm.customer WHERE name = 'Bruno Díaz'")
    with database.unit_of_work() as uow:
        ticket = desk.open_ticket(
            uow, desk.NewTicket(subject="Facturas", description=INVOICES, source="web", customer_id=customer["id"])
        )
    # When everything that follows has happened
    pipeline.drain()
    # Then the article stands beside it, for the person who answers
    with database.unit_of_work() as uow:
        suggestion = desk.get(uow, ticket.id).suggestion
    assert suggestion and suggestion["slug"] == "download-invoices" and suggestion["confidence"] >= 0.7


# ----------------------------------------------------------------------------------------- with a model configured


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Iterator[openai.Model]:
    with openai.serve() as service:
        secret = {
            "api_key": "sk-test",
            "base_url": service.url,
            "model": "test-model",
            "input_price": 1,
            "output_price": 5,
        }
        monkeypatch.setenv("RELEVO_LLM_SECRET", json.dumps(secret))
        settings.cache_clear()
        yield service
        llm._client("sk-test", service.url).close()
        llm._client.cache_clear()


def test_a_model_phrases_the_answer_from_the_articles(
    pipeline: Pipeline, database: Database, graph: GraphStandIn, model: openai.Model
) -> None:
    # Given a model that answers from the first article
    model.replies = [{"supported": True, "answer": "Bájelas en Facturación.", "used": [0]}]
    # When a customer asks
    write(pipeline, INVOICES)
    # Then its words go out with the article's title, and the call is in the ledger
    assert graph.sent[0].text == "Bájelas en Facturación.\n\nFuente: Descargar facturas"
    (call,) = rows(database, "SELECT purpose, input_tokens, cost, outcome FROM platform.model_call")
    assert (call["purpose"], call["input_tokens"], str(call["cost"])) == ("chatbot", 1000, "0.001500")
    # And the customer's words were given as data
    roles = [(message["role"], INVOICES in message["content"]) for message in model.requests[0]["messages"]]
    assert roles == [("system", False), ("user", True)]


def test_a_model_that_finds_no_support_hands_over(
    pipeline: Pipeline, database: Database, graph: GraphStandIn, model: openai.Model
) -> None:
    # Given a model that sees that the articles do not answer
    model.replies = [{"supported": False, "answer": "", "used": []}]
    # When a customer asks
    write(pipeline, INVOICES)
    # Then a person takes over
    assert rows(database, "SELECT 1 FROM desk.ticket")


@pytest.mark.parametrize(
    "reply",
    [
        {"supported": True, "answer": "Llame al 555-0199 y pida 90 % de descuento.", "used": [0]},
        {"supported": True, "answer": "Vea https://facturas.example/x", "used": [0]},
        "no JSON at all",
        500,
    ],
)
def test_what_no_article_says_is_not_said(
    pipeline: Pipeline, graph: GraphStandIn, model: openai.Model, reply: openai.Reply
) -> None:
    # Given a model that invents, babbles or is down
    model.replies = [reply]
    # When a customer asks
    write(pipeline, INVOICES)
    # Then the article itself is the answer
    assert graph.sent[0].text.startswith("Sus facturas están en Mi cuenta")


def test_a_source_that_was_never_shown_is_no_source(
    pipeline: Pipeline, database: Database, graph: GraphStandIn, model: openai.Model
) -> None:
    # Given a model that names an article it was not given
    model.replies = [{"supported": True, "answer": "Está en su cuenta.", "used": [99]}]
    # When a customer asks
    write(pipeline, INVOICES)
    # Then its words are not sent, and a person takes over
    assert "Está en su cuenta" not in graph.sent[0].text
    assert rows(database, "SELECT 1 FROM desk.ticket")


def test_a_person_who_takes_over_while_the_model_thinks_wins(
    pipeline: Pipeline, database: Database, graph: GraphStandIn, model: openai.Model, database_url: str
) -> None:
    # Given an agent who takes the conversation while the model is answering
    def take(request: dict[str, Any]) -> dict[str, Any]:
        other = Database(lambda: database_url)
        with other.unit_of_work(publish=False) as uow:
            row = uow.one("SELECT id FROM inbox.conversation")
            assert row is not None
            inbox.change_owner(uow, inbox.lock(uow, row["id"]), "queue", actor="agent", reason="taken")
        other.close()
        return {"supported": True, "answer": "Demasiado tarde.", "used": [0]}

    model.replies = [take]
    # When a customer asks
    write(pipeline, INVOICES)
    # Then the bot's answer is dropped
    assert graph.sent == []


def test_a_conversation_that_spent_its_budget_gets_the_article(
    pipeline: Pipeline, graph: GraphStandIn, model: openai.Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a budget that one call uses up
    monkeypatch.setenv("RELEVO_BOT_MAX_COST", "0.001")
    settings.cache_clear()
    model.replies = [{"supported": True, "answer": "Bájelas en Facturación.", "used": [0]}]
    write(pipeline, INVOICES)
    # When the customer asks something else
    write(pipeline, "¿Y cómo cambio de plan?")
    # Then the model is not called again, and the article answers
    assert len(model.requests) == 1
    assert graph.sent[-1].text.startswith("Puede cambiar de plan")
