"""Signing in and out over HTTP, and what people may change about themselves."""

from __future__ import annotations

from typing import Any

import pytest

from relevo import access
from relevo.db import Database
from tests.support import people, world
from tests.support.gateway import content
from tests.support.people import Gateway, cookie_of

LOGIN, REFRESH, LOGOUT, ME = (f"/api/auth/{name}" for name in ("login", "refresh", "logout", "me"))
PASSWORD, SOCKET = "/api/auth/password", "/api/auth/socket-ticket"


@pytest.fixture
def gateway(database: Database) -> Gateway:
    return Gateway()


@pytest.fixture
def agent(database: Database) -> access.User:
    """An agent of the branch centro, who is an agent of the desk too."""
    with database.unit_of_work() as uow:
        world.agent(uow, world.department(uow), "Ana")
        return people.user(uow, "agent", email="ana@relevo.example", branches=[world.branch(uow)])


def kind(answer: dict[str, Any]) -> str:
    return str(content(answer)["type"]).removeprefix("urn:relevo:problem:")


def login(gateway: Gateway, email: str, password: str = people.PASSWORD) -> dict[str, Any]:
    return gateway.call("POST", LOGIN, body={"email": email, "password": password})


def test_whoever_signs_in_is_told_who_they_are(gateway: Gateway, agent: access.User) -> None:
    # When an agent signs in
    answer = login(gateway, "Ana@relevo.example")
    # Then they get a token for ten minutes and are told everything a console needs
    session = content(answer)
    assert answer["statusCode"] == 200 and session["expires_in"] == 600
    me = session["user"]
    assert me == content(gateway.call("GET", ME, token=session["access_token"]))
    assert me["permissions"] == sorted(access.ROLES["agent"]) and me["role"] == "agent"
    assert [branch["code"] for branch in me["branches"]] == ["centro"]
    assert me["agent"]["name"] == "Ana" and me["agent"]["id"] == str(agent.agent_id)
    assert me["must_change_password"] is False and me["language"] == "es"


def test_the_cookie_is_out_of_reach(gateway: Gateway, agent: access.User) -> None:
    # When somebody signs in
    answer = login(gateway, agent.email)
    # Then the refresh token is in a cookie no script reads and no other page sends, and nowhere else
    (cookie,) = answer["cookies"]
    assert {"Path=/api/auth", "HttpOnly", "Secure", "SameSite=Strict"} < set(cookie.split("; "))
    assert cookie_of(answer) not in answer["body"] and answer["headers"]["cache-control"] == "no-store"


@pytest.mark.parametrize("form", ["list", "header"])
def test_the_cookie_is_exchanged_in_either_form(gateway: Gateway, agent: access.User, form: str) -> None:
    # Given somebody signed in
    token = cookie_of(login(gateway, agent.email))
    # When the browser's cookie comes in API Gateway's list, or only in its header
    asked: dict[str, Any] = {"cookie": token} if form == "list" else {}
    headers = {} if form == "list" else {"cookie": f"theme=dark; relevo_refresh={token}"}
    answer = gateway.call("POST", REFRESH, headers=headers, **asked)
    # Then it is exchanged for a new one and a token that opens
    assert answer["statusCode"] == 200 and cookie_of(answer) != token
    assert gateway.call("GET", ME, token=content(answer)["access_token"])["statusCode"] == 200


def test_without_a_cookie_there_is_no_session(gateway: Gateway) -> None:
    answer = gateway.call("POST", REFRESH)
    assert answer["statusCode"] == 401 and kind(answer) == "session-ended"


def test_signing_out_ends_the_session_and_takes_the_cookie(gateway: Gateway, agent: access.User) -> None:
    # Given somebody signed in
    signed_in = login(gateway, agent.email)
    # When they sign out, twice
    answers = [gateway.call("POST", LOGOUT, cookie=cookie_of(signed_in)) for _ in range(2)]
    # Then the cookie is taken back, and the session is over
    assert [answer["statusCode"] for answer in answers] == [204, 204] and answers[0]["body"] == ""
    assert "relevo_refresh=;" in answers[0]["cookies"][0] and "Max-Age=0" in answers[0]["cookies"][0]
    assert gateway.call("GET", ME, token=content(signed_in)["access_token"])["statusCode"] == 403


@pytest.mark.parametrize(
    ("email", "password"), [("ana@relevo.example", "wrong"), ("nobody@relevo.example", people.PASSWORD)]
)
def test_what_does_not_belong_together_opens_nothing(
    gateway: Gateway, agent: access.User, email: str, password: str
) -> None:
    answer = login(gateway, email, password)
    assert answer["statusCode"] == 401 and kind(answer) == "wrong-credentials" and answer["cookies"] == []


def test_whoever_is_deactivated_signs_in_no_more(gateway: Gateway, database: Database, agent: access.User) -> None:
    with database.unit_of_work() as uow:
        access.change_user(uow, agent.id, {"active": False}, actor="test")
    assert kind(login(gateway, agent.email)) == "wrong-credentials"


def test_people_choose_their_name_and_language_and_nothing_else(gateway: Gateway, agent: access.User) -> None:
    # Given somebody signed in
    token = content(login(gateway, agent.email))["access_token"]
    # When they change what is theirs, and what is not
    changed = gateway.call("PATCH", ME, token=token, body={"name": "Ana Salas", "language": "en"})
    refused = gateway.call("PATCH", ME, token=token, body={"role": "admin"})
    # Then only the one is done
    assert (content(changed)["name"], content(changed)["language"]) == ("Ana Salas", "en")
    assert refused["statusCode"] == 422 and content(gateway.call("GET", ME, token=token))["role"] == "agent"


def test_a_one_time_password_is_exchanged_for_ones_own_and_opens_at_once(
    gateway: Gateway, database: Database, agent: access.User
) -> None:
    # Given somebody with a one-time password
    with database.unit_of_work() as uow:
        once = access.reset_password(uow, agent.id, actor="test")
    session = content(login(gateway, agent.email, once))
    token = session["access_token"]
    assert session["user"]["must_change_password"] is True
    assert kind(gateway.call("GET", "/api/support/tickets", token=token)) == "password-change-needed"
    # When they choose their own, while the authorizer's answer of before is still kept
    from functions.api.handler import handler
    from functions.authorizer.handler import handler as authorizer
    from tests.support.gateway import request

    kept = authorizer({"headers": {"authorization": f"Bearer {token}"}}, None)["context"]
    chosen = gateway.call("POST", PASSWORD, token=token, body={"current": once, "new": "one of my own"})
    event = request("GET", "/api/support/tickets", scopes=None)
    event["requestContext"]["authorizer"] = {"lambda": kept}
    # Then everything their role may is open to them, with the token they have
    assert chosen["statusCode"] == 204 and handler(event, None)["statusCode"] == 200


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({"current": "wrong", "new": "a fine long one"}, 422, "#/current"),
        ({"current": people.PASSWORD, "new": "short"}, 422, "#/new"),
        ({"current": people.PASSWORD, "new": people.PASSWORD}, 422, "#/new"),
    ],
)
def test_a_password_that_cannot_be_changed_says_which_and_why(
    gateway: Gateway, agent: access.User, body: dict[str, str], status: int, pointer: str
) -> None:
    # Given somebody signed in
    token = content(login(gateway, agent.email))["access_token"]
    # When the change cannot be, then the answer names the field, and nothing changed
    answer = gateway.call("POST", PASSWORD, token=token, body=body)
    assert answer["statusCode"] == status and content(answer)["errors"][0]["pointer"] == pointer
    assert login(gateway, agent.email)["statusCode"] == 200


def test_guessing_the_current_password_is_slowed_like_signing_in(
    gateway: Gateway, database: Database, agent: access.User
) -> None:
    # Given a token somebody left open
    with database.unit_of_work() as uow:
        token = people.sign_in(uow, agent.email).access_token
    # When the password is guessed with it
    guess = {"current": "a guess", "new": "a fine long one"}
    answers = [gateway.call("POST", PASSWORD, token=token, body=guess) for _ in range(6)]
    # Then after five guesses there is a wait, and every refusal is audited
    assert [answer["statusCode"] for answer in answers] == [422] * 5 + [429]
    with database.unit_of_work() as uow:
        actions = {row["action"] for row in uow.all("SELECT action FROM access.audit WHERE outcome = 'refused'")}
    assert actions == {"user.change_password", "session.open"}


def test_a_socket_ticket_is_an_address_that_opens(
    gateway: Gateway, database: Database, agent: access.User, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given somebody signed in, where there is a socket
    monkeypatch.setenv("RELEVO_SOCKET_URL", "wss://socket.example/live")
    token = content(login(gateway, agent.email))["access_token"]
    # When they ask for a way in
    answer = content(gateway.call("POST", SOCKET, token=token))
    # Then the address holds a ticket that says who they are
    address, _, ticket = answer["url"].partition("?ticket=")
    assert address == "wss://socket.example/live"
    with database.unit_of_work() as uow:
        principal = access.authorize_socket(uow, ticket)
    assert principal is not None and principal.user_id == agent.id


def test_without_a_socket_the_answer_says_what_to_do(
    gateway: Gateway, agent: access.User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RELEVO_SOCKET_URL", raising=False)
    token = content(login(gateway, agent.email))["access_token"]
    answer = gateway.call("POST", SOCKET, token=token)
    assert answer["statusCode"] == 503 and kind(answer) == "no-socket"
