"""How figures, changes and days are written for people, the same in every language but for its words."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from relevo.insight.reports.figures import Unit
from relevo.insight.reports.periods import Bucket, Period
from relevo.texts import say

NOTHING = "—"
Value = float | int | None


def shown(value: Value, unit: Unit, language: str, currency: str = "") -> str:
    """A figure as it is read: 1,234; 2 h 05 min; 87.5 %; 4.3; +42; 12,345 MXN."""
    if value is None:
        return NOTHING
    match unit:
        case "seconds":
            return duration(value, language)
        case "share":
            return f"{_plain(100 * value)} %"
        case "rating":
            return f"{value:.2f}"
        case "score":
            return f"{value:+.0f}" if round(value) else "0"
        case "hours":
            return f"{_plain(value)} h"
        case "money":
            return f"{value:,.2f} {currency}" if abs(value) < 1000 else f"{value:,.0f} {currency}"
        case _:
            return f"{value:,.0f}"


def duration(seconds: float, language: str) -> str:
    """A span of time in its two largest units."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 24 * 60:
        return f"{minutes // 60} h {minutes % 60:02} min"
    hours = round(seconds / 3600)
    return f"{hours // 24} {say('report.day_unit', language)} {hours % 24} h"


def change(now: Value, before: Value, unit: Unit, language: str) -> tuple[float | None, str]:
    """How a figure moved and how that is said: shares and scores by their difference, everything else in percent of
    what it was, or, where that was nothing, by what came. None where no percent can be told."""
    if now is None or before is None:
        return None, ""
    difference = now - before
    if unit == "share":
        return difference, f"{_signed(100 * difference)} {say('report.points', language)}"
    if unit == "rating":
        return difference, f"{difference:+.2f}" if round(difference, 2) else "0.00"
    if unit == "score":
        return difference, f"{difference:+.0f}" if round(difference) else "0"
    if not before:
        return (0.0, "0 %") if not now else (None, f"{'+' if now > 0 else ''}{shown(now, unit, language).strip()}")
    return difference / before, f"{_signed(100 * difference / before)} %"


def days(period: Period, language: str) -> str:
    """The period as a headline says it: what both days share is said once."""
    first, last = period.first, period.last
    if first == last:
        return day(first, language)
    begin = say("report.day_only", language, day=first.day, month=say(f"report.month.{first.month}", language))
    if first.year != last.year:
        begin = day(first, language)
    elif first.month == last.month:
        begin = str(first.day)
    return say("report.days", language, first=begin, last=day(last, language))


def day(which: date, language: str) -> str:
    """A date in words, as in 3 de marzo de 2026."""
    month = say(f"report.month.{which.month}", language)
    return say("report.day", language, day=which.day, month=month, year=which.year)


def bucket(start: datetime, by: Bucket, zone: ZoneInfo, language: str) -> str:
    """A point of a trend, as an axis says it."""
    local = start.astimezone(zone)
    if by == "hour":
        return f"{local:%H}:00"
    month = say(f"report.month.{local.month}", language)[:3]
    return f"{month} {local:%y}" if by == "month" else f"{local.day} {month}"


def _plain(value: float) -> str:
    """At most one decimal, and none that says nothing."""
    return f"{value:,.1f}".removesuffix(".0")


def _signed(value: float) -> str:
    told = _plain(abs(value))
    if told == "0":
        return "0"
    return ("+" if value > 0 else "-") + told
