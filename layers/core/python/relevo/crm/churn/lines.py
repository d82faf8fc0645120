"""Logistic regression over bent lines: each number is a line that may bend at its quantiles, each category a step.

What a column adds to the log odds is a function of that column alone, so its contribution is exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from relevo.crm.churn.table import Column, Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

_QUANTILES = (0.01, 0.2, 0.4, 0.6, 0.8, 0.99)
"""The outer two are where a line ends: beyond, a value counts as the end."""
_RAREST = 5
"""Customers of a category below which it has no step of its own."""
_PENALTY = 0.3


@dataclass(frozen=True)
class Lines:
    """Fitted. `knots` are where each number's line bends, `steps` the codes of a category with a step; one of the two
    is empty for each column. `usual` is what a column adds on average."""

    knots: tuple[tuple[float, ...], ...]
    steps: tuple[tuple[float, ...], ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float
    usual: tuple[float, ...]

    @classmethod
    def fitted(cls, table: Table, left: NDArray[np.bool_]) -> Lines:
        import numpy as np
        from sklearn.linear_model import LogisticRegression

        knots = tuple(_knots(column) for column in table.columns)
        steps = tuple(_steps(column) for column in table.columns)
        blocks = [_block(c.values, k, s) for c, k, s in zip(table.columns, knots, steps, strict=True)]
        raw = np.column_stack(blocks)
        means, scales = raw.mean(axis=0), raw.std(axis=0)
        scales[scales < 1e-12] = 1.0
        fitted = LogisticRegression(C=_PENALTY, max_iter=2000).fit((raw - means) / scales, left)
        made = cls(
            *(knots, steps, tuple(means.tolist()), tuple(scales.tolist()), tuple(fitted.coef_[0].tolist())),
            *(float(fitted.intercept_[0]), (0.0,) * len(blocks)),
        )
        usual = tuple(made._added(table).mean(axis=0).tolist())
        return cls(knots, steps, made.means, made.scales, made.weights, made.intercept, usual)

    def log_odds(self, table: Table) -> Numbers:
        total: Numbers = self.intercept + self._added(table).sum(axis=1)
        return total

    def contributions(self, table: Table) -> Numbers:
        """What each column adds beyond what it usually does."""
        import numpy as np

        more: Numbers = self._added(table) - np.array(self.usual)
        return more

    def _added(self, table: Table) -> Numbers:
        import numpy as np

        added, at = [], 0
        for column, knots, steps in zip(table.columns, self.knots, self.steps, strict=True):
            block = _block(column.values, knots, steps)
            part = slice(at, at + block.shape[1])
            scaled = (block - np.array(self.means[part])) / np.array(self.scales[part])
            added.append(scaled @ np.array(self.weights[part]))
            at += block.shape[1]
        return np.column_stack(added)

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Lines:
        def tuples(value: Any) -> Any:
            return tuple(map(tuples, value)) if isinstance(value, list) else value

        return cls(**{name: tuples(kept[name]) for name in cls.__dataclass_fields__})


def _knots(column: Column) -> tuple[float, ...]:
    import numpy as np

    if column.kind == "category":
        return ()
    there = column.values[~np.isnan(column.values)]
    return tuple(sorted({float(q) for q in np.quantile(there, _QUANTILES)})) if len(there) else (0.0,)


def _steps(column: Column) -> tuple[float, ...]:
    import numpy as np

    if column.kind == "number":
        return ()
    codes, counts = np.unique(column.values[~np.isnan(column.values)], return_counts=True)
    return tuple(float(code) for code, n in zip(codes, counts, strict=True) if n >= _RAREST)


def _block(values: Numbers, knots: tuple[float, ...], steps: tuple[float, ...]) -> Numbers:
    """The columns a regression sees of one column: whether it is known, and its line's pieces or its category's steps.
    What is not known lies in the middle."""
    import numpy as np

    missing = np.isnan(values)
    if not knots:
        return np.column_stack([missing, *(values == code for code in steps)]).astype(np.float64)
    filled = np.clip(np.where(missing, knots[len(knots) // 2], values), knots[0], knots[-1])
    return np.column_stack([missing, filled, *(np.maximum(filled - knot, 0) for knot in knots[1:-1])])
