"""How soon agents see what a customer writes, and what an entry of the live feed costs.

The latency runs from the signed webhook at `intake` to each connected client: intake, ingest and broadcast in one
process over queues in memory, a durable database, signed posts to a stand-in for API Gateway, which sends them on over
real WebSockets. `frame` ends when a client holds the frame; `paint` when Chromium, which is one of the clients and runs
the console signed in, has painted the message in its list. Chromium and the other clients share this machine's
processors with the system; messages follow each other without a pause. AWS's own hops (SQS, EventBridge,
API Gateway, network) are not in it.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil
from playwright.sync_api import sync_playwright

from infra.local import postgres, seed
from infra.local.pipeline import Pipeline
from relevo import access, clock, db, ids, messaging
from relevo.db import Database
from relevo.db.migrate import migrate
from relevo.events import Event, MessageReceived
from relevo.realtime import posting
from tests.support import console_site, live_gateway, meta, people
from tests.support.lambdas import sqs

DIST = Path(__file__).parents[2] / "functions/console/web/dist"
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
_AGENT = "lucia@relevo.example"
_AGENTS, _MESSAGES = (10, 100), 60
_WARM_UP = 10
_BATCHES, _BATCH, _ENTRIES = 60, 10, 2
"""A message is an entry of its own and one of its conversation."""
_WATCH = """
localStorage.setItem("relevo-signed-in", "1");
window.painted = {};
new MutationObserver(() => {
  for (const row of document.querySelectorAll("a[data-conversation]")) {
    const text = /mensaje \\d+ para \\d+\\./.exec(row.textContent)?.[0];
    if (text === undefined || text in window.painted) continue;
    window.painted[text] = undefined;
    requestAnimationFrame(() => setTimeout(() => (window.painted[text] = performance.now())));
  }
}).observe(document, { childList: true, characterData: true, subtree: true });
"""


_SHOWN = """async (last) => {
  while (window.painted[last] === undefined) await new Promise((again) => setTimeout(again, 5));
  return window.painted;
}"""


def run() -> Iterator[dict[str, Any]]:
    """Cost, then latency. SystemExit when the console is not built or there is no Chromium."""
    if not (DIST / "index.html").exists() or CHROMIUM is None:
        raise SystemExit("the console is not built (make bench builds it), or there is no Chromium (make chromium)")
    os.environ["RELEVO_AUTH_SECRET"] = people.AUTH_SECRET
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
    with (
        _gateway(url) as (sockets, management),
        _system(url, management) as (pipeline, database),
        _process(console_site.serve, url, f"ws://127.0.0.1:{sockets}") as site,
    ):
        each = _MESSAGES + _WARM_UP
        with _process(live_gateway.listen, sockets, agents - 1, each) as others:
            _connect(database, others.recv())
            with _console(site.recv(), database) as painted:
                sent = [_write(pipeline, n, agents) for n in range(each)]
                arrived: dict[str, list[float]] = others.recv()
                shown = painted(sent[-1][0])
        site.send("stop")
    counted = sent[_WARM_UP:]
    frames = sorted((at - begun) * 1000 for text, begun in counted for at in arrived[text])
    last = sorted((max(arrived[text]) - begun) * 1000 for text, begun in counted)
    paints = sorted((shown[text] - begun) * 1000 for text, begun in counted)
    facts = {"agents": agents, "messages": _MESSAGES}
    for until, waits in (("frame", frames), ("paint", paints)):
        for percent in (50, 95):
            name = f"realtime.{until}.p{percent}_ms"
            yield {"name": name, "value": _percentile(waits, percent), "unit": "ms", **facts}
    yield {"name": "realtime.frame.last_agent_p50_ms", "value": _percentile(last, 50), "unit": "ms", **facts}


@contextmanager
def _console(address: str, database: Database) -> Iterator[Callable[[str], dict[str, float]]]:
    """The console in Chromium, signed in and live; called with the last text, it tells when each was painted."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(locale="es-MX", viewport={"width": 1440, "height": 900})
        with database.unit_of_work() as uow:
            session = access.log_in(uow, _AGENT, seed.PASSWORD, address="192.0.2.1")
        assert session is not None
        name, token = console_site.COOKIE, session.refresh_token
        context.add_cookies([{"name": name, "value": token, "domain": "localhost", "path": "/api/auth"}])
        page = context.new_page()
        page.add_init_script(_WATCH)
        page.goto(f"{address}/console/inbox?box=all")
        page.get_by_text("En vivo", exact=True).first.wait_for(state="attached", timeout=60_000)

        def painted(last: str) -> dict[str, float]:
            shown = page.evaluate(_SHOWN, last)
            # Its clock and ours differ by a constant, known to half of the quickest question's time.
            asked = [(time.monotonic(), page.evaluate("performance.now()"), time.monotonic()) for _ in range(30)]
            before, theirs, after = min(asked, key=lambda each: each[2] - each[0])
            offset = (before + after) / 2 - theirs / 1000
            return {text: at / 1000 + offset for text, at in shown.items()}

        yield painted
        browser.close()


def _write(pipeline: Pipeline, n: int, agents: int) -> tuple[str, float]:
    """A customer writes; the text, and when. Only what leads to the browsers runs before the next one does."""
    text = f"mensaje {n} para {agents}."
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
        user = uow.one('SELECT id FROM access."user" WHERE email = %s', (_AGENT,))
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
def _gateway(url: str) -> Iterator[tuple[int, int]]:
    with _process(live_gateway.serve_connections, url) as pipe:
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
