"""What the bot's work is worth and what it costs, by the company's own figures of both."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from relevo.db import UnitOfWork
from relevo.insight.reports.periods import Period
from relevo.platform import Definition, value

_MONTH = 365.25 / 12

_Amount = Annotated[float, Field(ge=0, le=1_000_000_000, allow_inf_nan=False)]


class Costs(BaseModel):
    """What a person's work and the service cost. `usd_rate` is what a US dollar, in which models are billed, costs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "MXN"
    agent_hour: _Amount = 110
    minutes_per_ticket: Annotated[float, Field(gt=0, le=480, allow_inf_nan=False)] = 12
    platform_month: _Amount = 2500
    usd_rate: Annotated[float, Field(gt=0, le=1_000_000_000, allow_inf_nan=False)] = 18


COSTS: Definition[Costs] = Definition("reports.costs", "object", Costs, Costs)


@dataclass(frozen=True, slots=True)
class Return:
    """What automation brought in a period. Amounts are in the company's currency; None where nothing can be said."""

    hours_saved: float | None
    savings: float | None
    automation_cost: float
    roi: float | None
    cost_per_ticket: float
    cost_per_case: float | None


def gather(uow: UnitOfWork, period: Period) -> None:
    """Put what language models were asked in these days into the transaction's table `reported_call`."""
    uow.execute("DROP TABLE IF EXISTS reported_call")
    uow.execute(
        "CREATE TEMP TABLE reported_call ON COMMIT DROP AS SELECT at, purpose, model, input_tokens, output_tokens, cost"
        " FROM platform.model_call WHERE at >= %s AND at < %s",
        (period.begins, period.ends),
    )


def model_cost(uow: UnitOfWork) -> Decimal:
    """US dollars that the gathered calls cost."""
    row = uow.one("SELECT coalesce(sum(cost), 0) AS cost FROM reported_call")
    assert row is not None
    cost: Decimal = row["cost"]
    return cost


def weigh(costs: Costs, days: float, dollars: Decimal, resolved: int, bot: dict[str, Any]) -> Return:
    """The return on `bot`'s work beside `resolved` tickets.

    Contacts count at the verified rate: those not judged yet are taken to go as the others did.
    """
    automation = float(dollars) * costs.usd_rate + costs.platform_month * days / _MONTH
    per_ticket = costs.agent_hour * costs.minutes_per_ticket / 60
    if bot["bot_verified"] is None:
        return Return(None, None, automation, None, per_ticket, None)
    alone = bot["contacts"] * bot["bot_verified"]
    hours = alone * costs.minutes_per_ticket / 60
    savings = hours * costs.agent_hour
    cases = resolved + alone
    return Return(
        hours_saved=hours,
        savings=savings,
        automation_cost=automation,
        roi=(savings - automation) / automation if automation else None,
        cost_per_ticket=per_ticket,
        cost_per_case=(resolved * per_ticket + automation) / cases if cases else None,
    )


def costs(uow: UnitOfWork) -> Costs:
    """The company's figures now."""
    return value(uow, COSTS)
