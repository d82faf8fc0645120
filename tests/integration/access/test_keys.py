"""API keys: shown once, kept as a hash, refused once they are revoked, expired or not ours."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from relevo import access, clock
from relevo.db import Database
from relevo.errors import InvalidInput, NotFound
from tests.support import people, world


def make(database: Database, **more: object) -> tuple[access.ApiKey, str]:
    with database.unit_of_work() as uow:
        return access.create_key(uow, "shop", {"tickets:read", "tickets:write"}, **more)  # type: ignore[arg-type]


def who(database: Database, token: str) -> access.Principal | None:
    with database.unit_of_work() as uow:
        return access.authorize(uow, token)


def audit(database: Database, action: str) -> list[tuple[str, str]]:
    with database.unit_of_work() as uow:
        rows = uow.all("SELECT actor, detail->>'reason' AS reason FROM access.audit WHERE action = %s", (action,))
    return [(row["actor"], row["reason"]) for row in rows]


def test_a_key_opens_for_its_scopes(database: Database) -> None:
    # Given a new key
    key, token = make(database)
    # When its token comes
    principal = who(database, token)
    # Then it is known by its prefix, with its scopes
    assert token.startswith(f"rlv_{key.prefix}_")
    assert principal == access.Principal(f"key:{key.prefix}", frozenset({"tickets:read", "tickets:write"}))


def test_the_secret_is_not_kept(database: Database) -> None:
    # Given a key
    _, token = make(database)
    secret = token.split("_", 2)[2]
    # When everything the database has of it is read
    with database.unit_of_work() as uow:
        kept = uow.one("SELECT k::text || encode(k.hash, 'escape') AS text FROM access.api_key AS k")
    # Then the secret is not in it, and it is 256 bits long
    assert kept is not None and secret not in kept["text"]
    assert len(secret) == 43


@pytest.mark.parametrize("change", ["", "x", "rlv_", "Bearer rlv", "\x00", "rlv_ñandúñandúña_" + "A" * 43])
def test_what_is_no_key_opens_nothing(database: Database, change: str) -> None:
    # When something else than a key comes, then nobody is let in
    assert [who(database, change) for _ in range(2)] == [None, None]
    # And the refusal is written, without what was shown, and once however often it comes
    assert audit(database, "api.authorize") == [("nobody", "malformed API key" if change else "no token")]


def test_a_wrong_secret_opens_nothing_and_blames_nobody(database: Database) -> None:
    # Given a key whose prefix became known
    _, token = make(database)
    # When somebody guesses the secret
    guessed = token[:-1] + ("A" if token[-1] != "A" else "B")
    # Then they are refused, and it is not written under the key's name
    assert who(database, guessed) is None
    assert audit(database, "api.authorize") == [("nobody", "wrong secret")]


def test_a_revoked_key_is_refused_at_once_and_audited(database: Database) -> None:
    # Given a key
    key, token = make(database)
    # When it is revoked, twice
    for _ in range(2):
        with database.unit_of_work() as uow:
            access.revoke_key(uow, key.prefix, actor="ana")
    # Then it opens nothing, which the audit says once however often it is tried
    assert [who(database, token) for _ in range(3)] == [None, None, None]
    assert audit(database, "api.authorize") == [(f"key:{key.prefix}", "revoked")]
    assert audit(database, "api_key.revoke") == [("ana", None), ("ana", None)]


def test_a_key_ends_with_its_time(database: Database) -> None:
    # Given a key for an hour
    _, token = make(database, expires_at=clock.now() + timedelta(hours=1))
    assert who(database, token) is not None
    # When the hour is over
    with clock.frozen(clock.now() + timedelta(hours=1)):
        # Then it opens nothing
        assert who(database, token) is None


def test_its_last_use_is_written_once_a_minute(database: Database) -> None:
    # Given a key
    _, token = make(database)
    seen = []
    # When it is used now, half a minute and two minutes later
    with clock.frozen(clock.now()) as advance:
        for step in (0, 30, 90):
            advance(timedelta(seconds=step))
            who(database, token)
            with database.unit_of_work() as uow:
                seen.append(access.list_keys(uow)[0].last_used_at)
    # Then the second use was too soon to be written
    assert seen[0] == seen[1] and seen[0] is not None and seen[2] == seen[0] + timedelta(minutes=2)


@pytest.mark.parametrize(
    ("scopes", "days", "rule"),
    [({"tickets:destroy"}, 1, "no such scope"), (set(), 1, "without a scope"), ({"tickets:read"}, -1, "past")],
)
def test_a_key_that_makes_no_sense_is_not_made(database: Database, scopes: set[str], days: int, rule: str) -> None:
    # When a key breaks a rule, then it is not made and the rule is named
    with database.unit_of_work() as uow, pytest.raises(InvalidInput, match=rule):
        access.create_key(uow, "shop", scopes, clock.now() + timedelta(days=days))


def test_no_key_nobody_made_is_revoked(database: Database) -> None:
    # When a key that is not there is revoked, then that is said
    with database.unit_of_work() as uow, pytest.raises(NotFound):
        access.revoke_key(uow, "0123456789ab")


def made_by(database: Database, role: str, **more: Any) -> tuple[access.User, str]:
    """Somebody, and the token of a key they made."""
    with database.unit_of_work() as uow:
        user = people.user(uow, role, **more)
        _, token = access.create_key(uow, "own", {"tickets:read", "tickets:delete"}, actor="test", user_id=user.id)
    return user, token


def test_a_persons_key_does_what_they_may_in_the_branches_they_see(database: Database) -> None:
    # Given a supervisor of one branch with a key
    with database.unit_of_work() as uow:
        centro = world.branch(uow)
    user, token = made_by(database, "supervisor", branches=[centro])
    # Then it sees that branch, and is no person
    key = who(database, token)
    assert key is not None and key.branches == {centro} and key.user_id is None
    assert key.scopes == {"tickets:read", "tickets:delete"}
    # When they become an admin of every branch, then it does so too, and no more than it was made for
    with database.unit_of_work() as uow:
        access.change_user(uow, user.id, {"role": "admin", "branches": None}, actor="test")
    key = who(database, token)
    assert key is not None and key.branches is None and key.scopes == {"tickets:read", "tickets:delete"}


@pytest.mark.parametrize("change", [{"role": "agent"}, {"active": False}])
def test_a_persons_key_ends_with_their_right_to_hold_one(database: Database, change: dict[str, Any]) -> None:
    # Given a supervisor with a key
    user, token = made_by(database, "supervisor")
    assert who(database, token) is not None
    # When they may hold keys no more
    with database.unit_of_work() as uow:
        access.change_user(uow, user.id, change, actor="test")
    # Then it opens nothing
    assert who(database, token) is None
    assert audit(database, "api.authorize")[-1][1] == "its maker may hold no keys"


def test_people_see_and_revoke_their_own_keys(database: Database) -> None:
    # Given keys of two people
    (one, _), (two, token) = made_by(database, "supervisor"), made_by(database, "supervisor")
    prefix = token.split("_")[1]
    # When one looks, and revokes the other's
    with database.unit_of_work() as uow:
        assert len(access.list_keys(uow, of=one.id)) == 1 and len(access.list_keys(uow)) == 2
        with pytest.raises(NotFound):
            access.revoke_key(uow, prefix, of=one.id)
        # Then only its maker, or somebody for everybody, can
        access.revoke_key(uow, prefix, of=two.id)
    assert who(database, token) is None
