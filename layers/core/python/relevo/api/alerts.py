"""Routes of alerts, the rules that raise them, and who hears of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from relevo import clock, platform
from relevo.access import Principal, audit
from relevo.api import cursor
from relevo.api.actors import with_names
from relevo.api.alert_models import (
    Alert,
    AlertChange,
    AlertDelivery,
    AlertDeliveryIn,
    AlertHistory,
    AlertLook,
    AlertMetric,
    AlertMetrics,
    AlertNote,
    AlertPage,
    AlertPlace,
    AlertPlaceIn,
    AlertQuery,
    AlertRule,
    AlertRuleIn,
    AlertRulePatch,
    AlertRules,
    AlertTrial,
    AlertTried,
)
from relevo.api.application import app
from relevo.api.endpoint import endpoint
from relevo.api.preferences import LanguageHeaders
from relevo.api.requests import Refused, invalid, refuse_branch, refuse_limited
from relevo.db import UnitOfWork
from relevo.insight import alerts
from relevo.notify import Target
from relevo.runtime.problems import Problem
from relevo.texts import say

_ALERTS = "/api/alerts"
_ALERT = f"{_ALERTS}/<alert_id>"
_RULES = f"{_ALERTS}/rules"
_RULE = f"{_RULES}/<rule_id>"
_READ, _MANAGE, _TAG = "alerts:read", "alerts:manage", "Alerts"
_TRIED = 10


@endpoint(app, "GET", _ALERTS, scope=_READ, summary="List alerts", tag=_TAG)
def list_alerts(uow: UnitOfWork, caller: Principal, query: AlertQuery, headers: LanguageHeaders) -> AlertPage:
    """Alerts of the caller's branches and of no branch, a page at a time: what is open with the worst first, what was
    resolved with the newest."""
    if query.branch is not None:
        refuse_branch(caller, query.branch)
    branches = caller.branches if query.branch is None else frozenset({query.branch})
    found = alerts.list_alerts(
        uow,
        shown=query.shown,
        branches=branches,
        severity=query.severity,
        kind=query.kind,
        after=cursor.decode(query.cursor),
        limit=query.limit + 1,
    )
    shown = found[: query.limit]
    return AlertPage(
        items=_shown(uow, shown, headers.language),
        next=cursor.encode(shown[-1].id if len(found) > query.limit else None),
        open=alerts.count_open(uow, branches),
    )


def _shown(uow: UnitOfWork, found: list[alerts.Alert], language: str) -> list[Alert]:
    """As the caller reads them, with the names of the people who looked after them."""
    people = [{"actor": actor} for alert in found for actor in (alert.acknowledged_by, alert.resolved_by) if actor]
    names = {row["actor"]: row["actor_name"] or row["actor"] for row in with_names(uow, people)} if people else {}
    return [_alert(alert, language, names) for alert in found]


def _alert(alert: alerts.Alert, language: str, names: dict[str, str]) -> Alert:
    unit = alerts.METRICS[alert.metric].unit
    fields: dict[str, Any] = {name: getattr(alert, name, None) for name in Alert.model_fields}
    return Alert.model_validate(
        fields
        | {
            "title": alerts.title(alert, language),
            "text": alerts.sentence(alert, language),
            "measured": alerts.measured(alert.value, unit, language),
            "worst": alerts.measured(alert.worst, unit, language),
            "limit": alerts.measured(alert.threshold, unit, language),
            "acknowledged_by": names.get(alert.acknowledged_by or ""),
            "resolved_by": names.get(alert.resolved_by or ""),
            "over": alert.over_at is not None,
        }
    )


def _seen(uow: UnitOfWork, caller: Principal, alert_id: UUID) -> alerts.Alert:
    alert = alerts.get_alert(uow, alert_id)
    refuse_branch(caller, alert.branch_id)
    return alert


@endpoint(app, "GET", _ALERT, scope=_READ, summary="An alert and its past", tag=_TAG)
def read_alert(uow: UnitOfWork, caller: Principal, alert_id: UUID, headers: LanguageHeaders) -> AlertHistory:
    """An alert with what became of it."""
    [alert] = _shown(uow, [_seen(uow, caller, alert_id)], headers.language)
    changes = with_names(uow, alerts.history(uow, alert_id))
    return AlertHistory(alert=alert, changes=[AlertChange.model_validate(change) for change in changes])


@endpoint(app, "POST", f"{_ALERT}/acknowledge", scope=_MANAGE, summary="Look after an alert", tag=_TAG, refusals=(409,))
def acknowledge_alert(
    uow: UnitOfWork, caller: Principal, alert_id: UUID, body: AlertNote, headers: LanguageHeaders
) -> Alert:
    """The caller looks after it: it grows no worse, and nobody is told again. By the first who says so; 409 once it is
    resolved."""
    _seen(uow, caller, alert_id)
    return _settled(uow, headers, alerts.acknowledge, alert_id, caller, body)


@endpoint(app, "POST", f"{_ALERT}/resolve", scope=_MANAGE, summary="Settle an alert", tag=_TAG, refusals=(409,))
def resolve_alert(
    uow: UnitOfWork, caller: Principal, alert_id: UUID, body: AlertNote, headers: LanguageHeaders
) -> Alert:
    """The caller settled it. While it is still wrong it is not raised again; once it was right, it can be. 409 when it
    was resolved before."""
    _seen(uow, caller, alert_id)
    return _settled(uow, headers, alerts.resolve, alert_id, caller, body)


def _settled(
    uow: UnitOfWork, headers: LanguageHeaders, settle: Any, alert_id: UUID, caller: Principal, body: AlertNote
) -> Alert:
    try:
        alert = settle(uow, alert_id, actor=caller.name, note=body.note)
    except alerts.AlreadyResolved as error:
        raise Problem(409, str(error), kind="alert-resolved") from error
    [shown] = _shown(uow, [alert], headers.language)
    return shown


# ------------------------------------------------------------------------------------------------------------- rules


@endpoint(app, "GET", f"{_ALERTS}/metrics", scope=_READ, summary="What can be watched", tag=_TAG)
def list_metrics(uow: UnitOfWork, headers: LanguageHeaders) -> AlertMetrics:
    """Every metric a rule can measure by."""
    return AlertMetrics(
        items=[
            AlertMetric(
                name=metric.name,
                description=say(f"alert.about.{metric.name}", headers.language),
                unit=metric.unit,
                subject=metric.subject,
                comparison=metric.comparison,
                window_minutes=metric.window,
                sampled=metric.sampled,
                filters=sorted(metric.filters),
            )
            for metric in alerts.METRICS.values()
        ]
    )


@endpoint(app, "GET", _RULES, scope=_READ, summary="What is watched", tag=_TAG)
def list_rules(uow: UnitOfWork, caller: Principal, headers: LanguageHeaders) -> AlertRules:
    """Every rule, and how the last look at it went."""
    looks = alerts.looks(uow)
    return AlertRules(
        items=[_rule(rule, caller, headers.language, looks.get(rule.id)) for rule in alerts.list_rules(uow)]
    )


def _rule(rule: alerts.Rule, caller: Principal, language: str, look: alerts.Look | None = None) -> AlertRule:
    known: dict[str, Any] = {name: getattr(rule, name, None) for name in AlertRule.model_fields}
    return AlertRule.model_validate(
        known
        | {
            "title": alerts.rule_title(rule.kind, rule.name, language),
            "limit": alerts.measured(rule.threshold, rule.measure.unit, language),
            "editable": _MANAGE in caller.scopes and _rules_over(caller, rule),
            "look": None if look is None else AlertLook.model_validate(look),
        }
    )


def _rules_over(caller: Principal, rule: alerts.Rule) -> bool:
    """Whether the rule concerns no branch the caller does not see."""
    narrowed = {*(rule.filters.branches or ())}
    return caller.branches is None or (bool(narrowed) and caller.branches >= narrowed)


def _refuse_beyond(caller: Principal, rule: alerts.Rule) -> None:
    if not _rules_over(caller, rule):
        raise Refused(
            caller, f"alert_rule:{rule.id}", "The rule concerns branches you do not work in; narrow it to yours."
        )


@endpoint(app, "POST", _RULES, scope=_MANAGE, summary="Watch something", tag=_TAG, status=201)
def add_rule(uow: UnitOfWork, caller: Principal, body: AlertRuleIn, headers: LanguageHeaders) -> AlertRule:
    """Adds a rule of the company's own; the next look follows it. Whoever does not see every branch names theirs."""
    rule = alerts.add_rule(uow, body.fields(), actor=caller.name)
    _refuse_beyond(caller, rule)
    return _rule(rule, caller, headers.language)


@endpoint(app, "POST", f"{_RULES}/try", scope=_MANAGE, summary="Try a rule", tag=_TAG)
def try_rule(uow: UnitOfWork, caller: Principal, body: AlertRuleIn, headers: LanguageHeaders) -> AlertTrial:
    """What the rule would find now; nothing is raised and nobody is told."""
    rule = alerts.drafted(body.fields())
    _refuse_beyond(caller, rule)
    found = alerts.measure(uow, rule, clock.now())
    drafts = alerts.as_drafts(uow, rule, found.rows[:_TRIED])
    return AlertTrial(
        has_data=found.source and (found.readings > 0 or rule.measure.subject != "branch"),
        readings=found.readings,
        wrong=len(found.rows),
        items=[
            AlertTried(
                title=alerts.about(draft) or alerts.rule_title(rule.kind, rule.name, headers.language),
                text=alerts.sentence(draft, headers.language),
                measured=alerts.measured(draft.value, rule.measure.unit, headers.language),
                branch_id=draft.branch_id,
            )
            for draft in drafts
        ],
    )


@endpoint(app, "PATCH", _RULE, scope=_MANAGE, summary="Change a rule", tag=_TAG)
def change_rule(
    uow: UnitOfWork, caller: Principal, rule_id: UUID, body: AlertRulePatch, headers: LanguageHeaders
) -> AlertRule:
    """Changes the fields that are sent. What a rule that comes with Relevo measures stays as it is."""
    _refuse_beyond(caller, alerts.get_rule(uow, rule_id))
    rule = alerts.change_rule(uow, rule_id, body.fields(), actor=caller.name)
    _refuse_beyond(caller, rule)
    return _rule(rule, caller, headers.language, alerts.looks(uow).get(rule_id))


@endpoint(app, "DELETE", _RULE, scope=_MANAGE, summary="Remove a rule", tag=_TAG, status=204)
def remove_rule(uow: UnitOfWork, caller: Principal, rule_id: UUID) -> None:
    """Removes a rule of the company's own; what it found stays in the history."""
    _refuse_beyond(caller, alerts.get_rule(uow, rule_id))
    alerts.remove_rule(uow, rule_id, actor=caller.name)


# ---------------------------------------------------------------------------------------------------------- delivery


@endpoint(app, "GET", f"{_ALERTS}/delivery", scope=_MANAGE, summary="Who is told, and when", tag=_TAG)
def read_delivery(uow: UnitOfWork) -> AlertDelivery:
    """The quiet hours, and where each severity is told besides the console."""
    places = {
        severity: [AlertPlace(channel=target.channel, recipient=target.recipient) for target in targets]
        for severity, targets in platform.value(uow, alerts.CHANNELS).items()
    }
    return AlertDelivery(
        quiet_hours=platform.value(uow, alerts.QUIET_HOURS), timezone=platform.calendar.zone(uow).key, places=places
    )


@endpoint(app, "PUT", f"{_ALERTS}/delivery", scope=_MANAGE, summary="Say who is told, and when", tag=_TAG)
def change_delivery(uow: UnitOfWork, caller: Principal, body: AlertDeliveryIn) -> AlertDelivery:
    """Changes what is sent; the next alert follows it. It concerns every branch."""
    refuse_limited(caller, "alert_delivery")
    if body.quiet_hours is not None:
        quiet = body.quiet_hours.model_dump(mode="json")
        platform.change(uow, alerts.QUIET_HOURS, quiet, actor=caller.name)
    if body.places is not None:
        _change_places(uow, caller, body.places)
    audit.record(uow, caller.name, "alert_delivery.change", "allowed", fields=sorted(body.model_fields_set))
    return read_delivery(uow)


def _change_places(uow: UnitOfWork, caller: Principal, changes: dict[Any, Any]) -> None:
    before = platform.value(uow, alerts.CHANNELS)
    known = {**before}
    there = {target.recipient: target for targets in known.values() for target in targets}
    for severity, places in changes.items():
        if places is None:
            known.pop(severity, None)
        else:
            known[severity] = [_target(place, there) for place in places]
    platform.change(uow, alerts.CHANNELS, alerts.CHANNELS.dump(known), actor=caller.name)


def _target(place: AlertPlaceIn, there: dict[str, Target]) -> Target:
    if place.place is not None:
        if place.place.channel == "email" and not place.place.address:
            raise invalid([{"pointer": "#/places", "detail": "an e-mail needs an address"}])
        return place.place
    target = there.get(place.recipient or "")
    if target is None:
        raise invalid([{"pointer": "#/places", "detail": f"{place.recipient!r} is no place that is there"}])
    return target
