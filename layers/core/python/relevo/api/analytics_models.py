"""What goes over the wire of churn, retention plans, payments and subscriptions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from relevo.api.models import Answer, Request
from relevo.api.text import Line

Level = Literal["low", "medium", "high", "critical"]
Standing = Literal["excellent", "good", "fair", "at_risk", "critical"]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Amount = Annotated[Decimal, Field(gt=0, max_digits=14, decimal_places=2, allow_inf_nan=False)]
ActionCode = Literal[
    "call", "apologize", "senior_agent", "priority_service", "payment_plan", "offer", "welcome", "renewal"
]


class RiskQuery(Request):
    """From which probability (0 to 1) on; one level, and the page beyond a cursor, where given. `limit` is for each
    level."""

    threshold: float = Field(0.3, ge=0, le=1)
    level: Level | None = None
    cursor: str | None = None
    limit: int = Field(25, ge=1, le=100)


class RiskFactor(Answer):
    """A fact of a customer (null: not known) and what it does to the odds of their leaving: log odds, positive towards
    leaving."""

    name: str
    value: float | None
    contribution: float


class RecommendedAction(Answer):
    """What to do, in words; against which factors; by how much the probability is expected to fall (0 to 1)."""

    code: ActionCode
    text: str
    against: list[str]
    effect: float


class RetentionPlan(Answer):
    """Actions begun for a customer, worked in a ticket; `left_company` tells what came of it, null until `due_at`."""

    id: UUID
    ticket_id: UUID
    ticket_number: int
    ticket_status: str
    actions: list[ActionCode]
    probability: float
    started_at: AwareDatetime
    due_at: AwareDatetime
    left_company: bool | None


class CustomerHealth(Answer):
    """How well things stand with a customer, 0 to 100, what that is called, and its five parts, each 0 to 100."""

    score: int
    standing: Standing
    parts: dict[str, int]


class CustomerRisk(Answer):
    """How likely a customer leaves within the horizon (0 to 1), in how many days if nothing changes, and how sure that
    is (0 to 1); the loudest five factors, what to do, and the newest plan."""

    customer_id: UUID
    customer_name: str | None
    tier: str
    branch_id: UUID | None
    at: AwareDatetime
    probability: float
    level: Level
    level_since: AwareDatetime
    previous_level: Level | None
    expected_days: int
    confidence: float
    factors: list[RiskFactor]
    actions: list[RecommendedAction]
    health: CustomerHealth
    plan: RetentionPlan | None


class RiskLevel(Answer):
    """The customers of a level from the threshold on: how many there are, the likeliest to leave first, and the cursor
    of the next page."""

    level: Level
    count: int
    customers: list[CustomerRisk]
    next: str | None


class ChurnRisks(Answer):
    """Who is about to leave, by level, the worst first. `day` is the newest day that was looked at; null: none yet."""

    day: date | None
    as_of: AwareDatetime | None
    horizon_days: int
    threshold: float
    levels: list[RiskLevel]


class Foreseen(Answer):
    """What was said of a customer, and whether they left; null until the horizon is over."""

    at: AwareDatetime
    probability: float
    level: Level
    left_company: bool | None


class Payment(Answer):
    """An amount due at an instant; `paid_at` null: not paid yet."""

    id: UUID
    customer_id: UUID
    customer_name: str | None
    reference: str
    amount: Decimal
    currency: str
    due_at: AwareDatetime
    paid_at: AwareDatetime | None


class CustomerRiskInFull(Answer):
    """A customer's risk with what was said before, every plan, and the last payments."""

    risk: CustomerRisk
    history: list[Foreseen]
    plans: list[RetentionPlan]
    payments: list[Payment]


class RetentionPlanIn(Request):
    """Which actions; without any, those that are recommended."""

    actions: list[ActionCode] | None = Field(None, min_length=1, max_length=8)


class TrainedModel(Answer):
    """A model that was trained; its figures are of customers it had not seen, later ones."""

    id: UUID
    kind: str
    state: Literal["serving", "retired", "rejected"]
    trained_at: AwareDatetime
    figures: dict[str, Any]


class LevelOutcome(Answer):
    """Of what was foreseen at a level and is over: how many, how many were to be expected to leave, how many did."""

    level: Level
    judged: int
    expected: float
    left: int


class PlansOutcome(Answer):
    """Of the plans that are over: how many, how many of those customers were to be expected to leave without, how many
    left."""

    judged: int
    expected: float
    left: int


class ChurnModel(Answer):
    """What foresees: `scorecard` until there is enough to learn from, else the kind of the model that serves.
    `learning` is what became of the last training, `drift` how far today's customers are from those of the training."""

    serving: str
    day: date | None
    scored: int
    learning: Literal["not_due", "interrupted", "not_enough", "no_better", "trained"] | None
    drift: dict[str, Any] | None
    models: list[TrainedModel]
    outcomes: list[LevelOutcome]
    plans: PlansOutcome


class PaymentIn(Request):
    """A payment, found again by its reference."""

    reference: Line
    customer_id: UUID
    amount: Amount
    currency: Currency
    due_at: AwareDatetime
    paid_at: AwareDatetime | None = None


class PaymentsIn(Request):
    """Payments as they stand now."""

    items: list[PaymentIn] = Field(min_length=1, max_length=200)


class TermIn(Request):
    """A term of a customer's subscription, found again by its start; a renewal is a term of its own."""

    customer_id: UUID
    started_at: AwareDatetime
    renews_at: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None


class TermsIn(Request):
    """Terms as they stand now."""

    items: list[TermIn] = Field(min_length=1, max_length=200)


class KeptCounts(Answer):
    """How many were new, changed and as they were."""

    new: int
    changed: int
    unchanged: int


class PaymentQuery(Request):
    """Of one customer, or whatever is overdue."""

    customer_id: UUID | None = None
    limit: int = Field(50, ge=1, le=200)


class PaymentList(Answer):
    """Payments: a customer's with the last due first, or the overdue ones with the longest due first."""

    items: list[Payment]
