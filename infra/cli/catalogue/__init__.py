"""`relevo catalogue`: what the company sells."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer

from infra.cli.catalogue.progress import Checkpoint, Done
from infra.cli.catalogue.reading import Broken, Entry, entries
from infra.cli.stage import StageOption, configure, refuse

catalogue = typer.Typer(no_args_is_help=True, help="What the company sells.")
BATCH = 2_000
"""Rows in one transaction."""
CALL_ROWS, CALL_BYTES = 1_000, 4_000_000
"""Rows, and bytes of them, in one call to a deployed stage."""

Keep = Callable[[list[dict[str, Any]]], dict[str, Any]]


@catalogue.callback()
def _catalogue() -> None:
    """A family of commands, even while there is only one."""


@catalogue.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="products.json (an array, or a product a line) or products.csv.")],
    stage: StageOption = None,
) -> None:
    """Load products, new and changed ones. Stopped, it goes on where it was; safe to repeat.

    Rejected rows stand in FILE.rejected with line and reason; the last line is a summary in JSON.
    """
    keep, target = (_at(stage), stage) if stage is not None else _here()
    try:
        checkpoint = Checkpoint(file, target)
        began, done = time.monotonic(), checkpoint.load()
        before, broken = done.read, _load(file, done, checkpoint, keep)
    except (OSError, UnicodeDecodeError) as error:
        raise refuse(f"{file} cannot be read: {error}") from error
    if broken is None:
        if stage is None and done.imported + done.updated:
            _settle()
        checkpoint.forget()
    told = {name: getattr(done, name) for name in ("read", "imported", "updated", "unchanged", "rejected")}
    seconds = max(time.monotonic() - began, 1e-3)
    typer.echo(json.dumps(told | {"per_s": round((done.read - before) / seconds)}))
    if broken is not None:
        raise refuse(f"{file} cannot be read further: {broken}")


def _load(file: Path, done: Done, checkpoint: Checkpoint, keep: Keep) -> Broken | None:
    """Keep what the file holds beyond what is done; what stopped it, if something did."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    rejects = file.with_name(f"{file.name}.rejected")
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with (
        file.open(encoding="utf-8-sig", newline="") as content,
        rejects.open("a" if done.read else "w", encoding="utf-8") as rejected,
        Progress(*columns, console=Console(stderr=True)) as bars,
    ):
        bar = bars.add_task("Resuming" if done.read else "Importing", total=file.stat().st_size)
        rows = islice(entries(content, is_csv=file.suffix.lower() == ".csv"), done.read, None)
        try:
            for batch in _batches(rows):
                _keep(batch, done, rejected, keep)
                checkpoint.save(done)
                bars.update(bar, completed=content.buffer.tell(), description=f"{done.read:,} products")
        except Broken as error:
            return error
    if not done.rejected:
        rejects.unlink()
    return None


def _batches(rows: Iterator[Entry]) -> Iterator[list[Entry]]:
    """Rows in batches; those before the place where the file breaks too."""
    batch: list[Entry] = []
    try:
        for row in rows:
            batch.append(row)
            if len(batch) == BATCH:
                yield batch
                batch = []
    except Broken:
        if batch:
            yield batch
        raise
    if batch:
        yield batch


def _keep(batch: list[Entry], done: Done, rejected: TextIO, keep: Keep) -> None:
    readable = [entry for entry in batch if entry.wrong is None]
    answer = keep([entry.row for entry in readable]) if readable else {"rejected": []}
    wrong = [(entry.line, entry.row.get("code"), entry.wrong) for entry in batch if entry.wrong is not None]
    refused = ((readable[each["row"]], each["reason"]) for each in answer["rejected"])
    wrong += [(entry.line, entry.row.get("code"), reason) for entry, reason in refused]
    for line, code, reason in sorted(wrong, key=lambda told: told[0]):
        rejected.write(json.dumps({"line": line, "code": code, "reason": reason}, ensure_ascii=False) + "\n")
    rejected.flush()
    done.read += len(batch)
    done.rejected += len(wrong)
    for name in ("imported", "updated", "unchanged"):
        setattr(done, name, getattr(done, name) + answer.get(name, 0))


def _here() -> tuple[Keep, str]:
    """Into the database of DATABASE_URL, and a name of it that keeps its password."""
    from relevo.db import database
    from relevo.sales import catalogue as products

    def keep(rows: list[dict[str, Any]]) -> dict[str, Any]:
        return database().run(lambda uow: products.imported(uow, rows))

    said = database().connection().info
    return keep, hashlib.sha256(f"{said.host}:{said.port}/{said.dbname}".encode()).hexdigest()[:16]


def _settle() -> None:
    from relevo.db import database
    from relevo.sales import catalogue as products

    database().run(products.settle)


def _at(stage: str) -> Keep:
    """Into a deployed stage, in calls it can take."""

    def keep(rows: list[dict[str, Any]]) -> dict[str, Any]:
        told: dict[str, Any] = {"imported": 0, "updated": 0, "unchanged": 0, "rejected": []}
        for start, part in _calls(rows):
            answer = configure(stage, {"products": part})["products"]
            for name in ("imported", "updated", "unchanged"):
                told[name] += answer[name]
            told["rejected"] += [each | {"row": each["row"] + start} for each in answer["rejected"]]
        return told

    return keep


def _calls(rows: list[dict[str, Any]]) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """Parts of the rows, each with the place of its first, small enough for a call."""
    start, size = 0, 0
    for place, row in enumerate(rows):
        length = len(json.dumps(row, ensure_ascii=False).encode())
        if place > start and (size + length > CALL_BYTES or place - start == CALL_ROWS):
            yield start, rows[start:place]
            start, size = place, 0
        size += length
    yield start, rows[start:]
