"""The report in a few sentences: by rules, or by a model whose every number is checked against the figures.

A model says each sentence with the figures it speaks of. A sentence stands only if each number in it is one of those
figures' own, as they are written in the report, a percentage being one there too; if it says no number in words; and
if it does not call up what went down. One sentence that does not stand rejects them all: the model is told why and
tries once more, and after that the rules speak.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from relevo import llm
from relevo.db import UnitOfWork
from relevo.insight.reports.document import Document, Figure, Insight, Narrative
from relevo.observability import logger
from relevo.texts import say

_TRIES = 2
_MOST_SENTENCES = 8
_NUMBER = re.compile(r"(?<![\w.,])[-+−]?(\d[\d.,]*\d|\d)(\s?%)?")
_WORDS = re.compile(
    r"\b(dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|quince|veint\w+|treinta|cuarenta|cincuenta|sesenta"
    r"|setenta|ochenta|noventa|cien|ciento\w*|mil|miles|mill[oó]n\w*|mitad|tercio|tercera parte|cuarta parte|doble"
    r"|triple|duplic\w+|triplic\w+|docena\w*"
    r"|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty\w*|thirty|forty|fifty|sixty|seventy"
    r"|eighty|ninety|hundreds?|thousands?|millions?|half|third|quarter|double[ds]?|twice|triple[ds]?|dozens?)\b",
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
    known_dates = {number for text in dates for number in _numbers(text)}
    return [fault for sentence in story.sentences if (fault := _fault(sentence, figures, known_dates))]


def _fault(sentence: Sentence, figures: Mapping[str, Figure], dates: set[tuple[Decimal, bool]]) -> str | None:
    if unknown := [name for name in sentence.figures if name not in figures]:
        return f"{sentence.text!r}: there is no figure {unknown[0]}"
    meant = [figures[name] for name in sentence.figures]
    allowed = dates | {
        number
        for figure in meant
        for text in (figure.text, figure.previous_text, figure.change_text)
        for number in _numbers(text)
    }
    if invented := [number for number in _numbers(sentence.text) if number not in allowed]:
        return f"{sentence.text!r}: {_shown(invented[0])} is no number of {', '.join(sentence.figures) or 'no figure'}"
    if words := _WORDS.search(sentence.text):
        return f"{sentence.text!r}: {words[0]!r} is a number in words; write it as in the figures"
    if contradicted := _contradicted(sentence.text, meant):
        return f"{sentence.text!r}: {contradicted.name} moved by {contradicted.change_text}, not the other way"
    return None


def _numbers(text: str) -> list[tuple[Decimal, bool]]:
    """The numbers in a text without their signs, and whether each is a percentage."""
    return [(_value(found[1]), bool(found[2])) for found in _NUMBER.finditer(text)]


def _value(digits: str) -> Decimal:
    """1,234.5 and 1.234,5 are the same; a single mark before three digits divides thousands, else it is decimal."""
    marks = [sign for sign in digits if sign in ".,"]
    if len(set(marks)) == 2:
        return Decimal(digits.replace(marks[0], "").replace(marks[-1], "."))
    if len(marks) > 1 or re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", digits):
        return Decimal(re.sub("[.,]", "", digits))
    return Decimal(digits.replace(",", "."))


def _shown(number: tuple[Decimal, bool]) -> str:
    return f"{number[0]} %" if number[1] else str(number[0])


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
