"""Users: who they are, which agent they are, and that somebody always may decide about them."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from relevo import access, ids
from relevo.db import Database, UnitOfWork
from relevo.errors import InvalidInput, NotFound
from tests.support import people, world


def create(uow: UnitOfWork, email: str, role: str = "agent", **more: Any) -> access.User:
    new = access.NewUser(
        email=email, name="X", role=role, password_hash=people.password_hash(), **{"branches": None, **more}
    )
    return access.create_user(uow, new, actor="test")[0]


def test_an_e_mail_signs_in_once_however_it_is_written(database: Database) -> None:
    # Given somebody
    with database.unit_of_work() as uow:
        create(uow, "Ana@relevo.example")
    # When somebody else is to sign in with the same e-mail, then that is refused
    with database.unit_of_work() as uow, pytest.raises(access.EmailTaken):
        create(uow, "ana@RELEVO.example")


def test_whoever_has_an_agents_e_mail_is_that_agent(database: Database) -> None:
    # Given an agent
    with database.unit_of_work() as uow:
        agent_id = world.agent(uow, world.department(uow), "Ana")
        row = uow.one("SELECT email FROM desk.agent WHERE id = %s", (agent_id,))
        assert row is not None
        # When somebody with their e-mail is let in
        user = create(uow, row["email"].upper())
        session = people.sign_in(uow, user.email)
        principal = access.authorize(uow, session.access_token)
    # Then they are that agent, wherever they call
    assert user.agent_id == agent_id and principal is not None and principal.agent_id == agent_id


def test_an_agent_is_one_user(database: Database) -> None:
    # Given an agent who is somebody already
    with database.unit_of_work() as uow:
        agent_id = world.agent(uow, world.department(uow), "Ana")
        create(uow, "one@relevo.example", agent_id=agent_id)
    # When another is to be the same agent, then that is refused
    with database.unit_of_work() as uow, pytest.raises(InvalidInput, match="another user is that agent"):
        create(uow, "two@relevo.example", agent_id=agent_id)


def test_a_user_becomes_another_agent_or_none(database: Database) -> None:
    # Given a user who is an agent
    with database.unit_of_work() as uow:
        department = world.department(uow)
        first, second = (world.agent(uow, department, name) for name in ("Ana", "Eva"))
        user = create(uow, "one@relevo.example", agent_id=first)
        # When they become another, and then none
        became = access.change_user(uow, user.id, {"agent_id": second}, actor="test")
        none = access.change_user(uow, user.id, {"agent_id": None}, actor="test")
        linked = uow.all("SELECT id FROM desk.agent WHERE user_id IS NOT NULL")
    # Then the desk knows
    assert became.agent_id == second and none.agent_id is None and linked == []


def test_branches_are_replaced_as_a_whole(database: Database) -> None:
    # Given somebody in two branches
    with database.unit_of_work() as uow:
        one, two, three = (world.branch(uow, code) for code in ("one", "two", "three"))
        user = create(uow, "ana@relevo.example", branches=[one, two])
        # When they change, to one of them and another, to all, and to none
        changes: list[Any] = [[two, three], None, []]
        seen = [access.change_user(uow, user.id, {"branches": some}, actor="test").branches for some in changes]
    # Then they see exactly those
    assert seen == [frozenset({two, three}), None, frozenset()]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"role": "boss"}, "no role boss"),
        ({"branches": [ids.new_id()]}, "no branch"),
        ({"agent_id": ids.new_id()}, "no agent"),
        ({"email": "x@y.example"}, "cannot be changed"),
    ],
)
def test_a_change_that_points_nowhere_is_refused(database: Database, change: dict[str, Any], rule: str) -> None:
    with database.unit_of_work() as uow:
        user = create(uow, "ana@relevo.example")
    with database.unit_of_work() as uow, pytest.raises(InvalidInput, match=rule):
        access.change_user(uow, user.id, change, actor="test")


def test_nobody_there_is_not_found(database: Database) -> None:
    with database.unit_of_work() as uow, pytest.raises(NotFound):
        access.change_user(uow, ids.new_id(), {"name": "X"}, actor="test")


@pytest.mark.parametrize("change", [{"role": "supervisor"}, {"active": False}])
def test_the_last_admin_stays_one(database: Database, change: dict[str, Any]) -> None:
    # Given two admins, one of them deactivated
    with database.unit_of_work() as uow:
        last, former = create(uow, "last@relevo.example", "admin"), create(uow, "former@relevo.example", "admin")
        access.change_user(uow, former.id, {"active": False}, actor="test")
    # When the other one is demoted or deactivated, then that is refused
    with database.unit_of_work() as uow, pytest.raises(access.LastAdmin):
        access.change_user(uow, last.id, change, actor="test")


def test_of_two_admins_who_demote_each_other_at_once_one_stays(database: Database, database_url: str) -> None:
    # Given two admins
    with database.unit_of_work() as uow:
        admins = [create(uow, f"{name}@relevo.example", "admin").id for name in ("one", "two")]
    refused: list[bool] = []
    together = threading.Barrier(2)

    def demote(user_id: Any) -> None:
        own = Database(lambda: database_url)
        together.wait()
        try:
            own.run(lambda uow: access.change_user(uow, user_id, {"role": "viewer"}, actor="test"))
            refused.append(False)
        except access.LastAdmin:
            refused.append(True)
        own.close()

    # When each is demoted at the same moment
    threads = [threading.Thread(target=demote, args=(user_id,)) for user_id in admins]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Then one of the two is refused
    assert sorted(refused) == [False, True]


def test_what_changes_about_a_user_is_audited(database: Database) -> None:
    # Given somebody
    with database.unit_of_work() as uow:
        user = create(uow, "ana@relevo.example", "agent")
        # When they are promoted, and once more
        for _ in range(2):
            access.change_user(uow, user.id, {"role": "supervisor"}, actor="user:boss")
        lines = uow.all("SELECT actor, subject, detail FROM access.audit WHERE action = 'user.change'")
    # Then the audit has who did it, from what to what, once
    assert lines == [
        {"actor": "user:boss", "subject": f"user:{user.id}", "detail": {"changes": {"role": ["agent", "supervisor"]}}}
    ]


def test_a_forgotten_password_is_replaced_and_the_sessions_end(database: Database) -> None:
    # Given somebody signed in
    with database.unit_of_work() as uow:
        user = create(uow, "ana@relevo.example")
        session = people.sign_in(uow, user.email)
        # When they are given a new password
        password = access.reset_password(uow, user.id, actor="test")
        # Then it opens, the old one does not, and they have to choose another
        assert access.person_of(uow, session.session_id) is None
        assert access.log_in(uow, user.email, people.PASSWORD, address="192.0.2.1") is None
        assert access.log_in(uow, user.email, password, address="192.0.2.1") is not None
        assert access.must_change_password(uow, user.id)
