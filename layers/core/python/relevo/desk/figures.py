"""The desk in numbers, read from figures kept per hour and per day (`desk.ticket_figure`), never from the tickets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, LiteralString
from uuid import UUID

from relevo import clock
from relevo.db import Row, UnitOfWork
from relevo.errors import InvalidInput

_PERIOD = re.compile(r"([1-9]\d{0,3})([hd])")
LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Stats:
    """Figures of the tickets from `since` (a full hour) to now.

    `by_priority`, `by_category` and `by_source` divide the tickets created in the period; `by_status` counts all
    tickets as they stand now. The means are seconds from creation, over the tickets first answered and resolved in
    the period; None when there was none.
    """

    period: str
    since: datetime
    created: int
    resolved: int
    closed: int
    escalated: int
    by_status: dict[str, int]
    by_priority: dict[str, int]
    by_category: dict[str, int]
    by_source: dict[str, int]
    mean_first_response_seconds: float | None
    mean_resolution_seconds: float | None


_SEEN: LiteralString = (
    "(%(branches)s::uuid[] IS NULL OR branch_id = ANY(%(branches)s) OR branch_id IS NULL AND %(none)s)"
)

_SUMS: LiteralString = f"""
    SELECT metric, label, sum(count)::bigint AS count, sum(seconds) AS seconds FROM desk.ticket_figure
    WHERE (grain = 'hour' AND start >= %(since)s AND start < %(first_day)s
           OR grain = 'day' AND start >= %(first_day)s AND start < %(first_month)s
           OR grain = 'month' AND start >= %(first_month)s AND start < %(last_month)s
           OR grain = 'day' AND start >= %(last_month)s AND start < %(today)s
           OR grain = 'hour' AND start >= greatest(%(first_day)s, %(today)s)
           OR grain = 'now') AND {_SEEN}
    GROUP BY metric, label
"""


def parse_period(period: str) -> timedelta:
    """`24h`, `7d`, `90d`… up to 366 days. Raises InvalidInput."""
    match = _PERIOD.fullmatch(period)
    length = timedelta(**{"h": {"hours": int(match[1])}, "d": {"days": int(match[1])}}[match[2]]) if match else None
    if length is None or length > LONGEST:
        raise InvalidInput(
            f"{period!r} is no period; use hours or days up to a year, such as 24h, 7d or 365d, or today"
        )
    return length


def beginning(period: str) -> datetime:
    """The full hour in which a period up to now begins: `today` (UTC), or so many hours or days ago."""
    now = clock.now()
    begins = now.replace(hour=0) if period == "today" else now - parse_period(period)
    return begins.replace(minute=0, second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class Sums:
    """The kept figures of a period: how often each metric was counted under each label, with its seconds."""

    rows: list[Row]

    def counts(self, metric: str) -> dict[str, int]:
        """How often, by label; what was never counted is left out."""
        return {row["label"]: row["count"] for row in self.rows if row["metric"] == metric and row["count"]}

    def count(self, metric: str) -> int:
        """How often, whatever the label."""
        return sum(self.counts(metric).values())

    def mean(self, metric: str) -> float | None:
        """The mean of its seconds; None when it was never counted."""
        return next(
            (row["seconds"] / row["count"] for row in self.rows if row["metric"] == metric and row["count"]), None
        )


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose figures: of these branches and, with `none`, of what belongs to no branch. `branches=None` is all."""

    branches: frozenset[UUID] | None = None
    none: bool = True

    def parameters(self) -> dict[str, Any]:
        """The same as SQL is told."""
        return {"branches": None if self.branches is None else sorted(self.branches), "none": self.none}


EVERYTHING = Scope()


def sums(uow: UnitOfWork, since: datetime, scope: Scope = EVERYTHING) -> Sums:
    """The figures from `since` (a full hour) to now: of months and days where they are whole, of hours at both ends."""
    today = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    last_month = today.replace(day=1)
    first_day = since if since == since.replace(hour=0) else since.replace(hour=0) + timedelta(days=1)
    first_month = first_day if first_day.day == 1 else (first_day.replace(day=1) + timedelta(days=31)).replace(day=1)
    if first_month >= last_month:
        first_month = last_month = first_day
    bounds = {"since": since, "first_day": first_day, "today": today}
    bounds |= {"first_month": first_month, "last_month": last_month}
    return Sums(uow.all(_SUMS, bounds | scope.parameters()))


def opened_by_hour(uow: UnitOfWork, since: datetime, scope: Scope = EVERYTHING) -> dict[datetime, int]:
    """How many tickets were opened in each hour from `since` on; hours without any are left out."""
    rows = uow.all(
        "SELECT start, sum(count)::bigint AS count FROM desk.ticket_figure"
        f" WHERE grain = 'hour' AND start >= %(since)s AND metric = 'source' AND {_SEEN} GROUP BY start",
        {"since": since} | scope.parameters(),
    )
    return {row["start"]: row["count"] for row in rows if row["count"]}


def almost_all_within(
    uow: UnitOfWork, which: Literal["first_response", "resolved"], since: datetime, scope: Scope
) -> float | None:
    """The seconds in which nine of ten tickets had their first response, or were resolved, from `since` on; None when
    none was."""
    at: LiteralString = {"first_response": "first_response_at", "resolved": "resolved_at"}[which]
    row = uow.one(
        f"SELECT percentile_cont(0.9) WITHIN GROUP (ORDER BY extract(epoch FROM {at} - created_at)) AS seconds"
        f" FROM desk.ticket WHERE {at} >= %(since)s AND deleted_at IS NULL AND {_SEEN}",
        {"since": since} | scope.parameters(),
    )
    return row["seconds"] if row is not None else None


def lately(uow: UnitOfWork, since: datetime, scope: Scope) -> Row:
    """How many tickets were `resolved`, and how often one `escalated`, since an instant not long ago."""
    row = uow.one(
        "SELECT (SELECT count(*) FROM desk.ticket WHERE resolved_at >= %(since)s AND deleted_at IS NULL"
        f" AND {_SEEN}) AS resolved,"
        " (SELECT count(*) FROM desk.escalation JOIN desk.ticket ON ticket.id = ticket_id AND deleted_at IS NULL"
        f" WHERE at >= %(since)s AND {_SEEN}) AS escalated",
        {"since": since} | scope.parameters(),
    )
    assert row is not None
    return row


def stats(uow: UnitOfWork, period: str = "7d", scope: Scope = EVERYTHING) -> Stats:
    """The figures of `today` (UTC) or of the last hours or days. Raises InvalidInput for what is no period."""
    since = beginning(period)
    kept = sums(uow, since, scope)
    return Stats(
        period=period,
        since=since,
        created=kept.count("source"),
        resolved=kept.count("resolved"),
        closed=kept.count("closed"),
        escalated=kept.count("escalated"),
        by_status=kept.counts("status"),
        by_priority=kept.counts("priority"),
        by_category=kept.counts("category"),
        by_source=kept.counts("source"),
        mean_first_response_seconds=kept.mean("answered"),
        mean_resolution_seconds=kept.mean("resolved"),
    )
