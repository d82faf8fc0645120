"""The kept figures equal an independent count over the tickets, whoever changed them and whatever was changed."""

from __future__ import annotations

import random
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from relevo import clock, desk
from relevo.db import Database, UnitOfWork
from relevo.errors import InvalidInput
from tests.support import world

START = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)


def counted(uow: UnitOfWork, since: datetime) -> dict[str, Any]:
    """The same figures, counted in Python over all tickets."""
    tickets = [desk.get(uow, row["id"]) for row in uow.all("SELECT id FROM desk.ticket")]
    created = [t for t in tickets if t.created_at >= since]
    resolved = [t for t in tickets if t.resolved_at is not None and t.resolved_at >= since]
    answered = [t for t in tickets if t.first_response_at is not None and t.first_response_at >= since]

    def mean(seconds: list[float]) -> Any:
        return pytest.approx(sum(seconds) / len(seconds)) if seconds else None

    return {
        "created": len(created),
        "resolved": len(resolved),
        "closed": sum(t.closed_at is not None and t.closed_at >= since for t in tickets),
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


def live(uow: UnitOfWork, luck: random.Random) -> None:
    """One thing that happens on a desk."""
    tickets = uow.all("SELECT id, status FROM desk.ticket WHERE status <> 'closed'")
    if not tickets or luck.random() < 0.4:
        world.ticket(uow, source=luck.choice(["web", "phone"]), category=luck.choice(["billing", "general"]))
        return
    ticket = luck.choice(tickets)
    what = luck.choice(["status", "priority", "category", "answer", "delete"])
    if what == "status":
        new = luck.choice(["in_progress", "resolved", "closed"])
        if new != ticket["status"]:
            desk.update_ticket(uow, ticket["id"], {"status": new}, actor="ana")
    elif what == "priority":
        world.prioritize(uow, ticket["id"], luck.choice(["low", "high"]))
    elif what == "category":
        desk.update_ticket(uow, ticket["id"], {"category": luck.choice(["billing", "security"])}, actor="ana")
    elif what == "answer":
        desk.answered(uow, ticket["id"])
    elif luck.random() < 0.2:
        uow.execute("DELETE FROM desk.ticket_change WHERE ticket_id = %s", (ticket["id"],))
        uow.execute("DELETE FROM desk.ticket WHERE id = %s", (ticket["id"],))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("period", ["1h", "5h", "30h", "3d", "365d"])
def test_the_figures_equal_a_count_over_the_tickets(database: Database, seed: int, period: str) -> None:
    # Given days on a desk, every step in a transaction of its own, some of them rolled back
    luck = random.Random(seed)
    with clock.frozen(START) as advance:
        for _ in range(60):
            try:
                with database.unit_of_work() as uow:
                    live(uow, luck)
                    if luck.random() < 0.1:
                        raise InvalidInput("changed my mind")
            except InvalidInput:
                advance(timedelta(seconds=1))
            advance(timedelta(minutes=luck.randrange(240)))
        # When the figures of a period are read
        with database.unit_of_work() as uow:
            stats = desk.stats(uow, period)
            # Then they are what a count gives
            expected = counted(uow, stats.since)
            assert {name: getattr(stats, name) for name in expected} == expected


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
