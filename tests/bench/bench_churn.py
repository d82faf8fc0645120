"""Churn: a morning of 100,000 customers, step by step, and how well leaving is foreseen on a public table.

The morning is the function's own work over a durable Postgres: two years of payments, conversations and tickets (see
tests/support/bulk_customers.py); `features` is the query alone, `scores` what the model says
of them with reasons and health, `day` everything with training, histories and tasks; `memory` is the whole process's.

The public table (Telco, 7,043 customers, 26.5 % left) stands beside a plain logistic regression, both judged by the
same five folds: fitted on four fifths, choice of model and calibration included, and asked about the fifth.
It is no part of the project: RELEVO_BENCH_DATA names the folder with `telco_churn.csv`; without it this is skipped,
visibly.
"""

from __future__ import annotations

import csv
import json
import os
import resource
import time
from collections.abc import Iterator
from contextlib import redirect_stdout
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from tests.bench.bench_api import durable
from tests.support.bulk_customers import customers

CUSTOMERS = int(os.environ.get("RELEVO_BENCH_CUSTOMERS", "100000"))
_SLICE = 2_000


def run() -> Iterator[dict[str, Any]]:
    """Figures of the morning, then of the public table."""
    yield from _morning()
    yield from _public()


def _morning() -> Iterator[dict[str, Any]]:
    from relevo import clock, crm, db, messaging, retention
    from relevo.platform import calendar
    from tests.support.broker import MemoryMessaging

    messaging.use(MemoryMessaging())
    with durable() as (url, _), Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        with psycopg.connect(url, autocommit=True) as connection:
            customers(connection, CUSTOMERS)
            connection.execute("INSERT INTO desk.department (id, code, name) VALUES (gen_random_uuid(), 'g', 'G')")
        database = db.Database(lambda: url)
        with database.unit_of_work() as uow:
            nine = clock.now().astimezone(calendar.zone(uow)).replace(hour=9, minute=1)
        with clock.frozen(nine):
            began, slices = time.perf_counter(), list(_slices(database, nine))
            features = time.perf_counter() - began
            database.run(lambda uow: retention.begin(uow, nine))
            began = time.perf_counter()
            steps = retention.work(database, nine + timedelta(hours=1))
            whole = time.perf_counter() - began
        with database.unit_of_work() as uow:
            day, models = retention.last_day(uow), crm.churn.models(uow)
            scorer = crm.churn.serving(uow)[1]
        began = time.perf_counter()
        active = sum(len(crm.churn.scored(scorer, found, 60)) for found in slices)
        scores = time.perf_counter() - began
        database.close()
    messaging.use(None)
    assert day is not None and day.state == "done" and day.scored == active
    said = {"stored": CUSTOMERS, "active": active}
    yield {"name": "churn.features", "value": round(features, 1), "unit": "s"} | said
    yield {"name": "churn.scores", "value": round(scores, 1), "unit": "s"} | said | {"scorer": scorer.kind}
    done = {"steps": steps, "learning": day.learning}
    yield {"name": "churn.day", "value": round(whole, 1), "unit": "s"} | said | done
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    yield {"name": "churn.memory", "value": memory, "unit": "MB at most"} | said
    for model in models:
        figures = {name: model["figures"][name] for name in ("brier", "lift_top10", "calibration_error", "rows")}
        yield {"name": "churn.model.auc", "value": model["figures"]["auc"], "unit": model["kind"]} | figures


def _slices(database: Any, at: datetime) -> Iterator[Any]:
    from relevo import crm

    after = None
    while True:
        with database.unit_of_work() as uow:
            found = crm.churn.read(uow, at, after=after, limit=_SLICE)
        yield found
        if found.last is None:
            return
        after = found.last


def _public() -> Iterator[dict[str, Any]]:
    telco = Path(os.environ.get("RELEVO_BENCH_DATA", "")) / "telco_churn.csv"
    if not telco.is_file():
        why = f"no {telco.name} in the folder RELEVO_BENCH_DATA names"
        yield {"name": "churn.telco", "value": None, "unit": "skipped", "why": why}
        return
    import numpy as np

    from relevo.crm import churn

    with telco.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    left = np.array([row["Churn"] == "Yes" for row in rows])
    table = churn.Table.of_text({name: [row[name] for row in rows] for name in rows[0] if name != "Churn"})
    ours, plain = churn.validate(table, left), _plain_regression(table, left)
    for name in ("auc", "brier", "lift_top10", "calibration_error"):
        yield {
            "name": f"churn.telco.{name}",
            "value": round(getattr(ours, name), 4),
            "unit": "",
            "logistic_regression": round(getattr(plain, name), 4),
        }


def _plain_regression(table: Any, left: Any) -> Any:
    """The same folds with scikit-learn's own logistic regression over scaled numbers and indicators."""
    import numpy as np
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    from relevo.crm.churn.model import FOLDS, SEED
    from relevo.crm.churn.validation import judge

    matrix = np.column_stack([column.values for column in table.columns])
    places = {kind: [n for n, c in enumerate(table.columns) if c.kind == kind] for kind in ("number", "category")}
    probability = np.zeros(len(left))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED + 1)
    for train, test in folds.split(matrix, left):
        numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
        columns = [
            ("numbers", numbers, places["number"]),
            ("names", OneHotEncoder(handle_unknown="ignore"), places["category"]),
        ]
        model = make_pipeline(ColumnTransformer(columns), LogisticRegression(max_iter=2000))
        probability[test] = model.fit(matrix[train], left[train]).predict_proba(matrix[test])[:, 1]
    return judge(probability, left)


if __name__ == "__main__":
    for line in run():
        print(json.dumps(line), flush=True)
