"""Each metric measures what its sentence says, in every database there is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from psycopg.types.json import Jsonb

from relevo import clock, crm, desk, ids, platform, text
from relevo.db import Database, UnitOfWork, transition
from relevo.insight import alerts
from tests.support import inbox, selling, world

NOW = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize("metric", sorted(alerts.METRICS))
def test_every_metric_can_be_measured_where_there_is_nothing_yet(shared_database: Database, metric: str) -> None:
    # Given a company on its first day
    with clock.frozen(NOW), shared_database.unit_of_work() as uow:
        rule = alerts.drafted({"name": "mine", "metric": metric, "threshold": 50.0})
        # When it is measured
        found = alerts.measure(uow, rule, NOW)
    # Then nothing is wrong
    assert found.rows == []


def found(uow: UnitOfWork, kind: str, **changes: Any) -> list[tuple[str, float]]:
    """What one of the product's own rules, with these fields changed, finds wrong now: subjects with their values."""
    own = next(rule for rule in alerts.list_rules(uow) if rule.kind == kind)
    rule = alerts.drafted(changes, own) if changes else own
    rows = alerts.measure(uow, rule, clock.now()).rows
    for draft in alerts.as_drafts(uow, rule, rows):
        assert all("{" not in alerts.sentence(draft, language) for language in ("es", "en"))
    return [(row["subject"], row["value"]) for row in rows]


def has_data(uow: UnitOfWork, kind: str) -> bool:
    own = next(rule for rule in alerts.list_rules(uow) if rule.kind == kind)
    measured = alerts.measure(uow, own, clock.now())
    return measured.source and measured.readings > 0


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A Wednesday noon in Mexico City, held; move it on. Ids are made by it, whatever ids this process made before."""
    monkeypatch.setattr(ids, "_last_tick", 0)
    with clock.frozen(NOW) as advance:
        yield advance


def order(uow: UnitOfWork, branch_id: UUID, customer_id: UUID, at: datetime, net: int, status: str = "placed") -> None:
    quote_id, number = ids.new_id(), str(ids.new_id())
    money = {"net": net, "total": net, "at": at, "quote": quote_id, "branch": branch_id, "customer": customer_id}
    uow.execute(
        "INSERT INTO sales.quote (id, branch_id, number, status, customer_id, currency, language, tax_rate, subtotal,"
        " discount, tax, total, valid_days, valid_until, created_by, created_at) VALUES (%(quote)s, %(branch)s,"
        " %(number)s, 'accepted', %(customer)s, 'COP', 'es', 0, %(net)s, 0, 0, %(net)s, 1, %(at)s, 'x', %(at)s)",
        money | {"number": number},
    )
    uow.execute(
        'INSERT INTO sales."order" (id, quote_id, branch_id, number, status, customer_id, currency, net, tax, total,'
        " placed_at, cancelled_at) VALUES (%(id)s, %(quote)s, %(branch)s, %(number)s, %(status)s, %(customer)s, 'COP',"
        " %(net)s, 0, %(net)s, %(at)s, CASE %(status)s WHEN 'cancelled' THEN %(at)s END)",
        money | {"id": ids.new_id(), "number": number, "status": status},
    )


def test_a_drop_of_sales_is_told_against_the_same_weekdays(database: Database, now: Any) -> None:
    # Given a branch that for ten weeks sold 1000 each day, but 100 on Sundays, and nothing the day before yesterday
    with database.unit_of_work() as uow:
        centro, customer = world.branch(uow), world.customer(uow)
        for days in range(3, 73):
            day = NOW - timedelta(days=days)
            order(uow, centro, customer, day, 100 if day.isoweekday() == 7 else 1000)
        # When yesterday, a Tuesday, brought 650, of which 900 more were cancelled; and once it was 750
        order(uow, centro, customer, NOW - timedelta(days=1), 650)
        order(uow, centro, customer, NOW - timedelta(days=1), 900, "cancelled")
        [(subject, drop)] = found(uow, "sales_drop")
        order(uow, centro, customer, NOW - timedelta(days=1), 100)
        little = found(uow, "sales_drop")
        # Then 35 % less than a Tuesday's is told, 25 % is not, and two days count together when a rule says so
        assert (subject, round(drop)) == (str(centro), 35) and little == []
        [(_, of_two)] = found(uow, "sales_drop", window_minutes=2880)
        assert round(of_two, 1) == round(100 * (1 - 750 / 2000), 1)


def test_a_quiet_sunday_is_no_drop_and_a_new_shop_has_no_usual(database: Database, now: Any) -> None:
    with database.unit_of_work() as uow:
        # Given a branch that sells 1000 a day and 100 on Sundays, and another that began three weeks ago
        centro, norte, customer = world.branch(uow), world.branch(uow, "norte"), world.customer(uow)
        for days in range(60):
            day = NOW - timedelta(days=days)
            order(uow, centro, customer, day, 100 if day.isoweekday() == 7 else 1000)
            if 1 < days < 21:
                order(uow, norte, customer, day, 1000)
        # When the rule is looked at on a Monday, after a Sunday of 100, and on the Wednesday
        now(timedelta(days=-2))
        monday = found(uow, "sales_drop")
        now(timedelta(days=2))
        # Then neither is a drop
        assert monday == [] and found(uow, "sales_drop") == []


def test_no_sales_at_all_are_no_data(database: Database, now: Any) -> None:
    with database.unit_of_work() as uow:
        world.branch(uow)
        assert not has_data(uow, "sales_drop") and found(uow, "sales_drop") == []


def said(uow: UnitOfWork, conversation_id: UUID, words: str, *, ago: int = 0, **columns: Any) -> None:
    """A customer wrote that, so many minutes ago; it was analyzed."""
    analysis = Jsonb(text.analyze(words).as_json())
    at = clock.now() - timedelta(minutes=ago)
    inbox.message(uow, conversation_id, words, at=at, analysis=analysis, **columns)


FURIOUS = "¡Esto es una estafa! Estoy furioso, pésimo servicio"


def test_an_angry_customer_is_told_until_they_calm_down(database: Database, now: Any) -> None:
    with database.unit_of_work() as uow:
        # Given one who is furious, one for whom something does not work, and one who was furious three hours ago
        desk = inbox.desk(uow)
        angry, annoyed, old = (inbox.conversation(uow, desk.centro_number) for _ in range(3))
        said(uow, angry, FURIOUS, ago=10)
        said(uow, annoyed, "no funciona el botón de pagar", ago=10)
        said(uow, old, FURIOUS, ago=180)
        # When the rule is looked at, then after they write three friendly lines
        [(subject, anger)] = found(uow, "angry_customer")
        for minutes in (5, 4, 3):
            said(uow, angry, f"muchas gracias, excelente ({minutes})", ago=minutes)
        # Then only the furious one of now is told, and no longer
        assert subject == str(angry) and anger > 90 and found(uow, "angry_customer") == []


def test_a_hot_lead_is_told_while_nobody_attends_to_them(database: Database, now: Any) -> None:
    with database.unit_of_work() as uow:
        # Given three who want to buy: in the queue, with an agent, and answered by the bot; and one who asks for hours
        desk = inbox.desk(uow)
        waiting, held, answered, other = (inbox.conversation(uow, desk.centro_number) for _ in range(4))
        for conversation_id in (waiting, held, answered):
            said(uow, conversation_id, "quiero comprar unas balatas, ¿qué precio tienen?", ago=20)
        said(uow, other, "¿a qué hora abren?", ago=20)
        inbox.hold(uow, waiting, "queue")
        inbox.hold(uow, other, "queue")
        inbox.hold(uow, held, "agent", desk.ana.agent_id)
        uow.execute("UPDATE inbox.conversation SET waiting_since = NULL WHERE id = %s", (answered,))
        # When the rule is looked at, then only who waits for a person and wants to buy is told
        assert found(uow, "hot_lead") == [(str(waiting), 20)]


def test_a_competitor_is_named_as_a_whole_word_whatever_the_accents(database: Database, now: Any) -> None:
    with database.unit_of_work() as uow:
        # Given who names a competitor, who uses a word that only contains the name, and what an agent wrote
        desk = inbox.desk(uow)
        names, contains = inbox.conversation(uow, desk.centro_number), inbox.conversation(uow, desk.norte_number)
        said(uow, names, "en AutoMÁX (centro) es más barato", ago=60)
        said(uow, contains, "mi automaxima no enciende", ago=60)
        inbox.message(uow, contains, "no somos Automax", author="agent")
        # When the company has named nobody, and when it has
        before = has_data(uow, "competitor")
        words = alerts.RuleFilters(words=("Automax", "Repuestos (S.A.)"))
        # Then there was nothing to measure, and then the one who names them is told
        assert not before
        assert found(uow, "competitor", filters=words) == [(str(names), 1)]


@pytest.mark.parametrize("word", ["C++ Motors", "A.B*C", "[oferta", "50% menos", "back\\slash", "(?i)x", "Ñandú"])
def test_a_word_is_found_as_it_is_written_and_nothing_else(shared_database: Database, now: Any, word: str) -> None:
    with shared_database.unit_of_work() as uow:
        # Given a name full of signs, written by a customer, and part of it by another
        branch_id = world.branch(uow, f"branch {word}")
        account = world.account(uow, branch_id, f"number {word}")
        names, other = inbox.conversation(uow, account), inbox.conversation(uow, account)
        said(uow, names, f"vi que {word.upper()}, tiene otro precio", ago=5)
        said(uow, other, f"vi que {word[1:]}s tiene otro precio", ago=5)
        # When it is watched for, then only who wrote it is found
        narrowed = alerts.RuleFilters(words=(word,), branches=(branch_id,))
        assert found(uow, "competitor", filters=narrowed) == [(str(names), 1)]


def test_low_stock_is_told_of_what_the_inventory_lately_said(database: Database, now: Any) -> None:
    with database.unit_of_work() as uow:
        # Given products of which three, nine and none are left, the last said a month ago
        centro = world.branch(uow)
        left = {}
        for code, quantity, days in (("A", 3, 1), ("B", 9, 1), ("C", 0, 30)):
            left[code] = selling.product(uow, code, f"Pieza {code}", "10")
            at = NOW - timedelta(days=days)
            uow.execute("INSERT INTO sales.stock_cache VALUES (%s, %s, %s, %s)", (left[code], centro, quantity, at))
        # When the rule is looked at, then the first is told, by its branch
        assert found(uow, "low_stock") == [(f"{left['A']}:{centro}", 3)]


def test_an_overdue_payment_is_told_until_it_is_paid(database: Database, now: Any) -> None:
    with database.unit_of_work() as uow:
        # Given payments due two days ago, tomorrow, and two days ago but paid
        customer = world.customer(uow)
        for reference, days, paid in (("F-1", -2, None), ("F-2", 1, None), ("F-3", -2, NOW)):
            due = NOW + timedelta(days=days)
            payment = crm.NewPayment(customer, reference, Decimal("1450.50"), "MXN", due, paid)
            crm.keep_payment(uow, payment, actor="test")
        # When the rule is looked at, then only the first is told, as in the list of what is overdue
        [(payment_id, days)] = found(uow, "overdue_payment")
        assert days == 2 and [str(payment.id) for payment in crm.overdue(uow, NOW)] == [payment_id]


def test_a_customer_at_risk_is_told_by_the_last_prediction(database: Database, now: Any) -> None:
    with database.unit_of_work() as uow:
        # Given two customers as they were scored
        run, at_risk, fine = ids.new_id(), world.customer(uow, "Rita"), world.customer(uow, "Fito")
        uow.execute(
            "INSERT INTO crm.churn_run (id, day, as_of, state, started_at) VALUES (%s, %s, %s, 'done', %s)",
            (run, NOW.date(), NOW, NOW),
        )
        for customer, probability, level in ((at_risk, 0.82, "critical"), (fine, 0.2, "low")):
            uow.execute(
                "INSERT INTO crm.churn_risk (customer_id, run_id, at, probability, level, level_since, expected_days,"
                " confidence, factors, health, health_parts) VALUES (%s, %s, %s, %s, %s, %s, 30, 0.8, '[]', 40, '{}')",
                (customer, run, NOW, probability, level, NOW),
            )
        # When the rule is looked at, then the first is told, as in the list of who is at risk
        assert [(subject, round(risk)) for subject, risk in found(uow, "churn_risk")] == [(str(at_risk), 82)]
        assert [risk.customer_id for risk in crm.churn.at_risk(uow, 0.7)] == [at_risk]


def test_a_missed_target_is_that_of_the_desk(database: Database, now: Any) -> None:
    with database.unit_of_work() as uow:
        # Given tickets of each priority of different ages, some answered, some waiting for their customer
        rules, late = desk.sla_rules(uow), {}
        for priority, minutes, columns in (
            ("critical", 20, {}),
            ("critical", 10, {}),
            ("urgent", 40, {}),
            ("urgent", 40, {"first_response_at": NOW}),
            ("low", 60 * 49, {"first_response_at": NOW}),
            ("low", 60 * 49, {"status": "waiting"}),
            ("high", 60, {}),
        ):
            with clock.frozen(NOW - timedelta(minutes=minutes)):
                ticket = world.ticket(uow, priority=priority)
            for column, value in columns.items():
                uow.execute(f"UPDATE desk.ticket SET {column} = %s WHERE id = %s", (value, ticket.id))
            promise = desk.sla(desk.get(uow, ticket.id), [rule for rule in rules if rule.state != "stale"], NOW)
            if promise is not None and promise.overdue:
                late[str(ticket.id)] = (NOW - promise.due_at) / timedelta(minutes=1)
        # When the rule is looked at, then it tells those the desk calls overdue, by as much
        assert len(late) == 3 and {s: round(v, 6) for s, v in found(uow, "sla_breach")} == pytest.approx(late)


def test_a_slow_first_response_counts_who_still_waits(database: Database, now: Any) -> None:
    with database.unit_of_work() as uow:
        # Given a branch that answered two tickets after 10 and 20 minutes, and has not answered three of two hours ago
        centro, norte = world.branch(uow), world.branch(uow, "norte")
        for branch_id, minutes, answered in (
            (centro, 30, 10), (centro, 30, 20), (centro, 120, None), (centro, 120, None), (centro, 120, None),
            (norte, 30, 10), (norte, 30, 20), (norte, 30, 29),
        ):  # fmt: skip
            opened = NOW - timedelta(minutes=minutes)
            with clock.frozen(opened):
                ticket = world.ticket(uow, branch_id=branch_id)
            at = None if answered is None else opened + timedelta(minutes=answered)
            uow.execute("UPDATE desk.ticket SET first_response_at = %s WHERE id = %s", (at, ticket.id))
        # When the rule is looked at, then the mean of all five is told, and the quick branch is not
        [(subject, minutes)] = found(uow, "first_response")
        assert (subject, minutes) == (str(centro), pytest.approx((10 + 20 + 3 * 120) / 5))


def test_the_bot_resolves_little_where_most_go_on_to_people(database: Database, now: Any) -> None:
    with database.unit_of_work() as uow:
        # Given a branch where the bot began ten conversations and handed six over, and one where it began two
        made = inbox.desk(uow)
        for number, account in enumerate([made.centro_number] * 10 + [made.norte_number] * 2):
            conversation_id = inbox.conversation(uow, account)
            handed_over = number < 6 or number > 9
            uow.execute(
                "INSERT INTO knowledge.chatbot_turn (id, conversation_id, question, answer, confidence, decision,"
                " reason, created_at) VALUES (%s, %s, '', '', 0.9, 'answered', '', %s)",
                (ids.new_id(), conversation_id, clock.now()),
            )
            if handed_over:
                transition(uow, "inbox.conversation_change", conversation_id, {"owner": ("bot", "queue")}, actor="bot")
        # When the rule is looked at, which judges ten at least, then the first is told
        assert found(uow, "bot_resolution", minimum=10) == [(str(made.centro), 40)]


def test_a_spike_is_told_against_the_same_hour_of_the_weeks_before(database: Database, now: Any) -> None:
    with database.unit_of_work() as uow:
        # Given two branches that had ten messages at this hour of this weekday in each of four weeks
        made = inbox.desk(uow)
        busy, usual = inbox.conversation(uow, made.centro_number), inbox.conversation(uow, made.norte_number)
        week = 7 * 1440
        inbox.message(uow, busy, "la primera", at=NOW - timedelta(days=40))
        for weeks in range(1, 5):
            for minute in range(1, 11):
                for conversation_id in (busy, usual):
                    at = NOW - timedelta(minutes=weeks * week + minute)
                    inbox.message(uow, conversation_id, f"{weeks} {minute}", at=at)
        # When one has thirty in this hour and the other fifteen
        for minute in range(1, 31):
            inbox.message(uow, busy, f"hoy {minute}", at=NOW - timedelta(minutes=minute))
            if minute <= 15:
                inbox.message(uow, usual, f"hoy {minute}", at=NOW - timedelta(minutes=minute))
        # Then three times the usual is told, half as much again is not
        assert found(uow, "volume_spike") == [(str(made.centro), 300)]


def test_clocks_that_change_make_no_spike(database: Database, now: Any) -> None:
    with database.unit_of_work() as uow:
        # Given a company in Madrid that has thirty messages from ten to half past ten each Monday
        platform.change(uow, platform.COMPANY_TIMEZONE, "Europe/Madrid", actor="test")
        made, monday = inbox.desk(uow), datetime(2026, 3, 30, 10, 30, tzinfo=ZoneInfo("Europe/Madrid"))
        conversation_id = inbox.conversation(uow, made.centro_number)
        inbox.message(uow, conversation_id, "la primera", at=monday - timedelta(days=40))
        for weeks in range(5):
            for minute in range(1, 31):
                at = (monday - timedelta(days=7 * weeks, minutes=minute)).astimezone(UTC)
                inbox.message(uow, conversation_id, f"{weeks} {minute}", at=at)
        # When it is the Monday after the clocks were put forward, then that is the usual
        now(monday - NOW)
        own = next(rule for rule in alerts.list_rules(uow) if rule.kind == "volume_spike")
        [usual] = alerts.measure(uow, alerts.drafted({"threshold": 1}, own), clock.now()).rows
        assert (usual["subject"], usual["value"]) == (str(made.centro), 100)


def test_a_company_of_ten_days_has_no_usual_volume(database: Database, now: Any) -> None:
    with database.unit_of_work() as uow:
        made = inbox.desk(uow)
        conversation_id = inbox.conversation(uow, made.centro_number)
        inbox.message(uow, conversation_id, "la primera", at=NOW - timedelta(days=10))
        for minute in range(1, 31):
            inbox.message(uow, conversation_id, f"hoy {minute}", at=NOW - timedelta(minutes=minute))
        assert not has_data(uow, "volume_spike")


def test_a_rule_is_narrowed_to_what_it_names(database: Database, now: Any) -> None:
    with database.unit_of_work() as uow:
        # Given four tickets nobody has: of two branches, two priorities and a VIP
        centro, norte = world.branch(uow), world.branch(uow, "norte")
        vip = world.customer(uow, "Eva", tier="vip")
        with clock.frozen(NOW - timedelta(hours=1)):
            a = world.ticket(uow, priority="critical", branch_id=centro)
            b = world.ticket(uow, priority="low", branch_id=centro, category="billing")
            c = world.ticket(uow, vip, priority="low", branch_id=norte)

        def named(**filters: Any) -> set[str]:
            wanted = alerts.RuleFilters(**filters)
            return {subject for subject, _ in found(uow, "critical_unassigned", filters=wanted)}

        # When a rule is narrowed, then it finds what it names and nothing else
        assert named() == {str(a.id), str(b.id), str(c.id)}
        assert named(branches=(centro,)) == {str(a.id), str(b.id)}
        assert named(priorities=("critical",)) == {str(a.id)}
        assert named(categories=("billing",)) == {str(b.id)}
        assert named(tiers=("vip",)) == {str(c.id)}
        assert named(branches=(norte,), priorities=("critical",)) == set()


def test_the_desks_own_figures_can_be_watched(database: Database, now: Any) -> None:
    with database.unit_of_work() as uow:
        # Given a branch with two open tickets of now, bad ratings, two customers who wait and a message that failed
        made = inbox.desk(uow)
        for _ in range(2):
            ticket = world.ticket(uow, branch_id=made.centro)
            desk.give_feedback(uow, ticket.id, 2)
            waits = inbox.conversation(uow, made.centro_number, says="¿hola?")
            inbox.hold(uow, waits, "queue")
        inbox.message(uow, waits, "perdón", author="agent", status="failed")
        uow.execute("UPDATE inbox.conversation SET waiting_since = %s", (NOW - timedelta(minutes=30),))

        def value(metric: str, threshold: float) -> dict[str, float]:
            rule = alerts.drafted({"name": "mine", "metric": metric, "threshold": threshold})
            return {row["subject"]: row["value"] for row in alerts.measure(uow, rule, NOW).rows}

        # When each is watched, then it is what there is
        centro = str(made.centro)
        assert value("tickets_opened", 1) == value("tickets_unfinished", 1) == {centro: 2}
        assert value("satisfaction", 3) == {centro: 2}
        assert value("customers_waiting", 1) == {centro: 2} and value("messages_failed", 0) == {centro: 1}
        assert set(value("customer_wait", 20).values()) == {30}
