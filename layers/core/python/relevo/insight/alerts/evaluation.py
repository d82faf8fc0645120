"""Every five minutes each rule is measured: what is newly wrong is raised, what still is stays, what is over ends.

One alert stands for a thing and a rule for as long as it is wrong, whoever acknowledged or settled it meanwhile. A rule
that fails leaves its alerts as they are, says why, and keeps no other from being looked at.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, LiteralString
from uuid import UUID

import psycopg
from psycopg.errors import QueryCanceled
from psycopg.types.json import Jsonb

from relevo import clock, ids
from relevo.db import Database, Row, UnitOfWork, transition
from relevo.events import AlertAnnounced, AlertRaised, AlertResolved
from relevo.insight.alerts.metrics import Asked, Metric
from relevo.insight.alerts.quiet import may_tell_at
from relevo.insight.alerts.rules import SEVERITIES, Rule, get_rule
from relevo.observability import logger

MOST_RAISED = 200
"""New alerts of one rule in one look, the worst first; what else is wrong is raised by the next."""
ACTOR = "alerts"
_UNKNOWN_FOR = timedelta(hours=24)
"""After so long without a measurement nobody knows any more, and an alert ends."""
_LONGEST_LOOK = "15s"
_LONGEST_RUN = 90.0
"""Seconds after which no further rule is begun; the function has two minutes."""
_KEPT = timedelta(days=400)
_BITE = 500
State = Literal["fine", "firing", "no_data", "failed"]


@dataclass(slots=True)
class Looked:
    """What a look at the rules came to."""

    rules: int = 0
    readings: int = 0
    raised: int = 0
    resolved: int = 0
    told: int = 0
    failed: int = 0


def evaluate(database: Database) -> Looked:
    """Look at every rule once, each in a transaction of its own, those first that were looked at longest ago: a run
    that has no time for all of them leaves the rest to the next. What another run is looking at is left to it."""
    looked, now, began = Looked(), clock.now(), time.monotonic()
    for place, rule_id in enumerate(database.run(_due, publish=False)):
        if place and time.monotonic() - began > _LONGEST_RUN:
            logger.warning("no time for every rule; the next look begins with the rest")
            break
        _look(database, rule_id, now, looked)
    database.run(lambda uow: _finish(uow, now, looked), publish=False)
    return looked


def _due(uow: UnitOfWork) -> list[UUID]:
    rows = uow.all(
        "SELECT rule.id FROM insight.alert_rule AS rule"
        " LEFT JOIN insight.alert_evaluation AS look ON look.rule_id = rule.id"
        " WHERE rule.active AND rule.deleted_at IS NULL ORDER BY look.at NULLS FIRST, rule.id"
    )
    return [row["id"] for row in rows]


def _look(database: Database, rule_id: UUID, now: datetime, looked: Looked) -> None:
    began = time.monotonic()
    try:
        database.run(lambda uow: _measure_and_settle(uow, rule_id, now, looked), publish=False)
    except Exception as error:
        if isinstance(error, psycopg.OperationalError) and not isinstance(error, QueryCanceled):
            raise  # the database, not the rule
        looked.failed += 1
        reason = f"{type(error).__name__}: {error}".splitlines()[0][:500]
        logger.exception("a rule cannot be measured", rule=str(rule_id))
        database.run(lambda uow: _note(uow, rule_id, now, "failed", 0, began, reason), publish=False)


def _measure_and_settle(uow: UnitOfWork, rule_id: UUID, now: datetime, looked: Looked) -> None:
    began = time.monotonic()
    if not _only_look(uow, rule_id) or not _is_watched(uow, rule_id):
        return
    rule = get_rule(uow, rule_id)
    uow.execute(f"SET LOCAL statement_timeout = '{_LONGEST_LOOK}'")
    found = measure(uow, rule, now)
    raised, resolved = _settle(uow, rule, found, now)
    _note(uow, rule_id, now, _state(uow, rule, found), found.readings, began, None)
    looked.rules += 1
    looked.readings += found.readings
    looked.raised += raised
    looked.resolved += resolved


def _is_watched(uow: UnitOfWork, rule_id: UUID) -> bool:
    query: LiteralString = "SELECT 1 FROM insight.alert_rule WHERE id = %s AND active AND deleted_at IS NULL"
    return uow.one(query, (rule_id,)) is not None


def _only_look(uow: UnitOfWork, what: UUID | None = None) -> bool:
    key = f"insight.alerts:{what or ''}"
    row = uow.one("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0)) AS taken", (key,))
    return row is not None and bool(row["taken"])


def _finish(uow: UnitOfWork, now: datetime, looked: Looked) -> None:
    """What is about all rules together: ends, growth, and having people told."""
    if not _only_look(uow):
        return
    looked.resolved += _end_watched_no_more(uow, now)
    _escalate(uow, now)
    looked.told = _announce(uow, now)
    _forget(uow, now)


@dataclass(frozen=True, slots=True)
class Found:
    """How many things were measured, whether there was anything to measure, and the things that matter: what is wrong,
    and what has an alert. `rows` hold subject, branch_id, value, context, alert_id, there (still measured)."""

    readings: int
    source: bool
    rows: list[Row]


# What a thing is about is put together only for those that matter: most are fine.
_FOUND: LiteralString = """
    WITH standing AS MATERIALIZED (
        SELECT id, subject FROM insight.alert WHERE rule_id = %(rule)s AND over_at IS NULL
    ), reading AS MATERIALIZED (
        SELECT subject, branch_id, value::float AS value,
               CASE WHEN {wrong} OR subject IN (SELECT subject FROM standing) THEN context END AS context
        FROM ({sql}) AS measured
    ), found AS (
        SELECT coalesce(reading.subject, standing.subject) AS subject, reading.branch_id, reading.value,
               reading.context, standing.id AS alert_id, reading.subject IS NOT NULL AS there
        FROM reading FULL JOIN standing ON standing.subject = reading.subject
        WHERE standing.id IS NOT NULL OR {wrong}
        ORDER BY standing.id IS NULL, {worst} LIMIT %(most)s + (SELECT count(*) FROM standing)
    )
    SELECT counted.readings, found.* FROM (SELECT count(value) AS readings FROM reading) AS counted
    LEFT JOIN found ON true
"""
_SIDE: dict[str, tuple[LiteralString, LiteralString]] = {
    "above": ("value > %(threshold)s", "value DESC NULLS LAST"),
    "below": ("value < %(threshold)s", "value ASC NULLS LAST"),
}


def measure(uow: UnitOfWork, rule: Rule, now: datetime, *, most: int | None = None) -> Found:
    """Measure by a rule without doing anything about it: what is wrong, the worst first, at most `most` of it, or as
    many as one look raises."""
    metric, asked = rule.measure, rule.asked(now)
    if not _has_source(uow, metric, asked):
        return Found(0, False, [])
    given = {} if metric.given is None else {"given": Jsonb(metric.given(uow, asked))}
    wrong, worst = _SIDE[rule.comparison]
    rows = uow.all(
        _FOUND.replace("{sql}", metric.sql).replace("{wrong}", wrong).replace("{worst}", worst),
        asked.parameters | given | {"rule": rule.id, "most": MOST_RAISED if most is None else most},
    )
    readings = rows[0]["readings"] if rows else 0
    return Found(readings, True, [row for row in rows if row["subject"] is not None])


def _has_source(uow: UnitOfWork, metric: Metric, asked: Asked) -> bool:
    if metric.source is None:
        return True
    row = uow.one(metric.source, asked.parameters)
    return row is not None and bool(row["there"])


def _settle(uow: UnitOfWork, rule: Rule, found: Found, now: datetime) -> tuple[int, int]:
    """Raise what is new, note what stays, end what is over; how many were raised and resolved."""
    new = [row for row in found.rows if row["alert_id"] is None]
    known = [row for row in found.rows if row["alert_id"] is not None]
    measured = [row for row in known if row["value"] is not None]
    over = [row for row in known if not row["there"] or (row["value"] is not None and rule.is_over(row["value"]))]
    if not found.source:
        over = []  # nobody can say
    if measured:
        _keep_up(uow, rule, measured, now)
    _raise(uow, rule, new, now)
    resolved = end(uow, [row["alert_id"] for row in over] + _unknown(uow, rule, now), now, reason="over")
    return len(new), resolved


def _raise(uow: UnitOfWork, rule: Rule, rows: list[Row], now: datetime) -> None:
    if not rows:
        return
    tell_at = may_tell_at(uow, now, rule.severity)
    alerts = [
        {name: row[name] for name in ("subject", "value", "context")}
        | {"id": str(ids.new_id()), "branch_id": _text(row["branch_id"])}
        for row in rows
    ]
    uow.execute(
        "INSERT INTO insight.alert (id, rule_id, kind, metric, severity, subject, branch_id, value, worst, comparison,"
        " threshold, context, raised_at, measured_at, tell_at)"
        " SELECT id, %(rule)s, %(kind)s, %(metric)s, %(severity)s, subject, branch_id, value, value, %(comparison)s,"
        " %(threshold)s, context, %(now)s, %(now)s, %(tell_at)s"
        " FROM jsonb_to_recordset(%(alerts)s)"
        "   AS new (id uuid, subject text, branch_id uuid, value float, context jsonb)",
        _fixed(rule) | {"alerts": Jsonb(alerts), "now": now, "tell_at": tell_at},
    )
    uow.record(
        AlertRaised(
            alerts=tuple(UUID(row["id"]) for row in alerts), rule_id=rule.id, kind=rule.kind, severity=rule.severity
        )
    )


def _fixed(rule: Rule) -> dict[str, Any]:
    named = ("kind", "metric", "severity", "comparison", "threshold")
    return {"rule": rule.id} | {name: getattr(rule, name) for name in named}


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def _keep_up(uow: UnitOfWork, rule: Rule, rows: list[Row], now: datetime) -> None:
    """What a standing alert is about as it is now, and the worst it came to."""
    seen = [{"alert_id": str(row["alert_id"]), "value": row["value"], "context": row["context"]} for row in rows]
    worse: LiteralString = "greatest" if rule.comparison == "above" else "least"
    uow.execute(
        f"UPDATE insight.alert SET value = now.value, worst = {worse}(worst, now.value), context = now.context,"
        " measured_at = %(now)s"
        " FROM jsonb_to_recordset(%(rows)s) AS now (alert_id uuid, value float, context jsonb) WHERE id = alert_id",
        {"now": now, "rows": Jsonb(seen)},
    )


def _unknown(uow: UnitOfWork, rule: Rule, now: datetime) -> list[UUID]:
    """The alerts of a rule whose things nobody could measure for a day."""
    rows = uow.all(
        "SELECT id FROM insight.alert WHERE rule_id = %s AND over_at IS NULL AND measured_at < %s",
        (rule.id, now - _UNKNOWN_FOR),
    )
    return [row["id"] for row in rows]


def end(uow: UnitOfWork, alerts: list[UUID], now: datetime, *, reason: str) -> int:
    """These are over; those nobody has settled are resolved by it. How many were."""
    if not alerts:
        return 0
    rows = uow.all(
        "UPDATE insight.alert AS alert SET over_at = %(now)s, resolved_at = coalesce(alert.resolved_at, %(now)s),"
        " resolved_by = coalesce(alert.resolved_by, %(actor)s)"
        " FROM insight.alert AS before WHERE before.id = alert.id AND alert.id = ANY(%(alerts)s)"
        " AND alert.over_at IS NULL RETURNING alert.id, alert.rule_id, before.resolved_at IS NULL AS resolved",
        {"now": now, "actor": ACTOR, "alerts": alerts},
    )
    resolved = [row for row in rows if row["resolved"]]
    for row in resolved:
        transition(
            uow, "insight.alert_change", row["id"], {"state": ("active", "resolved")}, actor=ACTOR, reason=reason
        )
    for rule_id in {row["rule_id"] for row in resolved}:
        mine = tuple(row["id"] for row in resolved if row["rule_id"] == rule_id)
        uow.record(AlertResolved(alerts=mine, rule_id=rule_id, by=ACTOR))
    return len(resolved)


def _end_watched_no_more(uow: UnitOfWork, now: datetime) -> int:
    """What a rule found that was switched off or removed since."""
    rows = uow.all(
        "SELECT alert.id FROM insight.alert JOIN insight.alert_rule AS rule ON rule.id = rule_id"
        " WHERE over_at IS NULL AND (NOT rule.active OR rule.deleted_at IS NOT NULL)"
    )
    return end(uow, [row["id"] for row in rows], now, reason="no longer watched")


def _state(uow: UnitOfWork, rule: Rule, found: Found) -> State:
    if not found.source or (found.readings == 0 and rule.measure.subject == "branch"):
        return "no_data"
    standing = uow.one("SELECT 1 FROM insight.alert WHERE rule_id = %s AND over_at IS NULL LIMIT 1", (rule.id,))
    return "fine" if standing is None else "firing"


def _note(
    uow: UnitOfWork, rule_id: UUID, now: datetime, state: State, readings: int, began: float, detail: str | None
) -> None:
    uow.execute(
        "INSERT INTO insight.alert_evaluation (rule_id, at, state, readings, milliseconds, detail)"
        " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (rule_id) DO UPDATE SET at = excluded.at,"
        " state = excluded.state, readings = excluded.readings, milliseconds = excluded.milliseconds,"
        " detail = excluded.detail",
        (rule_id, now, state, readings, round((time.monotonic() - began) * 1000), detail),
    )


def _forget(uow: UnitOfWork, now: datetime) -> None:
    """What was over long ago is deleted, with its history, a bite at a time."""
    uow.execute(
        "DELETE FROM insight.alert WHERE id IN (SELECT id FROM insight.alert WHERE resolved_at IS NOT NULL"
        " AND id < %s AND over_at < %s ORDER BY id LIMIT %s)",
        (ids.earliest(now - _KEPT), now - _KEPT, _BITE),
    )


# --------------------------------------------------------------------------------------------------- growing, telling


def _escalate(uow: UnitOfWork, now: datetime) -> None:
    """What people were told and nobody acknowledged in time grows one step worse, and is told anew."""
    rows = uow.all(
        "SELECT alert.id, alert.severity FROM insight.alert JOIN insight.alert_rule AS rule ON rule.id = rule_id"
        " WHERE alert.resolved_at IS NULL AND alert.acknowledged_at IS NULL AND alert.severity <> 'emergency'"
        " AND alert.told_at <= %s - make_interval(mins => rule.escalate_after_minutes) FOR UPDATE OF alert",
        (now,),
    )
    for row in rows:
        worse = SEVERITIES[SEVERITIES.index(row["severity"]) + 1]
        uow.execute(
            "UPDATE insight.alert SET severity = %s, escalated_at = %s, tell_at = %s, told_at = NULL WHERE id = %s",
            (worse, now, may_tell_at(uow, now, worse), row["id"]),
        )
        changes = {"severity": (row["severity"], worse)}
        transition(uow, "insight.alert_change", row["id"], changes, actor=ACTOR, reason="not acknowledged")


def _announce(uow: UnitOfWork, now: datetime) -> int:
    """Have people told what they may be told by now and have not been: once for what a rule found in a branch."""
    rows = uow.all(
        "UPDATE insight.alert SET told_at = %(now)s WHERE told_at IS NULL AND tell_at <= %(now)s"
        " AND resolved_at IS NULL AND acknowledged_at IS NULL"
        " RETURNING id, rule_id, kind, severity, branch_id, escalated_at IS NOT NULL AS escalated",
        {"now": now},
    )
    groups: dict[tuple[Any, ...], list[UUID]] = {}
    for row in rows:
        key = (row["rule_id"], row["kind"], row["severity"], row["branch_id"], row["escalated"])
        groups.setdefault(key, []).append(row["id"])
    for (rule_id, kind, severity, branch_id, escalated), alerts in groups.items():
        uow.record(
            AlertAnnounced(
                alerts=tuple(sorted(alerts)),
                rule_id=rule_id,
                kind=kind,
                severity=severity,
                branch_id=branch_id,
                escalated=escalated,
            )
        )
    return len(rows)
