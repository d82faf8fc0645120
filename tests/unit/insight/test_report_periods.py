"""Days, weeks, months by a company's clock, and what each is compared with."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.errors import InvalidInput
from relevo.insight.reports import Period, Scale, containing, over

MEXICO, MADRID = ZoneInfo("America/Mexico_City"), ZoneInfo("Europe/Madrid")


@pytest.mark.parametrize(
    ("scale", "first", "last"),
    [
        ("day", date(2026, 11, 18), date(2026, 11, 18)),
        ("week", date(2026, 11, 16), date(2026, 11, 22)),
        ("month", date(2026, 11, 1), date(2026, 11, 30)),
        ("quarter", date(2026, 10, 1), date(2026, 12, 31)),
        ("year", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_day_belongs_to_a_week_a_month_a_quarter_a_year(scale: Scale, first: date, last: date) -> None:
    # Given a Wednesday in November
    period = containing(date(2026, 11, 18), scale, MEXICO)
    # Then its span is the calendar's
    assert (period.first, period.last) == (first, last)


@given(
    day=st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    scale=st.sampled_from(["day", "week", "month", "quarter", "year"]),
    zone=st.sampled_from([MEXICO, MADRID, ZoneInfo("Asia/Kathmandu"), ZoneInfo("Australia/Lord_Howe")]),
)
def test_spans_follow_each_other_without_gap(day: date, scale: Scale, zone: ZoneInfo) -> None:
    # Given any day in any zone
    period = containing(day, scale, zone)
    before = period.before()
    # Then what it is compared with ends where it begins, and has the same length of the calendar
    assert period.first <= day <= period.last
    assert before.ends == period.begins
    assert before == containing(period.first - timedelta(days=1), scale, zone)
    # And the last one that is over ends before the day's own begins
    assert over(day, scale, zone).ends == period.begins


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 7, 1), 24)])
def test_a_day_whose_clocks_change_has_all_its_hours(day: date, hours: int) -> None:
    # Given days in Madrid
    period = Period(day, day, MADRID)
    # Then they have the hours they have
    assert period.ends - period.begins == timedelta(hours=hours)


def test_midnight_is_the_companys() -> None:
    # Given a week in Mexico City
    week = containing(date(2026, 11, 16), "week", MEXICO)
    # Then it begins at six in UTC
    assert week.begins == datetime(2026, 11, 16, 6, tzinfo=UTC)


def test_days_of_ones_own_are_compared_with_as_many() -> None:
    # Given five days
    period = Period(date(2026, 11, 6), date(2026, 11, 10), MEXICO)
    # Then those are compared with the five before
    assert (period.before().first, period.before().last) == (date(2026, 11, 1), date(2026, 11, 5))


@pytest.mark.parametrize(
    ("days", "bucket"), [(1, "hour"), (2, "hour"), (7, "day"), (31, "day"), (92, "week"), (365, "month")]
)
def test_a_trend_is_drawn_by_what_its_length_asks_for(days: int, bucket: str) -> None:
    # Given so many days
    period = Period(date(2026, 1, 1), date(2026, 1, 1) + timedelta(days=days - 1), MEXICO)
    # Then they are drawn by hours, days, weeks or months
    assert period.bucket == bucket


@pytest.mark.parametrize(("first", "last"), [((2026, 1, 2), (2026, 1, 1)), ((2025, 1, 1), (2026, 1, 2))])
def test_days_that_are_no_period(first: tuple[int, int, int], last: tuple[int, int, int]) -> None:
    # Given days in the wrong order, or more than a year
    # When they are to be a period, then that is refused
    with pytest.raises(InvalidInput):
        Period(date(*first), date(*last), MEXICO)
