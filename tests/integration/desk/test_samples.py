"""The sample events of route, escalate and notify do what they say."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from functions.escalate.handler import handler as escalate
from functions.notify.handler import handler as notify
from functions.route.handler import handler as route
from relevo import clock, desk
from relevo.db import Database
from tests.support import world
from tests.support.lambdas import failed

EVENTS = Path(__file__).parents[3] / "events"
TICKET, AGENT, SUPERVISOR = (f"0193501c-0000-7000-8000-00000000000{n}" for n in (5, 6, 7))


def sample(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))
    return event


@pytest.fixture
def people(database: Database) -> None:
    """The ticket, the agent and the supervisor the samples speak of."""
    with database.unit_of_work() as uow:
        technical = world.department(uow)
        for name, agent_id in (("Ana", AGENT), ("Sol", SUPERVISOR)):
            made = world.agent(uow, technical, name, available=name == "Ana")
            uow.execute("UPDATE desk.agent SET id = %s WHERE id = %s", (agent_id, made))
        customer_id = world.customer(uow)
        uow.execute(
            "INSERT INTO desk.ticket (id, subject, description, source, category, customer_id, priority, created_at,"
            " updated_at) VALUES (%s, 'Sistema caído', 'Nada funciona', 'phone', 'technical', %s, 'critical',"
            " '2026-11-21T14:00Z', '2026-11-21T14:00Z')",
            (TICKET, customer_id),
        )


@pytest.mark.parametrize("name", ["ticket_prioritized", "ticket_prioritized_again"])
def test_a_prioritized_ticket_gets_its_agent(database: Database, people: None, name: str) -> None:
    # Given the ticket of the sample, when the sample arrives
    assert failed(route(sample(f"route/{name}"), None)) == []
    # Then Ana has it
    with database.unit_of_work() as uow:
        assert desk.get(uow, UUID(TICKET)).agent_id == UUID(AGENT)


@pytest.mark.parametrize("name", ["schedule_fired", "schedule_fired_by_emulator"])
def test_a_firing_escalates_what_is_late(database: Database, people: None, name: str) -> None:
    # Given a ticket that is late, when the schedule fires, delivered twice
    with clock.frozen(datetime(2026, 11, 21, 15, 4, 5, tzinfo=UTC)):
        for _ in range(2):
            assert failed(escalate(sample(f"escalate/{name}"), None)) == []
    # Then it went up, once
    with database.unit_of_work() as uow:
        assert desk.get(uow, UUID(TICKET)).escalation_level == 1


@pytest.mark.parametrize(("name", "readers"), [("ticket_assigned", ["Ana"]), ("ticket_escalated", ["Ana", "Sol"])])
def test_a_notice_reaches_whom_it_concerns(database: Database, people: None, name: str, readers: list[str]) -> None:
    # Given the people of the sample, when it arrives
    assert failed(notify(sample(f"notify/{name}"), None)) == []
    # Then each has it in the console
    with database.unit_of_work() as uow:
        rows = uow.all(
            "SELECT agent.name FROM platform.notification JOIN desk.agent ON agent.id = agent_id"
            " WHERE channel = 'console' ORDER BY agent.name"
        )
    assert [row["name"] for row in rows] == readers
