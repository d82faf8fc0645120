"""Routes of agents and departments: who works for customers, and who is there."""

from __future__ import annotations

from uuid import UUID

from relevo import desk
from relevo.access import Principal
from relevo.api.application import app
from relevo.api.endpoint import endpoint
from relevo.api.people_models import (
    Agent,
    AgentIn,
    AgentPatch,
    AgentQuery,
    Agents,
    Availability,
    Department,
    Departments,
)
from relevo.api.requests import refuse_branch, refuse_limited
from relevo.db import UnitOfWork
from relevo.runtime.problems import Problem

_AGENTS = "/api/agents"
_TAG = "Agents"


@endpoint(app, "GET", _AGENTS, scope="agents:read", summary="Who works for customers", tag=_TAG)
def list_agents(uow: UnitOfWork, caller: Principal, query: AgentQuery) -> Agents:
    """Agents by name, of the branches the caller works in, with what each holds and whether they are there."""
    if query.branch:
        refuse_branch(caller, query.branch)
    agents = desk.list_agents(uow, branch_id=query.branch, within=caller.branches)
    return Agents(items=[Agent.model_validate(agent) for agent in agents])


@endpoint(app, "POST", _AGENTS, scope="agents:manage", summary="Add an agent", tag=_TAG, status=201)
def add_agent(uow: UnitOfWork, caller: Principal, body: AgentIn) -> Agent:
    """Adds somebody to a department; with `user_id` they work in the console."""
    _refuse_agent(caller, body.branch_id)
    return Agent.model_validate(desk.add_agent(uow, body.fields(), body.skills, actor=caller.name))


@endpoint(app, "PATCH", f"{_AGENTS}/<agent_id>", scope="agents:manage", summary="Change an agent", tag=_TAG)
def change_agent(uow: UnitOfWork, caller: Principal, agent_id: UUID, body: AgentPatch) -> Agent:
    """Changes the fields that are sent; `skills` is the whole list. Who becomes unavailable keeps what they hold. An
    agent without a branch works for all, and is changed by who does too."""
    before = desk.get_agent(uow, agent_id)
    changes, branch_id = body.changes(), UUID(before.branch["id"]) if before.branch else None
    _refuse_agent(caller, branch_id)
    _refuse_agent(caller, changes.get("branch_id", branch_id))
    skills = changes.pop("skills", None)
    return Agent.model_validate(desk.change_agent(uow, agent_id, changes, skills, actor=caller.name))


def _refuse_agent(caller: Principal, branch_id: UUID | None) -> None:
    """Raises Refused for an agent of a branch the caller does not see, or of all when they do not see all."""
    if branch_id is None:
        refuse_limited(caller, "agent:every branch")
    refuse_branch(caller, branch_id)


@endpoint(
    app, "PUT", f"{_AGENTS}/me/availability", scope="conversations:write", summary="Come and go", tag=_TAG, person=True
)
def change_availability(uow: UnitOfWork, caller: Principal, body: Availability) -> Agent:
    """Whether the caller takes new conversations. What they hold stays theirs while they act in it."""
    if caller.agent_id is None:
        raise Problem(403, "Only agents are available or away, and you are none.", kind="not-an-agent")
    return Agent.model_validate(desk.change_agent(uow, caller.agent_id, body.model_dump(), actor=caller.name))


@endpoint(app, "GET", "/api/departments", scope="agents:read", summary="Departments", tag=_TAG)
def list_departments(uow: UnitOfWork) -> Departments:
    """Every department by name."""
    return Departments(items=[Department.model_validate(row) for row in desk.list_departments(uow)])
