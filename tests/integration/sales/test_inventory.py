"""Stock comes from the company's own inventory; when that is down, nobody waits and nobody is lied to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from infra.local.inventory import Inventory, serving
from relevo import clock, ids
from relevo.db import Database
from relevo.sales import catalogue, inventory
from relevo.sales.catalogue import NewProduct
from relevo.sales.inventory import Stock, soap
from relevo.settings import settings
from tests.support import world


@pytest.fixture
def company(monkeypatch: pytest.MonkeyPatch) -> Iterator[Inventory]:
    """The company's inventory, which gives up within a fifth of a second; two failures open the circuit."""
    with serving() as standin:
        for name, value in {"WSDL": f"{standin.address}?wsdl", "TIMEOUT": "0.2", "FAILURES": "2"}.items():
            monkeypatch.setenv(f"RELEVO_INVENTORY_{name}", value)
        settings.cache_clear()
        inventory.circuit.cache_clear()
        yield standin
        inventory.circuit.cache_clear()
        soap.forget()


@pytest.fixture
def branch(database: Database) -> UUID:
    with database.unit_of_work() as uow:
        return world.branch(uow)


@pytest.fixture
def product(database: Database) -> UUID:
    with database.unit_of_work() as uow:
        return catalogue.create(uow, NewProduct(code="BAL-1", name="Balatas", price=Decimal("10"))).id


Ask = Callable[[], Stock]


@pytest.fixture
def ask(database: Database, branch: UUID, product: UUID) -> Ask:
    def call() -> Stock:
        with database.unit_of_work() as uow:
            return inventory.stock(uow, branch, [product])[product]

    return call


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let so many seconds pass."""
    real, passed = clock.now, [0.0]
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(seconds=passed[0]))

    def wait(seconds: float) -> None:
        passed[0] += seconds

    return wait


def test_stock_is_asked_once_and_remembered(company: Inventory, ask: Ask, later: Callable[[float], None]) -> None:
    # Given an inventory that has three and a half
    company.counts["BAL-1", "centro"] = Decimal("3.5")
    # When it is asked twice
    first, again = ask(), ask()
    # Then it is confirmed both times, and asked once, by the code of product and branch
    assert (first.quantity, first.confirmed) == (Decimal("3.5"), True) == (again.quantity, again.confirmed)
    assert company.asked == [("BAL-1", "centro")]
    # And after a minute it is asked anew
    later(61)
    company.counts["BAL-1", "centro"] = Decimal(0)
    assert ask().quantity == 0 and len(company.asked) == 2


@pytest.mark.parametrize("failure", ["fault", "unknown", "timeout", "garbage", "500", "no quantity"])
def test_whatever_goes_wrong_stock_is_unconfirmed(company: Inventory, ask: Ask, failure: Any) -> None:
    # Given an inventory that fails in one of the ways such systems do
    company.fail = [failure]
    # When it is asked, then nothing is promised
    assert ask() == Stock(None, confirmed=False, at=None)
    # And the next answer counts
    assert ask().confirmed


def test_what_was_known_is_told_as_no_longer_sure(company: Inventory, ask: Ask, later: Callable[[float], None]) -> None:
    # Given an inventory that has told four, an hour ago, and is down now
    company.counts["BAL-1", "centro"] = Decimal(4)
    known = ask()
    later(3600)
    company.broken = "500"
    # When it is asked, then the four are told, with their time, unconfirmed
    assert ask() == Stock(Decimal(4), confirmed=False, at=known.at)


def test_who_does_not_answer_is_left_alone_for_a_while(
    company: Inventory, ask: Ask, later: Callable[[float], None]
) -> None:
    # Given an inventory that has failed twice
    company.broken = "500"
    ask(), ask()
    # When stock is asked for again, then it is not called
    assert not ask().confirmed and len(company.asked) == 2
    # And after the pause one call tries; it fails, and the pause begins again
    later(31)
    ask(), ask()
    assert len(company.asked) == 3
    # And one that succeeds ends it
    later(31)
    company.broken = None
    assert ask().confirmed
    assert len(company.asked) == 4


def test_an_unknown_product_does_not_open_the_circuit(company: Inventory, ask: Ask) -> None:
    # Given an inventory that does not know the product
    company.broken = "unknown"
    # When it is asked more often than failures are borne, then each question reaches it
    assert [ask().confirmed for _ in range(4)] == [False] * 4 and len(company.asked) == 4


def test_without_an_inventory_nothing_is_confirmed(ask: Ask) -> None:
    assert ask() == Stock(None, confirmed=False, at=None)


def test_nobody_there_is_unconfirmed_too(company: Inventory, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a WSDL that cannot be read
    monkeypatch.setenv("RELEVO_INVENTORY_WSDL", "http://127.0.0.1:9/nothing?wsdl")
    settings.cache_clear()
    # Then stock is unconfirmed
    assert not ask().confirmed


def test_products_nobody_has_are_left_out(company: Inventory, database: Database, branch: UUID) -> None:
    with database.unit_of_work() as uow:
        assert inventory.stock(uow, branch, [ids.new_id()]) == {}
