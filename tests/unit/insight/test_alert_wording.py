"""What an alert says, in numbers as people write them."""

from __future__ import annotations

from typing import Any

import pytest

from relevo.insight.alerts import Alert, measured, sentence


def alert(metric: str, value: float, **context: Any) -> Alert:
    fields = dict.fromkeys(Alert.__slots__) | {"kind": "custom", "severity": "info", "comparison": "above"}
    fields |= {"branch_name": "Centro", "threshold": 5.0}
    return Alert(**fields | {"metric": metric, "value": value, "context": context})  # type: ignore[arg-type]


def test_a_case_is_named_by_its_number_as_it_stands_everywhere_else() -> None:
    said = sentence(alert("unassigned_wait", 7, number=12345, customer="Ana {x}", ticket="Freno"), "es")
    assert said.startswith("El caso n.º 12345 ") and "Ana {x}" in said


@pytest.mark.parametrize(("days", "es", "en"), [(1.0, "1 día", "1 day"), (1.5, "1.5 días", "1.5 days")])
def test_one_day_is_a_day(days: float, es: str, en: str) -> None:
    assert (measured(days, "days", "es"), measured(days, "days", "en")) == (es, en)
    assert sentence(alert("churn_risk", 80, customer="Ana", expected_days=1), "es").endswith("de 1 día.")


def test_sales_of_several_days_are_not_told_as_those_of_one() -> None:
    sold = {"sold": "650.00", "usual": "1000.00", "currency": "MXN", "day": "2026-03-03"}
    assert "vendió 650.00 MXN el 03/03/2026" in sentence(alert("sales_drop", 35, days=1, **sold), "es")
    assert "vendió 650.00 MXN en 2 días, hasta el 03/03/2026" in sentence(alert("sales_drop", 35, days=2, **sold), "es")
