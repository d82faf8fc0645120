"""Whatever the company writes is told to whoever watches, the moment it is stored."""

from __future__ import annotations

import json
from typing import Any

from infra.local.pipeline import Pipeline
from relevo import inbox
from relevo.db import Database
from tests.support import meta


def written(pipeline: Pipeline) -> list[tuple[str, str]]:
    told: list[dict[str, Any]] = [json.loads(m.detail) for m in pipeline.published if m.name == "message.written"]
    return [(fields["direction"], fields["author"]) for fields in told]


def test_a_reply_is_told_when_it_is_stored(pipeline: Pipeline, database: Database) -> None:
    # Given a customer who wrote
    pipeline.handler("intake")(meta.post(meta.webhook(meta.text_message("hola"))), None)
    pipeline._run(pipeline.queues["inbound.fifo"])
    # When a reply is queued
    with database.unit_of_work() as uow:
        row = uow.one("SELECT id FROM inbox.conversation")
        assert row is not None
        conversation = inbox.lock(uow, row["id"])
        inbox.queue_reply(uow, conversation, "¡Hola!", author="bot", owner_version=conversation.owner_version)
    # Then the bus knows it, with the conversation and its branch, before anything was sent
    assert written(pipeline) == [("out", "bot")]
    (told,) = [json.loads(m.detail) for m in pipeline.published if m.name == "message.written"]
    assert (told["conversation_id"], told["branch_id"]) == (str(conversation.id), str(conversation.branch_id))


def test_an_answer_from_the_phone_app_is_told(pipeline: Pipeline) -> None:
    # When a person of the company writes to a customer in the phone app
    pipeline.handler("intake")(meta.post(meta.echo("Le atiendo yo")), None)
    pipeline._run(pipeline.queues["inbound.fifo"])
    # Then the bus knows it
    assert written(pipeline) == [("out", "phone")]
