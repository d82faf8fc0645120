"""From measured figures to a document: which figures, charts and tables each kind of report has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from relevo import clock
from relevo.db import Row, UnitOfWork
from relevo.insight.reports import formats, insights, narrative
from relevo.insight.reports.document import (
    Chart,
    Comment,
    Days,
    Document,
    Figure,
    Group,
    Series,
    Table,
)
from relevo.insight.reports.figures import FIGURES, Compared
from relevo.insight.reports.formats import NOTHING, shown
from relevo.insight.reports.naming import Names
from relevo.insight.reports.periods import Period
from relevo.insight.reports.wanted import Kind, Wanted
from relevo.platform import COMPANY_NAME, value
from relevo.texts import say

GROUPS: dict[str, tuple[str, ...]] = {
    "volume": ("created", "resolved", "backlog", "reopened", "escalated"),
    "speed": (
        *("first_response_p50", "first_response_mean", "first_response_p90"),
        *("resolution_p50", "resolution_mean", "resolution_p90"),
    ),
    "promise": ("sla", "sla_missed", "sla_first_response", "sla_resolution"),
    "bot": ("contacts", "bot_assumed", "bot_verified", "contacts_pending", "bot_answer", "bot_contact"),
    "satisfaction": ("csat", "rating", "ratings", "nps", "nps_answers"),
    "value": ("hours_saved", "savings", "automation_cost", "roi", "cost_per_ticket", "cost_per_case"),
}


@dataclass(frozen=True, slots=True)
class Layout:
    """What a kind of report shows, in this order."""

    headline: tuple[str, ...]
    groups: tuple[str, ...]
    charts: tuple[str, ...]
    tables: tuple[str, ...]
    comments: bool = True


_EVERYTHING = tuple(GROUPS)
LAYOUTS: dict[Kind, Layout] = {
    "daily": Layout(
        ("created", "resolved", "first_response_p50", "sla", "bot_verified", "csat"),
        ("volume", "speed", "promise", "bot", "satisfaction"),
        ("trend", "categories"),
        ("agents",),
    ),
    "weekly": Layout(
        ("created", "resolved", "first_response_p50", "sla", "bot_verified", "csat"),
        _EVERYTHING,
        ("trend", "response", "categories", "sources"),
        ("problems", "agents"),
    ),
    "monthly": Layout(
        ("created", "resolved", "first_response_p50", "sla", "bot_verified", "csat"),
        _EVERYTHING,
        ("trend", "response", "categories", "sources", "heat"),
        ("problems", "agents", "branches"),
    ),
    "problem": Layout(
        ("created", "resolved", "resolution_p50", "sla", "escalated", "csat"),
        ("volume", "speed", "promise", "satisfaction"),
        ("trend", "response", "categories", "priorities", "heat"),
        ("problems", "agents", "branches"),
    ),
    "satisfaction": Layout(
        ("csat", "rating", "ratings", "nps", "first_response_p50", "resolution_p50"),
        ("satisfaction", "speed", "volume"),
        ("ratings", "nps"),
        ("rated", "agents"),
    ),
    "executive": Layout(
        ("created", "sla", "bot_verified", "csat", "savings", "cost_per_case"),
        _EVERYTHING,
        ("trend", "categories", "hands"),
        ("problems", "branches"),
        comments=False,
    ),
    "custom": Layout(
        ("created", "resolved", "first_response_p50", "sla", "bot_verified", "csat"),
        _EVERYTHING,
        ("trend", "response", "categories", "sources", "priorities", "heat", "ratings"),
        ("problems", "agents", "branches"),
    ),
}
_BARS = 8


def compose(uow: UnitOfWork, report_id: UUID, wanted: Wanted, compared: Compared) -> Document:
    """The document of what was measured, its narrative by the rules."""
    language, layout = wanted.language, LAYOUTS[wanted.kind]
    names = Names(uow, language)
    groups = [_group(name, compared, language) for name in layout.groups]
    groups = [group for group in groups if group.figures]
    figures = {each.name: each for group in groups for each in group.figures}
    found = insights.find(wanted, compared, figures, names)
    period, previous = _days(wanted.period, language), _days(wanted.period.before(), language)
    title = say(f"report.kind.{wanted.kind}", language)
    draw, fill = _Charts(wanted, compared, names), _Tables(wanted, compared, names)
    return Document(
        id=report_id,
        kind=wanted.kind,
        language=language,
        title=title,
        company=value(uow, COMPANY_NAME),
        timezone=str(wanted.period.zone),
        made_at=clock.now(),
        period=period,
        previous=previous,
        filters=names.filters(wanted),
        headline=[name for name in layout.headline if name in figures],
        narrative=narrative.by_rules(title, period.text, previous.text, language, figures, found),
        groups=groups,
        charts=[chart for name in layout.charts if (chart := draw(name)) is not None],
        tables=[table for name in layout.tables if (table := fill(name)) is not None],
        insights=found,
        comments=_comments(compared) if layout.comments else [],
    )


def _days(period: Period, language: str) -> Days:
    text = formats.days(period, language)
    if period.ends > clock.now():
        text = say("report.not_over", language, period=text)
    return Days(
        first=period.first,
        last=period.last,
        begins=period.begins,
        ends=period.ends,
        text=text,
    )


def _group(name: str, compared: Compared, language: str) -> Group:
    figures = [figure(each, compared, language) for each in GROUPS[name] if each in compared.now.values]
    return Group(name=name, label=say(f"report.group.{name}", language), figures=figures)


def figure(name: str, compared: Compared, language: str) -> Figure:
    """One key figure beside what it was before."""
    unit, better, rows = FIGURES[name]
    now, before = compared.now.values[name], compared.before.get(name)
    currency = compared.now.currency
    moved, moved_text = formats.change(now, before, unit, language)
    return Figure(
        name=name,
        label=say(f"report.figure.{name}", language),
        unit=unit,
        value=now,
        previous=before,
        change=moved,
        text=shown(now, unit, language, currency),
        previous_text=shown(before, unit, language, currency),
        change_text=moved_text,
        verdict=_verdict(moved, moved_text, better),
        formula=say(f"report.formula.{name}", language),
        rows=rows,
    )


def _verdict(moved: float | None, text: str, better: str | None) -> str | None:
    if moved is None or better is None:
        return None
    if not any(digit in text for digit in "123456789"):
        return "same"
    return "better" if (moved > 0) == (better == "more") else "worse"


def _comments(compared: Compared) -> list[Comment]:
    return [Comment(number=row["number"], rating=row["rating"], text=row["comment"]) for row in compared.now.comments]


class _Charts:
    """Draws a chart by its name; None where there is nothing to draw."""

    def __init__(self, wanted: Wanted, compared: Compared, names: Names) -> None:
        self._period, self._language = wanted.period, wanted.language
        self._now, self._names = compared.now, names
        self._makers: dict[str, Callable[[], Chart | None]] = {
            "trend": self._trend,
            "response": self._response,
            "categories": lambda: self._bars("categories", "category"),
            "sources": lambda: self._bars("sources", "source"),
            "priorities": lambda: self._bars("priorities", "priority"),
            "heat": self._heat,
            "ratings": self._ratings,
            "nps": self._nps,
            "hands": self._hands,
        }

    def __call__(self, name: str) -> Chart | None:
        chart = self._makers[name]()
        drawn = chart is not None and any(value for series in chart.series for value in series.values)
        return chart if drawn else None

    def _chart(self, name: str, kind: str, labels: list[str], series: list[Series]) -> Chart:
        title = say(f"report.chart.{name}", self._language)
        return Chart(name=name, title=title, kind=kind, labels=labels, series=series)

    def _series(self, name: str, values: Sequence[float | None], texts: list[str] | None = None) -> Series:
        label = say(f"report.series.{name}", self._language)
        told = texts or [shown(value, "count", self._language) for value in values]
        return Series(name=name, label=label, values=list(values), texts=told)

    def _moments(self) -> list[str]:
        by, zone = self._period.bucket, self._period.zone
        return [formats.bucket(row["start"], by, zone, self._language) for row in self._now.trend]

    def _trend(self) -> Chart:
        series = [self._series(name, [row[name] for row in self._now.trend]) for name in ("created", "resolved")]
        return self._chart("trend", "line", self._moments(), series)

    def _response(self) -> Chart:
        seconds = [row["first_response_mean"] for row in self._now.trend]
        minutes = [None if each is None else each / 60 for each in seconds]
        texts = [shown(each, "seconds", self._language) for each in seconds]
        return self._chart("response", "line", self._moments(), [self._series("first_response", minutes, texts)])

    def _bars(self, name: str, dimension: str) -> Chart:
        rows = [row for row in self._now.by.get(dimension, []) if row["created"]]
        shown_rows, rest = rows[:_BARS], rows[_BARS:]
        labels = [self._names.of(dimension, row["key"]) for row in shown_rows]
        values = [row["created"] for row in shown_rows]
        if rest:
            labels.append(say("report.rest", self._language))
            values.append(sum(row["created"] for row in rest))
        return self._chart(name, "bars", labels, [self._series("created", values)])

    def _heat(self) -> Chart:
        days = [say(f"report.weekday.{n}", self._language) for n in range(1, 8)]
        series = [
            Series(name=str(n), label=days[n - 1], values=list(row), texts=[str(each) for each in row])
            for n, row in enumerate(self._now.heat, 1)
        ]
        return self._chart("heat", "heat", [f"{hour}" for hour in range(24)], series)

    def _ratings(self) -> Chart:
        ratings = self._now.ratings
        labels = [f"{rating} ★" for rating in sorted(ratings, reverse=True)]
        values = [ratings[rating] for rating in sorted(ratings, reverse=True)]
        return self._chart("ratings", "bars", labels, [self._series("ratings", values)])

    def _nps(self) -> Chart:
        labels = [say(f"report.nps.{name}", self._language) for name in self._now.nps]
        return self._chart("nps", "bars", labels, [self._series("ratings", list(self._now.nps.values()))])

    def _hands(self) -> Chart | None:
        """Who took care of what came in: the bot alone, verified or not, and people."""
        values = self._now.values
        contacts, assumed, verified = (values.get(name) for name in ("contacts", "bot_assumed", "bot_verified"))
        if not contacts or assumed is None:
            return None
        sure = contacts * verified if verified is not None else 0
        parts = {"verified": sure, "assumed": max(contacts * assumed - sure, 0), "people": contacts * (1 - assumed)}
        labels = [say(f"report.hands.{name}", self._language) for name in parts]
        return self._chart(
            "hands", "bars", labels, [self._series("contacts", [round(part) for part in parts.values()])]
        )


class _Tables:
    """Fills a table by its name; None where it would have no rows."""

    def __init__(self, wanted: Wanted, compared: Compared, names: Names) -> None:
        self._language, self._compared, self._names = wanted.language, compared, names
        self._makers: dict[str, Callable[[], list[list[str]]]] = {
            "problems": self._problems,
            "agents": self._agents,
            "branches": self._branches,
            "rated": self._rated,
        }

    def __call__(self, name: str) -> Table | None:
        rows = self._makers[name]()
        if not rows:
            return None
        columns = [say(f"report.column.{each}", self._language) for each in _COLUMNS[name]]
        return Table(name=name, title=say(f"report.table.{name}", self._language), columns=columns, rows=rows)

    def _problems(self) -> list[list[str]]:
        by, before = self._compared.now.by, self._compared.before_by
        rows = []
        for dimension in ("category", "tag"):
            earlier = {row["key"]: row["created"] for row in before.get(dimension, [])}
            rows += [(dimension, row, earlier.get(row["key"], 0)) for row in by.get(dimension, [])]
        total = self._compared.now.values["created"] or 0
        chosen = sorted((row for row in rows if row[1]["created"]), key=lambda row: -row[1]["created"])[:10]
        return [
            [
                self._names.of(dimension, row["key"]),
                shown(row["created"], "count", self._language),
                shown(row["created"] / total if total else None, "share", self._language),
                formats.change(row["created"], earlier, "count", self._language)[1] or NOTHING,
            ]
            for dimension, row, earlier in chosen
        ]

    def _agents(self) -> list[list[str]]:
        return [
            [
                row["name"],
                shown(row["resolved"], "count", self._language),
                shown(row["first_response_mean"], "seconds", self._language),
                shown(row["resolution_mean"], "seconds", self._language),
                shown(row["sla"], "share", self._language),
                shown(row["rating"], "rating", self._language),
            ]
            for row in self._compared.now.agents
        ]

    def _branches(self) -> list[list[str]]:
        rows = self._compared.now.by.get("branch", [])
        return [self._counted("branch", row) for row in rows[:15]] if len(rows) > 1 else []

    def _counted(self, dimension: str, row: Row) -> list[str]:
        return [
            self._names.of(dimension, row["key"]),
            shown(row["created"], "count", self._language),
            shown(row["resolved"], "count", self._language),
            shown(row["resolution_mean"], "seconds", self._language),
        ]

    def _rated(self) -> list[list[str]]:
        return [
            [
                self._names.of("category", row["key"]),
                shown(row["ratings"], "count", self._language),
                shown(row["rating"], "rating", self._language),
                shown(row["csat"], "share", self._language),
            ]
            for row in self._compared.now.rated
        ]


_COLUMNS = {
    "problems": ("problem", "created", "part", "change"),
    "agents": ("agent", "resolved", "first_response", "resolution", "sla", "rating"),
    "branches": ("branch", "created", "resolved", "resolution"),
    "rated": ("problem", "ratings", "rating", "csat"),
}
