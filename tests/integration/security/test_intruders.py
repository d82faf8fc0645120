"""What somebody tries who should not get in: each is refused, and the refusal is in the log and in the audit."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt
import pytest

from functions.authorizer.handler import handler as authorizer
from relevo import access, clock, ids
from relevo.db import Database
from tests.support import people, world
from tests.support.events import sample
from tests.support.gateway import content
from tests.support.people import Gateway, cookie_of

Refusals = Callable[[], list[tuple[str, str, str]]]
TICKETS = "/api/support/tickets"
LOGIN, REFRESH = "/api/auth/login", "/api/auth/refresh"


def signed_in(database: Database, role: str = "agent", **more: Any) -> access.SignedIn:
    with database.unit_of_work() as uow:
        return people.sign_in(uow, people.user(uow, role, **more).email)


def connect(ticket: str) -> dict[str, Any]:
    """What the authorizer answers to a browser that opens a WebSocket with this ticket."""
    event = sample("authorizer/socket_connect")
    return authorizer(event | {"queryStringParameters": {"ticket": ticket}}, None)


def effect(verdict: dict[str, Any]) -> str:
    (statement,) = verdict["policyDocument"]["Statement"]
    assert statement["Action"] == "execute-api:Invoke" and statement["Resource"].endswith("/$connect")
    return str(statement["Effect"])


def forged(claims: dict[str, Any], key: str | None, algorithm: str) -> str:
    return jwt.encode(claims, key, algorithm=algorithm)


def claims_of(token: str) -> dict[str, Any]:
    body = token.split(".")[1]
    read: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return read


# ------------------------------------------------------------------------------------------------------- access tokens


def test_an_access_token_opens_until_its_time_is_over(gateway: Gateway, database: Database, refusals: Refusals) -> None:
    # Given somebody signed in
    session = signed_in(database)
    assert gateway.call("GET", TICKETS, token=session.access_token)["statusCode"] == 200
    # When ten minutes have passed
    with clock.frozen(clock.now() + access.ACCESS_TOKEN_LIVES):
        answer = gateway.call("GET", TICKETS, token=session.access_token)
    # Then their token opens nothing
    assert answer["statusCode"] == 403
    assert refusals() == [(f"user:{session.user_id}", "api.authorize", "expired access token")]


@pytest.mark.parametrize(
    ("change", "key", "algorithm", "reason"),
    [
        ({}, "a-key-somebody-else-made-up-0123456789-0123456789-0123456789-0123", "HS256", "forged access token"),
        ({}, None, "none", "malformed access token"),
        ({}, people.SIGNING_KEY, "HS512", "malformed access token"),
        ({"aud": "prod"}, people.SIGNING_KEY, "HS256", "malformed access token"),
        ({"iss": "somebody"}, people.SIGNING_KEY, "HS256", "malformed access token"),
        ({"sid": "not-a-session"}, people.SIGNING_KEY, "HS256", "malformed access token"),
        ({"sid": str(ids.new_id())}, people.SIGNING_KEY, "HS256", "unknown session"),
    ],
    ids=["wrong key", "alg none", "other alg", "other stage", "other issuer", "no session id", "no such session"],
)
def test_a_forged_access_token_opens_nothing(
    gateway: Gateway,
    database: Database,
    refusals: Refusals,
    change: dict[str, str],
    key: str | None,
    algorithm: str,
    reason: str,
) -> None:
    # Given the claims of an admin's token, signed again by somebody else or for something else
    claims = claims_of(signed_in(database, "admin").access_token)
    # When it is shown
    answer = gateway.call("GET", "/api/auth/users", token=forged(claims | change, key, algorithm))
    # Then it opens nothing
    assert answer["statusCode"] == 403
    assert refusals() == [("nobody", "api.authorize", reason)]


def test_a_token_says_who_but_not_what_they_may(gateway: Gateway, database: Database, refusals: Refusals) -> None:
    # Given a viewer's token whose role was changed to admin, signed with the right key
    claims = claims_of(signed_in(database, "viewer").access_token)
    # When it is shown where only admins may go
    token = forged(claims | {"role": "admin"}, people.SIGNING_KEY, "HS256")
    # Then what counts is the role they have
    assert gateway.call("GET", "/api/auth/users", token=token)["statusCode"] == 403
    assert refusals() == [(f"user:{claims['sub']}", "api.call", "users:manage")]


def test_a_token_of_before_a_rotation_opens_and_one_of_after_too(
    gateway: Gateway, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a token signed before the key was rotated
    before = signed_in(database)
    rotated = {"signing_key": people.SIGNING_KEY[::-1], "previous_key": people.SIGNING_KEY}
    monkeypatch.setenv("RELEVO_AUTH_SECRET", json.dumps(rotated))
    from relevo.settings import settings

    settings.cache_clear()
    # When another is signed after
    after = signed_in(database)
    # Then both open
    answers = [gateway.call("GET", TICKETS, token=session.access_token) for session in (before, after)]
    assert [answer["statusCode"] for answer in answers] == [200, 200]
    assert jwt.decode(after.access_token, rotated["signing_key"], algorithms=["HS256"], audience="local")


# ----------------------------------------------------------------------------------------------- permissions, branches


def test_a_viewer_writes_nothing(gateway: Gateway, database: Database, refusals: Refusals) -> None:
    # Given a viewer
    session = signed_in(database, "viewer")
    # When they open a ticket
    answer = gateway.call("POST", TICKETS, token=session.access_token, body={})
    # Then they may not
    assert answer["statusCode"] == 403 and "tickets:write" in content(answer)["detail"]
    assert refusals() == [(f"user:{session.user_id}", "api.call", "tickets:write")]


def test_a_foreign_branch_stays_closed(gateway: Gateway, database: Database, refusals: Refusals) -> None:
    # Given an admin of one branch, and a user of another
    with database.unit_of_work() as uow:
        own, foreign = world.branch(uow, "centro"), world.branch(uow, "norte")
        theirs = people.user(uow, "agent", branches=[foreign])
    session = signed_in(database, "admin", branches=[own])
    # When the admin gives themselves out as deciding there
    change = gateway.call("PATCH", f"/api/auth/users/{theirs.id}", token=session.access_token, body={"role": "viewer"})
    new = {"email": "x@relevo.example", "name": "X", "role": "viewer", "branches": [str(foreign)]}
    create = gateway.call("POST", "/api/auth/users", token=session.access_token, body=new)
    everywhere = gateway.call("POST", "/api/auth/users", token=session.access_token, body=new | {"branches": None})
    # Then they do not
    assert [answer["statusCode"] for answer in (change, create, everywhere)] == [403, 403, 403]
    assert content(change)["type"] == "urn:relevo:problem:foreign-branch"
    assert set(refusals()) == {(f"user:{session.user_id}", "api.call", "foreign-branch")}


def test_a_key_without_the_scope_is_refused(gateway: Gateway, database: Database, refusals: Refusals) -> None:
    # Given a key that reads
    with database.unit_of_work() as uow:
        key, token = access.create_key(uow, "reader", {"tickets:read"})
    # When it writes
    answer = gateway.call("POST", TICKETS, token=token, body={})
    # Then it may not
    assert answer["statusCode"] == 403
    assert refusals() == [(f"key:{key.prefix}", "api.call", "tickets:write")]


def test_nobody_makes_somebody_stronger_than_themselves(
    gateway: Gateway, database: Database, refusals: Refusals
) -> None:
    # Given a key that manages users and nothing else
    with database.unit_of_work() as uow:
        key, token = access.create_key(uow, "HR", {"users:manage"})
        agent = people.user(uow, "agent")
    # When it makes an admin, or takes over an agent with a new password
    new = {"email": "x@relevo.example", "name": "X", "role": "admin", "branches": None}
    made = gateway.call("POST", "/api/auth/users", token=token, body=new)
    taken = gateway.call("POST", f"/api/auth/users/{agent.id}/password", token=token)
    # Then neither happens
    assert [made["statusCode"], taken["statusCode"]] == [403, 403]
    assert set(refusals()) == {(f"key:{key.prefix}", "api.call", "role-too-high")}


def test_a_one_time_password_opens_nothing_but_choosing_another(
    gateway: Gateway, database: Database, refusals: Refusals
) -> None:
    # Given an admin with a one-time password, and a session from it
    with database.unit_of_work() as uow:
        new = access.NewUser(email="new@relevo.example", name="New", role="admin", branches=None)
        _, password = access.create_user(uow, new, actor="test")
        session = access.log_in(uow, "new@relevo.example", password, address="192.0.2.1")
    assert session is not None
    # When they go anywhere
    paths = (("GET", TICKETS), ("GET", "/api/auth/users"), ("POST", "/api/auth/socket-ticket"))
    answers = [gateway.call(method, path, token=session.access_token) for method, path in paths]
    # Then they are asked for a password of their own
    assert {content(answer)["type"] for answer in answers} == {"urn:relevo:problem:password-change-needed"}
    assert set(refusals()) == {(f"user:{session.user_id}", "api.call", "must change the password")}


# ------------------------------------------------------------------------------------------------------ socket tickets


def ticket_for(database: Database, session: access.SignedIn) -> str:
    with database.unit_of_work() as uow:
        return access.issue_socket_ticket(uow, session.session_id)[0]


def test_a_socket_ticket_opens_once(database: Database, refusals: Refusals) -> None:
    # Given a ticket
    session = signed_in(database, "supervisor")
    ticket = ticket_for(database, session)
    # When it is shown twice
    first, second = connect(ticket), connect(ticket)
    # Then it opens once, and tells who connects
    assert [effect(first), effect(second)] == ["Allow", "Deny"]
    assert first["principalId"] == first["context"]["principal"] == f"user:{session.user_id}"
    assert first["context"]["role"] == "supervisor" and first["context"]["branches"] == "*"
    assert "context" not in second
    assert refusals() == [("nobody", "socket.connect", "used ticket")]


def test_a_socket_ticket_is_good_for_half_a_minute(database: Database, refusals: Refusals) -> None:
    # Given a ticket
    ticket = ticket_for(database, signed_in(database))
    # When it is shown after half a minute, then it opens nothing
    with clock.frozen(clock.now() + timedelta(seconds=31)):
        assert effect(connect(ticket)) == "Deny"
    assert refusals() == [("nobody", "socket.connect", "expired ticket")]


@pytest.mark.parametrize("ticket", ["", "x", "A" * 43, "' OR true --"])
def test_a_forged_socket_ticket_opens_nothing(database: Database, refusals: Refusals, ticket: str) -> None:
    assert effect(connect(ticket)) == "Deny"
    assert refusals() == [("nobody", "socket.connect", "unknown ticket")]


def test_a_socket_ticket_dies_with_its_session(database: Database, refusals: Refusals) -> None:
    # Given a ticket of somebody who signs out
    session = signed_in(database)
    ticket = ticket_for(database, session)
    with database.unit_of_work() as uow:
        access.log_out(uow, session.refresh_token)
    # When it is shown, then it opens nothing
    assert effect(connect(ticket)) == "Deny"
    assert refusals() == [(f"user:{session.user_id}", "socket.connect", "session over")]


# ------------------------------------------------------------------------------------------------------------- sessions


def test_a_replayed_refresh_token_ends_the_session(gateway: Gateway, database: Database, refusals: Refusals) -> None:
    # Given a session whose refresh token was copied, and used by its owner since
    session = signed_in(database)
    renewed = gateway.call("POST", REFRESH, cookie=session.refresh_token)
    assert renewed["statusCode"] == 200
    # When the copy is used
    replayed = gateway.call("POST", REFRESH, cookie=session.refresh_token)
    # Then the session is over for both: no token of it opens anything any more
    assert replayed["statusCode"] == 401 and content(replayed)["type"] == "urn:relevo:problem:session-ended"
    assert gateway.call("POST", REFRESH, cookie=cookie_of(renewed))["statusCode"] == 401
    assert gateway.call("GET", TICKETS, token=content(renewed)["access_token"])["statusCode"] == 403
    person = f"user:{session.user_id}"
    assert refusals() == [
        (person, "session.refresh", "token used before"),
        (person, "session.refresh", "session over"),
        (person, "api.authorize", "session over"),
    ]


def test_a_forged_refresh_token_opens_nothing(gateway: Gateway, refusals: Refusals) -> None:
    assert gateway.call("POST", REFRESH, cookie="A" * 43)["statusCode"] == 401
    assert refusals() == [("nobody", "session.refresh", "unknown token")]


def test_whoever_is_deactivated_is_out_at_once(gateway: Gateway, database: Database, refusals: Refusals) -> None:
    # Given somebody at work
    session = signed_in(database)
    # When they are deactivated
    with database.unit_of_work() as uow:
        access.change_user(uow, session.user_id, {"active": False}, actor="test")
    # Then neither their token nor their cookie opens anything
    assert gateway.call("GET", TICKETS, token=session.access_token)["statusCode"] == 403
    assert gateway.call("POST", REFRESH, cookie=session.refresh_token)["statusCode"] == 401
    assert {reason for _, _, reason in refusals()} == {"user deactivated"}


# ------------------------------------------------------------------------------------------------------------- guessing


def test_guessing_a_password_is_slower_each_time(gateway: Gateway, database: Database, refusals: Refusals) -> None:
    # Given somebody, and somebody else who guesses their password without pause
    with database.unit_of_work() as uow:
        victim = people.user(uow, "admin")
    with clock.frozen(clock.now()) as advance:
        waits = []
        for _ in range(27):
            answer = gateway.call("POST", LOGIN, body={"email": victim.email, "password": "a guess"})
            if answer["statusCode"] == 429:
                waits.append(int(answer["headers"]["retry-after"]))
                advance(timedelta(seconds=waits[-1]))
            else:
                assert content(answer)["type"] == "urn:relevo:problem:wrong-credentials"
        # Then after five free guesses each wait is twice the one before, up to five minutes
        assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
        # And the owner's own password waits too, then opens and clears the count
        right = {"email": victim.email, "password": people.PASSWORD}
        if (answer := gateway.call("POST", LOGIN, body=right))["statusCode"] == 429:
            advance(timedelta(seconds=int(answer["headers"]["retry-after"])))
            answer = gateway.call("POST", LOGIN, body=right)
        assert answer["statusCode"] == 200
        assert gateway.call("POST", LOGIN, body=right)["statusCode"] == 200
    found = refusals()
    assert (f"user:{victim.id}", "session.open", "wrong password") in found
    assert ("nobody", "session.open", "too many attempts") in found


def test_guessing_many_peoples_passwords_from_one_place_is_slowed_too(gateway: Gateway, refusals: Refusals) -> None:
    # When one address tries the same password with one e-mail after another
    with clock.frozen(clock.now()):
        guesses = [{"email": f"user{n}@relevo.example", "password": "Password123"} for n in range(21)]
        answers = [gateway.call("POST", LOGIN, body=guess)["statusCode"] for guess in guesses]
    # Then it has to wait after twenty
    assert answers == [401] * 20 + [429]
    assert refusals()[-1] == ("nobody", "session.open", "too many attempts")


def test_an_unknown_e_mail_is_answered_like_a_wrong_password(
    gateway: Gateway, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given somebody, and a record of what passwords are held against
    from relevo.access import passwords

    held = []
    matches = passwords.matches
    monkeypatch.setattr(passwords, "matches", lambda kept, given: held.append(kept) or matches(kept, given))
    with database.unit_of_work() as uow:
        known = people.user(uow).email
    # When a wrong password comes for them, and any password for nobody
    answers = [gateway.call("POST", LOGIN, body={"email": e, "password": "x"}) for e in (known, "no@relevo.example")]
    # Then the answers say the same but for the id of the occurrence, and one hash was computed for each
    bodies = [
        {name: v for name, v in content(a).items() if name not in ("instance", "correlation_id")} for a in answers
    ]
    assert bodies[0] == bodies[1]
    assert len(held) == 2 and held[1] is None
