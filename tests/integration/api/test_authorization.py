"""Every route is closed to whoever lacks its scope, and to everybody the authorizer has not vouched for."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from functions.api.handler import handler as api_handler
from functions.authorizer.handler import handler as authorizer
from relevo import access, clock, ids
from relevo.api import app
from relevo.db import Database
from tests.integration.api.conftest import Api
from tests.support.gateway import content, request

EVENTS = Path(__file__).parents[3] / "events"
AUTH = "/api/auth"
PUBLIC = {
    ("GET", "/api/health"),
    ("GET", "/api/docs"),
    ("GET", "/api/openapi.json"),
    ("GET", "/api/reports/links/<token>"),
    ("POST", f"{AUTH}/login"),
    ("POST", f"{AUTH}/refresh"),
    ("POST", f"{AUTH}/logout"),
}
TICKETS = "/api/support/tickets"
ROUTES = {(route.method, route.path): route.func.guard for route in app._static_routes + app._dynamic_routes}
CLOSED = sorted(set(ROUTES) - PUBLIC)
SCOPED = [route for route in CLOSED if ROUTES[route].scope]
FOR_PEOPLE = [route for route in CLOSED if ROUTES[route].person]


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


def filled(path: str) -> str:
    """The path of a thing that does not exist."""
    return re.sub("<[a-z_]+>", lambda _: str(ids.new_id()), path)


def through_the_gateway(method: str, path: str, headers: dict[str, str]) -> int:
    """What API Gateway answers: the authorizer is asked, its context handed on, its refusal a 403."""
    event = request(method, filled(path), body={}, headers=headers, scopes=None)
    verdict = authorizer({"version": "2.0", "type": "REQUEST", "headers": event["headers"]}, None)
    if not verdict["isAuthorized"]:
        return 403
    event["requestContext"]["authorizer"] = {"lambda": verdict["context"]}
    return int(api_handler(event, None)["statusCode"])


def bearer(database: Database, scopes: set[str] | frozenset[str], **more: Any) -> dict[str, str]:
    with database.unit_of_work() as uow:
        _, token = access.create_key(uow, "test", scopes, **more)
    return {"authorization": f"Bearer {token}"}


def test_a_route_is_public_on_purpose() -> None:
    # Given the routes there are
    # Then those without a guard are the ones listed here, and no others
    assert {route for route, guard in ROUTES.items() if guard.is_open} == PUBLIC


def test_a_route_asks_for_a_permission_there_is() -> None:
    # Given what routes ask for, then it is in the vocabulary
    assert {ROUTES[route].scope for route in SCOPED} <= access.SCOPES


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_a_route_is_closed_without_a_caller_and_to_one_without_permissions(api: Api, method: str, path: str) -> None:
    # When a route is called by nobody, and by somebody who may do nothing
    nobody = api(method, filled(path), body={}, scopes=None)
    powerless = api(method, filled(path), body={}, scopes=set(), principal="key:none")
    # Then neither gets past the door
    assert (nobody["statusCode"], powerless["statusCode"]) == (401, 403)
    assert nobody["headers"]["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(("method", "path"), FOR_PEOPLE)
def test_a_route_for_people_is_closed_to_keys(api: Api, method: str, path: str) -> None:
    # When a key with every permission calls it, then it is told to sign in
    answer = api(method, filled(path), body={})
    assert answer["statusCode"] == 403 and content(answer)["type"].endswith(":person-needed")


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_no_token_opens_no_route(database: Database, method: str, path: str) -> None:
    # When a route is called without a token, or with what is none
    # Then it is closed
    assert through_the_gateway(method, path, {}) == 403
    for value in ("Bearer", "Bearer x", "Basic dXNlcjpwYXNz", "rlv_0123456789ab_" + "A" * 43):
        assert through_the_gateway(method, path, {"authorization": value}) == 403


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_a_revoked_or_expired_key_opens_no_route(database: Database, method: str, path: str) -> None:
    # Given one key that was revoked, and one whose time is over
    revoked = bearer(database, access.SCOPES)
    expired = bearer(database, access.SCOPES, expires_at=clock.now() + timedelta(minutes=1))
    with database.unit_of_work() as uow:
        access.revoke_key(uow, revoked["authorization"].split("_")[1])
    # When the route is called with each
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        answers = [through_the_gateway(method, path, headers) for headers in (revoked, expired)]
    # Then it is closed
    assert answers == [403, 403]


@pytest.mark.parametrize(("method", "path"), [route for route in SCOPED if route not in FOR_PEOPLE])
def test_only_its_scope_opens_a_route(database: Database, method: str, path: str) -> None:
    # Given a key with every scope but the route's, and one with that alone
    needed = ROUTES[method, path].scope
    without, only = bearer(database, access.SCOPES - {needed}), bearer(database, {needed})
    # When the route is called with each
    # Then the one is refused for its scope, the other gets past the door
    assert through_the_gateway(method, path, without) == 403
    assert through_the_gateway(method, path, only) not in (401, 403)


@pytest.mark.parametrize(("method", "path"), CLOSED)
@pytest.mark.parametrize(
    "context",
    [
        None,
        {},
        {"lambda": None},
        {"lambda": {}},
        {"lambda": {"principal": "key:x"}},
        {"lambda": {"scopes": "tickets:read"}},
        {"lambda": {"principal": "", "scopes": "tickets:read"}},
        {"lambda": {"principal": "key:x", "scopes": ["tickets:read"]}},
        {"jwt": {"claims": {"scope": "tickets:read tickets:write"}}},
    ],
)
def test_a_context_nobody_vouched_for_is_not_trusted(api: Api, method: str, path: str, context: Any) -> None:
    # Given a request that came past the authorizer somehow
    event = request(method, filled(path), scopes=None)
    event["requestContext"]["authorizer"] = context
    # When it arrives
    answer = api_handler(event, None)
    # Then it is asked for a key
    assert answer["statusCode"] == 401 and answer["headers"]["www-authenticate"] == "Bearer"


def test_the_door_is_before_the_body(api: Api) -> None:
    # When a body is wrong and the scope is missing too
    answer = api("POST", TICKETS, body="{", scopes={"tickets:read"})
    # Then only the scope is spoken of
    assert answer["statusCode"] == 403 and "tickets:write" in content(answer)["detail"]


def test_a_missing_scope_is_audited_once_a_minute(api: Api, database: Database) -> None:
    # When a key calls where it may not, again and again
    for _ in range(3):
        api("POST", TICKETS, body={}, scopes=set(), principal="key:abc")
    # Then the audit has it, once
    with database.unit_of_work() as uow:
        rows = uow.all("SELECT actor, action, subject, outcome, detail FROM access.audit WHERE actor = 'key:abc'")
    assert rows == [
        {
            "actor": "key:abc",
            "action": "api.call",
            "subject": f"POST {TICKETS}",
            "outcome": "refused",
            "detail": {"missing_scope": "tickets:write"},
        }
    ]


@pytest.mark.parametrize("path", [path for _, path in sorted(PUBLIC) if not path.startswith(AUTH) and "<" not in path])
def test_a_public_route_needs_no_key(api: Api, path: str) -> None:
    # When a public route is called without a key, then it answers
    assert api("GET", path, scopes=None)["statusCode"] == 200


@pytest.mark.parametrize(
    ("case", "status"),
    [
        ("create_ticket", 201),
        ("create_ticket_by_phone", 201),
        ("create_ticket_idempotent", 201),
        ("create_ticket_unknown_field", 422),
        ("create_ticket_malformed", 400),
        ("create_ticket_form", 415),
        ("create_ticket_without_scope", 403),
        ("create_ticket_unauthorized", 401),
        ("list_tickets", 200),
        ("search_tickets", 200),
        ("ticket_stats", 200),
        ("read_unknown_ticket", 404),
        ("resolve_unknown_ticket", 404),
        ("feedback_of_unknown_ticket", 422),
        ("list_feedback", 200),
        ("list_conversations", 200),
        ("search_conversations", 200),
        ("read_unknown_conversation", 404),
        ("write_in_unknown_conversation", 404),
        ("delete_ticket", 405),
        ("read_dashboard", 200),
        ("list_overdue_tickets", 200),
        ("assign_unknown_ticket", 404),
        ("delete_unknown_ticket", 404),
        ("write_article", 201),
        ("search_articles", 200),
        ("search_products", 200),
        ("change_setting", 200),
        ("health", 200),
        ("docs", 200),
        ("openapi", 200),
    ],
)
def test_a_sample_event_is_answered(database: Database, case: str, status: int) -> None:
    # When the event of the folder arrives, then it is answered as its name says
    event = json.loads((EVENTS / "api" / f"{case}.json").read_text(encoding="utf-8"))
    assert api_handler(event, None)["statusCode"] == status


def test_every_sample_event_has_its_answer() -> None:
    # Given the folder, then no event of it is left out above
    (mark,) = (m for m in test_a_sample_event_is_answered.pytestmark if m.name == "parametrize")  # type: ignore[attr-defined]
    assert {case for case, _ in mark.args[1]} == {file.stem for file in (EVENTS / "api").glob("*.json")}


@pytest.mark.parametrize("file", sorted((EVENTS / "authorizer").glob("*.json")), ids=lambda file: file.stem)
def test_the_authorizer_knows_its_sample_events(database: Database, file: Path) -> None:
    # Given the key of the events, known to the database for those that carry it
    event = json.loads(file.read_text(encoding="utf-8"))
    with database.unit_of_work() as uow:
        _, token = access.create_key(uow, "sample", {"tickets:read"})
    sample = "rlv_0123456789ab_" + "A" * 43
    event["headers"] = {name: value.replace(sample, token) for name, value in event["headers"].items()}
    # When they arrive
    verdict = authorizer(event, None)
    # Then a key of ours opens, in either header; anything else does not
    if file.stem == "socket_connect":
        (statement,) = verdict["policyDocument"]["Statement"]
        assert statement == {"Action": "execute-api:Invoke", "Effect": "Deny", "Resource": event["methodArn"]}
    else:
        assert verdict["isAuthorized"] is (file.stem in ("bearer", "api_key_header"))
