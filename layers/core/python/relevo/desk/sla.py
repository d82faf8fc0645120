"""The promise that runs out first: which clock of a ticket is ticking, and when it is due.

The targets are the escalation rules. A clock runs from the ticket's creation, or from when it was taken up again, until
the first response or the resolution; work in progress has one from its last change besides. A ticket that waits for
its customer, or is finished, has no clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from relevo import clock
from relevo.db import UnitOfWork
from relevo.db.remembered import Remembered
from relevo.desk.escalation import Rule, active_rules

Kind = Literal["first_response", "resolution", "update"]

_KIND: dict[str, Kind] = {"unanswered": "first_response", "open": "resolution", "stale": "update"}
"""What a rule's state promises."""

_rules: Remembered[list[Rule]] = Remembered(seconds=5)


class Clocked(Protocol):
    """What a ticket's clocks depend on; a `Ticket` is one."""

    @property
    def status(self) -> str: ...
    @property
    def priority(self) -> str | None: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def updated_at(self) -> datetime: ...
    @property
    def reopened_at(self) -> datetime | None: ...
    @property
    def first_response_at(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Sla:
    """A promise: what is due, when, and whether that has passed."""

    kind: Kind
    due_at: datetime
    overdue: bool


def sla_rules(uow: UnitOfWork) -> list[Rule]:
    """The targets in force, for `sla`, a few seconds old at most: read them once for a whole page of tickets."""
    return _rules.get(uow, "active", lambda: active_rules(uow))


def sla(ticket: Clocked, rules: Sequence[Rule], now: datetime | None = None) -> Sla | None:
    """The ticket's clock that is due first; None when none runs."""
    due = [
        (since + rule.after, _KIND[rule.state])
        for rule in rules
        if (not rule.priorities or ticket.priority in rule.priorities)
        and (since := _since(ticket, rule.state)) is not None
    ]
    if not due:
        return None
    due_at, kind = min(due)
    return Sla(kind, due_at, due_at <= (now or clock.now()))


def _since(ticket: Clocked, state: str) -> datetime | None:
    """When the clock of a rule for this state started, if it runs."""
    if state == "stale":
        return ticket.updated_at if ticket.status == "in_progress" else None
    answered = state == "unanswered" and ticket.first_response_at is not None
    if answered or ticket.status not in ("open", "in_progress"):
        return None
    return max(ticket.created_at, ticket.reopened_at or ticket.created_at)
