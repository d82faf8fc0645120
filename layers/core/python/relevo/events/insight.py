"""Events of what is watched."""

from __future__ import annotations

from typing import ClassVar, Literal
from uuid import UUID

from relevo.events.base import Event

Severity = Literal["info", "warning", "critical", "emergency"]


class AlertRaised(Event):
    """A rule found these things wrong that were not before."""

    name: ClassVar[str] = "alert.raised"

    alerts: tuple[UUID, ...]
    rule_id: UUID
    kind: str
    severity: Severity


class AlertAnnounced(Event):
    """People are to be told of these alerts of a rule in one branch: at once, after quiet hours, or because nobody
    acknowledged them and they grew worse (`escalated`)."""

    name: ClassVar[str] = "alert.announced"

    alerts: tuple[UUID, ...]
    rule_id: UUID
    kind: str
    severity: Severity
    branch_id: UUID | None
    escalated: bool = False


class AlertAcknowledged(Event):
    """Somebody looks after these alerts."""

    name: ClassVar[str] = "alert.acknowledged"

    alerts: tuple[UUID, ...]
    rule_id: UUID
    by: str


class AlertResolved(Event):
    """These alerts are settled: by a person, or by themselves (`alerts`) because what was wrong is over."""

    name: ClassVar[str] = "alert.resolved"

    alerts: tuple[UUID, ...]
    rule_id: UUID
    by: str
