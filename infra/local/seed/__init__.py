"""What a new installation starts with: two branches, five agents, routing rules, six articles in two languages.

Escalation rules come with the schema: every company has them from the first day.

`company.json` and `articles.json` beside this file hold it; `load` puts in what is missing and changes nothing else, so
that a second `make run` keeps what people did to it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from relevo import access, clock, ids, knowledge, platform
from relevo.db import Database, UnitOfWork

_FOLDER = Path(__file__).parent
_ACTOR = "seed"


def load(url: str) -> str | None:
    """Seed the database at `url`, once; the API key it made, or None if it was seeded before."""
    database = Database(lambda: url)
    try:
        with database.unit_of_work(publish=False) as uow:
            if uow.one("SELECT 1 FROM inbox.branch WHERE code <> 'unassigned' LIMIT 1"):
                return None
            _load_company(uow, json.loads((_FOLDER / "company.json").read_text(encoding="utf-8")))
            articles = json.loads((_FOLDER / "articles.json").read_text(encoding="utf-8"))
            knowledge.save_collection(uow, knowledge.parse_collection(articles), actor=_ACTOR)
            knowledge.refresh(uow)
            _, token = access.create_key(uow, "Local integrations", access.SCOPES, actor=_ACTOR)
        return token
    finally:
        database.close()


def _load_company(uow: UnitOfWork, company: dict[str, Any]) -> None:
    for key, value in company["settings"].items():
        platform.change_setting(uow, key, value, actor=_ACTOR)
    branches = {branch["code"]: _branch(uow, branch) for branch in company["branches"]}
    departments = {entry["code"]: _department(uow, entry) for entry in company["departments"]}
    agents: dict[str, UUID] = {}
    for agent in company["agents"]:
        agents[agent["email"]] = _agent(uow, agent, departments, branches, agents)
    for position, rule in enumerate(company["routing_rules"], 1):
        uow.execute(
            "INSERT INTO desk.routing_rule (id, position, name, conditions, department_id, skills)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            (
                ids.new_id(),
                position,
                rule["name"],
                Jsonb(rule["conditions"]),
                departments[rule["department"]],
                rule["skills"],
            ),
        )
    for customer in company["customers"]:
        uow.execute(
            "INSERT INTO crm.customer (id, name, phone, email, tier, language, created_at, updated_at)"
            " VALUES (%(id)s, %(name)s, %(phone)s, %(email)s, %(tier)s, %(language)s, %(now)s, %(now)s)",
            {**customer, "id": ids.new_id(), "now": clock.now()},
        )


def _branch(uow: UnitOfWork, branch: dict[str, Any]) -> UUID:
    branch_id, now = ids.new_id(), clock.now()
    uow.execute(
        "INSERT INTO inbox.branch (id, code, name, timezone, language, currency, created_at)"
        " VALUES (%(id)s, %(code)s, %(name)s, %(timezone)s, %(language)s, %(currency)s, %(now)s)",
        {**branch, "id": branch_id, "now": now},
    )
    for account in branch["accounts"]:
        uow.execute(
            "INSERT INTO inbox.channel_account"
            " (id, branch_id, channel, external_id, display_number, portfolio, created_at) VALUES"
            " (%(id)s, %(branch)s, %(channel)s, %(external_id)s, %(display_number)s, %(portfolio)s, %(now)s)",
            {**account, "id": ids.new_id(), "branch": branch_id, "now": now},
        )
    return branch_id


def _department(uow: UnitOfWork, department: dict[str, Any]) -> UUID:
    department_id = ids.new_id()
    uow.execute(
        "INSERT INTO desk.department (id, code, name) VALUES (%s, %s, %s)",
        (department_id, department["code"], department["name"]),
    )
    return department_id


def _agent(
    uow: UnitOfWork,
    agent: dict[str, Any],
    departments: dict[str, UUID],
    branches: dict[str, UUID],
    known: dict[str, UUID],
) -> UUID:
    agent_id = ids.new_id()
    uow.execute(
        "INSERT INTO desk.agent (id, name, email, department_id, branch_id, seniority, supervisor_id, max_tickets,"
        "   language)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            agent_id,
            agent["name"],
            agent["email"],
            departments[agent["department"]],
            branches.get(agent["branch"] or ""),
            agent["seniority"],
            known.get(agent.get("supervisor", "")),
            agent["max_tickets"],
            agent.get("language", "es"),
        ),
    )
    for skill in agent["skills"]:
        uow.execute("INSERT INTO desk.agent_skill (agent_id, skill) VALUES (%s, %s)", (agent_id, skill))
    return agent_id
