"""Once enough customers left and stayed, a model is trained on them by time, and serves if it foresees better."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import numpy as np
import pytest

from relevo import clock, crm, ids, platform, retention
from relevo.crm.churn import learning
from relevo.db import Database, UnitOfWork
from tests.support import world

UnitsOfWork = Callable[[], AbstractContextManager[UnitOfWork]]
NOW = datetime(2026, 11, 20, 15, 5, tzinfo=UTC)
MONTH = timedelta(days=30)


def payers(uow: UnitOfWork, count: int, months: int = 12) -> None:
    """Customers who pay every month; who pays late twice in a row pays no more, mostly, and some others neither."""
    chance = random.Random(7)
    people, payments = [], []
    for n in range(count):
        customer_id = ids.new_id()
        begun = NOW - timedelta(days=chance.randrange(30 * months))
        people.append((customer_id, f"C{n}", begun, begun))
        late_before, careless = False, chance.random() < 0.35
        for month in range(months):
            due = begun + month * MONTH
            late = chance.random() < (0.45 if careless else 0.03)
            paid = due + timedelta(days=12 if late else 0)
            if paid >= NOW:
                break
            payments.append((ids.new_id(), customer_id, f"{n}-{month}", due, paid, due, due))
            if chance.random() < (0.8 if late and late_before else 0.01):
                break
            late_before = late
    cursor = uow.connection.cursor()
    cursor.executemany("INSERT INTO crm.customer (id, name, created_at, updated_at) VALUES (%s, %s, %s, %s)", people)
    cursor.executemany(
        "INSERT INTO crm.payment"
        " (id, customer_id, reference, amount, currency, due_at, paid_at, created_at, updated_at)"
        " VALUES (%s, %s, %s, 100, 'MXN', %s, %s, %s, %s)",
        payments,
    )


def day(database: Database, at: datetime) -> None:
    with clock.frozen(at):
        database.run(lambda uow: retention.begin(uow, at))
        retention.work(database, at + timedelta(minutes=10))


def test_a_company_with_history_gets_a_model_of_its_own(
    database: Database, unit_of_work: UnitsOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given two years of customers who pay monthly, of whom many left after paying late
    monkeypatch.setattr(learning, "SNAPSHOTS", 3)
    with unit_of_work() as uow:
        world.department(uow, "general")
        payers(uow, 700, months=24)
        world.setting(uow, "churn.daily_tasks", 2)
    # When the morning comes
    day(database, NOW)
    with unit_of_work() as uow:
        # Then a model was trained, validated on the newest snapshot, better than the scorecard, and serves
        (model,) = crm.churn.models(uow)
        assert model["state"] == "serving" and model["figures"]["snapshots"] == 3
        assert model["figures"]["auc"] > 0.65
        assert model["figures"]["log_loss"] < model["figures"]["scorecard_log_loss"]
        model_id, scorer = crm.churn.serving(uow)
        assert (model_id, scorer.kind) == (model["id"], model["kind"])
        assert crm.churn.speaking(uow) == scorer.kind
        # And it speaks of today's customers, who look like those it knows
        last = retention.last_day(uow)
        assert last is not None and last.drift is not None
        assert (last.learning, last.model_id, last.drift["retrain"]) == ("trained", model_id, False)
        risks = crm.churn.at_risk(uow, 0.0, limit=1000)
        assert len(risks) == last.scored > 100
        assert all(len(risk.factors) <= 5 and 0 < risk.probability < 1 for risk in risks)
        # And tasks are no more than the company takes on
        assert uow.one("SELECT count(*) AS n FROM crm.retention_plan") == {
            "n": min(2, sum(risk.level == "critical" for risk in risks))
        }
        # And it is trained anew after a week
        assert not crm.churn.training_due(uow, NOW + timedelta(days=6))
        assert crm.churn.training_due(uow, NOW + timedelta(days=7))
    # And at once, when leaving is to mean another time: this model knows nothing of that
    with clock.frozen(NOW + timedelta(minutes=1)), unit_of_work() as uow:
        platform.change_setting(uow, "churn.horizon_days", 90, actor="test")
        assert crm.churn.training_due(uow, NOW + timedelta(days=1))
        assert crm.churn.serving(uow)[1].kind == crm.churn.speaking(uow) == "scorecard"
        platform.change_setting(uow, "churn.horizon_days", 60, actor="test")
    # When a day has gone by
    day(database, NOW + timedelta(days=1))
    # Then the same model speaks again
    with unit_of_work() as uow:
        last = retention.last_day(uow)
        assert last is not None and (last.learning, last.model_id) == ("not_due", model_id)


def test_numbers_that_were_changed_do_not_serve(database: Database, unit_of_work: UnitsOfWork) -> None:
    # Given a model in the database whose numbers somebody changed
    with unit_of_work() as uow:
        uow.execute(
            "INSERT INTO crm.churn_model (id, kind, parameters, sha256, figures, reference, state, trained_at)"
            " VALUES (%s, 'logistic', '{}', 'other', '{\"auc\": 0.9, \"horizon_days\": 60}', '{}', 'serving', %s)",
            (ids.new_id(), NOW),
        )
    # When it is asked for
    with unit_of_work() as uow:
        model_id, scorer = crm.churn.serving(uow)
    # Then the scorecard speaks, and the model is out of service for good
    assert (model_id, scorer.kind) == (None, "scorecard")
    with unit_of_work() as uow:
        assert [model["state"] for model in crm.churn.models(uow)] == ["rejected"]


def test_a_young_company_is_served_by_the_scorecard(database: Database, unit_of_work: UnitsOfWork) -> None:
    # Given a few customers
    with unit_of_work() as uow:
        payers(uow, 12, months=4)
    # When the morning comes
    day(database, NOW)
    # Then nothing is learned from them, and they are foreseen all the same, with little confidence
    with unit_of_work() as uow:
        last = retention.last_day(uow)
        assert last is not None and (last.learning, last.model_id, last.drift) == ("not_enough", None, None)
        assert last.scored and max(risk.confidence for risk in crm.churn.at_risk(uow, 0.0)) <= 0.5


def test_nothing_is_learned_where_nobody_left_lately(
    database: Database, unit_of_work: UnitsOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given three snapshots, in the newest of which everybody stayed
    times = np.repeat([1.0, 2.0, 3.0], 100)
    left = (np.arange(300) % 3 == 0) & (times < 3)
    table = crm.churn.Table.of_numbers({"tickets": [float(n % 7) for n in range(300)]})
    monkeypatch.setattr(learning, "collect", lambda uow, as_of: learning.Sample(table, left, times))
    # When a model is to be trained, then there is nothing to judge it by
    with unit_of_work() as uow:
        assert crm.churn.train(uow, NOW) == "not_enough"
        assert crm.churn.models(uow) == []


def test_a_training_that_takes_the_process_with_it_is_not_tried_again_that_day(
    database: Database, unit_of_work: UnitsOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a training that runs out of memory
    def dying(uow: UnitOfWork, as_of: datetime) -> str:
        raise SystemExit("killed")

    monkeypatch.setattr(crm.churn, "train", dying)
    with unit_of_work() as uow:
        payers(uow, 5)
    with pytest.raises(SystemExit):
        day(database, NOW)
    # When the schedule calls again
    day(database, NOW + timedelta(minutes=15))
    # Then the day goes on with what there is
    with unit_of_work() as uow:
        last = retention.last_day(uow)
        assert last is not None and (last.state, last.learning) == ("done", "interrupted")
        assert last.scored > 0


def test_what_was_foreseen_is_judged_when_its_time_is_over(database: Database, unit_of_work: UnitsOfWork) -> None:
    # Given two customers foreseen, one of whom pays again
    with unit_of_work() as uow:
        ana, ida = (world.customer(uow, name) for name in ("Ana", "Ida"))
        for customer, reference in ((ana, "a"), (ida, "i")):
            crm.keep_payment(uow, payment(customer, reference, NOW - MONTH), actor="test")
    day(database, NOW)
    with unit_of_work() as uow:
        crm.keep_payment(uow, payment(ana, "again", NOW + MONTH), actor="test")
    # When two months are over
    day(database, NOW + timedelta(days=61))
    # Then it is known who left
    with unit_of_work() as uow:
        assert [crm.churn.history(uow, customer)[-1].left_company for customer in (ana, ida)] == [False, True]
    # And after three years nobody remembers
    day(database, NOW + timedelta(days=61 + 3 * 366))
    with unit_of_work() as uow:
        assert NOW not in [said.at for said in crm.churn.history(uow, ida)]


def payment(customer_id: UUID, reference: str, at: datetime) -> crm.NewPayment:
    return crm.NewPayment(customer_id, reference, Decimal(100), "MXN", at, at)
