"""The figures of a report: what there are, how each is read, and how a period is measured.

Everything is counted by Postgres in one snapshot, out of the tables the transaction gathered: however many tickets
there are, a few hundred rows come back.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal, NamedTuple

from relevo import clock
from relevo.db import Row, UnitOfWork
from relevo.insight.reports import contacts, costs, satisfaction, tickets
from relevo.insight.reports.periods import Period
from relevo.insight.reports.wanted import Wanted

Unit = Literal["count", "seconds", "share", "rating", "score", "hours", "money"]
"""How a figure is written. A share is 0 to 1; a score is an NPS, -100 to 100."""
Better = Literal["more", "less"]


class Meaning(NamedTuple):
    """A figure's unit, which way is better (None: neither), and where the rows behind it are: file and condition."""

    unit: Unit
    better: Better | None
    rows: str


_TICKETS, _CONTACTS, _RATINGS, _MODELS = "tickets.csv", "contacts.csv", "ratings.csv", "models.csv"
FIGURES: dict[str, Meaning] = {
    "created": Meaning("count", None, f"{_TICKETS}: created"),
    "resolved": Meaning("count", "more", f"{_TICKETS}: resolved"),
    "backlog": Meaning("count", "less", f"{_TICKETS}: pending"),
    "reopened": Meaning("count", "less", f"{_TICKETS}: reopened"),
    "escalated": Meaning("count", "less", f"{_TICKETS}: sum of escalations"),
    "first_response_mean": Meaning("seconds", "less", f"{_TICKETS}: answered, mean of first_response_seconds"),
    "first_response_p50": Meaning("seconds", "less", f"{_TICKETS}: answered, median of first_response_seconds"),
    "first_response_p90": Meaning("seconds", "less", f"{_TICKETS}: answered, 90 % of first_response_seconds"),
    "resolution_mean": Meaning("seconds", "less", f"{_TICKETS}: resolved, mean of resolution_seconds"),
    "resolution_p50": Meaning("seconds", "less", f"{_TICKETS}: resolved, median of resolution_seconds"),
    "resolution_p90": Meaning("seconds", "less", f"{_TICKETS}: resolved, 90 % of resolution_seconds"),
    "sla": Meaning("share", "more", f"{_TICKETS}: created, sla_first_response and sla_resolution"),
    "sla_missed": Meaning("count", "less", f"{_TICKETS}: created, sla_first_response or sla_resolution false"),
    "sla_first_response": Meaning("share", "more", f"{_TICKETS}: created, sla_first_response"),
    "sla_resolution": Meaning("share", "more", f"{_TICKETS}: created, sla_resolution"),
    "contacts": Meaning("count", None, _CONTACTS),
    "bot_assumed": Meaning("share", "more", f"{_CONTACTS}: alone"),
    "bot_verified": Meaning("share", "more", f"{_CONTACTS}: due, alone and not returned"),
    "contacts_pending": Meaning("count", None, f"{_CONTACTS}: not due"),
    "bot_answer": Meaning("seconds", "less", f"{_CONTACTS}: mean of answer_seconds"),
    "bot_contact": Meaning("seconds", None, f"{_CONTACTS}: mean of contact_seconds"),
    "csat": Meaning("share", "more", f"{_RATINGS}: rating of 4 or 5"),
    "rating": Meaning("rating", "more", f"{_RATINGS}: mean of rating"),
    "ratings": Meaning("count", None, _RATINGS),
    "nps": Meaning("score", "more", f"{_RATINGS}: nps"),
    "nps_answers": Meaning("count", None, f"{_RATINGS}: nps"),
    "hours_saved": Meaning("hours", "more", f"{_CONTACTS}: contacts at bot_verified"),
    "savings": Meaning("money", "more", f"{_CONTACTS}: contacts at bot_verified"),
    "automation_cost": Meaning("money", "less", f"{_MODELS}: sum of cost; reports.costs"),
    "roi": Meaning("share", "more", "reports.costs"),
    "cost_per_ticket": Meaning("money", "less", "reports.costs"),
    "cost_per_case": Meaning("money", "less", "reports.costs"),
}
"""Every figure there is. Its name and the sentence that explains it are `report.figure.<name>` and
`report.formula.<name>` of the texts."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A period in numbers. `values` has every figure that can be told, None where there was nothing to measure; what
    does not apply (the bot's contacts, where only some tickets count) is left out."""

    values: dict[str, float | int | None]
    by: dict[str, list[Row]] = field(default_factory=dict)
    trend: list[Row] = field(default_factory=list)
    heat: list[list[int]] = field(default_factory=list)
    agents: list[Row] = field(default_factory=list)
    ratings: dict[int, int] = field(default_factory=dict)
    nps: dict[str, int] = field(default_factory=dict)
    rated: list[Row] = field(default_factory=list)
    comments: list[Row] = field(default_factory=list)
    currency: str = ""


def gather(uow: UnitOfWork, wanted: Wanted, period: Period) -> None:
    """Put the rows of a period into the transaction's tables; the CSV is written from them."""
    tickets.gather(uow, period, wanted.scope, wanted.filters)
    satisfaction.gather(uow, period, wanted.scope, wanted.filters)
    if not wanted.filters.narrow:
        contacts.gather(uow, period, wanted.scope)
        if wanted.scope.branches is None:
            costs.gather(uow, period)


def key_figures(uow: UnitOfWork, wanted: Wanted, period: Period) -> dict[str, float | int | None]:
    """The figures of what was gathered."""
    found: dict[str, Any] = tickets.totals(uow) | satisfaction.totals(uow)
    if not wanted.filters.narrow:
        bot = contacts.totals(uow)
        found |= bot
        if wanted.scope.branches is None:
            dollars = costs.model_cost(uow)
            days = period.days_until(clock.now())
            returned = costs.weigh(costs.costs(uow), days, dollars, found["resolved"], bot)
            found |= asdict(returned)
    return {name: found[name] for name in FIGURES if name in found}


def measure(uow: UnitOfWork, wanted: Wanted) -> Measured:
    """The figures of what was gathered for the report's own period, with all that divides them."""
    scores = satisfaction.totals(uow)
    rated, times = satisfaction.by_agent(uow), tickets.times(uow, wanted.period)
    return Measured(
        values=key_figures(uow, wanted, wanted.period),
        by=tickets.divided(uow),
        trend=times.trend,
        heat=times.heat,
        agents=[row | {"rating": rated.get(str(row["agent_id"]))} for row in tickets.top_agents(uow)],
        ratings=satisfaction.by_rating(uow),
        nps={name: scores[name] for name in ("promoters", "passives", "detractors")},
        rated=satisfaction.by_category(uow),
        comments=satisfaction.comments(uow),
        currency=costs.costs(uow).currency,
    )


@dataclass(frozen=True, slots=True)
class Compared:
    """A period beside the one before."""

    now: Measured
    before: dict[str, float | int | None]
    before_by: dict[str, list[Row]]


def compare(uow: UnitOfWork, wanted: Wanted) -> Compared:
    """Measure the period before and then the report's own, whose rows stay gathered."""
    earlier = wanted.period.before()
    gather(uow, wanted, earlier)
    before, before_by = key_figures(uow, wanted, earlier), tickets.divided(uow)
    gather(uow, wanted, wanted.period)
    return Compared(measure(uow, wanted), before, before_by)
