"""Whatever is sent, the answer is a problem that says what is wrong and where, and never a 500."""

from __future__ import annotations

import base64
import json
import logging
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relevo import db, desk
from relevo.api.requests import BODY_LIMIT
from relevo.db import Database
from tests.integration.api.conftest import Api
from tests.support.gateway import content, request

TICKETS, FEEDBACK = "/api/support/tickets", "/api/support/feedback"
TICKET: dict[str, Any] = {"subject": "Hola", "description": "Adiós", "customer": {"email": "ana@example.com"}}


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


def test_a_problem_has_the_members_of_rfc_9457(api: Api) -> None:
    # When something that is not there is asked for
    answer = api("GET", "/api/nothing")
    # Then the answer is a problem whose occurrence the logs know
    problem = content(answer)
    assert answer["headers"]["Content-Type"] == "application/problem+json"
    assert (problem["status"], problem["title"]) == (404, "Not Found") and answer["statusCode"] == 404
    assert problem["type"].startswith("urn:relevo:problem:") and problem["detail"]
    assert problem["instance"] == f"urn:uuid:{problem['correlation_id']}"
    assert problem["correlation_id"] == answer["headers"]["x-correlation-id"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"prioridad": "alta"}, "#/prioridad"),
        ({"subject": ""}, "#/subject"),
        ({"subject": "   "}, "#/subject"),
        ({"subject": "x" * 201}, "#/subject"),
        ({"subject": 7}, "#/subject"),
        ({"subject": "a\x00b"}, "#/subject"),
        ({"description": "a\x1bb"}, "#/description"),
        ({"description": "x" * 10_001}, "#/description"),
        ({"source": "whatsapp"}, "#/source"),
        ({"category": "Fac turas"}, "#/category"),
        ({"branch_id": "centro"}, "#/branch_id"),
        ({"language": "spanish"}, "#/language"),
        ({"tags": ["ok", "no ok"]}, "#/tags/1"),
        ({"tags": ["x"] * 21}, "#/tags"),
        ({"customer": {}}, "#/customer"),
        ({"customer": {"name": "Ana"}}, "#/customer"),
        ({"customer": {"email": "ana"}}, "#/customer/email"),
        ({"customer": {"email": "ana@example"}}, "#/customer/email"),
        ({"customer": {"email": "ana@@example.com"}}, "#/customer/email"),
        ({"customer": {"phone": "12345"}}, "#/customer/phone"),
        ({"customer": {"phone": "call me maybe"}}, "#/customer/phone"),
        ({"customer": {"phone": "+999 123 4567 8901"}}, "#/customer/phone"),
        ({"customer": {"id": "01970000-0000-7000-8000-000000000000"}}, "#/customer/id"),
        ({"customer": {"email": "a@b.co", "a/b~c": 1}}, "#/customer/a~1b~0c"),
    ],
)
def test_the_field_at_fault_is_named(api: Api, change: dict[str, Any], pointer: str) -> None:
    # When one field breaks its rule
    answer = api("POST", TICKETS, body=TICKET | change)
    # Then the problem points at it
    assert answer["statusCode"] == 422
    assert [error["pointer"] for error in content(answer)["errors"]] == [pointer]


def test_every_field_at_fault_is_named_at_once(api: Api) -> None:
    # When three fields are wrong
    answer = api("POST", TICKETS, body={"subject": "", "customer": {"email": "x"}})
    # Then all three are named
    pointers = {error["pointer"] for error in content(answer)["errors"]}
    assert pointers == {"#/subject", "#/description", "#/customer/email"}


def test_a_branch_nobody_knows_is_refused(api: Api) -> None:
    # When a ticket names a branch that is not there, then it is refused, not failed
    answer = api("POST", TICKETS, body={**TICKET, "branch_id": "01970000-0000-7000-8000-000000000000"})
    assert answer["statusCode"] == 422


@pytest.mark.parametrize("body", ["", "{", "{'a': 1}", '{"subject": "\\ud800"}', "[" * 10_000, "nul"])
def test_what_is_no_json_is_400(api: Api, body: str) -> None:
    # When the body is no JSON
    answer = api("POST", TICKETS, body=body)
    # Then it says so
    assert answer["statusCode"] == 400 and content(answer)["type"] == "urn:relevo:problem:malformed-json"


@pytest.mark.parametrize("body", ["[]", "null", "7", '"text"', "[{}]"])
def test_json_that_is_no_object_is_422(api: Api, body: str) -> None:
    # When the JSON is no object, then it breaks the model
    answer = api("POST", TICKETS, body=body)
    assert answer["statusCode"] == 422 and content(answer)["errors"][0]["pointer"] == "#"


def test_a_body_that_is_too_long_is_413(api: Api) -> None:
    # When the body is longer than allowed, plain or in base64
    long = json.dumps({**TICKET, "description": "x" * BODY_LIMIT})
    coded = request("POST", TICKETS, body=base64.b64encode(long.encode()).decode()) | {"isBase64Encoded": True}
    from functions.api.handler import handler

    # Then it is refused before it is read
    assert api("POST", TICKETS, body=long)["statusCode"] == 413
    assert handler(coded, None)["statusCode"] == 413


def test_a_body_in_base64_is_read(api: Api) -> None:
    # Given a request whose body the gateway took for binary
    coded = request("POST", TICKETS, body=base64.b64encode(json.dumps(TICKET).encode()).decode())
    from functions.api.handler import handler

    # When it arrives
    answer = handler(coded | {"isBase64Encoded": True}, None)
    # Then it is the same request; and what is no base64 is refused
    assert answer["statusCode"] == 201
    assert handler(coded | {"isBase64Encoded": True, "body": "no base64"}, None)["statusCode"] == 400


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonx"])
def test_another_kind_of_body_is_415(api: Api, content_type: str) -> None:
    # When the body is not said to be JSON, then it is not taken for it
    answer = api("POST", TICKETS, body=TICKET, headers={"content-type": content_type})
    assert answer["statusCode"] == 415


def test_json_with_a_charset_is_json(api: Api) -> None:
    # When the content type has parameters, then it is still JSON
    answer = api("POST", TICKETS, body=TICKET, headers={"content-type": "Application/JSON; charset=utf-8"})
    assert answer["statusCode"] == 201


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("DELETE", TICKETS, "GET, POST"), ("PUT", f"{TICKETS}/x", "DELETE, GET, PATCH"), ("POST", "/api/health", "GET")],
)
def test_a_method_the_path_does_not_know_is_405(api: Api, method: str, path: str, allowed: str) -> None:
    # When a path is called by a method it does not answer to
    answer = api(method, path)
    # Then it says to which it does
    assert answer["statusCode"] == 405 and answer["headers"]["allow"] == allowed


@pytest.mark.parametrize("ticket_id", ["1", "abc", "01970000-0000-7000-8000-000000000000", "%00", "'; --"])
def test_a_ticket_that_is_not_there_is_404(api: Api, ticket_id: str) -> None:
    # When a ticket nobody has is read or changed, then it is not found, whatever its id looks like
    assert api("GET", f"{TICKETS}/{ticket_id}")["statusCode"] == 404
    assert api("PATCH", f"{TICKETS}/{ticket_id}", body={"status": "open"})["statusCode"] == 404


@pytest.mark.parametrize(
    ("path", "query", "parameter"),
    [
        (TICKETS, "limit=0", "limit"),
        (TICKETS, "limit=101", "limit"),
        (TICKETS, "limit=99999999999999999999999999", "limit"),
        (TICKETS, "limit=ten", "limit"),
        (TICKETS, "status=lost", "status"),
        (TICKETS, "status=open&status=closed", "status"),
        (TICKETS, "estado=open", "estado"),
        (TICKETS, "agent_id=7", "agent_id"),
        (TICKETS, "created_from=yesterday", "created_from"),
        (TICKETS, "created_from=2026-01-01T00:00:00", "created_from"),
        (TICKETS, "q=", "q"),
        (TICKETS, "q=a%00b", "q"),
        (TICKETS, "cursor=nonsense", "cursor"),
        (TICKETS, "cursor=%C3%B1", "cursor"),
        (TICKETS, "cursor=" + base64.urlsafe_b64encode(b"x" * 15).decode().rstrip("="), "cursor"),
        (FEEDBACK, "rating=6", "rating"),
        (f"{TICKETS}/stats", "period=forever", "period"),
    ],
)
def test_the_parameter_at_fault_is_named(api: Api, path: str, query: str, parameter: str) -> None:
    # When a query parameter breaks its rule
    answer = api("GET", path, query=query)
    # Then it is named
    assert answer["statusCode"] == 422
    assert content(answer)["errors"][0]["parameter"] == parameter


def test_a_query_of_too_many_fields_is_refused(api: Api) -> None:
    # When a query string is absurd, then it is refused before it is taken apart
    assert api("GET", TICKETS, query="&".join(["a=1"] * 100))["statusCode"] == 400


def test_nothing_of_an_error_nobody_foresaw_is_shown(
    api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    # Given a defect
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr(desk, "get", broken)
    # When it is met
    with caplog.at_level(logging.ERROR):
        answer = api("GET", f"{TICKETS}/01970000-0000-7000-8000-000000000000")
    # Then the caller gets an id and nothing else, and the log has the rest under that id
    assert answer["statusCode"] == 500 and "hunter2" not in answer["body"]
    assert UUID(content(answer)["correlation_id"])
    assert any(record.exc_info and "hunter2" in str(record.exc_info[1]) for record in caplog.records)


def test_a_database_that_is_away_is_503(api: Api) -> None:
    # Given a database nobody can reach
    db.use(Database(lambda: "postgresql://127.0.0.1:1/nowhere"))
    # When tickets are listed
    answer = api("GET", TICKETS)
    # Then the caller may try again
    assert answer["statusCode"] == 503 and answer["headers"]["retry-after"] == "1"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
ALMOST = st.fixed_dictionaries(
    {"subject": st.text(max_size=30), "description": st.text(max_size=60)},
    optional={
        "customer": st.fixed_dictionaries(
            {}, optional={"email": st.emails() | st.text(), "phone": st.text("+0123456789 x"), "name": st.text()}
        ),
        "source": st.sampled_from(["web", "api", "fax"]),
        "category": st.from_regex(r"[a-z]{1,5}") | st.text(),
        "tags": st.lists(st.text(max_size=5), max_size=3),
        "branch_id": st.uuids().map(str) | st.text(),
    },
)


@given(body=ALMOST | ANYTHING)
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_json_whatever_fails_us(api: Api, body: Any) -> None:
    # When anything is sent that a JSON encoder can write, then it is opened or refused
    assert api("POST", TICKETS, body=json.dumps(body))["statusCode"] in (201, 400, 422)


@given(
    query=st.dictionaries(
        st.sampled_from(["q", "status", "limit", "cursor", "created_from", "created_to", "category", "agent_id"]),
        st.text(max_size=40),
        max_size=3,
    )
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_query_whatever_fails_us(api: Api, query: dict[str, str]) -> None:
    # When anything is asked for, then it is answered or refused
    assert api("GET", TICKETS, query={k: v.encode("utf-8", "replace") for k, v in query.items()})["statusCode"] in (
        200,
        422,
    )
