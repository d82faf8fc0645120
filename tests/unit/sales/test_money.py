"""Amounts of money: exact, rounded half up where it is said, and never binary fractions."""

from __future__ import annotations

import ast
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.sales import money

ROOT = Path(__file__).parents[3]
SALES = ROOT / "layers/core/python/relevo/sales"
MONEY = [
    *(path for path in SALES.glob("*.py") if path.name != "documents.py"),  # a layout, measured in points
    SALES / "catalogue/products.py",
    SALES / "catalogue/importing.py",
    *(ROOT / "layers/core/python/relevo/api").glob("quote*.py"),
    *(ROOT / "layers/core/python/relevo/api").glob("order*.py"),
    ROOT / "layers/core/python/relevo/events/sales.py",
]

prices = st.decimals(min_value=0, max_value=1_000_000, places=2)
quantities = st.decimals(min_value="0.001", max_value=10_000, places=3)
percents = st.decimals(min_value=0, max_value=100, places=2)
rates = st.decimals(min_value=0, max_value="0.9999", places=4)


@pytest.mark.parametrize(
    ("price", "quantity", "discount", "rate", "gross", "off", "tax", "total"),
    [
        ("100.00", "1", "0", "0.16", "100.00", "0.00", "16.00", "116.00"),
        ("0.05", "0.5", "0", "0", "0.03", "0.00", "0.00", "0.03"),  # half a cent goes up
        ("33.35", "1", "10", "0.16", "33.35", "3.34", "4.80", "34.81"),
        ("19.99", "3", "33.33", "0.08", "59.97", "19.99", "3.20", "43.18"),
    ],
)
def test_a_line_is_rounded_half_up_at_each_step(
    price: str, quantity: str, discount: str, rate: str, gross: str, off: str, tax: str, total: str
) -> None:
    # When a line is worked out
    made = money.of_line(Decimal(price), Decimal(quantity), Decimal(discount), Decimal(rate))
    # Then each step is what a person with pencil and paper gets
    assert (made.gross, made.discount, made.tax, made.total) == tuple(map(Decimal, (gross, off, tax, total)))


@given(prices, quantities, percents, rates)
def test_a_line_never_costs_less_than_nothing_and_adds_up(
    price: Decimal, quantity: Decimal, discount: Decimal, rate: Decimal
) -> None:
    # When any line is worked out
    made = money.of_line(price, quantity, discount, rate)
    # Then its parts have two places, none is negative, and they add up
    parts = (made.gross, made.discount, made.tax, made.total)
    assert all(part >= 0 and part == money.rounded(part) for part in parts)
    assert made.total == made.gross - made.discount + made.tax


@given(st.lists(st.tuples(prices, quantities, percents), max_size=20), rates)
def test_a_paper_adds_up_as_it_stands_there(lines: list[tuple[Decimal, Decimal, Decimal]], rate: Decimal) -> None:
    # Given the lines of a paper
    made = [money.of_line(*line, rate) for line in lines]
    # When they are summed, then no cent is lost or found
    total = money.sum_of(made)
    assert total.total == sum((line.total for line in made), Decimal(0))
    assert total.net + total.tax == total.total


@pytest.mark.parametrize("path", MONEY, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_money_is_never_a_binary_fraction(path: Path) -> None:
    # Given the code that handles money
    tree = ast.parse(path.read_text(encoding="utf-8"))
    # When everything that could be money's is looked at: no float by name, no number with a point in arithmetic
    names = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "float"]
    fractions = [
        node.lineno for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, float)
    ]
    # Then there is none
    assert (names, fractions) == ([], [])
