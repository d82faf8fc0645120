"""From a photo to a sale: the VIN finds the vehicle, the vehicle its part, the quote its customer, the yes an order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import psycopg

from infra.local.environment import Environment
from tests.e2e.phone import Phone, eventually
from tests.e2e.test_photo import photo


def test_from_a_photo_to_the_receipt(
    phone_of: Callable[[str, str], Phone], api: httpx.Client, environment: Environment
) -> None:
    # Given a customer who photographs the VIN of her car, which the bot names, and says yes to it
    phone = phone_of("5215510000977", "Olga Sales")
    assert phone.photograph(photo()) == 200
    asked = eventually(phone.received, "the bot's question", seconds=120)[0]
    assert phone.press(asked, "Sí") == 200
    eventually(lambda: len(phone.received()) >= 2, "the next question")
    # And an agent who takes over and finds the part for it
    (conversation,) = api.get("/api/conversations", params={"q": "Olga"}).raise_for_status().json()["items"]
    agents = api.get("/api/agents", params={"branch": conversation["branch"]["id"]}).raise_for_status().json()["items"]
    agent = next(each for each in agents if each["available"])
    given = {"agent_id": agent["id"], "version": conversation["owner"]["version"]}
    api.post(f"/api/conversations/{conversation['id']}/assign", json=given).raise_for_status()
    vehicle = {"q": "balatas", "make": "Nissan", "model": "Versa", "year": 2016}
    product = api.get("/api/products", params=vehicle).raise_for_status().json()["items"][0]
    # When a quote is sent
    heard = len(phone.received())
    lines = [{"product_id": product["id"], "quantity": "1"}]
    made = (
        api.post("/api/quotes", json={"conversation_id": conversation["id"], "lines": lines}).raise_for_status().json()
    )
    api.post(f"/api/quotes/{made['id']}/send").raise_for_status()
    # Then its paper and its buttons are on the phone
    eventually(lambda: len(phone.received()) >= heard + 2, "the quote")
    paper, question = phone.received()[heard : heard + 2]
    assert paper["kind"] == "document" and made["number"] in paper["text"]
    assert _file(phone, paper).startswith(b"%PDF-")
    assert question["kind"] == "interactive"
    # When she says yes in words
    assert phone.write("sí") == 200
    # Then she gets the receipt, and there are one order and its commission
    eventually(lambda: len(phone.received()) >= heard + 3, "the receipt")
    receipt = phone.received()[heard + 2]
    (order,) = [each for each in api.get("/api/orders").json()["items"] if each["quote_id"] == made["id"]]
    assert order["number"] in receipt["text"] and _file(phone, receipt).startswith(b"%PDF-")
    assert (order["total"], order["agent"]["id"]) == (made["total"], agent["id"])
    with psycopg.connect(environment.database_url) as connection:
        earned = connection.execute("SELECT count(*) FROM sales.commission WHERE order_id = %s", (order["id"],))
        assert earned.fetchone() == (1,)


def _file(phone: Phone, message: dict[str, Any]) -> bytes:
    """A file as the phone shows it."""
    return phone.open(message["body"]["document"]["id"])
