"""Live updates through the whole system: a ticket, a WebSocket, what a customer writes, and nothing missed."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from infra.local import seed
from tests.e2e.phone import Phone, eventually

Phones = Callable[[str, str], Phone]
PATIENCE = 60.0


@pytest.fixture
def supervisor(http: httpx.Client) -> Iterator[httpx.Client]:
    """Lucía of the seed, signed in."""
    signed_in = http.post("/api/auth/login", json={"email": "lucia@relevo.example", "password": seed.PASSWORD})
    token = signed_in.raise_for_status().json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=http.base_url, headers=headers, timeout=60) as client:
        yield client


def address(person: httpx.Client) -> str:
    """Where this person may connect, once."""
    url: str = person.post("/api/auth/socket-ticket").raise_for_status().json()["url"]
    return url


@contextmanager
def connected(url: str) -> Iterator[ClientConnection]:
    """A connection to an address whose name not every resolver knows: it is this machine."""
    port = urlsplit(url).port
    assert port is not None
    with (
        socket.create_connection(("127.0.0.1", port)) as here,
        connect(url, sock=here, open_timeout=PATIENCE) as connection,
    ):
        yield connection


def say(connection: ClientConnection, action: str, **fields: Any) -> dict[str, Any]:
    """Say something; the result of its ack. What arrives before it is kept for nobody."""
    connection.send(json.dumps({"id": action, "action": action, **fields}))
    answer = hear(connection, lambda frame: frame.get("id") == action)
    assert answer["type"] == "ack", answer
    result: dict[str, Any] = answer["result"]
    return result


def hear(connection: ClientConnection, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The first frame that is wanted."""
    while True:
        frame: dict[str, Any] = json.loads(connection.recv(timeout=PATIENCE))
        if wanted(frame):
            return frame


def places(cursor: str) -> dict[str, int]:
    """The numbers of a cursor by branch."""
    return {branch: int(seq) for branch, _, seq in (place.partition(":") for place in cursor.split(","))}


def told(frame: dict[str, Any], text: str) -> dict[str, Any] | None:
    """The entry of a frame, or of a page, that tells of this text of a customer."""
    for entry in frame.get("items", [frame]):
        if entry.get("kind") == "message.added" and entry["data"]["text"] == text:
            return dict(entry)
    return None


def test_what_a_customer_writes_arrives_in_the_browser(supervisor: httpx.Client, phone_of: Phones) -> None:
    # Given a person who follows the branches they see
    with connected(address(supervisor)) as browser:
        for branch in places(supervisor.get("/api/events").raise_for_status().json()["next"]):
            say(browser, "subscribe", topic=f"branch:{branch}")
        # When a customer writes
        assert phone_of("5215510000921", "Elena Ríos").write("¿Hay alguien ahí?") == 200
        # Then the message arrives as it stands in the conversation
        frame = hear(browser, lambda frame: told(frame, "¿Hay alguien ahí?") is not None)
        entry = told(frame, "¿Hay alguien ahí?")
        assert entry
        found = supervisor.get(f"/api/conversations/{entry['conversation_id']}/messages").raise_for_status().json()
    assert entry["data"]["id"] in [message["id"] for message in found["items"]]


def test_a_browser_that_was_cut_off_misses_nothing(supervisor: httpx.Client, phone_of: Phones) -> None:
    # Given a browser that knows where the feeds are, and loses its connection
    known = supervisor.get("/api/events").raise_for_status().json()["next"]
    with connected(address(supervisor)):
        pass
    # When a customer writes meanwhile
    phone = phone_of("5215510000922", "Fabio Soto")
    assert phone.write("Escribí mientras no estabas") == 200
    eventually(phone.received, "an answer on the phone")

    # Then a heartbeat over the next connection shows that it is behind
    def behind() -> bool:
        said = say(browser, "heartbeat", positions=places(known))
        return any(seq > places(known).get(branch, 0) for branch, seq in said["positions"].items())

    with connected(address(supervisor)) as browser:
        eventually(behind, "a position ahead of the browser's")

    # And the feed has what it missed, numbered without a gap
    def missed() -> list[dict[str, Any]]:
        page = supervisor.get("/api/events", params={"after": known}).raise_for_status().json()
        items: list[dict[str, Any]] = page["items"]
        return items if told(page, "Escribí mientras no estabas") else []

    items = eventually(missed, "the message in the feed")
    for branch, seq in places(known).items():
        numbers = [item["seq"] for item in items if item["branch_id"] == branch]
        assert numbers == list(range(seq + 1, seq + 1 + len(numbers)))


def test_two_people_see_each_other_in_a_conversation(supervisor: httpx.Client, phone_of: Phones) -> None:
    # Given a conversation that is open in two browsers
    phone_of("5215510000923", "Gina Paz").write("Necesito ayuda con mi pedido")

    def conversation() -> str:
        items = supervisor.get("/api/conversations", params={"box": "all", "q": "Gina"}).raise_for_status().json()
        return str(items["items"][0]["id"]) if items["items"] else ""

    about = eventually(conversation, "the conversation in the list")
    with connected(address(supervisor)) as first, connected(address(supervisor)) as second:
        say(first, "subscribe", topic=f"conversation:{about}")
        # When one of them types
        say(second, "typing", conversation_id=about, typing=True)
        # Then the other sees it
        frame = hear(first, lambda frame: frame["type"] == "presence")
    assert [person["state"] for person in frame["present"]] == ["typing"]


@pytest.mark.parametrize("which", ["forged", "used", "none"])
def test_without_a_ticket_of_ones_own_nobody_connects(supervisor: httpx.Client, which: str) -> None:
    # Given an address with a ticket that was made up, one that was used, and one without
    url = address(supervisor)
    if which == "used":
        with connected(url):
            pass
    else:
        url = url.partition("?")[0] + ("?ticket=" + "A" * 43 if which == "forged" else "")
    # When somebody connects there, then the handshake is refused
    with pytest.raises(InvalidStatus) as refused, connected(url):
        pass
    assert refused.value.response.status_code == (401 if which == "none" else 403)
