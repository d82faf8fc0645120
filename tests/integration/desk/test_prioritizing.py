"""`prioritize` and `analyze` keep a ticket's score and analysis, the same in whatever order events arrive."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from infra.local.pipeline import load_handler
from relevo import clock, desk, ids
from relevo.db import Database
from relevo.desk import prioritizing
from relevo.errors import NotFound
from relevo.events import TicketCreated
from tests.support import world
from tests.support.broker import MemoryMessaging, detail
from tests.support.events import sample
from tests.support.lambdas import failed, sqs

DOWN = {"subject": "URGENTE: Sistema caído", "description": "El sistema no funciona, necesito ayuda inmediata"}


def open_ticket(database: Database, *, tier: str = "standard", **fields: Any) -> desk.Ticket:
    with database.unit_of_work() as uow:
        return world.ticket(uow, world.customer(uow, tier=tier), **fields)


def ticket(database: Database, ticket_id: UUID) -> desk.Ticket:
    with database.unit_of_work() as uow:
        return desk.get(uow, ticket_id)


def history(database: Database, ticket_id: UUID, field: str) -> list[dict[str, Any]]:
    with database.unit_of_work() as uow:
        return [row for row in desk.history(uow, ticket_id) if row["field"] == field]


def prioritized(sent: MemoryMessaging) -> list[dict[str, Any]]:
    return [detail(fact) for fact in sent.facts if fact.name == "ticket.prioritized"]


def test_a_vip_who_phones_is_critical_with_the_reasons_kept(database: Database, sent: MemoryMessaging) -> None:
    # Given a VIP's call that everything is down
    opened = open_ticket(database, tier="vip", source="phone", **DOWN)
    # When its creation is handled
    answer = load_handler("prioritize")(sample("prioritize/ticket_created", ticket=opened.id), None)
    # Then level, score and factors stand with it, in the history with their reasons, and are told
    found = ticket(database, opened.id)
    assert failed(answer) == []
    assert (found.priority, found.score) == ("critical", 93)
    assert sum(factor["points"] for factor in found.factors) == 93
    (change,) = history(database, opened.id, "priority")
    assert (change["old"], change["new"], change["actor"]) == (None, "critical", "prioritize")
    assert "+15 cliente VIP" in change["reason"]
    assert [(e["old"], e["new"], e["score"]) for e in prioritized(sent)] == [(None, "critical", 93)]


def test_the_same_event_again_changes_and_tells_nothing(database: Database, sent: MemoryMessaging) -> None:
    # Given a prioritized ticket
    opened = open_ticket(database, **DOWN)
    event = sample("prioritize/ticket_created", ticket=opened.id)
    load_handler("prioritize")(event, None)
    # When its event is delivered again
    load_handler("prioritize")(event, None)
    # Then there is one entry of history and one fact
    assert len(history(database, opened.id, "score")) == len(prioritized(sent)) == 1


def test_a_new_category_is_scored_and_told(database: Database, sent: MemoryMessaging) -> None:
    # Given a plain question, prioritized
    opened = open_ticket(database, subject="Consulta", description="Tengo una pregunta")
    load_handler("prioritize")(sample("prioritize/ticket_created", ticket=opened.id), None)
    # When it turns out to be a security matter
    with database.unit_of_work() as uow:
        desk.update_ticket(uow, opened.id, {"category": "security"}, actor="agent")
    load_handler("prioritize")(sample("prioritize/ticket_updated", ticket=opened.id), None)
    # Then it went from low to high
    assert [(e["old"], e["new"]) for e in prioritized(sent)] == [(None, "low"), ("low", "high")]
    assert ticket(database, opened.id).score == 55


def test_a_change_that_says_nothing_new_is_not_scored(database: Database, sent: MemoryMessaging) -> None:
    # Given a ticket that was never scored
    opened = open_ticket(database)
    # When only its status changed
    load_handler("prioritize")(sample("prioritize/ticket_status_updated", ticket=opened.id), None)
    # Then it is left alone
    assert ticket(database, opened.id).priority is None
    assert prioritized(sent) == []


def test_an_escalated_ticket_stays_above_its_score(database: Database, sent: MemoryMessaging) -> None:
    # Given a medium ticket that was escalated once
    opened = open_ticket(database, subject="Error", description="no funciona")
    with database.unit_of_work() as uow:
        prioritizing.prioritize(uow, opened.id)
        uow.execute("UPDATE desk.ticket SET priority = 'high', escalation_level = 1 WHERE id = %s", (opened.id,))
    # When it is scored again
    with database.unit_of_work() as uow:
        prioritizing.prioritize(uow, opened.id)
    # Then the escalation holds, and nothing is told twice
    assert ticket(database, opened.id).priority == "high"
    assert len(prioritized(sent)) == 1


def test_what_the_customer_went_through_before_counts(database: Database, sent: MemoryMessaging) -> None:
    # Given a frequent customer with an urgent unfinished ticket of yesterday, badly rated
    with clock.frozen(clock.now()) as advance:
        with database.unit_of_work() as uow:
            customer_id = world.customer(uow, tier="frequent")
            earlier = world.ticket(uow, customer_id, **DOWN)
            uow.execute(
                "INSERT INTO desk.feedback (id, ticket_id, customer_id, rating, created_at) VALUES (%s, %s, %s, 1, %s)",
                (ids.new_id(), earlier.id, customer_id, clock.now()),
            )
        advance(timedelta(days=1))
        # When they open another
        with database.unit_of_work() as uow:
            opened = world.ticket(uow, customer_id, subject="Consulta", description="Tengo una pregunta")
            factors = {factor.name: factor.points for factor in prioritizing.prioritize(uow, opened.id).factors}
    # Then tier and history weigh, and what came later does not count for the earlier one
    assert factors == {"base": 30, "tier.frequent": 5, "history.unfinished": 2, "history.rating": 3}
    with database.unit_of_work() as uow:
        assert "history.unfinished" not in {f.name for f in prioritizing.prioritize(uow, earlier.id).factors}


def test_any_order_of_events_ends_in_the_same_tickets(database: Database, sent: MemoryMessaging) -> None:
    # Given the same three tickets of one customer, once for each order of their events
    outcomes = set()
    for order in itertools.permutations(range(3)):
        with clock.frozen(clock.now()) as advance, database.unit_of_work() as uow:
            customer_id = world.customer(uow, tier="frequent")
            opened = []
            for text in ("Emergencia: todo caído", "Consulta de horario", "Error en mi factura"):
                opened.append(world.ticket(uow, customer_id, subject=text, description="Gracias"))
                advance(timedelta(minutes=1))
        events = [
            TicketCreated(ticket_id=one.id, customer_id=customer_id, source="web", category="general") for one in opened
        ]
        # When analyze and prioritize handle them in that order, one or the other first
        handlers = ["analyze", "prioritize"] if order[0] else ["prioritize", "analyze"]
        for index in order:
            for name in handlers:
                load_handler(name)(sqs(events[index]), None)
        found = [ticket(database, one.id) for one in opened]
        outcomes.add(str([(t.score, t.priority, t.factors, t.tags, t.language, t.analysis) for t in found]))
    # Then they all came out the same
    assert len(outcomes) == 1


def test_a_company_scores_by_its_own_weights(database: Database, sent: MemoryMessaging) -> None:
    # Given a setting that raises the base
    opened = open_ticket(database, subject="Consulta", description="hola")
    with database.unit_of_work() as uow:
        world.setting(uow, prioritizing.WEIGHTS.key, {"base": 60})
    # When the ticket is scored
    with database.unit_of_work() as uow:
        found = prioritizing.prioritize(uow, opened.id)
    # Then it counts
    assert (found.score, found.level) == (60, "high")


def test_weights_that_make_no_sense_are_passed_over(
    database: Database, sent: MemoryMessaging, caplog: pytest.LogCaptureFixture
) -> None:
    # Given a setting nobody can score by
    opened = open_ticket(database, subject="Consulta", description="hola")
    with database.unit_of_work() as uow:
        world.setting(uow, prioritizing.WEIGHTS.key, {"base": "much"})
    # When a ticket is scored
    with database.unit_of_work() as uow:
        found = prioritizing.prioritize(uow, opened.id)
    # Then the published weights hold, and the log says so
    assert found.score == 30
    assert prioritizing.WEIGHTS.key in caplog.text


def test_a_ticket_gets_its_language_tags_and_analysis(database: Database, sent: MemoryMessaging) -> None:
    # Given a ticket in English with a tag of its own
    opened = open_ticket(database, subject="Refund", description="I was charged twice, this is awful", tags=("shop",))
    # When its creation is analyzed
    answer = load_handler("analyze")(sample("analyze/ticket_created", ticket=opened.id), None)
    # Then it knows what it says, with a history
    found = ticket(database, opened.id)
    assert failed(answer) == []
    assert found.analysis is not None
    assert (found.language, found.analysis["label"], found.analysis["category"]) == ("en", "negative", "billing")
    assert found.tags == ["shop", "billing"]
    assert history(database, opened.id, "tags")[0]["new"] == ["shop", "billing"]


def test_a_ticket_nobody_knows_is_refused_with_its_reason(database: Database, sent: MemoryMessaging) -> None:
    # Given an id of no ticket
    nobody = ids.new_id()
    # When it is to be scored or analyzed, Then that is an error of the request
    with database.unit_of_work() as uow:
        with pytest.raises(NotFound):
            prioritizing.prioritize(uow, nobody)
        with pytest.raises(NotFound):
            prioritizing.analyze_ticket(uow, nobody)
