"""`relevo evaluate churn FILE --target COLUMN`: how well Relevo would foresee who leaves, on a table of your own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from infra.cli.evaluate.labelled import Row, read, stop

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LEFT = {"1", "1.0", "yes", "y", "true", "t", "si", "sí", "verdadero", "churn", "churned", "left", "exited"}
_LEFT |= {"attrited customer", "baja", "perdido", "cancelled", "canceled", "cancelado"}


def churn(
    file: Annotated[Path, typer.Argument(help="CSV with a header: one customer a line.")],
    target: Annotated[str, typer.Option("--target", help="The column that says who left.")],
) -> None:
    """Train and validate on any table as the nightly job would: five folds, each judged by a model that never saw it.

    Columns are told apart by their values: numbers, dates, categories; identifiers and free text are left out.
    """
    from relevo.crm import churn as learning

    rows = read(file, (target.strip().lower(),))
    rows, left, leaving = _outcomes(rows, target.strip().lower())
    table = learning.Table.of_text(
        {name: [row.get(name, "") for row in rows] for name in rows[0] if name != target.strip().lower()}
    )
    if not table.columns:
        stop(f"{file} has no column to learn from: " + "; ".join(f"{k} is {v}" for k, v in table.left_out.items()))
    try:
        with Progress(console=Console(stderr=True)) as bar:
            task = bar.add_task("validating", total=None)
            found = learning.validate(table, left, lambda done, of: bar.update(task, completed=done, total=of))
    except ValueError as error:
        stop(f"{file}: {error}")
    figures = {name: round(getattr(found, name), 4) for name in ("auc", "brier", "lift_top10", "calibration_error")}
    facts = {
        "rows": len(rows),
        "left": int(left.sum()),
        "left_means": leaving,
        "columns": len(table.columns),
        "left_out": dict(table.left_out),
    }
    print(json.dumps(figures | facts | {"models": list(found.chosen)}, ensure_ascii=False))


def _outcomes(rows: list[Row], target: str) -> tuple[list[Row], NDArray[np.bool_], str]:
    """The rows whose outcome is known, who of them left, and the value taken to say so: one known to, else the rarer of
    the two."""
    import numpy as np

    known = [row for row in rows if row[target].strip()]
    values = [row[target].strip().lower() for row in known]
    different = sorted(set(values))
    if len(different) != 2:
        some = ", ".join(different[:5])
        stop(f"the column {target} must hold two values (left or not); it holds {len(different)}: {some}")
    named = [value for value in different if value in _LEFT]
    leaving = named[0] if len(named) == 1 else min(different, key=values.count)
    return known, np.array([value == leaving for value in values]), leaving
