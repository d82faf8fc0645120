"""Products over HTTP: money as text, found as people type, changed with a history, sent to customers with a picture."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from infra.local.graph.standin import GraphStandIn
from infra.local.pipeline import Pipeline
from relevo import ids
from relevo.db import Database
from tests.integration.api.conftest import Api
from tests.support import inbox
from tests.support.broker import MemoryMessaging
from tests.support.gateway import content
from tests.support.inbox import Desk

PRODUCTS = "/api/products"
PADS: dict[str, Any] = {
    "code": "BAL-4471",
    "name": "Balatas delanteras",
    "brand": "Brembo",
    "description": "Cerámicas, con sensor.",
    "price": "1234.50",
    "images": ["https://example.com/bal-4471.jpg", "https://example.com/bal-4471-2.jpg"],
    "fits": [{"make": "Nissan", "model": "Versa", "year_from": 2012, "year_to": 2019}],
}


def written(api: Api, **changed: Any) -> dict[str, Any]:
    answer = api("POST", PRODUCTS, body=PADS | changed)
    assert answer["statusCode"] == 201, answer["body"]
    made: dict[str, Any] = content(answer)
    return made


def codes(answer: dict[str, Any]) -> list[str]:
    return [item["code"] for item in content(answer)["items"]]


def test_a_product_is_read_as_it_was_written(api: Api) -> None:
    # Given a product written by hand
    made = written(api)
    # When it is read
    read = content(api("GET", f"{PRODUCTS}/{made['id']}"))
    # Then it is the same, its price in text to the cent
    assert read == made and read["price"] == "1234.50" and read["currency"] == "MXN" and read["stock"] is None
    assert {field: read[field] for field in PADS} == PADS


def test_products_are_found_by_words_and_by_vehicle(api: Api) -> None:
    # Given two products
    written(api)
    written(api, code="BUJ-1", name="Bujía", fits=[])
    # Then each is found by what people type
    assert codes(api("GET", PRODUCTS, query={"q": "valatas"})) == ["BAL-4471"]
    assert codes(api("GET", PRODUCTS, query={"make": "nissan", "model": "versa", "year": 2015})) == ["BAL-4471"]
    # And all of them page by page
    first = api("GET", PRODUCTS, query={"limit": 1})
    second = api("GET", PRODUCTS, query={"limit": 1, "cursor": content(first)["next"]})
    assert (codes(first), codes(second), content(second)["next"]) == (["BAL-4471"], ["BUJ-1"], None)


def test_a_code_is_taken_once(api: Api) -> None:
    # Given two products
    first, second = written(api), written(api, code="BAL-4472")
    # When a third and the second ask for the code of the first
    again = api("POST", PRODUCTS, body=PADS)
    moved = api("PATCH", f"{PRODUCTS}/{second['id']}", body={"code": "BAL-4471"})
    # Then both are refused, and told whose it is
    assert [answer["statusCode"] for answer in (again, moved)] == [409, 409]
    assert content(again)["product_id"] == content(moved)["product_id"] == first["id"]


def test_a_change_keeps_who_changed_what(api: Api, database: Database) -> None:
    # Given a product
    made = written(api)
    # When its price and name are changed
    body = {"price": "999.99", "name": "Pastillas delanteras", "reason": "season"}
    changed = content(api("PATCH", f"{PRODUCTS}/{made['id']}", body=body))
    # Then it is found by its new name only, and its history tells old and new
    assert (changed["price"], changed["name"], changed["images"]) == ("999.99", body["name"], PADS["images"])
    assert codes(api("GET", PRODUCTS, query={"q": "pastilla"})) == ["BAL-4471"]
    assert codes(api("GET", PRODUCTS, query={"q": "balatas"})) == []
    with database.unit_of_work() as uow:
        lines = uow.all("SELECT field, old, new, actor, reason FROM sales.product_change ORDER BY field")
    assert [(line["field"], line["old"], line["new"], line["reason"]) for line in lines] == [
        ("name", PADS["name"], body["name"], "season"),
        ("price", "1234.50", "999.99", "season"),
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("price", "-1"),
        ("price", "1.005"),
        ("price", "NaN"),
        ("price", "1e20"),
        ("code", "   "),
        ("name", "a\u0000b"),
        ("currency", "pesos"),
        ("images", ["ftp://example.com/a.jpg"]),
        ("images", ["https://example.com/a.jpg"] * 11),
        ("fits", [{"make": "Nissan", "year_from": 2019, "year_to": 2012}]),
        ("colour", "red"),
    ],
)
def test_what_no_product_can_be_is_refused(api: Api, field: str, value: Any) -> None:
    # When a product with a field that cannot be is written, then it is refused by the field's name
    answer = api("POST", PRODUCTS, body=PADS | {field: value})
    assert answer["statusCode"] == 422 and f"#/{field}" in content(answer)["errors"][0]["pointer"]


@pytest.fixture
def desk(database: Database) -> Desk:
    with database.unit_of_work() as uow:
        return inbox.desk(uow)


@pytest.fixture
def conversation(database: Database, desk: Desk) -> UUID:
    with database.unit_of_work() as uow:
        return inbox.conversation(
            uow, desk.centro_number, "Camila Torres", phone="573001112233", says="¿Tiene balatas?"
        )


def test_a_product_reaches_the_customer_with_its_picture(
    api: Api, desk: Desk, conversation: UUID, pipeline: Pipeline, graph: GraphStandIn
) -> None:
    # Given a product with pictures and a customer who waits
    made = written(api)
    # When an agent sends it
    body = {"product_id": made["id"], "client_id": str(ids.new_id())}
    answer = api("POST", f"/api/conversations/{conversation}/products", body=body, **desk.beto.calling())
    assert answer["statusCode"] == 201, answer["body"]
    pipeline.settle(["outbound.fifo"])
    # Then the customer gets its first picture, with name, code, price and description
    (sent,) = graph.sent
    assert sent.body["type"] == "image" and sent.body["image"]["link"] == PADS["images"][0]
    caption = sent.body["image"]["caption"]
    assert all(part in caption for part in ("Balatas delanteras", "Brembo", "BAL-4471", "1,234.50 MXN", "Cerámicas"))


def test_sent_twice_it_goes_once(api: Api, desk: Desk, conversation: UUID, sent: MemoryMessaging) -> None:
    # Given a product without a picture
    made = written(api, images=[])
    body = {"product_id": made["id"], "client_id": str(ids.new_id())}
    # When the same request comes twice
    path = f"/api/conversations/{conversation}/products"
    first, again = (api("POST", path, body=body, **desk.beto.calling()) for _ in range(2))
    # Then it is one message, a text, told as one product shared
    assert (first["statusCode"], again["statusCode"]) == (201, 200)
    assert content(first)["id"] == content(again)["id"] and content(first)["kind"] == "text"
    assert [fact.name for fact in sent.facts].count("product.shared") == 1


def test_stock_is_told_as_it_is_known(api: Api, desk: Desk, database: Database) -> None:
    # Given a product of which a branch had five a while ago, and no inventory to ask
    made = written(api)
    with database.unit_of_work() as uow:
        branch = uow.one("SELECT id FROM inbox.branch WHERE code = 'centro'")
        assert branch is not None
        uow.execute(
            "INSERT INTO sales.stock_cache (product_id, branch_id, quantity, at) VALUES (%s, %s, 5, '2026-01-01Z')",
            (made["id"], branch["id"]),
        )
    # When it is asked for, and when it is listed
    query = {"branch": str(branch["id"])}
    one = content(api("GET", f"{PRODUCTS}/{made['id']}/stock", query=query, **desk.beto.calling()))
    listed = content(api("GET", PRODUCTS, query=query, **desk.beto.calling()))["items"]
    # Then the five are told, as no longer sure
    assert (one["quantity"], one["confirmed"], one["at"][:10]) == ("5.000", False, "2026-01-01")
    assert listed[0]["stock"] == one
