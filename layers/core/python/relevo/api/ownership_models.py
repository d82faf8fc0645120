"""What is asked of who holds a conversation; what is answered stands in `relevo.console`."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field, model_validator

from relevo.api.models import Request
from relevo.api.text import Comment, Line


class Seen(Request):
    """The version of the owner that the caller saw: whoever was faster is told of, instead of overruled."""

    version: int = Field(ge=1)


class AssignIn(Seen):
    """Who is to hold the conversation."""

    agent_id: UUID


class TransferIn(Seen):
    """Where the conversation goes: to an agent, a department or a branch. `note` tells colleagues why."""

    agent_id: UUID | None = None
    department_id: UUID | None = None
    branch_id: UUID | None = None
    note: Comment | None = None

    @model_validator(mode="after")
    def _goes_somewhere(self) -> TransferIn:
        if sum(target is not None for target in (self.agent_id, self.department_id, self.branch_id)) != 1:
            raise ValueError("needs one of agent_id, department_id and branch_id")
        return self


class CloseIn(Request):
    """Why a conversation ends, and whether its ticket is resolved with it."""

    reason: Line | None = None
    resolve_ticket: bool = True


class EscalateIn(Request):
    """What the supervisor has to know."""

    reason: Line
