"""Who hears of an alert: the branch's supervisors in their console, and the places chosen for its severity."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from relevo import notify
from relevo.db import Database, UnitOfWork
from relevo.events import AlertAnnounced
from relevo.insight.alerts import keeping
from relevo.insight.alerts.keeping import Alert
from relevo.insight.alerts.metrics import METRICS
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
    """Tell whom these alerts concern, once over each channel; what is settled by now is left out. Who holds the
    conversation or the ticket an alert is about is told of theirs.

    Raises RetryableError when a channel met a passing fault: what was sent is not sent again.
    """
    notify.tell(database, event.id, lambda uow: _told(uow, event))
    for agent_id in database.run(lambda uow: list(_held(_unsettled(uow, event)))):
        notify.tell(database, event.id, partial(_told_holder, event=event, agent_id=agent_id))


def _unsettled(uow: UnitOfWork, event: AlertAnnounced) -> list[Alert]:
    """Those of its alerts that are not resolved by now, the worst first."""
    return [alert for alert in keeping.get_alerts(uow, list(event.alerts)) if alert.state != "resolved"]


def _held(alerts: list[Alert]) -> dict[UUID, list[Alert]]:
    """By who holds what they are about, where that is a conversation or a ticket."""
    held: dict[UUID, list[Alert]] = {}
    for alert in alerts:
        holder = alert.context.get("agent_id")
        if holder and METRICS[alert.metric].subject in ("conversation", "ticket"):
            held.setdefault(UUID(holder), []).append(alert)
    return held


def _told_holder(uow: UnitOfWork, *, event: AlertAnnounced, agent_id: UUID) -> Told:
    alerts = _held(_unsettled(uow, event)).get(agent_id, [])
    readers = notify.agents_in_console(uow, [agent_id]) if alerts and _in_console(event.severity) else []
    return Told("alert", readers, lambda language: _facts(event, alerts, language))


def _in_console(severity: Severity) -> bool:
    return SEVERITIES.index(severity) >= SEVERITIES.index(_IN_CONSOLE)


def _told(uow: UnitOfWork, event: AlertAnnounced) -> Told:
    alerts = _unsettled(uow, event)
    if not alerts:
        return Told("alert", [], lambda language: {})
    readers = [Reader(None, settings().locale, tuple(_places(uow, event.severity)))]
    if _in_console(event.severity):
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
