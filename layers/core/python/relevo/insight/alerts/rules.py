"""Rules are data: what is measured, on which side of which threshold it is wrong, how bad that is, and of what.

Those that come with the product have a `kind` of their own and can be changed and switched off; a company adds its own
(`custom`, with a name) by combining what there is. Nothing in a rule is code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, get_args
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb
from pydantic import BaseModel, ConfigDict, Field

from relevo import clock, ids
from relevo.access import audit
from relevo.db import Row, UnitOfWork, transition
from relevo.errors import InvalidInput, NotFound
from relevo.insight.alerts.metrics import METRICS, Asked, Comparison, Metric
from relevo.text.words import unaccented

Severity = Literal["info", "warning", "critical", "emergency"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
CUSTOM = "custom"
MOST_RULES = 200
_MARGIN = 0.1
_WINDOW = (5, 31 * 1440)
_THIS_INSTANT = timedelta(seconds=1)
"""What is made now has an id a little after now."""


class RuleFilters(BaseModel):
    """What a rule is narrowed to; None is everything. `words` are what a message must name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    branches: tuple[UUID, ...] | None = Field(None, max_length=200)
    priorities: tuple[Literal["critical", "urgent", "high", "medium", "low"], ...] | None = Field(None, max_length=5)
    categories: tuple[str, ...] | None = Field(None, max_length=50)
    tiers: tuple[Literal["standard", "frequent", "enterprise", "vip"], ...] | None = Field(None, max_length=4)
    channels: tuple[Literal["whatsapp", "messenger", "instagram"], ...] | None = Field(None, max_length=3)
    words: tuple[str, ...] | None = Field(None, max_length=100)

    def given(self) -> dict[str, Any]:
        """The filters that narrow anything, as JSON holds them."""
        return {name: value for name, value in self.model_dump(mode="json", exclude_none=True).items() if value}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule. It is wrong beyond `threshold` and over again past `recovery`; `window_minutes` is None where a metric
    tells how things are now. Unacknowledged for `escalate_after_minutes`, an alert grows one step worse."""

    id: UUID
    kind: str
    name: str | None
    metric: str
    comparison: Comparison
    threshold: float
    recovery: float
    window_minutes: int | None
    minimum: int
    severity: Severity
    filters: RuleFilters
    escalate_after_minutes: int | None
    active: bool
    updated_at: datetime

    @property
    def measure(self) -> Metric:
        return METRICS[self.metric]

    def is_over(self, value: float) -> bool:
        return value <= self.recovery if self.comparison == "above" else value >= self.recovery

    def asked(self, now: datetime) -> Asked:
        """What it asks of its metric at an instant."""
        minutes = self.window_minutes or self.measure.window or 0
        since = now - timedelta(minutes=minutes)
        narrowed = dict.fromkeys(RuleFilters.model_fields) | {
            name: list(value) for name, value in self.filters if value
        }
        parameters = narrowed | {
            "now": now,
            "since": since,
            "first": ids.earliest(since),
            "last": ids.earliest(now + _THIS_INSTANT),
            "minutes": minutes,
            "minimum": self.minimum,
            "threshold": self.threshold,
            "pattern": pattern(self.filters.words),
        }
        return Asked(now, since, parameters)


def pattern(words: tuple[str, ...] | None) -> str | None:
    """The regular expression, in Postgres' words, that finds any of these as whole words; None without any."""
    found = [re.escape(" ".join(unaccented(word.lower()).split())) for word in words or () if word.strip()]
    return rf"(?<!\w)(?:{'|'.join(found)})(?!\w)" if found else None


_RULES = (
    "SELECT id, kind, name, metric, comparison, threshold, recovery, window_minutes, minimum, severity, filters,"
    " escalate_after_minutes, active, updated_at FROM insight.alert_rule"
)


def list_rules(uow: UnitOfWork) -> list[Rule]:
    """Every rule there is: the product's own in their order, then the company's."""
    return [_rule(row) for row in uow.all(f"{_RULES} WHERE deleted_at IS NULL ORDER BY kind = 'custom', id")]


def get_rule(uow: UnitOfWork, rule_id: UUID) -> Rule:
    """Raises NotFound."""
    row = uow.one(f"{_RULES} WHERE id = %s AND deleted_at IS NULL", (rule_id,))
    if row is None:
        raise NotFound(f"there is no rule {rule_id}")
    return _rule(row)


def _rule(row: Row) -> Rule:
    return Rule(**row | {"filters": RuleFilters.model_validate(row["filters"])})


def drafted(fields: Mapping[str, Any], of: Rule | None = None) -> Rule:
    """The rule these fields make of an existing one, or of nothing. Unsaid, recovery lies a tenth of the threshold
    back, and the window is the metric's. Raises InvalidInput for what no metric measures so."""
    name = str(fields.get("metric", of.metric if of else ""))
    metric = METRICS.get(name)
    if metric is None:
        raise InvalidInput(f"{name!r} is no metric; there are {', '.join(sorted(METRICS))}")
    known = _defaults(metric) | ({each: getattr(of, each) for each in Rule.__slots__} if of else {}) | dict(fields)
    known["recovery"] = _recovery(known, fields, of)
    known["updated_at"] = clock.now()
    rule = Rule(**{each: known[each] for each in Rule.__slots__})
    _check(rule, metric)
    return rule


def _defaults(metric: Metric) -> dict[str, Any]:
    return {
        "id": ids.new_id(),
        "kind": CUSTOM,
        "name": None,
        "metric": metric.name,
        "comparison": metric.comparison,
        "window_minutes": metric.window,
        "minimum": 0,
        "severity": "warning",
        "filters": RuleFilters(),
        "escalate_after_minutes": None,
        "active": True,
    }


def _recovery(known: Mapping[str, Any], fields: Mapping[str, Any], of: Rule | None) -> float:
    """What was said; else what it was, where that still fits; else a tenth of the threshold towards the good side."""
    if fields.get("recovery") is not None:
        return float(fields["recovery"])
    threshold, above = float(known["threshold"]), known["comparison"] == "above"
    same = of is not None and (of.threshold, of.comparison) == (threshold, known["comparison"])
    if of is not None and same and "recovery" not in fields:
        return of.recovery
    margin = abs(threshold) * _MARGIN
    return threshold - margin if above else threshold + margin


def _check(rule: Rule, metric: Metric) -> None:
    reasons = [*_reasons(rule, metric)]
    if reasons:
        raise InvalidInput("; ".join(reasons))


def _reasons(rule: Rule, metric: Metric) -> list[str]:
    said = []
    if rule.kind == CUSTOM and not rule.name:
        said.append("name: a rule of your own needs one")
    if (rule.recovery > rule.threshold) if rule.comparison == "above" else (rule.recovery < rule.threshold):
        said.append("recovery: must lie on the good side of the threshold")
    if metric.window is None and rule.window_minutes is not None:
        said.append(f"window_minutes: {metric.name} tells how things are now")
    if rule.window_minutes is not None and not _WINDOW[0] <= rule.window_minutes <= _WINDOW[1]:
        said.append(f"window_minutes: between {_WINDOW[0]} and {_WINDOW[1]}")
    if rule.minimum and not metric.sampled:
        said.append(f"minimum: {metric.name} does not measure by samples")
    wrong = sorted(set(rule.filters.given()) - metric.filters)
    if wrong:
        said.append(f"filters: {metric.name} cannot be narrowed by {', '.join(wrong)}")
    return said


def add_rule(uow: UnitOfWork, fields: Mapping[str, Any], *, actor: str) -> Rule:
    """A rule of the company's own. Raises InvalidInput, also when there are `MOST_RULES` already."""
    rule = drafted(dict(fields) | {"kind": CUSTOM})
    _check_branches(uow, rule)
    count = uow.one("SELECT count(*) AS rules FROM insight.alert_rule WHERE deleted_at IS NULL")
    if count is not None and count["rules"] >= MOST_RULES:
        raise InvalidInput(f"there are {MOST_RULES} rules already; remove one first")
    row = _columns(rule) | {"created_at": rule.updated_at}
    insert = sql.SQL("INSERT INTO insight.alert_rule ({}) VALUES ({})").format(
        sql.SQL(", ").join(map(sql.Identifier, row)), sql.SQL(", ").join(map(sql.Placeholder, row))
    )
    uow.connection.execute(insert, row)
    transition(uow, "insight.alert_rule_change", rule.id, {"rule": (None, _told(rule))}, actor=actor)
    audit.record(uow, actor, "alert_rule.add", "allowed", subject=str(rule.id), **_told(rule))
    return rule


def change_rule(uow: UnitOfWork, rule_id: UUID, fields: Mapping[str, Any], *, actor: str) -> Rule:
    """Change these fields; what a product's own rule measures, and what it is called, stays. Raises NotFound and
    InvalidInput."""
    uow.one("SELECT id FROM insight.alert_rule WHERE id = %s FOR UPDATE", (rule_id,))
    before = get_rule(uow, rule_id)
    if before.kind != CUSTOM and (fixed := sorted({"name", "metric", "comparison"} & fields.keys())):
        raise InvalidInput(f"{', '.join(fixed)}: stays as it is in a rule that comes with Relevo; add one of your own")
    after = drafted(fields, before)
    _check_branches(uow, after)
    old, new = _told(before), _told(after)
    changes = {name: (old.get(name), new.get(name)) for name in new if old.get(name) != new.get(name)}
    if not changes:
        return before
    row = _columns(after)
    update = sql.SQL("UPDATE insight.alert_rule SET {} WHERE id = %(id)s").format(
        sql.SQL(", ").join(
            sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in row if name != "id"
        )
    )
    uow.connection.execute(update, row)
    transition(uow, "insight.alert_rule_change", rule_id, changes, actor=actor)
    said = {name: values[1] for name, values in changes.items()}
    audit.record(uow, actor, "alert_rule.change", "allowed", subject=str(rule_id), **said)
    return after


def remove_rule(uow: UnitOfWork, rule_id: UUID, *, actor: str) -> None:
    """A rule of the company's own watches no more; what it found stays in the history. Raises NotFound, and
    InvalidInput for one that comes with the product."""
    rule = get_rule(uow, rule_id)
    if rule.kind != CUSTOM:
        raise InvalidInput("a rule that comes with Relevo cannot be removed; switch it off")
    uow.execute("UPDATE insight.alert_rule SET deleted_at = %s WHERE id = %s", (clock.now(), rule_id))
    transition(uow, "insight.alert_rule_change", rule_id, {"rule": (_told(rule), None)}, actor=actor)
    audit.record(uow, actor, "alert_rule.remove", "allowed", subject=str(rule_id))


def _columns(rule: Rule) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in Rule.__slots__} | {"filters": Jsonb(rule.filters.given())}


def _told(rule: Rule) -> dict[str, Any]:
    """What people set, as JSON holds it."""
    fixed = ("id", "kind", "filters", "updated_at")
    return {name: getattr(rule, name) for name in Rule.__slots__ if name not in fixed} | {
        "filters": rule.filters.given()
    }


def _check_branches(uow: UnitOfWork, rule: Rule) -> None:
    wanted = list(rule.filters.branches or ())
    known = uow.all("SELECT id FROM inbox.branch WHERE id = ANY(%s)", (wanted,)) if wanted else []
    if len(known) < len(set(wanted)):
        raise InvalidInput("filters: one of the branches does not exist")
