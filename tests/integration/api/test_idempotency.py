"""One ticket per `Idempotency-Key`, however often the request is repeated and however many do so at once."""

from __future__ import annotations

import threading
from datetime import timedelta

from relevo import clock, ids
from relevo.access import Principal
from relevo.api import idempotency
from relevo.api.models import CustomerIn, TicketIn
from relevo.db import Database
from tests.integration.api.conftest import Api
from tests.support.broker import MemoryMessaging
from tests.support.gateway import content

TICKETS = "/api/support/tickets"
TICKET = {"subject": "Hola", "description": "Adiós", "customer": {"email": "ana@example.com"}}
KEY = {"Idempotency-Key": "order-4711"}


def test_the_same_request_again_is_answered_with_its_ticket(api: Api, sent: MemoryMessaging) -> None:
    # Given a ticket opened under a key
    first = api("POST", TICKETS, body=TICKET, headers=KEY)
    # When the request is repeated, its JSON written otherwise
    again = api("POST", TICKETS, body=dict(reversed(TICKET.items())), headers=KEY)
    # Then it is the same ticket, and nothing was told twice
    assert (first["statusCode"], again["statusCode"]) == (201, 200)
    assert content(first)["id"] == content(again)["id"]
    assert sent.names().count("ticket.created") == 1


def test_another_body_under_the_same_key_is_a_conflict(api: Api) -> None:
    # Given a key that made a ticket
    api("POST", TICKETS, body=TICKET, headers=KEY)
    # When it comes with another body
    answer = api("POST", TICKETS, body={**TICKET, "subject": "Otra cosa"}, headers=KEY)
    # Then it is refused and no second ticket is there
    assert answer["statusCode"] == 409 and content(answer)["type"] == "urn:relevo:problem:idempotency-key-reused"
    assert len(content(api("GET", TICKETS))["items"]) == 1


def test_two_callers_may_use_the_same_key(api: Api) -> None:
    # Given one caller's key
    one = api("POST", TICKETS, body=TICKET, headers=KEY, principal="key:one")
    # When another caller uses the same
    two = api("POST", TICKETS, body=TICKET, headers=KEY, principal="key:two")
    # Then each has a ticket
    assert content(one)["id"] != content(two)["id"]


def test_a_request_that_failed_leaves_its_key_free(api: Api) -> None:
    # Given a request refused after it had taken its key
    unknown = {**TICKET, "customer": {"id": "01970000-0000-7000-8000-000000000000"}}
    assert api("POST", TICKETS, body=unknown, headers=KEY)["statusCode"] == 422
    # When it is mended and sent again under the same key
    answer = api("POST", TICKETS, body=TICKET, headers=KEY)
    # Then it is accepted
    assert answer["statusCode"] == 201


def test_a_key_is_forgotten_after_a_week(api: Api) -> None:
    # Given a key that made a ticket
    first = content(api("POST", TICKETS, body=TICKET, headers=KEY))
    # When it is used again much later
    with clock.frozen(clock.now() + idempotency.KEEP + timedelta(minutes=1)):
        later = api("POST", TICKETS, body=TICKET, headers=KEY)
    # Then it names a new request
    assert later["statusCode"] == 201 and content(later)["id"] != first["id"]


def test_a_key_is_printable_text(api: Api) -> None:
    # When the key cannot be one
    answer = api("POST", TICKETS, body=TICKET, headers={"Idempotency-Key": "sí o no\x00"})
    # Then the header is named
    assert answer["statusCode"] == 422 and content(answer)["errors"][0]["header"] == "Idempotency-Key"


def test_of_two_requests_at_once_the_second_waits_for_the_first(database: Database) -> None:
    # Given a request that holds its key in an open transaction
    caller = Principal("key:test", frozenset())
    body = TicketIn(subject="a", description="b", customer=CustomerIn(email="a@b.co"))
    made, holding, seen = ids.new_id(), threading.Event(), []

    def second() -> None:
        other = Database(database._url)
        holding.wait()
        with other.unit_of_work() as uow:
            seen.append(idempotency.made_before(uow, caller, "k", body))
        other.close()

    thread = threading.Thread(target=second)
    thread.start()
    # When a second one comes with the same key before the first commits
    with database.unit_of_work() as uow:
        assert idempotency.made_before(uow, caller, "k", body) is None
        holding.set()
        thread.join(0.3)
        assert thread.is_alive()
        idempotency.note(uow, caller, "k", made)
    thread.join()
    # Then it is answered with what the first made
    assert seen == [made]
