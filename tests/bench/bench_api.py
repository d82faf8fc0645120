"""How fast the API's handler is: tickets created with their commit, and lists, searches and figures as tickets grow.

Each client is a process with a connection of its own, as every Lambda environment is; the database syncs every commit
to disk. Queues and bus are in memory.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from infra.local import postgres
from relevo.db.migrate import migrate
from tests.bench import cpu
from tests.support.gateway import request

CONCURRENCY = (1, 8, 32)
SECONDS = 8.0
SIZES = (1_000, 100_000, 1_000_000)
CALLS = 150
_WARM_UP = 20
_TICKETS = "/api/support/tickets"
_NOWHERE = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - logs go there as long as the process lives
_WORDS = [
    *("factura", "pago", "sistema", "lento", "clave", "acceso", "pedido", "entrega", "reembolso", "cuenta", "plan"),
    *(
        "cancelar",
        "error",
        "pantalla",
        "usuario",
        "correo",
        "invoice",
        "payment",
        "slow",
        "password",
        "access",
        "order",
    ),
    *("delivery", "refund", "account", "login", "screen", "mobile", "report", "export", "branch"),
]


@contextmanager
def durable() -> Iterator[tuple[str, int]]:
    """URL and process id of a server with the settings it comes with: fsync and synchronous_commit on."""
    with tempfile.TemporaryDirectory(prefix="relevo-bench-", ignore_cleanup_errors=True) as folder:
        url, server = postgres.start(Path(folder) / "data")
        try:
            migrate(url)
            yield url, cpu.postmaster(Path(folder) / "data")
        finally:
            server.cleanup()  # type: ignore[attr-defined]


@contextmanager
def _serving(url: str) -> Iterator[Callable[..., dict[str, Any]]]:
    """The API's handler over this database, as one Lambda environment has it; its log goes nowhere."""
    from relevo import db, messaging
    from tests.support.broker import MemoryMessaging

    with redirect_stdout(_NOWHERE):
        from functions.api.handler import handler
        from relevo.observability import logger

        logger.setLevel("INFO")  # what production writes is part of the cost
        for log_handler in logger.handlers:
            log_handler.setStream(_NOWHERE)
        database, memory = db.Database(lambda: url), MemoryMessaging()
        db.use(database)
        messaging.use(memory)

        def call(method: str, path: str, **asked: Any) -> dict[str, Any]:
            answer = handler(request(method, path, **asked), None)
            memory.facts.clear()
            if answer["statusCode"] >= 300:
                raise RuntimeError(f"{method} {path} answered {answer['statusCode']}: {answer['body']}")
            return answer

        try:
            yield call
        finally:
            database.close()


def _ticket(chance: random.Random) -> dict[str, Any]:
    """One in ten comes from somebody new, the others from two thousand who write again and again."""
    newcomer = chance.random() < 0.1
    who = chance.getrandbits(48) if newcomer else chance.randrange(2_000)
    return {
        "subject": " ".join(chance.choices(_WORDS, k=5)),
        "description": " ".join(chance.choices(_WORDS, k=40)),
        "customer": {"email": f"customer{who}@example.com", "name": "Ana García"},
        "source": chance.choice(["web", "email", "phone", "chat", "api"]),
        "category": chance.choice(["billing", "technical", "security", "general"]),
    }


def _client(url: str, seed: int, ready: Any, results: Any) -> None:
    chance, took = random.Random(seed), []
    with _serving(url) as call:
        for _ in range(_WARM_UP):
            call("POST", _TICKETS, body=_ticket(chance))
        ready.wait()
        began, used = time.perf_counter(), time.process_time()
        while (now := time.perf_counter()) - began < SECONDS:
            call("POST", _TICKETS, body=_ticket(chance))
            took.append(time.perf_counter() - now)
        ended, used = time.perf_counter(), time.process_time() - used
    results.put(_Part(began, ended, used, took))


class _Part(NamedTuple):
    """What one client saw: begin and end, seconds of CPU it used, seconds each ticket took."""

    began: float
    ended: float
    cpu: float
    took: list[float]


def _create(url: str, postmaster: int, clients: int) -> dict[str, Any]:
    context = multiprocessing.get_context("spawn")
    ready, results = context.Barrier(clients), context.Queue()
    processes = [context.Process(target=_client, args=(url, seed, ready, results)) for seed in range(clients)]
    for process in processes:
        process.start()
    server = cpu.of_server(postmaster)
    parts: list[_Part] = [results.get() for _ in processes]
    for process in processes:
        process.join()
    took = [seconds for part in parts for seconds in part.took]
    span = max(part.ended for part in parts) - min(part.began for part in parts)
    server, written = cpu.of_server(postmaster) - server, len(took) + _WARM_UP * clients
    return {
        "name": "api.create_ticket.per_s",
        "concurrency": clients,
        "value": round(len(took) / span, 1),
        "unit": "1/s",
        "p50_ms": round(_percentile(took, 50), 2),
        "p95_ms": round(_percentile(took, 95), 2),
        "client_cpu_ms": round(sum(part.cpu for part in parts) / len(took) * 1000, 2),
        "server_cpu_ms": round(server / written * 1000, 2),
        "tickets": len(took),
        "processes": clients,
        "cores": os.cpu_count(),
        "fsync": "on",
        "customers": "2,000 known, one in ten new",
        "messaging": "memory",
    }


def _percentile(seconds: list[float], which: int) -> float:
    return statistics.quantiles(seconds, n=100, method="inclusive")[which - 1] * 1000


_GROW = """
INSERT INTO desk.ticket (id, subject, description, status, source, category, customer_id, priority, score,
                         language, created_at, updated_at, resolved_at)
SELECT uuidv7(made.at - now()), made.subject, made.description, made.status, made.source, made.category,
       customers.ids[1 + n %% array_length(customers.ids, 1)], made.priority, 50, 'es', made.at, made.at,
       CASE WHEN made.status = 'resolved' THEN made.at + interval '2 hours' END
FROM (SELECT array_agg(id) AS ids FROM crm.customer) AS customers,
     generate_series(%(first)s::int, %(last)s::int) AS n,
     LATERAL (SELECT
        now() - (%(total)s - n) * (interval '365 days' / %(total)s) AS at,
        (ARRAY['open', 'in_progress', 'waiting', 'resolved', 'closed'])[1 + abs(hashint4(n)) %% 5] AS status,
        (ARRAY['web', 'email', 'phone', 'chat', 'api'])[1 + n %% 5] AS source,
        (ARRAY['billing', 'technical', 'security', 'general'])[1 + n %% 4] AS category,
        (ARRAY['critical', 'urgent', 'high', 'medium', 'low'])[1 + n %% 5] AS priority,
        (SELECT string_agg((%(words)s::text[])[1 + abs(hashint4(n * 7 + k)) %% %(many)s], ' ')
         FROM generate_series(1, 4) AS k)
          || CASE WHEN n %% 5000 = 0 THEN ' periscopio' ELSE '' END AS subject,
        (SELECT string_agg((%(words)s::text[])[1 + abs(hashint4(n * 13 + k)) %% %(many)s], ' ')
         FROM generate_series(1, 20) AS k) AS description) AS made
"""
"""Tickets evenly over a year, four subject words and twenty of description; every five-thousandth has a rare one."""


def _grow(url: str, have: int, want: int) -> None:
    parameters: dict[str, Any] = {"total": max(SIZES), "words": _WORDS, "many": len(_WORDS)}
    with psycopg.connect(url, autocommit=True) as connection:
        for first in range(have + 1, want + 1, 50_000):
            last = min(first + 49_999, want)
            connection.execute(_GROW, parameters | {"first": first, "last": last})  # type: ignore[arg-type]
        connection.execute("VACUUM (ANALYZE) desk.ticket")
        connection.execute("VACUUM (ANALYZE) desk.ticket_figure")


def _seconds(call: Callable[..., dict[str, Any]], path: str, queries: tuple[str, ...]) -> list[float]:
    took = []
    for number in range(CALLS):
        began = time.perf_counter()
        call("GET", path, query=queries[number % len(queries)])
        took.append(time.perf_counter() - began)
    return took


_FILTERS = ("", "status=open", "priority=critical", "category=billing&status=resolved", "source=phone", "limit=100")
_SEARCHES = ("q=factura", "q=periscopio", "q=factura+pago", "q=refund&status=open", "q=%22sistema+lento%22", "q=zzz")
_PERIODS = ("period=24h", "period=7d", "period=30d", "period=365d")
_READS = (
    ("api.ticket_list.p95_ms", _TICKETS, _FILTERS),
    ("api.ticket_search.p95_ms", _TICKETS, _SEARCHES),
    ("api.stats.p95_ms", f"{_TICKETS}/stats", _PERIODS),
)


def _reads(url: str, stored: int) -> list[dict[str, Any]]:
    figures = []
    with _serving(url) as call:
        for name, path, queries in _READS:
            for query in queries:
                call("GET", path, query=query)
            took = _seconds(call, path, queries)
            figures.append(
                {
                    "name": name,
                    "stored": stored,
                    "value": round(_percentile(took, 95), 2),
                    "unit": "ms",
                    "p50_ms": round(_percentile(took, 50), 2),
                    "queries": list(queries),
                }
            )
    return figures


def run(sizes: tuple[int, ...] = SIZES, concurrency: tuple[int, ...] = CONCURRENCY) -> Iterator[dict[str, Any]]:
    """Every figure, as objects to be printed one a line."""
    for clients in concurrency:
        with durable() as (url, postmaster):
            yield _create(url, postmaster, clients)
    with durable() as (url, _):
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(
                "INSERT INTO crm.customer (id, name, email, created_at, updated_at)"
                " SELECT uuidv7(), 'Ana García', 'customer' || n || '@example.com', now(), now()"
                " FROM generate_series(1, 20000) AS n"
            )
        stored = 0
        for size in sizes:
            _grow(url, stored, size)
            stored = size
            yield from _reads(url, stored)


if __name__ == "__main__":
    for figure in run(tuple(int(size) for size in sys.argv[1:]) or SIZES):
        print(json.dumps(figure), flush=True)
