"""A desk whose weeks can be reported: tickets, the bot's contacts, ratings, all by chance and the same each time."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from relevo import ids
from relevo.db import UnitOfWork
from tests.support import world

CATEGORIES = ("billing", "technical", "shipping", "returns", "general")
SOURCES = ("whatsapp", "whatsapp", "whatsapp", "web", "email", "phone")
PRIORITIES = ("critical", "urgent", "high", "medium", "medium", "low", None)
TAGS = ("factura", "contraseña", "garantía", "envío")
COMMENTS = ("Tardaron mucho en contestar", "Excelente atención", "Muy amables", "Nadie resolvió mi problema")
_HOURS = (9, 10, 10, 11, 11, 12, 13, 14, 15, 16, 16, 17, 18, 20, 22, 2)


@dataclass
class Desk:
    """Who is there: two branches with a number each, four agents, customers with their conversations."""

    branches: list[UUID]
    agents: list[UUID]
    customers: list[UUID] = field(default_factory=list)
    conversations: list[UUID] = field(default_factory=list)


def desk(uow: UnitOfWork, customers: int = 40) -> Desk:
    """The desk without a past."""
    zone = "America/Mexico_City"
    made = Desk([world.branch(uow, code, timezone=zone) for code in ("centro", "norte")], [])
    department = world.department(uow)
    made.agents = [world.agent(uow, department, name) for name in ("Lucía", "Mateo", "Sara", "Bruno")]
    numbers = [world.account(uow, branch, external_id=f"10000000000000{n}") for n, branch in enumerate(made.branches)]
    for n in range(customers):
        customer = world.customer(uow, f"Cliente {n}")
        made.customers.append(customer)
        phone = f"52155100{n:05}"
        made.conversations.append(world.conversation(uow, numbers[n % 2], customer, phone=phone))
    return made


def live(uow: UnitOfWork, desk: Desk, begins: datetime, days: int, each_day: int, *, seed: int = 7) -> None:
    """What happens on the desk in some days from a local midnight on: so many tickets a day, and twice as many
    contacts of the bot. The second half of the days is busier."""
    luck = random.Random(seed)
    for day in range(days):
        busy = each_day if day < days / 2 else round(1.3 * each_day)
        for _ in range(busy):
            at = begins + timedelta(days=day, hours=luck.choice(_HOURS), seconds=luck.randrange(3600))
            ticket(uow, desk, luck, at)
        for _ in range(2 * busy):
            at = begins + timedelta(days=day, hours=luck.choice(_HOURS), seconds=luck.randrange(3600))
            contact(uow, desk, luck, at)


def ticket(uow: UnitOfWork, desk: Desk, luck: random.Random, at: datetime) -> UUID:
    """A ticket with whatever became of it."""
    n = luck.randrange(len(desk.customers))
    answered = at + timedelta(seconds=luck.expovariate(1 / 2400)) if luck.random() < 0.92 else None
    resolved = (answered or at) + timedelta(seconds=luck.expovariate(1 / 50000)) if luck.random() < 0.85 else None
    reopened = at + timedelta(hours=luck.randrange(1, 50)) if luck.random() < 0.05 else None
    if reopened and resolved:
        resolved = reopened + timedelta(hours=3)
    row: dict[str, Any] = {
        "id": _id(luck, at),
        "subject": luck.choice(
            ["=1+1 no abre", "Mi factura no llega", "No puedo entrar", "Quiero devolverlo, por favor"]
        ),
        "description": "…",
        "status": "resolved" if resolved else luck.choice(["open", "in_progress", "waiting"]),
        "source": luck.choice(SOURCES),
        "category": luck.choices(CATEGORIES, (5, 3, 2, 1, 1))[0],
        "customer_id": desk.customers[n],
        "branch_id": luck.choice([*desk.branches, *desk.branches, None]),
        "agent_id": luck.choice(desk.agents[: 2 + luck.randrange(3)]),
        "priority": luck.choice(PRIORITIES),
        "tags": luck.sample(TAGS, luck.randrange(3)),
        "created_at": at,
        "updated_at": resolved or answered or at,
        "first_response_at": answered,
        "resolved_at": resolved,
        "reopened_at": reopened,
        "closed_at": resolved + timedelta(days=1) if resolved and luck.random() < 0.5 else None,
        "deleted_at": at if luck.random() < 0.03 else None,
    }
    names, places = ", ".join(row), ", ".join(f"%({name})s" for name in row)
    uow.execute(f"INSERT INTO desk.ticket ({names}) VALUES ({places})", row)
    if resolved and luck.random() < 0.5:
        _rate(uow, luck, row, resolved + timedelta(hours=luck.randrange(1, 60)))
    if luck.random() < 0.1:
        uow.execute(
            "INSERT INTO desk.escalation (ticket_id, rule_id, since, at)"
            " VALUES (%s, '019a0000-0000-7000-8000-000000000004', %s, %s)",
            (row["id"], at, at + timedelta(hours=luck.randrange(1, 40))),
        )
    return UUID(str(row["id"]))


def _rate(uow: UnitOfWork, luck: random.Random, row: dict[str, Any], at: datetime) -> None:
    rating = luck.choices((5, 4, 3, 2, 1), (6, 5, 2, 1, 1))[0]
    nps = luck.choice([10, 9, 9, 8, 7, 5, 2]) if luck.random() < 0.6 else None
    comment = luck.choice(COMMENTS) if luck.random() < 0.3 else None
    uow.execute(
        "INSERT INTO desk.feedback (id, ticket_id, customer_id, rating, nps, comment, created_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (_id(luck, at), row["id"], row["customer_id"], rating, nps, comment, at),
    )


def contact(uow: UnitOfWork, desk: Desk, luck: random.Random, at: datetime) -> None:
    """Some turns of the bot with a customer, minutes apart, each to a message; perhaps people get it."""
    n = luck.randrange(len(desk.customers))
    turns = luck.choice([["greeting", "answered"], ["answered"], ["answered", "answered"], ["greeting"]])
    handed_over, taken = luck.random() < 0.25, luck.random() < 0.05
    for decision in [*turns, "handed_over"] if handed_over else turns:
        _message(uow, desk.conversations[n], luck, at)
        at += timedelta(seconds=luck.randrange(2, 9))
        _turn(uow, desk.conversations[n], luck, at, decision)
        at += timedelta(minutes=luck.randrange(1, 9))
    if taken or handed_over:
        uow.execute(
            "INSERT INTO inbox.conversation_change (id, conversation_id, field, old, new, actor, at)"
            " VALUES (%s, %s, 'owner', %s, %s, 'bot', %s)",
            (_id(luck, at), desk.conversations[n], Jsonb("bot"), Jsonb("queue"), at),
        )
    if luck.random() < 0.3:
        uow.execute(
            "INSERT INTO platform.model_call (id, purpose, model, cost, latency_ms, outcome, at)"
            " VALUES (%s, 'answer', 'm', 0.0125, 900, 'answered', %s)",
            (_id(luck, at), at),
        )


def _turn(uow: UnitOfWork, conversation_id: UUID, luck: random.Random, at: datetime, decision: str) -> None:
    uow.execute(
        "INSERT INTO knowledge.chatbot_turn (id, conversation_id, question, answer, confidence, decision, reason,"
        " created_at) VALUES (%s, %s, '¿…?', '…', 0.9, %s, '', %s)",
        (_id(luck, at), conversation_id, decision, at),
    )


def _message(uow: UnitOfWork, conversation_id: UUID, luck: random.Random, at: datetime) -> None:
    uow.execute(
        "INSERT INTO inbox.message (id, conversation_id, channel_account_id, direction, author, kind, status,"
        " stored_at) SELECT %s, id, channel_account_id, 'in', 'customer', 'text', 'received', %s"
        " FROM inbox.conversation WHERE id = %s",
        (_id(luck, at), at, conversation_id),
    )


def _id(luck: random.Random, at: datetime) -> UUID:
    """An id made at that time, the same each time."""
    return ids.derived(at, str(luck.random()))
