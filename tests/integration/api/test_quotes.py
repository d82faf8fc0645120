"""Quotes and orders over HTTP: written, sent, accepted for the customer, cancelled, and who may see and do what."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest

from relevo import ids, sales
from relevo.db import UnitOfWork
from tests.integration.api.conftest import Api
from tests.support import selling
from tests.support.bucket import MemoryBucket
from tests.support.gateway import content
from tests.support.inbox import Person
from tests.support.selling import Shop

Work = Callable[[], AbstractContextManager[UnitOfWork]]


@pytest.fixture
def shop(unit_of_work: Work, bucket: MemoryBucket) -> Shop:
    with unit_of_work() as uow:
        return selling.shop(uow)


def written(api: Api, shop: Shop, by: Person, **line: str) -> dict[str, Any]:
    """The answer to a quote of two sets of pads, written in the conversation."""
    body = {
        "conversation_id": str(shop.conversation_id),
        "lines": [{"product_id": str(shop.pads), "quantity": "2", **line}],
    }
    return api("POST", "/api/quotes", body=body, **by.calling())


def test_an_agent_writes_a_quote_and_reads_it_in_the_list(api: Api, shop: Shop) -> None:
    # When Ana writes a quote
    answer = written(api, shop, shop.desk.ana)
    made = content(answer)
    # Then it has the catalogue's prices as strings, her name, and a place in the list
    assert answer["statusCode"] == 201
    assert (made["status"], made["subtotal"], made["tax"], made["total"]) == ("draft", "1701.00", "272.16", "1973.16")
    assert made["agent"]["name"] == "Ana" and made["lines"][0]["stock"] == {"quantity": None, "confirmed": False}
    listed = content(api("GET", "/api/quotes", query={"status": "draft"}, **shop.desk.vera.calling()))
    assert [item["id"] for item in listed["items"]] == [made["id"]]


def test_a_list_is_narrowed_to_a_state_an_agent_and_a_branch(api: Api, shop: Shop) -> None:
    # Given a quote of Ana's, and the order it became
    made = content(written(api, shop, shop.desk.ana))
    quote = made["id"]
    calling = shop.desk.sara.calling()
    content(api("POST", f"/api/quotes/{quote}/send", **calling))
    # When quotes are asked for by what it is and by what it is not
    mine = {"agent_id": str(shop.desk.ana.agent_id), "branch_id": str(shop.desk.centro), "status": "draft"}
    others = {"agent_id": str(shop.desk.sara.user_id)}
    found = [content(api("GET", "/api/quotes", query=query, **calling))["items"] for query in (mine, others)]
    # Then it is found by the one and not by the other; a branch one does not see is refused, of orders too
    assert [[item["id"] for item in items] for items in found] == [[quote], []]
    norte = {"branch_id": str(shop.desk.norte)}
    for path in ("/api/quotes", "/api/orders"):
        assert api("GET", path, query=norte, **shop.desk.ana.calling())["statusCode"] == 403
    assert content(api("GET", "/api/orders", query={"agent_id": str(shop.desk.ana.agent_id)}, **calling))["items"] == []


def test_a_discount_beyond_the_role_is_refused_and_a_supervisors_taken(api: Api, shop: Shop) -> None:
    # When Ana gives 15 %, then she may not; Sara may
    refused = written(api, shop, shop.desk.ana, discount_percent="15")
    assert (refused["statusCode"], content(refused)["type"]) == (403, "urn:relevo:problem:discount-limit")
    assert content(written(api, shop, shop.desk.sara, discount_percent="15"))["discount"] == "255.15"


def test_who_only_looks_on_writes_nothing(api: Api, shop: Shop) -> None:
    assert written(api, shop, shop.desk.vera)["statusCode"] == 403


def test_another_branchs_quote_is_not_shown(api: Api, shop: Shop, unit_of_work: Work) -> None:
    # Given a quote of a branch Ana does not work in
    quote = content(written(api, shop, shop.desk.ana))
    with unit_of_work() as uow:
        uow.execute("UPDATE sales.quote SET branch_id = %s", (shop.desk.norte,))
    # When she looks for it, then she is refused, and her list is empty
    assert api("GET", f"/api/quotes/{quote['id']}", **shop.desk.ana.calling())["statusCode"] == 403
    assert content(api("GET", "/api/quotes", **shop.desk.ana.calling()))["items"] == []


def test_from_sending_to_the_receipt(api: Api, shop: Shop, unit_of_work: Work) -> None:
    # Given a quote Ana has asked to be sent; until it is, there is no paper
    calling = shop.desk.ana.calling()
    quote = content(written(api, shop, shop.desk.ana))
    path = f"/api/quotes/{quote['id']}"
    asked = api("POST", f"{path}/send", **calling)
    assert asked["statusCode"] == 202 and content(asked)["requested_at"]
    assert api("GET", f"{path}/pdf", **calling)["statusCode"] == 409
    with unit_of_work() as uow:
        sales.send_quote(uow, sales.quotes.list_quotes(uow)[0].id)
    assert f"documents/{quote['id']}.pdf" in content(api("GET", f"{path}/pdf", **calling))["url"]
    # When the customer says yes on the phone, and Ana notes it twice
    first, second = (content(api("POST", f"{path}/accept", body={"reason": "by phone"}, **calling)) for _ in range(2))
    # Then there is one order, and its receipt once it is made
    assert (first["is_new"], second["is_new"], second["order"]["id"]) == (True, False, first["order"]["id"])
    order = f"/api/orders/{first['order']['id']}"
    assert api("GET", f"{order}/receipt", **calling)["statusCode"] == 409
    with unit_of_work() as uow:
        sales.send_receipt(uow, sales.orders.list_orders(uow)[0].id)
    assert content(api("GET", f"{order}/receipt", **calling))["filename"].startswith("CENTRO-R")
    # And the quote is settled
    conflict = api("POST", f"{path}/cancel", body={"reason": "-"}, **calling)
    assert (conflict["statusCode"], content(conflict)["quote_status"]) == (409, "accepted")


def test_a_revision_keeps_the_note_or_takes_it_away(api: Api, shop: Shop) -> None:
    # Given a quote with a note
    calling = shop.desk.ana.calling()
    made = content(written(api, shop, shop.desk.ana))
    noted = content(api("POST", f"/api/quotes/{made['id']}/revise", body={"note": "Con instalación"}, **calling))
    # When it is revised without a word about the note, and then with none
    kept = content(api("POST", f"/api/quotes/{noted['id']}/revise", body={"valid_days": 3}, **calling))
    taken = content(api("POST", f"/api/quotes/{kept['id']}/revise", body={"note": None}, **calling))
    # Then it stays, and then it is gone
    assert (kept["note"], taken["note"]) == ("Con instalación", None)


def test_a_quote_for_a_customer_nobody_knows_is_not_found(api: Api, shop: Shop) -> None:
    body = {
        "customer_id": str(ids.new_id()),
        "branch_id": str(shop.desk.centro),
        "lines": [{"product_id": str(shop.pads)}],
    }
    assert api("POST", "/api/quotes", body=body, **shop.desk.ana.calling())["statusCode"] == 404


def test_an_order_is_cancelled_once_with_its_reason(api: Api, shop: Shop, unit_of_work: Work) -> None:
    # Given an order
    with unit_of_work() as uow:
        quote = selling.send(uow, shop)
        order_id = sales.orders.accept(uow, quote.id, actor="customer", reason="-").order_id
    # When it is cancelled, twice
    path, body = f"/api/orders/{order_id}/cancel", {"reason": "sin existencia"}
    answers = [api("POST", path, body=body, **shop.desk.ana.calling()) for _ in range(2)]
    # Then the second time is a conflict, and the history says why
    assert [answer["statusCode"] for answer in answers] == [200, 409]
    assert content(answers[0])["history"][-1]["reason"] == "sin existencia"
    # And its commission is void
    earned = content(api("GET", "/api/commissions", **shop.desk.sara.calling()))["items"]
    assert [each["void_at"] is not None for each in earned] == [True]


def test_sales_and_commissions_are_for_who_leads(api: Api, shop: Shop, unit_of_work: Work) -> None:
    # Given a sale
    with unit_of_work() as uow:
        quote = selling.send(uow, shop)
        sales.orders.accept(uow, quote.id, actor="customer", reason="-")
    # When Sara asks for the days around it, and for the commissions of another year
    query = {"first": "2020-01-01", "last": "2020-12-31"}
    sara = shop.desk.sara.calling()
    with unit_of_work() as uow:
        day = uow.all('SELECT placed_at FROM sales."order"')[0]["placed_at"].date()
    around = {"first": str(day - timedelta(days=1)), "last": str(day + timedelta(days=1))}
    [sold] = content(api("GET", "/api/sales", query=around, **sara))["items"]
    # Then the figures are there, as strings, and those of other days are empty
    assert (sold["agent"]["name"], sold["orders"], sold["net"], sold["commission"]) == ("Ana", 1, "1701.00", "51.03")
    assert content(api("GET", "/api/sales", query=query, **sara))["items"] == []
    assert content(api("GET", "/api/commissions", query={"period": "2020-01"}, **sara))["items"] == []
    # And Ana, who does not lead, may not ask
    assert api("GET", "/api/sales", query=query, **shop.desk.ana.calling())["statusCode"] == 403


@pytest.mark.parametrize("broken", [{"quantity": "0"}, {"quantity": "1.0005"}, {"discount_percent": "101"}])
def test_a_line_that_cannot_be_is_refused_with_its_place(api: Api, shop: Shop, broken: dict[str, str]) -> None:
    answer = written(api, shop, shop.desk.ana, **broken)
    assert answer["statusCode"] == 422
    assert "/lines/0/" in json.dumps(content(answer)["errors"])
