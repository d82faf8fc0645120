"""Routes of churn: who is about to leave and why, what is done about it, and how good the predictions are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from relevo import clock, crm, retention
from relevo.access import Principal
from relevo.api import cursor
from relevo.api.analytics_models import (
    ChurnModel,
    ChurnRisks,
    CustomerHealth,
    CustomerRisk,
    CustomerRiskInFull,
    Foreseen,
    KeptCounts,
    LevelOutcome,
    Payment,
    PaymentList,
    PaymentQuery,
    PaymentsIn,
    PlansOutcome,
    RecommendedAction,
    RetentionPlan,
    RetentionPlanIn,
    RiskFactor,
    RiskLevel,
    RiskQuery,
    TermsIn,
    TrainedModel,
)
from relevo.api.application import app
from relevo.api.endpoint import Reply, endpoint
from relevo.api.preferences import LanguageHeaders
from relevo.api.requests import invalid, refuse_branch, refuse_limited
from relevo.db import UnitOfWork
from relevo.errors import InvalidInput
from relevo.platform import value
from relevo.texts import say

_RISKS = "/api/analytics/churn-risk"
_RISK = f"{_RISKS}/<customer_id>"
_READ, _MANAGE, _TAG = "analytics:read", "analytics:manage", "Churn"


@endpoint(app, "GET", _RISKS, scope=_READ, summary="Who is about to leave", tag=_TAG)
def list_churn_risks(uow: UnitOfWork, caller: Principal, query: RiskQuery, headers: LanguageHeaders) -> ChurnRisks:
    """Customers who are likely to leave, grouped by level, the likeliest first: those of the caller's branches and of
    none. Active customers are looked at each morning; `cursor` goes on within one `level`."""
    if query.cursor is not None and query.level is None:
        raise invalid([{"parameter": "cursor", "detail": "goes on within a level: name it"}])
    after = cursor.decode(query.cursor)
    counts = crm.churn.counts(uow, query.threshold, branches=caller.branches)
    levels = []
    for level in reversed(crm.churn.LEVELS):
        if query.level in (None, level):
            found = crm.churn.at_risk(
                uow, query.threshold, level=level, branches=caller.branches, after=after, limit=query.limit + 1
            )
            shown = found[: query.limit]
            last = shown[-1].customer_id if len(found) > query.limit else None
            risks = _risks(uow, shown, headers.language)
            levels.append(RiskLevel(level=level, count=counts[level], customers=risks, next=cursor.encode(last)))
    day = retention.last_day(uow)
    return ChurnRisks(
        day=day.day if day else None,
        as_of=day.as_of if day else None,
        horizon_days=value(uow, crm.churn.HORIZON_DAYS),
        threshold=query.threshold,
        levels=levels,
    )


@endpoint(app, "GET", "/api/analytics/churn-model", scope=_READ, summary="How good the predictions are", tag=_TAG)
def read_churn_model(uow: UnitOfWork, caller: Principal) -> ChurnModel:
    """What foresees, how it was validated, whether customers still look as they did in training, and what came of what
    was foreseen. Concerns every branch."""
    refuse_limited(caller, "churn-model")
    day, models = retention.last_day(uow), crm.churn.models(uow)
    outcomes = crm.churn.outcome_of_predictions(uow)
    return ChurnModel(
        serving=crm.churn.speaking(uow),
        day=day.day if day else None,
        scored=day.scored if day else 0,
        learning=day.learning if day else None,
        drift=day.drift if day else None,
        models=[TrainedModel.model_validate(model) for model in models],
        outcomes=[LevelOutcome(**row) for row in outcomes],
        plans=PlansOutcome(**crm.churn.outcome_of_plans(uow)),
    )


@endpoint(app, "GET", _RISK, scope=_READ, summary="A customer's risk of leaving", tag=_TAG)
def read_churn_risk(
    uow: UnitOfWork, caller: Principal, customer_id: UUID, headers: LanguageHeaders
) -> CustomerRiskInFull:
    """What is foreseen of a customer, why, what was said before and what came of it. 404 for who is not active."""
    risk = _seen(uow, caller, customer_id)
    plans = retention.plans_of(uow, [customer_id])[customer_id]
    return CustomerRiskInFull(
        risk=_risks(uow, [risk], headers.language)[0],
        history=[Foreseen.model_validate(each) for each in crm.churn.history(uow, customer_id)],
        plans=[_plan(each) for each in plans],
        payments=[Payment.model_validate(each) for each in crm.payments_of(uow, customer_id, limit=12)],
    )


@endpoint(
    app, "POST", f"{_RISK}/retention-plan", scope=_MANAGE, summary="Start to keep a customer", tag=_TAG, status=201
)
def start_retention_plan(
    uow: UnitOfWork, caller: Principal, customer_id: UUID, body: RetentionPlanIn, headers: LanguageHeaders
) -> Reply[RetentionPlan]:
    """Opens a ticket of the category retention with what speaks for leaving and what to do, and routes it. A plan whose
    ticket is unfinished is given back instead, with 200."""
    _seen(uow, caller, customer_id)
    try:
        plan = retention.start_plan(
            uow, customer_id, actor=caller.name, language=headers.language, actions=body.actions
        )
    except InvalidInput as error:
        raise invalid([{"pointer": "#/actions", "detail": str(error)}]) from error
    return Reply(_plan(plan), 201 if plan.is_new else 200)


@endpoint(app, "GET", "/api/payments", scope=_READ, summary="What customers are to pay", tag="Payments")
def list_payments(uow: UnitOfWork, caller: Principal, query: PaymentQuery) -> PaymentList:
    """A customer's payments, or what is overdue. Payments belong to no branch: for who sees all of them."""
    refuse_limited(caller, "payments")
    if query.customer_id is not None:
        found = crm.payments_of(uow, query.customer_id, limit=query.limit)
    else:
        found = crm.overdue(uow, clock.now(), limit=query.limit)
    return PaymentList(items=[Payment.model_validate(each) for each in found])


@endpoint(app, "PUT", "/api/payments", scope=_MANAGE, summary="Tell of payments", tag="Payments")
def keep_payments(uow: UnitOfWork, caller: Principal, body: PaymentsIn) -> KeptCounts:
    """Keeps payments as they stand now, all or none: a reference that is known is brought up to date."""
    refuse_limited(caller, "payments")
    told = [crm.NewPayment(**each.model_dump()) for each in body.items]
    return _kept(lambda n: crm.keep_payment(uow, told[n], actor=caller.name), len(told))


@endpoint(app, "PUT", "/api/subscriptions", scope=_MANAGE, summary="Tell of subscriptions", tag="Payments")
def keep_subscriptions(uow: UnitOfWork, caller: Principal, body: TermsIn) -> KeptCounts:
    """Keeps terms of subscriptions as they stand now, all or none. A term that has ended with none after it closes the
    account."""
    refuse_limited(caller, "subscriptions")
    told = [crm.Term(**each.model_dump()) for each in body.items]
    return _kept(lambda n: crm.keep_term(uow, told[n], actor=caller.name), len(told))


def _kept(keep: Any, count: int) -> KeptCounts:
    found = {"new": 0, "changed": 0, "unchanged": 0}
    for n in range(count):
        try:
            found[keep(n)] += 1
        except InvalidInput as error:
            raise invalid([{"pointer": f"#/items/{n}", "detail": str(error)}]) from error
    return KeptCounts(**found)


def _seen(uow: UnitOfWork, caller: Principal, customer_id: UUID) -> crm.churn.Risk:
    risk = crm.churn.risk_of(uow, customer_id)
    if risk.branch_id is not None:
        refuse_branch(caller, risk.branch_id)
    return risk


def _risks(uow: UnitOfWork, risks: Sequence[crm.churn.Risk], language: str) -> list[CustomerRisk]:
    plans = retention.plans_of(uow, [risk.customer_id for risk in risks])
    return [_risk(risk, plans[risk.customer_id], language) for risk in risks]


def _risk(risk: crm.churn.Risk, plans: Sequence[retention.Plan], language: str) -> CustomerRisk:
    plain = {name: getattr(risk, name) for name in CustomerRisk.model_fields if hasattr(risk, name)}
    actions = [
        RecommendedAction(**each._asdict() | {"text": say(f"retention.action.{each.code}", language)})
        for each in retention.recommended(risk.probability, risk.factors)
    ]
    return CustomerRisk(
        **plain
        | {
            "factors": [RiskFactor(**factor) for factor in risk.factors],
            "actions": actions,
            "health": CustomerHealth(
                score=risk.health, standing=crm.churn.standing(risk.health), parts=risk.health_parts
            ),
            "plan": _plan(plans[0]) if plans else None,
        }
    )


def _plan(plan: retention.Plan) -> RetentionPlan:
    fields = {name: getattr(plan, name) for name in RetentionPlan.model_fields if name != "actions"}
    return RetentionPlan(**fields, actions=[action["code"] for action in plan.actions])
