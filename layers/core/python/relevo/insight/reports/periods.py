"""Spans of whole days by a company's clock, and what each is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from relevo.errors import InvalidInput

Scale = Literal["day", "week", "month", "quarter", "year"]
Bucket = Literal["hour", "day", "week", "month"]

LONGEST = 366
"""Days a report may look at."""
_DAYS_BY_HOUR, _DAYS_BY_DAY, _DAYS_BY_WEEK = 2, 45, 190
"""The longest spans whose trend is drawn by hours, by days, by weeks."""


@dataclass(frozen=True, slots=True)
class Period:
    """The days `first` to `last`, both whole, in `zone`. With a `scale` it is a week, month … of the calendar."""

    first: date
    last: date
    zone: ZoneInfo
    scale: Scale | None = None

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise InvalidInput("a report's last day is not before its first")
        if self.days > LONGEST:
            raise InvalidInput(f"a report looks at up to {LONGEST} days, not {self.days}")

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def days_until(self, now: datetime) -> float:
        """How many of its days are over, parts of one included; all of them once it is."""
        return self.days * min(1.0, max(0.0, (now - self.begins) / (self.ends - self.begins)))

    @property
    def begins(self) -> datetime:
        """The instant the first day begins; a day whose clocks change has 23 or 25 hours, and all of them count."""
        return _midnight(self.first, self.zone)

    @property
    def ends(self) -> datetime:
        """The instant after the last day."""
        return _midnight(self.last + timedelta(days=1), self.zone)

    @property
    def bucket(self) -> Bucket:
        """What the trend is drawn by."""
        if self.days <= _DAYS_BY_HOUR:
            return "hour"
        if self.days <= _DAYS_BY_DAY:
            return "day"
        return "week" if self.days <= _DAYS_BY_WEEK else "month"

    def before(self) -> Period:
        """What it is compared with: the week, month … before, or as many days."""
        yesterday = self.first - timedelta(days=1)
        if self.scale is not None:
            return containing(yesterday, self.scale, self.zone)
        return Period(yesterday - timedelta(days=self.days - 1), yesterday, self.zone)


def containing(day: date, scale: Scale, zone: ZoneInfo) -> Period:
    """The day, week (from Monday), month, quarter or year that a day belongs to."""
    if scale == "day":
        return Period(day, day, zone, scale)
    if scale == "week":
        monday = day - timedelta(days=day.weekday())
        return Period(monday, monday + timedelta(days=6), zone, scale)
    months = {"month": 1, "quarter": 3, "year": 12}[scale]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    following = first.replace(
        year=first.year + (first.month + months - 1) // 12, month=(first.month + months - 1) % 12 + 1
    )
    return Period(first, following - timedelta(days=1), zone, scale)


def over(day: date, scale: Scale, zone: ZoneInfo) -> Period:
    """The last day, week … that was over when `day` began: on a Monday, the week before."""
    current = containing(day, scale, zone)
    return containing(current.first - timedelta(days=1), scale, zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
