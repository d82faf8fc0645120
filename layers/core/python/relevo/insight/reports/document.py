"""A report as it is read, whatever it is written in: HTML, PDF and the console show the same document, JSON is it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from relevo.insight.reports.figures import Unit
from relevo.insight.reports.wanted import Kind

Tone = Literal["good", "bad", "note"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Figure(_Part):
    """A key figure beside the period before. `text` and `change_text` are how they are read; `verdict` says whether it
    got better. `formula` tells how it comes about and `rows` which rows of the CSV files are behind it."""

    name: str
    label: str
    unit: Unit
    value: float | int | None
    previous: float | int | None
    change: float | None
    text: str
    previous_text: str
    change_text: str
    verdict: Literal["better", "worse", "same"] | None
    formula: str
    rows: str


class Group(_Part):
    """Figures that belong together."""

    name: str
    label: str
    figures: list[Figure]


class Series(_Part):
    """Values for the labels of its chart, None where there is none; `texts` are how they are read."""

    name: str
    label: str
    values: list[float | None]
    texts: list[str]


class Chart(_Part):
    """Bars for each label, a line over time, or a grid of weekdays by hours (a series each weekday)."""

    name: str
    title: str
    kind: Literal["bars", "line", "heat"]
    labels: list[str]
    series: list[Series]


class Table(_Part):
    """A table as it is read; the first column names what a row is about."""

    name: str
    title: str
    columns: list[str]
    rows: list[list[str]]


class Insight(_Part):
    """Something worth knowing, and what could be done about it."""

    name: str
    tone: Tone
    text: str
    advice: str | None = None


class Narrative(_Part):
    """The report in a few sentences, and who wrote them: a model whose every number was checked, or the rules."""

    author: Literal["model", "rules"]
    paragraphs: list[str]


class Comment(_Part):
    """What a customer wrote with a rating."""

    number: int
    rating: int
    text: str


class Days(_Part):
    """Whole days, both of them, and the instants they begin and end."""

    first: date
    last: date
    begins: datetime
    ends: datetime
    text: str


class Document(_Part):
    """A report."""

    id: UUID
    kind: Kind
    language: str
    title: str
    company: str
    timezone: str
    made_at: datetime
    period: Days
    previous: Days
    filters: list[str]
    headline: list[str]
    """The names of the figures that come first."""
    narrative: Narrative
    groups: list[Group]
    charts: list[Chart]
    tables: list[Table]
    insights: list[Insight]
    comments: list[Comment]

    def figure(self, name: str) -> Figure | None:
        """One of its figures."""
        return next((each for group in self.groups for each in group.figures if each.name == name), None)

    @property
    def first_figures(self) -> list[Figure]:
        """Those of the headline."""
        return [found for name in self.headline if (found := self.figure(name)) is not None]
