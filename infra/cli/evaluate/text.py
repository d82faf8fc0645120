"""`relevo evaluate language|sentiment|priority`: what Relevo reads out of a message, against labels of your own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra.cli.evaluate.labelled import Row, judge, labels, read, stop

if TYPE_CHECKING:
    from relevo.desk.priority import TicketFacts

Test = Annotated[Path, typer.Option("--test", help="CSV with the columns text and label.")]

_LANGUAGES = {
    "es": "es spa spanish español espanol castellano es-es es-mx es-ar es_es es_mx es_ar",
    "en": "en eng english inglés ingles en-us en-gb en_us en_gb",
    "pt": "pt por portuguese portugués portugues português pt-br pt-pt pt_br pt_pt",
}
_SENTIMENTS = {
    "negative": "negative neg negativo negativa n",
    "neutral": "neutral neu neutro neutra none",
    "positive": "positive pos positivo positiva p",
}
_LEVELS = {
    "critical": "critical crítico critico crítica critica p0",
    "urgent": "urgent urgente p1",
    "high": "high alto alta p2",
    "medium": "medium medio media normal p3",
    "low": "low bajo baja p4",
}
# What numbers usually mean: the first of these scales that holds every number of the file.
_NUMBERED = (
    {"0": "negative", "1": "positive"},
    {"-1": "negative", "0": "neutral", "1": "positive"},
    {"0": "negative", "1": "neutral", "2": "positive"},
    {"1": "negative", "2": "negative", "3": "neutral", "4": "positive", "5": "positive"},
)
_TRUE = frozenset({"1", "true", "yes", "sí", "si", "x", "verdadero"})


def language(test: Test) -> None:
    """Which language each message is in (es, en, pt)."""
    from relevo.text.language import detect

    rows = read(test, ("text", "label"))
    judge(rows, labels(rows, _by_name(_LANGUAGES), others=True), lambda row: detect(row["text"]).code)


def sentiment(test: Test) -> None:
    """Whether each message is negative, neutral or positive. Numbers: 0/1, -1..1, 0..2 or stars."""
    from relevo.text import analyze

    rows = read(test, ("text", "label"))
    judge(rows, labels(rows, _sentiments(rows)), lambda row: analyze(row["text"], row.get("language")).label)


def priority(
    test: Annotated[
        Path,
        typer.Option("--test", help="CSV: text, label; also subject, tier, category, source, security if any."),
    ],
    weights: Annotated[Path | None, typer.Option(help="JSON with weights of your own.")] = None,
) -> None:
    """Which level each ticket has (critical, urgent, high, medium, low)."""
    from relevo.desk.priority import DEFAULT, Weights, score
    from relevo.errors import InvalidInput

    rows = read(test, ("text", "label"))
    truths = labels(rows, _by_name(_LEVELS))
    try:
        chosen = Weights.load(weights) if weights else DEFAULT
    except InvalidInput as error:
        stop(str(error))
    judge(rows, truths, lambda row: score(_facts(row), chosen).level)


def _facts(row: Row) -> TicketFacts:
    from relevo.desk.priority import TicketFacts

    def given(column: str, default: str) -> str:
        return row.get(column, "").strip().lower() or default

    return TicketFacts(
        subject=row.get("subject", ""),
        description=row["text"],
        category=given("category", "general"),
        source=given("source", "web"),
        tier=given("tier", "standard"),  # type: ignore[arg-type]
        security=given("security", "") in _TRUE,
    )


def _by_name(names: dict[str, str]) -> dict[str, str]:
    return {name: label for label, listed in names.items() for name in listed.split()}


def _sentiments(rows: list[Row]) -> dict[str, str]:
    """The names of the sentiments, with the numbers as this file means them."""
    written = {row["label"].strip().removesuffix(".0") for row in rows}
    numbers = {label for label in written if label.lstrip("+-").isdigit()}
    meant = next((meaning for meaning in _NUMBERED if numbers <= set(meaning)), {}) if numbers else {}
    return _by_name(_SENTIMENTS) | meant | {f"{number}.0": label for number, label in meant.items()}
