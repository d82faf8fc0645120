"""A retention plan: actions for a customer at risk, worked as a ticket, judged when the predicted time is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from relevo import clock, crm, desk, ids
from relevo.db import UnitOfWork
from relevo.errors import InvalidInput, NotFound
from relevo.platform import value
from relevo.retention.actions import ACTIONS, Recommended, recommended
from relevo.settings import settings
from relevo.texts import say

CATEGORY = "retention"
_CODES = {action.code for action in ACTIONS}
UNFINISHED = ["open", "in_progress", "waiting"]


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan and the ticket it is worked in; `left_company` is None until `due_at`. `is_new` is True from the call of
    `start_plan` that started it."""

    id: UUID
    customer_id: UUID
    ticket_id: UUID
    ticket_number: int
    ticket_status: str
    actions: list[dict[str, Any]]
    probability: float
    level: str
    started_by: str
    started_at: datetime
    due_at: datetime
    left_company: bool | None
    is_new: bool = False


_PLANS = (
    "SELECT plan.id, plan.customer_id, plan.ticket_id, ticket.number AS ticket_number,"
    " CASE WHEN ticket.deleted_at IS NULL THEN ticket.status ELSE 'closed' END AS ticket_status,"
    " plan.actions, plan.probability, plan.level, plan.started_by, plan.started_at, plan.due_at, plan.left_company"
    " FROM crm.retention_plan AS plan JOIN desk.ticket ON ticket.id = plan.ticket_id"
)


def plans_of(uow: UnitOfWork, customers: Sequence[UUID]) -> dict[UUID, list[Plan]]:
    """The plans of each of these customers, the newest first."""
    rows = uow.all(f"{_PLANS} WHERE plan.customer_id = ANY(%s) ORDER BY plan.started_at DESC", (list(customers),))
    found: dict[UUID, list[Plan]] = {customer: [] for customer in customers}
    for row in rows:
        found[row["customer_id"]].append(Plan(**row))
    return found


def start_plan(
    uow: UnitOfWork, customer_id: UUID, *, actor: str, language: str, actions: Sequence[str] | None = None
) -> Plan:
    """Begin to keep a customer: a ticket of the category retention with what speaks for leaving and what to do. The
    actions are those named, or what is recommended. A plan whose ticket is unfinished is given back as it is.

    Raises NotFound for who has no prediction, and InvalidInput for an action there is none of.
    """
    if unknown := sorted(set(actions or ()) - _CODES):
        raise InvalidInput(f"there is no action {', '.join(unknown)}; use {', '.join(sorted(_CODES))}")
    if uow.one("SELECT 1 FROM crm.churn_risk WHERE customer_id = %s FOR UPDATE", (customer_id,)) is None:
        raise NotFound(f"there is no prediction for the customer {customer_id}: they are not active, or unknown")
    running = uow.one(
        f"{_PLANS} WHERE plan.customer_id = %s AND ticket.status = ANY(%s) AND ticket.deleted_at IS NULL"
        " ORDER BY plan.started_at DESC LIMIT 1",
        (customer_id, UNFINISHED),
    )
    if running is not None:
        return Plan(**running)
    risk = crm.churn.risk_of(uow, customer_id)
    return _started(uow, risk, _chosen(risk, actions), actor, language)


def _chosen(risk: crm.churn.Risk, actions: Sequence[str] | None) -> list[Recommended]:
    found = recommended(risk.probability, risk.factors)
    if actions is None:
        return found
    effects = {each.code: each for each in recommended(risk.probability, risk.factors)}
    return [effects.get(code, Recommended(code, (), 0.0)) for code in dict.fromkeys(actions)]


def _started(uow: UnitOfWork, risk: crm.churn.Risk, actions: Sequence[Recommended], actor: str, language: str) -> Plan:
    plan_id, now = ids.new_id(), clock.now()
    ticket = desk.open_ticket(
        uow,
        desk.NewTicket(
            subject=say(
                "retention.subject", language, customer=risk.customer_name or say("retention.nobody", language)
            ),
            description=_told(risk, actions, language),
            source="api",
            customer_id=risk.customer_id,
            category=CATEGORY,
            branch_id=risk.branch_id,
            idempotency_key=f"retention:{plan_id}",
            language=language,
            tags=("churn", risk.level),
        ),
        actor=actor,
        reason=say("retention.reason", language),
    )
    row = uow.one(
        "INSERT INTO crm.retention_plan (id, customer_id, ticket_id, actions, probability, level, started_by,"
        " started_at, due_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
        " RETURNING id, customer_id, ticket_id, actions, probability, level, started_by, started_at, due_at,"
        " left_company",
        (
            *(plan_id, risk.customer_id, ticket.id, Jsonb([each._asdict() for each in actions]), risk.probability),
            *(risk.level, actor, now, now + timedelta(days=value(uow, crm.churn.HORIZON_DAYS))),
        ),
    )
    assert row is not None
    return Plan(**row, ticket_number=ticket.number, ticket_status=ticket.status, is_new=True)


def _told(risk: crm.churn.Risk, actions: Sequence[Recommended], language: str) -> str:
    """The ticket's text: how likely, why, what to do."""
    lines = [
        say(
            "retention.likely",
            language,
            percent=round(100 * risk.probability),
            level=say(f"retention.level.{risk.level}", language),
            days=risk.expected_days,
        )
    ]
    raising = [factor for factor in risk.factors if factor["contribution"] > 0]
    if raising:
        lines += ["", say("retention.why", language)]
        lines += [f"- {_fact(factor, language)}" for factor in raising]
    if actions:
        lines += ["", say("retention.what", language)]
        lines += [f"{n}. {_deed(action, language)}" for n, action in enumerate(actions, 1)]
    return "\n".join(lines)


def _fact(factor: dict[str, Any], language: str) -> str:
    name = say(f"retention.factor.{factor['name']}", language)
    return name if factor["value"] is None else f"{name}: {round(factor['value'], 2):,.12g}"


def _deed(action: Recommended, language: str) -> str:
    deed = say(f"retention.action.{action.code}", language)
    points = round(100 * action.effect)
    return deed if points <= 0 else f"{deed} ({say('retention.effect', language, points=points)})"


def open_tasks(uow: UnitOfWork, *, actor: str) -> int:
    """Start plans for the likeliest to leave: critical ones without a plan in this window of time, or one still worked
    on, as many as the company takes on in a day; how many."""
    due = uow.all(
        "SELECT risk.customer_id, customer.language FROM crm.churn_risk AS risk"
        " JOIN crm.customer ON customer.id = risk.customer_id"
        " WHERE risk.level = 'critical' AND NOT EXISTS (SELECT 1 FROM crm.retention_plan AS plan"
        "   JOIN desk.ticket ON ticket.id = plan.ticket_id WHERE plan.customer_id = risk.customer_id"
        "   AND (plan.due_at > %(now)s OR (ticket.status = ANY(%(unfinished)s) AND ticket.deleted_at IS NULL)))"
        " ORDER BY risk.probability DESC, risk.customer_id LIMIT %(most)s",
        {"now": clock.now(), "most": value(uow, crm.churn.DAILY_TASKS), "unfinished": UNFINISHED},
    )
    for row in due:
        start_plan(uow, row["customer_id"], actor=actor, language=row["language"] or settings().locale)
    return len(due)
