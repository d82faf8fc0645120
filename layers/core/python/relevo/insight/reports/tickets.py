"""The tickets of a report's days: one row each in a table of the transaction, from which every figure is counted and
the CSV written, so that the rows behind a figure are the figure.

A ticket is of the days when anything a figure counts happened to it in them: it was opened, answered, resolved, closed,
taken up again or escalated, or was unfinished when they ended. All is as known now: a ticket that was taken up again
is no longer one that was resolved.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, LiteralString, NamedTuple

from relevo import clock
from relevo.db import Row, UnitOfWork
from relevo.desk import Scope
from relevo.insight.reports.periods import Period
from relevo.insight.reports.wanted import Filters

SEEN: LiteralString = """
    (%(branches)s::uuid[] IS NULL OR t.branch_id = ANY(%(branches)s) OR t.branch_id IS NULL AND %(none)s)
"""
CHOSEN: LiteralString = f"""
    t.deleted_at IS NULL AND {SEEN}
    AND (%(categories)s::text[] IS NULL OR t.category = ANY(%(categories)s))
    AND (%(sources)s::text[] IS NULL OR t.source = ANY(%(sources)s))
    AND (%(priorities)s::text[] IS NULL OR t.priority = ANY(%(priorities)s))
    AND (%(tags)s::text[] IS NULL OR t.tags && %(tags)s)
    AND (%(agents)s::uuid[] IS NULL OR t.agent_id = ANY(%(agents)s))
    AND (%(departments)s::uuid[] IS NULL OR t.department_id = ANY(%(departments)s))
"""
"""Which tickets count, of `desk.ticket AS t`."""

# A target is the tightest active rule for the ticket's priority. Nothing is said of one that is still running, or that
# waits for its customer; who was resolved without an answer was answered by that.
_GATHER: LiteralString = f"""
    CREATE TEMP TABLE reported_ticket ON COMMIT DROP AS
    WITH target AS (
        SELECT priority,
               min(after_minutes) FILTER (WHERE state = 'unanswered') * interval '1 minute' AS first_response,
               min(after_minutes) FILTER (WHERE state = 'open') * interval '1 minute' AS resolution
        FROM unnest(ARRAY['critical', 'urgent', 'high', 'medium', 'low', '']) AS priority
        JOIN desk.escalation_rule AS rule
          ON rule.active AND (rule.priorities = '{{}}' OR priority = ANY(rule.priorities))
        GROUP BY priority
    ), escalated AS (
        SELECT ticket_id, count(*)::int AS times FROM desk.escalation
        WHERE at >= %(begins)s AND at < %(ends)s GROUP BY ticket_id
    )
    SELECT t.id, t.number, t.subject, t.status, t.source, t.category, t.priority, t.branch_id, t.department_id,
           t.agent_id, t.customer_id, t.tags, t.created_at, t.first_response_at, t.resolved_at, t.closed_at,
           t.reopened_at,
           t.created_at >= %(begins)s AND t.created_at < %(ends)s AS created,
           coalesce(t.first_response_at >= %(begins)s AND t.first_response_at < %(ends)s, false) AS answered,
           coalesce(t.resolved_at >= %(begins)s AND t.resolved_at < %(ends)s, false) AS resolved,
           coalesce(t.closed_at >= %(begins)s AND t.closed_at < %(ends)s, false) AS closed,
           coalesce(t.reopened_at >= %(begins)s AND t.reopened_at < %(ends)s, false) AS reopened,
           coalesce(escalated.times, 0) AS escalations,
           t.created_at < %(ends)s AND coalesce(coalesce(t.resolved_at, t.closed_at) >= %(ends)s, true) AS pending,
           extract(epoch FROM t.first_response_at - t.created_at)::float8 AS first_response_seconds,
           extract(epoch FROM t.resolved_at - t.created_at)::float8 AS resolution_seconds,
           CASE WHEN target.first_response IS NULL THEN NULL
                WHEN coalesce(t.first_response_at, t.resolved_at, t.closed_at) IS NOT NULL
                THEN coalesce(t.first_response_at, t.resolved_at, t.closed_at) <= t.created_at + target.first_response
                WHEN t.status <> 'waiting' AND %(now)s > t.created_at + target.first_response THEN false
           END AS sla_first_response,
           CASE WHEN target.resolution IS NULL THEN NULL
                WHEN coalesce(t.resolved_at, t.closed_at) IS NOT NULL THEN coalesce(t.resolved_at, t.closed_at)
                     <= greatest(t.created_at, t.reopened_at) + target.resolution
                WHEN t.status <> 'waiting' AND %(now)s > greatest(t.created_at, t.reopened_at) + target.resolution
                THEN false
           END AS sla_resolution
    FROM desk.ticket AS t
    LEFT JOIN target ON target.priority = coalesce(t.priority, '')
    LEFT JOIN escalated ON escalated.ticket_id = t.id
    WHERE {CHOSEN} AND (
        t.created_at >= %(begins)s AND t.created_at < %(ends)s
        OR t.first_response_at >= %(begins)s AND t.first_response_at < %(ends)s
        OR t.resolved_at >= %(begins)s AND t.resolved_at < %(ends)s
        OR t.closed_at >= %(begins)s AND t.closed_at < %(ends)s
        OR t.reopened_at >= %(begins)s AND t.reopened_at < %(ends)s
        OR t.id = ANY(ARRAY(SELECT ticket_id FROM escalated))
        OR t.created_at < %(ends)s AND t.status IN ('open', 'in_progress', 'waiting')
        OR t.created_at < %(ends)s AND t.resolved_at >= %(ends)s
        OR t.created_at < %(ends)s AND t.resolved_at IS NULL AND t.closed_at >= %(ends)s)
"""

_MET: LiteralString = "coalesce(sla_first_response, true) AND coalesce(sla_resolution, true)"
_JUDGED: LiteralString = "(sla_first_response IS NOT NULL OR sla_resolution IS NOT NULL)"

_TOTALS: LiteralString = f"""
    SELECT count(*) FILTER (WHERE created) AS created,
           count(*) FILTER (WHERE answered) AS answered,
           count(*) FILTER (WHERE resolved) AS resolved,
           count(*) FILTER (WHERE closed) AS closed,
           count(*) FILTER (WHERE reopened) AS reopened,
           coalesce(sum(escalations), 0)::bigint AS escalated,
           count(*) FILTER (WHERE pending) AS backlog,
           avg(first_response_seconds) FILTER (WHERE answered) AS first_response_mean,
           percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY first_response_seconds) FILTER (WHERE answered)
               AS first_response,
           avg(resolution_seconds) FILTER (WHERE resolved) AS resolution_mean,
           percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY resolution_seconds) FILTER (WHERE resolved)
               AS resolution,
           count(*) FILTER (WHERE created AND sla_first_response) AS first_response_met,
           count(*) FILTER (WHERE created AND sla_first_response IS NOT NULL) AS first_response_judged,
           count(*) FILTER (WHERE created AND sla_resolution) AS resolution_met,
           count(*) FILTER (WHERE created AND sla_resolution IS NOT NULL) AS resolution_judged,
           count(*) FILTER (WHERE created AND {_JUDGED} AND {_MET}) AS met,
           count(*) FILTER (WHERE created AND {_JUDGED}) AS judged
    FROM reported_ticket
"""

_BY: LiteralString = """
    SELECT CASE WHEN grouping(category) = 0 THEN 'category' WHEN grouping(source) = 0 THEN 'source'
                WHEN grouping(priority) = 0 THEN 'priority' WHEN grouping(branch_id) = 0 THEN 'branch'
                ELSE 'department' END AS dimension,
           coalesce(category, source, priority, branch_id::text, department_id::text, '') AS key,
           count(*) FILTER (WHERE created) AS created, count(*) FILTER (WHERE resolved) AS resolved,
           avg(resolution_seconds) FILTER (WHERE resolved) AS resolution_mean
    FROM reported_ticket
    GROUP BY GROUPING SETS ((category), (source), (priority), (branch_id), (department_id))
    HAVING count(*) FILTER (WHERE created OR resolved) > 0
    ORDER BY dimension, created DESC, resolved DESC, key
"""

_TAGS: LiteralString = """
    SELECT tag AS key, count(*) AS created FROM reported_ticket CROSS JOIN unnest(tags) AS tag
    WHERE created GROUP BY tag ORDER BY created DESC, tag LIMIT 100
"""

# Only what happened in the days is drawn: a ticket that was opened before them is no point of the trend. Zones differ
# from UTC by quarters of an hour: those are counted first, and few instants are then looked up among the starts, or
# told by the zone's clock.
_QUARTERS: LiteralString = """
    CREATE TEMP TABLE reported_quarter ON COMMIT DROP AS
    SELECT 'created' AS what, date_bin('15 minutes', created_at, timestamptz '2000-01-01') AS at, count(*) AS count,
           NULL::float8 AS seconds FROM reported_ticket WHERE created GROUP BY 2
    UNION ALL
    SELECT 'resolved', date_bin('15 minutes', resolved_at, timestamptz '2000-01-01'), count(*), NULL
    FROM reported_ticket WHERE resolved GROUP BY 2
    UNION ALL
    SELECT 'answered', date_bin('15 minutes', first_response_at, timestamptz '2000-01-01'), count(*),
           sum(first_response_seconds) FROM reported_ticket WHERE answered GROUP BY 2
"""

_TREND: LiteralString = """
    SELECT width_bucket(at, %(starts)s::timestamptz[]) AS place,
           coalesce(sum(count) FILTER (WHERE what = 'created'), 0)::int AS created,
           coalesce(sum(count) FILTER (WHERE what = 'resolved'), 0)::int AS resolved,
           sum(seconds) / sum(count) FILTER (WHERE what = 'answered') AS first_response_mean
    FROM reported_quarter GROUP BY 1
"""

_STARTS: LiteralString = """
    SELECT start AT TIME ZONE %(zone)s AS start FROM generate_series(
        date_trunc(%(bucket)s, %(begins)s::timestamptz, %(zone)s) AT TIME ZONE %(zone)s,
        (%(ends)s::timestamptz AT TIME ZONE %(zone)s) - interval '1 second', ('1 ' || %(bucket)s)::interval) AS start
    GROUP BY 1 ORDER BY 1
"""

_HEAT: LiteralString = """
    SELECT extract(isodow FROM local)::int AS weekday, extract(hour FROM local)::int AS hour, sum(count)::int AS created
    FROM (SELECT at AT TIME ZONE %(zone)s AS local, count FROM reported_quarter WHERE what = 'created') AS opened
    GROUP BY 1, 2
"""

_AGENTS: LiteralString = f"""
    SELECT r.agent_id, agent.name, count(*) FILTER (WHERE resolved) AS resolved,
           avg(first_response_seconds) FILTER (WHERE answered) AS first_response_mean,
           avg(resolution_seconds) FILTER (WHERE resolved) AS resolution_mean,
           (count(*) FILTER (WHERE created AND {_JUDGED} AND {_MET}))::float8
               / nullif(count(*) FILTER (WHERE created AND {_JUDGED}), 0) AS sla
    FROM reported_ticket AS r JOIN desk.agent ON agent.id = r.agent_id
    GROUP BY r.agent_id, agent.name HAVING count(*) FILTER (WHERE resolved) > 0
    ORDER BY resolved DESC, resolution_mean, agent.name LIMIT 10
"""


def gather(uow: UnitOfWork, period: Period, scope: Scope, filters: Filters) -> None:
    """Put the tickets of these days into the transaction's table `reported_ticket`, in place of another period's."""
    uow.execute("DROP TABLE IF EXISTS reported_ticket, reported_quarter")
    uow.execute(_GATHER, span(period) | {"now": clock.now()} | scope.parameters() | filters.parameters())


def span(period: Period) -> dict[str, datetime]:
    """A period as SQL is told."""
    return {"begins": period.begins, "ends": period.ends}


def totals(uow: UnitOfWork) -> Row:
    """What the gathered tickets come to."""
    row = uow.one(_TOTALS)
    assert row is not None
    for name in ("first_response", "resolution"):
        row[f"{name}_p50"], row[f"{name}_p90"] = row.pop(name) or (None, None)
    for name in ("first_response", "resolution"):
        met, judged = row.pop(f"{name}_met"), row.pop(f"{name}_judged")
        row[f"sla_{name}"] = met / judged if judged else None
    met, judged = row.pop("met"), row.pop("judged")
    return row | {"sla": met / judged if judged else None, "sla_judged": judged, "sla_missed": judged - met}


def divided(uow: UnitOfWork) -> dict[str, list[Row]]:
    """The gathered tickets by category, source, priority, branch and department, the most first; and by tag."""
    by: dict[str, list[Row]] = {"tag": uow.all(_TAGS)}
    for row in uow.all(_BY):
        by.setdefault(row["dimension"], []).append(row)
    return by


class Times(NamedTuple):
    """When things happened: `trend` by each hour, day, week or month of the period, those without anything among them;
    `heat` how many tickets were opened in each hour of each weekday, Monday first."""

    trend: list[Row]
    heat: list[list[int]]


def times(uow: UnitOfWork, period: Period) -> Times:
    """When the gathered tickets were opened, answered and resolved."""
    uow.execute(_QUARTERS)
    parameters: dict[str, Any] = span(period) | {"bucket": period.bucket, "zone": str(period.zone)}
    nothing = {"created": 0, "resolved": 0, "first_response_mean": None}
    starts = [row["start"] for row in uow.all(_STARTS, parameters)]
    found = {row.pop("place"): row for row in uow.all(_TREND, {"starts": starts})}
    grid = [[0] * 24 for _ in range(7)]
    for row in uow.all(_HEAT, {"zone": str(period.zone)}):
        grid[row["weekday"] - 1][row["hour"]] = row["created"]
    return Times([{"start": start, **nothing} | found.get(place, {}) for place, start in enumerate(starts, 1)], grid)


def top_agents(uow: UnitOfWork) -> list[Row]:
    """The ten agents who resolved most."""
    return uow.all(_AGENTS)
