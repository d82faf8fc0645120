"""How soon agents see what a customer writes, and what an entry of the live feed costs.

The latency runs from the signed webhook at `intake` to the frame in each connected browser: intake, ingest and
broadcast in one process over queues in memory, a durable database, signed posts to a stand-in for API Gateway, which
sends them on over real WebSockets. AWS's own hops (SQS, EventBridge, API Gateway, network) are not in it.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil

from infra.local import postgres, seed
from infra.local.pipeline import Pipeline
from relevo import clock, db, ids, messaging
from relevo.db import Database
from relevo.db.migrate import migrate
from relevo.events import Event, MessageReceived
from relevo.realtime import posting
from tests.support import live_gateway, meta
from tests.support.lambdas import sqs

_AGENTS, _MESSAGES = (10, 100), 60
_WARM_UP = 10
_BATCHES, _BATCH, _ENTRIES = 60, 10, 2
"""A message is an entry of its own and one of its conversation."""


def run() -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        url, server = postgres.start(Path(folder) / "data")
        try:
            migrate(url)
            seed.load(url)
            yield from _cost(url)
            for agents in _AGENTS:
                yield from _latency(url, agents)
        finally:
            server.cleanup()  # type: ignore[attr-defined]


# ------------------------------------------------------------------------------------------------------------ latency


def _latency(url: str, agents: int) -> Iterator[dict[str, Any]]:
    with _gateway() as (sockets, management), _system(url, management) as (pipeline, database):
        each = _MESSAGES + _WARM_UP
        with _process(live_gateway.listen, sockets, agents, each) as browsers:
            _connect(database, browsers.recv())
            sent = [_write(pipeline, n, agents) for n in range(each)]
            arrived: dict[str, list[float]] = browsers.recv()
    waits = sorted((at - begun) * 1000 for text, begun in sent[_WARM_UP:] for at in arrived[text])
    last = sorted((max(arrived[text]) - begun) * 1000 for text, begun in sent[_WARM_UP:])
    facts = {"agents": agents, "messages": _MESSAGES, "measures": "webhook at intake to frame in a browser"}
    for percent in (50, 95):
        yield {"name": f"realtime.p{percent}_ms", "value": _percentile(waits, percent), "unit": "ms", **facts}
    yield {"name": "realtime.last_agent_p50_ms", "value": _percentile(last, 50), "unit": "ms", **facts}


def _write(pipeline: Pipeline, n: int, agents: int) -> tuple[str, float]:
    """A customer writes; the text, and when. Only what leads to the browsers runs before the next one does."""
    text = f"mensaje {n} para {agents}"
    event = meta.post(meta.webhook(meta.text_message(text, sender=f"52155{agents:04}{n:04}", wamid=f"w.{agents}.{n}")))
    begun = time.monotonic()
    assert pipeline.handler("intake")(event, None)["statusCode"] == 200
    for queue in ("inbound.fifo", "broadcast"):
        while pipeline._run(pipeline.queues[queue]):
            pass
    return text, begun


def _connect(database: Database, connections: Sequence[str]) -> None:
    """These connections are one supervisor's, and follow every branch."""
    with database.unit_of_work() as uow:
        user = uow.one('SELECT id FROM access."user" WHERE email = %s', ("lucia@relevo.example",))
        assert user is not None
        session, now = ids.new_id(), clock.now()
        uow.execute(
            "INSERT INTO access.session (id, user_id, created_at, last_used_at, expires_at)"
            " VALUES (%s, %s, %s, %s, %s + interval '1 hour')",
            (session, user["id"], now, now, now),
        )
        uow.execute("DELETE FROM realtime.connection")
        uow.execute(
            "INSERT INTO realtime.connection (id, session_id, user_id, connected_at, seen_at)"
            " SELECT unnest(%s::text[]), %s, %s, %s, %s",
            (list(connections), session, user["id"], now, now),
        )
        uow.execute(
            "INSERT INTO realtime.subscription (topic, connection_id)"
            " SELECT 'branch:' || branch.id, connection.id FROM inbox.branch, realtime.connection"
        )


# --------------------------------------------------------------------------------------------------------------- cost


def _cost(url: str) -> Iterator[dict[str, Any]]:
    """CPU of `broadcast` and of its database connection for an entry of the feed, with nobody connected.

    Batches of ten messages of ten customers: nothing can be merged, each is two entries.
    """
    with _system(url, 9) as (pipeline, database):
        broadcast = pipeline.handler("broadcast")
        batches = [sqs(*_batch(database)) for _ in range(_BATCHES + _WARM_UP)]
        backend = psutil.Process(database.connection().info.backend_pid)
        for batch in batches[:_WARM_UP]:
            broadcast(batch, None)
        python, postgres_ = time.process_time(), _cpu(backend)
        for batch in batches[_WARM_UP:]:
            assert broadcast(batch, None)["batchItemFailures"] == []
        spent = {"python": time.process_time() - python, "postgres": _cpu(backend) - postgres_}
    entries = _BATCHES * _BATCH * _ENTRIES
    each = {name: round(seconds * 1000 / entries, 3) for name, seconds in spent.items()}
    value = round(sum(spent.values()) * 1000 / entries, 3)
    facts = {"batch": _BATCH, "conversations": _BATCH, "entries_per_event": _ENTRIES, **each}
    yield {"name": "realtime.cpu_ms_per_entry", "value": value, "unit": "ms", **facts}


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _batch(database: Database) -> list[Event]:
    """Messages of ten customers, as they lie on the queue after a burst: stored, none of them told."""
    told: list[Event] = []
    with database.unit_of_work(publish=False) as uow:
        account = uow.one("SELECT id, branch_id, portfolio, channel FROM inbox.channel_account LIMIT 1")
        assert account is not None
        for _ in range(_BATCH):
            customer, conversation, message, now = ids.new_id(), ids.new_id(), ids.new_id(), clock.now()
            uow.execute(
                "INSERT INTO crm.customer (id, name, created_at, updated_at) VALUES (%s, 'Cliente', %s, %s)",
                (customer, now, now),
            )
            uow.execute(
                "INSERT INTO inbox.identity (id, customer_id, channel, portfolio, user_id, created_at, updated_at)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s)",
                (customer, customer, account["channel"], account["portfolio"], str(customer), now, now),
            )
            uow.execute(
                "INSERT INTO inbox.conversation (id, channel_account_id, identity_id, customer_id, branch_id,"
                " owner_since, last_message_at, opened_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
                (conversation, account["id"], customer, customer, account["branch_id"], now, now, now),
            )
            uow.execute(
                "INSERT INTO inbox.message (id, conversation_id, channel_account_id, direction, author, kind, text,"
                " status, stored_at) VALUES (%s, %s, %s, 'in', 'customer', 'text', '¿Hay alguien?', 'received', %s)",
                (message, conversation, account["id"], now),
            )
            told.append(_received(message, conversation, customer, account["branch_id"]))
    return told


def _received(message: UUID, conversation: UUID, customer: UUID, branch: UUID) -> MessageReceived:
    return MessageReceived(
        message_id=message,
        conversation_id=conversation,
        customer_id=customer,
        branch_id=branch,
        channel="whatsapp",
        kind="text",
    )


# -------------------------------------------------------------------------------------------------------------- parts


@contextmanager
def _process(target: Callable[..., None], *arguments: Any) -> Iterator[Connection]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=target, args=(theirs, *arguments), daemon=True)
    process.start()
    try:
        yield ours
    finally:
        process.join(1)
        process.terminate()


@contextmanager
def _gateway() -> Iterator[tuple[int, int]]:
    with _process(live_gateway.serve_connections) as pipe:
        yield pipe.recv()
        pipe.send("stop")


@contextmanager
def _system(url: str, management: int) -> Iterator[tuple[Pipeline, Database]]:
    os.environ |= {
        "RELEVO_META_SECRET": meta.SECRET,
        "RELEVO_SOCKET_ENDPOINT": f"http://127.0.0.1:{management}/live",
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
    }
    pipeline, database = Pipeline(), Database(lambda: url)
    messaging.use(pipeline)
    db.use(database)
    posting.use(None)
    silence = Path(os.devnull).open("w")  # noqa: SIM115 - the handlers print metrics, and stdout holds the figures
    try:
        with silence, contextlib.redirect_stdout(silence):
            yield pipeline, database
    finally:
        database.close()
        db.use(None)
        messaging.use(None)
        posting.use(None)


def _percentile(values: list[float], percent: int) -> float:
    return round(values[min(len(values) * percent // 100, len(values) - 1)], 2)
