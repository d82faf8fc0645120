"""Events of customers."""

from __future__ import annotations

from typing import ClassVar, Literal
from uuid import UUID

from relevo.events.base import Event

Level = Literal["low", "medium", "high", "critical"]


class CustomerChurnRiskChanged(Event):
    """A customer came to a high or critical risk of leaving, or is no longer at one; `probability` is 0 to 1."""

    name: ClassVar[str] = "customer.churn_risk_changed"

    customer_id: UUID
    old: Level | None
    new: Level
    probability: float
