"""What the console asks for, as conversations grow: boxes, filters, counts, searches, one conversation, its messages.

Through the API's handler, one call after the other, over a server that syncs to disk; a year of messages, four a
conversation, in ten branches (see tests/support/bulk_conversations.py). Calls of all kinds and sizes take turns, so
that what else the machine does falls on all alike.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Iterator
from typing import Any, LiteralString

import psycopg

from relevo import db
from relevo.access import ROLES
from relevo.db.migrate import migrate
from tests.bench.bench_api import _serving, durable
from tests.support.bulk_conversations import PER_CONVERSATION, messages

SIZES = (1_000, 100_000, 1_000_000)
CALLS = 120
_WARM_UP = 10
_ALL = "/api/conversations"
_USER = "0193501c-0000-7000-8000-000000000001"

_LISTS: dict[str, dict[str, str]] = {
    "mine": {"box": "mine"},
    "unassigned": {"box": "unassigned"},
    "bot": {"box": "bot"},
    "waiting": {"box": "waiting"},
    "all": {"box": "all"},
    "closed": {"box": "closed"},
    "priority": {"box": "all", "priority": "urgent"},
    "channel": {"box": "all", "channel": "messenger"},
    "search_common": {"q": "factura"},
    "search_less_common": {"q": "palabra300"},
    "search_rare": {"q": "palabra15000"},
    "search_name": {"q": "camila peña"},
    "search_phone": {"q": "5730"},
    "search_nothing": {"q": "inexistente"},
}


def run() -> Iterator[dict[str, Any]]:
    """Figures per call and size, then how much the p95 of each has grown from the smallest to the largest."""
    with durable() as (url, _):
        urls = {size: _filled(url, size) for size in SIZES}
        took = _measure(urls)
    names = list(dict.fromkeys(name for name, _ in took))
    p95: dict[tuple[str, int], float] = {}
    for (name, size), seconds in sorted(took.items(), key=lambda entry: (entry[0][1], names.index(entry[0][0]))):
        quantiles = statistics.quantiles(seconds, n=100)
        p50, p95[name, size] = quantiles[49] * 1000, quantiles[94] * 1000
        figure = {"name": f"conversations.{name}", "value": round(p95[name, size], 2), "unit": "ms p95"}
        yield figure | {"p50_ms": round(p50, 2), "messages": size, "conversations": size // PER_CONVERSATION}
    for name in names:
        grown = p95[name, SIZES[-1]] / p95[name, SIZES[0]]
        yield {"name": f"conversations.{name}.growth", "value": round(grown, 2), "unit": "p95 of most / p95 of fewest"}


def _filled(url: str, size: int) -> str:
    """The URL of a database with so many messages."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE size_{size}")  # type: ignore[arg-type]
    own = psycopg.conninfo.make_conninfo(url, dbname=f"size_{size}")
    migrate(own)
    with psycopg.connect(own, autocommit=True) as connection:
        messages(connection, size)
    return own


def _measure(urls: dict[int, str]) -> dict[tuple[str, int], list[float]]:
    """Seconds each call took, by its name and the size."""
    chance, took = random.Random(7), dict[tuple[str, int], list[float]]()
    known = {size: _ids(url) for size, url in urls.items()}
    with _serving(urls[SIZES[0]]) as call:
        databases = {size: db.Database(lambda url=url: url) for size, url in urls.items()}  # type: ignore[misc]
        for turn in range(_WARM_UP + CALLS):
            for size, database in databases.items():
                db.use(database)
                for name, path, query, user in _asked(known[size], chance):
                    began = time.perf_counter()
                    call("GET", path, query=query, user=user, scopes=ROLES["agent"], principal="user:bench")
                    if turn >= _WARM_UP:
                        took.setdefault((name, size), []).append(time.perf_counter() - began)
        for database in databases.values():
            database.close()
    return took


def _ids(url: str) -> dict[str, list[str]]:
    """Agents, branches and some conversations of a database."""
    queries: dict[str, LiteralString] = {
        "agents": "SELECT id FROM desk.agent ORDER BY email",
        "branches": "SELECT id FROM inbox.branch ORDER BY code",
        "conversations": "SELECT id FROM inbox.conversation ORDER BY random() LIMIT 500",
    }
    with psycopg.connect(url) as connection:
        return {of: [str(row[0]) for row in connection.execute(query)] for of, query in queries.items()}


def _asked(known: dict[str, list[str]], chance: random.Random) -> Iterator[tuple[str, str, Any, dict[str, str]]]:
    """One round of calls: name, path, query and who calls."""
    agent = {"user": _USER, "role": "agent", "branches": "*", "agent": chance.choice(known["agents"])}
    for name, query in _LISTS.items():
        yield name, _ALL, query, agent
    yield "all_one_branch", _ALL, {"box": "all"}, agent | {"branches": chance.choice(known["branches"])}
    yield "counts", f"{_ALL}/counts", "", agent
    one = f"{_ALL}/{chance.choice(known['conversations'])}"
    yield "messages", f"{one}/messages", "", agent
    yield "one", one, "", agent
