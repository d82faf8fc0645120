"""The weekly report of 10,000, 100,000 and 1,000,000 tickets: figures of two weeks, PDF, e-mail's page, JSON and the
CSV of every row, from the claim to `ready`.

So many tickets fall into the week itself, and half as many into the week before; each week has half as many contacts of
the bot, a turn or two each, and a rating for one ticket in ten. The report is made in a process of its own, as the
function makes it; `memory` is the most it ever held, interpreter and libraries among it. The bucket takes everything
and keeps nothing, eight megabytes at a time, as S3 is handed it.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, BinaryIO, LiteralString
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg

from relevo import clock, db, desk, messaging, objects
from relevo.db import Database
from relevo.db.migrate import migrate
from relevo.insight import reports
from tests.bench import cpu
from tests.bench.bench_api import durable
from tests.support.broker import MemoryMessaging

SIZES = (10_000, 100_000, 1_000_000)
STEP = 50_000
_PIECE = 8 * 1024 * 1024
_ZONE = ZoneInfo("America/Mexico_City")

_PEOPLE: LiteralString = """
INSERT INTO desk.department (id, code, name) VALUES (gen_random_uuid(), 'bulk', 'Bulk');
INSERT INTO inbox.branch (id, code, name, timezone, currency, created_at)
    SELECT gen_random_uuid(), 'b' || n, 'Branch ' || n, 'America/Mexico_City', 'MXN', now()
    FROM generate_series(1, 10) AS n;
INSERT INTO inbox.channel_account (id, branch_id, channel, external_id, portfolio, created_at)
    SELECT gen_random_uuid(), id, 'whatsapp', code, 'bulk', now() FROM inbox.branch;
INSERT INTO desk.agent (id, name, email, department_id)
    SELECT gen_random_uuid(), 'Agent ' || n, 'agent' || n || '@bulk.example', department.id
    FROM generate_series(1, 100) AS n, desk.department WHERE code = 'bulk';
CREATE FUNCTION pg_temp.id_of(at timestamptz, seed text) RETURNS uuid LANGUAGE sql IMMUTABLE
RETURN (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(md5(seed), 1, 3)
        || '8' || substr(md5(seed), 4, 15))::uuid;
-- What reports do not read is not built: the search of tickets, and figures kept beside them.
DROP INDEX desk.ticket_search;
ALTER TABLE desk.ticket DISABLE TRIGGER USER;
ALTER TABLE desk.feedback DISABLE TRIGGER USER;
ALTER TABLE inbox.conversation DISABLE TRIGGER conversation_words;
"""

_CUSTOMERS: LiteralString = """
WITH account AS MATERIALIZED (SELECT array_agg(id) AS ids, array_agg(branch_id) AS branches FROM inbox.channel_account),
drawn AS MATERIALIZED (SELECT n, md5('p' || n)::uuid AS customer, md5('i' || n)::uuid AS identity
                       FROM generate_series(1, %(customers)s::int) AS n),
people AS (
    INSERT INTO crm.customer (id, name, created_at, updated_at)
    SELECT customer, 'Customer ' || n, now(), now() FROM drawn
), known AS (
    INSERT INTO inbox.identity (id, customer_id, channel, portfolio, user_id, created_at, updated_at)
    SELECT identity, customer, 'whatsapp', 'bulk', n::text, now(), now() FROM drawn
)
INSERT INTO inbox.conversation (id, channel_account_id, identity_id, customer_id, branch_id, channel, owner_since,
                                last_message_at, opened_at)
SELECT md5('c' || n)::uuid, ids[1 + n %% 10], identity, customer, branches[1 + n %% 10], 'whatsapp', now(), now(), now()
FROM drawn, account
"""

_TICKETS: LiteralString = """
WITH people AS MATERIALIZED (
    SELECT array(SELECT id FROM inbox.branch WHERE name LIKE 'Branch %%') AS branches,
           array(SELECT id FROM desk.agent WHERE email LIKE '%%@bulk.example') AS agents
), made AS (
    SELECT n, %(begins)s::timestamptz + interval '7 days' * (n::float / %(count)s) AS at, random() AS luck
    FROM generate_series(%(start)s + 1, %(end)s) AS n
)
INSERT INTO desk.ticket (id, subject, description, status, source, category, customer_id, branch_id, agent_id, priority,
                         tags, created_at, updated_at, first_response_at, resolved_at)
SELECT pg_temp.id_of(at, %(week)s || 't' || n), 'Mi factura ' || n || ' no llega',
       'Hice el pago el lunes y la factura todavía no aparece en el portal; la necesito para mi contador. ' || n,
       CASE WHEN luck < 0.9 THEN 'resolved' ELSE 'open' END,
       (ARRAY['whatsapp', 'web', 'email', 'phone'])[1 + floor(random() * 4)],
       (ARRAY['technical', 'billing', 'sales', 'security', 'general'])[1 + floor(random() * 5)],
       md5('p' || (1 + floor(random() * %(customers)s))::int)::uuid, branches[1 + floor(random() * 10)],
       agents[1 + floor(random() * 100)],
       (ARRAY['critical', 'urgent', 'high', 'medium', 'low'])[1 + floor(5 * sqrt(random()))],
       CASE WHEN luck < 0.5 THEN '{factura}'::text[] ELSE '{}' END,
       at, at, at + random() * interval '1 hour', CASE WHEN luck < 0.9 THEN at + random() * interval '2 days' END
FROM made, people
"""

_BESIDE: LiteralString = """
INSERT INTO desk.feedback (id, ticket_id, customer_id, rating, nps, created_at)
    SELECT pg_temp.id_of(resolved_at, 'f' || number), id, customer_id, 1 + floor(5 * sqrt(random()))::int,
           floor(11 * sqrt(random()))::int, resolved_at
    FROM desk.ticket WHERE resolved_at IS NOT NULL AND number %% 10 = 0;
INSERT INTO knowledge.chatbot_turn (id, conversation_id, question, answer, confidence, decision, reason, created_at)
    SELECT pg_temp.id_of(at, 'u' || number || turn), md5('c' || (1 + number %% %(customers)s::int))::uuid, '', '', 0.9,
           CASE WHEN turn = 2 AND number %% 3 = 0 THEN 'handed_over' ELSE 'answered' END, '', at
    FROM (SELECT number, turn, created_at + turn * interval '2 minutes' AS at FROM desk.ticket,
          generate_series(1, 2) AS turn WHERE number %% 2 = 0) AS turns;
VACUUM ANALYZE desk.ticket;
VACUUM ANALYZE desk.feedback;
VACUUM ANALYZE knowledge.chatbot_turn;
VACUUM ANALYZE inbox.conversation
"""


def run() -> Iterator[dict[str, Any]]:
    """Seconds by the clock and of both processors, and megabytes, per size, and how much CSV it wrote."""
    today = clock.now().astimezone(_ZONE).date()
    for size in SIZES:
        with durable() as (url, server):
            week = reports.over(today - timedelta(days=7), "week", _ZONE)
            _fill(url, size, week)
            report_id = _ask(url, week)
            used = cpu.of_server(server)
            told = _apart(url, report_id)
            used = cpu.of_server(server) - used + told["cpu"]
        stored = {"tickets": size, "csv_mb": round(told["bytes"] / 1e6, 1)}
        yield {"name": "reports.weekly", "value": round(told["seconds"], 2), "unit": "s"} | stored
        yield {"name": "reports.weekly.cpu", "value": round(used, 2), "unit": "s, function and server", "tickets": size}
        yield {"name": "reports.weekly.memory", "value": round(told["peak_mb"]), "unit": "MB", "tickets": size}


def _fill(url: str, size: int, week: reports.Period) -> None:
    migrate(url)
    customers = max(1000, size // 5)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET synchronous_commit = off")
        connection.execute("SET work_mem = '64MB'")
        connection.execute(_PEOPLE)
        connection.execute(_CUSTOMERS, {"customers": customers})
        for period, count in ((week, size), (week.before(), size // 2)):
            for start in range(0, count, STEP):
                span = {"start": start, "end": min(start + STEP, count), "count": count, "customers": customers}
                connection.execute(_TICKETS, span | {"begins": period.begins, "week": str(period.first)})
        for statement in _BESIDE.split(";\n"):
            connection.execute(statement, {"customers": customers} if "%" in statement else None)


def _ask(url: str, week: reports.Period) -> UUID:
    database = Database(lambda: url)
    with database.unit_of_work(publish=False) as uow:
        report_id = reports.request(uow, reports.Wanted("weekly", week, desk.EVERYTHING), by="bench")
    database.close()
    return report_id


def _apart(url: str, report_id: UUID) -> dict[str, float]:
    """Make the report in a process of its own; what it says of itself."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_make, args=(url, report_id, theirs))
    process.start()
    told: dict[str, float] = ours.recv()
    process.join()
    return told


def _make(url: str, report_id: UUID, pipe: Any) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    bucket = _Sink()
    objects.use(bucket)
    messaging.use(MemoryMessaging())
    database = Database(lambda: url)
    db.use(database)
    began = time.perf_counter()
    reports.make(database, report_id)
    seconds = time.perf_counter() - began
    with database.unit_of_work() as uow:
        report = reports.get(uow, report_id)
    if report.state != "ready":
        raise RuntimeError(f"the report is {report.state}: {report.error}")
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu_seconds = used.ru_utime + used.ru_stime
    pipe.send({"seconds": seconds, "cpu": cpu_seconds, "peak_mb": used.ru_maxrss / 1024, "bytes": float(bucket.csv)})


class _Sink:
    """Takes files and keeps none."""

    csv = 0

    def put(self, key: str, source: BinaryIO, mime_type: str) -> None:
        while piece := source.read(_PIECE):
            self.csv += len(piece) if key.endswith(".csv") else 0

    def get(self, key: str, most: int) -> bytes:
        raise NotImplementedError

    def part(self, key: str, start: int, length: int) -> bytes:
        raise NotImplementedError

    def link(self, key: str, *, filename: str | None = None, inline: bool = True, seconds: int = 0) -> str:
        raise NotImplementedError

    def upload_link(self, key: str, mime_type: str, size: int, *, seconds: int = 0) -> str:
        raise NotImplementedError


if __name__ == "__main__":
    for line in run():
        print(json.dumps(line), flush=True)
