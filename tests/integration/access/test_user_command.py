"""`relevo user`: somebody let in on the command line signs in, and no longer once they were shut out there."""

from __future__ import annotations

import io
import json
from typing import Any

import boto3
import pytest
from typer.testing import CliRunner

from infra.cli.user import user
from infra.local.pipeline import load_handler
from relevo import access
from relevo.db import Database
from tests.support import world

run = CliRunner().invoke


def told(*arguments: str) -> Any:
    done = run(user, list(arguments))
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def signs_in(database: Database, email: str, password: str) -> bool:
    with database.unit_of_work() as uow:
        return access.log_in(uow, email, password, address="192.0.2.1") is not None


def test_somebody_let_in_signs_in_and_must_choose_a_password(database: Database) -> None:
    # Given a branch
    with database.unit_of_work() as uow:
        world.branch(uow, "centro")
    # When somebody is let in there
    made = told("create", "Ana@Relevo.example", "--name", "Ana", "--role", "agent", "--branch", "centro")
    # Then they sign in with the password that was shown, however they write their e-mail
    assert signs_in(database, "ana@relevo.example", made["password"])
    with database.unit_of_work() as uow:
        ana = access.find_user(uow, "ANA@relevo.example")
    assert ana.must_change_password and ana.role == "agent" and len(ana.branches or ()) == 1


def test_who_forgot_is_given_a_new_password(database: Database) -> None:
    # Given somebody who was let in
    made = told("create", "ana@relevo.example", "--name", "Ana", "--role", "admin")
    # When they are given a new password
    new = told("password", "ana@relevo.example")["password"]
    # Then that opens, and the former does not
    assert signs_in(database, "ana@relevo.example", new)
    assert not signs_in(database, "ana@relevo.example", made["password"])


def test_who_is_shut_out_signs_in_no_more(database: Database) -> None:
    # Given two users
    told("create", "root@relevo.example", "--name", "Root", "--role", "admin")
    made = told("create", "ana@relevo.example", "--name", "Ana", "--role", "viewer")
    # When one is shut out
    assert told("deactivate", "ana@relevo.example")["active"] is False
    # Then they sign in no more, and the list tells both, without a password
    assert not signs_in(database, "ana@relevo.example", made["password"])
    listed = [json.loads(line) for line in run(user, ["list"]).stdout.splitlines()]
    assert [(line["email"], line["active"]) for line in listed] == [
        ("ana@relevo.example", False),
        ("root@relevo.example", True),
    ]
    assert all("password" not in line for line in listed)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["create", "ana", "--name", "Ana", "--role", "agent"], "users.create.email"),
        (["create", "ana@relevo.example", "--name", "Ana", "--role", "boss"], "users.create.role"),
        (["create", "root@relevo.example", "--name", "Ana", "--role", "agent"], "signs in already"),
        (["deactivate", "root@relevo.example"], "last admin"),
        (["password", "nobody@relevo.example"], "nobody signs in as"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(database: Database, arguments: list[str], reason: str) -> None:
    # Given one admin
    told("create", "root@relevo.example", "--name", "Root", "--role", "admin")
    # When something that cannot be done is asked for, then the command says why and fails
    result = run(user, arguments)
    assert result.exit_code == 2 and reason in result.output and len(result.output.splitlines()) == 1


def test_a_deployed_stage_is_asked_over_its_own_function(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a stage whose `configure` works on the database of this test
    class Lambda:
        def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:
            assert FunctionName == "relevo-dev-configure"
            answer = load_handler("configure")(json.loads(Payload), None)
            return {"Payload": io.BytesIO(json.dumps(answer).encode())}

    monkeypatch.setattr(boto3, "client", lambda service, **_: {"lambda": Lambda()}[service])
    # When somebody is let in there, then they sign in with the password it answers
    made = told("create", "ana@relevo.example", "--name", "Ana", "--role", "admin", "--stage", "dev")
    assert signs_in(database, "ana@relevo.example", made["password"])
