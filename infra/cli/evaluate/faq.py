"""`relevo evaluate faq`: how well questions of your own find their articles, without any model key.

The bot's own search is measured, on a throw-away database: every label becomes an article, the train rows the questions
it is asked, and each test row is searched for as a customer's message would be.
"""

from __future__ import annotations

import json
import os
import time
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from infra.cli.evaluate.labelled import Row, percentile, read, stop

if TYPE_CHECKING:
    from relevo.db import Database
    from relevo.knowledge.search import Found

Train = Annotated[Path, typer.Option("--train", help="CSV with text and label: what each article is asked.")]
Test = Annotated[Path, typer.Option("--test", help="CSV with text and label: questions to answer.")]
OutOfScope = Annotated[
    Path | None, typer.Option("--out-of-scope", help="CSV with text: questions that no article answers.")
]
Confidence = Annotated[
    float | None, typer.Option("--confidence", min=0, max=1, help="Below it the bot hands over; 0.7 unless said.")
]
_DEPTH = 5


def faq(train: Train, test: Test, out_of_scope: OutOfScope = None, confidence: Confidence = None) -> None:
    """How often the right article comes first, and how often a person has to answer."""
    taught, asked = _labelled(train), _labelled(test)
    beyond = _texts(out_of_scope) if out_of_scope else []
    floor = 0.7 if confidence is None else confidence
    print(json.dumps(measure(taught, asked, beyond, floor)))


def measure(taught: list[Row], asked: list[Row], beyond: Sequence[str] = (), floor: float = 0.7) -> dict[str, Any]:
    """The figures of the command: `taught` says what each article is asked, `asked` are questions to answer, `beyond`
    those that no article answers, and `floor` is the confidence below which a person answers."""
    with _no_key(), _bar() as bar, _knowing(taught, bar) as database:
        language = _language(taught)
        answers, milliseconds = _answer(database, [row["text"] for row in asked], language, bar, "answering")
        strange, more = _answer(database, beyond, language, bar, "answering what is out of scope")
    truths = [row["label"] for row in asked]
    return _merit(truths, answers, floor) | _beyond(answers, strange, floor) | _speed([*milliseconds, *more])


@contextmanager
def _no_key() -> Iterator[None]:
    """Judge without any model key, whatever the environment holds."""
    from relevo.settings import settings

    key = os.environ.pop("RELEVO_LLM_SECRET", None)
    settings.cache_clear()
    try:
        yield
    finally:
        if key is not None:
            os.environ["RELEVO_LLM_SECRET"] = key
        settings.cache_clear()


def _labelled(path: Path) -> list[Row]:
    rows = [
        {"text": row["text"].strip(), "label": row["label"].strip()}
        for row in read(path, ("text", "label"))
        if row["text"].strip() and row["label"].strip()
    ]
    return rows or stop(f"{path} has no row with both a text and a label")


def _texts(path: Path) -> list[str]:
    texts = [row["text"].strip() for row in read(path, ("text",)) if row["text"].strip()]
    return texts or stop(f"{path} has no row with a text")


def _language(rows: list[Row]) -> str:
    """The language most of the questions are in."""
    from relevo import text

    return Counter(text.detect(row["text"]).code for row in rows[:: max(1, len(rows) // 300)]).most_common(1)[0][0]


@contextmanager
def _bar() -> Iterator[Progress]:
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True)) as bar:
        yield bar


@contextmanager
def _knowing(rows: list[Row], bar: Progress) -> Iterator[Database]:
    """A throw-away database that knows one article a label."""
    from infra.local.postgres import throw_away
    from relevo import knowledge
    from relevo.db import Database
    from relevo.db.migrate import migrate

    questions: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        questions[row["label"]].append(row["text"])
    tasks: dict[str, Any] = {}

    def show(stage: str, done: int, total: int) -> None:
        if stage not in tasks:
            tasks[stage] = bar.add_task(stage, total=total)
        bar.update(tasks[stage], completed=done)

    language = _language(rows)
    with throw_away() as url:
        migrate(url)
        database = Database(lambda: url)
        try:
            with database.unit_of_work() as uow:
                for label, asked in questions.items():
                    # The dash keeps the label from being read as a title: only the train rows may teach.
                    knowledge.save_article(
                        uow, slug=label, language=language, title="—", body="", questions=asked, publish=True
                    )
                knowledge.refresh(uow, show)
            database.connection().execute("ANALYZE")
            yield database
        finally:
            database.close()


def _answer(
    database: Database, texts: Sequence[str], language: str, bar: Progress, stage: str
) -> tuple[list[list[Found]], list[float]]:
    from relevo import knowledge

    answers, milliseconds = [], []
    if texts:  # the first call loads the model, which is no question's own cost
        with database.unit_of_work() as uow:
            knowledge.search(uow, texts[0], language, _DEPTH)
    for text in bar.track(texts, description=stage):
        started = time.perf_counter()
        with database.unit_of_work() as uow:
            answers.append(knowledge.search(uow, text, language, _DEPTH))
        milliseconds.append((time.perf_counter() - started) * 1000)
    return answers, milliseconds


def _merit(truths: list[str], answers: list[list[Found]], floor: float) -> dict[str, Any]:
    ranks = [
        next((place for place, found in enumerate(answer, 1) if found.slug == truth), 0)
        for truth, answer in zip(truths, answers, strict=True)
    ]
    given = [rank == 1 for rank, answer in zip(ranks, answers, strict=True) if not _handed_over(answer, floor)]
    count = len(truths)
    return {
        "n": count,
        "top1": round(sum(rank == 1 for rank in ranks) / count, 4),
        "top3": round(sum(1 <= rank <= 3 for rank in ranks) / count, 4),
        "mrr": round(sum(1 / rank for rank in ranks if rank) / count, 4),
        "handed_over": round(1 - len(given) / count, 4),
        "right_when_answered": round(sum(given) / len(given), 4) if given else None,
    }


def _beyond(answers: list[list[Found]], strange: list[list[Found]], floor: float) -> dict[str, Any]:
    """How many of the `strange` questions are handed over, and the chance that one of them is given less confidence
    than a question in scope (AUROC, by the rank sum of Mann and Whitney)."""
    if not strange:
        return {}
    inside, outside = (sorted(_confidence(answer) for answer in group) for group in (answers, strange))
    above = sum(bisect_left(outside, value) + bisect_right(outside, value) for value in inside) / 2
    handed = sum(_handed_over(answer, floor) for answer in strange)
    return {
        "out_of_scope_n": len(strange),
        "out_of_scope_handed_over": round(handed / len(strange), 4),
        "out_of_scope_auroc": round(above / (len(inside) * len(outside)), 4),
    }


def _speed(milliseconds: list[float]) -> dict[str, Any]:
    return {"p50_ms": round(percentile(milliseconds, 0.5), 2), "p95_ms": round(percentile(milliseconds, 0.95), 2)}


def _handed_over(answer: list[Found], floor: float) -> bool:
    return _confidence(answer) < floor


def _confidence(answer: list[Found]) -> float:
    return answer[0].confidence if answer else 0.0
