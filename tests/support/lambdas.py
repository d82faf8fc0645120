"""What AWS hands to a Lambda, built from our own events."""

from __future__ import annotations

import json
from typing import Any

from relevo.events import Event


def sqs(*events: Event, group: str | None = None) -> dict[str, Any]:
    """An SQS batch of these events, as a queue mapping delivers it."""
    records = []
    for event in events:
        attributes = {"ApproximateReceiveCount": "1"} | ({"MessageGroupId": group} if group else {})
        body = {"detail-type": event.name, "detail": event.model_dump(mode="json")}
        records.append({"messageId": str(event.id), "body": json.dumps(body), "attributes": attributes})
    return {"Records": records}


def failed(answer: dict[str, Any]) -> list[str]:
    """The ids of the messages a handler wants to be delivered again."""
    return [item["itemIdentifier"] for item in answer["batchItemFailures"]]
