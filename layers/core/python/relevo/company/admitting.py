"""What an operator decides about who gets in: users and API keys, made, listed, ended."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from pydantic import Field, model_validator

from relevo import access, clock
from relevo.company.document import Code, Email, Name, Part
from relevo.db import UnitOfWork
from relevo.errors import InvalidInput

P = TypeVar("P", bound=Part)


class NewKey(Part):
    """The API key to make; one without `days` never expires."""

    name: Name
    scopes: list[str]
    days: Annotated[int, Field(ge=1, le=3650)] | None = None


class KeyOrder(Part):
    """List the API keys, or revoke the one with this prefix."""

    list: Literal[True] | None = None
    revoke: str | None = None

    @model_validator(mode="after")
    def _asks_for_one_thing(self) -> KeyOrder:
        return _with_one_wish(self)


class NewUser(Part):
    """Somebody to be let in; without `branches` they see every branch."""

    email: Email
    name: Name
    role: Literal["admin", "supervisor", "agent", "viewer"]
    branches: list[Code] | None = None
    language: Literal["es", "en"] = "es"


class UserOrder(Part):
    """Let somebody in, list everybody, give somebody a new password, or shut somebody out (by e-mail)."""

    create: NewUser | None = None
    list: Literal[True] | None = None
    password: Email | None = None
    deactivate: Email | None = None

    @model_validator(mode="after")
    def _asks_for_one_thing(self) -> UserOrder:
        return _with_one_wish(self)


def _with_one_wish(order: P) -> P:
    if len(order.model_fields_set) != 1:
        raise ValueError(f"say one of {', '.join(type(order).model_fields)}")
    return order


def make_key(uow: UnitOfWork, wanted: NewKey, actor: str) -> dict[str, Any]:
    """A key with its token, which is told once. Raises InvalidInput."""
    expires_at = clock.now() + timedelta(days=wanted.days) if wanted.days else None
    made, token = access.create_key(uow, wanted.name, wanted.scopes, expires_at, actor=actor)
    return {**_key(made), "token": token}


def decide_keys(uow: UnitOfWork, order: KeyOrder, actor: str) -> dict[str, Any]:
    """What was asked for: every key, or the prefix of the one that is revoked now. Raises NotFound."""
    if order.revoke is None:
        return {"keys": [_key(key) for key in access.list_keys(uow)]}
    access.revoke_key(uow, order.revoke, actor=actor)
    return {"revoked": order.revoke}


def decide_users(uow: UnitOfWork, order: UserOrder, actor: str) -> dict[str, Any]:
    """What was asked for; a one-time password is told once. Raises InvalidInput, NotFound and LastAdmin."""
    if order.create:
        new = order.create
        branches = None if new.branches is None else _branches(uow, new.branches)
        wanted = access.NewUser(**new.model_dump(exclude={"branches"}), branches=branches)
        user, password = access.create_user(uow, wanted, actor=actor)
        return {**_user(uow, user), "password": password}
    if order.password:
        user = access.find_user(uow, order.password)
        return {"email": user.email, "password": access.reset_password(uow, user.id, actor=actor)}
    if order.deactivate:
        user = access.find_user(uow, order.deactivate)
        return _user(uow, access.change_user(uow, user.id, {"active": False}, actor=actor))
    return {"users": [_user(uow, user) for user in access.list_users(uow)]}


def _branches(uow: UnitOfWork, codes: list[str]) -> list[UUID]:
    found = {row["code"]: row["id"] for row in uow.all("SELECT code, id FROM inbox.branch")}
    if missing := [code for code in codes if code not in found]:
        raise InvalidInput(f"there is no branch {', '.join(missing)}")
    return [found[code] for code in codes]


def _key(key: access.ApiKey) -> dict[str, Any]:
    times = {name: getattr(key, name) for name in ("created_at", "expires_at", "revoked_at", "last_used_at")}
    return {
        "name": key.name,
        "prefix": key.prefix,
        "scopes": sorted(key.scopes),
        **{name: at.isoformat(timespec="seconds") if at else None for name, at in times.items()},
    }


def _user(uow: UnitOfWork, user: access.User) -> dict[str, Any]:
    rows = uow.all("SELECT code FROM inbox.branch WHERE id = ANY(%s) ORDER BY code", (list(user.branches or ()),))
    login = user.last_login_at
    return {
        "email": user.email,
        "name": user.name,
        "role": user.role,
        "branches": None if user.branches is None else [row["code"] for row in rows],
        "language": user.language,
        "active": user.active,
        "agent": user.agent_id is not None,
        "last_login_at": login.isoformat(timespec="seconds") if login else None,
    }
