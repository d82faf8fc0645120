"""The report in a few sentences: by rules, or by a model whose every number is checked against the figures.

A model says each sentence with the figures it speaks of. A sentence stands only if, without those figures as they are
written in the report, with their units and signs, and without the report's dates, no digit is left of it; if it says no
number in words; and if it does not call up what went down. One sentence that does not stand rejects them all: the model
is told why and tries once more, and after that the rules speak.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from relevo import llm
from relevo.db import UnitOfWork
from relevo.insight.reports.document import Document, Figure, Insight, Narrative
from relevo.observability import logger
from relevo.texts import LANGUAGES, say

_TRIES = 2
_MOST_SENTENCES = 8
_WORDS = re.compile(
    r"\b(dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince|dieci\w+|veint\w+|treinta"
    r"|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa|cien|\w*cient[oa]s?|quinient[oa]s|mil|miles|mill[oó]n\w*"
    r"|billon\w*|mitad|medi[oa] docena|tercios?|tercera parte|cuarta parte|quinta parte|décima parte|doble|triple"
    r"|cuádruple|duplic\w+|triplic\w+|cuadruplic\w+|docena\w*|decena\w*|centenar\w*|millar\w*|un[oa]? de cada"
    r"|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twent\w+|thirt\w+|forty|fifty|sixty|seventy"
    r"|eighty|ninety|hundreds?|thousands?|[mb]illions?|half|halved|thirds?|quarter|fifths?|tenths?|double[ds]?|twice"
    r"|triple[ds]?|quadrupl\w+|\w+fold|dozens?|one in)\b",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\S*[\d²³¹¼-¾⁰-₉⅐-↋①-⒛]\S*")
_UNIT = (
    r"(?!\s?(?:[%‰]|(?:h|min|s|d|horas?|minutos?|segundos?|d[ií]as?|hours?|minutes?|seconds?|days?|puntos?|points?"
    r"|por ciento|per ?cent|[A-Z]{3})\b))"
)
"""What does not follow a number that has no unit."""
_MONTH = "|".join(say(f"report.month.{month}", language) for language in LANGUAGES for month in range(1, 13))
_AND = r"(?:\s?(?:al?|y(?: el)?|hasta el|to|and|through|-|–)\s?\d{1,2})?"
_DATE = re.compile(
    rf"\b\d{{1,2}}{_AND}\s(?:de\s|of\s)?(?:{_MONTH})\b(?:(?:\sdel?|,)?\s\d{{4}}\b)?"
    rf"|\b(?:{_MONTH})\s\d{{1,2}}{_AND}\b(?:,?\s\d{{4}}\b)?|\b(?:{_MONTH}|en|in)(?:\sdel?)?\s\d{{4}}\b",
    re.IGNORECASE,
)
_UP = re.compile(
    r"\b(subi\w+|sube\w*|aument\w+|creci\w+|crece\w*|increment\w+|más alt[oa]s?|rose|rise\w*|increas\w+|grew|grow\w*"
    r"|higher|climb\w*)\b",
    re.IGNORECASE,
)
_DOWN = re.compile(
    r"\b(baj[óoaá]\w*|disminu\w+|cay[óeo]\w*|cae\w*|reduj\w+|reduc\w+|descend\w+|menos|fell|fall\w*|drop\w*|decreas\w+"
    r"|declin\w+|lower\w*|fewer|shrank)\b",
    re.IGNORECASE,
)


class Sentence(BaseModel):
    """A sentence, and the names of the figures its numbers are of."""

    model_config = ConfigDict(extra="forbid")

    text: str
    figures: list[str]


class Story(BaseModel):
    """What a model answers."""

    model_config = ConfigDict(extra="forbid")

    sentences: list[Sentence]


def by_rules(
    title: str, period: str, previous: str, language: str, figures: Mapping[str, Figure], found: Sequence[Insight]
) -> Narrative:
    """What the figures say without a model: how much there was, how it went, and what stands out."""
    paragraphs = [say("report.story.opening", language, title=title, period=period, previous=previous)]
    told = []
    for name in ("created", "sla", "bot_verified", "csat"):
        figure = figures.get(name)
        if figure is not None and figure.value is not None:
            key = f"report.story.{name}" + ("" if figure.change_text else ".alone")
            told.append(say(key, language, now=figure.text, before=figure.previous_text, change=figure.change_text))
    if told:
        paragraphs[0] += " " + " ".join(told)
    standing_out = [insight.text for insight in found if insight.tone != "note"][:3]
    if standing_out:
        paragraphs.append(" ".join(standing_out))
    return Narrative(author="rules", paragraphs=paragraphs)


def by_model(uow: UnitOfWork, document: Document) -> Narrative | None:
    """A model's narrative of a document; None when there is no model, or nothing it said stood the check."""
    if llm.configuration() is None:
        return None
    figures = {figure.name: figure for group in document.groups for figure in group.figures}
    request = _request(document, figures)
    for _ in range(_TRIES):
        system = say("report.model.system", document.language)
        story = llm.ask(uow, Story, purpose="report", system=system, user=request)
        if story is None:
            return None
        wrong = faults(story, figures, [document.period.text, document.previous.text])
        if not wrong:
            return Narrative(author="model", paragraphs=_paragraphs(story))
        logger.warning("the model's narrative is rejected: %s", "; ".join(wrong), report_id=str(document.id))
        request += "\n\nREJECTED:\n" + "\n".join(wrong)
    return None


def _request(document: Document, figures: Mapping[str, Figure]) -> str:
    """What the model may speak of: figures as they are written, and what the rules found."""
    lines = [f"{document.title}: {document.period.text} (before: {document.previous.text})", "", "FIGURES"]
    lines += [
        f"{figure.name} | {figure.label} | {figure.text} | before {figure.previous_text} | {figure.change_text}"
        for figure in figures.values()
        if figure.value is not None
    ]
    return "\n".join([*lines, "", "FINDINGS", *(insight.text for insight in document.insights)])


def faults(story: Story, figures: Mapping[str, Figure], dates: Iterable[str]) -> list[str]:
    """Why a story is rejected, a line for each sentence that does not stand; nothing when all do."""
    if not 1 <= len(story.sentences) <= _MOST_SENTENCES:
        return [f"there are {len(story.sentences)} sentences, not 1 to {_MOST_SENTENCES}"]
    known = {int(number) for text in dates for number in re.findall(r"\d+", text)}
    return [fault for sentence in story.sentences if (fault := _fault(sentence, figures, known))]


def _fault(sentence: Sentence, figures: Mapping[str, Figure], dates: set[int]) -> str | None:
    if unknown := [name for name in sentence.figures if name not in figures]:
        return f"{sentence.text!r}: there is no figure {unknown[0]}"
    meant = [figures[name] for name in sentence.figures]
    if invented := _DIGITS.search(_without(sentence.text, meant, dates)):
        number = invented[0].strip(".,;:()")
        return f"{sentence.text!r}: {number} is no number of {', '.join(sentence.figures) or 'no figure'}"
    if words := _WORDS.search(sentence.text):
        return f"{sentence.text!r}: {words[0]!r} is a number in words; write it as in the figures"
    if contradicted := _contradicted(sentence.text, meant):
        return f"{sentence.text!r}: {contradicted.name} moved by {contradicted.change_text}, not the other way"
    return None


def _without(text: str, figures: Sequence[Figure], dates: set[int]) -> str:
    """The text without these figures' own numbers and without the days of these dates."""
    said = {pattern for figure in figures for pattern in _as_written(figure)}
    for pattern in sorted(said, key=len, reverse=True):
        text = re.sub(pattern, " ", text)

    def known(found: re.Match[str]) -> str:
        return " " if {int(number) for number in re.findall(r"\d+", found[0])} <= dates else found[0]

    return _DATE.sub(known, text)


def _as_written(figure: Figure) -> Iterator[str]:
    """How a figure, what it was and how it moved may stand in a sentence: as in the report, or with other marks
    in its numbers. How it moved may lack its sign, for words say up or down; a negative value keeps its own."""
    for text, moved in ((figure.text, False), (figure.previous_text, False), (figure.change_text, True)):
        if not any(sign.isdigit() for sign in text):
            continue
        number = text.lstrip("+-")
        sign = r"[-+−]?" if moved else r"[-−]" if text.startswith("-") else r"(?<![-−])\+?"
        unit = _UNIT if number[-1].isdigit() else ""
        yield rf"(?<![\w.,]){sign}{_number(number)}(?!\w|[.,]\d){unit}"


def _number(text: str) -> str:
    """A pattern for a number with its unit, whatever divides thousands and decimals."""
    marks = {",": r"[.,\s]?", ".": "[.,]", " ": r"\s?"}
    return "".join(marks.get(sign, re.escape(sign)) for sign in text)


def _contradicted(text: str, figures: Sequence[Figure]) -> Figure | None:
    """The one figure a sentence is about, if it says that it moved the other way."""
    moved = [figure for figure in figures if figure.change]
    if len(moved) != 1 or len(figures) != 1 or moved[0].change is None:
        return None
    wrong = _DOWN if moved[0].change > 0 else _UP
    right = _UP if moved[0].change > 0 else _DOWN
    return moved[0] if wrong.search(text) and not right.search(text) else None


def _paragraphs(story: Story) -> list[str]:
    """Sentences in paragraphs of four."""
    texts = [sentence.text.strip() for sentence in story.sentences]
    return [" ".join(texts[start : start + 4]) for start in range(0, len(texts), 4)]
