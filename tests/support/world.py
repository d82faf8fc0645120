"""A small world to test in: branches, numbers, customers, departments, agents, rules, tickets; a function, a row."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from relevo import clock, ids
from relevo.db import UnitOfWork
from relevo.desk import NewTicket, Ticket, open_ticket


def branch(uow: UnitOfWork, code: str = "centro", *, language: str = "es", timezone: str = "America/Bogota") -> UUID:
    branch_id = ids.new_id()
    uow.execute(
        "INSERT INTO inbox.branch (id, code, name, timezone, language, currency, created_at)"
        " VALUES (%s, %s, %s, %s, %s, 'COP', %s)",
        (branch_id, code, code.title(), timezone, language, clock.now()),
    )
    return branch_id


def account(uow: UnitOfWork, branch_id: UUID, external_id: str = "100000000000001", channel: str = "whatsapp") -> UUID:
    account_id = ids.new_id()
    uow.execute(
        "INSERT INTO inbox.channel_account (id, branch_id, channel, external_id, display_number, portfolio, created_at)"
        " VALUES (%s, %s, %s, %s, '+57 300 000 0000', 'portfolio-1', %s)",
        (account_id, branch_id, channel, external_id, clock.now()),
    )
    return account_id


def customer(uow: UnitOfWork, name: str = "Camila Torres", *, tier: str = "standard", phone: str | None = None) -> UUID:
    customer_id = ids.new_id()
    uow.execute(
        "INSERT INTO crm.customer (id, name, phone, tier, created_at, updated_at) VALUES (%s, %s, %s, %s, %s, %s)",
        (customer_id, name, phone, tier, clock.now(), clock.now()),
    )
    return customer_id


def conversation(uow: UnitOfWork, account_id: UUID, customer_id: UUID, *, phone: str = "573001112233") -> UUID:
    """An open conversation of the bot's, with the identity it is held under."""
    identity_id, conversation_id, now = ids.new_id(), ids.new_id(), clock.now()
    uow.execute(
        "INSERT INTO inbox.identity (id, customer_id, channel, portfolio, phone, created_at, updated_at)"
        " SELECT %s, %s, channel, portfolio, %s, %s, %s FROM inbox.channel_account WHERE id = %s",
        (identity_id, customer_id, phone, now, now, account_id),
    )
    uow.execute(
        "INSERT INTO inbox.conversation (id, channel_account_id, identity_id, customer_id, branch_id, owner_since,"
        " last_message_at, opened_at)"
        " SELECT %s, id, %s, %s, branch_id, %s, %s, %s FROM inbox.channel_account WHERE id = %s",
        (conversation_id, identity_id, customer_id, now, now, now, account_id),
    )
    return conversation_id


def department(uow: UnitOfWork, code: str = "technical", *, supervisor_id: UUID | None = None) -> UUID:
    department_id = ids.new_id()
    uow.execute(
        "INSERT INTO desk.department (id, code, name, supervisor_id) VALUES (%s, %s, %s, %s)",
        (department_id, code, code.title(), supervisor_id),
    )
    return department_id


def agent(
    uow: UnitOfWork,
    department_id: UUID,
    name: str = "Ana",
    *,
    skills: tuple[str, ...] = (),
    notify: list[dict[str, str]] | None = None,
    **columns: Any,
) -> UUID:
    """An agent with these skills; `columns` are any of desk.agent's: max_tickets, seniority, branch_id, available…"""
    agent_id = ids.new_id()
    row = {"id": agent_id, "name": name, "email": f"{name.lower()}@relevo.example", "department_id": department_id}
    row |= {"notify": Jsonb(notify or [])} | columns
    names, places = ", ".join(row), ", ".join(f"%({column})s" for column in row)
    uow.execute(f"INSERT INTO desk.agent ({names}) VALUES ({places})", row)
    for skill in skills:
        uow.execute("INSERT INTO desk.agent_skill (agent_id, skill) VALUES (%s, %s)", (agent_id, skill))
    return agent_id


def rule(
    uow: UnitOfWork,
    position: int,
    conditions: dict[str, Any],
    department_id: UUID,
    *,
    name: str | None = None,
    skills: tuple[str, ...] = (),
    agent_id: UUID | None = None,
) -> UUID:
    rule_id = ids.new_id()
    uow.execute(
        "INSERT INTO desk.routing_rule (id, position, name, conditions, department_id, skills, agent_id)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (rule_id, position, name or f"rule {position}", Jsonb(conditions), department_id, list(skills), agent_id),
    )
    return rule_id


def ticket(uow: UnitOfWork, customer_id: UUID | None = None, *, priority: str | None = None, **fields: Any) -> Ticket:
    """A ticket opened the ordinary way; `priority` as if it had been prioritized already."""
    given = {"subject": "No puedo entrar", "description": "Olvidé mi clave", "source": "web"} | fields
    opened = open_ticket(uow, NewTicket(customer_id=customer_id or customer(uow), **given))
    if priority is not None:
        prioritize(uow, opened.id, priority)
    return opened


def prioritize(uow: UnitOfWork, ticket_id: UUID, priority: str) -> None:
    uow.execute("UPDATE desk.ticket SET priority = %s WHERE id = %s", (priority, ticket_id))


def setting(uow: UnitOfWork, key: str, value: Any, at: datetime | None = None) -> None:
    uow.execute(
        "INSERT INTO platform.setting (key, value, updated_at) VALUES (%s, %s, %s)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at",
        (key, Jsonb(value), at or clock.now()),
    )
