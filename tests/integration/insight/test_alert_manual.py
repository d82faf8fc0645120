"""What the manual says of the rules is what the database has from the first day."""

from __future__ import annotations

import re
from pathlib import Path

from relevo.db import Database
from relevo.insight import alerts

MANUAL = Path(__file__).parents[3] / "docs/alerts.md"


def test_the_manuals_table_is_that_of_the_rules(shared_database: Database) -> None:
    # Given the table of the manual, and the rules of a new company
    rows = re.findall(
        r"^\| `(\w+)` \| `(\w+)`: .* \| ([<>] [\d.]+|any)[^|]* \| (\w+) \| (\d+|–)", MANUAL.read_text(), re.MULTILINE
    )
    told = {kind: (metric, limit, severity, minutes) for kind, metric, limit, severity, minutes in rows}
    with shared_database.unit_of_work() as uow:
        rules = [rule for rule in alerts.list_rules(uow) if rule.kind != "custom"]
    # When they are compared, then they agree
    assert told == {
        rule.kind: (
            rule.metric,
            "any" if rule.kind == "competitor" else f"{'>' if rule.comparison == 'above' else '<'} {rule.threshold:g}",
            rule.severity,
            str(rule.escalate_after_minutes or "–"),
        )
        for rule in rules
    }
    assert len(rules) == 13


def test_the_manual_names_every_metric() -> None:
    # Given the manual, when the metrics are looked for, then each is in it
    manual = MANUAL.read_text()
    assert [name for name in alerts.METRICS if f"`{name}`" not in manual] == []
