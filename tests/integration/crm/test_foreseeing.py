"""Each morning every active customer is looked at once: how likely they leave, why, and what is done about it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from psycopg.types.json import Jsonb

from relevo import clock, crm, desk, ids, retention
from relevo.db import Database, UnitOfWork
from tests.support import world

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
