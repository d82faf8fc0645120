"""What passes its target goes one step up, once, to a senior agent where one is free, and the supervisor is told."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from functions.escalate.handler import handler
from relevo import clock, desk
from relevo.db import Database, UnitOfWork
from relevo.desk import escalation
from relevo.events import ScheduleFired
from tests.support import world
from tests.support.broker import MemoryMessaging, detail
from tests.support.lambdas import failed, sqs

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def at(moment: timedelta, database: Database, limit: int = escalation.BITE) -> int:
    """Run the escalation that long after the start."""
    with clock.frozen(START + moment), database.unit_of_work() as uow:
        return escalation.escalate_due(uow, limit=limit)


def opened(database: Database, priority: str | None, **columns: Any) -> UUID:
    """A ticket opened at the start; `columns` are set afterwards."""
    with clock.frozen(START), database.unit_of_work() as uow:
        ticket = world.ticket(uow, priority=priority)
        for column, value in columns.items():
            uow.execute(f"UPDATE desk.ticket SET {column} = %s WHERE id = %s", (value, ticket.id))
    return ticket.id


def seen(database: Database, ticket_id: UUID) -> desk.Ticket:
    with database.unit_of_work() as uow:
        return desk.get(uow, ticket_id)


@pytest.mark.parametrize(
    ("priority", "columns", "target", "raised"),
    [
        ("critical", {}, 15 * MINUTE, "critical"),
        ("urgent", {}, 30 * MINUTE, "critical"),
        ("urgent", {"first_response_at": START}, 24 * HOUR, "critical"),
        ("low", {}, 48 * HOUR, "medium"),
        ("high", {"first_response_at": START}, 48 * HOUR, "urgent"),
        (None, {}, 48 * HOUR, "medium"),
        ("medium", {"status": "in_progress", "first_response_at": START}, 2 * HOUR, "high"),
    ],
)
def test_a_target_is_missed_at_its_minute_and_not_before(
    database: Database, priority: str | None, columns: dict[str, Any], target: timedelta, raised: str
) -> None:
    # Given a ticket
    ticket_id = opened(database, priority, **columns)
    # When the targets are checked just before and when it is missed
    before, due = at(target - timedelta(seconds=1), database), at(target, database)
    # Then it went one step up at the second, with its history
    after = seen(database, ticket_id)
    assert (before, due) == (0, 1)
    assert (after.priority, after.escalation_level) == (raised, 1)
    with database.unit_of_work() as uow:
        assert {c["actor"] for c in desk.history(uow, ticket_id)} == {"system", "escalation"}


@pytest.mark.parametrize(
    ("priority", "columns"),
    [
        ("critical", {"first_response_at": START, "status": "waiting"}),
        ("critical", {"status": "resolved"}),
        ("critical", {"status": "closed"}),
    ],
)
def test_what_waits_for_the_customer_or_is_finished_has_no_target(
    database: Database, priority: str, columns: dict[str, Any]
) -> None:
    # Given a ticket nobody of ours has to work on
    ticket_id = opened(database, priority, **columns)
    # When days pass, then nothing is escalated
    assert at(timedelta(days=9), database) == 0
    assert seen(database, ticket_id).escalation_level == 0


def test_an_answer_in_time_keeps_a_ticket_from_escalating(database: Database) -> None:
    # Given a critical ticket answered after ten minutes
    ticket_id = opened(database, "critical")
    with clock.frozen(START + 10 * MINUTE), database.unit_of_work() as uow:
        desk.answered(uow, ticket_id)
    # When its target passes, then nothing is escalated
    assert at(20 * MINUTE, database) == 0


def test_a_rule_fires_once_and_the_next_leaves_it_time(database: Database) -> None:
    # Given an urgent ticket nobody answers
    ticket_id = opened(database, "urgent")
    # When the minutes pass
    fired = [minute for minute in range(0, 120, 5) if at(minute * MINUTE, database)]
    # Then it escalates as urgent, and as critical fifteen minutes later, and then leaves people alone
    assert fired == [30, 45]
    assert seen(database, ticket_id).escalation_level == 2


def test_a_ticket_taken_up_again_has_a_new_clock(database: Database) -> None:
    # Given an urgent ticket answered, resolved, and taken up again after three days
    ticket_id = opened(database, "urgent", first_response_at=START)
    with database.unit_of_work() as uow:
        for moment, status in ((HOUR, "resolved"), (72 * HOUR, "open")):
            with clock.frozen(START + moment):
                desk.update_ticket(uow, ticket_id, {"status": status}, actor="ana")
    # When its targets are checked an hour and a day later
    # Then only the day counts
    assert (at(73 * HOUR, database), at(96 * HOUR, database)) == (0, 1)


def test_the_ticket_goes_to_a_senior_and_the_supervisor_is_told(database: Database, sent: MemoryMessaging) -> None:
    # Given a critical ticket in the hands of a junior whose supervisor is Sol
    with clock.frozen(START), database.unit_of_work() as uow:
        technical = world.department(uow)
        sol = world.agent(uow, technical, "Sol", seniority=5, available=False)
        junior = world.agent(uow, technical, "Juan", open_tickets=1, supervisor_id=sol)
        world.agent(uow, technical, "Full", seniority=4, max_tickets=1, open_tickets=1)
        senior = world.agent(uow, technical, "Sara", seniority=3)
    ticket_id = opened(database, "critical", agent_id=junior, department_id=technical)
    # When its target is missed
    at(15 * MINUTE, database)
    # Then Sara has it, Juan is freed, and the event names Sol
    assert seen(database, ticket_id).agent_id == senior
    with database.unit_of_work() as uow:
        loads = {row["name"]: row["open_tickets"] for row in uow.all("SELECT name, open_tickets FROM desk.agent")}
    assert loads == {"Sol": 0, "Juan": 0, "Full": 1, "Sara": 1}
    (event,) = [detail(m) for m in sent.facts if m.name == "ticket.escalated"]
    assert (event["supervisor_id"], event["agent_id"]) == (str(sol), str(senior))
    assert (event["old"], event["new"], event["level"]) == ("critical", "critical", 1)


def test_without_a_senior_free_it_stays_and_the_department_answers_for_it(
    database: Database, sent: MemoryMessaging
) -> None:
    # Given a ticket of a senior, and nobody more senior; the department has a supervisor
    with clock.frozen(START), database.unit_of_work() as uow:
        boss = world.agent(uow, world.department(uow, "board"), "Boss")
        technical = world.department(uow, supervisor_id=boss)
        sara = world.agent(uow, technical, "Sara", seniority=3, open_tickets=1)
        world.agent(uow, technical, "Juan", seniority=1)
    ticket_id = opened(database, "urgent", agent_id=sara, department_id=technical)
    # When its target is missed
    at(30 * MINUTE, database)
    # Then Sara keeps it and the department's supervisor is told
    assert seen(database, ticket_id).agent_id == sara
    (event,) = [detail(m) for m in sent.facts if m.name == "ticket.escalated"]
    assert (event["supervisor_id"], event["agent_id"]) == (str(boss), str(sara))


def test_important_customers_come_first(database: Database) -> None:
    # Given two tickets past their target, the younger of a VIP, and room for one
    first = opened(database, "critical")
    with clock.frozen(START + MINUTE), database.unit_of_work() as uow:
        vip = world.ticket(uow, world.customer(uow, tier="vip"), priority="critical").id
    # When one is escalated
    assert at(HOUR, database, limit=1) == 1
    # Then it is the VIP's; the other follows
    assert (seen(database, vip).escalation_level, seen(database, first).escalation_level) == (1, 0)
    assert at(HOUR, database, limit=1) == 1


def test_two_runs_at_once_escalate_each_ticket_once(
    database: Database, database_url: str, sent: MemoryMessaging
) -> None:
    # Given thirty tickets past their target
    with clock.frozen(START), database.unit_of_work() as uow:
        customer_id = world.customer(uow)
        tickets = [world.ticket(uow, customer_id, priority="critical").id for _ in range(30)]
    done: list[int] = []

    def run() -> None:
        own = Database(lambda: database_url)
        for _ in range(5):
            with own.unit_of_work() as uow:
                done.append(escalation.escalate_due(uow, START + HOUR, limit=10))
        own.close()

    # When four runs work at once
    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Then each ticket went up once and was told once
    assert sum(done) == 30
    assert {seen(database, ticket_id).escalation_level for ticket_id in tickets} == {1}
    assert sent.names().count("ticket.escalated") == 30


def test_every_minute_the_handler_escalates_and_empties_the_queues(database: Database) -> None:
    # Given a ticket past its target, one that waits in a queue, and an agent who has come
    late = opened(database, "critical")
    with clock.frozen(START), database.unit_of_work() as uow:
        technical = world.department(uow)
        waiting = world.ticket(uow, priority="low").id
        uow.execute("UPDATE desk.ticket SET department_id = %s WHERE id = %s", (technical, waiting))
        ana = world.agent(uow, technical, "Ana")
    # When the schedule fires
    with clock.frozen(START + HOUR):
        answer = handler(sqs(ScheduleFired(schedule="escalate", due_at=clock.now())), None)
    # Then the first went up and the second is hers
    assert failed(answer) == []
    assert seen(database, late).escalation_level == 1 and seen(database, waiting).agent_id == ana
    with database.unit_of_work() as uow:
        assert desk.stats(uow, "365d").escalated == 1


def test_an_inactive_rule_has_no_target(database: Database) -> None:
    # Given a company that switched its targets off
    with database.unit_of_work() as uow:
        uow.execute("UPDATE desk.escalation_rule SET active = false")
    opened(database, "critical")
    # When days pass, then nothing is escalated
    assert at(timedelta(days=9), database) == 0


def levels(uow: UnitOfWork) -> list[int]:
    return [row["escalation_level"] for row in uow.all("SELECT escalation_level FROM desk.ticket")]


def test_a_rolled_back_run_leaves_nothing(database: Database, sent: MemoryMessaging) -> None:
    # Given a ticket past its target
    opened(database, "critical")
    told = len(sent.facts)
    # When a run crashes before its commit
    with pytest.raises(RuntimeError), database.unit_of_work() as uow:
        escalation.escalate_due(uow, START + HOUR)
        raise RuntimeError("the process died")
    # Then nothing is escalated nor told, and the next run does it
    with database.unit_of_work() as uow:
        assert levels(uow) == [0] and len(sent.facts) == told
    assert at(HOUR, database) == 1
