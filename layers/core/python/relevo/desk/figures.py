"""The desk in numbers, read from figures kept per hour and per day (`desk.ticket_figure`), never from the tickets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

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


_SUMS = """
    SELECT metric, label, sum(count)::bigint AS count, sum(seconds) AS seconds FROM (
        SELECT metric, label, count, seconds FROM desk.ticket_figure
        WHERE grain = 'hour' AND start >= %(since)s AND start < %(first_day)s
        UNION ALL
        SELECT metric, label, count, seconds FROM desk.ticket_figure
        WHERE grain = 'day' AND start >= %(first_day)s AND start < %(today)s
        UNION ALL
        SELECT metric, label, count, seconds FROM desk.ticket_figure
        WHERE grain = 'hour' AND start >= greatest(%(first_day)s, %(today)s)
        UNION ALL
        SELECT metric, label, count, seconds FROM desk.ticket_figure WHERE grain = 'now'
    ) AS figure
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


def stats(uow: UnitOfWork, period: str = "7d") -> Stats:
    """The figures of `today` (UTC) or of the last hours or days. Raises InvalidInput for what is no period."""
    now = clock.now()
    begins = now.replace(hour=0) if period == "today" else now - parse_period(period)
    since = begins.replace(minute=0, second=0, microsecond=0)
    midnight = since.replace(hour=0)
    first_day = midnight if since == midnight else midnight + timedelta(days=1)
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    rows = uow.all(_SUMS, {"since": since, "first_day": first_day, "today": today})
    by_source = _counts(rows, "source")
    return Stats(
        period=period,
        since=since,
        created=sum(by_source.values()),
        resolved=sum(_counts(rows, "resolved").values()),
        closed=sum(_counts(rows, "closed").values()),
        escalated=sum(_counts(rows, "escalated").values()),
        by_status=_counts(rows, "status"),
        by_priority=_counts(rows, "priority"),
        by_category=_counts(rows, "category"),
        by_source=by_source,
        mean_first_response_seconds=_mean(rows, "answered"),
        mean_resolution_seconds=_mean(rows, "resolved"),
    )


def _counts(rows: Iterable[Row], metric: str) -> dict[str, int]:
    return {row["label"]: row["count"] for row in rows if row["metric"] == metric and row["count"]}


def _mean(rows: Iterable[Row], metric: str) -> float | None:
    return next((row["seconds"] / row["count"] for row in rows if row["metric"] == metric and row["count"]), None)
