"""Routes of users: who may sign in, as what, and in which branches. Nobody gives more than they have."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from relevo import access
from relevo.access import ROLES, Principal
from relevo.api import cursor
from relevo.api.application import app
from relevo.api.auth_models import User, UserIn, UserPage, UserPatch, UserWithPassword
from relevo.api.endpoint import endpoint
from relevo.api.models import PageQuery
from relevo.api.requests import Refused, refuse_branch
from relevo.db import UnitOfWork
from relevo.runtime.problems import Problem

_USERS = "/api/auth/users"
_TAG = "Users"
_MANAGE = "users:manage"


@endpoint(app, "GET", _USERS, scope=_MANAGE, summary="List users", tag=_TAG)
def list_users(uow: UnitOfWork, query: PageQuery) -> UserPage:
    """Users newest first, those deactivated included, a page at a time."""
    users = access.list_users(uow, after=cursor.decode(query.cursor), limit=query.limit)
    last = users[-1].id if len(users) == query.limit else None
    return UserPage(items=[User.model_validate(user) for user in users], next=cursor.encode(last))


@endpoint(app, "POST", _USERS, scope=_MANAGE, summary="Let somebody in", tag=_TAG, status=201, refusals=(409,))
def create_user(uow: UnitOfWork, caller: Principal, body: UserIn) -> UserWithPassword:
    """A new user with a password to use once: they choose their own when they first sign in."""
    _refuse_more_than_own(caller, body.role, body.branches)
    try:
        user, password = access.create_user(uow, access.NewUser(**body.model_dump()), actor=caller.name)
    except access.EmailTaken as error:
        raise Problem(409, f"{error}.", kind="email-taken") from error
    return UserWithPassword(user=User.model_validate(user), password=password)


@endpoint(app, "PATCH", f"{_USERS}/<user_id>", scope=_MANAGE, summary="Change a user", tag=_TAG, refusals=(409,))
def change_user(uow: UnitOfWork, caller: Principal, user_id: UUID, body: UserPatch) -> User:
    """Changes the fields that are sent. Deactivating somebody ends their sessions and closes their API keys; the last
    admin stays one."""
    before = access.get_user(uow, user_id)
    changes = body.changes()
    _refuse_more_than_own(caller, before.role, before.branches)
    _refuse_more_than_own(caller, changes.get("role", before.role), changes.get("branches", before.branches))
    try:
        return User.model_validate(access.change_user(uow, user_id, changes, actor=caller.name))
    except access.LastAdmin as error:
        raise Problem(409, f"{error}.".capitalize(), kind="last-admin") from error


@endpoint(app, "POST", f"{_USERS}/<user_id>/password", scope=_MANAGE, summary="Give somebody a new password", tag=_TAG)
def reset_password(uow: UnitOfWork, caller: Principal, user_id: UUID) -> UserWithPassword:
    """A password to use once, for who forgot theirs; their sessions end."""
    user = access.get_user(uow, user_id)
    _refuse_more_than_own(caller, user.role, user.branches)
    password = access.reset_password(uow, user_id, actor=caller.name)
    return UserWithPassword(user=User.model_validate(access.get_user(uow, user_id)), password=password)


def _refuse_more_than_own(caller: Principal, role: str, branches: Collection[UUID] | None) -> None:
    """Raises Refused when somebody with this role and these branches could do more than the caller."""
    if not ROLES[role] <= caller.scopes:  # type: ignore[index]
        raise Refused(caller, f"role:{role}", f"You cannot decide about users with the role {role}.", "role-too-high")
    if branches is None and caller.branches is not None:
        raise Refused(caller, "branch:*")
    for branch in branches or ():
        refuse_branch(caller, branch)
