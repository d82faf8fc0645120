"""Users: people who sign in. Each has one role and either every branch or some; a user may be an agent of the desk."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from relevo import clock, ids
from relevo.access import attempts, audit, passwords, sessions
from relevo.access.permissions import ROLE_NAMES, ROLES
from relevo.db import Row, UnitOfWork
from relevo.errors import InvalidInput, NotFound, PermanentError

_SHOWN = (
    "u.id, u.email, u.name, u.role, u.language, u.active, u.must_change_password, u.last_login_at, u.created_at,"
    " u.all_branches, ARRAY(SELECT branch_id FROM access.user_branch WHERE user_id = u.id) AS branches,"
    " (SELECT id FROM desk.agent WHERE user_id = u.id) AS agent_id"
)


class LastAdmin(PermanentError):
    """The change would leave nobody who may add and change users."""


class EmailTaken(InvalidInput):
    """Somebody signs in with this e-mail already."""


@dataclass(frozen=True, slots=True)
class User:
    """A user as they may be shown: everything but the password."""

    id: UUID
    email: str
    name: str
    role: str
    branches: frozenset[UUID] | None
    """None is every branch."""
    language: str
    active: bool
    must_change_password: bool
    agent_id: UUID | None
    last_login_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """Somebody to be let in. Without `agent_id` they become the agent with their e-mail, if there is one."""

    email: str
    name: str
    role: str
    branches: Collection[UUID] | None
    language: str = "es"
    agent_id: UUID | None = None
    password_hash: str | None = None
    """Of a password they know already; without it they are given one to use once."""


def create_user(uow: UnitOfWork, new: NewUser, *, actor: str) -> tuple[User, str]:
    """A new user and their one-time password, which nobody can see again (empty when they brought their own).

    Raises InvalidInput for a role, branch or agent that does not exist or is somebody else's, EmailTaken.
    """
    _check_role(new.role)
    password = "" if new.password_hash else passwords.one_time_password()
    user_id, now = ids.new_id(), clock.now()
    made = uow.one(
        'INSERT INTO access."user" (id, email, name, role, all_branches, language, password_hash, must_change_password,'
        " created_at, updated_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
        " ON CONFLICT (lower(email)) DO NOTHING RETURNING id",
        (
            *(user_id, new.email.lower(), new.name, new.role, new.branches is None, new.language),
            *(new.password_hash or passwords.hash_password(password), not new.password_hash, now, now),
        ),
    )
    if made is None:
        raise EmailTaken(f"{new.email} signs in already")
    _give_branches(uow, user_id, new.branches or ())
    if new.agent_id is not None:
        _link_agent(uow, user_id, new.agent_id)
    else:
        uow.execute(
            "UPDATE desk.agent SET user_id = %s WHERE lower(email) = lower(%s) AND user_id IS NULL",
            (user_id, new.email),
        )
    user = get_user(uow, user_id)
    audit.record(uow, actor, "user.create", "allowed", subject=f"user:{user_id}", **_told(user))
    return user, password


def get_user(uow: UnitOfWork, user_id: UUID) -> User:
    """Raises NotFound."""
    row = uow.one(f'SELECT {_SHOWN} FROM access."user" AS u WHERE u.id = %s', (user_id,))
    if row is None:
        raise NotFound(f"there is no user {user_id}")
    return _user(row)


def find_user(uow: UnitOfWork, email: str) -> User:
    """Raises NotFound."""
    row = uow.one(f'SELECT {_SHOWN} FROM access."user" AS u WHERE lower(u.email) = lower(%s)', (email,))
    if row is None:
        raise NotFound(f"nobody signs in as {email}")
    return _user(row)


def profile(uow: UnitOfWork, user_id: UUID) -> dict[str, Any]:
    """A user with what they may do, their branches by name, and the agent they are. Raises NotFound."""
    user = get_user(uow, user_id)
    branches = uow.all(
        "SELECT branch.id, branch.code, branch.name FROM access.user_branch JOIN inbox.branch ON branch.id = branch_id"
        " WHERE user_id = %s ORDER BY branch.name",
        (user_id,),
    )
    agent = uow.one(
        "SELECT id, name, available, max_conversations, department_id FROM desk.agent WHERE user_id = %s", (user_id,)
    )
    shown = {name: getattr(user, name) for name in ("id", "email", "name", "role", "language", "must_change_password")}
    return shown | {
        "permissions": sorted(ROLES[user.role]),  # type: ignore[index]
        "branches": None if user.branches is None else branches,
        "agent": agent,
    }


def list_users(uow: UnitOfWork, *, after: UUID | None = None, limit: int | None = None) -> list[User]:
    """Users newest first, those deactivated included; `after` is the last one of the page before."""
    rows = uow.all(
        f'SELECT {_SHOWN} FROM access."user" AS u WHERE %(after)s::uuid IS NULL OR u.id < %(after)s'
        " ORDER BY u.id DESC LIMIT %(limit)s",
        {"after": after, "limit": limit},
    )
    return [_user(row) for row in rows]


def change_user(uow: UnitOfWork, user_id: UUID, changes: Mapping[str, Any], *, actor: str) -> User:
    """Change name, role, branches (None is all), language, agent_id or active; deactivating ends their sessions.

    Raises NotFound, InvalidInput, and LastAdmin when no active admin would be left.
    """
    before = get_user(uow, user_id)
    after = _with(before, changes)
    _check_role(after["role"])
    if before.role == "admin" and before.active and (after["role"] != "admin" or not after["active"]):
        _keep_an_admin(uow, user_id)
    uow.execute(
        'UPDATE access."user" SET name = %(name)s, role = %(role)s, all_branches = %(all_branches)s,'
        " language = %(language)s, active = %(active)s, updated_at = %(now)s WHERE id = %(id)s",
        after | {"all_branches": after["branches"] is None, "now": clock.now(), "id": user_id},
    )
    if "branches" in changes:
        _give_branches(uow, user_id, after["branches"] or ())
    if after["agent_id"] != before.agent_id:
        _link_agent(uow, user_id, after["agent_id"])
    if before.active and not after["active"]:
        sessions.end_sessions(uow, user_id, "deactivated")
    user = get_user(uow, user_id)
    told, now_told = _told(before), _told(user)
    difference = {name: [told[name], value] for name, value in now_told.items() if told[name] != value}
    if difference:
        audit.record(uow, actor, "user.change", "allowed", subject=f"user:{user_id}", changes=difference)
    return user


def _with(before: User, changes: Mapping[str, Any]) -> dict[str, Any]:
    names = ("name", "role", "branches", "language", "active", "agent_id")
    if unknown := set(changes) - set(names):
        raise InvalidInput(f"a user's {', '.join(sorted(unknown))} cannot be changed")
    return {name: changes.get(name, getattr(before, name)) for name in names}


def reset_password(uow: UnitOfWork, user_id: UUID, *, actor: str) -> str:
    """A new one-time password for who forgot theirs; their sessions end. Raises NotFound."""
    password = passwords.one_time_password()
    _keep_password(uow, get_user(uow, user_id).id, password, must_change=True)
    sessions.end_sessions(uow, user_id, "password reset")
    audit.record(uow, actor, "user.reset_password", "allowed", subject=f"user:{user_id}")
    return password


def change_password(
    uow: UnitOfWork, user_id: UUID, current: str, new: str, *, address: str, session_id: UUID | None
) -> bool:
    """Choose one's own password; every other session ends. False, and audited, when `current` is wrong.

    `attempts.begin` comes first. Raises InvalidInput with the rule the new one breaks.
    """
    row = uow.one('SELECT email, password_hash FROM access."user" WHERE id = %s AND active FOR UPDATE', (user_id,))
    actor = f"user:{user_id}"
    if row is None or not passwords.matches(row["password_hash"], current):
        audit.record_refusal(uow, actor, "user.change_password", reason="wrong password")
        return False
    attempts.succeeded(uow, row["email"], address)
    passwords.check(new, row["email"])
    if passwords.matches(row["password_hash"], new):
        raise InvalidInput("the new password is the current one")
    _keep_password(uow, user_id, new, must_change=False)
    sessions.end_sessions(uow, user_id, "password changed", but=session_id)
    audit.record(uow, actor, "user.change_password", "allowed", subject=actor)
    return True


def _keep_password(uow: UnitOfWork, user_id: UUID, password: str, *, must_change: bool) -> None:
    uow.execute(
        'UPDATE access."user" SET password_hash = %s, must_change_password = %s, updated_at = %s WHERE id = %s',
        (passwords.hash_password(password), must_change, clock.now(), user_id),
    )


def must_change_password(uow: UnitOfWork, user_id: UUID) -> bool:
    """Whether they still have to choose a password, which the authorizer's cached word may not know yet."""
    row = uow.one('SELECT must_change_password FROM access."user" WHERE id = %s', (user_id,))
    return row is None or bool(row["must_change_password"])


def _check_role(role: str) -> None:
    if role not in ROLE_NAMES:
        raise InvalidInput(f"there is no role {role}; there are {', '.join(ROLE_NAMES)}")


def _keep_an_admin(uow: UnitOfWork, but: UUID) -> None:
    """Locks every admin, so that of two who demote each other at once the second is told."""
    admins = uow.all("""SELECT id FROM access."user" WHERE role = 'admin' AND active ORDER BY id FOR UPDATE""")
    if not [row for row in admins if row["id"] != but]:
        raise LastAdmin("this is the last admin: make somebody else one first")


def _give_branches(uow: UnitOfWork, user_id: UUID, branches: Collection[UUID]) -> None:
    wanted = list(branches)
    known = {row["id"] for row in uow.all("SELECT id FROM inbox.branch WHERE id = ANY(%s)", (wanted,))}
    if missing := sorted(str(branch) for branch in wanted if branch not in known):
        raise InvalidInput(f"there is no branch {', '.join(missing)}")
    uow.execute("DELETE FROM access.user_branch WHERE user_id = %s AND branch_id <> ALL(%s)", (user_id, wanted))
    uow.execute(
        "INSERT INTO access.user_branch (user_id, branch_id) SELECT %s, unnest(%s::uuid[]) ON CONFLICT DO NOTHING",
        (user_id, wanted),
    )


def _link_agent(uow: UnitOfWork, user_id: UUID, agent_id: UUID | None) -> None:
    """This user is this agent, and no other; the desk keeps the link in its own row."""
    uow.execute(
        "UPDATE desk.agent SET user_id = NULL WHERE user_id = %s AND id IS DISTINCT FROM %s", (user_id, agent_id)
    )
    if agent_id is None:
        return
    linked = uow.one(
        "UPDATE desk.agent SET user_id = %s WHERE id = %s AND (user_id IS NULL OR user_id = %s) RETURNING id",
        (user_id, agent_id, user_id),
    )
    if linked is None:
        raise InvalidInput(f"there is no agent {agent_id}, or another user is that agent")


def _user(row: Row) -> User:
    every = row["all_branches"]
    shown = {name: value for name, value in row.items() if name != "all_branches"}
    return User(**shown | {"branches": None if every else frozenset(row["branches"])})


def _told(user: User) -> dict[str, Any]:
    """What the audit keeps of a user."""
    return {
        "email": user.email,
        "name": user.name,
        "role": user.role,
        "branches": "*" if user.branches is None else sorted(map(str, user.branches)),
        "active": user.active,
        "agent_id": str(user.agent_id) if user.agent_id else None,
    }
