"""A ticket is opened once, changes by its rules with a history, and frees its agent when it is finished."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from relevo import desk, ids
from relevo.db import Database, UnitOfWork
from relevo.errors import InvalidInput, NotFound
from tests.support import world
from tests.support.broker import MemoryMessaging, detail


def new(customer_id: UUID, **fields: Any) -> desk.NewTicket:
    return desk.NewTicket("No puedo entrar", "Olvidé mi clave", "web", customer_id, **fields)


def loads(uow: UnitOfWork) -> dict[str, int]:
    return {row["name"]: row["open_tickets"] for row in uow.all("SELECT name, open_tickets FROM desk.agent")}


def assigned(uow: UnitOfWork, **columns: Any) -> tuple[UUID, UUID]:
    """A ticket in the hands of Ana, and Ana."""
    agent_id = world.agent(uow, world.department(uow), "Ana", open_tickets=1, **columns)
    ticket = world.ticket(uow, priority="high")
    uow.execute(
        "UPDATE desk.ticket SET agent_id = %s, department_id = (SELECT department_id FROM desk.agent) WHERE id = %s",
        (agent_id, ticket.id),
    )
    return ticket.id, agent_id


def test_a_ticket_is_opened_with_its_history_and_told(database: Database, sent: MemoryMessaging) -> None:
    # Given a customer
    with database.unit_of_work() as uow:
        customer_id = world.customer(uow)
    # When a ticket is opened
    with database.unit_of_work() as uow:
        ticket = desk.open_ticket(uow, new(customer_id, category="technical", tags=("vip",)), actor="api")
    # Then it stands as asked for, has its first row of history, and is told once
    assert (ticket.status, ticket.category, ticket.tags, ticket.is_new) == ("open", "technical", ["vip"], True)
    with database.unit_of_work() as uow:
        (change,) = desk.history(uow, ticket.id)
    assert (change["field"], change["old"], change["new"], change["actor"]) == ("status", None, "open", "api")
    assert [detail(m)["ticket_id"] for m in sent.facts] == [str(ticket.id)]


def test_a_request_repeated_under_its_key_opens_one_ticket(database: Database, sent: MemoryMessaging) -> None:
    # Given a ticket opened under a key
    with database.unit_of_work() as uow:
        first = desk.open_ticket(uow, new(world.customer(uow), idempotency_key="order-7"))
    # When the same request comes again
    with database.unit_of_work() as uow:
        again = desk.open_ticket(uow, new(first.customer_id, idempotency_key="order-7"))
    # Then it answers with the first ticket, and nothing new is told
    assert (again.id, again.is_new) == (first.id, False)
    assert sent.names() == ["ticket.created"]


def test_a_conversation_has_one_unfinished_ticket(database: Database) -> None:
    # Given a conversation with a ticket
    with database.unit_of_work() as uow:
        customer_id = world.customer(uow)
        conversation_id = world.conversation(uow, world.account(uow, world.branch(uow)), customer_id)
        first = desk.open_ticket(uow, new(customer_id, conversation_id=conversation_id))
    # When another is opened before and after the first is resolved
    with database.unit_of_work() as uow:
        second = desk.open_ticket(uow, new(customer_id, conversation_id=conversation_id))
        desk.update_ticket(uow, first.id, {"status": "resolved"}, actor="ana")
        third = desk.open_ticket(uow, new(customer_id, conversation_id=conversation_id))
    # Then the second is the first, the third is another
    assert second.id == first.id and third.id != first.id and third.is_new


@pytest.mark.parametrize(
    ("fields", "reason"),
    [({"subject": "  "}, "subject"), ({"source": "fax"}, "fax"), ({"customer_id": ids.new_id()}, "customer")],
)
def test_a_ticket_nobody_could_work_on_is_refused(database: Database, fields: dict[str, Any], reason: str) -> None:
    # Given a request with a field that cannot be
    # When it is opened, then the refusal names the field
    with pytest.raises(InvalidInput, match=reason), database.unit_of_work() as uow:
        world.ticket(uow, **fields)


def test_a_change_is_history_and_an_event_with_old_and_new(database: Database, sent: MemoryMessaging) -> None:
    # Given a ticket
    with database.unit_of_work() as uow:
        ticket = world.ticket(uow)
    # When two fields change, and one is set to what it was
    with database.unit_of_work() as uow:
        changes = {"category": "billing", "status": "in_progress", "subject": ticket.subject}
        after = desk.update_ticket(uow, ticket.id, changes, actor="ana", reason="it is about an invoice")
    # Then history and event say those two
    assert (after.category, after.status) == ("billing", "in_progress")
    with database.unit_of_work() as uow:
        rows = [(c["field"], c["old"], c["new"], c["actor"]) for c in desk.history(uow, ticket.id)][1:]
    assert sorted(rows) == [("category", "general", "billing", "ana"), ("status", "open", "in_progress", "ana")]
    assert detail(sent.facts[-1])["changes"] == {
        "category": {"old": "general", "new": "billing"},
        "status": {"old": "open", "new": "in_progress"},
    }


def test_resolving_frees_the_agent_and_is_told(database: Database, sent: MemoryMessaging) -> None:
    # Given a ticket in the hands of an agent
    with database.unit_of_work() as uow:
        ticket_id, agent_id = assigned(uow)
    # When it is resolved and then closed
    with database.unit_of_work() as uow:
        resolved = desk.update_ticket(uow, ticket_id, {"status": "resolved"}, actor="ana")
        closed = desk.update_ticket(uow, ticket_id, {"status": "closed"}, actor="ana")
    # Then the agent is freed once, and both are told
    assert resolved.resolved_at is not None and closed.closed_at is not None and closed.agent_id == agent_id
    with database.unit_of_work() as uow:
        assert loads(uow) == {"Ana": 0}
    assert sent.names()[-4:] == ["ticket.updated", "ticket.resolved", "ticket.updated", "ticket.closed"]


def test_a_ticket_taken_up_again_never_sticks_to_an_absent_agent(database: Database) -> None:
    # Given a resolved ticket whose agent has left
    with database.unit_of_work() as uow:
        ticket_id, _ = assigned(uow)
        desk.update_ticket(uow, ticket_id, {"status": "resolved"}, actor="ana")
        uow.execute("UPDATE desk.agent SET available = false")
    # When the customer comes back
    with database.unit_of_work() as uow:
        after = desk.update_ticket(uow, ticket_id, {"status": "open"}, actor="customer")
    # Then it waits in the queue and counts for nobody
    assert (after.agent_id, after.resolved_at) == (None, None)
    with database.unit_of_work() as uow:
        assert loads(uow) == {"Ana": 0}


def test_a_ticket_taken_up_again_returns_to_its_agent(database: Database) -> None:
    # Given a resolved ticket whose agent is there
    with database.unit_of_work() as uow:
        ticket_id, agent_id = assigned(uow)
        desk.update_ticket(uow, ticket_id, {"status": "resolved"}, actor="ana")
    # When the customer comes back
    with database.unit_of_work() as uow:
        after = desk.update_ticket(uow, ticket_id, {"status": "open"}, actor="customer")
    # Then the agent who knows it continues
    assert after.agent_id == agent_id
    with database.unit_of_work() as uow:
        assert loads(uow) == {"Ana": 1}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"status": "done"}, "no status"),
        ({"status": "open"}, "cannot become open"),
        ({"score": 99}, "score cannot be changed"),
        ({"subject": ""}, "subject"),
    ],
)
def test_a_change_against_the_rules_is_refused(database: Database, changes: dict[str, Any], reason: str) -> None:
    # Given a closed ticket
    with database.unit_of_work() as uow:
        ticket = world.ticket(uow)
        desk.update_ticket(uow, ticket.id, {"status": "closed"}, actor="ana")
    # When it is changed, then the refusal says what is wrong
    with pytest.raises(InvalidInput, match=reason), database.unit_of_work() as uow:
        desk.update_ticket(uow, ticket.id, changes, actor="ana")


def test_a_ticket_nobody_knows_is_not_found(database: Database) -> None:
    # Given no tickets
    # When one is changed, then it is not found
    with pytest.raises(NotFound), database.unit_of_work() as uow:
        desk.update_ticket(uow, ids.new_id(), {"status": "open"}, actor="ana")


def test_the_first_answer_stops_the_clock_once(database: Database) -> None:
    # Given a ticket nobody answered
    with database.unit_of_work() as uow:
        ticket = world.ticket(uow)
        # When an agent answers twice
        first, second = desk.answered(uow, ticket.id), desk.answered(uow, ticket.id)
        # Then the first counts
        assert (first, second) == (True, False)
        assert desk.get(uow, ticket.id).first_response_at is not None
