"""Who is about to leave, looked at by the deployed function and shown to who may do something about it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import httpx

from infra.local.environment import Environment
from tests.e2e.phone import eventually

RISKS = "/api/analytics/churn-risk"


def test_the_deployed_function_looks_at_every_customer_of_a_new_day(
    environment: Environment, api: httpx.Client
) -> None:
    # Given today, which the seed has looked at
    before = api.get(RISKS).raise_for_status().json()
    assert before["day"] is not None and before["levels"][1]["customers"]
    # When the schedule's call of tomorrow afternoon comes
    sqs = environment.client("sqs")
    (queue,) = [url for url in sqs.list_queues()["QueueUrls"] if url.endswith("-churn")]
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).replace(hour=20, minute=0, second=0, microsecond=0)
    fired = {"detail-type": "schedule.fired", "detail": {"schedule": "churn", "due_at": tomorrow.isoformat()}}
    sqs.send_message(QueueUrl=queue, MessageBody=json.dumps(fired))
    # Then everybody active has been looked at anew, with their reasons
    after = eventually(
        lambda: found if (found := api.get(RISKS).json())["day"] == tomorrow.date().isoformat() else None,
        "tomorrow's predictions",
    )
    likeliest = next(level["customers"][0] for level in after["levels"] if level["customers"])
    assert datetime.fromisoformat(likeliest["at"]) == tomorrow
    assert likeliest["factors"] and likeliest["actions"] and likeliest["health"]["score"] <= 100
