"""A customer is found again however they write themselves, and made once however many ask at the same time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

import pytest

from relevo import crm, ids
from relevo.db import Database, UnitOfWork
from relevo.errors import InvalidInput, NotFound
from tests.support.broker import MemoryMessaging

Work = Callable[[], AbstractContextManager[UnitOfWork]]


def who(unit_of_work: Work, **facts: Any) -> UUID:
    with unit_of_work() as uow:
        return crm.find_or_create(uow, source="api", actor="key:test", **facts)


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ({"email": "Ana.Garcia@Example.com"}, {"email": "ana.garcia@example.COM"}),
        ({"email": "ÑANDÚ@example.com"}, {"email": "ñandú@example.com"}),
        ({"phone": "+52 55 1234 5678"}, {"phone": "5215512345678"}),
        ({"phone": "+55 11 98765-4321"}, {"phone": "551187654321"}),
        ({"phone": "+54 11 2345 6789"}, {"phone": "+54 9 11 2345 6789"}),
        ({"email": "a@b.co", "phone": "+34600000001"}, {"phone": "0034 600 000 001"}),
        ({"phone": "+34600000001"}, {"phone": "+34600000001", "email": "a@b.co"}),
        ({"email": "a@b.co", "phone": "+34600000001"}, {"email": "a@b.co", "phone": "+34600000002"}),
    ],
)
def test_a_customer_is_found_again(unit_of_work: Work, first: dict[str, str], again: dict[str, str]) -> None:
    # Given a customer, when they write themselves otherwise, then it is still them
    assert who(unit_of_work, **first) == who(unit_of_work, **again)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"email": "a@b.co"}, {"email": "b@b.co"}),
        ({"phone": "+34600000001"}, {"phone": "+34600000002"}),
        ({"phone": "+34600000001", "email": "a@b.co"}, {"phone": "+34600000001", "email": "b@b.co"}),
    ],
)
def test_two_customers_stay_two(unit_of_work: Work, one: dict[str, str], other: dict[str, str]) -> None:
    # Given a customer, when another writes, sharing a phone at most, then they are two
    assert who(unit_of_work, **one) != who(unit_of_work, **other)


def test_what_was_not_known_is_kept_and_what_was_known_stays(unit_of_work: Work, sent: MemoryMessaging) -> None:
    # Given a customer of whom only the e-mail and the name are known
    customer = who(unit_of_work, email="a@b.co", name="Ana")
    # When they tell more, and another name
    who(unit_of_work, email="a@b.co", name="Anita", phone="+34 600 000 001", company="Acme")
    # Then the new facts are kept with their history and told, the old name stays
    with unit_of_work() as uow:
        row = uow.one("SELECT name, phone, company FROM crm.customer WHERE id = %s", (customer,))
        changes = uow.all("SELECT field, old, new, actor FROM crm.customer_change ORDER BY field")
    assert row == {"name": "Ana", "phone": "34600000001", "company": "Acme"}
    assert [(c["field"], c["old"], c["new"], c["actor"]) for c in changes] == [
        ("company", None, "Acme", "key:test"),
        ("phone", None, "34600000001", "key:test"),
    ]
    assert sent.names() == ["customer.created", "customer.updated", "customer.updated"]


def test_an_id_decides(unit_of_work: Work) -> None:
    # Given two customers
    ana, eva = who(unit_of_work, email="ana@b.co"), who(unit_of_work, email="eva@b.co")
    # When one is named by id with the other's e-mail, then the id decides
    assert who(unit_of_work, customer_id=ana, email="eva@b.co") == ana != eva


def test_nobody_is_made_of_nothing(unit_of_work: Work) -> None:
    # When there is nothing to know a customer by, or an id nobody has, then nobody is made
    with pytest.raises(InvalidInput):
        who(unit_of_work, name="Ana")
    with pytest.raises(NotFound):
        who(unit_of_work, customer_id=ids.new_id(), email="a@b.co")


@pytest.mark.parametrize("again", [{"email": "ANA@b.co"}, {"phone": "5215512345678"}])
def test_two_calls_at_once_make_one_customer(database: Database, again: dict[str, str]) -> None:
    # Given a newcomer whose first ticket is being written
    facts = {"email": "ana@b.co", "phone": "+525512345678"}
    found: list[UUID] = []

    def second() -> None:
        other = Database(database._url)
        found.append(who(other.unit_of_work, **again))
        other.close()

    thread = threading.Thread(target=second)
    with database.unit_of_work() as uow:
        customer = crm.find_or_create(uow, source="api", actor="key:test", **facts)
        # When another ticket of theirs comes before the first is committed
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()
    thread.join()
    # Then both are the same customer's
    assert found == [customer]
