"""Each metric measures what its sentence says, in every database there is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from relevo import clock
from relevo.db import Database
from relevo.insight import alerts

NOW = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize("metric", sorted(alerts.METRICS))
def test_every_metric_can_be_measured_where_there_is_nothing_yet(shared_database: Database, metric: str) -> None:
    # Given a company on its first day
    with clock.frozen(NOW), shared_database.unit_of_work() as uow:
        rule = alerts.drafted({"name": "mine", "metric": metric, "threshold": 50.0})
        # When it is measured
        found = alerts.measure(uow, rule, NOW)
    # Then nothing is wrong
    assert found.rows == []
