"""Boosted trees as plain numbers: made of what scikit-learn fitted, read without it.

A tree's prediction is walked down to its leaf; what each step changes is credited to the column the step asks about
(Saabas 2014). Over all trees these credits add up to the log odds beyond the usual ones, exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from relevo.crm.churn.table import Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Tree:
    """Nodes by their place, the root first. A leaf leads to itself. `codes` are the categories that go left, where a
    step asks for one; `value` is the mean of what lies below."""

    column: Sequence[int]
    threshold: Sequence[float]
    unknown_left: Sequence[bool]
    left: Sequence[int]
    right: Sequence[int]
    value: Sequence[float]
    codes: Mapping[int, Sequence[float]]


@dataclass(frozen=True)
class Trees:
    """What they start from, and what each adds."""

    baseline: float
    trees: tuple[Tree, ...]

    @classmethod
    def of(cls, fitted: Any, table: Table) -> Trees:
        """The trees of a fitted HistGradientBoostingClassifier with two classes."""
        return cls(
            float(fitted._baseline_prediction[0, 0]),
            tuple(_tree(stage[0], *_order(fitted, table)) for stage in fitted._predictors),
        )

    def log_odds(self, table: Table) -> Numbers:
        total: Numbers = self.baseline + self._walked(table)[0]
        return total

    def contributions(self, table: Table) -> Numbers:
        """What each column adds beyond the usual."""
        return self._walked(table)[1]

    def _walked(self, table: Table) -> tuple[Numbers, Numbers]:
        """The sum of the trees for each row, and the credit of each column in it."""
        import numpy as np

        values = np.column_stack([column.values for column in table.columns])
        rows = np.arange(len(table))
        total, credit = np.zeros(len(table)), np.zeros(values.shape)
        for tree in self.trees:
            column, threshold = np.array(tree.column), np.array(tree.threshold)
            unknown_left = np.array(tree.unknown_left)
            left, right, value = np.array(tree.left), np.array(tree.right), np.array(tree.value)
            at = np.zeros(len(table), dtype=np.intp)
            while True:
                asked = column[at]
                told = values[rows, asked]
                goes_left = np.where(np.isnan(told), unknown_left[at], told <= threshold[at])
                for node, codes in tree.codes.items():
                    here = (at == node) & ~np.isnan(told)
                    goes_left[here] = np.isin(told[here], codes)
                following = np.where(goes_left, left[at], right[at])
                if (following == at).all():
                    break
                credit[rows, asked] += value[following] - value[at]
                at = following
            total += value[at]
        return total, credit

    def as_json(self) -> dict[str, Any]:
        names = Tree.__dataclass_fields__
        trees = [{name: getattr(tree, name) for name in names} for tree in self.trees]
        return {"baseline": self.baseline, "trees": trees}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Trees:
        trees = (
            Tree(**(tree | {"codes": {int(node): codes for node, codes in tree["codes"].items()}}))
            for tree in kept["trees"]
        )
        return cls(kept["baseline"], tuple(trees))


def _order(fitted: Any, table: Table) -> tuple[list[int], dict[int, list[float]]]:
    """Which column of the table each of the fitted columns is, and the codes of its categories: scikit-learn puts
    categories first and numbers them anew."""
    categories = [n for n, column in enumerate(table.columns) if column.kind == "category"]
    if not categories:
        return list(range(len(table.columns))), {}
    numbers = [n for n, column in enumerate(table.columns) if column.kind == "number"]
    encoder = fitted._preprocessor.named_transformers_["encoder"]
    codes = {place: [float(code) for code in known] for place, known in enumerate(encoder.categories_)}
    return categories + numbers, codes


def _tree(predictor: Any, order: list[int], codes: dict[int, list[float]]) -> Tree:
    nodes = predictor.nodes
    here = range(len(nodes))
    leaf = [bool(flag) for flag in nodes["is_leaf"]]
    left = [n if leaf[n] else int(nodes["left"][n]) for n in here]
    right = [n if leaf[n] else int(nodes["right"][n]) for n in here]
    value = [float(v) for v in nodes["value"]]
    for n in reversed(here):  # children stand behind their parents
        if not leaf[n]:
            value[n] = (value[left[n]] * nodes["count"][left[n]] + value[right[n]] * nodes["count"][right[n]]) / nodes[
                "count"
            ][n]
    asked = {
        n: _codes(predictor.raw_left_cat_bitsets[nodes["bitset_idx"][n]], codes[int(nodes["feature_idx"][n])])
        for n in here
        if nodes["is_categorical"][n]
    }
    return Tree(
        column=[order[int(place)] for place in nodes["feature_idx"]],
        threshold=[float(limit) for limit in nodes["num_threshold"]],
        unknown_left=[bool(flag) for flag in nodes["missing_go_to_left"]],
        left=left,
        right=right,
        value=[float(v) for v in value],
        codes=asked,
    )


def _codes(bits: Any, known: list[float]) -> list[float]:
    return [code for place, code in enumerate(known) if int(bits[place // 32]) >> (place % 32) & 1]
