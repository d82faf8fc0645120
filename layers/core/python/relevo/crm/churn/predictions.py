"""What was foreseen of each customer: as things stand, as it was said before, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

from psycopg.types.json import Jsonb

from relevo import clock, ids
from relevo.crm.churn.definitions import THRESHOLDS, Level
from relevo.crm.churn.outcomes import who_left
from relevo.db import UnitOfWork
from relevo.errors import NotFound
from relevo.events import CustomerChurnRiskChanged

_TOLD: frozenset[Level] = frozenset({"high", "critical"})
"""Levels whose coming and going is told to others."""
_JUDGED_AT_ONCE = 5_000
_REMEMBERED = timedelta(days=365)
_KEPT = timedelta(days=3 * 365)


class Scored(NamedTuple):
    """What a run says of a customer. `factors` are name, value and contribution (log odds), the loudest first."""

    customer_id: UUID
    branch_id: UUID | None
    probability: float
    level: Level
    expected_days: int
    confidence: float
    factors: list[dict[str, Any]]
    health: int
    health_parts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Risk:
    """How likely a customer leaves, as of the last run. `confidence` is 0 to 1, `health` 0 to 100."""

    customer_id: UUID
    customer_name: str | None
    tier: str
    branch_id: UUID | None
    at: datetime
    probability: float
    level: Level
    level_since: datetime
    previous_level: Level | None
    expected_days: int
    confidence: float
    factors: list[dict[str, Any]]
    health: int
    health_parts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Prediction:
    """What was said of a customer at an instant; `left_company` is None until the window is over."""

    at: datetime
    probability: float
    level: Level
    due_at: datetime
    left_company: bool | None


_COLUMNS: LiteralString = (
    "customer_id, run_id, model_id, branch_id, at, probability, level, level_since, previous_level, expected_days,"
    " confidence, factors, health, health_parts"
)


def keep(
    uow: UnitOfWork,
    run_id: UUID,
    model_id: UUID | None,
    as_of: datetime,
    scored: Sequence[Scored],
    due_at: datetime,
    *,
    all_into_history: bool,
) -> None:
    """Put what a run says of these customers in place of what was said before; changes of level, or all, into the
    history; and tell who came to a high level or left it."""
    before = {
        row["customer_id"]: row
        for row in uow.all(
            "SELECT customer_id, level, level_since, previous_level FROM crm.churn_risk WHERE customer_id = ANY(%s)"
            " FOR UPDATE",
            ([each.customer_id for each in scored],),
        )
    }
    changed = {each.customer_id for each in scored if _level_before(before, each.customer_id) != each.level}
    _put(uow, run_id, model_id, as_of, scored, before)
    _into_history(
        uow, run_id, model_id, as_of, due_at, [s for s in scored if all_into_history or s.customer_id in changed]
    )
    for each in scored:
        old = _level_before(before, each.customer_id)
        if each.customer_id in changed and _TOLD & {old, each.level}:
            uow.record(
                CustomerChurnRiskChanged(
                    customer_id=each.customer_id, old=old, new=each.level, probability=each.probability
                )
            )


def _level_before(before: dict[UUID, dict[str, Any]], customer_id: UUID) -> Level | None:
    return before[customer_id]["level"] if customer_id in before else None


def _put(
    uow: UnitOfWork,
    run_id: UUID,
    model_id: UUID | None,
    as_of: datetime,
    scored: Sequence[Scored],
    before: dict[UUID, dict[str, Any]],
) -> None:
    uow.execute("CREATE TEMP TABLE IF NOT EXISTS churn_slice (LIKE crm.churn_risk) ON COMMIT DROP")
    uow.execute("TRUNCATE churn_slice")
    with uow.connection.cursor().copy(f"COPY churn_slice ({_COLUMNS}) FROM STDIN") as copy:
        for each in scored:
            known = before.get(each.customer_id)
            stays = known is not None and known["level"] == each.level
            since = known["level_since"] if known is not None and stays else as_of
            previous = known and (known["previous_level"] if stays else known["level"])
            copy.write_row(
                (
                    *(each.customer_id, run_id, model_id, each.branch_id, as_of, each.probability, each.level, since),
                    *(previous, each.expected_days, each.confidence, Jsonb(each.factors), each.health),
                    Jsonb(each.health_parts),
                )
            )
    uow.execute(
        f"INSERT INTO crm.churn_risk ({_COLUMNS}) SELECT {_COLUMNS} FROM churn_slice ORDER BY customer_id"
        " ON CONFLICT (customer_id) DO UPDATE SET run_id = excluded.run_id, model_id = excluded.model_id,"
        " branch_id = excluded.branch_id, at = excluded.at, probability = excluded.probability,"
        " level = excluded.level, level_since = excluded.level_since, previous_level = excluded.previous_level,"
        " expected_days = excluded.expected_days, confidence = excluded.confidence, factors = excluded.factors,"
        " health = excluded.health, health_parts = excluded.health_parts"
    )


def _into_history(
    uow: UnitOfWork,
    run_id: UUID,
    model_id: UUID | None,
    as_of: datetime,
    due_at: datetime,
    scored: Sequence[Scored],
) -> None:
    columns: LiteralString = "id, customer_id, run_id, model_id, at, due_at, probability, level, factors"
    with uow.connection.cursor().copy(f"COPY crm.churn_prediction ({columns}) FROM STDIN") as copy:
        for each in scored:
            said = (each.probability, each.level, Jsonb(each.factors))
            copy.write_row((ids.new_id(), each.customer_id, run_id, model_id, as_of, due_at, *said))


def forget_others(uow: UnitOfWork, run_id: UUID) -> int:
    """Who the run did not score is active no more, and at no risk one could do something about; how many. What was
    judged three years ago is forgotten too."""
    uow.execute("DELETE FROM crm.churn_prediction WHERE judged_at < %s", (clock.now() - _KEPT,))
    return uow.execute("DELETE FROM crm.churn_risk WHERE run_id <> %s", (run_id,)).rowcount


# ------------------------------------------------------------------------------------------------------------ reading

_RISKS: LiteralString = """
    SELECT risk.customer_id, customer.name AS customer_name, customer.tier, risk.branch_id, risk.at, risk.probability,
           risk.level, risk.level_since, risk.previous_level, risk.expected_days, risk.confidence, risk.factors,
           risk.health, risk.health_parts
    FROM crm.churn_risk AS risk JOIN crm.customer ON customer.id = risk.customer_id
"""
_SEEN: LiteralString = "(%(branches)s::uuid[] IS NULL OR risk.branch_id IS NULL OR risk.branch_id = ANY(%(branches)s))"

_BEYOND: LiteralString = """
    AND risk.probability <= (SELECT probability FROM crm.churn_risk WHERE customer_id = %(after)s)
    AND (risk.customer_id > %(after)s
         OR risk.probability < (SELECT probability FROM crm.churn_risk WHERE customer_id = %(after)s))
"""


def at_risk(
    uow: UnitOfWork,
    minimum: float = THRESHOLDS["medium"],
    *,
    level: Level | None = None,
    branches: frozenset[UUID] | None = None,
    after: UUID | None = None,
    limit: int = 100,
) -> list[Risk]:
    """Customers who leave with at least this probability, the likeliest first, beyond the customer `after`; those of
    one level where given, of these branches and of none (None: all)."""
    # Only what is asked stands in the query, so that it is read from the index and no further than the page.
    of_level: LiteralString = "" if level is None else " AND risk.level = %(level)s"
    beyond: LiteralString = "" if after is None else _BEYOND
    rows = uow.all(
        f"{_RISKS} WHERE risk.probability >= %(minimum)s AND {_SEEN}{of_level}{beyond}"
        " ORDER BY risk.probability DESC, risk.customer_id LIMIT %(limit)s",
        {
            "minimum": minimum,
            "level": level,
            "branches": None if branches is None else list(branches),
            "after": after,
            "limit": limit,
        },
    )
    return [Risk(**row) for row in rows]


def counts(uow: UnitOfWork, minimum: float = 0.0, *, branches: frozenset[UUID] | None = None) -> dict[Level, int]:
    """How many customers are at each level, of those who leave with at least this probability."""
    rows = uow.all(
        "SELECT level, count(*) AS n FROM crm.churn_risk AS risk"
        f" WHERE risk.probability >= %(minimum)s AND {_SEEN} GROUP BY level",
        {"minimum": minimum, "branches": None if branches is None else list(branches)},
    )
    found = {row["level"]: row["n"] for row in rows}
    return {level: found.get(level, 0) for level in THRESHOLDS}


def risk_of(uow: UnitOfWork, customer_id: UUID) -> Risk:
    """What the last run says of a customer. Raises NotFound for who is not active, or is nobody."""
    row = uow.one(f"{_RISKS} WHERE risk.customer_id = %s", (customer_id,))
    if row is None:
        raise NotFound(f"there is no prediction for the customer {customer_id}: they are not active, or unknown")
    return Risk(**row)


def history(uow: UnitOfWork, customer_id: UUID, *, limit: int = 60) -> list[Prediction]:
    """What was said of a customer, the last first."""
    rows = uow.all(
        "SELECT at, probability, level, due_at, left_company FROM crm.churn_prediction WHERE customer_id = %s"
        " ORDER BY at DESC LIMIT %s",
        (customer_id, limit),
    )
    return [Prediction(**row) for row in rows]


# ------------------------------------------------------------------------------------------------------------- judging


def judge(uow: UnitOfWork) -> int:
    """Say of predictions and plans whose window is over what came of them; how many of one slice."""
    judged = 0
    for table in ("churn_prediction", "retention_plan"):
        judged += _judge(uow, table)
    return judged


def _judge(uow: UnitOfWork, table: LiteralString) -> int:
    since: LiteralString = "at" if table == "churn_prediction" else "started_at"
    due = uow.all(
        f"SELECT id, customer_id, {since} AS since, due_at FROM crm.{table} WHERE judged_at IS NULL AND due_at <= %s"
        " ORDER BY due_at, id LIMIT %s FOR UPDATE",
        (clock.now(), _JUDGED_AT_ONCE),
    )
    left = who_left(uow, [(row["customer_id"], row["since"], row["due_at"]) for row in due])
    uow.execute(
        f"UPDATE crm.{table} AS said SET left_company = judged.gone, judged_at = %s"
        " FROM unnest(%s::uuid[], %s::boolean[]) AS judged (id, gone) WHERE said.id = judged.id",
        (clock.now(), [row["id"] for row in due], left),
    )
    return len(due)


def outcome_of_predictions(uow: UnitOfWork) -> list[dict[str, Any]]:
    """What came of what was foreseen in the last year, by level: how many predictions were judged, how many customers
    were to be expected to leave, and how many left."""
    rows = uow.all(
        "SELECT level, count(*) AS judged, sum(probability) AS expected, count(*) FILTER (WHERE left_company) AS left"
        " FROM crm.churn_prediction WHERE judged_at > %s GROUP BY level",
        (clock.now() - _REMEMBERED,),
    )
    found = {row["level"]: row for row in rows}
    return [found.get(level, {"level": level, "judged": 0, "expected": 0.0, "left": 0}) for level in THRESHOLDS]


def outcome_of_plans(uow: UnitOfWork) -> dict[str, Any]:
    """What came of retention plans: how many were judged, how many of their customers were to be expected to leave
    without one, and how many left."""
    row = uow.one(
        "SELECT count(*) AS judged, coalesce(sum(probability), 0) AS expected,"
        " count(*) FILTER (WHERE left_company) AS left FROM crm.retention_plan WHERE judged_at IS NOT NULL"
    )
    assert row is not None
    return row
