"""The plan: times kept for an account, and which posts took them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from relevo import clock
from relevo.db import UnitOfWork
from relevo.platform import calendar
from relevo.social.networks import Kind, Network
from relevo.social.timing import prior

AHEAD = timedelta(days=14)
_APART = timedelta(hours=3)
"""Between two posts of one account."""
NOTICE = timedelta(minutes=15)
"""No time is kept, or given, sooner than this."""
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Slot:
    """A time of the plan; `post_id` is what took it."""

    account_id: UUID
    at: datetime
    post_id: UUID | None


def between(uow: UnitOfWork, start: datetime, end: datetime) -> list[Slot]:
    """The plan from `start` to before `end`."""
    rows = uow.all(
        "SELECT account_id, at, post_id FROM social.slot WHERE at >= %s AND at < %s ORDER BY at, account_id LIMIT 500",
        (start, end),
    )
    return [Slot(**row) for row in rows]


def lifts(uow: UnitOfWork, account_id: UUID, kind: Kind | None) -> dict[tuple[int, int], float]:
    """How each hour of the week compares, for a kind of content or for all of them; what is believed of the network
    where nothing was learned yet."""
    rows = uow.all(
        "SELECT weekday, hour, avg(lift)::float8 AS lift FROM social.best_time"
        " WHERE account_id = %(account)s AND (%(kind)s::text IS NULL OR kind = %(kind)s) GROUP BY weekday, hour",
        {"account": account_id, "kind": kind},
    )
    if rows:
        return {(row["weekday"], row["hour"]): row["lift"] for row in rows}
    account = uow.one("SELECT network FROM social.account WHERE id = %s", (account_id,))
    network: Network = account["network"] if account else "instagram"
    return {(day, hour): 1 + prior(network, day, hour) for day in range(7) for hour in range(24)}


def free(uow: UnitOfWork, account_id: UUID, start: datetime) -> list[datetime]:
    """The times from `start` on that are kept and nobody has taken, held for this unit of work."""
    rows = uow.all(
        "SELECT at FROM social.slot WHERE account_id = %s AND post_id IS NULL AND at >= %s ORDER BY at LIMIT 100"
        " FOR UPDATE SKIP LOCKED",
        (account_id, start),
    )
    return [row["at"] for row in rows]


def take_best(uow: UnitOfWork, account_id: UUID, kind: Kind, post_id: UUID, *, notice: timedelta = NOTICE) -> datetime:
    """The best for this kind of content of the free times of the coming week, else the next one, now this post's;
    without any, the best hour of that week. None of them sooner than `notice`."""
    start, by_hour, zone = clock.now() + notice, lifts(uow, account_id, kind), calendar.zone(uow)
    kept = free(uow, account_id, start)
    soon = [at for at in kept if at < start + _WEEK] or kept[:1]
    best = soon or _best(uow, account_id, by_hour, start, start + _WEEK, 1) or [start + _WEEK]

    def lift(at: datetime) -> float:
        local = at.astimezone(zone)
        return by_hour[local.weekday(), local.hour]

    at = max(best, key=lift)
    uow.execute(
        "INSERT INTO social.slot (account_id, at, post_id) VALUES (%s, %s, %s)"
        " ON CONFLICT (account_id, at) DO UPDATE SET post_id = excluded.post_id",
        (account_id, at, post_id),
    )
    return at


def fill(uow: UnitOfWork, account_id: UUID, weekly: int) -> int:
    """Keep an account's best times of the coming two weeks free for posts; what posts took stays theirs. How many."""
    now = clock.now()
    uow.execute(
        "DELETE FROM social.slot WHERE account_id = %s AND (post_id IS NULL OR at < %s)",
        (account_id, now - timedelta(days=90)),
    )
    kept, by_hour = 0, lifts(uow, account_id, None)
    for start in (now + NOTICE, now + _WEEK):
        end = min(start + _WEEK, now + AHEAD)
        taken = len([slot for slot in between(uow, start, end) if slot.account_id == account_id])
        for at in _best(uow, account_id, by_hour, start, end, weekly - taken):
            uow.execute(
                "INSERT INTO social.slot (account_id, at) VALUES (%s, %s) ON CONFLICT DO NOTHING", (account_id, at)
            )
            kept += 1
    return kept


def _best(
    uow: UnitOfWork,
    account_id: UUID,
    by_hour: dict[tuple[int, int], float],
    start: datetime,
    end: datetime,
    wanted: int,
) -> list[datetime]:
    """The best hours from `start` to before `end`, on different days while there are some, away from other posts."""
    if wanted <= 0:
        return []
    rows = uow.all(
        "SELECT due_at AS at FROM social.publication WHERE account_id = %(account)s AND state = 'due'"
        "   AND due_at BETWEEN %(start)s AND %(end)s"
        " UNION SELECT at FROM social.slot WHERE account_id = %(account)s AND at BETWEEN %(start)s AND %(end)s",
        {"account": account_id, "start": start - _APART, "end": end + _APART},
    )
    zone = calendar.zone(uow)
    busy = [row["at"].astimezone(zone) for row in rows]
    day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    hours = list[tuple[float, datetime]]()
    while day <= last:
        for hour in range(24):
            at = datetime.combine(day, time(hour), zone)
            if start <= at < end and at.astimezone(zone).hour == hour:
                hours.append((by_hour[day.weekday(), hour], at))
        day += timedelta(days=1)
    chosen = list[datetime]()
    for a_day in (1, 3):
        for _, at in sorted(hours, key=lambda each: (-each[0], each[1])):
            of_day = sum(1 for other in [*busy, *chosen] if other.date() == at.date())
            near = any(abs(at - other) < _APART for other in [*busy, *chosen])
            if len(chosen) < wanted and of_day < a_day and not near:
                chosen.append(at)
    return sorted(chosen)
