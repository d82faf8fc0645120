"""Access tokens over a rotation of the key they are signed with, in processes that run on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from relevo import aws, clock, ids
from relevo.access import people, tokens
from relevo.settings import settings

FIRST, SECOND = "first" * 13, "second" * 11


class Secrets:
    """Secrets Manager with one secret; counts how often it is read."""

    def __init__(self) -> None:
        self.value = {"signing_key": FIRST, "previous_key": ""}
        self.reads = 0

    def call(self, service: str, operation: str, payload: dict[str, Any]) -> dict[str, Any]:
        assert (service, operation, payload) == ("secretsmanager", "GetSecretValue", {"SecretId": "relevo/test/auth"})
        self.reads += 1
        return {"SecretString": json.dumps(self.value)}


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> Iterator[Secrets]:
    kept = Secrets()
    monkeypatch.setenv("RELEVO_AUTH_SECRET", "relevo/test/auth")
    monkeypatch.setattr(aws, "call", kept.call)
    monkeypatch.setattr(tokens, "_looked_at", float("-inf"))
    settings.cache_clear()
    aws.secret.cache_clear()
    yield kept
    settings.cache_clear()
    aws.secret.cache_clear()


def signed_with(secrets: Secrets, key: str) -> str:
    """A token of a process that knows this key."""
    before, secrets.value = secrets.value, {"signing_key": key, "previous_key": ""}
    aws.secret.cache_clear()
    token = tokens.issue(ids.new_id(), ids.new_id(), "agent")
    secrets.value = before
    aws.secret.cache_clear()
    return token


def test_a_token_says_who_it_was_made_for(secrets: Secrets) -> None:
    # Given a token
    user_id, session_id = ids.new_id(), ids.new_id()
    token = tokens.issue(user_id, session_id, "agent")
    # Then it says so for ten minutes
    assert tokens.read(token) == (user_id, session_id)
    with clock.frozen(clock.now() + tokens.ACCESS_TOKEN_LIVES), pytest.raises(people.Closed, match="expired"):
        tokens.read(token)
    assert secrets.reads == 1


def test_a_new_key_is_read_when_its_first_token_comes(secrets: Secrets) -> None:
    # Given a process that read the secret before the rotation
    old, new = signed_with(secrets, FIRST), signed_with(secrets, SECOND)
    tokens.read(old)
    secrets.value = {"signing_key": SECOND, "previous_key": FIRST}
    # When tokens of both keys come
    tokens.read(new)
    tokens.read(old)
    # Then it knows both, and signs with the new one
    assert tokens._keys() == [SECOND, FIRST]


def test_forged_tokens_do_not_ask_for_the_secret_each_time(secrets: Secrets) -> None:
    # Given forged tokens in a row
    forged = signed_with(secrets, "somebody-elses" * 5)
    secrets.reads = 0
    for _ in range(5):
        with pytest.raises(people.Closed, match="forged"):
            tokens.read(forged)
    # Then the secret was read at the first, and once more to see whether it is new
    assert secrets.reads == 2


def test_without_the_former_key_a_rotation_ends_its_tokens(secrets: Secrets) -> None:
    old = signed_with(secrets, FIRST)
    secrets.value = {"signing_key": SECOND, "previous_key": ""}
    with pytest.raises(people.Closed, match="forged"):
        tokens.read(old)
