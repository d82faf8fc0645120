"""A day's sales: by agent and branch, by the branch's own calendar, told to its supervisors once each morning."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from relevo import notify
from relevo.db import UnitOfWork
from relevo.sales import NewLine, orders, reports
from tests.support import inbox, selling
from tests.support.selling import Shop

Work = Callable[[], AbstractContextManager[UnitOfWork]]
pytestmark = pytest.mark.usefixtures("bucket")

NIGHT = datetime(2026, 11, 21, 3, 30, tzinfo=UTC)
"""Half past ten in the evening of the 20th in Bogotá."""


def sell(uow: UnitOfWork, shop: Shop, quantity: int, at: datetime) -> orders.Order:
    quote = selling.send(uow, shop, NewLine(shop.pads, Decimal(quantity)))
    order_id = orders.accept(uow, quote.id, actor="user:ana", reason="by phone").order_id
    uow.execute('UPDATE sales."order" SET placed_at = %s WHERE id = %s', (at, order_id))
    return orders.get(uow, order_id)


def test_a_day_is_the_branchs_own_and_cancelled_orders_do_not_count(unit_of_work: Work) -> None:
    with unit_of_work() as uow:
        # Given two orders late on the 20th in Bogotá, one cancelled of the same evening, one of the next day
        shop = selling.shop(uow)
        for quantity in (1, 2):
            sell(uow, shop, quantity, NIGHT)
        orders.cancel(uow, sell(uow, shop, 9, NIGHT).id, actor="user:sara", reason="-")
        sell(uow, shop, 1, NIGHT + timedelta(hours=3))
        # When the 20th is asked for
        [ana] = reports.sold(uow, date(2026, 11, 20), date(2026, 11, 20))
    # Then it has the first two
    assert (ana.agent_name, ana.orders, ana.net) == ("Ana", 2, Decimal("2551.50"))
    assert (ana.total, ana.commission, ana.currency) == (Decimal("2959.74"), Decimal("76.55"), "COP")


def test_supervisors_are_told_once_when_the_morning_has_come(
    unit_of_work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    with unit_of_work() as uow:
        # Given a sale yesterday, and a supervisor who is an agent
        shop = selling.shop(uow)
        department = uow.all("SELECT id FROM desk.department")[0]["id"]
        lead = inbox.agent(uow, department, "Lucía", role="supervisor", branches=(shop.desk.centro,))
        sell(uow, shop, 1, NIGHT)

        def at(hour: int) -> int:
            now = datetime(2026, 11, 21, hour + 5, 10, tzinfo=UTC)  # that hour in Bogotá
            monkeypatch.setattr("relevo.sales.reports.clock.now", lambda: now)
            return reports.tell_due(uow)

        # When the hours pass
        told = [at(hour) for hour in (6, 7, 8)]
        assert lead.agent_id is not None
        [notice] = notify.notices(uow, lead.agent_id)
    # Then at seven, and only then, both branches were reported, and she reads the figures of hers
    assert told == [0, 2, 0]
    assert notice["subject"] == "Ventas del 2026-11-20 en Centro"
    assert "Ana: 1 pedidos, 986.58 COP" in notice["body"]
