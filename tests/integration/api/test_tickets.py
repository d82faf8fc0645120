"""Tickets over HTTP: opened, read, changed, counted, rated."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest

from relevo import clock, ids, outbox
from relevo.db import Database
from relevo.messaging import Outgoing
from tests.integration.api.conftest import Api
from tests.support.broker import MemoryMessaging, detail
from tests.support.gateway import content, request

TICKETS, FEEDBACK = "/api/support/tickets", "/api/support/feedback"
TICKET = {
    "subject": "Problema con factura",
    "description": "No puedo descargarla",
    "customer": {"email": "ana@example.com"},
}


def test_a_ticket_is_opened_and_told(api: Api, sent: MemoryMessaging) -> None:
    # When somebody new asks for a ticket
    answer = api("POST", TICKETS, body={**TICKET, "source": "web", "category": "billing", "tags": ["pdf", "pdf"]})
    # Then it is there, addressed, and the bus knows it and its customer, all under the request's correlation id
    ticket = content(answer)
    assert answer["statusCode"] == 201 and answer["headers"]["location"] == f"{TICKETS}/{ticket['id']}"
    assert (ticket["status"], ticket["source"], ticket["category"], ticket["tags"]) == (
        "open",
        "web",
        "billing",
        ["pdf"],
    )
    assert sent.names() == ["customer.created", "ticket.created"]
    told = {detail(message)["correlation_id"] for message in sent.facts}
    assert told == {answer["headers"]["x-correlation-id"]}


def test_the_correlation_id_of_the_request_is_kept(api: Api, sent: MemoryMessaging) -> None:
    # Given a caller that names its request
    mine = str(ids.new_id())
    # When it opens a ticket
    answer = api("POST", TICKETS, body=TICKET, headers={"X-Correlation-Id": mine})
    # Then the answer and the events carry that name
    assert answer["headers"]["x-correlation-id"] == mine
    assert detail(sent.facts[-1])["correlation_id"] == mine


def test_a_ticket_is_read_with_its_history(api: Api) -> None:
    # Given a ticket somebody resolved with a reason
    opened = content(api("POST", TICKETS, body=TICKET, principal="key:shop"))
    path = f"{TICKETS}/{opened['id']}"
    api("PATCH", path, body={"status": "resolved", "reason": "sent by e-mail"}, principal="key:ana")
    # When it is read
    read = content(api("GET", path))
    # Then it tells who did what and why, oldest first
    assert read["status"] == "resolved" and read["resolved_at"] is not None
    assert [(c["old"], c["new"], c["actor"], c["reason"]) for c in read["history"]] == [
        (None, "open", "key:shop", "asked for over api"),
        ("open", "resolved", "key:ana", "sent by e-mail"),
    ]


def test_a_patch_changes_what_it_names_and_nothing_else(api: Api) -> None:
    # Given a ticket
    opened = content(api("POST", TICKETS, body=TICKET))
    # When one field is changed
    changed = content(api("PATCH", f"{TICKETS}/{opened['id']}", body={"category": "billing"}))
    # Then only that field, and the time of the change, differ
    assert {k for k in opened if changed[k] != opened[k]} == {"category", "updated_at"}


@pytest.mark.parametrize("body", [{}, {"reason": "no field"}, {"status": None}, {"subject": None}, {"number": 7}])
def test_a_patch_that_changes_nothing_we_know_is_refused(api: Api, body: dict[str, object]) -> None:
    # Given a ticket
    opened = content(api("POST", TICKETS, body=TICKET))
    # When it is patched with nothing that can be changed
    answer = api("PATCH", f"{TICKETS}/{opened['id']}", body=body)
    # Then the caller is told
    assert answer["statusCode"] == 422


def test_a_closed_ticket_is_final(api: Api) -> None:
    # Given a closed ticket
    opened = content(api("POST", TICKETS, body=TICKET))
    api("PATCH", f"{TICKETS}/{opened['id']}", body={"status": "closed"})
    # When somebody opens it again
    answer = api("PATCH", f"{TICKETS}/{opened['id']}", body={"status": "open"})
    # Then the rule is named
    assert answer["statusCode"] == 422 and "closed" in content(answer)["detail"]


def test_stats_is_no_ticket(api: Api) -> None:
    # Given a ticket
    api("POST", TICKETS, body={**TICKET, "category": "billing"})
    # When the figures of a week are asked for
    figures = content(api("GET", f"{TICKETS}/stats", query={"period": "7d"}))
    # Then they count it
    assert (figures["created"], figures["by_status"], figures["by_category"]) == (1, {"open": 1}, {"billing": 1})


@pytest.mark.parametrize(
    ("period", "status"),
    [("today", 200), ("24h", 200), ("365d", 200), ("0d", 422), ("7w", 422), ("999d", 422), ("", 422)],
)
def test_a_period_is_today_or_hours_or_days(api: Api, period: str, status: int) -> None:
    # When figures of a period are asked for, then a period is one that is known
    assert api("GET", f"{TICKETS}/stats", query={"period": period})["statusCode"] == status


def test_feedback_is_kept_and_listed(api: Api, sent: MemoryMessaging) -> None:
    # Given a ticket with two ratings
    ticket = content(api("POST", TICKETS, body=TICKET))
    for rating in (2, 5):
        answer = api("POST", FEEDBACK, body={"ticket_id": ticket["id"], "rating": rating, "comment": "así fue"})
        assert answer["statusCode"] == 201
    # When feedback is listed, and by rating
    everything, good = (content(api("GET", FEEDBACK, query=query)) for query in ({}, {"rating": 5}))
    # Then the newest comes first, of the ticket's customer
    assert [row["rating"] for row in everything["items"]] == [5, 2]
    assert [row["rating"] for row in good["items"]] == [5] and everything["next"] is None
    assert {row["customer_id"] for row in everything["items"]} == {ticket["customer_id"]}
    assert sent.names().count("feedback.received") == 2


def test_feedback_of_a_ticket_nobody_knows_names_the_field(api: Api) -> None:
    # When a ticket that is not there is rated
    answer = api("POST", FEEDBACK, body={"ticket_id": str(ids.new_id()), "rating": 5})
    # Then the field is named
    assert answer["statusCode"] == 422 and content(answer)["errors"][0]["pointer"] == "#/ticket_id"


def test_health_needs_no_key_and_says_when_the_database_is_away(api: Api, database: Database) -> None:
    # Given a database that answers
    up = api("GET", "/api/health", scopes=None)
    assert (up["statusCode"], content(up)["database"]) == (200, "ok")
    # When it goes away
    database.close()
    database._url = lambda: "postgresql://127.0.0.1:1/nowhere"
    down = api("GET", "/api/health", scopes=None)
    # Then health says so, without an error of ours
    assert (down["statusCode"], content(down)["status"]) == (503, "down")


def test_a_dead_connection_costs_the_caller_nothing(api: Api, database: Database) -> None:
    # Given a connection the server has closed since the last request
    api("GET", "/api/health", scopes=None)
    database.connection().execute("SELECT 1")
    killer = Database(database._url)
    pid = database.connection().info.backend_pid
    killer.connection().execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
    killer.close()
    # When a ticket is opened
    answer = api("POST", TICKETS, body=TICKET)
    # Then it is opened once, over a new connection
    assert answer["statusCode"] == 201
    assert len(content(api("GET", TICKETS))["items"]) == 1
    assert UUID(content(answer)["id"])


def test_a_connection_that_dies_after_the_commit_opens_no_second_ticket(
    api: Api, database: Database, sent: MemoryMessaging, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a server that closes the connection between the commit and the note that the events were published
    publish = sent.publish

    def publish_and_die(messages: Sequence[Outgoing]) -> set[str]:
        killer = Database(database._url)
        killer.connection().execute("SELECT pg_terminate_backend(%s, 5000)", (database.connection().info.backend_pid,))
        killer.close()
        return publish(messages)

    monkeypatch.setattr(sent, "publish", publish_and_die)
    # When a ticket is opened
    answer = api("POST", TICKETS, body=TICKET)
    # Then it is answered for and there once, and its events wait for relay
    monkeypatch.undo()
    assert answer["statusCode"] == 201
    assert [row["id"] for row in content(api("GET", TICKETS))["items"]] == [content(answer)["id"]]
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        assert outbox.sweep(database.connection()) == 2


def test_header_names_are_read_whatever_their_capitals(api: Api) -> None:
    # Given a gateway that leaves header names as they were sent
    event = request("POST", TICKETS, body=TICKET)
    event["headers"] = {"Content-Type": "application/json", "Idempotency-Key": "k"}
    from functions.api.handler import handler

    # When the same request comes twice, then its headers count
    assert [handler(event, None)["statusCode"] for _ in range(2)] == [201, 200]
