"""Bring back what a function could not handle, once the cause is mended: its rejected records and its dead letters."""

from __future__ import annotations

from typing import Any

from infra import catalog
from relevo import clock
from relevo.db import UnitOfWork, database


def redrive(function: str, stage: str) -> dict[str, Any]:
    """Send a function's rejected records to its queue again and start the redrive of its dead letters, on AWS.

    Safe to repeat: consumers have their effect once per event, and a rejected record is marked when it was sent.
    """
    import boto3

    sqs: Any = boto3.client("sqs")
    plans = [queue for queue in catalog.queues() if queue.function.name == function]
    sent = database().run(lambda uow: _resend(uow, sqs, plans[0], stage))
    moved = [_move(sqs, queue, stage) for queue in plans]
    return {"function": function, "rejected_sent": sent, "dead_letters_moving": sum(moved)}


def _queue_name(queue: catalog.Queue, stage: str, part: str = "") -> str:
    return f"relevo-{stage}-{queue.name.removesuffix('.fifo')}{part}{'.fifo' if queue.fifo else ''}"


def _resend(uow: UnitOfWork, sqs: Any, queue: catalog.Queue, stage: str) -> int:
    rows = uow.all(
        "SELECT id, body FROM platform.rejected WHERE consumer = %s AND replayed_at IS NULL ORDER BY id FOR UPDATE",
        (queue.function.name,),
    )
    url = sqs.get_queue_url(QueueName=_queue_name(queue, stage))["QueueUrl"]
    for row in rows:
        order = {"MessageGroupId": "replay", "MessageDeduplicationId": str(row["id"])} if queue.fifo else {}
        sqs.send_message(QueueUrl=url, MessageBody=row["body"], **order)
    uow.execute(
        "UPDATE platform.rejected SET replayed_at = %s WHERE id = ANY(%s)", (clock.now(), [row["id"] for row in rows])
    )
    return len(rows)


def _move(sqs: Any, queue: catalog.Queue, stage: str) -> int:
    """Start moving dead letters to where they came from; about how many wait."""
    url = sqs.get_queue_url(QueueName=_queue_name(queue, stage, "-dead"))["QueueUrl"]
    facts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn", "ApproximateNumberOfMessages"])
    waiting = int(facts["Attributes"]["ApproximateNumberOfMessages"])
    if waiting:
        sqs.start_message_move_task(SourceArn=facts["Attributes"]["QueueArn"])
    return waiting
