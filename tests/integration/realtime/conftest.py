from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest

from relevo import access, clock, ids
from relevo.db import Database, UnitOfWork
from relevo.events import MessageReceived, MessageWritten
from relevo.realtime import posting
from tests.support import people, world
from tests.support.connections import ConnectionsStandIn
from tests.support.sockets import Browser, signed_in


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[ConnectionsStandIn]:
    """API Gateway's side of the connections."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with ConnectionsStandIn() as stand_in:
        monkeypatch.setenv("RELEVO_SOCKET_ENDPOINT", stand_in.url)
        posting.use(None)
        yield stand_in
        posting.use(None)


@dataclass
class Desk:
    """Two branches, a conversation in each, and people to look at them."""

    database: Database
    centro: UUID
    norte: UUID
    account: UUID
    in_centro: UUID
    in_norte: UUID

    def user(self, role: str = "agent", *branches: UUID, as_agent: bool = False) -> access.User:
        """Somebody of these branches, of all when none is named; with `as_agent` an agent too."""
        with self.database.unit_of_work() as uow:
            user = people.user(uow, role, branches=branches or None)
            if as_agent:
                department = world.department(uow, f"d{ids.new_id()}")
                world.agent(uow, department, f"Agent{ids.new_id()}", user_id=user.id)
            return access.get_user(uow, user.id)

    def browser(self, role: str = "agent", *branches: UUID, as_agent: bool = False) -> Browser:
        """A browser of somebody new, connected."""
        return Browser(signed_in(self.database, self.user(role, *branches, as_agent=as_agent)))

    def customer_writes(self, conversation: UUID, text: str = "¿Hay alguien?") -> MessageReceived:
        """A message of the customer is stored; the event that tells it."""
        with self.database.unit_of_work() as uow:
            return received(uow, conversation, text)


def received(uow: UnitOfWork, conversation: UUID, text: str) -> MessageReceived:
    """A customer's message, stored."""
    message_id, now = ids.new_id(), clock.now()
    row = uow.one(
        "INSERT INTO inbox.message (id, conversation_id, channel_account_id, direction, author, kind, text, status,"
        "   sent_at, stored_at)"
        " SELECT %s, id, channel_account_id, 'in', 'customer', 'text', %s, 'received', %s, %s"
        " FROM inbox.conversation WHERE id = %s RETURNING conversation_id",
        (message_id, text, now, now, conversation),
    )
    assert row is not None
    there = uow.one(
        "UPDATE inbox.conversation SET last_message_at = %s WHERE id = %s RETURNING customer_id, branch_id",
        (now, conversation),
    )
    assert there is not None
    return MessageReceived(
        message_id=message_id, conversation_id=conversation, channel="whatsapp", kind="text", **there
    )


def written(uow: UnitOfWork, conversation: UUID, direction: str = "out") -> MessageWritten:
    """A note or an answer of the company, stored."""
    message_id, now = ids.new_id(), clock.now()
    there = uow.one("SELECT channel_account_id, branch_id FROM inbox.conversation WHERE id = %s", (conversation,))
    assert there is not None
    uow.execute(
        "INSERT INTO inbox.message (id, conversation_id, channel_account_id, direction, author, kind, text, status,"
        "   stored_at) VALUES (%s, %s, %s, %s, 'agent', 'text', 'Yo me ocupo', %s, %s)",
        (
            message_id,
            conversation,
            there["channel_account_id"],
            direction,
            "noted" if direction == "note" else "queued",
            now,
        ),
    )
    return MessageWritten(
        message_id=message_id,
        conversation_id=conversation,
        branch_id=there["branch_id"],
        direction=direction,  # type: ignore[arg-type]
        author="agent",
    )


@pytest.fixture
def desk(database: Database) -> Desk:
    with database.unit_of_work() as uow:
        centro, norte = world.branch(uow, "centro"), world.branch(uow, "norte")
        here, there = world.account(uow, centro), world.account(uow, norte, "100000000000002")
        in_centro = world.conversation(uow, here, world.customer(uow))
        in_norte = world.conversation(uow, there, world.customer(uow, "Bruno Lima"), phone="573009998877")
    return Desk(database, centro, norte, here, in_centro, in_norte)
