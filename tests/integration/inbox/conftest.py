from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra.local.pipeline import Pipeline
from relevo import messaging
from relevo.db import Database
from relevo.settings import settings
from tests.support import meta


@pytest.fixture
def pipeline(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pipeline]:
    """Every function of the catalogue over queues in memory and a real database; the bot waits for nothing."""
    monkeypatch.setenv("RELEVO_META_SECRET", meta.SECRET)
    monkeypatch.setenv("RELEVO_BOT_DEBOUNCE_SECONDS", "0")
    settings.cache_clear()
    running = Pipeline()
    messaging.use(running)
    yield running
    settings.cache_clear()
