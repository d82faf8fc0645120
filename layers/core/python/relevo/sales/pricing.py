"""What is asked for, at the catalogue's prices: a quote's lines before they are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from relevo.db import Row, UnitOfWork
from relevo.errors import InvalidInput, NotFound
from relevo.platform import value
from relevo.sales import catalogue, inventory, money
from relevo.sales.settings import DISCOUNTS

MOST_LINES = 100


@dataclass(frozen=True, slots=True)
class NewLine:
    """So many of a product, at so many percent less."""

    product_id: UUID
    quantity: Decimal
    discount_percent: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line at the price of the day. `stock` is what the inventory says there is; None: nobody can say."""

    product: catalogue.Product
    quantity: Decimal
    discount_percent: Decimal
    amounts: money.Amounts
    stock: Decimal | None


class DiscountTooLarge(InvalidInput):
    """Somebody with another role may give this discount."""

    def __init__(self, percent: Decimal, most: Decimal) -> None:
        super().__init__(f"a discount of {percent} % needs a supervisor; yours may be {most} %")


def price_lines(
    uow: UnitOfWork, branch_id: UUID, lines: Sequence[NewLine], *, role: str | None, any_discount: bool
) -> list[PricedLine]:
    """The lines with what they come to in this branch.

    Raises NotFound for a branch or a product nobody knows, DiscountTooLarge, and InvalidInput for no lines, too many,
    and for products that are not sold (any more) or are priced in another currency than the branch's.
    """
    if not 1 <= len(lines) <= MOST_LINES:
        raise InvalidInput(f"a quote has 1 to {MOST_LINES} lines")
    branch = uow.one("SELECT tax_rate, currency FROM inbox.branch WHERE id = %s", (branch_id,))
    if branch is None:
        raise NotFound(f"there is no branch {branch_id}")
    if not any_discount:
        _check_discounts(uow, lines, role)
    wanted = list(dict.fromkeys(line.product_id for line in lines))
    products = {product.id: product for product in catalogue.get_many(uow, wanted)}
    stock = _stock(uow, branch_id, wanted)
    return [_priced(line, products.get(line.product_id), branch, stock.get(line.product_id)) for line in lines]


def _check_discounts(uow: UnitOfWork, lines: Sequence[NewLine], role: str | None) -> None:
    limits = value(uow, DISCOUNTS)
    most = limits.get(role or "*", limits.get("*", Decimal(0)))
    largest = max(line.discount_percent for line in lines)
    if largest > most:
        raise DiscountTooLarge(largest, most)


def _priced(line: NewLine, product: catalogue.Product | None, branch: Row, stock: Decimal | None) -> PricedLine:
    if product is None:
        raise NotFound(f"there is no product {line.product_id}")
    if not product.active:
        raise InvalidInput(f"{product.code} is not sold any more")
    if product.currency != branch["currency"]:
        raise InvalidInput(f"{product.code} is priced in {product.currency}, the branch sells in {branch['currency']}")
    amounts = money.of_line(product.price, line.quantity, line.discount_percent, branch["tax_rate"])
    return PricedLine(product, line.quantity, line.discount_percent, amounts, stock)


def _stock(uow: UnitOfWork, branch_id: UUID, products: Sequence[UUID]) -> dict[UUID, Decimal]:
    """Only what the inventory confirms."""
    known = inventory.stock(uow, branch_id, products)
    return {product: each.quantity for product, each in known.items() if each.confirmed and each.quantity is not None}
