"""When work that falls on a day of the company is due, across zones and changing clocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from threading import Barrier, Thread

import pytest

from relevo import platform
from relevo.db import Database, UnitOfWork
from relevo.errors import InvalidInput
from relevo.platform import calendar

_MADRID, _MEXICO, _SANTIAGO = "Europe/Madrid", "America/Mexico_City", "America/Santiago"


@pytest.fixture
def uow(database: Database) -> Iterator[UnitOfWork]:
    with database.unit_of_work() as uow:
        yield uow


def lives_in(uow: UnitOfWork, zone: str) -> None:
    platform.change(uow, platform.COMPANY_TIMEZONE, zone, actor="test")


def claims(first: datetime, last: datetime, claim: Callable[[datetime], date | None]) -> list[str]:
    """Ask every quarter of an hour, as the schedule does, twice; when it was due, in UTC."""
    due = []
    while first <= last:
        due += [f"{first:%d %H:%M}" for _ in range(2) if claim(first)]
        first += timedelta(minutes=15)
    return due


@pytest.mark.parametrize(
    ("zone", "days", "due"),
    [
        (_MEXICO, (datetime(2026, 4, 4, 6, tzinfo=UTC), 3), ["04 15:00", "05 15:00", "06 15:00"]),
        (_MADRID, (datetime(2026, 3, 28, tzinfo=UTC), 3), ["28 08:00", "29 07:00", "30 07:00"]),
        (_MADRID, (datetime(2026, 10, 24, tzinfo=UTC), 3), ["24 07:00", "25 08:00", "26 08:00"]),
    ],
    ids=["no change in Mexico", "spring in Madrid", "autumn in Madrid"],
)
def test_nine_in_the_morning_comes_once_a_day(
    uow: UnitOfWork, zone: str, days: tuple[datetime, int], due: list[str]
) -> None:
    # Given a company of that zone, around the days clocks change
    lives_in(uow, zone)
    first, count = days
    # When the schedule calls every quarter of an hour, each call twice
    called = claims(
        first,
        first + timedelta(days=count, minutes=-15),
        lambda at: calendar.claim_due(uow, "churn", at),
    )
    # Then it is due once a day, at nine by the company's clock
    assert called == due


@pytest.mark.parametrize(
    ("first", "due"),
    [
        # Santiago's clocks go from 24:00 on the 5th to 01:00 on the 6th of September 2026: half past midnight never is
        (datetime(2026, 9, 6, 4, tzinfo=UTC), ["06 04:00", "07 03:30"]),
        # and back from 24:00 to 23:00 on the 4th of April 2026: half past eleven at night is twice
        (datetime(2026, 4, 4, 4, tzinfo=UTC), ["05 02:30"]),
    ],
    ids=["an hour that is not", "an hour that is twice"],
)
def test_an_hour_skipped_or_repeated_still_counts_once(uow: UnitOfWork, first: datetime, due: list[str]) -> None:
    # Given a company where clocks change at midnight
    lives_in(uow, _SANTIAGO)
    at = time(0, 30) if first.month == 9 else time(23, 30)
    # When its hour is skipped, or comes twice
    called = claims(
        first,
        first + timedelta(hours=25),
        lambda instant: calendar.claim_due(uow, "odd", instant, at=at),
    )
    # Then the work is due once that day
    assert called == due


def test_weeks_begin_on_mondays_and_months_on_the_first(uow: UnitOfWork) -> None:
    # Given a company in Mexico, from Friday the 30th of January to Tuesday the 3rd of February 2026
    lives_in(uow, _MEXICO)
    first, last = datetime(2026, 1, 30, tzinfo=UTC), datetime(2026, 2, 3, 23, tzinfo=UTC)
    # When weekly and monthly work is asked for
    weekly = claims(first, last, lambda at: calendar.claim_due(uow, "w", at, every="week"))
    monthly = claims(first, last, lambda at: calendar.claim_due(uow, "m", at, every="month"))
    # Then one is due on Monday the 2nd, the other on Sunday the 1st
    assert weekly == ["02 15:00"]
    assert monthly == ["01 15:00"]


def test_two_at_once_have_one_claim(database_url: str) -> None:
    # Given two environments called at the same moment
    nine, barrier = datetime(2026, 11, 20, 15, tzinfo=UTC), Barrier(2)
    won: list[date | None] = []

    def claim() -> None:
        mine = Database(lambda: database_url)
        with closing(mine), mine.unit_of_work() as uow:
            barrier.wait()
            won.append(calendar.claim_due(uow, "reports", nine))

    threads = [Thread(target=claim) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Then one does the work
    assert sorted(won, key=str) == [date(2026, 11, 20), None]


def test_a_place_that_is_no_zone_is_refused(uow: UnitOfWork) -> None:
    # When somebody sets a zone nobody knows, then they are told
    with pytest.raises(InvalidInput, match="Atlantis/Capital is no time zone"):
        lives_in(uow, "Atlantis/Capital")
