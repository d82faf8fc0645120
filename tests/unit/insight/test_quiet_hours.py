"""When people are let alone, by the company's own clock, also on the days that are an hour longer or shorter."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from relevo.insight.alerts import QuietHours

MEXICO, MADRID = ZoneInfo("America/Mexico_City"), ZoneInfo("Europe/Madrid")
NIGHT = QuietHours(begins="21:00", ends="07:00")
WEEKEND = QuietHours(begins="21:00", ends="07:00", days=(6, 7))


def local(zone: ZoneInfo, *moment: int) -> datetime:
    return datetime(*moment, tzinfo=zone).astimezone(UTC)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("quiet", "zone", "found", "told"),
    [
        (NIGHT, MEXICO, (2026, 3, 4, 20, 59), (2026, 3, 4, 20, 59)),
        (NIGHT, MEXICO, (2026, 3, 4, 21, 0), (2026, 3, 5, 7, 0)),
        (NIGHT, MEXICO, (2026, 3, 5, 6, 59), (2026, 3, 5, 7, 0)),
        (NIGHT, MEXICO, (2026, 3, 5, 7, 0), (2026, 3, 5, 7, 0)),
        (WEEKEND, MEXICO, (2026, 3, 6, 22, 0), (2026, 3, 9, 7, 0)),
        (WEEKEND, MEXICO, (2026, 3, 7, 12, 0), (2026, 3, 9, 7, 0)),
        (NIGHT, MADRID, (2026, 3, 28, 23, 0), (2026, 3, 29, 7, 0)),
        (NIGHT, MADRID, (2026, 10, 24, 23, 0), (2026, 10, 25, 7, 0)),
        (QuietHours(begins="13:00", ends="15:00"), MADRID, (2026, 3, 4, 14, 0), (2026, 3, 4, 15, 0)),
        (QuietHours(begins="00:00", ends="00:00", days=(7,)), MEXICO, (2026, 3, 8, 3, 0), (2026, 3, 9, 0, 0)),
        (QuietHours(begins="08:00", ends="08:00"), MEXICO, (2026, 3, 8, 8, 0), (2026, 3, 8, 8, 0)),
    ],
    ids=[
        "before", "from the minute on", "the last minute", "over", "into a quiet day", "on a quiet day",
        "spring forward", "fall back", "a rest at noon", "only a day", "never",
    ],
)  # fmt: skip
def test_what_is_found_in_quiet_hours_is_told_when_they_end(
    quiet: QuietHours, zone: ZoneInfo, found: tuple[int, ...], told: tuple[int, ...]
) -> None:
    # Given something that is not grave, found at a time of the company's day, when it may be told, then at their end
    assert quiet.until(local(zone, *found), zone, "warning") == local(zone, *told)


def test_a_night_whose_clocks_change_is_an_hour_shorter_or_longer() -> None:
    # Given ten in the evening before the clocks change in Madrid, when quiet ends, then so many hours later
    spring, autumn = local(MADRID, 2026, 3, 28, 22), local(MADRID, 2026, 10, 24, 22)
    hours = [(NIGHT.until(at, MADRID, "info") - at).total_seconds() / 3600 for at in (spring, autumn)]
    assert hours == [8, 10]


@pytest.mark.parametrize("severity", ["critical", "emergency"])
def test_what_is_grave_is_told_at_once(severity: str) -> None:
    at = local(MEXICO, 2026, 3, 5, 3)
    assert NIGHT.until(at, MEXICO, severity) == at  # type: ignore[arg-type]


times = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))


@given(
    begins=times,
    ends=times,
    days=st.sets(st.integers(1, 7), max_size=6),
    at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    zone=st.sampled_from([MEXICO, MADRID]),
)
def test_quiet_always_ends_and_then_it_is_not_quiet(
    begins: str, ends: str, days: set[int], at: datetime, zone: ZoneInfo
) -> None:
    # Given any quiet hours, and any moment
    quiet = QuietHours(begins=begins, ends=ends, days=tuple(days))
    # When it is asked when people may be told
    told = quiet.until(at, zone, "info")
    # Then it is not before, not quiet, and within a week and a day
    assert told >= at and not quiet.is_quiet(told.astimezone(zone))
    assert (told - at).days <= 8


@pytest.mark.parametrize("wrong", [{"begins": "24:00"}, {"days": [8]}, {"days": [1, 2, 3, 4, 5, 6, 7]}, {"x": 1}])
def test_hours_that_are_none_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        QuietHours.model_validate(wrong)
