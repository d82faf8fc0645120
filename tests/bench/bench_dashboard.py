"""The dashboard as messages grow: every look reads anew (nothing is remembered between calls), through the API.

A year of messages, ten a conversation, in ten branches, with a turn of the bot for three messages in ten, one
conversation in five handed over, and a ticket for one in ten (see tests/support/bulk_conversations.py); `busy` has a
hundred thousand messages of the last day besides. `first_look` counts hours nobody has counted yet; every later one
reads them.
"""

from __future__ import annotations

import importlib
import json
import statistics
import time
from collections.abc import Iterator
from typing import Any, LiteralString

import psycopg

from relevo import db
from relevo.db.migrate import migrate
from relevo.db.remembered import Remembered
from tests.bench.bench_api import _serving, durable
from tests.support.bulk_conversations import messages

SIZES = {"1000": 1_000, "100000": 100_000, "1000000": 1_000_000, "busy": 100_000}
CALLS = 80
_WARM_UP = 5
_BUSY = 100_000
_DASHBOARD = "/api/support/dashboard"
_PERIODS = ("24h", "7d", "30d")

# The bot's part of the conversations: a turn for three messages in ten, and every fifth conversation leaves it.
_BOT: LiteralString = """
INSERT INTO knowledge.chatbot_turn (id, conversation_id, question, answer, confidence, decision, reason, created_at)
SELECT id, conversation_id, '', '', 0.9, 'answered', '', stored_at FROM inbox.message
WHERE author = 'bot' OR (author = 'customer' AND random() < 0.2);
INSERT INTO inbox.conversation_change (id, conversation_id, field, old, new, actor, at)
SELECT DISTINCT ON (conversation_id) id, conversation_id, 'owner', '"bot"'::jsonb, '"queue"'::jsonb, 'bot', stored_at
FROM inbox.message WHERE author = 'agent' AND hashtext(conversation_id::text) % 2 = 0 ORDER BY conversation_id, id;
VACUUM ANALYZE knowledge.chatbot_turn;
VACUUM ANALYZE inbox.conversation_change;
VACUUM ANALYZE desk.ticket_figure
"""

_LAST_DAY: LiteralString = """
INSERT INTO inbox.message (id, conversation_id, channel_account_id, direction, author, kind, text, status, stored_at)
SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(md5(n::text), 1, 3)
        || '8' || substr(md5(n::text), 4, 15))::uuid,
       conversation.id, channel_account_id, CASE n %% 2 WHEN 0 THEN 'in' ELSE 'out' END,
       CASE n %% 2 WHEN 0 THEN 'customer' ELSE 'bot' END, 'text', 'hola',
       CASE n %% 2 WHEN 0 THEN 'received' ELSE 'read' END, at
FROM generate_series(1, %(count)s::int) AS n CROSS JOIN LATERAL
     (SELECT now() - interval '24 hours' * (1 - n::float / %(count)s) AS at) AS day
JOIN (SELECT id, channel_account_id, row_number() OVER (ORDER BY id DESC) AS k FROM inbox.conversation) AS conversation
    ON k = 1 + n %% 5000
"""


def run() -> Iterator[dict[str, Any]]:
    """Figures per size and period, then how much the p95 of each period has grown from the smallest to the largest."""
    importlib.import_module("relevo.insight.dashboard")._remembered = Remembered(seconds=0)  # type: ignore[attr-defined]
    with durable() as (url, _):
        urls = {size: _filled(url, size) for size in SIZES}
        first, took = _measure(urls)
    p95: dict[tuple[str, str], float] = {}
    for (size, period), seconds in took.items():
        quantiles = statistics.quantiles(seconds, n=100)
        p95[size, period] = quantiles[94] * 1000
        figure = {"name": f"dashboard.{period}", "value": round(p95[size, period], 2), "unit": "ms p95"}
        yield figure | {"p50_ms": round(quantiles[49] * 1000, 2), "stored": size}
    for size, seconds_taken in first.items():
        yield {"name": "dashboard.first_look", "value": round(seconds_taken * 1000, 1), "unit": "ms", "stored": size}
    for period in _PERIODS:
        grown = p95["1000000", period] / p95["1000", period]
        yield {"name": f"dashboard.{period}.growth", "value": round(grown, 2), "unit": "p95 of most / p95 of fewest"}


def _filled(url: str, size: str) -> str:
    """The URL of a database with so many messages."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE of_{size}")  # type: ignore[arg-type]
    own = psycopg.conninfo.make_conninfo(url, dbname=f"of_{size}")
    migrate(own)
    with psycopg.connect(own, autocommit=True) as connection:
        messages(connection, SIZES[size])
        if size == "busy":
            connection.execute("ALTER TABLE inbox.message DISABLE TRIGGER USER")
            connection.execute(_LAST_DAY, {"count": _BUSY})
        for statement in _BOT.split(";"):
            connection.execute(statement)
    return own


def _measure(urls: dict[str, str]) -> tuple[dict[str, float], dict[tuple[str, str], list[float]]]:
    """Seconds the first look at a month took, and each later look, by size and period; sizes take turns."""
    first: dict[str, float] = {}
    took: dict[tuple[str, str], list[float]] = {}
    with _serving(urls["1000"]) as call:
        databases = {size: db.Database(lambda url=url: url) for size, url in urls.items()}  # type: ignore[misc]
        for turn in range(_WARM_UP + CALLS):
            for size, database in databases.items():
                db.use(database)
                for period in reversed(_PERIODS):
                    began = time.perf_counter()
                    call("GET", _DASHBOARD, query={"period": period})
                    seconds = time.perf_counter() - began
                    if turn == 0 and period == "30d":
                        first[size] = seconds
                    elif turn >= _WARM_UP:
                        took.setdefault((size, period), []).append(seconds)
        for database in databases.values():
            database.close()
    return first, took


if __name__ == "__main__":
    for line in run():
        print(json.dumps(line), flush=True)
