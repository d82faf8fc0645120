"""The lean calls to SQS, EventBridge and Secrets Manager speak the services' own protocol."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from relevo import aws
from relevo.errors import RetryableError
from relevo.messaging import AwsMessaging, Outgoing


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(autouse=True)
def account(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    aws.secret.cache_clear()
    yield
    aws.secret.cache_clear()


def queue(name: str) -> str:
    url: str = boto3.client("sqs").create_queue(QueueName=name, Attributes={"FifoQueue": "true"})["QueueUrl"]
    return url


def test_a_refused_message_holds_up_its_own_group_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a queue that refuses the first call's messages of one group of two, and twelve messages of each
    calls: list[list[str]] = []

    def answer(service: str, operation: str, payload: dict[str, Any]) -> dict[str, Any]:
        calls.append([entry["MessageGroupId"] for entry in payload["Entries"]])
        done: dict[str, list[Any]] = {"Successful": [], "Failed": []}
        for entry in payload["Entries"]:
            done["Failed" if entry["MessageGroupId"] == "one" else "Successful"].append({"Id": entry["Id"]})
        return done

    monkeypatch.setattr(aws, "call", answer)
    messages = [
        Outgoing(f"{group}{n}", "outbound", "message.queued", "{}", group)
        for n in range(12)
        for group in ("one", "two")
    ]
    # When they are sent
    accepted = AwsMessaging("default", {"outbound": "any"}).send("outbound", messages)
    # Then the other group is sent whole, and nothing more of the refused one is tried
    assert accepted == {f"two{n}" for n in range(12)}
    assert "one" in calls[0] and all("one" not in call for call in calls[1:])


def test_messages_arrive_in_order_with_their_group() -> None:
    # Given an ordered queue and more messages than one call takes
    url = queue("outbound.fifo")
    door = AwsMessaging("default", {"outbound": url})
    messages = [Outgoing(f"m{n}", "outbound", "message.queued", f'{{"n": {n}}}', "one") for n in range(12)]
    # When they are sent
    accepted = door.send("outbound", messages)
    # Then all were accepted, and come out as envelopes in their order
    assert accepted == {message.id for message in messages}
    sqs: Any = boto3.client("sqs")
    received: list[Any] = []
    while batch := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        received += batch
        for message in batch:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    assert [json.loads(message["Body"]) for message in received] == [
        {"detail-type": "message.queued", "detail": {"n": n}} for n in range(12)
    ]


def test_facts_are_accepted_entry_by_entry() -> None:
    # Given a bus
    door = AwsMessaging("default", {})
    # When facts are published
    accepted = door.publish([Outgoing(f"f{n}", "bus", "ticket.closed", "{}") for n in range(11)])
    # Then each is reported by its own id
    assert accepted == {f"f{n}" for n in range(11)}


def test_a_secret_is_fetched_once() -> None:
    # Given a secret
    manager: Any = boto3.client("secretsmanager")
    manager.create_secret(Name="relevo/test", SecretString='{"app_secret": "one"}')
    first = aws.secret("relevo/test")
    # When it changes while the process lives
    manager.put_secret_value(SecretId="relevo/test", SecretString='{"app_secret": "two"}')
    # Then the process keeps what it read, until it is told to look again
    assert first == aws.secret("relevo/test") == {"app_secret": "one"}
    aws.secret.cache_clear()
    assert aws.secret("relevo/test") == {"app_secret": "two"}


def test_a_refusal_says_why() -> None:
    # Given a secret that does not exist
    # When it is read, then the service's own words come back
    with pytest.raises(RetryableError, match="secretsmanager refused GetSecretValue with 4"):
        aws.secret("relevo/none")
