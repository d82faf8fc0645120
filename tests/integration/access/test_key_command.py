"""`relevo key`: a key made on the command line opens, and is refused once it was revoked there."""

from __future__ import annotations

import json

from typer.testing import CliRunner

from infra.cli.key import key
from relevo import access
from relevo.db import Database

run = CliRunner().invoke


def test_a_key_is_made_listed_and_revoked(database: Database) -> None:
    # Given a key made on the command line
    made = json.loads(run(key, ["create", "web shop", "--scope", "tickets:write", "--days", "30"]).stdout)
    with database.unit_of_work() as uow:
        principal = access.authorize(uow, made["token"])
    assert principal == access.Principal(f"key:{made['prefix']}", frozenset({"tickets:write"}))
    # When it is revoked there
    revoked = run(key, ["revoke", made["prefix"]])
    # Then it opens nothing, and the list says so without its token
    with database.unit_of_work() as uow:
        assert revoked.exit_code == 0 and access.authorize(uow, made["token"]) is None
    (listed,) = map(json.loads, run(key, ["list"]).stdout.splitlines())
    assert listed["name"] == "web shop" and listed["revoked_at"] is not None and "token" not in listed


def test_a_scope_that_does_not_exist_is_named(database: Database) -> None:
    # When a key is asked for with a scope nobody knows
    result = run(key, ["create", "web shop", "--scope", "tickets:destroy"])
    # Then the command says which, in one line, and fails
    assert result.exit_code == 2 and "tickets:destroy" in result.output and len(result.output.splitlines()) == 1


def test_a_key_there_is_not_cannot_be_revoked(database: Database) -> None:
    # When a key nobody made is revoked, then the command says so and fails
    result = run(key, ["revoke", "0123456789ab"])
    assert result.exit_code == 2 and "0123456789ab" in result.output
