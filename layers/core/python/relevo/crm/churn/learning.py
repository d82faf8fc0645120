"""Training on what the company's own customers did, by time; and which model serves.

Every `horizon` days back from now is a snapshot: what was known of the customers active then, and who of them left in
the days up to the next. No two windows of outcomes overlap, and a snapshot is judged only by models of earlier ones
whose outcomes were known at its instant, as the morning's predictions are. The newest snapshot is kept out until it has
been judged: if its outcomes are foreseen worse than by the scorecard, or hardly better than by lot, the model is kept
for the record and does not serve.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from uuid import UUID

from psycopg.types.json import Jsonb

from relevo import clock, ids
from relevo.crm.churn.definitions import FEATURES, HORIZON_DAYS
from relevo.crm.churn.drift import measured, reference
from relevo.crm.churn.features import read_some
from relevo.crm.churn.model import Model, fit
from relevo.crm.churn.outcomes import who_left
from relevo.crm.churn.scorecard import Scorecard
from relevo.crm.churn.scoring import Scorer
from relevo.crm.churn.table import Table
from relevo.crm.churn.validation import Validation, judge
from relevo.db import Row, UnitOfWork
from relevo.platform import value

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Outcomes = NDArray[np.bool_]

SNAPSHOTS = 8
CUSTOMERS = 12_000
"""At most so many customers are learned from, drawn anew each time."""
ENOUGH = 50
"""Outcomes of each kind without which nothing is trained."""
_JUDGED_BY = 10
"""Outcomes of each kind in the newest snapshot, without which nothing can be judged."""
EVERY = timedelta(days=7)
_AT_ONCE = 2_000
_CHANCE = 0.55
"""An AUC below which a model is no better than drawing lots."""

Learning = Literal["not_enough", "no_better", "trained"]
"""Too little happened yet; the model is no better than the scorecard, or than lots; it serves."""

log = logging.getLogger("relevo.churn")


class Sample(NamedTuple):
    """Customers of several snapshots: what was known, who left, and which snapshot each row is of."""

    table: Table
    left: Outcomes
    times: Numbers


@dataclass(frozen=True)
class Learned:
    """A kept model as a scorer. `strength` is its AUC on the snapshot it had not seen."""

    model: Model
    reference: dict[str, Any]
    strength: float

    @property
    def kind(self) -> str:
        return self.model.chosen

    def log_odds(self, table: Table) -> Numbers:
        """Of each customer leaving."""
        return self.model.log_odds(table)

    def contributions(self, table: Table) -> Numbers:
        """What each of `FEATURES` adds; nothing, where it was the same for everybody when the model was trained."""
        import numpy as np

        added = np.zeros((len(table), len(FEATURES)))
        added[:, [FEATURES.index(name) for name in self.model.columns]] = self.model.contributions(table)
        return added


# ------------------------------------------------------------------------------------------------------------- serving


def serving(uow: UnitOfWork, model_id: UUID | None = None) -> tuple[UUID | None, Scorer]:
    """The model that serves, or the one named, with its id; the scorecard, and no id, where there is none.

    A model whose numbers are not those that were trained does not serve any more, nor one of another horizon."""
    row = uow.one(
        "SELECT id, parameters, sha256, figures, reference FROM crm.churn_model WHERE CASE WHEN %(id)s::uuid IS NULL"
        "   THEN state = 'serving' AND (figures->>'horizon_days')::int = %(horizon)s ELSE id = %(id)s END",
        {"id": model_id, "horizon": value(uow, HORIZON_DAYS)},
    )
    if row is None:
        return None, Scorecard()
    if hashlib.sha256(row["parameters"].encode()).hexdigest() != row["sha256"]:
        log.error("the churn model %s was changed after it was trained, and does not serve", row["id"])
        uow.execute("UPDATE crm.churn_model SET state = 'rejected' WHERE id = %s", (row["id"],))
        return None, Scorecard()
    return row["id"], Learned(_model(row["parameters"]), row["reference"], row["figures"]["auc"])


@lru_cache(maxsize=2)
def _model(parameters: str) -> Model:
    return Model.from_json(json.loads(parameters))


def speaking(uow: UnitOfWork) -> str:
    """What kind of model foresees: one that serves and knows the horizon in force, else `scorecard`."""
    row = uow.one(
        "SELECT kind FROM crm.churn_model WHERE state = 'serving' AND (figures->>'horizon_days')::int = %s",
        (value(uow, HORIZON_DAYS),),
    )
    return "scorecard" if row is None else str(row["kind"])


def models(uow: UnitOfWork, *, limit: int = 12) -> list[Row]:
    """Every model trained, the newest first: id, kind, state, figures, trained_at."""
    return uow.all(
        "SELECT id, kind, state, figures, trained_at FROM crm.churn_model ORDER BY id DESC LIMIT %s", (limit,)
    )


def drifted(uow: UnitOfWork, model_id: UUID | None, tally: dict[str, Any]) -> dict[str, Any] | None:
    """How far a run's customers are from those its model was trained on; None for the scorecard, and without any."""
    scored = sum(tally.get("levels", {}).values())
    if model_id is None or not scored:
        return None
    row = uow.one("SELECT reference FROM crm.churn_model WHERE id = %s", (model_id,))
    assert row is not None  # runs name models, which are not deleted
    return measured(tally["bins"], tally["probability"] / scored, row["reference"])


# ------------------------------------------------------------------------------------------------------------ training


def training_due(uow: UnitOfWork, as_of: datetime) -> bool:
    """A week after the last training for this horizon, or as soon as the customers are no longer those it was done
    on."""
    last = uow.one(
        "SELECT max(trained_at) AS at FROM crm.churn_model WHERE (figures->>'horizon_days')::int = %s",
        (value(uow, HORIZON_DAYS),),
    )
    assert last is not None
    if last["at"] is None or last["at"] <= as_of - EVERY:
        return True
    run = uow.one("SELECT drift FROM crm.churn_run WHERE state = 'done' ORDER BY day DESC LIMIT 1")
    return bool(run and run["drift"] and run["drift"]["retrain"]) and last["at"] <= as_of - timedelta(days=1)


def train(uow: UnitOfWork, as_of: datetime) -> Learning:
    """Train on what happened up to an instant, where there is enough of it; what came of it."""
    sample = collect(uow, as_of)
    if sample is None:
        return "not_enough"
    import numpy as np

    newest = sample.times == sample.times.max()
    if min(int(sample.left[newest].sum()), int((~sample.left[newest]).sum())) < _JUDGED_BY:
        return "not_enough"
    table = _telling(sample.table)
    try:
        judged = fit(_rows(table, ~newest), sample.left[~newest], sample.times[~newest])
        odds = judged.log_odds(_rows(table, newest))
        found = judge(1 / (1 + np.exp(-odds)), sample.left[newest], (judged.chosen,))
        model = fit(table, sample.left, sample.times)
    except ValueError as error:
        log.info("nothing was learned: %s", error)
        return "not_enough"
    card = Scorecard().log_odds(_rows(sample.table, newest))
    losses = (_loss(odds, sample.left[newest]), _loss(card, sample.left[newest]))
    serves = losses[0] < losses[1] and found.auc >= _CHANCE
    _keep(uow, model, sample, _rows(sample.table, newest), found, losses, serves)
    return "trained" if serves else "no_better"


def collect(uow: UnitOfWork, as_of: datetime) -> Sample | None:
    """What is there to learn from, or None where it is too little: fewer than three snapshots, or than `ENOUGH`
    customers who left and as many who stayed."""
    import numpy as np

    horizon = timedelta(days=value(uow, HORIZON_DAYS))
    chosen = _drawn(uow, as_of)
    columns: dict[str, list[float | None]] = {name: [] for name in FEATURES}
    left: list[bool] = []
    times: list[float] = []
    for n in range(SNAPSHOTS, 0, -1):
        at = as_of - n * horizon
        for start in range(0, len(chosen), _AT_ONCE):
            part = read_some(uow, at, chosen[start : start + _AT_ONCE])
            left += who_left(uow, [(customer, at, at + horizon) for customer in part.customers])
            times += [at.timestamp()] * len(part.customers)
            for name in FEATURES:
                columns[name] += part.columns[name]
    if len(set(times)) < 3 or min(sum(left), len(left) - sum(left)) < ENOUGH:
        return None
    return Sample(Table.of_numbers(columns), np.array(left, dtype=np.bool_), np.array(times))


def _drawn(uow: UnitOfWork, as_of: datetime) -> list[UUID]:
    rows = uow.all(
        "SELECT id FROM crm.customer ORDER BY hashtextextended(id::text, %s) LIMIT %s",
        (as_of.toordinal(), CUSTOMERS),
    )
    return sorted(row["id"] for row in rows)


def _telling(table: Table) -> Table:
    """Without the columns that are the same for everybody, or known of nobody."""
    import numpy as np

    def tells(values: Numbers) -> bool:
        there = values[~np.isnan(values)]
        return len(there) > 0 and (bool((there != there[0]).any()) or len(there) < len(values))

    return Table(tuple(column for column in table.columns if tells(column.values)), table.left_out)


def _rows(table: Table, chosen: Outcomes) -> Table:
    import numpy as np

    return table.rows(np.flatnonzero(chosen))


def _loss(log_odds: Numbers, left: Outcomes) -> float:
    import numpy as np

    return float(np.mean(np.logaddexp(0, np.where(left, -log_odds, log_odds))))


def _keep(
    uow: UnitOfWork,
    model: Model,
    sample: Sample,
    newest: Table,
    found: Validation,
    losses: Sequence[float],
    serves: bool,
) -> None:
    parameters = json.dumps(model.as_json())
    figures = {name: round(getattr(found, name), 4) for name in ("auc", "brier", "lift_top10", "calibration_error")}
    figures |= {
        "log_loss": round(losses[0], 4),
        "scorecard_log_loss": round(losses[1], 4),
        "rows": len(sample.left),
        "left": int(sample.left.sum()),
        "snapshots": len(set(sample.times.tolist())),
        "horizon_days": value(uow, HORIZON_DAYS),
        "columns": list(model.columns),
    }
    if serves:
        uow.execute("UPDATE crm.churn_model SET state = 'retired' WHERE state = 'serving'")
    uow.execute(
        "INSERT INTO crm.churn_model (id, kind, parameters, sha256, figures, reference, state, trained_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        (
            *(ids.new_id(), model.chosen, parameters, hashlib.sha256(parameters.encode()).hexdigest()),
            *(Jsonb(figures), Jsonb(reference(newest, model.probability(newest)))),
            *("serving" if serves else "rejected", clock.now()),
        ),
    )
