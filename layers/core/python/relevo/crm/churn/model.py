"""The churn model: logistic regression and gradient boosting, or both, whichever validates better; calibrated.

Both see the same table. The regression gets splines, indicators and one column a category; the trees get the columns as
they are. Which one speaks, or their mean, is decided by log loss on rows neither has seen, and so is the calibration
(Platt, 1999: a logistic curve over the raw score). Rows whose time is known are validated on what came later, others by
stratified folds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from relevo.crm.churn.table import Column, Table

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
_BACKGROUND = 64
"""Customers each reason is measured against."""


class Reason(NamedTuple):
    """One fact of a customer and what it does to the odds of leaving: positive towards leaving (log odds)."""

    name: str
    value: float | str | None
    contribution: float


@dataclass(frozen=True)
class Model:
    """Fitted; `chosen` names what speaks: `logistic`, `boosting` or `blend`. `losses` are their log losses."""

    chosen: str
    losses: dict[str, float]
    _parts: dict[str, Any]
    _slope: float
    _offset: float
    _background: Table

    def probability(self, table: Table) -> Numbers:
        """How likely each customer leaves, 0 to 1."""
        import numpy as np

        return 1 / (1 + np.exp(-self.log_odds(table)))

    def log_odds(self, table: Table) -> Numbers:
        """The same before the logistic curve, where reasons add up."""
        return self._slope * _raw(self._parts, self.chosen, table) + self._offset

    def reasons(self, table: Table, row: int, most: int = 5) -> list[Reason]:
        """What speaks loudest for or against this customer leaving, beside what is usual.

        Each fact is exchanged for those of the background's customers; the mean change of the log odds is its
        contribution (interventional, one at a time).
        """
        import numpy as np

        size = len(self._background)
        own = table.rows(np.full(size, row, dtype=np.intp))
        before = float(self.log_odds(table.rows(np.array([row], dtype=np.intp)))[0])
        found = []
        for n, column in enumerate(table.columns):
            others = (*own.columns[:n], self._background.columns[n], *own.columns[n + 1 :])
            without = float(self.log_odds(Table(others, {})).mean())
            found.append(Reason(column.name, _shown(column, row), before - without))
        return sorted(found, key=lambda reason: -abs(reason.contribution))[:most]


def _shown(column: Column, row: int) -> float | str | None:
    value = float(column.values[row])
    if value != value:
        return None
    return column.names[int(value)] if column.kind == "category" else value


def fit(table: Table, left: Outcomes, times: Numbers | None = None) -> Model:
    """Learn who left (`left`, one truth value a row). `times` orders the rows, where known.

    Raises ValueError with fewer than `FEWEST` customers who left or stayed.
    """
    import numpy as np

    if min(int(left.sum()), int((~left).sum())) < FEWEST:
        raise ValueError(f"needs at least {FEWEST} customers who left and as many who stayed")
    seen, raw = _unseen_scores(table, left, times)
    truth = left[seen]
    raw["blend"] = (raw["logistic"] + raw["boosting"]) / 2
    curves = {name: _calibrate(scores, truth) for name, scores in raw.items()}
    losses = {name: _loss(slope * raw[name] + offset, truth) for name, (slope, offset) in curves.items()}
    chosen = min(losses, key=lambda name: losses[name])
    used = ("logistic", "boosting") if chosen == "blend" else (chosen,)
    background = np.random.default_rng(SEED).choice(len(table), size=min(_BACKGROUND, len(table)), replace=False)
    return Model(
        chosen=chosen,
        losses=losses,
        _parts={name: _MAKERS[name](table).fit(_matrix(table), left) for name in used},
        _slope=curves[chosen][0],
        _offset=curves[chosen][1],
        _background=table.rows(background.astype(np.intp)),
    )


def _unseen_scores(table: Table, left: Outcomes, times: Numbers | None) -> tuple[Rows, dict[str, Numbers]]:
    """Raw log odds of each kind of model for rows it was not fitted on, with those rows' numbers."""
    import numpy as np

    rows: list[Rows] = []
    scores: dict[str, list[Numbers]] = {name: [] for name in _MAKERS}
    for train, test in _splits(left, times):
        part, unseen = table.rows(train), table.rows(test)
        rows.append(test)
        for name, make in _MAKERS.items():
            fitted = make(part).fit(_matrix(part), left[train])
            scores[name].append(_raw({name: fitted}, name, unseen))
    return np.concatenate(rows), {name: np.concatenate(parts) for name, parts in scores.items()}


def _splits(left: Outcomes, times: Numbers | None) -> Iterator[tuple[Rows, Rows]]:
    """What to fit on and what to judge by: the later fifths after all that came before, or stratified folds."""
    import numpy as np
    from sklearn.model_selection import StratifiedKFold

    if times is not None:
        fifths = np.array_split(np.argsort(times, kind="stable"), FOLDS)
        for n in range(2, FOLDS):
            before = np.concatenate(fifths[:n])
            if 0 < left[before].sum() < len(before):
                yield before, fifths[n]
        return
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    yield from folds.split(np.zeros(len(left)), left)


def _matrix(table: Table) -> Numbers:
    import numpy as np

    return np.column_stack([column.values for column in table.columns])


def _positions(table: Table, kind: str) -> list[int]:
    return [n for n, column in enumerate(table.columns) if column.kind == kind]


def _logistic(table: Table) -> Any:
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, SplineTransformer, StandardScaler

    smooth = make_pipeline(
        SimpleImputer(strategy="median", add_indicator=True),
        StandardScaler(),
        SplineTransformer(n_knots=5, degree=3, knots="quantile", extrapolation="linear", include_bias=False),
        StandardScaler(),
    )
    each = OneHotEncoder(handle_unknown="ignore", min_frequency=5)
    return make_pipeline(
        ColumnTransformer(
            [("numbers", smooth, _positions(table, "number")), ("names", each, _positions(table, "category"))]
        ),
        LogisticRegression(C=0.3, max_iter=2000),
    )


def _boosting(table: Table) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(
        learning_rate=0.05,
        max_iter=150,
        max_leaf_nodes=8,
        min_samples_leaf=max(5, min(20, len(table) // 50)),
        l2_regularization=5.0,
        max_features=0.5,
        categorical_features=_positions(table, "category"),
        early_stopping=False,
        random_state=SEED,
    )


_MAKERS = {"logistic": _logistic, "boosting": _boosting}


def _raw(parts: dict[str, Any], name: str, table: Table) -> Numbers:
    """Log odds before calibration."""
    names: Sequence[str] = ("logistic", "boosting") if name == "blend" else (name,)
    matrix = _matrix(table)
    total = sum(parts[part].decision_function(matrix) for part in names)
    return total / len(names)  # type: ignore[no-any-return]


def _calibrate(scores: Numbers, truth: Outcomes) -> tuple[float, float]:
    """Slope and offset of the logistic curve that makes these scores probabilities."""
    from sklearn.linear_model import LogisticRegression

    curve = LogisticRegression(C=1e6, max_iter=1000).fit(scores.reshape(-1, 1), truth)
    return float(curve.coef_[0, 0]), float(curve.intercept_[0])


def _loss(log_odds: Numbers, truth: Outcomes) -> float:
    import numpy as np

    return float(np.mean(np.logaddexp(0, np.where(truth, -log_odds, log_odds))))
