"""The desk at a glance: what goes on now, and how a period went. Every figure is explained by one sentence.

Nothing is read that grows with what is stored: present things come off indexes of what is open, past ones out of kept
figures (`desk.ticket_figure`, `insight.hour_figure`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from relevo import clock, desk
from relevo.db import Row, UnitOfWork
from relevo.db.remembered import Remembered
from relevo.errors import InvalidInput
from relevo.insight.hours import HOUR, Begun, Written, begun, written
from relevo.texts import say

LONGEST = timedelta(days=31)
_DAY_HOURS = 24
_WAITING = 10
_PROBLEMS = 10
_NO_PROBLEM = frozenset({"general", "other", "otro", "otros"})

FIGURES = (
    *("active", "resolved_last_hour", "escalated_last_hour", "waiting", "first_response", "resolution"),
    *("bot", "hourly", "agents", "problems", "ratings"),
)
"""What there is a sentence for: `formula.<name>` of the texts."""


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The figures at the instant `at`; the sentences that tell how each comes about are `formulas`' to give."""

    at: datetime
    active: dict[str, int]
    resolved_last_hour: int
    escalated_last_hour: int
    waiting: list[dict[str, Any]]
    first_response: dict[str, Any]
    resolution: dict[str, Any]
    bot: dict[str, Any]
    hourly: list[dict[str, Any]]
    agents: list[dict[str, Any]]
    problems: list[dict[str, Any]]
    ratings: dict[str, Any]


_remembered: Remembered[Dashboard] = Remembered(seconds=5)


def dashboard(uow: UnitOfWork, period: str = "24h", scope: desk.Scope = desk.EVERYTHING) -> Dashboard:
    """The dashboard of these branches over a period up to now, at most a few seconds old.

    Raises InvalidInput for what is no period of at most 31 days.
    """
    since = desk.beginning(period)
    if since < clock.now() - LONGEST - HOUR:
        raise InvalidInput(f"{period!r} is too long; the dashboard shows up to {LONGEST.days} days")
    return _remembered.get(uow, (period, scope), lambda: _read(uow, since, scope))


def formulas(language: str) -> dict[str, str]:
    """How each figure comes about, in one sentence."""
    return {figure: say(f"formula.{figure}", language) for figure in FIGURES}


def _read(uow: UnitOfWork, since: datetime, scope: desk.Scope) -> Dashboard:
    now = clock.now()
    branches = _branches(uow, scope)
    first_hour = now.replace(minute=0, second=0, microsecond=0) - (_DAY_HOURS - 1) * HOUR
    lately, kept = desk.lately(uow, now - HOUR, scope), desk.sums(uow, since, scope)
    return Dashboard(
        at=now,
        active=_active(uow, branches, now),
        resolved_last_hour=lately["resolved"],
        escalated_last_hour=lately["escalated"],
        waiting=_waiting(uow, branches),
        first_response=_times(kept, "answered")
        | {"p90_seconds": desk.almost_all_within(uow, "first_response", since, scope)},
        resolution=_times(kept, "resolved") | {"p90_seconds": desk.almost_all_within(uow, "resolved", since, scope)},
        bot=_bot(begun(uow, since, branches)),
        hourly=_hourly(first_hour, written(uow, first_hour, branches), desk.opened_by_hour(uow, first_hour, scope)),
        agents=_agents(uow, scope),
        problems=_problems(kept),
        ratings=_ratings(kept),
    )


def _branches(uow: UnitOfWork, scope: desk.Scope) -> frozenset[UUID]:
    if scope.branches is not None:
        return scope.branches
    return frozenset(row["id"] for row in uow.all("SELECT id FROM inbox.branch"))


def _active(uow: UnitOfWork, branches: frozenset[UUID], now: datetime) -> dict[str, int]:
    """Open conversations by who holds them; of the bot's, which nobody closes, those of the last day."""
    row = uow.one(
        "SELECT (SELECT count(*) FROM inbox.conversation WHERE branch_id = ANY(%(branches)s) AND state = 'open'"
        "   AND owner = 'bot' AND last_message_at > %(recent)s) AS bot,"
        " (SELECT count(*) FROM inbox.conversation WHERE branch_id = ANY(%(branches)s) AND state = 'open'"
        "   AND owner = 'queue') AS queue,"
        " (SELECT count(*) FROM inbox.conversation WHERE branch_id = ANY(%(branches)s) AND state = 'open'"
        "   AND owner = 'agent') AS agents",
        {"branches": list(branches), "recent": now - _DAY_HOURS * HOUR},
    )
    assert row is not None
    return {"total": sum(row.values()), **row}


def _waiting(uow: UnitOfWork, branches: frozenset[UUID]) -> list[Row]:
    """Whose last message nobody answered, the longest first: the longest of each branch, then the longest of all."""
    return uow.all(
        "SELECT waiting.id AS conversation_id, waiting.waiting_since AS since, branch.id AS branch_id,"
        " coalesce(customer.name, identity.profile_name, identity.username, identity.phone, '') AS customer"
        " FROM unnest(%(branches)s::uuid[]) AS branch (id) CROSS JOIN LATERAL ("
        "   SELECT id, waiting_since, customer_id, identity_id FROM inbox.conversation"
        "   WHERE branch_id = branch.id AND state = 'open' AND waiting_since IS NOT NULL"
        "   ORDER BY waiting_since, id LIMIT %(limit)s) AS waiting"
        " JOIN crm.customer ON customer.id = waiting.customer_id"
        " JOIN inbox.identity ON identity.id = waiting.identity_id"
        " ORDER BY waiting.waiting_since, waiting.id LIMIT %(limit)s",
        {"branches": list(branches), "limit": _WAITING},
    )


def _times(kept: desk.Sums, metric: str) -> dict[str, Any]:
    return {"mean_seconds": kept.mean(metric), "count": kept.count(metric)}


def _bot(counted: Begun) -> dict[str, Any]:
    alone = counted.all - counted.handed_over
    return {
        "answered": alone,
        "handed_over": counted.handed_over,
        "resolution_rate": alone / counted.all if counted.all else None,
    }


def _hourly(first: datetime, counted: Written, opened: dict[datetime, int]) -> list[dict[str, Any]]:
    return [
        {
            "hour": hour,
            "messages_in": counted.incoming.get(hour, 0),
            "messages_out": counted.outgoing.get(hour, 0),
            "tickets": opened.get(hour, 0),
        }
        for hour in (first + n * HOUR for n in range(_DAY_HOURS))
    ]


def _agents(uow: UnitOfWork, scope: desk.Scope) -> list[dict[str, Any]]:
    return [
        {
            "agent": {"id": agent.id, "name": agent.name},
            "available": agent.available,
            "online": agent.online,
            "conversations": agent.open_conversations,
            "tickets": agent.open_tickets,
            "max_conversations": agent.max_conversations,
        }
        for agent in desk.list_agents(uow, within=scope.branches)
    ]


def _problems(kept: desk.Sums) -> list[dict[str, Any]]:
    """Categories, and those tags that name no category: a ticket is not counted twice under one word."""
    counts = kept.counts("tag") | kept.counts("category")
    found = sorted(((count, label) for label, count in counts.items() if label not in _NO_PROBLEM), key=_most_first)
    return [{"label": label, "count": count} for count, label in found[:_PROBLEMS]]


def _most_first(entry: tuple[int, str]) -> tuple[int, str]:
    return -entry[0], entry[1]


def _ratings(kept: desk.Sums) -> dict[str, Any]:
    by_rating = {rating: kept.counts("rating").get(rating, 0) for rating in "12345"}
    count = sum(by_rating.values())
    total = sum(int(rating) * number for rating, number in by_rating.items())
    return {"mean": total / count if count else None, "count": count, "by_rating": by_rating}
