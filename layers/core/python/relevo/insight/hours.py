"""What was written in each hour, and how conversations began and left the bot: an hour that is over is counted once.

Nothing counts while messages come in: whoever first asks for an hour that is over counts it, by the ids that sort by
time, and keeps the result; only the current hour is counted at every look. So the cost of a look does not grow with
what is stored, and anybody can count again and get the same.

The counting walks from an hour's own rows outwards, each step by an index. Where the planner, who thinks hours larger
than they are, would rather read a whole table once, LIMIT and OFFSET keep it on that way.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

from relevo import clock, ids
from relevo.db import UnitOfWork

HOUR = timedelta(hours=1)
_SETTLED = timedelta(minutes=5)
"""After an hour ended, until every transaction that wrote into it has committed."""

_SPAN: LiteralString = """
    span AS MATERIALIZED (
        SELECT hour, first, last FROM
            unnest(%(hours)s::timestamptz[], %(firsts)s::uuid[], %(lasts)s::uuid[]) AS span (hour, first, last)
    )
"""

_MESSAGES: LiteralString = f"""
    WITH {_SPAN}
    SELECT hour, direction AS metric, branch_id, hour AS begun, sum(count)::bigint AS count FROM (
        SELECT hour, direction, count,
               (SELECT branch_id FROM inbox.conversation WHERE id = conversation_id) AS branch_id
        FROM span CROSS JOIN LATERAL (
            SELECT direction, conversation_id, count(*) FROM inbox.message
            WHERE id >= span.first AND id < span.last AND direction IN ('in', 'out') GROUP BY 1, 2
        ) AS written
    ) AS one GROUP BY 1, 2, 3
"""

_BOT: LiteralString = f"""
    WITH {_SPAN}, begun AS MATERIALIZED (
        SELECT hour, conversation_id FROM span CROSS JOIN LATERAL (
            SELECT id, conversation_id FROM knowledge.chatbot_turn
            WHERE id >= span.first AND id < span.last AND decision IN ('answered', 'handed_over')
              AND conversation_id IS NOT NULL OFFSET 0
        ) AS turn LEFT JOIN LATERAL (
            SELECT true AS there FROM knowledge.chatbot_turn AS other
            WHERE other.conversation_id = turn.conversation_id AND other.id < turn.id
              AND other.decision IN ('answered', 'handed_over') LIMIT 1
        ) AS earlier ON true
        WHERE earlier.there IS NULL
    ), handed_over AS MATERIALIZED (
        SELECT hour, insight.hour_of(begun.id) AS begun, change.conversation_id FROM span CROSS JOIN LATERAL (
            SELECT id, conversation_id FROM inbox.conversation_change
            WHERE id >= span.first AND id < span.last AND field = 'owner' AND old = '"bot"' OFFSET 0
        ) AS change CROSS JOIN LATERAL (
            SELECT id FROM knowledge.chatbot_turn
            WHERE conversation_id = change.conversation_id AND decision IN ('answered', 'handed_over')
            ORDER BY id LIMIT 1
        ) AS begun LEFT JOIN LATERAL (
            SELECT true AS there FROM inbox.conversation_change AS other
            WHERE other.conversation_id = change.conversation_id AND other.id > begun.id AND other.id < change.id
              AND other.field = 'owner' AND other.old = '"bot"' LIMIT 1
        ) AS earlier ON true
        WHERE begun.id < change.id AND earlier.there IS NULL
    )
    SELECT hour, metric, (SELECT branch_id FROM inbox.conversation WHERE id = conversation_id) AS branch_id, begun,
           count(*) AS count
    FROM (
        SELECT hour, 'begun' AS metric, hour AS begun, conversation_id FROM begun
        UNION ALL SELECT hour, 'handed_over', begun, conversation_id FROM handed_over
    ) AS one GROUP BY 1, 2, 3, 4
"""

_COUNTED: dict[str, LiteralString] = {"messages": _MESSAGES, "bot": _BOT}


@dataclass(frozen=True, slots=True)
class Written:
    """Messages by the hour: customers' and the company's."""

    incoming: dict[datetime, int]
    outgoing: dict[datetime, int]


@dataclass(frozen=True, slots=True)
class Begun:
    """Conversations whose first turn of the bot, an answer or a handover, falls into a period, each once; `handed_over`
    are those of them that people got since."""

    all: int
    handed_over: int


def written(uow: UnitOfWork, since: datetime, branches: Collection[UUID]) -> Written:
    """What these branches' customers and the company wrote, hour by hour from `since` (a full hour) to now."""
    running = _kept_up(uow, "messages", since)
    kept = uow.all(
        "SELECT hour, metric, sum(count)::bigint AS count FROM insight.hour_figure"
        " WHERE metric IN ('in', 'out') AND hour >= %s AND branch_id = ANY(%s) GROUP BY 1, 2",
        (since, list(branches)),
    )
    total = Written({}, {})
    for row in [*kept, *(row for row in uow.all(_MESSAGES, running) if row["branch_id"] in branches)]:
        counts = total.incoming if row["metric"] == "in" else total.outgoing
        counts[row["hour"]] = counts.get(row["hour"], 0) + row["count"]
    return total


def begun(uow: UnitOfWork, since: datetime, branches: Collection[UUID]) -> Begun:
    """The conversations of these branches the bot began from `since` (a full hour) to now."""
    counted = begun_by_branch(uow, since, branches).values()
    return Begun(sum(each.all for each in counted), sum(each.handed_over for each in counted))


def begun_by_branch(uow: UnitOfWork, since: datetime, branches: Collection[UUID]) -> dict[UUID, Begun]:
    """The same for each of these branches; those where the bot began none are left out."""
    running = _kept_up(uow, "bot", since)
    rows = uow.all(
        f"SELECT branch_id, coalesce(sum(count) FILTER (WHERE metric = 'begun'), 0)::bigint AS all,"
        f" coalesce(sum(count) FILTER (WHERE metric = 'handed_over'), 0)::bigint AS handed_over"
        " FROM (SELECT metric, branch_id, begun, count FROM insight.hour_figure"
        "       WHERE metric IN ('begun', 'handed_over') AND hour >= %(since)s"
        f"      UNION ALL SELECT metric, branch_id, begun, count FROM ({_BOT}) AS running) AS one"
        " WHERE begun >= %(since)s AND branch_id = ANY(%(branches)s) GROUP BY branch_id",
        running | {"since": since, "branches": list(branches)},
    )
    return {row["branch_id"]: Begun(row["all"], row["handed_over"]) for row in rows}


def _kept_up(uow: UnitOfWork, what: str, since: datetime) -> dict[str, Any]:
    """Count and keep what is over and nobody has counted yet; the hours that are not over, to be counted now.

    Two who do so at once find the same.
    """
    now = clock.now()
    hours = [since + n * HOUR for n in range(int((now - since) / HOUR) + 1)]
    over = [hour for hour in hours if hour + HOUR + _SETTLED <= now]
    missing = uow.all(
        "SELECT hour FROM unnest(%s::timestamptz[]) AS hour"
        " WHERE NOT EXISTS (SELECT 1 FROM insight.kept_hour AS kept WHERE kept.what = %s AND kept.hour = hour.hour)",
        (over, what),
    )
    if missing:
        spans = _spans(row["hour"] for row in missing) | {"what": what}
        uow.execute(
            "INSERT INTO insight.hour_figure (hour, metric, branch_id, begun, count)"
            f" SELECT hour, metric, branch_id, begun, count FROM ({_COUNTED[what]}) AS counted ON CONFLICT DO NOTHING",
            spans,
        )
        uow.execute(
            "INSERT INTO insight.kept_hour (what, hour)"
            " SELECT %(what)s, unnest(%(hours)s::timestamptz[]) ON CONFLICT DO NOTHING",
            spans,
        )
    return _spans(hours[len(over) :])


def _spans(hours: Iterable[datetime]) -> dict[str, Any]:
    starts = list(hours)
    return {
        "hours": starts,
        "firsts": [ids.earliest(hour) for hour in starts],
        "lasts": [ids.earliest(hour + HOUR) for hour in starts],
    }
