"""Labelled CSV files in, figures of merit out: what the commands of `relevo evaluate` share."""

from __future__ import annotations

import csv
import json
import math
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.progress import track

Row = dict[str, str]


def read(path: Path, required: Iterable[str]) -> list[Row]:
    """The rows of a CSV file (comma, semicolon or tab) with a header; column names in lower case.

    Ends the command with one clear line when the file cannot be read, lacks a column, or holds no row.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = file.readline()
            file.seek(0)
            separator = max(",;\t", key=header.count)
            reader = csv.DictReader(file, delimiter=separator, restval="")
            columns = [(name or "").strip().lower() for name in reader.fieldnames or []]
            reader.fieldnames = columns
            rows = [{key: value or "" for key, value in row.items() if key} for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        stop(f"{path} cannot be read as CSV in UTF-8: {error}")
    if missing := [column for column in required if column not in columns]:
        stop(f"{path} lacks the column {' and '.join(missing)}; its columns are {', '.join(columns) or 'none'}")
    if not rows:
        stop(f"{path} has a header and no rows")
    return rows


def stop(reason: str) -> NoReturn:
    """End the command with exit status 2 and one line on stderr."""
    typer.echo(f"error: {reason}", err=True)
    raise typer.Exit(2)


def judge(rows: list[Row], truths: list[str], predict: Callable[[Row], str]) -> None:
    """Predict every row under a progress bar on stderr, and print the figures as the last line of stdout."""
    predict(rows[0])  # tables load at the first call, which is no message's own cost
    predictions, milliseconds = [], []
    for row in track(rows, description="judging", console=Console(stderr=True)):
        started = time.perf_counter()
        predictions.append(predict(row))
        milliseconds.append((time.perf_counter() - started) * 1000)
    print(json.dumps(merit(truths, predictions) | {"p95_ms": round(percentile(milliseconds, 0.95), 3)}))


def merit(truths: list[str], predictions: list[str]) -> dict[str, Any]:
    """Accuracy, macro-averaged F1 over the labels that occur in `truths`, and precision, recall, F1, n of each."""
    hits = Counter(truth for truth, guess in zip(truths, predictions, strict=True) if truth == guess)
    expected, guessed = Counter(truths), Counter(predictions)
    by_label = {}
    for label in sorted(expected):
        precision = hits[label] / guessed[label] if guessed[label] else 0.0
        recall = hits[label] / expected[label]
        f1 = 2 * precision * recall / (precision + recall) if hits[label] else 0.0
        figures = {"precision": precision, "recall": recall, "f1": f1}
        by_label[label] = {name: round(value, 4) for name, value in figures.items()} | {"n": expected[label]}
    return {
        "accuracy": round(hits.total() / len(truths), 4),
        "macro_f1": round(sum(figures["f1"] for figures in by_label.values()) / len(by_label), 4),
        "by_label": by_label,
    }


def percentile(values: list[float], share: float) -> float:
    """The smallest value that at least `share` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[math.ceil(len(ordered) * share) - 1]


def labels(rows: list[Row], names: Mapping[str, str], *, others: bool = False) -> list[str]:
    """Each row's label under its own name ("Español" -> "es"); unknown ones stay (`others`) or end the command."""
    found = []
    for number, row in enumerate(rows, start=2):
        written = row["label"].strip().lower()
        if written not in names and not (others and written):
            stop(f"line {number} has the label {row['label']!r}; known are {', '.join(sorted(set(names.values())))}")
        found.append(names.get(written, written))
    return found
