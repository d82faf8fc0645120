"""Once a day: what the accounts' posts got, when they are seen, which times are kept for the next ones."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID

from psycopg.types.json import Jsonb

from relevo import clock
from relevo.db import Database, UnitOfWork
from relevo.platform import calendar
from relevo.social import accounts, measuring, slots, timing
from relevo.social.accounts import Account
from relevo.social.timing import Observed

HOUR = time(6)
"""By the company's clock: before anybody looks at the plan."""
_MATURE = timedelta(hours=24)
"""A younger post has not got yet what it will."""
_LOOK_BACK = timedelta(days=730)


def plan_due(database: Database, fired_at: datetime) -> int:
    """Do the day's planning if its hour has come and nobody has; how many accounts were planned.

    An account that was measured is measured again where a crash took the rest, so the day is claimed with the last of
    the work: the second run of a day finds it done, a run that broke off is done again."""
    if not database.run(lambda uow: _is_due(uow, fired_at)):
        return 0
    found = database.run(accounts.all_accounts)
    active = [account for account in found if account.state == "active"]
    for account in active:
        measuring.measure(database, account)
    return database.run(lambda uow: _plan(uow, fired_at, active))


def _is_due(uow: UnitOfWork, fired_at: datetime) -> bool:
    """Whether the claim would succeed; it is taken back here and made with the work."""
    with uow.connection.transaction(force_rollback=True):
        return calendar.claim_due(uow, "plan_social", fired_at, at=HOUR) is not None


def _plan(uow: UnitOfWork, fired_at: datetime, active: list[Account]) -> int:
    if calendar.claim_due(uow, "plan_social", fired_at, at=HOUR) is None:
        return 0
    accounts.announce_ending(uow)
    for account in active:
        learn(uow, account)
        slots.fill(uow, account.id, account.weekly)
    return len(active)


def learn(uow: UnitOfWork, account: Account) -> timing.Timing:
    """Learn an account's best times from its own posts, and keep them."""
    now, zone = clock.now(), calendar.zone(uow)
    rows = uow.all(
        "SELECT kind, published_at, likes, comments, shares FROM social.engagement"
        " WHERE account_id = %s AND published_at BETWEEN %s AND %s ORDER BY published_at DESC LIMIT 2000",
        (account.id, now - _LOOK_BACK, now - _MATURE),
    )
    posts = [
        Observed(
            row["kind"],
            row["published_at"].astimezone(zone),
            timing.engagement(row["likes"], row["comments"], row["shares"]),
        )
        for row in rows
    ]
    found = timing.learn(account.network, posts, now.astimezone(zone))
    tried = _counted(posts)
    uow.execute("DELETE FROM social.best_time WHERE account_id = %s", (account.id,))
    uow.connection.cursor().executemany(
        "INSERT INTO social.best_time (account_id, kind, weekday, hour, lift, posts, method, made_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        [
            (account.id, kind, day, hour, lift, tried.get((day, hour), 0), found.method, now)
            for (kind, day, hour), lift in found.lift.items()
        ],
    )
    uow.execute("UPDATE social.account SET timing = %s WHERE id = %s", (Jsonb(found.told), account.id))
    return found


def _counted(posts: list[Observed]) -> dict[tuple[int, int], int]:
    found: dict[tuple[int, int], int] = {}
    for post in posts:
        cell = post.at.weekday(), post.at.hour
        found[cell] = found.get(cell, 0) + 1
    return found


def best_times(uow: UnitOfWork, account_id: UUID, kind: str | None) -> list[tuple[int, int, float, int]]:
    """Weekday (Monday is 0), hour, lift and number of own posts of each hour of the week; what is believed of the
    network before the first plan."""
    rows = uow.all(
        "SELECT weekday, hour, avg(lift)::float8 AS lift, max(posts) AS posts FROM social.best_time"
        " WHERE account_id = %(account)s AND (%(kind)s::text IS NULL OR kind = %(kind)s)"
        " GROUP BY weekday, hour ORDER BY weekday, hour",
        {"account": account_id, "kind": kind},
    )
    if rows:
        return [(row["weekday"], row["hour"], row["lift"], row["posts"]) for row in rows]
    believed = slots.lifts(uow, account_id, None)
    return [(day, hour, lift, 0) for (day, hour), lift in believed.items()]
