"""The alerts there are: listing them, saying that one looks after one, settling one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from relevo import clock, ids
from relevo.db import Row, UnitOfWork, transition
from relevo.errors import NotFound, PermanentError
from relevo.events import AlertAcknowledged, AlertResolved
from relevo.insight.alerts.rules import SEVERITIES, Rule, Severity

Shown = Literal["open", "resolved"]


class AlreadyResolved(PermanentError):
    """It is settled; there is nothing to acknowledge or resolve."""


@dataclass(frozen=True, slots=True)
class Alert:
    """Something a rule found wrong. `value` is the last measurement, `worst` the worst; `context` are the facts it is
    about. `quiet_until`: people are told only then. `still_wrong`: settled by a person while it was still so."""

    id: UUID
    rule_id: UUID
    rule_name: str | None
    kind: str
    metric: str
    severity: Severity
    state: Literal["active", "acknowledged", "resolved"]
    subject: str
    branch_id: UUID | None
    branch_name: str | None
    value: float
    worst: float
    comparison: str
    threshold: float
    context: dict[str, Any]
    raised_at: datetime
    measured_at: datetime
    quiet_until: datetime | None
    told_at: datetime | None
    escalated_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    resolved_at: datetime | None
    resolved_by: str | None
    note: str | None
    over_at: datetime | None


_ALERTS = """
    SELECT alert.id, alert.rule_id, rule.name AS rule_name, alert.kind, alert.metric, alert.severity, alert.subject,
           alert.branch_id, branch.name AS branch_name, alert.value, alert.worst, alert.comparison, alert.threshold,
           alert.context, alert.raised_at, alert.measured_at, alert.told_at, alert.escalated_at,
           alert.acknowledged_at, alert.acknowledged_by, alert.resolved_at, alert.resolved_by, alert.note,
           alert.over_at,
           CASE WHEN alert.resolved_at IS NOT NULL THEN 'resolved' WHEN alert.acknowledged_at IS NOT NULL
                THEN 'acknowledged' ELSE 'active' END AS state,
           CASE WHEN alert.told_at IS NULL AND alert.resolved_at IS NULL AND alert.tell_at > %(now)s
                THEN alert.tell_at END AS quiet_until
    FROM insight.alert JOIN insight.alert_rule AS rule ON rule.id = alert.rule_id
    LEFT JOIN inbox.branch ON branch.id = alert.branch_id
"""
_RANK = "array_position(ARRAY['info', 'warning', 'critical', 'emergency'], alert.severity)"
_SEEN = "(%(branches)s::uuid[] IS NULL OR alert.branch_id = ANY(%(branches)s) OR alert.branch_id IS NULL)"


def list_alerts(
    uow: UnitOfWork,
    *,
    shown: Shown = "open",
    branches: frozenset[UUID] | None = None,
    severity: Severity | None = None,
    kind: str | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> list[Alert]:
    """What is open in these branches (and in none), the worst and then the newest first; or what was resolved, the
    newest first; below `after`."""
    unresolved = "alert.resolved_at IS NULL" if shown == "open" else "alert.resolved_at IS NOT NULL"
    place = f"{_RANK}, alert.id" if shown == "open" else "alert.id"
    order = f"{_RANK} DESC, alert.id DESC" if shown == "open" else "alert.id DESC"
    rows = uow.all(
        f"{_ALERTS} WHERE {unresolved} AND {_SEEN}"
        " AND (%(severity)s::text IS NULL OR alert.severity = %(severity)s)"
        " AND (%(kind)s::text IS NULL OR alert.kind = %(kind)s)"
        f" AND (%(after)s::uuid IS NULL OR ({place}) < (SELECT {place} FROM insight.alert WHERE id = %(after)s))"
        f" ORDER BY {order} LIMIT %(limit)s",
        _seen_by(branches) | {"severity": severity, "kind": kind, "after": after, "limit": limit},
    )
    return [Alert(**row) for row in rows]


def _seen_by(branches: frozenset[UUID] | None) -> dict[str, Any]:
    return {"branches": None if branches is None else list(branches), "now": clock.now()}


def count_open(uow: UnitOfWork, branches: frozenset[UUID] | None = None) -> dict[Severity, int]:
    """How many are not resolved, by severity."""
    rows = uow.all(
        "SELECT severity, count(*) AS count FROM insight.alert"
        f" WHERE resolved_at IS NULL AND {_SEEN} GROUP BY severity",
        _seen_by(branches),
    )
    counted = {row["severity"]: row["count"] for row in rows}
    return {severity: counted.get(severity, 0) for severity in SEVERITIES}


def get_alert(uow: UnitOfWork, alert_id: UUID) -> Alert:
    """Raises NotFound."""
    found = get_alerts(uow, [alert_id])
    if not found:
        raise NotFound(f"there is no alert {alert_id}")
    return found[0]


def get_alerts(uow: UnitOfWork, alerts: list[UUID]) -> list[Alert]:
    """Those of them there are, the worst measured first."""
    rows = uow.all(f"{_ALERTS} WHERE alert.id = ANY(%(alerts)s)", {"alerts": alerts, "now": clock.now()})
    found = [Alert(**row) for row in rows]
    return sorted(found, key=lambda alert: -alert.value if alert.comparison == "above" else alert.value)


def history(uow: UnitOfWork, alert_id: UUID) -> list[Row]:
    """What became of it, the newest change first: field, old, new, actor, reason, at."""
    return uow.all(
        "SELECT field, old, new, actor, reason, at FROM insight.alert_change WHERE alert_id = %s"
        " ORDER BY id DESC LIMIT 100",
        (alert_id,),
    )


def acknowledge(uow: UnitOfWork, alert_id: UUID, *, actor: str, note: str | None = None) -> Alert:
    """Somebody looks after it: it grows no worse and nobody is told again; by the first who says so. Raises NotFound
    and AlreadyResolved."""
    alert = _locked(uow, alert_id)
    if alert.state == "active":
        uow.execute(
            "UPDATE insight.alert SET acknowledged_at = %s, acknowledged_by = %s, note = coalesce(%s, note)"
            " WHERE id = %s",
            (clock.now(), actor, note, alert_id),
        )
        change = {"state": ("active", "acknowledged")}
        transition(uow, "insight.alert_change", alert_id, change, actor=actor, reason=note)
        uow.record(AlertAcknowledged(alerts=(alert_id,), rule_id=alert.rule_id, by=actor))
    return get_alert(uow, alert_id)


def resolve(uow: UnitOfWork, alert_id: UUID, *, actor: str, note: str | None = None) -> Alert:
    """Somebody settled it. While it is still wrong it is not raised again; once it was right, it can be. Raises
    NotFound and AlreadyResolved."""
    alert = _locked(uow, alert_id)
    uow.execute(
        "UPDATE insight.alert SET resolved_at = %s, resolved_by = %s, note = coalesce(%s, note) WHERE id = %s",
        (clock.now(), actor, note, alert_id),
    )
    change = {"state": (alert.state, "resolved")}
    transition(uow, "insight.alert_change", alert_id, change, actor=actor, reason=note)
    uow.record(AlertResolved(alerts=(alert_id,), rule_id=alert.rule_id, by=actor))
    return get_alert(uow, alert_id)


def _locked(uow: UnitOfWork, alert_id: UUID) -> Alert:
    uow.one("SELECT id FROM insight.alert WHERE id = %s FOR UPDATE", (alert_id,))
    alert = get_alert(uow, alert_id)
    if alert.state == "resolved":
        raise AlreadyResolved(f"the alert {alert_id} is resolved already")
    return alert


def as_drafts(uow: UnitOfWork, rule: Rule, rows: Sequence[Row]) -> list[Alert]:
    """What these measurements would be as alerts; nothing is kept."""
    now = clock.now()
    wanted = [row["branch_id"] for row in rows if row["branch_id"]]
    branches = uow.all("SELECT id, name FROM inbox.branch WHERE id = ANY(%s)", (wanted,))
    named = {row["id"]: row["name"] for row in branches}
    drafts = []
    for row in rows:
        fields: dict[str, Any] = dict.fromkeys(Alert.__slots__)
        fields |= {each: getattr(rule, each) for each in ("kind", "metric", "severity", "comparison", "threshold")}
        fields |= {"id": ids.new_id(), "rule_id": rule.id, "rule_name": rule.name, "state": "active"}
        fields |= {"branch_name": named.get(row["branch_id"]), "raised_at": now, "measured_at": now}
        fields |= {each: row[each] for each in ("subject", "branch_id", "value", "context")}
        drafts.append(Alert(**fields | {"worst": row["value"]}))
    return drafts


@dataclass(frozen=True, slots=True)
class Look:
    """How the last look at a rule went; `open` counts its alerts that are not resolved."""

    at: datetime | None
    state: str | None
    readings: int
    milliseconds: int
    detail: str | None
    open: int


def looks(uow: UnitOfWork) -> dict[UUID, Look]:
    """By rule."""
    rows = uow.all(
        "SELECT rule.id, look.at, look.state, coalesce(look.readings, 0) AS readings,"
        " coalesce(look.milliseconds, 0) AS milliseconds, look.detail, (SELECT count(*) FROM insight.alert"
        "   WHERE rule_id = rule.id AND resolved_at IS NULL) AS open"
        " FROM insight.alert_rule AS rule LEFT JOIN insight.alert_evaluation AS look ON look.rule_id = rule.id"
        " WHERE rule.deleted_at IS NULL"
    )
    return {row.pop("id"): Look(**row) for row in rows}
