"""Meta's webhooks are answered as Meta expects, and 200 means that every part is safe."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from infra.local.pipeline import load_handler
from relevo.channels import intake
from tests.support import meta
from tests.support.broker import MemoryMessaging

EVENTS = Path(__file__).parents[2] / "events/intake"
ANSWERS = {
    "bad_signature.json": 401,
    "handshake_wrong_token.json": 403,
    "no_signature.json": 401,
    "not_json.json": 400,
}

handler = load_handler("intake")


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELEVO_META_SECRET", meta.SECRET)


def sample(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / name).read_text(encoding="utf-8"))
    return event


@pytest.mark.parametrize("name", sorted(path.name for path in EVENTS.glob("*.json")))
def test_every_sample_is_answered_as_it_deserves(sent: MemoryMessaging, name: str) -> None:
    # Given a recorded call
    # When it arrives
    answer = handler(sample(name), None)
    # Then it is accepted, or refused with its own status and without a trace
    assert answer["statusCode"] == ANSWERS.get(name, 200)
    assert bool(sent.queued) == (name not in ANSWERS and "handshake" not in name)


def test_the_challenge_comes_back_as_it_came(sent: MemoryMessaging) -> None:
    # Given Meta's subscription check with our token
    query = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "test-verify-token"}
    # When it arrives
    answer = handler(meta.get(query), None)
    # Then the challenge is the whole body
    assert (answer["statusCode"], answer["body"]) == (200, "1158201444")


def test_a_batch_becomes_one_message_a_part_in_its_own_group(sent: MemoryMessaging) -> None:
    # Given a webhook with messages of two customers and a status
    messages = [meta.text_message("hola", sender="5215510000101"), meta.text_message("hi", sender="15550000103")]
    payload = meta.webhook(*messages, statuses=[meta.status("wamid.x", "read")])
    # When it arrives
    handler(meta.post(payload), None)
    # Then each is queued on its lane, ordered with what is of the same number and person
    assert [message.group for message in sent.queued["inbound"]] == [
        f"{meta.NUMBER}:5215510000101",
        f"{meta.NUMBER}:15550000103",
    ]
    assert len(sent.queued["statuses"]) == 1


def test_what_the_queue_refuses_is_not_acknowledged(sent: MemoryMessaging) -> None:
    # Given a queue that takes nothing
    sent.refuse = 1
    # When a webhook arrives
    answer = handler(meta.post(meta.webhook(meta.text_message("hola"))), None)
    # Then Meta is told to come again
    assert answer["statusCode"] == 503


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[" * 100_000, 400),
        (b"[1, 2]", 400),
        (b"\xff\xfe", 400),
        (b'{"object": "x", "entry": "' + b"a" * intake.MAX_BODY + b'"}', 413),
        (
            b'{"object": "whatsapp_business_account", "entry": [{"id": "1", "x": "' + b"a" * intake.MAX_PART + b'"}]}',
            413,
        ),
    ],
)
def test_a_body_that_cannot_be_taken_is_refused_with_its_reason(
    sent: MemoryMessaging, body: bytes, status: int
) -> None:
    # Given a rightly signed body that is no webhook, or too large
    event = meta.post(b"{}")
    event |= {"body": meta.base64(body), "isBase64Encoded": True}
    event["headers"]["x-hub-signature-256"] = meta.sign(body)
    # When it arrives
    answer = handler(event, None)
    # Then it is refused
    assert answer["statusCode"] == status and not sent.queued


def test_a_rotated_secret_is_noticed(sent: MemoryMessaging, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a process that knows the former secret
    handler(meta.post(meta.webhook(meta.text_message("hola"))), None)
    monkeypatch.setattr(intake, "_refreshed", -intake._REFRESH_EVERY)
    monkeypatch.setenv("RELEVO_META_SECRET", json.dumps(json.loads(meta.SECRET) | {"app_secret": "rotated"}))
    # When Meta signs with the new one
    answer = handler(meta.post(meta.webhook(meta.text_message("hola")), secret="rotated"), None)
    # Then it is accepted
    assert answer["statusCode"] == 200
