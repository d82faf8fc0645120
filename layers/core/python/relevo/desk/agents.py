"""The people who work for customers: who they are, whether they are there, and what they hold.

An agent is *available* when they say so, and *online* while their console gives signs of life. New conversations go to
who is both; who goes away keeps what they hold until the hold ends by itself, and is given nothing new.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql
from psycopg.errors import ForeignKeyViolation, UniqueViolation

from relevo import clock, ids
from relevo.access import audit
from relevo.db import Database, Row, UnitOfWork
from relevo.desk.assignment import works_for
from relevo.errors import InvalidInput, NotFound
from relevo.events import AgentChanged

ONLINE = timedelta(seconds=90)
"""How long a sign of life counts; consoles give one every 25 seconds."""

_NOTED_EVERY = timedelta(seconds=20)
_TOLD_FOR = timedelta(minutes=2)

_FIELDS = (
    "name",
    "email",
    "department_id",
    "branch_id",
    "seniority",
    "available",
    "max_conversations",
    "max_tickets",
    "language",
    "user_id",
    "supervisor_id",
)


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent as colleagues see them. `department` and `branch` are their id, code and name; no branch is all."""

    id: UUID
    name: str
    email: str
    department: dict[str, Any]
    branch: dict[str, Any] | None
    seniority: int
    available: bool
    online: bool
    seen_at: datetime | None
    open_conversations: int
    max_conversations: int
    open_tickets: int
    max_tickets: int
    skills: list[str]
    language: str
    user_id: UUID | None
    supervisor_id: UUID | None


_AGENTS: LiteralString = """
    SELECT agent.id, agent.name, agent.email, agent.seniority, agent.available, agent.seen_at,
           coalesce(agent.seen_at > %(online)s, false) AS online, agent.max_conversations, agent.open_tickets,
           agent.max_tickets, agent.language, agent.user_id, agent.supervisor_id,
           (SELECT count(*) FROM inbox.conversation
            WHERE owner_agent_id = agent.id AND owner = 'agent' AND state = 'open') AS open_conversations,
           ARRAY(SELECT skill FROM desk.agent_skill WHERE agent_id = agent.id ORDER BY skill) AS skills,
           jsonb_build_object('id', department.id, 'code', department.code, 'name', department.name) AS department,
           CASE WHEN branch.id IS NOT NULL
                THEN jsonb_build_object('id', branch.id, 'code', branch.code, 'name', branch.name) END AS branch
    FROM desk.agent
    JOIN desk.department ON department.id = agent.department_id
    LEFT JOIN inbox.branch ON branch.id = agent.branch_id
"""


def list_agents(
    uow: UnitOfWork, *, branch_id: UUID | None = None, within: frozenset[UUID] | None = None
) -> list[Agent]:
    """Every agent by name; with `branch_id` those who work for that branch, with `within` those of these branches.

    Who has no branch works for all of them, or for those their user sees.
    """
    rows = uow.all(
        f"{_AGENTS} WHERE (agent.branch_id IS NULL OR %(within)s::uuid[] IS NULL OR agent.branch_id = ANY(%(within)s))"
        f" AND (%(branch)s::uuid IS NULL OR ({works_for('%(branch)s::uuid')}))"
        " ORDER BY agent.name, agent.id",
        {
            "online": clock.now() - ONLINE,
            "branch": branch_id,
            "within": None if within is None else list(within),
        },
    )
    return [Agent(**row) for row in rows]


def get_agent(uow: UnitOfWork, agent_id: UUID) -> Agent:
    """The agent. Raises NotFound."""
    row = uow.one(f"{_AGENTS} WHERE agent.id = %(agent)s", {"online": clock.now() - ONLINE, "agent": agent_id})
    if row is None:
        raise NotFound(f"there is no agent {agent_id}")
    return Agent(**row)


def add_agent(uow: UnitOfWork, fields: Mapping[str, Any], skills: Sequence[str], *, actor: str) -> Agent:
    """A new agent; `fields` are name, email and department_id at least. Raises InvalidInput as `change_agent` does."""
    agent_id = ids.new_id()
    _check(agent_id, fields)
    columns = {"id": agent_id, **fields}
    insert = sql.SQL("INSERT INTO desk.agent ({}) VALUES ({})").format(
        sql.SQL(", ").join(map(sql.Identifier, columns)), sql.SQL(", ").join(map(sql.Placeholder, columns))
    )
    _write(uow, insert, columns)
    _set_skills(uow, agent_id, skills)
    audit.record(uow, actor, "agent.add", "allowed", subject=str(agent_id), **_plain(fields), skills=[*skills])
    uow.record(AgentChanged(agent_id=agent_id))
    return get_agent(uow, agent_id)


def change_agent(
    uow: UnitOfWork, agent_id: UUID, fields: Mapping[str, Any], skills: Sequence[str] | None = None, *, actor: str
) -> Agent:
    """Change these fields, and the skills where they are given; what they hold stays theirs.

    Raises NotFound, and InvalidInput for an e-mail or user another agent has, for a department, branch, user or
    supervisor nobody knows, and for one who would be their own supervisor.
    """
    _check(agent_id, fields)
    before = get_agent(uow, agent_id)
    if fields:
        assignments = sql.SQL(", ").join(
            sql.SQL("{} = {}").format(sql.Identifier(field), sql.Placeholder(field)) for field in fields
        )
        update = sql.SQL("UPDATE desk.agent SET {} WHERE id = %(id)s").format(assignments)
        _write(uow, update, {**fields, "id": agent_id})
    if skills is not None:
        _set_skills(uow, agent_id, skills)
    after = get_agent(uow, agent_id)
    if changes := _differences(before, after):
        audit.record(uow, actor, "agent.change", "allowed", subject=str(agent_id), **changes)
        uow.record(AgentChanged(agent_id=agent_id))
    return after


def note_seen(uow: UnitOfWork, agent_id: UUID) -> None:
    """The agent's console gave a sign of life; told when it is the first after a silence."""
    now = clock.now()
    row = uow.one(
        "WITH before AS (SELECT id, seen_at FROM desk.agent WHERE id = %(agent)s)"
        " UPDATE desk.agent SET seen_at = %(now)s FROM before WHERE agent.id = before.id"
        "   AND (before.seen_at IS NULL OR before.seen_at < %(noted)s) RETURNING before.seen_at",
        {"agent": agent_id, "now": now, "noted": now - _NOTED_EVERY},
    )
    if row is not None and (row["seen_at"] is None or row["seen_at"] <= now - ONLINE):
        uow.record(AgentChanged(agent_id=agent_id))


def tell_gone(database: Database) -> int:
    """Tell of every agent whose console has lately fallen silent; how many. Nothing else would: silence is no event.

    For a schedule of once a minute: who is gone is told twice rather than never.
    """
    return database.run(_tell_gone, publish=False)


def _tell_gone(uow: UnitOfWork) -> int:
    silent = clock.now() - ONLINE
    rows = uow.all(
        "SELECT id FROM desk.agent WHERE seen_at > %s AND seen_at <= %s ORDER BY id", (silent - _TOLD_FOR, silent)
    )
    for row in rows:
        uow.record(AgentChanged(agent_id=row["id"]))
    return len(rows)


def list_departments(uow: UnitOfWork) -> list[Row]:
    """Every department by name: id, code, name, supervisor_id."""
    return uow.all("SELECT id, code, name, supervisor_id FROM desk.department ORDER BY name, id")


def _check(agent_id: UUID, fields: Mapping[str, Any]) -> None:
    if unknown := [field for field in fields if field not in _FIELDS]:
        raise InvalidInput(f"{', '.join(unknown)} cannot be changed; only {', '.join(_FIELDS)} can")
    if fields.get("supervisor_id") == agent_id:
        raise InvalidInput("nobody is their own supervisor")


def _write(uow: UnitOfWork, statement: sql.Composed, values: dict[str, Any]) -> None:
    try:
        uow.connection.execute(statement, values)
    except UniqueViolation as error:
        taken = "user" if "user" in (error.diag.constraint_name or "") else "e-mail"
        raise InvalidInput(f"another agent has this {taken}") from error
    except ForeignKeyViolation as error:
        named = (error.diag.constraint_name or "").removeprefix("agent_").removesuffix("_id_fkey")
        raise InvalidInput(f"there is no such {named}") from error


def _set_skills(uow: UnitOfWork, agent_id: UUID, skills: Sequence[str]) -> None:
    uow.execute("DELETE FROM desk.agent_skill WHERE agent_id = %s AND skill <> ALL(%s)", (agent_id, list(skills)))
    uow.execute(
        "INSERT INTO desk.agent_skill (agent_id, skill) SELECT %s, unnest(%s::text[]) ON CONFLICT DO NOTHING",
        (agent_id, list(skills)),
    )


def _differences(before: Agent, after: Agent) -> dict[str, Any]:
    """Old and new of everything that was changed by hand, as JSON can hold them."""
    shown = ("department", "branch", "skills", *(f for f in _FIELDS if f not in ("department_id", "branch_id")))
    pairs = {field: (getattr(before, field), getattr(after, field)) for field in shown}
    return {field: {"old": _json(old), "new": _json(new)} for field, (old, new) in pairs.items() if old != new}


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {field: _json(value) for field, value in fields.items()}


def _json(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value
