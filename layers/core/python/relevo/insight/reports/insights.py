"""What is worth knowing in a report's figures, and what could be done about it: one rule each, nothing guessed.

A rule speaks of a change only where there is enough of it to mean something. Its sentences are `report.insight.<name>`
and `report.advice.<name>` of the texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from relevo.insight.reports import formats
from relevo.insight.reports.document import Figure, Insight, Tone
from relevo.insight.reports.figures import Compared
from relevo.insight.reports.naming import Names
from relevo.insight.reports.wanted import Wanted
from relevo.texts import catalogue, say

_ENOUGH_TICKETS, _ENOUGH_RATINGS, _ENOUGH_CONTACTS = 20, 5, 10
_SHIFT = 0.2
"""From which relative change on something moved."""
_SPIKE = 0.5
_MOST = 8
_ORDER: dict[Tone, int] = {"bad": 0, "good": 1, "note": 2}


@dataclass(frozen=True, slots=True)
class _Look:
    """What rules look at."""

    wanted: Wanted
    compared: Compared
    figures: Mapping[str, Figure]
    names: Names

    def now(self, name: str) -> Any:
        return self.compared.now.values.get(name)

    def before(self, name: str) -> Any:
        return self.compared.before.get(name)

    def insight(self, name: str, tone: Tone, **values: object) -> Insight:
        language = self.wanted.language
        advice = f"report.advice.{name}"
        return Insight(
            name=name,
            tone=tone,
            text=say(f"report.insight.{name}", language, **values),
            advice=say(advice, language, **values) if advice in catalogue(language) else None,
        )

    def texts(self, name: str) -> dict[str, str]:
        figure = self.figures[name]
        return {"now": figure.text, "before": figure.previous_text, "change": figure.change_text}

    def share(self, value: float) -> str:
        return formats.shown(value, "share", self.wanted.language)


def find(wanted: Wanted, compared: Compared, figures: Mapping[str, Figure], names: Names) -> list[Insight]:
    """What the rules say, the bad first, at most eight."""
    look = _Look(wanted, compared, figures, names)
    if not look.now("created") and not look.now("resolved") and not look.now("ratings"):
        return [look.insight("quiet", "note")]
    found = [insight for rule in _RULES for insight in rule(look)]
    return sorted(found, key=lambda insight: _ORDER[insight.tone])[:_MOST]


def _volume(look: _Look) -> Iterator[Insight]:
    now, before = look.now("created"), look.before("created")
    if "created" not in look.figures or not before or max(now, before) < _ENOUGH_TICKETS:
        return
    if abs(now - before) / before >= _SHIFT:
        yield look.insight("more_tickets" if now > before else "fewer_tickets", "note", **look.texts("created"))


def _spikes(look: _Look) -> Iterator[Insight]:
    """The problem that grew most, if one stands out."""
    worst: tuple[float, str, int, int] | None = None
    for dimension in ("category", "tag"):
        earlier = {row["key"]: row["created"] for row in look.compared.before_by.get(dimension, [])}
        for row in look.compared.now.by.get(dimension, []):
            now, before = row["created"], earlier.get(row["key"], 0)
            grown = (now - before) / max(before, 1)
            if now >= _ENOUGH_TICKETS // 2 and grown >= _SPIKE and row["key"] != "general":
                worst = max(worst or (0.0, "", 0, 0), (grown, look.names.of(dimension, row["key"]), now, before))
    if worst is not None:
        yield look.insight("spike", "bad", problem=worst[1], now=f"{worst[2]:,}", before=f"{worst[3]:,}")


def _promise(look: _Look) -> Iterator[Insight]:
    sla = look.now("sla")
    if sla is None or "sla" not in look.figures:
        return
    if sla < 0.9:
        yield look.insight("promise_broken", "bad", **look.texts("sla"), missed=f"{look.now('sla_missed'):,}")
    elif sla >= 0.95:
        yield look.insight("promise_kept", "good", **look.texts("sla"))


def _speed(look: _Look) -> Iterator[Insight]:
    now, before = look.now("first_response_p50"), look.before("first_response_p50")
    if not now or not before or "first_response_p50" not in look.figures or abs(now - before) < 60:
        return
    if abs(now - before) / before >= _SHIFT:
        name, tone = ("slower", "bad") if now > before else ("faster", "good")
        yield look.insight(name, tone, **look.texts("first_response_p50"))  # type: ignore[arg-type]


def _backlog(look: _Look) -> Iterator[Insight]:
    now, before = look.now("backlog"), look.before("backlog")
    if before is not None and "backlog" in look.figures and now - before >= 5 and now >= 1.1 * before:
        yield look.insight("backlog", "bad", **look.texts("backlog"))


def _bot(look: _Look) -> Iterator[Insight]:
    assumed, verified = look.now("bot_assumed"), look.now("bot_verified")
    if verified is None or look.now("contacts") < _ENOUGH_CONTACTS or "bot_verified" not in look.figures:
        return
    rates = {"assumed": look.share(assumed), "verified": look.share(verified)}
    if assumed - verified >= 0.1:
        yield look.insight("came_back", "bad", **rates)
    elif verified < 0.5:
        yield look.insight("bot_low", "bad", **rates)
    elif verified >= 0.7:
        yield look.insight("bot_high", "good", **rates)


def _satisfaction(look: _Look) -> Iterator[Insight]:
    csat = look.now("csat")
    if csat is None or look.now("ratings") < _ENOUGH_RATINGS or "csat" not in look.figures:
        return
    if csat < 0.8:
        yield look.insight("unhappy", "bad", **look.texts("csat"), ratings=f"{look.now('ratings'):,}")
    elif csat >= 0.9:
        yield look.insight("happy", "good", **look.texts("csat"), ratings=f"{look.now('ratings'):,}")
    rated = [row for row in look.compared.now.rated if row["ratings"] >= _ENOUGH_RATINGS and row["csat"] < 0.7]
    if rated:
        problem = look.names.of("category", rated[0]["key"])
        yield look.insight("unhappy_problem", "bad", problem=problem, csat=look.share(rated[0]["csat"]))


def _recommendation(look: _Look) -> Iterator[Insight]:
    nps = look.now("nps")
    if nps is None or look.now("nps_answers") < _ENOUGH_RATINGS or "nps" not in look.figures:
        return
    if nps < 0:
        yield look.insight("detractors", "bad", **look.texts("nps"))
    elif nps >= 50:
        yield look.insight("promoters", "good", **look.texts("nps"))


def _rush(look: _Look) -> Iterator[Insight]:
    """The hours most tickets come in, where a few hours bring many."""
    grid = look.compared.now.heat
    total = sum(map(sum, grid))
    if total < 2 * _ENOUGH_TICKETS or look.wanted.period.days < 5:
        return
    hours = [sum(day[hour] for day in grid) for hour in range(24)]
    begin = max(range(22), key=lambda hour: sum(hours[hour : hour + 3]))
    part = sum(hours[begin : begin + 3]) / total
    if part >= 0.3:
        yield look.insight("rush", "note", begin=f"{begin}:00", end=f"{begin + 3}:00", part=look.share(part))


def _return(look: _Look) -> Iterator[Insight]:
    roi = look.now("roi")
    if roi is None or "savings" not in look.figures or not look.now("savings"):
        return
    told = {"savings": look.figures["savings"].text, "cost": look.figures["automation_cost"].text}
    told["hours"] = look.figures["hours_saved"].text
    yield look.insight("worth_it" if roi >= 0 else "not_yet", "good" if roi >= 0 else "note", **told)


_RULES: tuple[Callable[[_Look], Iterator[Insight]], ...] = (
    _volume,
    _spikes,
    _promise,
    _speed,
    _backlog,
    _bot,
    _satisfaction,
    _recommendation,
    _rush,
    _return,
)
