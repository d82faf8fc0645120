from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import lru_cache

import pytest
from argon2 import PasswordHasher

from infra.local import seed
from infra.local.graph.standin import GraphStandIn
from infra.local.graph.state import Settings
from infra.local.pipeline import Pipeline
from relevo import db, ids, messaging, objects
from relevo.access import passwords
from relevo.channels.whatsapp import graph as api
from relevo.db import Database, UnitOfWork
from relevo.settings import settings
from tests.support import meta, people
from tests.support.broker import MemoryMessaging
from tests.support.bucket import MemoryBucket
from tests.support.postgres import Lasting, Postgres, embedded


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with embedded() as server:
        yield server


@pytest.fixture(autouse=True)
def fresh_settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Settings are read from the environment once a test; sessions are signed with a key of the tests."""
    monkeypatch.setenv("RELEVO_AUTH_SECRET", people.AUTH_SECRET)
    settings.cache_clear()
    yield
    settings.cache_clear()


@lru_cache(maxsize=1)
def _cheap_hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(autouse=True)
def cheap_passwords() -> Iterator[pytest.MonkeyPatch]:
    """Passwords are kept at a thousandth of their cost; `undo()` gives it back to a test that looks at it."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(passwords, "_hasher", _cheap_hasher)
        yield patched


@pytest.fixture(autouse=True)
def ids_of_their_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test whose clock stood in the future leaves no later ids to the next."""
    monkeypatch.setattr(ids, "_last_tick", 0)


@pytest.fixture(scope="session")
def seeded(postgres: Postgres) -> Iterator[str]:
    """A database that holds the seed, to be copied and left as it is."""
    with postgres.clone() as url:
        seed.load(url)
        settings.cache_clear()  # they were read on the way, and the test is about to say what they are
        yield url


@pytest.fixture
def database_url(request: pytest.FixtureRequest, postgres: Postgres) -> Iterator[str]:
    """A database of one's own: empty, or with the seed where a test or its module is marked `seeded`."""
    template = request.getfixturevalue("seeded") if request.node.get_closest_marker("seeded") else None
    with postgres.clone(of=template) as url:
        yield url


@pytest.fixture
def sent() -> Iterator[MemoryMessaging]:
    """Everything published or queued during the test, in order."""
    memory = MemoryMessaging()
    messaging.use(memory)
    yield memory
    messaging.use(None)


@pytest.fixture
def database(database_url: str, sent: MemoryMessaging) -> Iterator[Database]:
    """The database `relevo.db.database()` answers with during the test."""
    opened = Lasting(database_url)
    db.use(opened)
    yield opened
    opened.close()
    db.use(None)


@pytest.fixture
def unit_of_work(database: Database) -> Callable[[], AbstractContextManager[UnitOfWork]]:
    return database.unit_of_work


@pytest.fixture(scope="session")
def graph_stand_in() -> Iterator[GraphStandIn]:
    with GraphStandIn(Settings(token=meta.ACCESS_TOKEN, app_secret=meta.APP_SECRET)) as stand_in:
        yield stand_in
        api.hang_up()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give up on the Graph API's answer after a fifth of a second."""
    monkeypatch.setattr(api, "ANSWER_SECONDS", 0.2)


@pytest.fixture
def graph(graph_stand_in: GraphStandIn, monkeypatch: pytest.MonkeyPatch) -> GraphStandIn:
    """The Graph API, with nothing sent yet."""
    graph_stand_in.graph.reset()
    monkeypatch.setenv("RELEVO_GRAPH_URL", graph_stand_in.url)
    return graph_stand_in


@pytest.fixture
def bucket() -> Iterator[MemoryBucket]:
    """What is kept as files during the test."""
    memory = MemoryBucket()
    objects.use(memory)
    yield memory
    objects.use(None)


@pytest.fixture
def pipeline(
    database: Database, graph: GraphStandIn, bucket: MemoryBucket, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Pipeline]:
    """Every function of the catalogue over queues in memory and a real database; the bot waits for nothing."""
    monkeypatch.setenv("RELEVO_META_SECRET", meta.SECRET)
    monkeypatch.setenv("RELEVO_BOT_DEBOUNCE_SECONDS", "0")
    running = Pipeline()
    messaging.use(running)
    bucket.tell = running.stored
    yield running
