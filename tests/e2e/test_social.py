"""A post from its draft to what people see on the networks, through the system as it is deployed."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import httpx

from infra.local.environment import Environment
from tests.e2e.desk import PATIENCE


def test_a_post_that_is_scheduled_for_now_is_public_within_moments(environment: Environment, api: httpx.Client) -> None:
    # Given an approved post for the page of the seed
    accounts = api.get("/api/social/accounts").raise_for_status().json()["items"]
    page = next(account["id"] for account in accounts if account["network"] == "facebook")
    words = f"Abrimos el domingo {time.monotonic_ns()}"
    body = {"text": words, "accounts": [{"account_id": page}]}
    path = f"/api/social/posts/{api.post('/api/social/posts', json=body).raise_for_status().json()['id']}"
    api.post(f"{path}/approve").raise_for_status()
    # When it is scheduled for now
    api.post(f"{path}/schedule", json={"at": datetime.now(UTC).isoformat()}).raise_for_status()
    # Then it is published without waiting for the minute, and people see it once
    deadline = time.monotonic() + PATIENCE / 1000
    while (post := api.get(path).raise_for_status().json())["status"] == "scheduled":
        assert time.monotonic() < deadline, post
        time.sleep(0.3)
    seen = httpx.get(f"{environment.networks_url}/_stand-in/posts").raise_for_status().json()
    assert post["status"] == "published"
    assert [each["network"] for each in seen if each["text"] == words] == ["facebook"]
