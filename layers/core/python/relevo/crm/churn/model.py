"""The churn model: logistic regression and gradient boosting, or both, whichever validates better; calibrated.

Both see the same table, the regression as lines that bend, the trees as it is. Which one speaks, or their mean, is
decided by log loss on rows neither has seen, and so is the calibration (Platt, 1999: a logistic curve over the raw
score). Rows whose time is known are validated on what came later, others by stratified folds.

What is fitted is plain numbers: it is kept as JSON and needs nothing but numpy to speak.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from relevo.crm.churn.lines import Lines
from relevo.crm.churn.table import Column, Table
from relevo.crm.churn.trees import Trees

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Rows = NDArray[np.intp]
    Outcomes = NDArray[np.bool_]

SEED = 20260101
FOLDS = 5
FEWEST = 20
"""Outcomes of each kind below which nothing can be learned; a scorecard serves better."""
_LATER = 3
"""Of rows whose time is known, how many of the latest times are judged, each by what came before."""


class Part(Protocol):
    """One kind of model, fitted."""

    def log_odds(self, table: Table) -> Numbers: ...
    def contributions(self, table: Table) -> Numbers: ...
    def as_json(self) -> dict[str, Any]: ...


_KEPT: dict[str, Callable[[Mapping[str, Any]], Part]] = {"logistic": Lines.from_json, "boosting": Trees.from_json}


class Reason(NamedTuple):
    """One fact of a customer and what it does to the odds of leaving: positive towards leaving (log odds)."""

    name: str
    value: float | str | None
    contribution: float


@dataclass(frozen=True)
class Model:
    """Fitted; `chosen` names what speaks: `logistic`, `boosting` or `blend`. `losses` are their log losses. Tables it
    is asked about have the columns it was fitted on, in any order, and others beside."""

    chosen: str
    losses: dict[str, float]
    columns: tuple[str, ...]
    _parts: dict[str, Part]
    _slope: float
    _offset: float

    def probability(self, table: Table) -> Numbers:
        """How likely each customer leaves, 0 to 1."""
        import numpy as np

        return 1 / (1 + np.exp(-self.log_odds(table)))

    def log_odds(self, table: Table) -> Numbers:
        """The same before the logistic curve, where reasons add up."""
        import numpy as np

        own = table.named(self.columns)
        raw: Numbers = np.mean([part.log_odds(own) for part in self._parts.values()], axis=0)
        return self._slope * raw + self._offset

    def contributions(self, table: Table) -> Numbers:
        """What each of the model's columns adds to the log odds beyond what is usual; their sum is what a customer's
        log odds are beyond the usual ones."""
        import numpy as np

        own = table.named(self.columns)
        added: Numbers = np.mean([part.contributions(own) for part in self._parts.values()], axis=0)
        return self._slope * added

    def reasons(self, table: Table, row: int, most: int = 5) -> list[Reason]:
        """What speaks loudest for or against this customer leaving, beside what is usual."""
        import numpy as np

        own = table.named(self.columns).rows(np.array([row], dtype=np.intp))
        added = self.contributions(own)[0]
        found = [Reason(column.name, _shown(column, 0), float(added[n])) for n, column in enumerate(own.columns)]
        return sorted(found, key=lambda reason: -abs(reason.contribution))[:most]

    def as_json(self) -> dict[str, Any]:
        """The model as JSON holds it. Only of numbers: what a category's code means is the table's to say."""
        parts = {name: part.as_json() for name, part in self._parts.items()}
        return {
            "chosen": self.chosen,
            "losses": self.losses,
            "columns": list(self.columns),
            "slope": self._slope,
            "offset": self._offset,
            "parts": parts,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Model:
        parts = {name: _KEPT[name](part) for name, part in kept["parts"].items()}
        return cls(kept["chosen"], kept["losses"], tuple(kept["columns"]), parts, kept["slope"], kept["offset"])


def _shown(column: Column, row: int) -> float | str | None:
    value = float(column.values[row])
    if value != value:
        return None
    return column.names[int(value)] if column.kind == "category" else value


def fit(table: Table, left: Outcomes, times: Numbers | None = None) -> Model:
    """Learn who left (`left`, one truth value a row). `times` says when each row was known, where that is known: rows
    of one time stay together, and are judged by what was known before.

    Raises ValueError with fewer than `FEWEST` customers who left or stayed, and for times of which fewer than two can
    be judged by earlier ones.
    """
    if min(int(left.sum()), int((~left).sum())) < FEWEST:
        raise ValueError(f"needs at least {FEWEST} customers who left and as many who stayed")
    seen, raw = _unseen_scores(table, left, times)
    truth = left[seen]
    raw["blend"] = (raw["logistic"] + raw["boosting"]) / 2
    curves = {name: _calibrate(scores, truth) for name, scores in raw.items()}
    losses = {name: _loss(slope * raw[name] + offset, truth) for name, (slope, offset) in curves.items()}
    chosen = min(losses, key=lambda name: losses[name])
    used = ("logistic", "boosting") if chosen == "blend" else (chosen,)
    made = {name: _FITTED[name](table, left) for name in used}
    columns = tuple(column.name for column in table.columns)
    return Model(chosen, losses, columns, made, *curves[chosen])


def _unseen_scores(table: Table, left: Outcomes, times: Numbers | None) -> tuple[Rows, dict[str, Numbers]]:
    """Raw log odds of each kind of model for rows it was not fitted on, with those rows' numbers."""
    import numpy as np

    rows: list[Rows] = []
    scores: dict[str, list[Numbers]] = {name: [] for name in _FITTED}
    for train, test in _splits(left, times):
        part, unseen = table.rows(train), table.rows(test)
        rows.append(test)
        for name, fitted in _FITTED.items():
            scores[name].append(fitted(part, left[train]).log_odds(unseen))
    if not rows:
        raise ValueError("needs at least two times, the earlier with customers who left and who stayed")
    return np.concatenate(rows), {name: np.concatenate(parts) for name, parts in scores.items()}


def _splits(left: Outcomes, times: Numbers | None) -> Iterator[tuple[Rows, Rows]]:
    """What to fit on and what to judge by: the latest times after all that came before, or stratified folds."""
    import numpy as np
    from sklearn.model_selection import StratifiedKFold

    if times is not None:
        for time in np.unique(times)[1:][-_LATER:]:
            before = np.flatnonzero(times < time)
            if min(int(left[before].sum()), int((~left[before]).sum())) >= FEWEST // 2:
                yield before, np.flatnonzero(times == time)
        return
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    yield from folds.split(np.zeros(len(left)), left)


def _boosting(table: Table, left: Outcomes) -> Trees:
    """One thread: tables are small, and threads that wait for each other on cores others use take ten times as long."""
    import numpy as np
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    fitted = HistGradientBoostingClassifier(
        learning_rate=0.05,
        max_iter=150,
        max_leaf_nodes=8,
        min_samples_leaf=max(5, min(20, len(table) // 50)),
        l2_regularization=5.0,
        max_features=0.5,
        categorical_features=[n for n, column in enumerate(table.columns) if column.kind == "category"],
        early_stopping=False,
        random_state=SEED,
    )
    with threadpool_limits(1, user_api="openmp"):
        fitted.fit(np.column_stack([column.values for column in table.columns]), left)
    return Trees.of(fitted, table)


_FITTED: dict[str, Callable[[Table, Outcomes], Part]] = {"logistic": Lines.fitted, "boosting": _boosting}


def _calibrate(scores: Numbers, truth: Outcomes) -> tuple[float, float]:
    """Slope and offset of the logistic curve that makes these scores probabilities."""
    from sklearn.linear_model import LogisticRegression

    curve = LogisticRegression(C=1e6, max_iter=1000).fit(scores.reshape(-1, 1), truth)
    return float(curve.coef_[0, 0]), float(curve.intercept_[0])


def _loss(log_odds: Numbers, truth: Outcomes) -> float:
    import numpy as np

    return float(np.mean(np.logaddexp(0, np.where(truth, -log_odds, log_odds))))
