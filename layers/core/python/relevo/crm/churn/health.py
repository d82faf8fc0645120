"""How well things stand with a customer, 0 to 100: five parts, each 0 to 100, by their weights.

volume          tickets in 90 days: none is 100, each costs 12
satisfaction    ratings of 180 days, 1 star 0 and 5 stars 100; without ratings what their messages sound like, else 70
engagement      half how recently they wrote (100 now, 0 after 90 days), half how often (100 from four days a month)
churn           what the probability of leaving leaves: 100 at none, 0 at certain
response_time   the company's mean first response of 90 days: 100 up to an hour, 0 from a day, evenly between; none: 100
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

WEIGHTS = {"volume": 0.15, "satisfaction": 0.25, "engagement": 0.20, "churn": 0.25, "response_time": 0.15}
Health = Literal["excellent", "good", "fair", "at_risk", "critical"]
_FROM: tuple[tuple[int, Health], ...] = ((80, "excellent"), (65, "good"), (50, "fair"), (35, "at_risk"))
_NOBODY_SAID = 70.0
_HOUR, _DAY = 60.0, 1440.0


def health(facts: Mapping[str, float | None], beside: Mapping[str, Any], probability: float) -> dict[str, int]:
    """The five parts of a customer's health, each 0 to 100."""
    contact = facts["days_since_contact"]
    recency = 0.0 if contact is None else 100 * (1 - contact / 90)
    parts = {
        "volume": 100 - 12 * (facts["tickets"] or 0),
        "satisfaction": _satisfaction(beside["rating"], facts["mean_sentiment"]),
        "engagement": _within(recency) / 2 + _within(25 * (facts["contacts_per_month"] or 0)) / 2,
        "churn": 100 * (1 - probability),
        "response_time": _response(beside["response_minutes"]),
    }
    return {name: round(_within(part)) for name, part in parts.items()}


def score(parts: Mapping[str, int]) -> int:
    """The whole of the parts, 0 to 100."""
    return round(sum(WEIGHTS[name] * parts[name] for name in WEIGHTS))


def standing(points: int) -> Health:
    """What a score is called."""
    return next((name for least, name in _FROM if points >= least), "critical")


def _satisfaction(rating: Any, sentiment: float | None) -> float:
    if rating is not None:
        return 25 * (float(rating) - 1)
    return _NOBODY_SAID if sentiment is None else 50 * (sentiment + 1)


def _response(minutes: Any) -> float:
    return 100.0 if minutes is None else 100 * (_DAY - float(minutes)) / (_DAY - _HOUR)


def _within(points: float) -> float:
    return min(100.0, max(0.0, points))
