"""Who hears of an alert: the branch's supervisors in their console, and the places chosen for its severity."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from relevo import notify
from relevo.db import Database, UnitOfWork
from relevo.events import AlertAnnounced
from relevo.insight.alerts import keeping
from relevo.insight.alerts.keeping import Alert
from relevo.insight.alerts.rules import SEVERITIES, Severity
from relevo.insight.alerts.wording import rule_title, sentence, title
from relevo.notify import Reader, Target, Told
from relevo.platform import Definition, value
from relevo.settings import settings
from relevo.texts import say

_LINES = 5
_IN_CONSOLE: Severity = "warning"
"""From this severity on supervisors have a notice in their console; the rest they find in the list."""

Channels = dict[Severity, Annotated[list[Target], Field(max_length=20)]]
CHANNELS: Definition[Channels] = Definition("alerts.channels", "object", Channels, dict)


def tell(database: Database, event: AlertAnnounced) -> None:
    """Tell whom these alerts concern, once over each channel; what is settled by now is left out.

    Raises RetryableError when a channel met a passing fault: what was sent is not sent again.
    """
    notify.tell(database, event.id, lambda uow: _told(uow, event))


def _told(uow: UnitOfWork, event: AlertAnnounced) -> Told:
    alerts = [alert for alert in keeping.get_alerts(uow, list(event.alerts)) if alert.state != "resolved"]
    if not alerts:
        return Told("alert", [], lambda language: {})
    readers = [Reader(None, settings().locale, tuple(_places(uow, event.severity)))]
    if SEVERITIES.index(event.severity) >= SEVERITIES.index(_IN_CONSOLE):
        readers += notify.supervisors_of(uow, event.branch_id)
    return Told("alert", readers, lambda language: _facts(event, alerts, language))


def _places(uow: UnitOfWork, severity: Severity) -> list[Target]:
    """Those of the severity. What is critical, and has no places of its own, goes where the company is told."""
    chosen = value(uow, CHANNELS)
    if severity in chosen:
        return chosen[severity]
    urgent = SEVERITIES.index(severity) >= SEVERITIES.index("critical")
    return notify.company_targets(uow) if urgent else []


def _facts(event: AlertAnnounced, alerts: list[Alert], language: str) -> dict[str, Any]:
    first = alerts[0]
    many = len(alerts) > 1
    name = rule_title(first.kind, first.rule_name, language)
    return {
        "event": event.name,
        "alert_ids": [str(alert.id) for alert in alerts],
        "kind": event.kind,
        "severity": event.severity,
        "severity_name": say(f"alert.severity.{event.severity}", language),
        "escalated": event.escalated,
        "branch": first.branch_name,
        "title": f"{name} ({len(alerts)})" if many else title(first, language),
        "lines": [sentence(alert, language) for alert in alerts[:_LINES]],
        "more": max(len(alerts) - _LINES, 0),
        "ticket_id": None if many else first.context.get("ticket_id"),
        "conversation_id": None if many else first.context.get("conversation_id"),
    }
