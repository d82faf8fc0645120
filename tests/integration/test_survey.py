"""A survey through every function: a resolved ticket, the template on the phone, the rating, the bot that stays out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from infra.local.graph.standin import GraphStandIn
from infra.local.pipeline import Pipeline
from relevo import clock
from relevo.db import Database
from relevo.events import ScheduleFired
from tests.support import meta, world
from tests.support.lambdas import failed, sqs


def test_from_the_resolution_to_the_recommendation(pipeline: Pipeline, database: Database, graph: GraphStandIn) -> None:
    # Given a customer whose ticket was resolved, and whose conversation is closed
    with database.unit_of_work() as uow:
        branch = world.branch(uow)
        world.account(uow, branch, external_id=meta.NUMBER)
        uow.execute(
            "INSERT INTO inbox.message_template (id, portfolio, name, language, category, body, parameters, updated_at)"
            " VALUES (gen_random_uuid(), 'portfolio-1', 'satisfaction_survey', 'es', 'utility',"
            " 'Hola {{1}}, su caso {{2}} quedó resuelto. ¿Del 1 al 5?', 2, now())"
        )

    def hear(text: str) -> None:
        assert pipeline.handler("intake")(meta.post(meta.webhook(meta.text_message(text))), None)["statusCode"] == 200
        pipeline.drain()
        assert not pipeline.dead

    def told() -> list[str]:
        return [sent.kind for sent in graph.sent[heard:]]

    hear("quiero hablar con una persona")
    with database.unit_of_work() as uow:
        (ticket,) = uow.all("SELECT id, conversation_id FROM desk.ticket")
        then = clock.now() - timedelta(hours=25)
        uow.execute(
            "UPDATE desk.ticket SET status = 'resolved', resolved_at = %s, created_at = %s WHERE id = %s",
            (then, then, ticket["id"]),
        )
        uow.execute("UPDATE inbox.conversation SET state = 'closed', closed_at = %s, waiting_since = NULL", (then,))
    heard = len(graph.sent)
    # When the hour strikes, twice
    for minutes in (0, 60):
        due = clock.now() + timedelta(minutes=minutes)
        fired: dict[str, Any] = {"schedule": "survey", "due_at": due}
        assert failed(pipeline.handler("survey")(sqs(ScheduleFired.model_validate(fired)), None)) == []
        pipeline.drain()
    # Then the template is on the phone, once
    assert told() == ["template"]
    # When the customer answers with a number, and another
    hear("5")
    hear("10")
    # Then both are kept, each is answered by the survey, and the bot has said nothing
    with database.unit_of_work() as uow:
        assert uow.all("SELECT rating, nps FROM desk.feedback") == [{"rating": 5, "nps": 10}]
        turns = uow.all("SELECT decision FROM knowledge.chatbot_turn")
    assert told() == ["template", "text", "text"]
    assert [turn["decision"] for turn in turns] == ["handed_over"]
