"""The clock a ticket shows is the one its escalation will follow, and it stops when the desk has done its part."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from relevo import clock, desk
from relevo.db import Database
from relevo.desk.escalation import escalate_due
from tests.support import world

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def test_the_promise_that_runs_out_first_is_shown(database: Database) -> None:
    # Given an urgent ticket nobody answered, whose targets are 30 minutes for an answer and 24 hours for a solution
    with clock.frozen(START) as advance, database.unit_of_work() as uow:
        ticket_id = world.ticket(uow, priority="urgent").id
        rules = desk.sla_rules(uow)
        # When its clock is read
        # Then the answer is due first
        assert desk.sla(desk.get(uow, ticket_id), rules) == desk.Sla("first_response", START + 30 * MINUTE, False)
        # And once a person answered, the solution
        desk.answered(uow, ticket_id)
        assert desk.sla(desk.get(uow, ticket_id), rules) == desk.Sla("resolution", START + 24 * HOUR, False)
        # And while somebody works on it, a sign of progress, two hours from the last change
        advance(HOUR)
        desk.update_ticket(uow, ticket_id, {"status": "in_progress"}, actor="ana")
        assert desk.sla(desk.get(uow, ticket_id), rules) == desk.Sla("update", START + 3 * HOUR, False)


def test_a_ticket_that_waits_for_its_customer_or_is_finished_has_no_clock(database: Database) -> None:
    # Given a critical ticket
    with clock.frozen(START), database.unit_of_work() as uow:
        ticket_id, rules = world.ticket(uow, priority="critical").id, desk.sla_rules(uow)
        # When the desk waits for the customer, or is done, then nothing is due
        for status in ("waiting", "resolved", "closed"):
            desk.update_ticket(uow, ticket_id, {"status": status}, actor="ana")
            assert desk.sla(desk.get(uow, ticket_id), rules) is None


def test_a_ticket_taken_up_again_has_its_whole_time(database: Database) -> None:
    # Given a ticket resolved and taken up again a day later
    with clock.frozen(START) as advance, database.unit_of_work() as uow:
        ticket_id = world.ticket(uow, priority="critical").id
        desk.update_ticket(uow, ticket_id, {"status": "resolved"}, actor="ana")
        advance(24 * HOUR)
        desk.update_ticket(uow, ticket_id, {"status": "open"}, actor="ana")
        # When its clock is read, then it runs from there
        running = desk.sla(desk.get(uow, ticket_id), desk.sla_rules(uow))
        assert running is not None and running.due_at == START + 24 * HOUR + 15 * MINUTE


def test_what_is_overdue_is_what_escalates(database: Database) -> None:
    # Given a ticket of each priority
    with clock.frozen(START) as advance:
        with database.unit_of_work() as uow:
            made = [world.ticket(uow, priority=level).id for level in ("critical", "urgent", "high", "medium", "low")]
            rules = desk.sla_rules(uow)
        for minutes in (14, 1, 14, 1, 60):
            advance(minutes * MINUTE)
            with database.unit_of_work() as uow:
                # When those are listed whose clock has run out and who never escalated
                late = {
                    ticket.id
                    for ticket in (desk.get(uow, ticket_id) for ticket_id in made)
                    if (due := desk.sla(ticket, rules)) and due.overdue and not ticket.escalation_level
                }
                # Then they are those the escalation takes now
                before = {row["ticket_id"] for row in uow.all("SELECT ticket_id FROM desk.escalation")}
                escalate_due(uow)
                after = {row["ticket_id"] for row in uow.all("SELECT ticket_id FROM desk.escalation")}
                assert late == after - before
