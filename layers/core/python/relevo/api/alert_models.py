"""Alerts, their rules and who hears of them, over the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, model_validator

from relevo.api.models import Answer, PageQuery, Request
from relevo.api.text import Line
from relevo.insight import alerts
from relevo.notify import Target

Severity = alerts.Severity
Metric = Annotated[str, Field(max_length=40, json_schema_extra={"enum": sorted(alerts.METRICS)})]
Number = Annotated[float, Field(ge=-1e12, le=1e12, allow_inf_nan=False)]
Minutes = Annotated[int, Field(ge=5, le=44_640)]
State = Literal["active", "acknowledged", "resolved"]


class AlertQuery(PageQuery):
    """Which alerts: what is open (active or acknowledged), the worst first, or what was resolved, the newest first."""

    shown: Literal["open", "resolved"] = "open"
    severity: Severity | None = None
    kind: Line | None = None
    branch: UUID | None = None


class Alert(Answer):
    """Something a rule found wrong, in the caller's language: `title` says what, `text` with which numbers. `measured`
    and `worst` are the last and the worst measurement as people say them, `limit` what was passed; `context` are the
    facts, with the ids of what it is about. `quiet_until`: nobody is told before; `over`: it is no longer so."""

    id: UUID
    rule_id: UUID
    kind: str
    metric: str
    title: str
    text: str
    severity: Severity
    state: State
    branch_id: UUID | None
    branch_name: str | None
    value: float
    measured: str
    worst: str
    limit: str
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
    over: bool


class AlertChange(Answer):
    """What became of an alert: its `state` or its `severity` changed."""

    field: str
    old: Any
    new: Any
    actor: str
    actor_name: str | None
    reason: str | None
    at: datetime


class AlertHistory(Answer):
    """An alert with what became of it, the newest change first."""

    alert: Alert
    changes: list[AlertChange]


class AlertPage(Answer):
    """Alerts; `open` counts all that are not resolved, by severity, in the branches the caller sees."""

    items: list[Alert]
    next: str | None
    open: dict[Severity, int]


class AlertNote(Request):
    """What one does about it, for the others."""

    note: Line | None = None


class AlertRuleIn(Request):
    """A rule of one's own. It is wrong on the far side of `threshold`, in the metric's unit, and over past `recovery`
    (left out: a tenth of the threshold back). What is left out is the metric's usual."""

    name: Line
    metric: Metric
    comparison: Literal["above", "below"] | None = None
    threshold: Number
    recovery: Number | None = None
    window_minutes: Minutes | None = None
    minimum: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    severity: Severity | None = None
    filters: alerts.RuleFilters = alerts.RuleFilters()
    escalate_after_minutes: Minutes | None = None
    active: bool = True

    def fields(self) -> dict[str, Any]:
        """What was said."""
        said = self.model_fields_set
        return {name: getattr(self, name) for name in said if getattr(self, name) is not None}


class AlertRulePatch(Request):
    """Fields to change; those left out stay. Null takes away `window_minutes` and `escalate_after_minutes`, and gives
    `recovery` its usual distance."""

    name: Line | None = None
    metric: Metric | None = None
    comparison: Literal["above", "below"] | None = None
    threshold: Number | None = None
    recovery: Number | None = None
    window_minutes: Minutes | None = None
    minimum: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    severity: Severity | None = None
    filters: alerts.RuleFilters | None = None
    escalate_after_minutes: Minutes | None = None
    active: bool | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> AlertRulePatch:
        if not self.model_fields_set:
            raise ValueError("names no field to change")
        may_be_null = {"recovery", "window_minutes", "escalate_after_minutes"}
        if nulls := sorted(n for n in self.model_fields_set - may_be_null if getattr(self, n) is None):
            raise ValueError(f"{', '.join(nulls)} cannot be null; leave it out to keep it")
        return self

    def fields(self) -> dict[str, Any]:
        """What was said."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class AlertLook(Answer):
    """How the last look at a rule went: `no_data` where there was nothing to measure, `failed` with the reason in
    `detail`. `readings` counts what was measured, `open` the alerts that are not resolved."""

    at: datetime | None
    state: Literal["fine", "firing", "no_data", "failed"] | None
    readings: int
    milliseconds: int
    detail: str | None
    open: int


class AlertRule(Answer):
    """What is watched. `kind` is custom for the company's own; the others cannot be removed. `limit` is the threshold
    as people say it."""

    id: UUID
    kind: str
    title: str
    metric: str
    comparison: Literal["above", "below"]
    threshold: float
    limit: str
    recovery: float
    window_minutes: int | None
    minimum: int
    severity: Severity
    filters: alerts.RuleFilters
    escalate_after_minutes: int | None
    active: bool
    updated_at: datetime
    editable: bool
    look: AlertLook | None


class AlertRules(Answer):
    """Every rule: the product's own, then the company's."""

    items: list[AlertRule]


class AlertMetric(Answer):
    """Something that can be watched: in which unit, of what (`subject`), narrowed by which filters. `window_minutes` is
    the usual one, null where it tells how things are now; `sampled`: a rule's `minimum` counts what it measures by."""

    name: str
    description: str
    unit: str
    subject: str
    comparison: Literal["above", "below"]
    window_minutes: int | None
    sampled: bool
    filters: list[str]


class AlertMetrics(Answer):
    """What can be watched."""

    items: list[AlertMetric]


class AlertTried(Answer):
    """Something a rule would find wrong now."""

    title: str
    text: str
    measured: str
    branch_id: UUID | None


class AlertTrial(Answer):
    """What a rule would find now: of how many things, how many are wrong (up to 200), and the worst of them.
    `has_data` is false where there is nothing to measure yet."""

    has_data: bool
    readings: int
    wrong: int
    items: list[AlertTried]


class AlertPlace(Answer):
    """Where alerts are told. `recipient` is an address, a phone, or the host of a URL with a fingerprint: the URL
    itself is a secret and is not told again."""

    channel: str
    recipient: str


class AlertPlaceIn(Request):
    """A place: one that is there, by its `recipient` alone, or a new one."""

    recipient: Annotated[str, Field(max_length=300)] | None = None
    place: Target | None = None

    @model_validator(mode="after")
    def _is_one(self) -> AlertPlaceIn:
        if (self.recipient is None) == (self.place is None):
            raise ValueError("names either the recipient of a place that is there, or a new place")
        return self


Places = Annotated[list[AlertPlaceIn], Field(max_length=20)]


class AlertDelivery(Answer):
    """Who is told, and when: the quiet hours with the company's zone, and the places of each severity. A severity
    without places of its own is not among them: critical and emergency then go where the company is told."""

    quiet_hours: alerts.QuietHours
    timezone: str
    places: dict[Severity, list[AlertPlace]]


class AlertDeliveryIn(Request):
    """What changes: the quiet hours, the places of the severities named, or both. Null gives a severity back what it
    has by itself."""

    quiet_hours: alerts.QuietHours | None = None
    places: dict[Severity, Places | None] | None = None
