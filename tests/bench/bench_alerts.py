"""What is watched, measured: ten branches with a hundred thousand messages of a year and as many orders of ninety days,
25,000 customers with their risk and a payment each, 20,000 stocks, under the product's rules and a hundred of its own.

`first` finds everything new and raises it (at most two hundred a rule); `again` finds nothing new, which is what
happens every five minutes. A reading is one thing compared with one rule's threshold.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Iterator
from typing import Any, LiteralString

import psycopg

from relevo import messaging
from relevo.db import Database
from relevo.db.migrate import migrate
from relevo.insight import alerts
from tests.bench.bench_api import durable
from tests.support.broker import MemoryMessaging
from tests.support.bulk_conversations import messages

MESSAGES = 100_000
LOOKS = 7
_OWN = 100

_ANALYSED: LiteralString = """
UPDATE inbox.message SET analysis = jsonb_build_object('sentiment', -random(), 'emotion',
    (ARRAY['angry', 'frustrated', 'neutral'])[1 + mod(abs(hashtext(id::text)), 3)], 'tags', jsonb_build_array('sales'))
WHERE direction = 'in' AND id > (lpad(to_hex((extract(epoch FROM now() - interval '2 days') * 1000)::bigint), 12, '0')
                                 || '70008000000000000000')::uuid
"""
_COMMERCE: LiteralString = """
CREATE TEMP TABLE place AS SELECT id, row_number() OVER (ORDER BY code) AS n FROM inbox.branch WHERE code LIKE 'b%';
CREATE TEMP TABLE person AS SELECT id, row_number() OVER (ORDER BY id) AS n FROM crm.customer LIMIT 100000;
INSERT INTO sales.quote (id, branch_id, number, status, customer_id, currency, language, tax_rate, subtotal, discount,
                         tax, total, valid_days, valid_until, created_by, created_at)
SELECT md5('q' || k)::uuid, place.id, 'Q' || k, 'accepted', person.id, 'COP', 'es', 0, 100, 0, 0, 100, 1, now(),
       'bench', now() - interval '90 days' * (k / 100000.0)
FROM generate_series(1, 100000) AS k
JOIN place ON place.n = 1 + k % 10 JOIN person ON person.n = 1 + k % (SELECT max(n) FROM person);
INSERT INTO sales."order" (id, quote_id, branch_id, number, customer_id, currency, net, tax, total, placed_at)
SELECT md5('o' || number)::uuid, id, branch_id, 'O' || number, customer_id, 'COP', 100, 0, 100, created_at
FROM sales.quote;
INSERT INTO crm.payment (id, customer_id, reference, amount, currency, due_at, paid_at, created_at, updated_at)
SELECT md5('p' || n)::uuid, id, 'F-' || n, 100, 'COP', now() - interval '1 day' * (n % 60),
       CASE WHEN n % 10 > 0 THEN now() END, now(), now() FROM person;
INSERT INTO crm.churn_run (id, day, as_of, state, started_at)
VALUES (md5('run')::uuid, current_date, now(), 'done', now());
INSERT INTO crm.churn_risk (customer_id, run_id, branch_id, at, probability, level, level_since, expected_days,
                            confidence, factors, health, health_parts)
SELECT person.id, md5('run')::uuid, place.id, now(), (person.n % 100) / 130.0, 'low', now(), 30, 0.8, '[]', 60, '{}'
FROM person JOIN place ON place.n = 1 + person.n % 10;
INSERT INTO sales.product (id, code, name, price, currency, unit, created_at, updated_at)
SELECT md5('product' || n)::uuid, 'P-' || n, 'Pieza ' || n, 10, 'COP', 'pieza', now(), now()
FROM generate_series(1, 2000) AS n;
INSERT INTO sales.stock_cache SELECT product.id, place.id, abs(hashtext(product.code || place.n)) % 100, now()
FROM sales.product, place;
"""
_TABLES = ("inbox.message", "sales.quote", 'sales."order"', "crm.payment", "crm.churn_risk", "sales.stock_cache")


def run() -> Iterator[dict[str, Any]]:
    """How many readings, rules and alerts a second; how long one look takes."""
    messaging.use(MemoryMessaging())
    with durable() as (url, _):
        _fill(url)
        database = Database(lambda: url)
        _watch(database)
        seconds, first = _look(database)
        yield _line("first.look", seconds, "s", rules=first.rules, readings=first.readings, raised=first.raised)
        yield _line("raised", first.raised / seconds, "alerts/s")
        while _look(database)[1].raised:
            pass  # the rest of what one look may not raise
        taken = [_look(database) for _ in range(LOOKS)]
        median = statistics.median(seconds for seconds, _ in taken)
        again = taken[-1][1]
        standing = sum(look.open for look in _looks(database).values())
        yield _line("again.look", median, "s median", rules=again.rules, readings=again.readings, standing=standing)
        yield _line("evaluated", again.readings / median, "readings/s")
        yield _line("evaluated.standing", standing / median, "alerts/s")
        yield _line("evaluated.rules", again.rules / median, "rules/s")
        slowest = sorted(_took(database).items(), key=lambda entry: -entry[1])[:3]
        for metric, milliseconds in slowest:
            yield _line(f"slowest.{metric}", milliseconds, "ms")
        database.close()


def _line(name: str, value: float, unit: str, **more: Any) -> dict[str, Any]:
    return {"name": f"alerts.{name}", "value": round(value, 3), "unit": unit, "messages": MESSAGES, **more}


def _fill(url: str) -> None:
    migrate(url)
    with psycopg.connect(url, autocommit=True) as connection:
        messages(connection, MESSAGES)
        connection.execute("ALTER TABLE inbox.message DISABLE TRIGGER USER")
        connection.execute(_ANALYSED)
        for statement in _COMMERCE.split(";\n"):
            connection.execute(statement)
        for table in _TABLES:
            connection.execute(f"VACUUM ANALYZE {table}")  # type: ignore[arg-type]


def _watch(database: Database) -> None:
    """The product's rules, with a competitor to listen for, and a hundred more of every metric in turn."""
    metrics = sorted(alerts.METRICS)
    with database.unit_of_work() as uow:
        competitor = next(rule for rule in alerts.list_rules(uow) if rule.kind == "competitor")
        words = alerts.RuleFilters(words=("palabra77", "palabra1234"))
        alerts.change_rule(uow, competitor.id, {"filters": words}, actor="bench")
        for number in range(_OWN):
            metric = alerts.METRICS[metrics[number % len(metrics)]]
            never = 1e9 if metric.comparison == "above" else -1e9
            fields = {"name": f"own {number}", "metric": metric.name, "threshold": never}
            narrowed = {"filters": words} if metric.name == "words_named" else {}
            alerts.add_rule(uow, fields | narrowed, actor="bench")


def _look(database: Database) -> tuple[float, alerts.Looked]:
    began = time.perf_counter()
    looked = alerts.evaluate(database)
    database.publish_pending()
    assert looked.failed == 0
    return time.perf_counter() - began, looked


def _looks(database: Database) -> dict[Any, alerts.Look]:
    with database.unit_of_work() as uow:
        return alerts.looks(uow)


def _took(database: Database) -> dict[str, int]:
    """Milliseconds of the last look, of the product's own rules by their metric."""
    with database.unit_of_work() as uow:
        looks = alerts.looks(uow)
        return {rule.metric: looks[rule.id].milliseconds for rule in alerts.list_rules(uow) if rule.kind != "custom"}


if __name__ == "__main__":
    for line in run():
        print(json.dumps(line), flush=True)
