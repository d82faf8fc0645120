"""Do customers still look like those the model was trained on, in its newest snapshot? Population stability index of
each feature, and the mean probability against the one then.

PSI sums (now - then) * ln(now / then) over ten bins of equal size in training and one for what is not known. Below 0.1
nothing has changed, above 0.25 the model speaks of others than those it knows (the customary limits of the index).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from relevo.crm.churn.definitions import FEATURES
from relevo.crm.churn.table import Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

DRIFTED = 0.25
"""From which PSI on a feature has drifted."""
MOVED = 0.10
"""By how much the mean probability may move before the model is to be trained anew."""
_BINS = 10
_LEAST = 1e-4


def reference(table: Table, probabilities: Numbers) -> dict[str, Any]:
    """How the customers of a training are distributed: for each feature edges and the share of each bin, the last
    being what is not known; and the mean probability."""
    import numpy as np

    kept: dict[str, Any] = {"probability": float(probabilities.mean())}
    for column in table.columns:
        there = column.values[~np.isnan(column.values)]
        quantiles = np.quantile(there, np.linspace(0, 1, _BINS + 1)[1:-1]) if len(there) else np.array([])
        edges = sorted({float(edge) for edge in quantiles})
        counts = _counts(column.values, edges)
        kept[column.name] = {"edges": edges, "shares": [count / max(1, sum(counts)) for count in counts]}
    return kept


def count(table: Table, kept: Mapping[str, Any]) -> dict[str, list[int]]:
    """How many of these customers fall into each bin of the reference."""
    return {
        column.name: _counts(column.values, kept[column.name]["edges"])
        for column in table.columns
        if column.name in kept
    }


def added(
    tally: Mapping[str, Any], customers: Table, probabilities: list[float], kept: Mapping[str, Any] | None
) -> Any:
    """What a run has counted so far with a slice more: the sum of the probabilities, and the bins of the reference."""
    bins = dict(tally.get("bins", {}))
    for name, counts in count(customers, kept).items() if kept is not None else ():
        bins[name] = [before + more for before, more in zip(bins.get(name, [0] * len(counts)), counts, strict=True)]
    return {"probability": tally.get("probability", 0.0) + sum(probabilities), "bins": bins}


def _counts(values: Numbers, edges: list[float]) -> list[int]:
    import numpy as np

    there = values[~np.isnan(values)]
    found = np.bincount(np.digitize(there, edges), minlength=len(edges) + 1) if len(there) else [0] * (len(edges) + 1)
    return [*map(int, found), int(np.isnan(values).sum())]


def measured(counts: Mapping[str, list[int]], mean_probability: float, kept: Mapping[str, Any]) -> dict[str, Any]:
    """What has become of the distribution: PSI of each feature, the mean probabilities, and which features drifted."""
    psi = {name: round(_psi(counts[name], kept[name]["shares"]), 4) for name in FEATURES if name in counts}
    moved = mean_probability - float(kept["probability"])
    return {
        "psi": psi,
        "mean_probability": round(mean_probability, 4),
        "training_probability": round(float(kept["probability"]), 4),
        "drifted": [name for name, index in psi.items() if index >= DRIFTED],
        "retrain": any(index >= DRIFTED for index in psi.values()) or abs(moved) >= MOVED,
    }


def _psi(counts: list[int], shares: list[float]) -> float:
    import math

    total = max(1, sum(counts))
    pairs = ((max(n / total, _LEAST), max(share, _LEAST)) for n, share in zip(counts, shares, strict=True))
    return sum((now - then) * math.log(now / then) for now, then in pairs)
