"""How good the predictions are on customers the model has not seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from relevo.crm.churn.model import FOLDS, SEED, fit
from relevo.crm.churn.table import Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Outcomes = NDArray[np.bool_]

_BINS = 10


@dataclass(frozen=True)
class Validation:
    """`auc`: how often one who left ranks above one who stayed. `brier`: mean squared error of the probabilities.
    `lift_top10`: how much oftener the tenth ranked highest left than everybody. `calibration_error`: mean gap between
    probability and truth over ten bins of equal size (expected calibration error)."""

    auc: float
    brier: float
    lift_top10: float
    calibration_error: float
    chosen: tuple[str, ...]
    """Which model spoke in each fold."""


def validate(table: Table, left: Outcomes, progress: Callable[[int, int], None] = lambda done, of: None) -> Validation:
    """Fit on four fifths as the nightly job would, model choice and calibration included, and judge the fifth left out;
    five times, over all rows once. Raises ValueError as `fit` does."""
    import numpy as np
    from sklearn.model_selection import StratifiedKFold

    if min(int(left.sum()), int((~left).sum())) < FOLDS:
        raise ValueError("too few outcomes to judge anything")
    probability, chosen = np.zeros(len(table)), []
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED + 1)
    for n, (train, test) in enumerate(folds.split(np.zeros(len(table)), left)):
        model = fit(table.rows(train), left[train])
        probability[test] = model.probability(table.rows(test))
        chosen.append(model.chosen)
        progress(n + 1, FOLDS)
    return judge(probability, left, tuple(chosen))


def judge(probability: Numbers, left: Outcomes, chosen: tuple[str, ...] = ()) -> Validation:
    """The figures of these probabilities against what happened."""
    import numpy as np
    from sklearn.metrics import roc_auc_score

    order = np.argsort(-probability, kind="stable")
    top = order[: max(1, len(order) // 10)]
    bins = [b for b in np.array_split(order, _BINS) if len(b)]
    gaps = [abs(probability[b].mean() - left[b].mean()) * len(b) for b in bins]
    return Validation(
        auc=float(roc_auc_score(left, probability)),
        brier=float(np.mean((probability - left) ** 2)),
        lift_top10=float(left[top].mean() / left.mean()),
        calibration_error=float(sum(gaps) / len(left)),
        chosen=chosen,
    )
