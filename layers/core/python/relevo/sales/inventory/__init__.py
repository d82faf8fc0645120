"""How many of a product a branch has: asked of the company's own inventory, remembered for a little while.

When it does not answer, nobody waits for it: what was last known is told as unconfirmed.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

from relevo import clock
from relevo.db import UnitOfWork
from relevo.errors import NotFound, PermanentError, RetryableError
from relevo.observability import logger
from relevo.sales.inventory import soap
from relevo.sales.inventory.circuit import Circuit
from relevo.settings import settings


@dataclass(frozen=True, slots=True)
class Stock:
    """How many there are. Not `confirmed`: `quantity` is what was last known, at `at`; None when nothing ever was."""

    quantity: Decimal | None
    confirmed: bool
    at: datetime | None


UNKNOWN = Stock(None, confirmed=False, at=None)


@lru_cache(maxsize=1)
def circuit() -> Circuit:
    """The process's; settings are read once."""
    known = settings()
    return Circuit(known.inventory_failures, timedelta(seconds=known.inventory_pause_seconds))


def stock(uow: UnitOfWork, branch_id: UUID, product_ids: Sequence[UUID]) -> dict[UUID, Stock]:
    """What the branch has of each product there is. The inventory is asked for what is not known by now; all questions
    together take no longer than three of its time-outs."""
    known, wsdl = remembered(uow, branch_id, product_ids), settings().inventory_wsdl
    asked = [product_id for product_id, stock in known.items() if not stock.confirmed]
    if not wsdl or not asked:
        return known
    rows = uow.all(
        "SELECT p.id, p.code, b.code AS branch FROM sales.product AS p, inbox.branch AS b"
        " WHERE p.id = ANY(%s) AND b.id = %s ORDER BY p.id",
        (asked, branch_id),
    )
    deadline = time.monotonic() + 3 * settings().inventory_timeout
    answers = {row["id"]: _ask(wsdl, row["code"], row["branch"], deadline) for row in rows}
    found = {product_id: quantity for product_id, quantity in answers.items() if quantity is not None}
    now = clock.now()
    _remember(uow, branch_id, found, now)
    return known | {product_id: Stock(quantity, True, now) for product_id, quantity in found.items()}


def remembered(uow: UnitOfWork, branch_id: UUID, product_ids: Sequence[UUID]) -> dict[UUID, Stock]:
    """What is known of each product without asking."""
    rows = uow.all(
        "SELECT p.id, c.quantity, c.at FROM sales.product AS p"
        " LEFT JOIN sales.stock_cache AS c ON c.product_id = p.id AND c.branch_id = %s WHERE p.id = ANY(%s)",
        (branch_id, list(product_ids)),
    )
    fresh = clock.now() - timedelta(seconds=settings().inventory_cache_seconds)
    return {
        row["id"]: UNKNOWN if row["at"] is None else Stock(row["quantity"], row["at"] > fresh, row["at"])
        for row in rows
    }


def _ask(wsdl: str, code: str, branch: str, deadline: float) -> Decimal | None:
    if time.monotonic() > deadline:
        return None
    try:
        with circuit().call():
            return soap.ask(wsdl, code, branch, timeout=settings().inventory_timeout)
    except NotFound as error:
        logger.info("the inventory does not know a product", code=code, reason=str(error))
    except (RetryableError, PermanentError) as error:
        logger.warning("stock is unconfirmed", code=code, branch=branch, reason=str(error))
    return None


def _remember(uow: UnitOfWork, branch_id: UUID, found: dict[UUID, Decimal], now: datetime) -> None:
    if found:
        uow.execute(
            "INSERT INTO sales.stock_cache (product_id, branch_id, quantity, at)"
            " SELECT product, %s, quantity, %s FROM unnest(%s::uuid[], %s::numeric[]) AS told (product, quantity)"
            " ON CONFLICT (product_id, branch_id) DO UPDATE SET quantity = excluded.quantity, at = excluded.at",
            (branch_id, now, list(found), list(found.values())),
        )
