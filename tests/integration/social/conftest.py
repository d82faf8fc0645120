from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from infra.local.graph.standin import Served
from infra.local.networks import Networks, create
from relevo import clock
from relevo.settings import settings
from relevo.social import tokens
from tests.support import publishing

NOON = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
"""A Monday, noon in Mexico City."""


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Networks, str]]:
    networks = Networks(publishing.TOKEN)
    with Served(create(networks)) as server:
        yield networks, server.url


@pytest.fixture
def networks(served: tuple[Networks, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Networks]:
    """The three networks on loopback, with nothing published yet."""
    memory, url = served
    memory.reset()
    memory.quota, memory.processing, memory.lag = 50, 1, 0
    monkeypatch.setenv("RELEVO_SOCIAL_GRAPH_URL", f"{url}/graph")
    monkeypatch.setenv("RELEVO_TIKTOK_URL", f"{url}/tiktok")
    monkeypatch.setenv("RELEVO_SOCIAL_SECRET", publishing.SECRET)
    settings.cache_clear()
    tokens.forget()
    yield memory
    tokens.forget()


@pytest.fixture
def advance() -> Iterator[Callable[[timedelta], None]]:
    """The clock held at noon; moves it on."""
    with clock.frozen(NOON) as move:
        yield move
