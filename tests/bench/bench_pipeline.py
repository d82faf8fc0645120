"""The whole way of a message: signed webhook -> intake -> ingest -> analyze, chatbot -> deliver -> the Graph stand-in.

Queues and bus are in memory, so that the figure is ours and not an emulator's; the handlers, the database (durable,
fsync on) and the HTTP call to the stand-in (a process of its own) are real. One process does all the work, as one
environment of every Lambda would; on AWS they run side by side.
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
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infra.local import postgres, seed
from infra.local.pipeline import Pipeline
from relevo import db, messaging
from relevo.db import Database
from relevo.db.migrate import migrate
from relevo.settings import settings
from tests.support import meta

_SIZES = (1_000, 10_000, 100_000)
_BATCH, _SINGLE = 300, 200
_TEXTS = (
    "¿Cómo descargo mis facturas?",
    "Olvidé mi contraseña, ¿qué hago?",
    "I want to cancel my account",
    "Quiero hablar con una persona",
    "El sistema está muy lento desde ayer",
    "¿Cuánto tarda un reembolso?",
    "Quiero cambiar mi plan",
    "¿Tienen estacionamiento en la sucursal?",
)


def run() -> Iterator[dict[str, Any]]:
    with _stand_in() as graph_url, tempfile.TemporaryDirectory() as folder:
        url, server = postgres.start(Path(folder) / "data")
        try:
            migrate(url)
            seed.load(url)
            with _system(url, graph_url) as (pipeline, database):
                for size in _SIZES:
                    _store(database, size)
                    yield from _measure(pipeline, size)
        finally:
            server.cleanup()  # type: ignore[attr-defined]


def _measure(pipeline: Pipeline, size: int) -> Iterator[dict[str, Any]]:
    silence = Path(os.devnull).open("w")  # noqa: SIM115 - the handlers' metrics are printed, and stdout holds the figures
    with silence, contextlib.redirect_stdout(silence):
        _through(pipeline, 30)
        rates = [_BATCH / _through(pipeline, _BATCH) for _ in range(3)]
        waits = sorted(_through(pipeline, 1) * 1000 for _ in range(_SINGLE))
    facts = {"stored_messages": size, "messages": _BATCH}
    yield {"name": "pipeline.messages_per_s", "value": round(statistics.median(rates), 1), "unit": "1/s", **facts}
    for percent in (50, 95, 99):
        wait = waits[min(len(waits) * percent // 100, len(waits) - 1)]
        yield {"name": f"pipeline.p{percent}_ms", "value": round(wait, 2), "unit": "ms", "stored_messages": size}


_customers = iter(range(10_000_000))


def _through(pipeline: Pipeline, count: int) -> float:
    """Seconds from the first webhook posted to the last answer sent, of `count` customers who write one message."""
    events = [
        meta.post(meta.webhook(meta.text_message(_TEXTS[n % len(_TEXTS)], sender=f"52155{n:08}")))
        for n in (next(_customers) for _ in range(count))
    ]
    intake = pipeline.handler("intake")
    started = time.perf_counter()
    for event in events:
        assert intake(event, None)["statusCode"] == 200
    pipeline.drain()
    elapsed = time.perf_counter() - started
    assert not pipeline.dead
    return elapsed


@contextmanager
def _system(url: str, graph_url: str) -> Iterator[tuple[Pipeline, Database]]:
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
        yield pipeline, database
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
def _stand_in() -> Iterator[str]:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        ours.send("stop")
        process.join(10)


def _store(database: Database, size: int) -> None:
    """Fill up to `size` messages of past conversations, ten each."""
    with database.unit_of_work() as uow:
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
    database.connection().execute("VACUUM ANALYZE")
