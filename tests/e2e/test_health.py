"""The system is up and lets nobody in who has no key."""

from __future__ import annotations

import httpx

from infra.local.environment import META, Environment


def test_the_api_says_it_is_well(http: httpx.Client) -> None:
    # When a monitor asks
    answer = http.get("/api/health")
    # Then it is told, without a key
    assert answer.status_code == 200


def test_the_api_refuses_a_caller_without_a_key(http: httpx.Client) -> None:
    # When somebody without a key asks for tickets
    answer = http.get("/api/support/tickets")
    # Then the authorizer stands before them
    assert answer.status_code == 401


def test_meta_can_subscribe(http: httpx.Client) -> None:
    # Given Meta's handshake with the right token
    handshake = {"hub.mode": "subscribe", "hub.verify_token": META["verify_token"], "hub.challenge": "1158201444"}
    # When it calls
    answer = http.get("/webhooks/meta", params=handshake)
    # Then its challenge comes back
    assert (answer.status_code, answer.text) == (200, "1158201444")


def test_a_webhook_with_a_bad_signature_is_refused(http: httpx.Client) -> None:
    # When somebody posts what Meta did not sign
    answer = http.post("/webhooks/meta", content=b'{"object":"x"}', headers={"x-hub-signature-256": "sha256=00"})
    # Then it is refused
    assert answer.status_code == 401


def test_everything_listens_on_loopback_only(environment: Environment) -> None:
    import psutil

    # Given the ports of the environment
    ports = {environment.ports.emulator, environment.ports.simulator}
    # When the system's listening sockets are read
    listening = {c.laddr for c in psutil.net_connections("tcp") if c.status == psutil.CONN_LISTEN}
    # Then they are bound to this machine alone
    assert {address.ip for address in listening if address.port in ports} == {"127.0.0.1"}
