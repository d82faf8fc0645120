"""Users, API keys and the audit over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from relevo import access, clock
from relevo.db import Database
from tests.support import people, world
from tests.support.gateway import content
from tests.support.people import Gateway

USERS, KEYS, AUDIT, TICKETS = "/api/auth/users", "/api/auth/keys", "/api/auth/audit", "/api/support/tickets"


@pytest.fixture
def gateway(database: Database) -> Gateway:
    return Gateway()


@pytest.fixture
def admin(database: Database) -> access.SignedIn:
    with database.unit_of_work() as uow:
        return people.sign_in(uow, people.user(uow, "admin").email)


@pytest.fixture
def supervisor(database: Database) -> access.SignedIn:
    with database.unit_of_work() as uow:
        return people.sign_in(uow, people.user(uow, "supervisor").email)


def kind(answer: dict[str, Any]) -> str:
    return str(content(answer)["type"]).removeprefix("urn:relevo:problem:")


def test_somebody_let_in_signs_in_with_the_password_shown_once(
    gateway: Gateway, database: Database, admin: access.SignedIn
) -> None:
    # Given a branch
    with database.unit_of_work() as uow:
        centro = world.branch(uow)
    # When an admin lets somebody in there
    new = {"email": "Ana@relevo.example", "name": "Ana", "role": "agent", "branches": [str(centro)]}
    answer = gateway.call("POST", USERS, token=admin.access_token, body=new)
    # Then they sign in with the password that came with the answer, and it is nowhere else
    made = content(answer)
    assert answer["statusCode"] == 201 and made["user"]["branches"] == [str(centro)]
    login = {"email": "ana@relevo.example", "password": made["password"]}
    assert gateway.call("POST", "/api/auth/login", body=login)["statusCode"] == 200
    listed = gateway.call("GET", USERS, token=admin.access_token)
    assert made["password"] not in listed["body"] and made["user"]["id"] in listed["body"]
    # And nobody else gets in with the same e-mail
    again = gateway.call("POST", USERS, token=admin.access_token, body=new)
    assert again["statusCode"] == 409 and kind(again) == "email-taken"


def test_users_are_listed_a_page_at_a_time(gateway: Gateway, database: Database, admin: access.SignedIn) -> None:
    # Given three users more than the admin
    with database.unit_of_work() as uow:
        made = [str(people.user(uow).id) for _ in range(3)]
    # When they are read two at a time
    first = content(gateway.call("GET", USERS, token=admin.access_token, query={"limit": 2}))
    second = content(gateway.call("GET", USERS, token=admin.access_token, query={"limit": 2, "cursor": first["next"]}))
    # Then all are there, newest first
    seen = [user["id"] for user in first["items"] + second["items"]]
    assert seen == [*reversed(made), str(admin.user_id)]


def test_an_admin_changes_what_somebody_is_and_may_not_be_the_last(
    gateway: Gateway, database: Database, admin: access.SignedIn
) -> None:
    # Given an agent
    with database.unit_of_work() as uow:
        agent = people.user(uow)
    # When the admin promotes them, and then steps down
    promoted = gateway.call("PATCH", f"{USERS}/{agent.id}", token=admin.access_token, body={"role": "supervisor"})
    down = gateway.call("PATCH", f"{USERS}/{admin.user_id}", token=admin.access_token, body={"role": "viewer"})
    # Then the one is done, the other is not
    assert content(promoted)["role"] == "supervisor"
    assert down["statusCode"] == 409 and kind(down) == "last-admin"


def test_a_forgotten_password_is_replaced(gateway: Gateway, database: Database, admin: access.SignedIn) -> None:
    with database.unit_of_work() as uow:
        agent = people.user(uow)
    answer = content(gateway.call("POST", f"{USERS}/{agent.id}/password", token=admin.access_token))
    assert answer["user"]["must_change_password"] is True
    login = {"email": agent.email, "password": answer["password"]}
    assert gateway.call("POST", "/api/auth/login", body=login)["statusCode"] == 200


@pytest.mark.parametrize("body", [{}, {"role": None}, {"role": "boss"}, {"password": "x"}])
def test_a_change_that_says_nothing_known_is_refused(
    gateway: Gateway, admin: access.SignedIn, body: dict[str, Any]
) -> None:
    answer = gateway.call("PATCH", f"{USERS}/{admin.user_id}", token=admin.access_token, body=body)
    assert answer["statusCode"] == 422


def test_a_supervisors_key_does_what_it_was_made_for(
    gateway: Gateway, database: Database, supervisor: access.SignedIn
) -> None:
    # When a supervisor makes a key for a month
    until = clock.now() + timedelta(days=30)
    wanted = {"name": "reports", "scopes": ["tickets:read"], "expires_at": until.isoformat()}
    answer = gateway.call("POST", KEYS, token=supervisor.access_token, body=wanted)
    made = content(answer)
    # Then it reads and does nothing else
    assert answer["statusCode"] == 201 and made["key"]["scopes"] == ["tickets:read"]
    assert gateway.call("GET", TICKETS, token=made["token"])["statusCode"] == 200
    assert gateway.call("POST", TICKETS, token=made["token"], body={})["statusCode"] == 403
    # And it is listed without its token, until it is revoked
    listed = gateway.call("GET", KEYS, token=supervisor.access_token)
    assert made["token"] not in listed["body"]
    (shown,) = content(listed)["items"]
    assert shown["prefix"] == made["key"]["prefix"] and shown["last_used_at"] is not None
    gone = gateway.call("DELETE", f"{KEYS}/{shown['prefix']}", token=supervisor.access_token)
    assert gone["statusCode"] == 204 and gateway.call("GET", TICKETS, token=made["token"])["statusCode"] == 403


def test_nobody_gives_a_key_more_than_they_have(
    gateway: Gateway, database: Database, supervisor: access.SignedIn
) -> None:
    # When a supervisor makes a key that manages users, and one that does what nobody knows
    beyond = gateway.call(
        "POST", KEYS, token=supervisor.access_token, body={"name": "x", "scopes": ["tickets:read", "users:manage"]}
    )
    unknown = gateway.call("POST", KEYS, token=supervisor.access_token, body={"name": "x", "scopes": ["all"]})
    # Then neither is made, and the first is audited
    assert beyond["statusCode"] == 403 and kind(beyond) == "scope-too-high"
    assert unknown["statusCode"] == 422 and "no such scope: all" in content(unknown)["detail"]
    with database.unit_of_work() as uow:
        assert uow.one("SELECT 1 FROM access.api_key") is None
        refused = uow.one("SELECT subject FROM access.audit WHERE outcome = 'refused'")
    assert refused == {"subject": "scopes:users:manage"}


def test_only_an_admin_sees_and_ends_the_keys_of_others(
    gateway: Gateway, database: Database, admin: access.SignedIn, supervisor: access.SignedIn
) -> None:
    # Given the company's own key
    with database.unit_of_work() as uow:
        key, token = access.create_key(uow, "shop", {"tickets:read"})
    # When a supervisor looks for it and ends it
    assert content(gateway.call("GET", KEYS, token=supervisor.access_token))["items"] == []
    assert gateway.call("DELETE", f"{KEYS}/{key.prefix}", token=supervisor.access_token)["statusCode"] == 404
    assert gateway.call("GET", TICKETS, token=token)["statusCode"] == 200
    # Then they cannot, but an admin can
    (shown,) = content(gateway.call("GET", KEYS, token=admin.access_token))["items"]
    assert gateway.call("DELETE", f"{KEYS}/{shown['prefix']}", token=admin.access_token)["statusCode"] == 204
    assert gateway.call("GET", TICKETS, token=token)["statusCode"] == 403


def test_the_audit_is_read_newest_first_a_page_at_a_time(
    gateway: Gateway, database: Database, supervisor: access.SignedIn
) -> None:
    # Given some that happened
    with database.unit_of_work() as uow:
        for name in ("one", "two", "three"):
            access.create_key(uow, name, {"tickets:read"}, actor=name)
    # When a supervisor reads it, two lines at a time
    first = content(gateway.call("GET", AUDIT, token=supervisor.access_token, query={"limit": 2}))
    second = content(
        gateway.call("GET", AUDIT, token=supervisor.access_token, query={"limit": 2, "cursor": first["next"]})
    )
    # Then every line says who did what
    assert [(line["actor"], line["action"]) for line in first["items"] + second["items"]] == [
        ("three", "api_key.create"),
        ("two", "api_key.create"),
        ("one", "api_key.create"),
        (f"user:{supervisor.user_id}", "session.open"),
    ]
    # And what a person did has the person's name, whether they are an agent or not
    with database.unit_of_work() as uow:
        name = access.get_user(uow, supervisor.user_id).name
    assert [line["actor_name"] for line in second["items"]] == [None, name]
