"""Many tickets at once, for measuring what grows: made in the database, over a year, in words common and rare."""

from __future__ import annotations

from typing import Any

import psycopg

STEP = 20_000


def tickets(connection: psycopg.Connection[Any], count: int) -> None:
    """Insert `count` tickets of the last year, with a thousand customers, ten branches and a hundred agents."""
    connection.execute(_PEOPLE)
    for start in range(0, count, STEP):
        connection.execute(_MANY, {"start": start, "end": min(start + STEP, count), "count": count})
    connection.execute("VACUUM ANALYZE desk.ticket")
    connection.execute("VACUUM ANALYZE desk.ticket_figure")


_PEOPLE = """
INSERT INTO desk.department (id, code, name) VALUES (gen_random_uuid(), 'bulk', 'Bulk');
INSERT INTO inbox.branch (id, code, name, timezone, currency, created_at)
    SELECT gen_random_uuid(), 'b' || n, 'Branch ' || n, 'America/Bogota', 'COP', now() FROM generate_series(1, 10) AS n;
INSERT INTO crm.customer (id, name, created_at, updated_at)
    SELECT gen_random_uuid(), 'Customer ' || n, now(), now() FROM generate_series(1, 1000) AS n;
INSERT INTO desk.agent (id, name, email, department_id)
    SELECT gen_random_uuid(), 'Agent ' || n, 'agent' || n || '@bulk.example', department.id
    FROM generate_series(1, 100) AS n, desk.department WHERE code = 'bulk';
"""

# A word's rank is 20,000 to the power of a random number, so that their frequencies fall as in any language: 'factura'
# stands in most tickets, the last ones in a few of a million.
_MANY = """
WITH people AS MATERIALIZED (
    SELECT array(SELECT id FROM crm.customer WHERE name LIKE 'Customer %%') AS customers,
           array(SELECT id FROM inbox.branch WHERE name LIKE 'Branch %%') AS branches,
           array(SELECT id FROM desk.agent WHERE email LIKE '%%@bulk.example') AS agents
), made AS (
    SELECT n, now() - interval '365 days' * (1 - n::float / %(count)s) AS at, random() AS luck
    FROM generate_series(%(start)s + 1, %(end)s) AS n
), told AS (
    SELECT made.*, (
        SELECT string_agg(
            coalesce((ARRAY['factura', 'pago', 'error', 'sistema', 'cuenta', 'clave', 'ayuda', 'pedido', 'invoice',
                            'payment', 'password', 'order'])[rank], 'palabra' || rank), ' ')
        FROM (SELECT power(20000, random())::int AS rank FROM generate_series(1, 25 + (n %% 2)::int)) AS ranks
    ) AS words
    FROM made
)
INSERT INTO desk.ticket (id, subject, description, status, source, category, customer_id, branch_id, agent_id, priority,
                         created_at, updated_at, first_response_at, resolved_at, closed_at)
SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(md5(n::text), 1, 3)
        || '8' || substr(md5(random()::text), 1, 15))::uuid,
       left(words, 40), words,
       CASE WHEN luck < 0.90 THEN 'closed' WHEN luck < 0.96 THEN 'resolved' WHEN luck < 0.98 THEN 'in_progress'
            WHEN luck < 0.99 THEN 'waiting' ELSE 'open' END,
       (ARRAY['whatsapp', 'web', 'email', 'phone', 'chat', 'api'])[1 + floor(random() * 6)],
       (ARRAY['technical', 'billing', 'sales', 'security', 'general'])[1 + floor(random() * 5)],
       customers[1 + floor(random() * 1000)], branches[1 + floor(random() * 10)], agents[1 + floor(random() * 100)],
       (ARRAY['critical', 'urgent', 'high', 'medium', 'low'])[1 + floor(5 * sqrt(random()))],
       at, at, at + random() * interval '1 hour',
       CASE WHEN luck < 0.96 THEN at + random() * interval '2 days' END,
       CASE WHEN luck < 0.90 THEN at + random() * interval '4 days' END
FROM told, people
"""
