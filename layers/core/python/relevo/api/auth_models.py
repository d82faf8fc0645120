"""What goes over the wire when people sign in, and when users and API keys are managed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from relevo.api.models import Answer, Request
from relevo.api.text import Email, Line

Role = Literal["admin", "supervisor", "agent", "viewer"]
Tongue = Literal["es", "en"]
Password = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Branches = Annotated[list[UUID], Field(max_length=100)]
"""Few enough for what the authorizer may say of somebody; whoever has more sees all of them."""


class Login(Request):
    """Who signs in."""

    email: Email = Field(examples=["lucia@relevo.example"])
    password: Password


class BranchOf(Answer):
    """A branch somebody works in."""

    id: UUID
    code: str
    name: str


class AgentOf(Answer):
    """The agent somebody is."""

    id: UUID
    name: str
    available: bool
    max_conversations: int
    department_id: UUID


class Me(Answer):
    """Whoever is signed in, and what they may do. `branches` null is all of them."""

    id: UUID
    email: str
    name: str
    role: Role
    permissions: list[str]
    branches: list[BranchOf] | None
    agent: AgentOf | None
    language: Tongue
    must_change_password: bool


class Session(Answer):
    """A session: the access token to send as a bearer token, for how many seconds, and whose it is."""

    access_token: str
    expires_in: int
    user: Me


class MePatch(Request):
    """What people change about themselves."""

    language: Tongue | None = None
    name: Line | None = None

    def changes(self) -> dict[str, Any]:
        """The fields that were sent with a value."""
        return self.model_dump(exclude_none=True)


class PasswordChange(Request):
    """The password they have and the one they want."""

    current: Password
    new: Password


class SocketTicket(Answer):
    """Where to connect for live updates, once and soon."""

    url: str
    expires_at: datetime


class UserIn(Request):
    """Somebody to be let in. Without `agent_id` they become the agent with their e-mail, if there is one."""

    email: Email
    name: Line
    role: Role
    branches: Branches | None = Field(description="null is every branch")
    language: Tongue = "es"
    agent_id: UUID | None = None


class UserPatch(Request):
    """Fields to change; those left out stay. Deactivating somebody ends their sessions."""

    name: Line | None = None
    role: Role | None = None
    branches: Branches | None = Field(None, description="null is every branch")
    language: Tongue | None = None
    active: bool | None = None
    agent_id: UUID | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> UserPatch:
        if not self.model_fields_set:
            raise ValueError("names no field to change")
        set_to_null = {name for name in self.model_fields_set if getattr(self, name) is None}
        if nulls := sorted(set_to_null - {"branches", "agent_id"}):
            raise ValueError(f"{', '.join(nulls)} cannot be null; leave it out to keep it")
        return self

    def changes(self) -> dict[str, Any]:
        """The fields that were sent."""
        return self.model_dump(include=self.model_fields_set)


class User(Answer):
    """A user. `branches` null is all of them."""

    id: UUID
    email: str
    name: str
    role: Role
    branches: list[UUID] | None
    language: Tongue
    active: bool
    must_change_password: bool
    agent_id: UUID | None
    last_login_at: datetime | None
    created_at: datetime


class UserPage(Answer):
    """Users, newest first."""

    items: list[User]
    next: str | None


class UserWithPassword(Answer):
    """A user and the password to use once, which nobody can see again."""

    user: User
    password: str


class KeyIn(Request):
    """A key for a program. It does no more than its maker may do, now and later."""

    name: Line
    scopes: list[str] = Field(min_length=1, max_length=50)
    expires_at: AwareDatetime | None = None


class Key(Answer):
    """An API key: everything but its secret."""

    prefix: str
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


class KeyPage(Answer):
    """API keys, newest first."""

    items: list[Key]
    next: str | None


class KeyWithToken(Answer):
    """A key and its token, which nobody can see again."""

    key: Key
    token: str


class AuditLine(Answer):
    """Who did what, or was refused it; with the names of who did it and to whom, where they are people or keys."""

    at: datetime
    actor: str
    actor_name: str | None
    action: str
    subject: str | None
    subject_name: str | None
    outcome: Literal["allowed", "refused"]
    detail: dict[str, Any]


class AuditPage(Answer):
    """The audit, newest first."""

    items: list[AuditLine]
    next: str | None
