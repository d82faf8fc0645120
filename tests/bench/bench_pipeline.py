"""The whole way of a message: signed webhook -> intake -> ingest -> analyze, chatbot -> deliver -> the Graph stand-in.

Queues and bus are in memory, so that the figure is ours and not an emulator's; the handlers, the database (durable,
fsync on) and the HTTP call to the stand-in (a process of its own) are real. Three workers run side by side, each a
process with every function and queues of its own, as Lambda runs environments.

`pipeline.cpu_ms` is what a message costs in CPU time, by who spends it: it bounds the rate on any number of cores, and
a busy machine changes it less than the rate.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from infra.local import postgres, seed
from infra.local.pipeline import Pipeline
from relevo import db, messaging
from relevo.db import Database
from relevo.db.migrate import migrate
from relevo.settings import settings
from tests.bench import cpu
from tests.support import meta

_SIZES = (1_000, 10_000, 100_000)
_WORKERS, _BATCH, _SINGLE = 3, 120, 200
_TEXTS = (
    "¿Cómo descargo mis facturas?",
    "Olvidé mi contraseña, ¿qué hago?",
    "I want to cancel my account",
    "Quiero hablar con una persona",
    "El sistema está muy lento desde ayer",
    "¿Cuánto tarda un reembolso?",
    "Quiero cambiar mi plan",
    "¿Tienen estacionamiento en la sucursal?",
    "Where can I download my invoices?",
    "No puedo entrar, perdí mi contraseña",
    "¿Cómo cancelo mi cuenta?",
    "I need to talk to a human",
    "The system is very slow today",
    "¿Me pueden devolver mi dinero?",
    "How do I change my plan?",
    "¿Venden tarjetas de regalo?",
    "Necesito mi factura del mes pasado",
    "I forgot my password",
    "Quisiera dar de baja mi cuenta",
    "Páseme con un asesor por favor",
    "La página carga muy lenta",
    "What is your refund policy?",
    "Me interesa un plan más grande",
    "¿A qué hora abren el domingo?",
)
"""Three in four the bot answers; more of them than a batch has, so that none is asked twice in one."""


def run() -> Iterator[dict[str, Any]]:
    with _stand_in() as (graph_url, stand_in), tempfile.TemporaryDirectory() as folder:
        url, server = postgres.start(Path(folder) / "data")
        try:
            migrate(url)
            seed.load(url)
            with _workers(url, graph_url) as workers:
                spenders = _Spenders(cpu.postmaster(Path(folder) / "data"), stand_in)
                for size in _SIZES:
                    _store(url, size)
                    yield from _measure(workers, size, spenders)
        finally:
            server.cleanup()  # type: ignore[attr-defined]


class _Spenders(NamedTuple):
    """Processes beside the workers that spend time on a message."""

    postmaster: int
    stand_in: int

    def used(self) -> tuple[float, float]:
        """Seconds of CPU Postgres and the stand-in have used so far."""
        return cpu.of_server(self.postmaster), cpu.of_process(self.stand_in)


class _Took(NamedTuple):
    """Seconds a worker took for its messages, and seconds of CPU it used."""

    elapsed: float
    cpu: float


def _measure(workers: list[Connection], size: int, spenders: _Spenders) -> Iterator[dict[str, Any]]:
    _all(workers, 20)
    before = spenders.used()
    rounds = [_all(workers, _BATCH) for _ in range(3)]
    messages = 3 * _WORKERS * _BATCH
    used = [1000 * (after - start) / messages for start, after in zip(before, spenders.used(), strict=True)]
    python = 1000 * sum(took.cpu for round in rounds for took in round) / messages
    rates = [_WORKERS * _BATCH / max(took.elapsed for took in round) for round in rounds]
    facts = {"stored_messages": size, "workers": _WORKERS, "messages": _WORKERS * _BATCH}
    yield {"name": "pipeline.messages_per_s", "value": round(statistics.median(rates), 1), "unit": "1/s", **facts}
    parts = {"python": round(python, 2), "postgres": round(used[0], 2), "stand_in": round(used[1], 2)}
    yield {"name": "pipeline.cpu_ms", "value": round(python + sum(used), 2), "unit": "ms", **parts, **facts}
    waits = sorted(_all(workers[:1], 1)[0].elapsed * 1000 for _ in range(_SINGLE))
    for percent in (50, 95, 99):
        wait = waits[min(len(waits) * percent // 100, len(waits) - 1)]
        yield {"name": f"pipeline.p{percent}_ms", "value": round(wait, 2), "unit": "ms", "stored_messages": size}


def _all(workers: list[Connection], count: int) -> list[_Took]:
    """Let every worker put `count` messages through at the same time."""
    for worker in workers:
        worker.send(count)
    return [worker.recv() for worker in workers]


def _work(pipe: Connection, number: int, url: str, graph_url: str) -> None:
    """One worker: every function once, as Lambda keeps environments, with queues of its own."""
    silence = Path(os.devnull).open("w")  # noqa: SIM115 - the handlers print metrics, and stdout holds the figures
    with silence, contextlib.redirect_stdout(silence), _system(url, graph_url) as pipeline:
        customers = iter(range(number * 10_000_000, (number + 1) * 10_000_000))
        while count := pipe.recv():
            pipe.send(_through(pipeline, [next(customers) for _ in range(count)]))


def _through(pipeline: Pipeline, customers: list[int]) -> _Took:
    """From the first webhook posted to the last answer sent, of customers who write one message each."""
    events = [
        meta.post(meta.webhook(meta.text_message(_TEXTS[n % len(_TEXTS)], sender=f"52155{n:08}", wamid=f"wamid.{n}")))
        for n in customers
    ]
    intake = pipeline.handler("intake")
    started, used = time.perf_counter(), time.process_time()
    for event in events:
        assert intake(event, None)["statusCode"] == 200
    pipeline.drain()
    took = _Took(time.perf_counter() - started, time.process_time() - used)
    assert not pipeline.dead
    return took


@contextmanager
def _workers(url: str, graph_url: str) -> Iterator[list[Connection]]:
    context = multiprocessing.get_context("spawn")
    pipes = [context.Pipe() for _ in range(_WORKERS)]
    processes = [
        context.Process(target=_work, args=(theirs, number, url, graph_url), daemon=True)
        for number, (_, theirs) in enumerate(pipes)
    ]
    for process in processes:
        process.start()
    for _, theirs in pipes:
        theirs.close()  # a worker that dies is then an end of file here, and not a wait for ever
    yield [ours for ours, _ in pipes]
    for (ours, _), process in zip(pipes, processes, strict=True):
        ours.send(0)
        process.join(10)


@contextmanager
def _system(url: str, graph_url: str) -> Iterator[Pipeline]:
    os.environ |= {
        "RELEVO_META_SECRET": meta.SECRET,
        "RELEVO_GRAPH_URL": graph_url,
        "RELEVO_BOT_DEBOUNCE_SECONDS": "0",
    }
    settings.cache_clear()
    pipeline, database = Pipeline(), Database(lambda: url)
    messaging.use(pipeline)
    db.use(database)
    try:
        yield pipeline
    finally:
        database.close()
        db.use(None)
        messaging.use(None)


def _serve(port: Any) -> None:
    from infra.local.graph.standin import GraphStandIn
    from infra.local.graph.state import Settings

    with GraphStandIn(Settings(token=json.loads(meta.SECRET)["access_token"])) as stand_in:
        port.send(stand_in.url)
        port.recv()


@contextmanager
def _stand_in() -> Iterator[tuple[str, int]]:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        assert process.pid is not None
        yield ours.recv(), process.pid
    finally:
        ours.send("stop")
        process.join(10)


def _store(url: str, size: int) -> None:
    """Fill up to `size` messages of past conversations, ten each."""
    with closing(Database(lambda: url)) as database, database.unit_of_work(publish=False) as uow:
        row = uow.one("SELECT count(*) AS n FROM inbox.message")
        missing = max(size - (row["n"] if row else 0), 0) // 10
        uow.execute(
            "CREATE TEMP TABLE fill ON COMMIT DROP AS SELECT n, gen_random_uuid() AS customer,"
            " gen_random_uuid() AS identity, gen_random_uuid() AS conversation,"
            " (random() * 1e9)::bigint AS phone FROM generate_series(1, %s) AS n",
            (missing,),
        )
        uow.execute(
            "INSERT INTO crm.customer (id, name, created_at, updated_at)"
            " SELECT customer, 'Cliente ' || n, now(), now() FROM fill"
        )
        uow.execute(
            "INSERT INTO inbox.identity (id, customer_id, channel, portfolio, phone, created_at, updated_at)"
            " SELECT identity, customer, 'whatsapp', 'demo', '49' || phone || n, now(), now() FROM fill"
        )
        uow.execute(
            "INSERT INTO inbox.conversation (id, channel_account_id, identity_id, customer_id, branch_id, state,"
            "   owner_since, last_message_at, opened_at)"
            " SELECT f.conversation, a.id, f.identity, f.customer, a.branch_id, 'closed', now(), now(), now()"
            " FROM fill f, (SELECT id, branch_id FROM inbox.channel_account LIMIT 1) AS a"
        )
        uow.execute(
            "INSERT INTO inbox.message (id, conversation_id, channel_account_id, direction, author, kind, text,"
            "   external_id, status, turn_id, stored_at)"
            " SELECT gen_random_uuid(), f.conversation, a.id, 'in', 'customer', 'text', 'mensaje ' || k,"
            "   'wamid.' || f.conversation || k, 'received', f.identity, now()"
            " FROM fill f, generate_series(1, 10) AS k, (SELECT id FROM inbox.channel_account LIMIT 1) AS a"
        )
        uow.execute(
            "INSERT INTO inbox.external_message (channel_account_id, external_id, message_id)"
            " SELECT channel_account_id, external_id, id FROM inbox.message ON CONFLICT DO NOTHING"
        )
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
