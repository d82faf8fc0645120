"""What was written in each hour, and how conversations began and left the bot: an hour that is over is counted once.

Nothing counts while messages come in: whoever first asks for an hour that is over counts it, by the ids that sort by
time, and keeps the result; only the current hour is counted at every look. So the cost of a look does not grow with
what is stored, and anybody can count again and get the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

from relevo import clock, ids
from relevo.db import Row, UnitOfWork

HOUR = timedelta(hours=1)
_SETTLED = timedelta(minutes=5)
"""After an hour ended, until every transaction that wrote into it has committed."""

_COUNTED: LiteralString = """
    WITH span AS MATERIALIZED (
        SELECT hour, first, last FROM
            unnest(%(hours)s::timestamptz[], %(firsts)s::uuid[], %(lasts)s::uuid[]) AS span (hour, first, last)
    ), begun AS (
        SELECT span.hour, turn.conversation_id FROM span CROSS JOIN LATERAL (
            SELECT conversation_id FROM knowledge.chatbot_turn AS turn
            WHERE id >= span.first AND id < span.last AND decision IN ('answered', 'handed_over')
              AND conversation_id IS NOT NULL AND NOT EXISTS (
                  SELECT 1 FROM knowledge.chatbot_turn AS earlier
                  WHERE earlier.conversation_id = turn.conversation_id AND earlier.id < turn.id
                    AND earlier.decision IN ('answered', 'handed_over'))
        ) AS turn
    ), handed_over AS (
        SELECT span.hour, insight.hour_of(begun.id) AS begun, left_bot.conversation_id FROM span CROSS JOIN LATERAL (
            SELECT id, conversation_id FROM inbox.conversation_change
            WHERE id >= span.first AND id < span.last AND field = 'owner' AND old = '"bot"'
        ) AS left_bot CROSS JOIN LATERAL (
            SELECT id FROM knowledge.chatbot_turn
            WHERE conversation_id = left_bot.conversation_id AND decision IN ('answered', 'handed_over')
            ORDER BY id LIMIT 1
        ) AS begun
        WHERE begun.id < left_bot.id AND NOT EXISTS (
            SELECT 1 FROM inbox.conversation_change AS earlier
            WHERE earlier.conversation_id = left_bot.conversation_id AND earlier.id > begun.id
              AND earlier.id < left_bot.id AND earlier.field = 'owner' AND earlier.old = '"bot"')
    ), written AS (
        SELECT span.hour, message.direction, message.conversation_id, message.count FROM span CROSS JOIN LATERAL (
            SELECT direction, conversation_id, count(*) FROM inbox.message
            WHERE id >= span.first AND id < span.last AND direction IN ('in', 'out') GROUP BY 1, 2
        ) AS message
    )
    SELECT hour, metric, branch_id, begun, sum(one.count)::bigint AS count FROM (
        SELECT hour, direction AS metric, hour AS begun, conversation_id, count FROM written
        UNION ALL SELECT hour, 'begun', hour, conversation_id, 1 FROM begun
        UNION ALL SELECT hour, 'handed_over', begun, conversation_id, 1 FROM handed_over
    ) AS one JOIN inbox.conversation ON conversation.id = conversation_id
    GROUP BY 1, 2, 3, 4
"""


@dataclass(frozen=True, slots=True)
class Hours:
    """Counts from `since` (a full hour) to now. `begun` are conversations whose first turn of the bot, an answer or a
    handover, falls into the period; `handed_over` those of them that people got since."""

    messages_in: dict[datetime, int]
    messages_out: dict[datetime, int]
    begun: int
    handed_over: int


def hours(uow: UnitOfWork, since: datetime, branches: Collection[UUID]) -> Hours:
    """What these branches' hours count."""
    over = clock.now() - _SETTLED
    asked = list(_each(since, clock.now()))
    settled = [hour for hour in asked if hour + HOUR <= over]
    _keep(uow, settled)
    kept = uow.all(
        "SELECT hour, metric, branch_id, begun, count FROM insight.hour_figure"
        " WHERE hour >= %s AND hour < %s AND branch_id = ANY(%s)",
        (since, settled[-1] + HOUR if settled else since, list(branches)),
    )
    running = uow.all(_COUNTED, _spans(hour for hour in asked if hour + HOUR > over))
    return _summed(since, [*kept, *(row for row in running if row["branch_id"] in branches)])


def _each(since: datetime, until: datetime) -> Iterable[datetime]:
    while since <= until:
        yield since
        since += HOUR


def _keep(uow: UnitOfWork, settled: list[datetime]) -> None:
    """Count the hours nobody has counted yet. Two who do so at once find the same."""
    rows = uow.all(
        "SELECT hour FROM unnest(%s::timestamptz[]) AS hour WHERE hour NOT IN (SELECT hour FROM insight.kept_hour)",
        (settled,),
    )
    if not rows:
        return
    missing = _spans(row["hour"] for row in rows)
    uow.execute(
        "INSERT INTO insight.hour_figure (hour, metric, branch_id, begun, count)"
        f" SELECT hour, metric, branch_id, begun, count FROM ({_COUNTED}) AS counted ON CONFLICT DO NOTHING",
        missing,
    )
    uow.execute(
        "INSERT INTO insight.kept_hour (hour) SELECT unnest(%(hours)s::timestamptz[]) ON CONFLICT DO NOTHING", missing
    )


def _spans(hours: Iterable[datetime]) -> dict[str, Any]:
    starts = list(hours)
    return {
        "hours": starts,
        "firsts": [ids.earliest(hour) for hour in starts],
        "lasts": [ids.earliest(hour + HOUR) for hour in starts],
    }


def _summed(since: datetime, rows: Iterable[Row]) -> Hours:
    total = Hours({}, {}, 0, 0)
    begun = handed_over = 0
    by_hour = {"in": total.messages_in, "out": total.messages_out}
    for row in rows:
        if row["metric"] in by_hour:
            counts = by_hour[row["metric"]]
            counts[row["hour"]] = counts.get(row["hour"], 0) + row["count"]
        elif row["metric"] == "begun":
            begun += row["count"]
        elif row["begun"] >= since:
            handed_over += row["count"]
    return Hours(total.messages_in, total.messages_out, begun, handed_over)
