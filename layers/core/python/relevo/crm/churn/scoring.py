"""From what is known of customers to what is said of them: probability, level, days, reasons, confidence, health."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from relevo.crm.churn.definitions import FEATURES, expected_days, level_of
from relevo.crm.churn.drift import added
from relevo.crm.churn.features import Slice
from relevo.crm.churn.health import health, score
from relevo.crm.churn.predictions import Scored
from relevo.crm.churn.table import Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

REASONS = 5


class Scorer(Protocol):
    """What makes log odds of facts, and says what each fact adds to what is usual: the scorecard, or a model."""

    @property
    def kind(self) -> str: ...
    @property
    def strength(self) -> float: ...
    @property
    def reference(self) -> dict[str, Any] | None: ...
    def log_odds(self, table: Table) -> Numbers: ...
    def contributions(self, table: Table) -> Numbers: ...


def scored(scorer: Scorer, customers: Slice, horizon_days: int) -> list[Scored]:
    """What the scorer says of each of these customers leaving within so many days."""
    import numpy as np

    if not customers.customers:
        return []
    table = Table.of_numbers(customers.columns)
    probabilities = 1 / (1 + np.exp(-scorer.log_odds(table)))
    more = scorer.contributions(table)
    loudest = np.argsort(-np.abs(more), axis=1, kind="stable")[:, :REASONS]
    return [
        _said(scorer, customers, row, float(probabilities[row]), more[row], loudest[row], horizon_days)
        for row in range(len(customers.customers))
    ]


def tallied(tally: dict[str, Any], scorer: Scorer, customers: Slice, said: Sequence[Scored]) -> dict[str, Any]:
    """What a run has counted so far with a slice more: customers of each level, and what a drift is measured by."""
    if not said:
        return tally
    levels = dict(tally.get("levels", {}))
    for each in said:
        levels[each.level] = levels.get(each.level, 0) + 1
    probabilities = [each.probability for each in said]
    return {"levels": levels, **added(tally, Table.of_numbers(customers.columns), probabilities, scorer.reference)}


def _said(
    scorer: Scorer,
    customers: Slice,
    row: int,
    probability: float,
    more: Numbers,
    loudest: NDArray[np.intp],
    horizon_days: int,
) -> Scored:
    facts = {name: customers.columns[name][row] for name in FEATURES}
    parts = health(facts, customers.beside[row], probability)
    known = sum(value is not None for value in facts.values()) / len(FEATURES)
    return Scored(
        customer_id=customers.customers[row],
        branch_id=customers.beside[row]["branch_id"],
        probability=round(probability, 6),
        level=level_of(round(probability, 6)),
        expected_days=expected_days(probability, horizon_days),
        confidence=round(known * scorer.strength, 3),
        factors=[_factor(FEATURES[n], facts[FEATURES[n]], float(more[n])) for n in loudest if more[n]],
        health=score(parts),
        health_parts=parts,
    )


def _factor(name: str, value: float | None, contribution: float) -> dict[str, Any]:
    return {
        "name": name,
        "value": None if value is None else round(value, 3),
        "contribution": round(contribution, 4),
    }
