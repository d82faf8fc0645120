"""Each morning every active customer is looked at once: how likely they leave, why, and what is done about it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from psycopg.types.json import Jsonb

from relevo import clock, crm, desk, ids, retention
from relevo.db import Database, UnitOfWork
from relevo.events import ScheduleFired
from relevo.retention import daily
from tests.support import world
from tests.support.lambdas import sqs

UnitsOfWork = Callable[[], AbstractContextManager[UnitOfWork]]
MORNING = datetime(2026, 11, 20, 15, 5, tzinfo=UTC)
"""Five past nine in Mexico City."""


def written(uow: UnitOfWork, conversation_id: UUID, account_id: UUID, at: datetime, sentiment: float = 0.0) -> None:
    """A message of the customer, received and analyzed then."""
    label = "negative" if sentiment < -0.2 else "positive" if sentiment > 0.2 else "neutral"
    uow.execute(
        "INSERT INTO inbox.message (id, conversation_id, channel_account_id, direction, author, kind, text, status,"
        " analysis, stored_at) VALUES (%s, %s, %s, 'in', 'customer', 'text', 'hola', 'received', %s, %s)",
        (
            *(ids.derived(at, f"{conversation_id} {at}"), conversation_id, account_id),
            *(Jsonb({"sentiment": sentiment, "label": label}), at),
        ),
    )


def day(database: Database, at: datetime = MORNING) -> int:
    """A call of the schedule at that instant; how many steps it did."""
    with clock.frozen(at):
        database.run(lambda uow: retention.begin(uow, at))
        return retention.work(database, at + timedelta(minutes=10))


@pytest.fixture
def place(unit_of_work: UnitsOfWork) -> tuple[UUID, UUID]:
    """A branch, and its number."""
    with clock.frozen(MORNING - timedelta(days=400)), unit_of_work() as uow:
        world.department(uow, "general")
        branch_id = world.branch(uow)
        return branch_id, world.account(uow, branch_id)


def person(uow: UnitOfWork, account_id: UUID, name: str, phone: str, days: list[float], sentiment: float = 0.0) -> UUID:
    """A customer of a year who wrote so many days ago."""
    with clock.frozen(MORNING - timedelta(days=365)):
        customer_id = world.customer(uow, name)
        conversation_id = world.conversation(uow, account_id, customer_id, phone=phone)
    for ago in days:
        written(uow, conversation_id, account_id, MORNING - timedelta(days=ago), sentiment)
    return customer_id


def test_the_morning_says_who_is_about_to_leave_and_why_once(
    database: Database, unit_of_work: UnitsOfWork, place: tuple[UUID, UUID]
) -> None:
    # Given a happy customer, an angry one who fell silent and owes, and one gone long ago
    branch_id, account_id = place
    with unit_of_work() as uow:
        happy = person(uow, account_id, "Ana", "5215511111111", [1, 5, 9, 15, 22], 0.6)
        angry = person(uow, account_id, "Luis", "5215522222222", [75, 76, 77, 78], -0.7)
        gone = person(uow, account_id, "Ida", "5215533333333", [300])
        for n in range(3):
            due = MORNING - timedelta(days=40 + n)
            told = crm.NewPayment(angry, f"F-{n}", Decimal(100), "MXN", due)
            crm.keep_payment(uow, told, actor="test")
    # When it is nine, and the schedule calls again a quarter of an hour later
    assert day(database) > 0
    assert day(database, MORNING + timedelta(minutes=15)) == 0
    # Then both active customers are scored, the angry one critical with the reasons that are theirs
    with unit_of_work() as uow:
        risks = {risk.customer_id: risk for risk in crm.churn.at_risk(uow, 0.0)}
        assert set(risks) == {happy, angry} and gone not in risks
        assert (risks[happy].level, risks[angry].level) == ("low", "critical")
        assert risks[angry].branch_id == branch_id
        reasons = {factor["name"]: factor["contribution"] for factor in risks[angry].factors}
        assert len(reasons) == 5 and reasons["days_since_contact"] > 0 and reasons["late_payments"] > 0
        assert risks[angry].health < 50 < risks[happy].health
        # And a retention ticket is open for the angry one, with what to do
        plan = retention.plans_of(uow, [angry])[angry][0]
        ticket = desk.get(uow, plan.ticket_id)
        assert (ticket.category, ticket.branch_id, ticket.customer_id) == ("retention", branch_id, angry)
        assert "Pagos atrasados en un año: 3" in ticket.description
        assert {"call", "payment_plan"} <= {action["code"] for action in plan.actions}
        # And others can hear of it
        told = uow.all("SELECT body FROM platform.outbox WHERE name = 'customer.churn_risk_changed'")
        assert len(told) == 1 and str(angry) in told[0]["body"]


def features_of(uow: UnitOfWork, customer_id: UUID, at: datetime) -> dict[str, float | None]:
    """What is known of a customer as of an instant."""
    found = crm.churn.read_some(uow, at, [customer_id])
    return {name: column[0] for name, column in found.columns.items()}


def eventful(uow: UnitOfWork, place: tuple[UUID, UUID], since: datetime, name: str) -> None:
    """Something of every kind that is looked at, within two weeks from an instant on."""
    _, account_id = place
    customer = uow.one("SELECT id FROM crm.customer WHERE name = 'Luis'")
    conversation = uow.one("SELECT id FROM inbox.conversation LIMIT 1")
    assert customer is not None and conversation is not None
    hour = timedelta(hours=1)
    for n in range(4):
        written(uow, conversation["id"], account_id, since + (24 * n + 1) * hour, -0.6)
    with clock.frozen(since + hour):
        ticket = world.ticket(uow, customer["id"], priority="critical")
        own = world.ticket(uow, customer["id"], category="retention", idempotency_key=f"retention:{name}")
    for n, rule in enumerate(("019a0000-0000-7000-8000-000000000001", "019a0000-0000-7000-8000-000000000003")):
        for escalated in (ticket, own):
            uow.execute(
                "INSERT INTO desk.escalation (ticket_id, rule_id, since, at) VALUES (%s, %s, %s, %s)",
                (escalated.id, rule, since, since + (2 + n) * hour),
            )
    with clock.frozen(since + 48 * hour):
        desk.update_ticket(uow, ticket.id, {"status": "resolved"}, actor="test")
    with clock.frozen(since + 50 * hour):
        desk.give_feedback(uow, ticket.id, 2, "tarde")
    late = crm.NewPayment(customer["id"], f"{name}-1", Decimal(70), "MXN", since + hour, since + 72 * hour)
    crm.keep_payment(uow, late, actor="test")
    crm.keep_payment(uow, crm.NewPayment(customer["id"], f"{name}-2", Decimal(50), "USD", since + hour), actor="test")
    crm.keep_term(uow, crm.Term(customer["id"], since, since + timedelta(days=30)), actor="test")


def ordered(uow: UnitOfWork, customer_id: UUID, branch_id: UUID, at: datetime) -> UUID:
    """An order of a hundred dollars, with the quote it was."""
    quote_id, order_id = ids.new_id(), ids.new_id()
    uow.execute(
        "INSERT INTO sales.quote (id, branch_id, number, status, customer_id, currency, language, tax_rate, subtotal,"
        " discount, tax, total, valid_days, valid_until, created_by, created_at)"
        " VALUES (%s, %s, %s, 'accepted', %s, 'USD', 'es', 0, 100, 0, 0, 100, 5, %s, 'test', %s)",
        (quote_id, branch_id, str(quote_id), customer_id, at, at),
    )
    uow.execute(
        'INSERT INTO sales."order" (id, quote_id, branch_id, number, customer_id, currency, net, tax, total, placed_at)'
        " VALUES (%s, %s, %s, %s, %s, 'USD', 100, 0, 100, %s)",
        (order_id, quote_id, branch_id, str(order_id), customer_id, at),
    )
    return order_id


def test_each_feature_counts_what_it_says(unit_of_work: UnitsOfWork, place: tuple[UUID, UUID]) -> None:
    # Given a customer of a year, to whom everything happened two weeks ago, and a rate for dollars
    with unit_of_work() as uow:
        luis = person(uow, place[1], "Luis", "5215522222222", [])
        world.setting(uow, "churn.rates", {"USD": 18})
        eventful(uow, place, MORNING - timedelta(days=14), "then")
        ordered(uow, luis, place[0], MORNING - timedelta(days=20))
        # When what is known is read
        found = features_of(uow, luis, MORNING)
    # Then it is what happened: four messages on four days, a ticket (not the task of our own) and its two escalations
    hours = timedelta(hours=1)
    assert found == {
        "contacts_per_month": pytest.approx(4 / 3),
        "days_since_contact": pytest.approx((14 * 24 - 73) / 24),
        "tickets": 1,
        "comments": 4,
        "mean_sentiment": pytest.approx(-0.6),
        "negative_interactions": 4,
        "escalations": 2,
        "delays": 1,
        "missed_deadlines": 1,
        "overruns": pytest.approx((48 * hours - 3 * hours) / hours),
        "late_payments": 2,
        "days_since_payment": pytest.approx(11),
        "spend": 1800,
        "age": pytest.approx(365),
        "days_to_renewal": pytest.approx(16),
    }


def test_what_comes_later_changes_no_feature(unit_of_work: UnitsOfWork, place: tuple[UUID, UUID]) -> None:
    # Given what is known of a customer as of a day
    at = MORNING - timedelta(days=30)
    with unit_of_work() as uow:
        luis = person(uow, place[1], "Luis", "5215522222222", [40, 50])
        eventful(uow, place, at - timedelta(days=10), "before")
        crm.keep_payment(uow, crm.NewPayment(luis, "open", Decimal(9), "MXN", at - timedelta(days=5)), actor="test")
        order_id = ordered(uow, luis, place[0], at - timedelta(days=3))
        with clock.frozen(at - timedelta(days=6)):
            slow = world.ticket(uow, luis, priority="urgent")
        missed = (
            "INSERT INTO desk.escalation (ticket_id, rule_id, since, at)"
            " VALUES (%s, '019a0000-0000-7000-8000-000000000003', %s, %s)"
        )
        uow.execute(missed, (slow.id, slow.created_at, at - timedelta(days=5)))
        known = features_of(uow, luis, at)
        assert None not in known.values() and known["late_payments"] == 3
    # When everything that can happen happens after it: more of the same, what was open is settled, what was is undone
    with unit_of_work() as uow:
        eventful(uow, place, at + timedelta(minutes=1), "after")
        paid = crm.NewPayment(luis, "open", Decimal(9), "MXN", at + timedelta(days=5), at + timedelta(days=1))
        crm.keep_payment(uow, paid, actor="test")
        dearer = crm.NewPayment(luis, "before-1", Decimal(7000), "MXN", at + timedelta(days=60), at - timedelta(days=7))
        crm.keep_payment(uow, dearer, actor="test")
        uow.execute(missed, (slow.id, at, at + timedelta(hours=1)))
        with clock.frozen(at + timedelta(hours=2)):
            desk.update_ticket(uow, slow.id, {"status": "resolved"}, actor="test")
        cancelled = "UPDATE sales.\"order\" SET status = 'cancelled', cancelled_at = %s WHERE id = %s"
        uow.execute(cancelled, (at + timedelta(days=1), order_id))
        ordered(uow, luis, place[0], at + timedelta(days=4))
        for renews_at, ended_at in (
            (at + timedelta(days=400), None),
            (at + timedelta(days=800), at + timedelta(days=3)),
        ):
            crm.keep_term(uow, crm.Term(luis, at - timedelta(days=10), renews_at, ended_at), actor="test")
        ticket = uow.one("SELECT id FROM desk.ticket ORDER BY created_at LIMIT 1")
        assert ticket is not None
        with clock.frozen(at + timedelta(days=2)):
            desk.update_ticket(uow, ticket["id"], {"status": "open", "priority": "low"}, actor="test")
            desk.delete_ticket(uow, ticket["id"], actor="test")
        # Then nothing that was known of that day has changed
        assert features_of(uow, luis, at) == known
        # And today's is another matter
        assert features_of(uow, luis, MORNING - timedelta(days=15)) != known


def test_who_left_is_told_by_what_followed(unit_of_work: UnitsOfWork, place: tuple[UUID, UUID]) -> None:
    # Given one who wrote in the window, one who paid, one who is silent, one whose term runs on, one who closed
    since, until = MORNING - timedelta(days=60), MORNING
    middle = since + timedelta(days=20)
    with unit_of_work() as uow:
        wrote, paid, silent, runs, closed = (
            person(uow, place[1], name, f"521550000000{n}", [30] if n == 0 else [90])
            for n, name in enumerate(("wrote", "paid", "silent", "runs", "closed"))
        )
        crm.keep_payment(uow, crm.NewPayment(paid, "p", Decimal(1), "MXN", since, middle), actor="test")
        crm.keep_term(uow, crm.Term(runs, since - timedelta(days=10), until + timedelta(days=1)), actor="test")
        crm.keep_term(
            uow, crm.Term(closed, since - timedelta(days=10), until + timedelta(days=1), middle), actor="test"
        )
        # When asked who left
        people = (wrote, paid, silent, runs, closed)
        gone = crm.churn.who_left(uow, [(customer, since, until) for customer in people])
    # Then it is the silent one and the one who closed the account
    assert gone == [False, False, True, False, True]


def test_a_crash_loses_no_customer_and_says_nothing_twice(
    database: Database, unit_of_work: UnitsOfWork, place: tuple[UUID, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given five customers, looked at two at a time, and a process that dies in the second slice
    monkeypatch.setattr(daily, "SLICE", 2)
    with unit_of_work() as uow:
        for n in range(5):
            person(uow, place[1], f"C{n}", f"521550000000{n}", [3 + n])
    slices, keep = 0, crm.churn.keep

    def dying(*given: Any, **named: Any) -> None:
        nonlocal slices
        slices += 1
        keep(*given, **named)
        if slices == 2:
            raise SystemExit("out of memory")

    monkeypatch.setattr(crm.churn, "keep", dying)
    with pytest.raises(SystemExit):
        day(database)
    # When the schedule calls again
    day(database, MORNING + timedelta(minutes=15))
    # Then the day is done, every customer was said something of, once, as of the same instant
    with unit_of_work() as uow:
        run = uow.one("SELECT state, scored, as_of FROM crm.churn_run")
        assert run == {"state": "done", "scored": 5, "as_of": MORNING}
        rows = uow.all("SELECT count(*) AS n, min(at) AS at FROM crm.churn_prediction GROUP BY customer_id")
        assert [row["n"] for row in rows] == [1] * 5 and {row["at"] for row in rows} == {MORNING}


def test_two_at_once_do_the_days_work_once(
    database: Database,
    database_url: str,
    unit_of_work: UnitsOfWork,
    place: tuple[UUID, UUID],
    sent: object,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given some customers, and two deliveries of the schedule's call at once
    monkeypatch.setattr(daily, "SLICE", 3)
    with unit_of_work() as uow:
        for n in range(12):
            person(uow, place[1], f"C{n}", f"52155000000{n:02}", [n + 1])
    others = [Database(lambda: database_url) for _ in range(2)]
    with clock.frozen(MORNING):
        barrier = threading.Barrier(2)

        def deliver(other: Database) -> bool:
            barrier.wait()
            begun = other.run(lambda uow: retention.begin(uow, MORNING))
            retention.work(other, MORNING + timedelta(minutes=10))
            return begun

        with ThreadPoolExecutor(2) as threads:
            begun = list(threads.map(deliver, others))
    # Then one of them began the day, and nobody was said anything of twice
    assert sorted(begun) == [False, True]
    with clock.frozen(MORNING):
        retention.work(database, MORNING + timedelta(minutes=10))
    with unit_of_work() as uow:
        assert uow.one("SELECT state, scored FROM crm.churn_run") == {"state": "done", "scored": 12}
        assert uow.one("SELECT count(*) AS n FROM crm.churn_prediction") == {"n": 12}
    for other in others:
        other.close()


def test_a_level_that_changes_is_told_and_kept_and_who_is_gone_is_forgotten(
    database: Database, unit_of_work: UnitsOfWork, place: tuple[UUID, UUID]
) -> None:
    # Given two customers, foreseen on a Friday; one has closed the account since, the other fell out with us
    with unit_of_work() as uow:
        luis = person(uow, place[1], "Luis", "5215522222222", [4])
        ida = person(uow, place[1], "Ida", "5215533333333", [4])
    day(database)
    with unit_of_work() as uow:
        conversation = uow.one("SELECT id FROM inbox.conversation WHERE customer_id = %s", (luis,))
        assert conversation is not None
        for n in range(5):
            written(uow, conversation["id"], place[1], MORNING + timedelta(hours=n + 1), -0.9)
        for n in range(3):
            due = MORNING - timedelta(days=100 + n)
            crm.keep_payment(uow, crm.NewPayment(luis, f"F-{n}", Decimal(5), "MXN", due), actor="test")
        closed = crm.Term(ida, MORNING - timedelta(days=300), None, MORNING + timedelta(hours=2))
        crm.keep_term(uow, closed, actor="test")
    # When they are looked at on Saturday, and on Sunday, when nothing has changed
    day(database, MORNING + timedelta(days=1))
    day(database, MORNING + timedelta(days=2))
    # Then the change is in the history, Sunday's repetition is not, and who is gone is at no risk
    with unit_of_work() as uow:
        said = crm.churn.history(uow, luis)
        assert [each.level for each in said] == ["high", "low"]
        risk = crm.churn.risk_of(uow, luis)
        assert (risk.previous_level, risk.level_since) == ("low", MORNING + timedelta(days=1))
        assert [each.customer_id for each in crm.churn.at_risk(uow, 0.0)] == [luis]
        told = uow.all("SELECT body FROM platform.outbox WHERE name = 'customer.churn_risk_changed'")
        assert len(told) == 1 and '"old":"low"' in told[0]["body"].replace(" ", "")


@pytest.mark.parametrize(
    ("zone", "date"),
    [("Europe/Madrid", "2026-10-25"), ("Europe/Madrid", "2026-03-29"), ("America/Mexico_City", "2026-10-25")],
)
def test_the_function_looks_once_a_day_from_nine_on_also_when_clocks_change(
    database: Database, unit_of_work: UnitsOfWork, place: tuple[UUID, UUID], zone: str, date: str
) -> None:
    # Given a company in that zone, and a day on which Europe's clocks change
    from functions.churn.handler import handler

    with unit_of_work() as uow:
        world.setting(uow, "company.timezone", zone)
    midnight = datetime.fromisoformat(date).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    # When the schedule calls every half an hour of the day's 23, 24 or 25 hours
    runs: list[datetime] = []
    for n in range(48):
        at = midnight + n * timedelta(minutes=30)
        fired = ScheduleFired.model_validate({"schedule": "churn", "due_at": at.isoformat()})
        with clock.frozen(at):
            assert handler(sqs(fired), None) == {"batchItemFailures": []}
            with unit_of_work() as uow:
                if uow.one("SELECT 1 FROM crm.churn_run OFFSET %s", (len(runs),)):
                    runs.append(at)
    # Then it looked once, at nine by the wall clock
    assert [at.astimezone(ZoneInfo(zone)).strftime("%H:%M") for at in runs] == ["09:00"]
