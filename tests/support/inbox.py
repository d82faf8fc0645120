"""A branch with a number and people: conversations, what was said in them, and calls as one of its users."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from relevo import clock, ids
from relevo.access import ROLES
from relevo.db import UnitOfWork
from tests.support import world


@dataclass(frozen=True)
class Person:
    """A user, and the agent they are, as the authorizer speaks of them."""

    user_id: UUID
    role: str
    agent_id: UUID | None = None
    branches: tuple[UUID, ...] | None = None

    def calling(self) -> dict[str, Any]:
        """What a request of theirs is made with, see `gateway.request`."""
        user = {"user": str(self.user_id), "role": self.role, "agent": str(self.agent_id or "")}
        user["branches"] = "*" if self.branches is None else " ".join(map(str, self.branches))
        scopes = ROLES[self.role]  # type: ignore[index]
        return {"principal": f"user:{self.user_id}", "scopes": scopes, "user": user}


def user(uow: UnitOfWork, name: str, *, role: str = "agent", branches: tuple[UUID, ...] | None = None) -> Person:
    """A user who may do what the role allows, in these branches or in all."""
    user_id, now = ids.new_id(), clock.now()
    uow.execute(
        'INSERT INTO access."user" (id, email, name, role, all_branches, password_hash, must_change_password,'
        " created_at, updated_at) VALUES (%s, %s, %s, %s, %s, '', false, %s, %s)",
        (user_id, f"{name.lower().replace(' ', '.')}@relevo.example", name, role, branches is None, now, now),
    )
    for branch_id in branches or ():
        uow.execute("INSERT INTO access.user_branch (user_id, branch_id) VALUES (%s, %s)", (user_id, branch_id))
    return Person(user_id, role, None, branches)


def agent(
    uow: UnitOfWork,
    department_id: UUID,
    name: str,
    *,
    role: str = "agent",
    branches: tuple[UUID, ...] | None = None,
    **columns: Any,
) -> Person:
    """A user who is an agent."""
    person = user(uow, name, role=role, branches=branches)
    agent_id = world.agent(uow, department_id, name, user_id=person.user_id, **columns)
    return Person(person.user_id, role, agent_id, branches)


def message(
    uow: UnitOfWork,
    conversation_id: UUID,
    text: str | None = "hola",
    *,
    author: str = "customer",
    kind: str = "text",
    at: datetime | None = None,
    **columns: Any,
) -> UUID:
    """A message as it stands in the database, the conversation moved on by it; `columns` are any of inbox.message's."""
    now, inbound = at or clock.now(), author == "customer"
    message_id = ids.new_id() if at is None else ids.derived(at, f"{conversation_id}{text}")
    row = {
        "id": message_id,
        "conversation_id": conversation_id,
        "direction": "in" if inbound else "out",
        "author": author,
        "kind": kind,
        "text": text,
        "status": "received" if inbound else "sent",
        "sent_at": now,
        "stored_at": now,
    } | columns
    names, places = ", ".join(row), ", ".join(f"%({column})s" for column in row)
    uow.execute(
        f"INSERT INTO inbox.message ({names}, channel_account_id)"
        f" SELECT {places}, channel_account_id FROM inbox.conversation WHERE id = %(conversation_id)s",
        row,
    )
    waiting = "coalesce(waiting_since, %(at)s)" if inbound else "NULL"
    uow.execute(
        f"UPDATE inbox.conversation SET last_message_at = greatest(last_message_at, %(at)s), waiting_since = {waiting},"
        " window_until = CASE WHEN %(inbound)s THEN %(until)s ELSE window_until END WHERE id = %(id)s",
        {"at": now, "inbound": inbound, "until": now + timedelta(hours=24), "id": conversation_id},
    )
    return message_id


def conversation(
    uow: UnitOfWork, account_id: UUID, name: str = "Camila Torres", *, phone: str | None = None, says: str | None = None
) -> UUID:
    """A customer's open conversation, which the bot holds; with `says` they have written."""
    phone = phone or f"57300{ids.new_id().int % 10**7:07}"
    customer_id = world.customer(uow, name, phone=phone)
    conversation_id = world.conversation(uow, account_id, customer_id, phone=phone)
    if says is not None:
        message(uow, conversation_id, says)
    return conversation_id


def hold(uow: UnitOfWork, conversation_id: UUID, owner: str, agent_id: UUID | None = None) -> None:
    """Let the conversation be the queue's, the bot's or an agent's."""
    uow.execute(
        "UPDATE inbox.conversation SET owner = %s, owner_agent_id = %s, owner_since = %s,"
        " owner_version = owner_version + 1 WHERE id = %s",
        (owner, agent_id, clock.now(), conversation_id),
    )


@dataclass(frozen=True)
class Desk:
    """Two branches with a number each; Ana is an agent of the first, Beto of both; Sara leads, Vera looks on."""

    centro: UUID
    norte: UUID
    centro_number: UUID
    norte_number: UUID
    ana: Person
    beto: Person
    sara: Person
    vera: Person


def desk(uow: UnitOfWork) -> Desk:
    centro, norte = world.branch(uow, "centro"), world.branch(uow, "norte")
    department = world.department(uow)
    return Desk(
        centro,
        norte,
        world.account(uow, centro),
        world.account(uow, norte, "100000000000002"),
        agent(uow, department, "Ana", branches=(centro,)),
        agent(uow, department, "Beto"),
        user(uow, "Sara", role="supervisor"),
        user(uow, "Vera", role="viewer"),
    )


def template(uow: UnitOfWork, body: str = "Hola {{1}}, ¿seguimos?", *, name: str = "follow_up") -> UUID:
    """A template of the portfolio of `world.account`."""
    template_id = ids.new_id()
    uow.execute(
        "INSERT INTO inbox.message_template (id, portfolio, name, language, category, body, parameters, updated_at)"
        " VALUES (%s, 'portfolio-1', %s, 'es', 'utility', %s, %s, %s)",
        (template_id, name, body, body.count("{{"), clock.now()),
    )
    return template_id
