"""Customers come in by the thousand with what they owe and subscribed to; the same file again changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from infra.cli import main
from relevo import clock, company, crm
from relevo.db import Database, UnitOfWork

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
FILE = """email,phone,name,reference,amount,currency,due,paid,started,renews,ended
ana@example.com,,Ana,F-1,1500.50,MXN,2026-10-01,2026-10-20,2025-01-01,2026-01-01,
ana@example.com,,Ana,F-2,900.00,MXN,2026-11-01,,2026-01-01,2027-01-01,
,+52 55 1234 5678,Luis,,,,,,,,
,,Nobody,F-3,10,MXN,2026-11-01,,,,
luis@example.com,,Luisa,F-4,-5,MXN,2026-11-01,,,,
"""


def brought_in(file: Path) -> dict[str, int]:
    done = CliRunner().invoke(main, ["customers", "import", str(file)])
    assert done.exit_code == 0, done.output
    told: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return told


@pytest.fixture
def file(tmp_path: Path) -> Path:
    written = tmp_path / "customers.csv"
    written.write_text(FILE, encoding="utf-8")
    return written


def test_a_file_is_imported_and_what_is_wrong_in_it_is_told(
    database: Database, unit_of_work: Callable[[], AbstractContextManager[UnitOfWork]], file: Path
) -> None:
    # Given a file with two payments and two terms of one customer, another customer, and two wrong rows
    with clock.frozen(NOW):
        # When it is imported
        done = brought_in(file)
        # Then the right rows are kept and the wrong ones named by line
        assert done == {"read": 5, "imported": 3, "updated": 0, "unchanged": 0, "rejected": 2}
        reasons = [json.loads(line) for line in (file.parent / "customers.csv.rejected").read_text().splitlines()]
        assert [each["line"] for each in reasons] == [5, 6]
        assert "needs an email or a phone" in reasons[0]["reason"] and "amount" in reasons[1]["reason"]
        with unit_of_work() as uow:
            assert [payment.reference for payment in crm.overdue(uow, NOW)] == ["F-2"]
            terms = uow.all("SELECT started_at, renews_at FROM crm.subscription ORDER BY started_at")
            assert [row["renews_at"].year for row in terms] == [2026, 2027]
            # And the wrong rows left nobody behind
            assert uow.one("SELECT count(*) AS n FROM crm.customer") == {"n": 2}
        # When it is imported again
        # Then nothing changes
        assert brought_in(file) == {"read": 5, "imported": 0, "updated": 0, "unchanged": 3, "rejected": 2}


def test_a_payment_that_comes_in_keeps_its_history(
    unit_of_work: Callable[[], AbstractContextManager[UnitOfWork]],
) -> None:
    # Given a payment that is overdue
    with clock.frozen(NOW) as advance, unit_of_work() as uow:
        row = {"email": "ana@example.com", "reference": "F-9", "amount": "10", "currency": "MXN", "due": "2026-11-01"}
        crm.import_customers(uow, [row], actor="operator")
        assert [payment.reference for payment in crm.overdue(uow, NOW)] == ["F-9"]
        # When it is paid
        advance(timedelta(days=1))
        done = crm.import_customers(uow, [row | {"paid": "2026-11-22"}], actor="operator")
        # Then it is overdue no more, and who changed what is kept
        assert (done["updated"], crm.overdue(uow, NOW)) == (1, [])
        change = uow.one("SELECT field, old, new, actor FROM crm.payment_change")
        assert change == {"field": "paid_at", "old": None, "new": "2026-11-22T00:00:00+00:00", "actor": "operator"}


def test_what_is_paid_on_the_day_it_is_due_is_not_late(
    unit_of_work: Callable[[], AbstractContextManager[UnitOfWork]],
) -> None:
    # Given a payment due on a day, which is paid that afternoon
    row = {"email": "ana@example.com", "reference": "F-9", "amount": "10", "currency": "MXN", "due": "2026-11-20"}
    with unit_of_work() as uow:
        crm.import_customers(uow, [row | {"paid": "2026-11-20T16:00:00Z"}], actor="operator")
        # Then the customer has paid, and not late
        (customer,) = uow.all("SELECT id FROM crm.customer")
        found = crm.churn.read_some(uow, NOW, [customer["id"]])
        assert found.columns["late_payments"] == [0] and found.columns["spend"] == [10]


def test_a_payment_does_not_go_over_to_another_customer(
    unit_of_work: Callable[[], AbstractContextManager[UnitOfWork]],
) -> None:
    # Given Ana's payment
    row = {"email": "ana@example.com", "reference": "F-9", "amount": "10", "currency": "MXN", "due": "2026-11-01"}
    with unit_of_work() as uow:
        crm.import_customers(uow, [row], actor="operator")
        # When a row says it is a newcomer's
        done = crm.import_customers(uow, [row | {"email": "new@example.com"}], actor="operator")
        # Then it is refused, and the newcomer is not made, nor told of
        assert done["rejected"] == [{"row": 0, "reason": "the payment F-9 is another customer's"}]
        assert uow.one("SELECT count(*) AS n FROM crm.customer") == {"n": 1}
        assert [event.name for event in uow.events] == ["customer.created"]


def test_a_deployed_stage_takes_customers_by_the_operators_call(
    unit_of_work: Callable[[], AbstractContextManager[UnitOfWork]],
) -> None:
    # Given rows as `relevo customers import --stage` sends them, one of them wrong
    rows = [{"email": "ana@example.com", "started": "2026-01-01", "renews": "2027-01-01"}, {"name": "Nobody"}]
    # When the stage is told
    with unit_of_work() as uow:
        done = company.configure(uow, {"customers": rows}, actor="operator")
    # Then it says what became of them
    assert done["customers"]["imported"] == 1
    assert done["customers"]["rejected"] == [{"row": 1, "reason": "the row: Value error, needs an email or a phone"}]
