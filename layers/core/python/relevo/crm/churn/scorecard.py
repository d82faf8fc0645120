"""Who is about to leave, by experience: points for what is known, until there are outcomes enough to learn from.

Points are log odds; each feature's usual band is worth none, so that the points are the reasons. What is not known is
worth none either. docs/churn-model-card.md shows the whole table.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Any

from relevo.crm.churn.definitions import FEATURES
from relevo.crm.churn.table import Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

USUAL = -1.6
"""Log odds of a customer of whom nothing is unusual: about one in six leaves."""

POINTS: dict[str, tuple[tuple[float, float], ...]] = {
    "contacts_per_month": ((0.01, 0.4), (1, 0.1), (4, 0.0), (inf, -0.3)),
    "days_since_contact": ((14, -0.4), (30, 0.0), (60, 0.7), (90, 1.2), (inf, 1.8)),
    "tickets": ((3, 0.0), (6, 0.3), (inf, 0.6)),
    "comments": ((40, 0.0), (inf, 0.2)),
    "mean_sentiment": ((-0.3, 0.8), (0, 0.3), (0.3, 0.0), (inf, -0.3)),
    "negative_interactions": ((1, 0.0), (2, 0.2), (4, 0.5), (inf, 0.9)),
    "escalations": ((1, 0.0), (2, 0.2), (inf, 0.4)),
    "delays": ((1, 0.0), (2, 0.2), (inf, 0.4)),
    "missed_deadlines": ((1, 0.0), (2, 0.25), (inf, 0.5)),
    "overruns": ((24, 0.0), (72, 0.2), (inf, 0.4)),
    "late_payments": ((1, 0.0), (2, 0.3), (3, 0.6), (inf, 0.9)),
    "days_since_payment": ((45, 0.0), (90, 0.3), (inf, 0.7)),
    "spend": ((0.01, 0.2), (inf, -0.2)),
    "age": ((90, 0.4), (365, 0.0), (1095, -0.2), (inf, -0.4)),
    "days_to_renewal": ((0, 1.0), (30, 0.5), (60, 0.2), (inf, 0.0)),
}
"""For each feature, bands in order: below which value how many points."""


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The table above as a scorer. It has been validated on nothing, and says so by its confidence."""

    kind: str = "scorecard"
    strength: float = 0.5
    """How much its word is worth, 0 to 1; a model's is its AUC."""
    reference: dict[str, Any] | None = None
    """It was trained on nobody customers could differ from."""

    def contributions(self, table: Table) -> Numbers:
        """Log odds each fact adds, a row a customer and a column for each of `FEATURES`."""
        import numpy as np

        known = {column.name: column.values for column in table.columns}
        return np.column_stack([_points(name, known.get(name), len(table)) for name in FEATURES])

    def log_odds(self, table: Table) -> Numbers:
        """Of each customer leaving."""
        total: Numbers = USUAL + self.contributions(table).sum(axis=1)
        return total


def _points(name: str, values: Numbers | None, rows: int) -> Numbers:
    import numpy as np

    if values is None:
        return np.zeros(rows)
    limits = [limit for limit, _ in POINTS[name][:-1]]
    points = np.array([points for _, points in POINTS[name]])
    found: Numbers = np.where(np.isnan(values), 0.0, points[np.digitize(values, limits)])
    return found
