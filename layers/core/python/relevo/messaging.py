"""The door to queues and bus. Behind it: AWS in a Lambda, memory in tests, benchmarks and replays."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from relevo import aws

_BATCH = 10
"""Entries of one SendMessageBatch or PutEvents call, AWS's limit for both."""
_BATCH_BYTES = 256 * 1024
"""Well under the services' 1 MiB a call."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message on its way. `detail` is the event as JSON; `group` and `deduplication` are for ordered queues."""

    id: str
    stream: str
    name: str
    detail: str
    group: str | None = None
    deduplication: str | None = None

    @property
    def body(self) -> str:
        """The EventBridge envelope, `{"detail-type", "detail"}`, which is also the shape on ordered queues."""
        return f'{{"detail-type":"{self.name}","detail":{self.detail}}}'


class Messaging(Protocol):
    """What the outbox and `intake` need of queues and bus."""

    def publish(self, messages: Sequence[Outgoing]) -> set[str]:
        """Send facts to the bus; the ids of those that were accepted."""
        ...

    def send(self, queue: str, messages: Sequence[Outgoing]) -> set[str]:
        """Send to an ordered queue, in order; the ids of those that were accepted. What follows a refused one in its
        group is not sent in a later call."""
        ...

    def hide(self, record: dict[str, Any], seconds: int) -> None:
        """Let a received SQS record come again only after `seconds`."""
        ...


class AwsMessaging:
    """EventBridge and SQS. `queues` maps a stream's name to its queue's URL."""

    def __init__(self, bus: str, queues: dict[str, str]) -> None:
        self._bus, self._queues = bus, queues

    def publish(self, messages: Sequence[Outgoing]) -> set[str]:
        accepted: set[str] = set()
        for batch in batches([(m, m.detail) for m in messages]):
            entries = [
                {"EventBusName": self._bus, "Source": "relevo", "DetailType": m.name, "Detail": detail}
                for m, detail in batch
            ]
            answer = aws.call("events", "PutEvents", {"Entries": entries})
            accepted |= {m.id for (m, _), entry in zip(batch, answer["Entries"], strict=True) if "EventId" in entry}
        return accepted

    def send(self, queue: str, messages: Sequence[Outgoing]) -> set[str]:
        accepted: set[str] = set()
        refused: set[str | None] = set()
        for whole in batches([(m, m.body) for m in messages]):
            batch = [(m, body) for m, body in whole if m.group not in refused]
            if not batch:
                continue
            entries = [
                {
                    "Id": str(n),
                    "MessageBody": body,
                    "MessageGroupId": m.group,
                    "MessageDeduplicationId": m.deduplication or m.id,
                }
                for n, (m, body) in enumerate(batch)
            ]
            answer = aws.call("sqs", "SendMessageBatch", {"QueueUrl": self._queues[queue], "Entries": entries})
            accepted |= {batch[int(entry["Id"])][0].id for entry in answer.get("Successful", [])}
            refused |= {batch[int(entry["Id"])][0].group for entry in answer.get("Failed", [])}
        return accepted

    def hide(self, record: dict[str, Any], seconds: int) -> None:
        region, account, name = record["eventSourceARN"].split(":")[3:6]
        host = os.environ.get("AWS_ENDPOINT_URL") or f"https://sqs.{region}.amazonaws.com"
        aws.call(
            "sqs",
            "ChangeMessageVisibility",
            {
                "QueueUrl": f"{host}/{account}/{name}",
                "ReceiptHandle": record["receiptHandle"],
                "VisibilityTimeout": seconds,
            },
        )


def batches(messages: Sequence[tuple[Outgoing, str]]) -> Iterator[list[tuple[Outgoing, str]]]:
    """Cut into calls of at most ten entries and a quarter mebibyte, in order."""
    batch: list[tuple[Outgoing, str]] = []
    size = 0
    for message, body in messages:
        length = len(body.encode())
        if batch and (len(batch) == _BATCH or size + length > _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append((message, body))
        size += length
    if batch:
        yield batch


_messaging: Messaging | None = None


def use(messaging: Messaging | None) -> None:
    """Put another implementation behind the door; None goes back to AWS."""
    global _messaging
    _messaging = messaging


def messaging() -> Messaging:
    """The implementation in use; AWS, configured from the settings, unless `use` said otherwise."""
    global _messaging
    if _messaging is None:
        queues = {
            "inbound": os.environ.get("RELEVO_QUEUE_INBOUND", ""),
            "statuses": os.environ.get("RELEVO_QUEUE_STATUSES", ""),
            "outbound": os.environ.get("RELEVO_QUEUE_OUTBOUND", ""),
        }
        _messaging = AwsMessaging(os.environ.get("RELEVO_BUS", "relevo"), queues)
    return _messaging
