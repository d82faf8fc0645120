from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra.local.graph.standin import GraphStandIn
from infra.local.graph.state import Settings
from infra.local.pipeline import Pipeline
from relevo import messaging
from relevo.channels.whatsapp import graph as api
from relevo.db import Database
from relevo.settings import settings
from tests.support import meta


@pytest.fixture(scope="session")
def graph_stand_in() -> Iterator[GraphStandIn]:
    with GraphStandIn(Settings(token=meta.ACCESS_TOKEN, app_secret=meta.APP_SECRET)) as stand_in:
        yield stand_in
        _hang_up()


def _hang_up() -> None:
    """Close the process's connections to the Graph API, so that the next call opens new ones."""
    api._client().close()
    api._client.cache_clear()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give up on the Graph API's answer after a fifth of a second."""
    monkeypatch.setattr(api, "ANSWER_SECONDS", 0.2)
    _hang_up()
    yield
    _hang_up()


@pytest.fixture
def graph(graph_stand_in: GraphStandIn, monkeypatch: pytest.MonkeyPatch) -> GraphStandIn:
    """The Graph API, with nothing sent yet."""
    graph_stand_in.graph.reset()
    monkeypatch.setenv("RELEVO_GRAPH_URL", graph_stand_in.url)
    return graph_stand_in


@pytest.fixture
def pipeline(database: Database, graph: GraphStandIn, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pipeline]:
    """Every function of the catalogue over queues in memory and a real database; the bot waits for nothing."""
    monkeypatch.setenv("RELEVO_META_SECRET", meta.SECRET)
    monkeypatch.setenv("RELEVO_BOT_DEBOUNCE_SECONDS", "0")
    settings.cache_clear()
    running = Pipeline()
    messaging.use(running)
    yield running
    settings.cache_clear()
