"""What a metric is: how things, or branches, are measured so that a rule can say which are wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, LiteralString

from relevo.db import UnitOfWork

Unit = Literal["percent", "minutes", "days", "count", "score", "units", "stars"]
Subject = Literal["branch", "conversation", "ticket", "agent", "customer", "product", "payment"]
Filter = Literal["branches", "priorities", "categories", "tiers", "channels", "words"]
Comparison = Literal["above", "below"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a rule asks of a metric at an instant: the parameters of its SQL, and how far it looks back."""

    now: datetime
    since: datetime
    parameters: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One way to measure. `sql` answers a row for each thing: `subject` (text), `branch_id`, `value` and `context`.

    A thing that is no longer in the answer is no longer wrong, and a value of NULL says that nothing is known. `window`
    is how many minutes it looks back unless a rule says otherwise; None: it tells how things are now. `sampled`: a
    rule's `minimum` counts what it measures by. `source` says whether there is anything to measure at all. `given` are
    rows that SQL alone does not come by; they reach `sql` as JSON.
    """

    name: str
    unit: Unit
    subject: Subject
    comparison: Comparison
    sql: LiteralString
    window: int | None = None
    sampled: bool = False
    filters: frozenset[Filter] = frozenset({"branches"})
    source: LiteralString | None = None
    given: Callable[[UnitOfWork, Asked], list[dict[str, Any]]] | None = None


BRANCHES: LiteralString = """
    branch AS MATERIALIZED (
        SELECT id, name, timezone, currency FROM inbox.branch
        WHERE %(branches)s::uuid[] IS NULL OR id = ANY(%(branches)s)
    )
"""
"""The branches a rule is about, for what is measured branch by branch."""
