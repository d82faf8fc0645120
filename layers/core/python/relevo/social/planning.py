"""Once a day: what the accounts' posts got, when they are seen, which times are kept, which posts go out at them."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID

from psycopg.types.json import Jsonb

from relevo import clock, ids, notify
from relevo.db import Database, UnitOfWork
from relevo.platform import calendar
from relevo.social import accounts, measuring, posts, slots, timing
from relevo.social.accounts import Account
from relevo.social.posts import Post
from relevo.social.timing import Observed
from relevo.texts import say

ACTOR = "plan_social"
HOUR = time(6)
"""By the company's clock: before anybody looks at the plan."""
_MATURE = timedelta(hours=24)
"""A younger post has not got yet what it will."""
_SEEN = timedelta(hours=24)
"""So long a post the plan gave a time stands in the calendar before it goes out."""
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
    _place(uow, {account.id for account in active})
    return len(active)


def _place(uow: UnitOfWork, active: set[UUID]) -> None:
    """Give approved posts that wait for a time the plan's free ones."""
    placed = list[Post]()
    for post in posts.waiting(uow):
        each_of = [each for each in posts.publications_of(uow, [post.id])[post.id] if each.account_state != "removed"]
        goes = bool(each_of) and all(_has_room(uow, each.account_id, active) for each in each_of)
        if goes and not posts.problems(uow, post):
            placed.append(posts.schedule(uow, post.id, None, actor=ACTOR, notice=_SEEN))
    if placed:
        _tell(uow, placed)


def _has_room(uow: UnitOfWork, account_id: UUID, active: set[UUID]) -> bool:
    return account_id in active and bool(slots.free(uow, account_id, clock.now() + _SEEN))


def _tell(uow: UnitOfWork, placed: list[Post]) -> None:
    """Supervisors hear which posts were given a time while there is time to say no."""
    zone = calendar.zone(uow)
    times = [(post.publish_at.astimezone(zone), post.text) for post in placed if post.publish_at is not None]
    lines = "\n".join(f"{at:%Y-%m-%d %H:%M} · {text[:60]}" for at, text in times)
    notify.tell_supervisors(
        uow,
        ids.new_id(),
        None,
        template="social",
        subject=lambda language: say("notify.social.planned", language, count=len(placed)),
        body=lambda language: say("notify.social.planned.body", language, posts=lines),
    )


def learn(uow: UnitOfWork, account: Account) -> timing.Timing:
    """Learn an account's best times from its own posts, and keep them."""
    now, zone = clock.now(), calendar.zone(uow)
    rows = uow.all(
        "SELECT kind, published_at, likes, comments, shares FROM social.engagement"
        " WHERE account_id = %s AND published_at BETWEEN %s AND %s ORDER BY published_at DESC LIMIT 2000",
        (account.id, now - _LOOK_BACK, now - _MATURE),
    )
    observed = [
        Observed(
            row["kind"],
            row["published_at"].astimezone(zone),
            timing.engagement(row["likes"], row["comments"], row["shares"]),
        )
        for row in rows
    ]
    found = timing.learn(account.network, observed, now.astimezone(zone))
    tried = _counted(observed)
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


def _counted(observed: list[Observed]) -> dict[tuple[int, int], int]:
    found: dict[tuple[int, int], int] = {}
    for post in observed:
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
