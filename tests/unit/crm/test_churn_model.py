"""The churn model learns from any table, says how sure it is, and why."""

from __future__ import annotations

import numpy as np
import pytest

from relevo.crm import churn
from relevo.crm.churn import model as learner
from relevo.crm.churn import validation

SIZE = 600


@pytest.fixture
def two_folds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fifth of the work: what is judged was not seen all the same."""
    monkeypatch.setattr(learner, "FOLDS", 2)
    monkeypatch.setattr(validation, "FOLDS", 2)


def customers(seed: int = 7) -> tuple[churn.Table, np.ndarray]:
    """Who has many complaints leaves oftener; who pays yearly seldom; the shoe size says nothing."""
    rng = np.random.default_rng(seed)
    complaints, shoe = rng.poisson(2, SIZE).astype(float), rng.normal(40, 2, SIZE)
    yearly = rng.random(SIZE) < 0.4
    odds = -1.5 + 0.8 * complaints - 2.0 * yearly
    left = rng.random(SIZE) < 1 / (1 + np.exp(-odds))
    table = churn.Table.of_text(
        {
            "complaints": [str(int(c)) for c in complaints],
            "shoe": [f"{s:.1f}" for s in shoe],
            "plan": ["yearly" if y else "monthly" for y in yearly],
        }
    )
    return table, left


def test_what_a_column_is_is_told_from_its_values() -> None:
    # Given columns as a file holds them
    ids = [f"C-{n:05}" for n in range(100)]
    table = churn.Table.of_text(
        {
            "id": ids,
            "number": [str(n) for n in range(100)],
            "CustomerId": [str(15_000_000 + n * n) for n in range(100)],
            "orders": ["", *(str(n * n % 41) for n in range(99))],
            "since": ["2024-01-31"] * 50 + ["2025-02-28"] * 50,
            "spend": ["1,234.50", "N/A"] * 50,
            "plan": ["gold", "silver"] * 50,
            "country": ["MX"] * 100,
        }
    )
    # Then numbers, dates and categories are taken, and what says nothing is left out with its reason
    assert {c.name: c.kind for c in table.columns} == {
        "orders": "number",
        "since": "number",
        "spend": "number",
        "plan": "category",
    }
    assert table.left_out == {
        "id": "an identifier or free text",
        "number": "a running number",
        "CustomerId": "an identifier or free text",
        "country": "the same for everybody",
    }
    assert table.columns[2].values[0] == 1234.5 and np.isnan(table.columns[2].values[1])


def test_a_model_ranks_and_its_probabilities_mean_what_they_say(two_folds: None) -> None:
    # Given customers whose reasons to leave are known
    table, left = customers()
    # When the model is validated on customers it did not see
    found = churn.validate(table, left)
    # Then it comes near what the true odds would reach, and is calibrated
    assert found.auc > 0.78
    assert found.calibration_error < 0.08
    assert found.lift_top10 > 1.5


def test_an_outcome_that_follows_from_nothing_is_not_foreseen(two_folds: None) -> None:
    # Given outcomes drawn by lot
    table, _ = customers()
    left = np.random.default_rng(3).random(SIZE) < 0.3
    # When validated, then the model claims nothing
    found = churn.validate(table, left)
    assert 0.4 < found.auc < 0.6
    assert found.brier == pytest.approx(0.21, abs=0.02)


def test_the_reasons_of_a_customer_point_the_right_way(two_folds: None) -> None:
    # Given a model, and a customer with many complaints on a monthly plan
    table, left = customers()
    model = churn.fit(table, left)
    complaints, plan = table.columns[0].values, table.columns[2]
    row = int(np.argmax(complaints - 10 * (plan.values == plan.names.index("yearly"))))
    # When asked why
    reasons = {reason.name: reason for reason in model.reasons(table, row)}
    # Then both speak for leaving, and the shoe size hardly matters
    assert reasons["complaints"].contribution > 0.5 and reasons["plan"].contribution > 0.1
    assert reasons["plan"].value == "monthly"
    assert abs(reasons["shoe"].contribution) < reasons["complaints"].contribution / 3


def test_with_too_few_outcomes_nothing_is_learned() -> None:
    # Given three who left
    table, left = customers()
    left[:] = False
    left[:3] = True
    # Then that is said rather than guessed
    with pytest.raises(ValueError, match="at least 20"):
        churn.fit(table, left)
