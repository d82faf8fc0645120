"""Whoever calls: a person or an API key, what they may do and which branches they see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

NO_BRANCH = "-"
"""What the authorizer says of somebody who sees no branch; nothing at all would be every branch."""


class Principal(NamedTuple):
    """Who calls, as histories and audits name it (`user:<id>`, `key:<prefix>`), and what they may do and see."""

    name: str
    scopes: frozenset[str]
    user_id: UUID | None = None
    role: str | None = None
    branches: frozenset[UUID] | None = None
    """The branches they see; None is all of them."""
    agent_id: UUID | None = None
    """The agent this user is, if one."""
    session_id: UUID | None = None
    """The session a person calls from."""
    must_change_password: bool = False
    """They signed in with a one-time password: nothing is open to them but choosing their own."""

    def sees(self, branch_id: UUID | None) -> bool:
        """Whether a thing of this branch may be shown to them; what has no branch is everybody's."""
        return self.branches is None or branch_id is None or branch_id in self.branches


def told(caller: Principal) -> dict[str, str]:
    """The principal in the authorizer's words, as API Gateway hands them on: strings, empty for nothing."""
    branches = "*" if caller.branches is None else " ".join(sorted(map(str, caller.branches))) or NO_BRANCH
    return {
        "principal": caller.name,
        "scopes": " ".join(sorted(caller.scopes)),
        "user": str(caller.user_id or ""),
        "role": caller.role or "",
        "branches": branches,
        "agent": str(caller.agent_id or ""),
        "session": str(caller.session_id or ""),
        "password": "change" if caller.must_change_password else "",
    }


def understood(context: Mapping[str, Any]) -> Principal | None:
    """The principal again; None when the authorizer vouched for nobody."""
    name, scopes = context.get("principal"), context.get("scopes")
    if not isinstance(name, str) or not name or not isinstance(scopes, str):
        return None
    branches = context.get("branches") or "*"
    return Principal(
        name,
        frozenset(scopes.split()),
        user_id=_id(context, "user"),
        role=context.get("role") or None,
        branches=None if branches == "*" else frozenset(UUID(id) for id in branches.split() if id != NO_BRANCH),
        agent_id=_id(context, "agent"),
        session_id=_id(context, "session"),
        must_change_password=context.get("password") == "change",
    )


def _id(context: Mapping[str, Any], name: str) -> UUID | None:
    return UUID(context[name]) if context.get(name) else None
