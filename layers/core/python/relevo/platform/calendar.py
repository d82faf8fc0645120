"""When the company's days begin, and which of its daily, weekly and monthly work is due.

Schedules call every few minutes; whether nine o'clock has come is asked here, in the company's zone. So a changed zone
needs no deployment, and a day whose clocks change runs its work once like any other.
"""

from __future__ import annotations

from datetime import date, datetime, time
from functools import cache
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field

from relevo import clock
from relevo.db import UnitOfWork
from relevo.errors import InvalidInput
from relevo.platform.definitions import Definition, value

Every = Literal["day", "week", "month"]


@cache
def _known() -> frozenset[str]:
    return frozenset(available_timezones())


def _check(uow: UnitOfWork, name: str) -> None:
    if name not in _known():
        raise InvalidInput(f"{name} is no time zone, as America/Bogota is")


COMPANY_TIMEZONE: Definition[str] = Definition(
    "company.timezone",
    "text",
    Annotated[str, Field(min_length=1, max_length=60)],
    lambda: "America/Mexico_City",
    _check,
)


def zone(uow: UnitOfWork) -> ZoneInfo:
    """The zone in which the company's days begin."""
    return ZoneInfo(value(uow, COMPANY_TIMEZONE))


def claim_due(
    uow: UnitOfWork, name: str, fired_at: datetime, *, at: time = time(9), every: Every = "day"
) -> date | None:
    """The company's date for which work called `name` is to be done now, once; None when it is not due or was claimed.

    Due is from `at` on, by the company's clock at the instant `fired_at`: every day, on Mondays, or on the first. The
    claim belongs to the unit of work: rolled back, the work is due again."""
    local = fired_at.astimezone(zone(uow))
    if local.time() < at or not _falls_on(local.date(), every):
        return None
    claimed = uow.one(
        "INSERT INTO platform.scheduled_run (name, day, claimed_at) VALUES (%s, %s, %s)"
        " ON CONFLICT DO NOTHING RETURNING day",
        (name, local.date(), clock.now()),
    )
    return None if claimed is None else local.date()


def _falls_on(day: date, every: Every) -> bool:
    match every:
        case "day":
            return True
        case "week":
            return day.weekday() == 0
        case "month":
            return day.day == 1
