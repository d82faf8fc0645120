"""`relevo customers`: who the customers are, what they owe and what they have subscribed to."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from infra.cli.stage import StageOption, configure, refuse

customers = typer.Typer(no_args_is_help=True, help="Customers, their payments and subscriptions.")
BATCH = 1_000
"""Rows in one transaction, or in one call to a deployed stage."""


class Line(NamedTuple):
    """A row of the file, and the line it begins on."""

    number: int
    row: dict[str, str]


Keep = Callable[[list[dict[str, str]]], dict[str, Any]]


@customers.callback()
def _customers() -> None:
    """A family of commands, even while there is only one."""


@customers.command("import")
def import_file(
    file: Annotated[
        Path,
        typer.Argument(
            help="CSV with email, phone, name, company; reference, amount, currency, due, paid; started, renews, ended."
        ),
    ],
    stage: StageOption = None,
) -> None:
    """Load customers with their payments and subscriptions, a row each. Safe to repeat.

    Rejected rows stand in FILE.rejected with line and reason; the last line is a summary in JSON.
    """
    done = {"read": 0, "imported": 0, "updated": 0, "unchanged": 0, "rejected": 0}
    keep = _here() if stage is None else _at(stage)
    rejects = file.with_name(f"{file.name}.rejected")
    try:
        with rejects.open("w", encoding="utf-8") as rejected:
            for batch in _batches(file):
                answer = keep([line.row for line in batch])
                for each in answer["rejected"]:
                    told = {"line": batch[each["row"]].number, "reason": each["reason"]}
                    rejected.write(json.dumps(told, ensure_ascii=False) + "\n")
                done["read"] += len(batch)
                done["rejected"] += len(answer["rejected"])
                for name in ("imported", "updated", "unchanged"):
                    done[name] += answer[name]
                typer.echo(f"{done['read']:,} rows", err=True)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise refuse(f"{file} cannot be read: {error}") from error
    if not done["rejected"]:
        rejects.unlink()
    typer.echo(json.dumps(done))


def _batches(file: Path) -> Iterator[list[Line]]:
    with file.open(encoding="utf-8-sig", newline="") as content:
        first = content.readline()
        content.seek(0)
        rows = csv.DictReader(content, delimiter=";" if first.count(";") > first.count(",") else ",", strict=True)
        lines = (Line(rows.line_num, _told(row)) for row in rows)
        while batch := list(islice(lines, BATCH)):
            yield batch


def _told(row: dict[str | None, Any]) -> dict[str, str]:
    """What the row says; cells beyond the first line's columns are under a name that is refused."""
    cells = {(name or "beyond the columns").strip().lower(): value for name, value in row.items()}
    return {name: str(value).strip() for name, value in cells.items() if value and str(value).strip()}


def _here() -> Keep:
    """Into the database of DATABASE_URL."""
    from relevo import crm
    from relevo.db import database

    return lambda rows: database().run(lambda uow: crm.import_customers(uow, rows, actor="operator"))


def _at(stage: str) -> Keep:
    def keep(rows: list[dict[str, str]]) -> dict[str, Any]:
        told: dict[str, Any] = configure(stage, {"customers": rows})["customers"]
        return told

    return keep
