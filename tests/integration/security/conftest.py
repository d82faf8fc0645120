from __future__ import annotations

from collections.abc import Callable

import pytest

from relevo.db import Database, Row
from tests.support.people import Gateway


@pytest.fixture
def gateway(database: Database) -> Gateway:
    """The system as a caller from outside meets it."""
    return Gateway()


@pytest.fixture
def refusals(database: Database, caplog: pytest.LogCaptureFixture) -> Callable[[], list[tuple[str, str, str]]]:
    """What was refused so far: (actor, action, reason) of the audit's lines, each of which the log must have too."""

    def read() -> list[tuple[str, str, str]]:
        with database.unit_of_work() as uow:
            rows = uow.all("SELECT actor, action, detail FROM access.audit WHERE outcome = 'refused' ORDER BY id")
        warned = [record for record in caplog.records if record.levelname == "WARNING"]
        assert len(warned) >= len(rows), "a refusal is audited that the log does not have"
        return [(row["actor"], row["action"], _reason(row)) for row in rows]

    return read


def _reason(row: Row) -> str:
    detail = row["detail"]
    return str(detail.get("reason") or detail.get("missing_scope"))
