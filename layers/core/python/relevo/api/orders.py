"""Routes of orders, their receipts, what agents earned by them, and what was sold."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from relevo.access import Principal
from relevo.api import cursor
from relevo.api.actors import with_names
from relevo.api.application import app
from relevo.api.endpoint import endpoint
from relevo.api.quote_models import (
    Commission,
    CommissionPage,
    CommissionQuery,
    Order,
    OrderItem,
    OrderPage,
    OrderQuery,
    Paper,
    Reason,
    SaleChange,
    Sales,
    SalesQuery,
    SoldByAgent,
    Somebody,
    line,
    named,
)
from relevo.api.quotes import asked_branches, paper
from relevo.api.requests import refuse_branch
from relevo.db import UnitOfWork
from relevo.runtime.problems import Problem
from relevo.sales import commissions, orders, quotes, reports

_ORDERS = "/api/orders"
_ORDER = f"{_ORDERS}/<order_id>"
_READ, _WRITE, _TAG = "quotes:read", "quotes:write", "Orders"


@endpoint(app, "GET", _ORDERS, scope=_READ, summary="List orders", tag=_TAG)
def list_orders(uow: UnitOfWork, caller: Principal, query: OrderQuery) -> OrderPage:
    """Orders of the caller's branches, the newest first, a page at a time."""
    found = orders.list_orders(
        uow,
        branches=asked_branches(caller, query.branch_id),
        status=query.status,
        agent_id=query.agent_id,
        customer_id=query.customer_id,
        after=cursor.decode(query.cursor),
        limit=query.limit + 1,
    )
    shown = found[: query.limit]
    last = shown[-1].id if len(found) > query.limit else None
    return OrderPage(items=[OrderItem(**_item(order)) for order in shown], next=cursor.encode(last))


@endpoint(app, "GET", _ORDER, scope=_READ, summary="One order", tag=_TAG)
def read_order(uow: UnitOfWork, caller: Principal, order_id: UUID) -> Order:
    """An order with its lines and what became of it."""
    return full(uow, _seen(uow, caller, order_id))


@endpoint(app, "GET", f"{_ORDER}/receipt", scope=_READ, summary="An order's receipt", tag=_TAG, refusals=(409,))
def read_receipt(uow: UnitOfWork, caller: Principal, order_id: UUID) -> Paper:
    """Where the receipt can be fetched without a key, for five minutes. 409 until it is made, moments after the yes."""
    order = _seen(uow, caller, order_id)
    return paper(order.receipt_key, f"{order.receipt_number}.pdf")


@endpoint(app, "POST", f"{_ORDER}/cancel", scope=_WRITE, summary="Cancel an order", tag=_TAG, refusals=(409,))
def cancel_order(uow: UnitOfWork, caller: Principal, order_id: UUID, body: Reason) -> Order:
    """The order will not be carried out; its commission is void. 409 when it was cancelled before."""
    _seen(uow, caller, order_id)
    try:
        return full(uow, orders.cancel(uow, order_id, actor=caller.name, reason=body.reason))
    except orders.AlreadyCancelled as error:
        raise Problem(409, str(error), kind="order-cancelled") from error


@endpoint(app, "GET", "/api/commissions", scope="sales:read", summary="Commissions", tag=_TAG)
def list_commissions(uow: UnitOfWork, caller: Principal, query: CommissionQuery) -> CommissionPage:
    """What agents earned in the caller's branches, the newest first, a page at a time."""
    since, until = _month(query.period) if query.period else (None, None)
    rows = commissions.list_commissions(
        uow,
        branches=caller.branches,
        agent_id=query.agent,
        since=since,
        until=until,
        after=cursor.decode(query.cursor),
        limit=query.limit + 1,
    )
    shown = rows[: query.limit]
    last = shown[-1]["id"] if len(rows) > query.limit else None
    items = [Commission(**row, agent=Somebody(id=row["agent_id"], name=row["agent_name"])) for row in shown]
    return CommissionPage(items=items, next=cursor.encode(last))


def _month(period: str) -> tuple[datetime, datetime]:
    year, month = map(int, period.split("-"))
    following = (year + 1, 1) if month == 12 else (year, month + 1)
    return datetime(year, month, 1, tzinfo=UTC), datetime(*following, 1, tzinfo=UTC)


@endpoint(app, "GET", "/api/sales", scope="sales:read", summary="What was sold", tag=_TAG)
def read_sales(uow: UnitOfWork, caller: Principal, query: SalesQuery) -> Sales:
    """Sales and commissions of the caller's branches by branch, agent and currency."""
    found = reports.sold(uow, query.first, query.last, branches=caller.branches)
    items = [
        SoldByAgent(
            branch_id=each.branch_id,
            agent=named(each.agent_id, each.agent_name),
            currency=each.currency,
            orders=each.orders,
            net=each.net,
            tax=each.tax,
            total=each.total,
            commission=each.commission,
        )
        for each in found
    ]
    return Sales(first=query.first, last=query.last, items=items)


def full(uow: UnitOfWork, order: orders.Order) -> Order:
    """An order in full."""
    return Order(
        **_item(order),
        lines=[line(row) for row in quotes.lines_of(uow, [order.quote_id])[order.quote_id]],
        history=[SaleChange.model_validate(row) for row in with_names(uow, orders.history(uow, order.id))],
    )


def _item(order: orders.Order) -> dict[str, Any]:
    fields = {name: getattr(order, name) for name in OrderItem.model_fields if hasattr(order, name)}
    customer = Somebody(id=order.customer_id, name=order.customer_name)
    return fields | {"customer": customer, "agent": named(order.agent_id, order.agent_name)}


def _seen(uow: UnitOfWork, caller: Principal, order_id: UUID) -> orders.Order:
    order = orders.get(uow, order_id)
    refuse_branch(caller, order.branch_id)
    return order
