"""`relevo replay <queue>` against an SQS stand-in on loopback: what was rejected is sent once more, and only once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer
from typer.testing import CliRunner

from infra import catalog
from infra.cli import main
from infra.cli.redrive import redrive
from relevo import clock, ids
from relevo.db import Database

REGION = "us-east-1"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def sqs(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Every queue of the catalogue and its dead letters, empty."""
    environment = {"AWS_ENDPOINT_URL": endpoint, "AWS_DEFAULT_REGION": REGION, "AWS_ACCESS_KEY_ID": "test"}
    for name, value in (environment | {"AWS_SECRET_ACCESS_KEY": "test"}).items():
        monkeypatch.setenv(name, value)
    client: Any = boto3.client("sqs")
    urls = []
    for queue in catalog.queues():
        ending, name = (".fifo" if queue.fifo else ""), queue.name.removesuffix(".fifo")
        for part in ("-dead", ""):
            attributes = {"FifoQueue": "true"} if queue.fifo else {}
            made = client.create_queue(QueueName=f"relevo-test-{name}{part}{ending}", Attributes=attributes)
            urls.append(made["QueueUrl"])
    yield client
    for url in urls:
        client.delete_queue(QueueUrl=url)
    client.close()


def reject(database: Database, consumer: str, *bodies: str) -> None:
    with database.unit_of_work() as uow:
        for body in bodies:
            uow.execute(
                "INSERT INTO platform.rejected (id, consumer, reason, body, at) VALUES (%s, %s, 'test', %s, %s)",
                (ids.new_id(), consumer, body, clock.now()),
            )


def received(sqs: Any, name: str) -> list[str]:
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return [message["Body"] for message in answer.get("Messages", [])]


def queue_of(function: str) -> str:
    queue = next(queue for queue in catalog.queues() if queue.function.name == function)
    return f"relevo-test-{queue.name}"


@pytest.mark.parametrize("function", ["chatbot", "ingest"])
def test_what_was_rejected_is_sent_once_in_its_order(database: Database, sqs: Any, function: str) -> None:
    # Given two records a function rejected, and one of another function
    reject(database, function, "first", "second")
    reject(database, "notify", "another's")
    # When the function's records are brought back, twice
    summaries = [redrive(function, "test") for _ in range(2)]
    # Then its queue has each once, and nobody else's
    assert [summary["rejected_sent"] for summary in summaries] == [2, 0]
    assert received(sqs, queue_of(function)) == ["first", "second"]
    # And they are marked, so that the other function's are all that is left
    with database.unit_of_work() as uow:
        left = uow.all("SELECT consumer FROM platform.rejected WHERE replayed_at IS NULL")
    assert [row["consumer"] for row in left] == ["notify"]


def test_the_command_says_what_it_sent(database: Database, sqs: Any) -> None:
    # Given a rejected record
    reject(database, "chatbot", "body")
    # When the queue is named on the command line
    result = CliRunner().invoke(main, ["replay", "chatbot", "--stage", "test"])
    # Then the summary is the last line of stdout
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout.splitlines()[-1]) == {
        "function": "chatbot",
        "rejected_sent": 1,
        "dead_letters_moving": 0,
    }


def test_a_queue_that_does_not_exist_marks_nothing(database: Database, sqs: Any) -> None:
    # Given a rejected record, and a stage that was never deployed
    reject(database, "chatbot", "body")
    # When the redrive is tried there
    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        redrive("chatbot", "nowhere")
    # Then the record is still to be sent
    with database.unit_of_work() as uow:
        assert uow.one("SELECT 1 FROM platform.rejected WHERE replayed_at IS NULL")


def test_dead_letters_are_moved_by_sqs_itself(database: Database, sqs: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a dead letter; the stand-in does not implement StartMessageMoveTask, so the call is only watched
    queue = next(queue for queue in catalog.queues() if queue.function.name == "chatbot")
    name = f"relevo-test-{queue.name.removesuffix('.fifo')}-dead{'.fifo' if queue.fifo else ''}"
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    order = {"MessageGroupId": "g", "MessageDeduplicationId": "d"} if queue.fifo else {}
    sqs.send_message(QueueUrl=url, MessageBody="dead", **order)
    moved: list[dict[str, Any]] = []
    monkeypatch.setattr(boto3, "client", lambda service: sqs)
    monkeypatch.setattr(sqs, "start_message_move_task", lambda **given: moved.append(given))
    # When the function's queues are brought back
    summary = redrive("chatbot", "test")
    # Then its dead letters' queue, and no other, is told to move them where they came from
    assert summary["dead_letters_moving"] == 1
    assert [given["SourceArn"].rsplit(":", 1)[1] for given in moved] == [name]
    assert [set(given) for given in moved] == [{"SourceArn"}]
