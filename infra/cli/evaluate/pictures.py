"""`relevo evaluate vin|text DIR`: how well Relevo reads your own pictures, against the `truth.csv` beside them."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.progress import track

from infra.cli.evaluate.labelled import Row, percentile, read, stop

if TYPE_CHECKING:
    from relevo.vision.reading import Pixels

Folder = Annotated[Path, typer.Argument(help="A folder of pictures with its truth.csv.")]
T = TypeVar("T")


def vin(folder: Folder) -> None:
    """VINs: truth.csv has the columns file and vin (empty: there is none). `wrong` counts numbers that would have been
    told to the customer and are not the truth; a doubtful one is `asked`."""
    from relevo.vision import read_vin

    rows = _truth(folder, "vin")
    outcomes, unreadable, times = Counter[str](), 0, []
    by_level: dict[str, Counter[str]] = {}
    for row, found, seconds in _each(folder, rows, read_vin):
        times.append(seconds * 1000)
        unreadable += found is None
        outcome = _outcome(found, row["vin"].strip().upper())
        outcomes[outcome] += 1
        by_level.setdefault(row.get("level", ""), Counter())[outcome] += 1
    figures: dict[str, Any] = {name: outcomes[name] for name in ("exact", "wrong", "asked", "none")}
    figures |= {"pictures": len(rows), "unreadable": unreadable, **_costs(times)}
    if set(by_level) != {""}:
        figures["by_level"] = {level: dict(counted) for level, counted in sorted(by_level.items())}
    print(json.dumps(figures))


def _outcome(found: Any, truth: str) -> str:
    if found is None or found.verdict == "none":
        return "none" if truth else "exact"
    if found.verdict == "asked":
        return "asked"
    return "exact" if found.vin.number == truth else "wrong"


def text(folder: Folder) -> None:
    """Text: truth.csv has the columns file and text. Words are compared without case; each counts as often as it stands
    there."""
    from relevo.vision import read_text

    rows = _truth(folder, "text")
    hits = expected = given = 0
    times = []
    for row, found, seconds in _each(folder, rows, read_text):
        times.append(seconds * 1000)
        truth, seen = Counter(_words(row["text"])), Counter(_words(found.text if found else ""))
        hits += (truth & seen).total()
        expected += truth.total()
        given += seen.total()
    recall, precision = hits / max(expected, 1), hits / max(given, 1)
    f1 = 2 * recall * precision / (recall + precision) if hits else 0.0
    figures = {"word_recall": round(recall, 4), "word_precision": round(precision, 4), "word_f1": round(f1, 4)}
    print(json.dumps(figures | {"pictures": len(rows), **_costs(times)}))


def _truth(folder: Path, column: str) -> list[Row]:
    rows = read(folder / "truth.csv", ("file", column))
    if missing := [row["file"] for row in rows if not (folder / row["file"]).is_file()]:
        stop(f"{folder} lacks {len(missing)} of the files truth.csv names, such as {missing[0]}")
    return rows


def _each(folder: Path, rows: list[Row], look: Callable[[Pixels], T]) -> Any:
    """Every row with what was seen in its picture (None: it cannot be opened) and the seconds it took."""
    from relevo.vision import Unreadable, open_picture

    _find_tesseract()
    for n, row in enumerate(track([rows[0], *rows], description="reading", console=Console(stderr=True))):
        started = time.perf_counter()
        try:
            found = look(open_picture((folder / row["file"]).read_bytes()))
        except Unreadable as reason:
            typer.echo(f"{row['file']}: {reason}", err=True)
            found = None
        if n:  # models load at the first picture, which is no picture's own cost
            yield row, found, time.perf_counter() - started


def _find_tesseract() -> None:
    """The layer's Tesseract where none is installed and this machine can make it; without it RapidOCR reads alone."""
    from infra import tesseract
    from relevo.vision import tesseract as reader

    try:
        if not reader.is_there():
            os.environ["RELEVO_TESSERACT"] = str(tesseract.build(tesseract.here()))
    except tesseract.NotHere as reason:
        typer.echo(f"without Tesseract: {reason}", err=True)


def _words(text: str) -> list[str]:
    plain = (word.strip(".,;:!?¡¿()[]{}\"'*-–—").casefold() for word in text.split())
    return [word for word in plain if word]


def _costs(milliseconds: list[float]) -> dict[str, float]:
    """Time a picture, and the most memory this process ever had."""
    unit = 2**20 if sys.platform == "darwin" else 2**10
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    return {"p95_ms": round(percentile(milliseconds, 0.95), 1), "peak_mb": round(peak, 1)}
