"""Amounts of money, and the only place where they are rounded.

Every amount is a Decimal with two places. A line is rounded, half up, at three steps: price times quantity, the
discount on that, the tax on what then remains. A paper's amounts are sums of its lines', so that they add up as they
stand there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
LARGEST = Decimal("999999999999.99")
"""What the database's columns hold."""


def rounded(amount: Decimal) -> Decimal:
    """To two places, half up."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def percent_of(percent: Decimal, amount: Decimal) -> Decimal:
    """So many hundredths of an amount, rounded."""
    return rounded(amount * percent / 100)


@dataclass(frozen=True, slots=True)
class Amounts:
    """What a line or a paper comes to: without discount, the discount, the tax on the rest."""

    gross: Decimal = ZERO
    discount: Decimal = ZERO
    tax: Decimal = ZERO

    @property
    def net(self) -> Decimal:
        return self.gross - self.discount

    @property
    def total(self) -> Decimal:
        return self.net + self.tax


def of_line(unit_price: Decimal, quantity: Decimal, discount_percent: Decimal, tax_rate: Decimal) -> Amounts:
    """What so many of something come to. `tax_rate` is a share (0.16), the discount a percentage (10)."""
    gross = rounded(unit_price * quantity)
    discount = percent_of(discount_percent, gross)
    return Amounts(gross, discount, rounded((gross - discount) * tax_rate))


def sum_of(lines: Iterable[Amounts]) -> Amounts:
    """What lines come to together."""
    listed = list(lines)
    return Amounts(
        sum((line.gross for line in listed), ZERO),
        sum((line.discount for line in listed), ZERO),
        sum((line.tax for line in listed), ZERO),
    )


def shown(amount: Decimal, currency: str) -> str:
    """An amount as people read it."""
    return f"{amount:,.2f} {currency}"
