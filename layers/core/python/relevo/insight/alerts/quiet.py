"""When people are let alone: the company's quiet hours, in its own zone, and what is bad enough to be told anyway."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from relevo.db import UnitOfWork
from relevo.insight.alerts.rules import SEVERITIES, Severity
from relevo.platform import Definition, calendar, value

Wall = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
_LONGEST_DAYS = 8


class QuietHours(BaseModel):
    """From one time of day to another, past midnight where `begins` is later than `ends`, and all of the `days` (1 is
    Monday). The same time twice: no hours of the day. What is at least as bad as `told_anyway` is not held back."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    begins: Wall = "21:00"
    ends: Wall = "07:00"
    days: tuple[Annotated[int, Field(ge=1, le=7)], ...] = Field((), max_length=6)
    told_anyway: Severity = "critical"

    def is_quiet(self, local: datetime) -> bool:
        """Whether a moment of the company's day is within them."""
        if local.isoweekday() in self.days:
            return True
        begins, ends, now = time.fromisoformat(self.begins), time.fromisoformat(self.ends), local.time()
        return begins <= now < ends if begins <= ends else now >= begins or now < ends

    def until(self, now: datetime, where: ZoneInfo, severity: Severity) -> datetime:
        """When something of this severity may be told: now, or as soon as it is no longer quiet."""
        if SEVERITIES.index(severity) >= SEVERITIES.index(self.told_anyway):
            return now
        local = now.astimezone(where)
        if not self.is_quiet(local):
            return now
        # Quiet ends only at the end of the hours, or at the end of a quiet day.
        ends = sorted({time.fromisoformat(self.ends), time()})
        for day in range(_LONGEST_DAYS + 1):
            for end in ends:
                moment = datetime.combine(local.date() + timedelta(days=day), end, where).astimezone(UTC)
                if moment > now and not self.is_quiet(moment.astimezone(where)):
                    return moment
        return now  # quiet without an end is no quiet: six days at most are quiet, and never all hours


QUIET_HOURS: Definition[QuietHours] = Definition("alerts.quiet_hours", "object", QuietHours, QuietHours)


def may_tell_at(uow: UnitOfWork, now: datetime, severity: Severity) -> datetime:
    """When people may be told of something this bad that is found now."""
    return value(uow, QUIET_HOURS).until(now, calendar.zone(uow), severity)
