"""What can be done about a reason to leave, and what it is expected to do: a table of rules.

An action undoes a share of what its factors add to the odds of leaving. The shares are assumptions until plans have
been judged (`relevo.crm.churn.judge` says what came of each); they are the same for every customer, the effect is not.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

MOST = 3
"""Actions recommended to somebody who is to carry them out."""


class Action(NamedTuple):
    """What to do (`retention.action.<code>` of the texts tells it), against which factors, and which share of their
    contribution it is expected to undo."""

    code: str
    against: frozenset[str]
    undoes: float


class Recommended(NamedTuple):
    """An action for a customer: the factors of theirs it is against, and by how much the probability of leaving is
    expected to fall (0 to 1)."""

    code: str
    against: tuple[str, ...]
    effect: float


ACTIONS: tuple[Action, ...] = (
    Action("call", frozenset({"days_since_contact", "contacts_per_month"}), 0.35),
    Action("apologize", frozenset({"mean_sentiment", "negative_interactions", "comments"}), 0.35),
    Action("senior_agent", frozenset({"tickets", "escalations"}), 0.25),
    Action("priority_service", frozenset({"delays", "missed_deadlines", "overruns"}), 0.40),
    Action("payment_plan", frozenset({"late_payments", "days_since_payment"}), 0.40),
    Action("offer", frozenset({"spend"}), 0.20),
    Action("welcome", frozenset({"age"}), 0.30),
    Action("renewal", frozenset({"days_to_renewal"}), 0.40),
)


def recommended(probability: float, factors: Sequence[Mapping[str, Any]]) -> list[Recommended]:
    """What to do about these factors (name and contribution in log odds), what helps most first; nothing where nothing
    speaks for leaving."""
    raising = {factor["name"]: factor["contribution"] for factor in factors if factor["contribution"] > 0}
    odds = math.log(probability / (1 - probability)) if 0 < probability < 1 else math.copysign(30, probability - 0.5)
    found = []
    for action in ACTIONS:
        against = tuple(name for name in raising if name in action.against)
        undone = action.undoes * sum(raising[name] for name in against)
        if against:
            found.append(Recommended(action.code, against, round(probability - 1 / (1 + math.exp(undone - odds)), 4)))
    return sorted(found, key=lambda action: -action.effect)[:MOST]
