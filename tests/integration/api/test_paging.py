"""Pages: nothing skipped, nothing twice, whatever is opened meanwhile."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relevo import clock
from relevo.db import Database
from tests.integration.api.conftest import Api
from tests.support.gateway import content

TICKETS, FEEDBACK = "/api/support/tickets", "/api/support/feedback"


def open_tickets(api: Api, many: int, **change: Any) -> list[str]:
    body = {"subject": "Factura perdida", "description": "Adiós", "customer": {"email": "ana@example.com"}} | change
    return [content(api("POST", TICKETS, body=body))["id"] for _ in range(many)]


def pages(api: Api, path: str, query: dict[str, Any], between: Any = lambda: None) -> list[list[str]]:
    found, cursor = [], None
    while True:
        page = content(api("GET", path, query=query | ({"cursor": cursor} if cursor else {})))
        found.append([row["id"] for row in page["items"]])
        if (cursor := page["next"]) is None:
            return found
        between()


def flat(found: list[list[str]]) -> list[str]:
    return [row for page in found for row in page]


def test_every_ticket_is_on_one_page(api: Api) -> None:
    # Given seven tickets
    opened = open_tickets(api, 7)
    # When they are read three at a time
    found = pages(api, TICKETS, {"limit": 3})
    # Then they come newest first, three, three, one
    assert [len(page) for page in found] == [3, 3, 1]
    assert flat(found) == opened[::-1]


def test_tickets_opened_meanwhile_neither_hide_nor_repeat_others(api: Api) -> None:
    # Given ten tickets
    opened = open_tickets(api, 10)
    # When two more are opened after each page that is read
    found = flat(pages(api, TICKETS, {"limit": 2}, between=lambda: open_tickets(api, 2)))
    # Then the ten are found once each, in order
    assert found == opened[::-1]


def test_tickets_of_one_instant_are_told_apart(api: Api) -> None:
    # Given tickets opened at the same microsecond
    with clock.frozen(clock.now()):
        opened = open_tickets(api, 5)
    # When they are read one at a time
    found = flat(pages(api, TICKETS, {"limit": 1}))
    # Then each is there once
    assert sorted(found) == sorted(opened)


def test_filters_and_words_have_pages_too(api: Api) -> None:
    # Given tickets of two kinds
    billing, other = open_tickets(api, 5, category="billing"), open_tickets(api, 4)
    # When one kind is read by page, and both are searched
    by_category = flat(pages(api, TICKETS, {"limit": 2, "category": "billing"}))
    by_word = flat(pages(api, TICKETS, {"limit": 2, "q": "facturas"}))
    # Then each list is whole
    assert by_category == billing[::-1] and by_word == (billing + other)[::-1]


def test_a_list_between_two_instants(api: Api) -> None:
    # Given tickets opened an hour apart
    opened = []
    with clock.frozen(clock.now()) as advance:
        for _ in range(3):
            opened += open_tickets(api, 1)
            advance(timedelta(hours=1))
        middle = clock.now() - timedelta(hours=2, minutes=30)
    # When those of the middle hour are asked for
    query = {"created_from": middle.isoformat(), "created_to": (middle + timedelta(hours=1)).isoformat()}
    # Then only that one is listed
    assert pages(api, TICKETS, query) == [[opened[1]]]


def test_feedback_has_pages(api: Api) -> None:
    # Given five ratings
    (ticket,) = open_tickets(api, 1)
    given_ids = [content(api("POST", FEEDBACK, body={"ticket_id": ticket, "rating": 4}))["id"] for _ in range(5)]
    # When they are read two at a time
    found = flat(pages(api, FEEDBACK, {"limit": 2}))
    # Then each is there once, newest first
    assert found == given_ids[::-1]


@given(limit=st.integers(1, 12), many=st.integers(0, 12))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pages_of_any_size_are_the_list(api: Api, database: Database, limit: int, many: int) -> None:
    # Given any number of tickets
    with database.unit_of_work() as uow:
        uow.execute("TRUNCATE desk.ticket CASCADE")
    opened = open_tickets(api, many)
    # When they are read by pages of any size, then together these are the list
    assert flat(pages(api, TICKETS, {"limit": limit})) == opened[::-1]
