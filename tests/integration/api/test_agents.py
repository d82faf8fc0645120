"""Agents, departments, branches and numbers over HTTP: seen by whom it concerns, changed with a record of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from relevo import clock, ids, inbox
from relevo.db import Database
from tests.integration.api.conftest import Api
from tests.support import inbox as people
from tests.support import world
from tests.support.broker import MemoryMessaging, detail
from tests.support.gateway import content
from tests.support.inbox import Person

AGENTS, BRANCHES = "/api/agents", "/api/branches"


@dataclass(frozen=True)
class Desk:
    """Two branches; an agent of the first, an agent of the second, one of both, a supervisor of the first, an admin."""

    centro: UUID
    norte: UUID
    number: UUID
    technical: UUID
    ana: Person
    nora: Person
    sol: Person
    admin: Person


@pytest.fixture
def desk(database: Database) -> Desk:
    with database.unit_of_work() as uow:
        centro, norte, technical = world.branch(uow), world.branch(uow, "norte"), world.department(uow)
        return Desk(
            centro,
            norte,
            world.account(uow, centro),
            technical,
            people.agent(uow, technical, "Ana", branches=(centro,), branch_id=centro, skills=("redes", "altas")),
            people.agent(uow, technical, "Nora", branches=(norte,), branch_id=norte),
            people.agent(uow, technical, "Sol", role="supervisor", branches=(centro,)),
            people.user(uow, "Admin", role="admin"),
        )


def audited(database: Database) -> list[tuple[str, str, dict[str, Any]]]:
    with database.unit_of_work() as uow:
        rows = uow.all("SELECT action, subject, detail FROM access.audit WHERE outcome = 'allowed' ORDER BY id")
    return [(row["action"], row["subject"], row["detail"]) for row in rows]


# -------------------------------------------------------------------------------------------------------------- agents


def test_an_agent_is_shown_with_what_they_hold_and_whether_they_are_there(
    api: Api, desk: Desk, database: Database
) -> None:
    # Given an agent who holds a conversation and gave a sign of life a minute ago
    with database.unit_of_work() as uow:
        seen_at = clock.now() - timedelta(minutes=1)
        uow.execute("UPDATE desk.agent SET seen_at = %s WHERE id = %s", (seen_at, desk.ana.agent_id))
        people.hold(uow, people.conversation(uow, desk.number), "agent", desk.ana.agent_id)
        people.hold(uow, people.conversation(uow, desk.number), "queue")
    # When the agents are listed
    listed = content(api("GET", AGENTS, **desk.admin.calling()))["items"]
    # Then everybody is there by name, and she with all of it
    assert [agent["name"] for agent in listed] == ["Ana", "Nora", "Sol"]
    ana = listed[0]
    assert (ana["online"], ana["open_conversations"], ana["max_conversations"]) == (True, 1, 5)
    assert (ana["department"]["code"], ana["branch"]["code"], ana["skills"]) == (
        "technical",
        "centro",
        ["altas", "redes"],
    )
    assert ana["user_id"] == str(desk.ana.user_id)
    assert not listed[1]["online"] and listed[2]["branch"] is None


def test_agents_of_foreign_branches_are_not_shown(api: Api, desk: Desk) -> None:
    # When somebody of one branch lists the agents
    listed = content(api("GET", AGENTS, **desk.ana.calling()))["items"]
    # Then those of theirs and of every branch are there
    assert [agent["name"] for agent in listed] == ["Ana", "Sol"]
    # And the list of another branch is refused
    assert api("GET", AGENTS, query={"branch": str(desk.norte)}, **desk.ana.calling())["statusCode"] == 403
    # And who sees all can ask for one: Sol, whose own branch is none, sees only the first and works for no other
    asked = api("GET", AGENTS, query={"branch": str(desk.norte)}, **desk.admin.calling())
    assert [agent["name"] for agent in content(asked)["items"]] == ["Nora"]


def test_agents_come_and_go_by_themselves_and_keep_what_they_hold(
    api: Api, desk: Desk, database: Database, sent: MemoryMessaging
) -> None:
    # Given an agent with a conversation
    with database.unit_of_work() as uow:
        held = people.conversation(uow, desk.number)
        people.hold(uow, held, "agent", desk.ana.agent_id)
    # When she goes away
    answer = api("PUT", f"{AGENTS}/me/availability", body={"available": False}, **desk.ana.calling())
    # Then she is, which is told and recorded, and the conversation is still hers
    assert answer["statusCode"] == 200 and content(answer)["available"] is False
    assert content(answer)["open_conversations"] == 1
    assert [detail(m)["agent_id"] for m in sent.facts if m.name == "agent.changed"] == [str(desk.ana.agent_id)]
    assert audited(database) == [("agent.change", str(desk.ana.agent_id), {"available": {"old": True, "new": False}})]
    # And doing it again changes and tells nothing
    api("PUT", f"{AGENTS}/me/availability", body={"available": False}, **desk.ana.calling())
    assert len(audited(database)) == 1
    # And who is no agent cannot
    answer = api("PUT", f"{AGENTS}/me/availability", body={"available": True}, **desk.admin.calling())
    assert content(answer)["type"] == "urn:relevo:problem:not-an-agent"


def test_an_agent_is_added_and_changed(api: Api, desk: Desk, database: Database) -> None:
    # When a supervisor adds an agent
    body = {
        "name": "Beto Ríos",
        "email": "beto@relevo.example",
        "department_id": str(desk.technical),
        "branch_id": str(desk.centro),
        "max_conversations": 3,
        "skills": ["altas"],
    }
    added = api("POST", AGENTS, body=body, **desk.sol.calling())
    # Then he is there, available, and not online
    assert added["statusCode"] == 201
    beto = content(added)
    assert (beto["available"], beto["online"], beto["skills"]) == (True, False, ["altas"])
    # When somebody of all branches changes him
    patch = {"skills": ["redes"], "max_tickets": 9, "supervisor_id": str(desk.sol.agent_id), "branch_id": None}
    changed = content(api("PATCH", f"{AGENTS}/{beto['id']}", body=patch, **desk.admin.calling()))
    # Then only that changed, with old and new in the record
    assert (changed["skills"], changed["max_tickets"], changed["branch"]) == (["redes"], 9, None)
    assert changed["max_conversations"] == 3
    action, subject, record = audited(database)[-1]
    assert (action, subject) == ("agent.change", beto["id"])
    assert record["skills"] == {"old": ["altas"], "new": ["redes"]} and record["branch"]["new"] is None
    assert set(record) == {"skills", "max_tickets", "supervisor_id", "branch"}


@pytest.mark.parametrize(
    ("patch", "said"),
    [
        ({}, "no field"),
        ({"name": None}, "cannot be null"),
        ({"seniority": 9}, "seniority"),
        ({"department_id": str(ids.new_id())}, "no such department"),
        ({"user_id": str(ids.new_id())}, "no such user"),
        ({"email": "nora@relevo.example"}, "another agent has this e-mail"),
        ({"colour": "blue"}, "not known"),
    ],
)
def test_a_change_that_cannot_be_is_refused(api: Api, desk: Desk, patch: dict[str, Any], said: str) -> None:
    # When an agent is changed into what cannot be
    answer = api("PATCH", f"{AGENTS}/{desk.ana.agent_id}", body=patch, **desk.admin.calling())
    # Then it is refused, saying what is wrong
    assert answer["statusCode"] == 422 and said in content(answer)["detail"]


def test_nobody_is_their_own_supervisor(api: Api, desk: Desk) -> None:
    # When an agent is made their own supervisor, then it is refused
    body = {"supervisor_id": str(desk.ana.agent_id)}
    assert api("PATCH", f"{AGENTS}/{desk.ana.agent_id}", body=body, **desk.admin.calling())["statusCode"] == 422


def test_a_supervisor_manages_the_agents_of_their_branches(api: Api, desk: Desk) -> None:
    # When a supervisor of one branch changes an agent of another, or sends one there
    theirs = api("PATCH", f"{AGENTS}/{desk.nora.agent_id}", body={"name": "X"}, **desk.sol.calling())
    away = api("PATCH", f"{AGENTS}/{desk.ana.agent_id}", body={"branch_id": str(desk.norte)}, **desk.sol.calling())
    # Then both are refused; and an agent manages nobody, an agent nobody knows is not found
    assert (theirs["statusCode"], away["statusCode"]) == (403, 403)
    assert api("PATCH", f"{AGENTS}/{desk.ana.agent_id}", body={"name": "X"}, **desk.ana.calling())["statusCode"] == 403
    assert api("PATCH", f"{AGENTS}/{ids.new_id()}", body={"name": "X"}, **desk.admin.calling())["statusCode"] == 404


def test_agents_of_all_branches_are_managed_by_who_sees_all(api: Api, desk: Desk) -> None:
    # When a supervisor of one branch changes an agent without a branch, makes one of hers such, or adds one
    new = {"name": "Beto Ríos", "email": "beto@relevo.example", "department_id": str(desk.technical)}
    refused = [
        api("PATCH", f"{AGENTS}/{desk.sol.agent_id}", body={"max_tickets": 9}, **desk.sol.calling()),
        api("PATCH", f"{AGENTS}/{desk.ana.agent_id}", body={"branch_id": None}, **desk.sol.calling()),
        api("POST", AGENTS, body=new, **desk.sol.calling()),
    ]
    # Then it is refused: they work for branches she does not lead
    assert {(answer["statusCode"], content(answer)["type"]) for answer in refused} == {
        (403, "urn:relevo:problem:foreign-branch")
    }
    # And who sees all branches may, and her own agents stay hers to change
    assert api("POST", AGENTS, body=new, **desk.admin.calling())["statusCode"] == 201
    mine = api("PATCH", f"{AGENTS}/{desk.ana.agent_id}", body={"max_tickets": 9}, **desk.sol.calling())
    assert mine["statusCode"] == 200


def test_the_audit_is_read_by_who_sees_all_branches(api: Api, desk: Desk) -> None:
    # When a supervisor of one branch, and somebody of all, read the audit
    limited = api("GET", "/api/auth/audit", **desk.sol.calling())
    whole = api("GET", "/api/auth/audit", **desk.admin.calling())
    # Then only the second does: its lines are of every branch
    assert (limited["statusCode"], content(limited)["type"]) == (403, "urn:relevo:problem:foreign-branch")
    assert whole["statusCode"] == 200


def test_departments_are_listed(api: Api, desk: Desk, database: Database) -> None:
    # Given two departments
    with database.unit_of_work() as uow:
        world.department(uow, "billing", supervisor_id=desk.sol.agent_id)
    # When they are listed, then both are there by name
    listed = content(api("GET", "/api/departments", **desk.ana.calling()))["items"]
    assert [(row["code"], row["supervisor_id"]) for row in listed] == [
        ("billing", str(desk.sol.agent_id)),
        ("technical", None),
    ]


# ------------------------------------------------------------------------------------------------------------ branches


def test_branches_are_shown_with_their_numbers_to_who_works_there(api: Api, desk: Desk) -> None:
    # When an agent of one branch and an admin list the branches
    own, every = (content(api("GET", BRANCHES, **who.calling()))["items"] for who in (desk.ana, desk.admin))
    # Then each sees theirs
    assert [branch["code"] for branch in own] == ["centro"]
    assert [branch["code"] for branch in every] == ["centro", "norte"]
    assert (own[0]["assignment"], own[0]["faithful"]) == ("automatic", True)
    (account,) = own[0]["accounts"]
    assert (account["channel"], account["external_id"], account["active"]) == ("whatsapp", "100000000000001", True)


def test_a_branch_is_added_and_changed(api: Api, desk: Desk, database: Database) -> None:
    # When an admin adds a branch and makes it manual
    body = {"code": "sur", "name": "Sur", "timezone": "America/Lima", "currency": "PEN"}
    added = api("POST", BRANCHES, body=body, **desk.admin.calling())
    assert added["statusCode"] == 201
    path = f"{BRANCHES}/{content(added)['id']}"
    changed = content(api("PATCH", path, body={"assignment": "manual"}, **desk.admin.calling()))
    # Then it is, and both are recorded
    assert (changed["name"], changed["assignment"], changed["accounts"]) == ("Sur", "manual", [])
    assert [(action, record.get("assignment")) for action, _, record in audited(database)] == [
        ("branch.add", "automatic"),
        ("branch.change", {"old": "automatic", "new": "manual"}),
    ]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"code": "centro", "name": "X", "timezone": "UTC", "currency": "COP"}, "code centro"),
        ({"code": "sur", "name": "X", "timezone": "Mars/Olympus", "currency": "COP"}, "no time zone"),
        ({"code": "Sur !", "name": "X", "timezone": "UTC", "currency": "COP"}, "code"),
        ({"code": "sur", "name": "X", "timezone": "UTC", "currency": "pesos"}, "currency"),
    ],
)
def test_a_branch_that_cannot_be_is_refused(api: Api, desk: Desk, body: dict[str, Any], said: str) -> None:
    # When such a branch is added, then it is refused, saying what is wrong
    answer = api("POST", BRANCHES, body=body, **desk.admin.calling())
    assert answer["statusCode"] == 422 and said in content(answer)["detail"]


def test_a_number_is_added_once_and_moved(api: Api, desk: Desk, database: Database) -> None:
    # Given a number added to a branch, with an open conversation
    body = {"channel": "whatsapp", "external_id": "100000000000009", "display_number": "+57 300 000 0009"}
    added = api("POST", f"{BRANCHES}/{desk.centro}/accounts", body=body, **desk.admin.calling())
    assert added["statusCode"] == 201
    (number,) = [a for a in content(added)["accounts"] if a["external_id"] == "100000000000009"]
    with database.unit_of_work() as uow:
        held = people.conversation(uow, UUID(number["id"]))
    # When it is added again, then it is refused
    again = api("POST", f"{BRANCHES}/{desk.norte}/accounts", body=body, **desk.admin.calling())
    assert again["statusCode"] == 422 and "move it" in content(again)["detail"]
    # When it is moved
    path = f"{BRANCHES}/{desk.centro}/accounts/{number['id']}"
    moved = api("PATCH", path, body={"branch_id": str(desk.norte)}, **desk.admin.calling())
    # Then it is the other branch's, its open conversation stays, and who moved it is recorded
    assert content(moved)["code"] == "norte" and len(content(moved)["accounts"]) == 1
    with database.unit_of_work() as uow:
        assert inbox.get(uow, held).branch_id == desk.centro
    action, subject, record = audited(database)[-1]
    assert (action, subject) == ("account.change", number["id"])
    assert record == {"branch_id": {"old": str(desk.centro), "new": str(desk.norte)}}
    # And it is not where it was any more
    assert api("PATCH", path, body={"active": False}, **desk.admin.calling())["statusCode"] == 404


def test_only_who_may_manage_branches_does(api: Api, desk: Desk) -> None:
    # When a supervisor changes their own branch, then it is refused
    assert api("PATCH", f"{BRANCHES}/{desk.centro}", body={"name": "X"}, **desk.sol.calling())["statusCode"] == 403
    # And an admin of one branch does not change or reach into another
    limited = Person(desk.admin.user_id, "admin", branches=(desk.centro,)).calling()
    moving = {"branch_id": str(desk.norte)}
    assert api("PATCH", f"{BRANCHES}/{desk.norte}", body={"name": "X"}, **limited)["statusCode"] == 403
    path = f"{BRANCHES}/{desk.centro}/accounts/{desk.number}"
    assert api("PATCH", path, body=moving, **limited)["statusCode"] == 403
