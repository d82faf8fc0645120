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
_NOTICE = timedelta(minutes=15)


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


def take_best(uow: UnitOfWork, account_id: UUID, kind: Kind, post_id: UUID) -> datetime:
    """The next time the plan keeps free, now this post's; without one, the best hour of the coming week."""
    now = clock.now()
    taken = uow.one(
        "UPDATE social.slot SET post_id = %(post)s WHERE (account_id, at) = (SELECT account_id, at FROM social.slot"
        "   WHERE account_id = %(account)s AND post_id IS NULL AND at > %(from)s ORDER BY at LIMIT 1"
        "   FOR UPDATE SKIP LOCKED) RETURNING at",
        {"post": post_id, "account": account_id, "from": now + _NOTICE},
    )
    if taken is not None:
        at: datetime = taken["at"]
        return at
    best = _best(uow, account_id, lifts(uow, account_id, kind), now + _NOTICE, now + timedelta(days=7), 1)
    at = best[0] if best else now + timedelta(days=7)
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
    week, kept = timedelta(days=7), 0
    by_hour = lifts(uow, account_id, None)
    for start in (now + _NOTICE, now + week):
        end = min(start + week, now + AHEAD)
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
