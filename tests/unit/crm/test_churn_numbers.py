"""What foresees is plain numbers: kept as JSON, explained by sums, measured against what it was trained on."""

from __future__ import annotations

import json
from math import inf
from pathlib import Path

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from relevo import retention
from relevo.crm import churn
from relevo.crm.churn import drift, health
from relevo.crm.churn.lines import Lines
from relevo.crm.churn.trees import Trees
from relevo.retention.plans import _fact


def population(rows: int = 300, seed: int = 5) -> tuple[churn.Table, np.ndarray]:
    """Late payments make people leave; some do not pay at all, so that nothing is known of it; a plan of four kinds."""
    rng = np.random.default_rng(seed)
    late = rng.poisson(1.0, rows).astype(float)
    since = np.where(rng.random(rows) < 0.2, np.nan, rng.exponential(40, rows))
    plan = rng.integers(0, 4, rows)
    odds = -1.0 + 1.1 * late + 0.8 * (plan == 2) + 0.01 * np.nan_to_num(since)
    columns = (
        churn.Column("late_payments", "number", late),
        churn.Column("plan", "category", plan.astype(float), ("a", "b", "c", "d")),
        churn.Column("days_since_payment", "number", since),
    )
    return churn.Table(columns, {}), rng.random(rows) < 1 / (1 + np.exp(-odds))


def test_trees_say_what_the_library_that_grew_them_says_and_their_credits_add_up() -> None:
    # Given trees over numbers with gaps and a category
    table, left = population()
    matrix = np.column_stack([column.values for column in table.columns])
    grown = HistGradientBoostingClassifier(max_iter=12, max_leaf_nodes=6, categorical_features=[1]).fit(matrix, left)
    # When they are read as plain numbers, and once more from JSON
    trees = Trees.from_json(json.loads(json.dumps(Trees.of(grown, table).as_json())))
    # Then they say the same, for gaps and categories too
    assert trees.log_odds(table) == pytest.approx(grown.decision_function(matrix))
    # And what is credited to the columns is what each row has beyond the usual
    usual = trees.log_odds(table) - trees.contributions(table).sum(axis=1)
    assert usual == pytest.approx(np.full(len(table), usual[0]))


def test_lines_keep_their_word_as_json_and_their_contributions_add_up() -> None:
    # Given a regression over bent lines
    table, left = population()
    lines = Lines.fitted(table, left)
    # When it is read from JSON
    again = Lines.from_json(json.loads(json.dumps(lines.as_json())))
    # Then it says the same, and contributions are what lies beyond the usual
    assert again.log_odds(table) == pytest.approx(lines.log_odds(table))
    usual = again.log_odds(table) - again.contributions(table).sum(axis=1)
    assert usual == pytest.approx(np.full(len(table), usual[0]))
    # And values beyond those seen count as the outermost ones
    far = churn.Table((churn.Column("late_payments", "number", np.full(len(table), 1e9)), *table.columns[1:]), {})
    assert np.isfinite(again.log_odds(far)).all()


def test_the_scorecard_adds_points_and_knows_nothing_of_what_is_not_told() -> None:
    # Given somebody of whom nothing is known, and somebody silent who owes
    facts: dict[str, list[float | None]] = {name: [None, None] for name in churn.FEATURES}
    facts |= {"days_since_contact": [None, 100.0], "late_payments": [None, 2.0]}
    table = churn.Table.of_numbers(facts)
    # Then the first is usual, and the second's points are their reasons
    card = churn.Scorecard()
    assert card.log_odds(table) == pytest.approx([churn.USUAL, churn.USUAL + 1.8 + 0.6])
    added = dict(zip(churn.FEATURES, card.contributions(table)[1], strict=True))
    assert {name: points for name, points in added.items() if points} == {
        "days_since_contact": 1.8,
        "late_payments": 0.6,
    }


@pytest.mark.parametrize(
    ("probability", "level", "days"),
    [
        (0.0, "low", 3650),
        (0.29, "low", 175),
        (0.3, "medium", 168),
        (0.5, "high", 87),
        (0.7, "critical", 50),
        (1, "critical", 3),
    ],
)
def test_a_probability_has_a_level_and_a_time(probability: float, level: str, days: int) -> None:
    assert churn.level_of(probability) == level
    assert churn.expected_days(probability, 60) == days


def test_customers_who_changed_are_noticed() -> None:
    # Given how customers were when the model was trained
    rng = np.random.default_rng(1)
    before = churn.Table.of_numbers({"tickets": list(rng.poisson(3, 2000)), "spend": list(rng.normal(100, 20, 2000))})
    kept = drift.reference(before, np.full(2000, 0.2))
    # When others like them come, nothing has drifted
    alike = churn.Table.of_numbers({"tickets": list(rng.poisson(3, 2000)), "spend": list(rng.normal(100, 20, 2000))})
    same = drift.measured(drift.count(alike, kept), 0.21, kept)
    assert (same["drifted"], same["retrain"]) == ([], False) and max(same["psi"].values()) < 0.02
    # When they spend more than ever, and are counted in two slices, that is what has drifted
    richer = churn.Table.of_numbers({"tickets": list(rng.poisson(3, 2000)), "spend": list(rng.normal(140, 20, 2000))})
    halves = [richer.rows(np.arange(0, 700)), richer.rows(np.arange(700, 2000))]
    tally = drift.added(drift.added({}, halves[0], [0.2] * 700, kept), halves[1], [0.2] * 1300, kept)
    found = drift.measured(tally["bins"], 0.2, kept)
    assert (found["drifted"], found["retrain"]) == (["spend"], True)
    # And so is a risk that moved as a whole
    assert drift.measured(drift.count(alike, kept), 0.35, kept)["retrain"]


def test_health_is_the_sum_of_its_parts() -> None:
    # Given a customer who wrote today, rates five stars, and is answered within the hour
    facts: dict[str, float | None] = dict.fromkeys(churn.FEATURES, 0.0) | {"contacts_per_month": 5.0}
    well = health.health(facts, {"rating": 5, "response_minutes": 30}, 0.0)
    assert (health.score(well), health.standing(health.score(well))) == (100, "excellent")
    # And one who is silent, angry, waits for a day and is about to leave
    facts |= {"days_since_contact": 200.0, "contacts_per_month": 0.0, "mean_sentiment": -1.0, "tickets": 9.0}
    ill = health.health(facts, {"rating": None, "response_minutes": 1440}, 1.0)
    assert (health.score(ill), health.standing(health.score(ill))) == (0, "critical")
    # Then every part is weighed as published
    assert sum(health.WEIGHTS.values()) == pytest.approx(1)
    assert health.score(well | {"churn": 20}) == 80


def test_actions_are_against_what_speaks_for_leaving_and_the_most_helpful_comes_first() -> None:
    # Given what speaks for and against somebody's leaving
    factors = [
        {"name": "late_payments", "value": 3, "contribution": 0.9},
        {"name": "days_since_contact", "value": 95, "contribution": 1.8},
        {"name": "tickets", "value": 0, "contribution": -0.4},
    ]
    # When actions are recommended
    found = retention.recommended(0.8, factors)
    # Then each is against a factor that raises the risk, with the fall of the probability it should bring
    assert [(action.code, action.against) for action in found] == [
        ("call", ("days_since_contact",)),
        ("payment_plan", ("late_payments",)),
    ]
    odds = np.log(0.8 / 0.2)
    assert found[0].effect == pytest.approx(0.8 - 1 / (1 + np.exp(0.35 * 1.8 - odds)), abs=1e-4)
    # And nothing is recommended where nothing speaks for leaving
    assert retention.recommended(0.1, factors[2:]) == []


@pytest.mark.parametrize(
    ("value", "shown"), [(123456.789, ": 123,456.79"), (3.0, ": 3"), (-0.634, ": -0.63"), (1e6, ": 1,000,000")]
)
def test_a_ticket_tells_facts_in_plain_numbers(value: float, shown: str) -> None:
    assert _fact({"name": "spend", "value": value}, "es").endswith(shown)


def test_every_feature_has_points_and_an_action_against_it() -> None:
    assert set(churn.POINTS) == set(churn.FEATURES)
    assert {name for action in retention.ACTIONS for name in action.against} == set(churn.FEATURES)


def test_the_model_card_shows_the_points_and_the_shares_in_force() -> None:
    # Given the model card
    card = (Path(__file__).parents[3] / "docs" / "churn-model-card.md").read_text(encoding="utf-8")
    # Then it has each feature's points
    for name, bands in churn.POINTS.items():
        shown = (
            ("else" if limit == inf else f"< {limit:g}", f"{points:+g}" if points else "0") for limit, points in bands
        )
        (row,) = (line for line in card.splitlines() if line.startswith(f"| `{name}` |"))
        assert row.endswith("| " + ", ".join(f"{limit}: {points}" for limit, points in shown) + " |"), name
    # And each action's share
    for action in retention.ACTIONS:
        (row,) = (line for line in card.splitlines() if line.startswith(f"| `{action.code}` |"))
        assert row.endswith(f"| {action.undoes:.0%} |") and all(f"`{name}`" in row for name in action.against)
