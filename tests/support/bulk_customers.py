"""Many customers at once, with what is known of them over two years, made in the database. Who is careless pays late,
complains, and leaves sooner: so there is something to learn."""

from __future__ import annotations

from typing import Any, LiteralString

import psycopg


def customers(connection: psycopg.Connection[Any], count: int) -> None:
    """Insert `count` customers: two years of payments, a conversation with up to ten messages each, a ticket for one in
    three, escalated for one in nine, a subscription for one in two."""
    for trigger, table in _WORDS:
        connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")  # type: ignore[arg-type]
    for statement in _MADE.split(";\n"):
        connection.execute(statement, {"count": count})
    for trigger, table in _WORDS:
        connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")  # type: ignore[arg-type]
    for table in _TABLES:
        connection.execute(f"VACUUM ANALYZE {table}")  # type: ignore[arg-type]


_WORDS = (("message_words", "inbox.message"), ("conversation_words", "inbox.conversation"))
"""What keeps the search, which nobody searches here."""
_TABLES = ("crm.customer", "crm.payment", "crm.subscription", "inbox.conversation", "inbox.message", "desk.ticket")
_TABLES += ("desk.escalation",)

# Every draw is a hash of the customer's number: the same customers each time.
_MADE: LiteralString = """
CREATE FUNCTION pg_temp.draw(n bigint, what text) RETURNS float LANGUAGE sql IMMUTABLE
RETURN (hashtextextended(n || what, 0) & 1048575) / 1048576.0;
CREATE FUNCTION pg_temp.id_of(at timestamptz, seed text) RETURNS uuid LANGUAGE sql IMMUTABLE
RETURN (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(md5(seed), 1, 3)
        || '8' || substr(md5(seed), 4, 15))::uuid;
CREATE TEMP TABLE person AS
SELECT n, pg_temp.id_of(begun, 'customer' || n) AS id, begun, careless,
       least(now(), begun + interval '1 day' * (20 - 560 * ln(1 - pg_temp.draw(n, 'life')) * CASE WHEN careless THEN 0.3
           ELSE 1.6 END)) AS gone
FROM (SELECT n, now() - interval '730 days' * pg_temp.draw(n, 'begun') AS begun,
             pg_temp.draw(n, 'careless') < 0.3 AS careless
      FROM generate_series(1, %(count)s) AS n) AS drawn;
INSERT INTO inbox.branch (id, code, name, timezone, currency, created_at)
SELECT gen_random_uuid(), 'b' || n, 'Branch ' || n, 'America/Mexico_City', 'MXN', now() FROM generate_series(1, 4) AS n;
INSERT INTO inbox.channel_account (id, branch_id, channel, external_id, portfolio, created_at)
SELECT gen_random_uuid(), id, 'whatsapp', code, 'bulk', now() FROM inbox.branch WHERE code <> 'unassigned';
INSERT INTO crm.customer (id, name, created_at, updated_at) SELECT id, 'Customer ' || n, begun, begun FROM person;
INSERT INTO crm.payment (id, customer_id, reference, amount, currency, due_at, paid_at, created_at, updated_at)
SELECT gen_random_uuid(), id, n || '-' || month, 100 + 900 * pg_temp.draw(n, 'spend'), 'MXN', due,
       CASE WHEN pg_temp.draw(n, 'paid' || month) < 0.97 THEN due + late END, due, due
FROM person CROSS JOIN LATERAL (
    SELECT month, begun + interval '60 days' * month AS due,
           CASE WHEN pg_temp.draw(n, 'late' || month) < CASE WHEN careless THEN 0.5 ELSE 0.05 END
                THEN interval '9 days' ELSE '0' END AS late
    FROM generate_series(0, 12) AS month) AS monthly WHERE due + late < gone;
INSERT INTO crm.subscription (id, customer_id, started_at, renews_at, ended_at, created_at, updated_at)
SELECT gen_random_uuid(), id, begun + interval '365 days' * term, begun + interval '365 days' * (term + 1),
       CASE WHEN gone < now() AND gone < begun + interval '365 days' * (term + 1) THEN gone END, begun, begun
FROM person CROSS JOIN generate_series(0, 1) AS term
WHERE n %% 2 = 0 AND begun + interval '365 days' * term < gone;
INSERT INTO inbox.identity (id, customer_id, channel, portfolio, phone, created_at, updated_at)
SELECT id, id, 'whatsapp', 'bulk', '52' || n, begun, begun FROM person;
INSERT INTO inbox.conversation (id, channel_account_id, identity_id, customer_id, branch_id, owner_since,
                                last_message_at, opened_at)
SELECT person.id, account.id, person.id, person.id, account.branch_id, begun, gone, begun
FROM person JOIN (
    SELECT id, branch_id, row_number() OVER (ORDER BY external_id) AS k FROM inbox.channel_account) AS account
    ON k = 1 + n %% 4;
INSERT INTO inbox.message (id, conversation_id, channel_account_id, direction, author, kind, text, status, analysis,
                           stored_at)
SELECT pg_temp.id_of(at, n || 'm' || m), person.id, conversation.channel_account_id, 'in', 'customer', 'text', 'hola',
       'received', jsonb_build_object('sentiment', round(mood::numeric, 2),
           'label', CASE WHEN mood < -0.2 THEN 'negative' ELSE 'neutral' END), at
FROM person JOIN inbox.conversation ON conversation.id = person.id CROSS JOIN LATERAL (
    SELECT m, begun + (gone - begun) * pg_temp.draw(n, 'm' || m) AS at,
           pg_temp.draw(n, 'mood' || m) * 1.2 - CASE WHEN careless THEN 0.9 ELSE 0.4 END AS mood
    FROM generate_series(1, (1 + n %% 10)::int) AS m) AS said;
INSERT INTO desk.ticket (id, subject, description, status, source, category, customer_id, priority, created_at,
                         updated_at, first_response_at, resolved_at)
SELECT pg_temp.id_of(at, 'ticket' || n), 'factura', 'factura', 'resolved', 'whatsapp', 'billing', id, 'high', at, at,
       at + interval '1 hour', at + interval '1 day'
FROM (SELECT *, begun + (gone - begun) * pg_temp.draw(n, 'ticket') AS at FROM person WHERE n %% 3 = 0) AS troubled;
INSERT INTO desk.escalation (ticket_id, rule_id, since, at)
SELECT pg_temp.id_of(at, 'ticket' || n), '019a0000-0000-7000-8000-000000000004', at, at + interval '2 hours'
FROM (SELECT *, begun + (gone - begun) * pg_temp.draw(n, 'ticket') AS at FROM person WHERE n %% 9 = 0) AS troubled
"""
