"""Which reports are written by themselves: each morning, on Mondays, on the first of a month, in the company's zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from relevo.db import UnitOfWork
from relevo.desk import EVERYTHING
from relevo.insight.reports import jobs, periods
from relevo.insight.reports.periods import Scale
from relevo.insight.reports.wanted import SCALES, Filters, Kind, Wanted
from relevo.platform import Definition, calendar, value

_EVERY: dict[Scale, calendar.Every] = {
    "day": "day",
    "week": "week",
    "month": "month",
    "quarter": "month",
    "year": "month",
}
"""When what has such a length is over."""
_BY = "schedule"

Address = Annotated[str, Field(pattern=r"^[^@\s,;<>]{1,64}@[^@\s,;<>]{1,180}\.[^@\s,;<>]{2,}$", max_length=254)]


class Subscription(BaseModel):
    """A report of each day, week, month … that is over. Without recipients it goes to the admins and to the
    supervisors of every branch; an executive one to the admins."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind
    scale: Scale
    language: Literal["es", "en"] = "es"
    recipients: Annotated[list[Address], Field(max_length=50)] = []
    filters: Filters = Field(default_factory=Filters)

    @model_validator(mode="after")
    def _fits(self) -> Subscription:
        if self.kind in SCALES and self.scale != SCALES[self.kind]:
            raise ValueError(f"a {self.kind} report is of a {SCALES[self.kind]}")
        if self.kind == "problem" and not (self.filters.categories or self.filters.tags):
            raise ValueError("a problem report names the categories or tags it is about")
        return self


def _usual() -> list[Subscription]:
    return [
        Subscription(kind="daily", scale="day"),
        Subscription(kind="weekly", scale="week"),
        Subscription(kind="executive", scale="week"),
        Subscription(kind="monthly", scale="month"),
    ]


SUBSCRIPTIONS: Definition[list[Subscription]] = Definition(
    "reports.subscriptions", "object", Annotated[list[Subscription], Field(max_length=50)], _usual
)


def request_due(uow: UnitOfWork, fired_at: datetime) -> int:
    """Ask for the reports of what is over since nine o'clock, each once; how many. The claim and the reports are of one
    unit of work: rolled back, both are due again."""
    return sum(
        _request(uow, day, [each for each in value(uow, SUBSCRIPTIONS) if _EVERY[each.scale] == every])
        for every in ("day", "week", "month")
        if (day := calendar.claim_due(uow, f"reports.{every}", fired_at, every=every)) is not None
    )


def _request(uow: UnitOfWork, day: date, subscriptions: Sequence[Subscription]) -> int:
    due = [each for each in subscriptions if _begins(each.scale, day)]
    zone = calendar.zone(uow)
    for each in due:
        recipients = tuple(each.recipients) or _in_charge(uow, each.kind)
        period = periods.over(day, each.scale, zone)
        jobs.request(uow, Wanted(each.kind, period, EVERYTHING, each.language, each.filters, recipients), by=_BY)
    return len(due)


def _begins(scale: Scale, day: date) -> bool:
    """Whether one begins on this day, the first of a day, week or month: a quarter or a year does not always."""
    return {"quarter": day.month in (1, 4, 7, 10), "year": day.month == 1}.get(scale, True)


def _in_charge(uow: UnitOfWork, kind: Kind) -> tuple[str, ...]:
    """Who sees the whole company and leads it."""
    roles = ["admin"] if kind == "executive" else ["admin", "supervisor"]
    rows = uow.all(
        'SELECT email FROM access."user" WHERE active AND all_branches AND role = ANY(%s) ORDER BY email', (roles,)
    )
    return tuple(row["email"] for row in rows)
