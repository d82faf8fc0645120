"""The words of churn: what is known of a customer, what leaving means, how likely is how bad, how long it may take."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal, get_args

from pydantic import Field

from relevo.platform import Definition

FEATURES = (
    "contacts_per_month",
    "days_since_contact",
    "tickets",
    "comments",
    "mean_sentiment",
    "negative_interactions",
    "escalations",
    "delays",
    "missed_deadlines",
    "overruns",
    "late_payments",
    "days_since_payment",
    "spend",
    "age",
    "days_to_renewal",
)
"""What is known of a customer as of an instant; `relevo.crm.churn.features` says what each one counts."""

Level = Literal["low", "medium", "high", "critical"]
LEVELS: tuple[Level, ...] = get_args(Level)
THRESHOLDS: dict[Level, float] = {"low": 0.0, "medium": 0.3, "high": 0.5, "critical": 0.7}
"""From which probability on a customer is at this level."""

LONGEST_WAIT = 3650
"""Days; who is to be expected to stay longer is said to stay so long."""

HORIZON_DAYS: Definition[int] = Definition(
    "churn.horizon_days", "integer", Annotated[int, Field(ge=14, le=365)], lambda: 60
)
ACTIVE_DAYS: Definition[int] = Definition(
    "churn.active_days", "integer", Annotated[int, Field(ge=30, le=1095)], lambda: 180
)
DAILY_TASKS: Definition[int] = Definition(
    "churn.daily_tasks", "integer", Annotated[int, Field(ge=0, le=500)], lambda: 10
)
RATES: Definition[dict[str, float]] = Definition(
    "churn.rates",
    "object",
    dict[Annotated[str, Field(pattern="^[A-Z]{3}$")], Annotated[float, Field(gt=0)]],
    dict[str, float],
)
SETTINGS: tuple[Definition[Any], ...] = (HORIZON_DAYS, ACTIVE_DAYS, DAILY_TASKS, RATES)


def level_of(probability: float) -> Level:
    """How bad a probability (0 to 1) is."""
    return max(LEVELS, key=lambda level: (THRESHOLDS[level] <= probability, THRESHOLDS[level]))


def expected_days(probability: float, horizon_days: int) -> int:
    """In how many days the customer is to be expected to leave, were the risk of every day the same."""
    if probability <= 0:
        return LONGEST_WAIT
    daily = -math.log(max(1 - probability, 1e-9)) / horizon_days
    return max(1, min(LONGEST_WAIT, round(1 / daily)))
