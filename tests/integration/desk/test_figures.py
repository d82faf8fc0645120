"""The kept figures equal an independent count over the tickets, whoever changed them and whatever was changed."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from relevo import clock, desk
from relevo.db import Database, UnitOfWork
from relevo.errors import InvalidInput
from tests.support import world

START = datetime(2026, 1, 26, 7, 0, tzinfo=UTC)


def is_of(scope: desk.Scope, branch_id: UUID | None) -> bool:
    return scope.branches is None or (scope.none if branch_id is None else branch_id in scope.branches)


def counted(uow: UnitOfWork, since: datetime, scope: desk.Scope) -> dict[str, Any]:
    """The same figures, counted in Python over all tickets that are not deleted."""
    everything = [desk.get(uow, row["id"]) for row in uow.all("SELECT id FROM desk.ticket WHERE deleted_at IS NULL")]
    tickets = [ticket for ticket in everything if is_of(scope, ticket.branch_id)]
    ours = {ticket.id for ticket in tickets}
    escalations = uow.all("SELECT ticket_id, at FROM desk.escalation")
    created = [t for t in tickets if t.created_at >= since]
    resolved = [t for t in tickets if t.resolved_at is not None and t.resolved_at >= since]
    answered = [t for t in tickets if t.first_response_at is not None and t.first_response_at >= since]

    def mean(seconds: list[float]) -> Any:
        return pytest.approx(sum(seconds) / len(seconds)) if seconds else None

    return {
        "created": len(created),
        "resolved": len(resolved),
        "closed": sum(t.closed_at is not None and t.closed_at >= since for t in tickets),
        "escalated": sum(row["ticket_id"] in ours and row["at"] >= since for row in escalations),
        "by_status": dict(Counter(t.status for t in tickets)),
        "by_priority": dict(Counter(t.priority for t in created if t.priority)),
        "by_category": dict(Counter(t.category for t in created)),
        "by_source": dict(Counter(t.source for t in created)),
        "mean_first_response_seconds": mean(
            [(t.first_response_at - t.created_at).total_seconds() for t in answered if t.first_response_at]
        ),
        "mean_resolution_seconds": mean(
            [(t.resolved_at - t.created_at).total_seconds() for t in resolved if t.resolved_at]
        ),
    }


def live(uow: UnitOfWork, luck: random.Random, branches: Sequence[UUID | None]) -> None:
    """One thing that happens on a desk of these branches."""
    tickets = uow.all("SELECT id FROM desk.ticket WHERE status <> 'closed'")
    if not tickets or luck.random() < 0.4:
        category, source = luck.choice(["billing", "general"]), luck.choice(["web", "phone"])
        tags = ("pdf",) * luck.randrange(2)
        world.ticket(uow, branch_id=luck.choice(branches), source=source, category=category, tags=tags)
        return
    ticket_id = luck.choice(tickets)["id"]

    def change(field: str, *values: Any) -> None:
        desk.update_ticket(uow, ticket_id, {field: luck.choice(values)}, actor="ana")

    deeds: list[Callable[[], object]] = [
        lambda: change("status", "resolved", "closed"),
        lambda: change("category", "billing", "security"),
        lambda: change("branch_id", *branches),
        lambda: world.prioritize(uow, ticket_id, luck.choice(["low", "high"])),
        lambda: desk.answered(uow, ticket_id),
        lambda: desk.give_feedback(uow, ticket_id, luck.randrange(1, 6)),
        lambda: miss_a_target(uow, ticket_id),
        lambda: desk.delete_ticket(uow, ticket_id, actor="ana"),
        lambda: erase(uow, ticket_id),
    ]
    luck.choice(deeds)()


def miss_a_target(uow: UnitOfWork, ticket_id: UUID) -> None:
    """A row of the escalation, as its minute writes it."""
    uow.execute(
        "INSERT INTO desk.escalation (ticket_id, rule_id, since, at)"
        " SELECT %s, id, %s, %s FROM desk.escalation_rule LIMIT 1",
        (ticket_id, clock.now(), clock.now()),
    )


def erase(uow: UnitOfWork, ticket_id: UUID) -> None:
    """The ticket is gone from the database altogether, unless something still points at it."""
    beside = uow.all(
        "SELECT 1 FROM desk.feedback WHERE ticket_id = %(id)s"
        " UNION SELECT 1 FROM desk.escalation WHERE ticket_id = %(id)s",
        {"id": ticket_id},
    )
    if not beside:
        uow.execute("DELETE FROM desk.ticket_change WHERE ticket_id = %s", (ticket_id,))
        uow.execute("DELETE FROM desk.ticket WHERE id = %s", (ticket_id,))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("period", ["1h", "5h", "30h", "3d", "40d", "365d"])
def test_the_figures_equal_a_count_over_the_tickets(database: Database, seed: int, period: str) -> None:
    # Given weeks on a desk, every step in a transaction of its own, some of them rolled back
    luck = random.Random(seed)
    with database.unit_of_work() as uow:
        north, south = world.branch(uow, "norte"), world.branch(uow, "sur")
    scopes = (desk.EVERYTHING, desk.Scope(frozenset({north})), desk.Scope(frozenset({south}), none=False))
    with clock.frozen(START) as advance:
        for _ in range(90):
            try:
                with database.unit_of_work() as uow:
                    live(uow, luck, (north, south, None))
                    if luck.random() < 0.1:
                        raise InvalidInput("changed my mind")
            except InvalidInput:
                advance(timedelta(seconds=1))
            advance(timedelta(minutes=luck.randrange(1200)))
        # When the figures of a period are read, of everything and of some branches
        with database.unit_of_work() as uow:
            for scope in scopes:
                stats = desk.stats(uow, period, scope)
                # Then they are what a count gives
                expected = counted(uow, stats.since, scope)
                assert {name: getattr(stats, name) for name in expected} == expected
                assert desk.sums(uow, stats.since, scope).counts("rating") == ratings(uow, stats.since, scope)


def ratings(uow: UnitOfWork, since: datetime, scope: desk.Scope) -> dict[str, int]:
    """How often each rating was given, counted over all of them."""
    rows = uow.all(
        "SELECT rating::text, branch_id FROM desk.feedback JOIN desk.ticket ON ticket.id = ticket_id"
        " WHERE feedback.created_at >= %s AND deleted_at IS NULL",
        (since,),
    )
    branches = scope.branches
    seen = [
        row for row in rows if branches is None or row["branch_id"] in branches or (scope.none and not row["branch_id"])
    ]
    return dict(Counter(row["rating"] for row in seen))


def test_writers_of_one_hour_neither_wait_nor_lose_a_count(database: Database, database_url: str) -> None:
    # Given a transaction that opened a ticket and is still open
    with database.unit_of_work() as uow:
        customer_id = world.customer(uow)

    def work() -> None:
        own = Database(lambda: database_url)
        for _ in range(10):
            with own.unit_of_work(publish=False) as uow:
                uow.execute("SET LOCAL lock_timeout = '5s'")
                world.ticket(uow, customer_id)
        own.close()

    # When others open theirs meanwhile
    with database.unit_of_work() as uow:
        world.ticket(uow, customer_id)
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    # Then none waited for it, and all are counted
    with database.unit_of_work() as uow:
        assert desk.stats(uow, "1h").created == 41


@pytest.mark.parametrize("period", ["", "7", "0d", "-1d", "367d", "9999h", "week"])
def test_what_is_no_period_is_refused(database: Database, period: str) -> None:
    # Given the figures
    # When they are asked for something else than hours or days, then the refusal says what to use
    with pytest.raises(InvalidInput, match="7d"), database.unit_of_work() as uow:
        desk.stats(uow, period)
