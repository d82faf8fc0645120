"""Many conversations at once, for measuring what grows: a year of messages in words common and rare, made in the
database. The entries of the search are written as the triggers write them, and its index built at the end."""

from __future__ import annotations

from typing import Any

import psycopg

STEP = 5_000
PER_CONVERSATION = 4


def messages(connection: psycopg.Connection[Any], count: int) -> None:
    """Insert `count` messages of the last year, four a conversation, in ten branches with ten agents.

    Every box fills a page from a thousand messages on: four fifths are open, of those the newest 50 are with agents and
    50 in the queue, the others with the bot; one in five is waiting; one in two has a ticket, the newest 125 of them
    unfinished. Every tenth number is a page of Messenger.
    """
    connection.execute(_PEOPLE)
    connection.execute("ALTER TABLE inbox.message DISABLE TRIGGER message_words")
    connection.execute("ALTER TABLE inbox.conversation DISABLE TRIGGER conversation_words")
    connection.execute("DROP INDEX inbox.search_entry_words")
    conversations = count // PER_CONVERSATION
    for start in range(0, conversations, STEP):
        span = {"start": start, "end": min(start + STEP, conversations), "count": conversations}
        connection.execute(_CONVERSATIONS, span)
        connection.execute(_MESSAGES, span | {"each": PER_CONVERSATION})
    connection.execute(_HELD, {"queue": 50, "agent": 50})
    connection.execute(_TICKETS)
    connection.execute(_ENTRIES)
    connection.execute(
        "CREATE INDEX search_entry_words ON inbox.search_entry USING gin (words) WITH (gin_pending_list_limit = 512)"
    )
    connection.execute("ALTER TABLE inbox.message ENABLE TRIGGER message_words")
    connection.execute("ALTER TABLE inbox.conversation ENABLE TRIGGER conversation_words")
    for table in ("inbox.conversation", "inbox.message", "inbox.search_entry", "desk.ticket"):
        connection.execute(f"VACUUM ANALYZE {table}")  # type: ignore[arg-type]


_PEOPLE = """
INSERT INTO desk.department (id, code, name) VALUES (gen_random_uuid(), 'bulk', 'Bulk');
INSERT INTO inbox.branch (id, code, name, timezone, currency, created_at)
    SELECT gen_random_uuid(), 'b' || n, 'Branch ' || n, 'America/Bogota', 'COP', now() FROM generate_series(1, 10) AS n;
INSERT INTO inbox.channel_account (id, branch_id, channel, external_id, portfolio, created_at)
    SELECT gen_random_uuid(), id, CASE code WHEN 'b10' THEN 'messenger' ELSE 'whatsapp' END, code, 'bulk', now()
    FROM inbox.branch;
INSERT INTO desk.agent (id, name, email, department_id)
    SELECT gen_random_uuid(), 'Agent ' || n, 'agent' || n || '@bulk.example', department.id
    FROM generate_series(1, 10) AS n, desk.department WHERE code = 'bulk';

CREATE TEMP TABLE made AS SELECT now() AS at;

CREATE FUNCTION pg_temp.begun(n int, count int) RETURNS timestamptz LANGUAGE sql STABLE
RETURN (SELECT at FROM pg_temp.made) - interval '365 days' * (1 - n::float / count) - interval '1 hour';

CREATE FUNCTION pg_temp.id_of(at timestamptz, seed text) RETURNS uuid LANGUAGE sql IMMUTABLE
RETURN (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(md5(seed), 1, 3)
        || '8' || substr(md5(seed), 4, 15))::uuid;
"""

_CONVERSATIONS = """
WITH company AS MATERIALIZED (
    SELECT array_agg(id ORDER BY external_id) AS accounts, array_agg(branch_id ORDER BY external_id) AS branches
    FROM inbox.channel_account
), drawn AS MATERIALIZED (
    SELECT n, at, pg_temp.id_of(at, 'c' || n) AS id, md5('p' || n)::uuid AS customer, md5('i' || n)::uuid AS identity
    FROM generate_series(%(start)s + 1, %(end)s) AS n, LATERAL (SELECT pg_temp.begun(n, %(count)s) AS at) AS begun
), people AS (
    INSERT INTO crm.customer (id, name, phone, created_at, updated_at)
    SELECT customer, (ARRAY['Camila', 'Bruno', 'Ana', 'Luis', 'Sofía', 'Diego', 'Marta', 'Iván'])[1 + n %% 8]
           || ' ' || (ARRAY['Torres', 'Díaz', 'Peña', 'Ruiz', 'Gómez', 'Vega', 'Mora'])[1 + n %% 7] || ' N' || n,
           '5730' || lpad(n::text, 8, '0'), at, at FROM drawn
), known AS (
    INSERT INTO inbox.identity (id, customer_id, channel, portfolio, phone, created_at, updated_at)
    SELECT identity, customer, 'whatsapp', 'bulk', '5730' || lpad(n::text, 8, '0'), at, at FROM drawn
)
INSERT INTO inbox.conversation (id, channel_account_id, identity_id, customer_id, branch_id, state, owner_since,
                                last_inbound_at, window_until, last_message_at, opened_at, waiting_since)
SELECT id, accounts[1 + n %% 10], identity, customer, branches[1 + n %% 10],
       CASE WHEN n %% 5 = 0 THEN 'closed' ELSE 'open' END, at, at, at + interval '24 hours',
       at + interval '45 minutes', at, CASE WHEN n %% 5 = 1 THEN at + interval '40 minutes' END
FROM drawn, company
"""

# A word's rank is 20,000 to the power of a random number, so that their frequencies fall as in any language.
_MESSAGES = """
WITH drawn AS MATERIALIZED (
    SELECT n, k, pg_temp.id_of(begun, 'c' || n) AS conversation, begun + k * interval '15 minutes' AS at
    FROM generate_series(%(start)s + 1, %(end)s) AS n, generate_series(0, %(each)s - 1) AS k,
        LATERAL (SELECT pg_temp.begun(n, %(count)s) AS begun) AS begun
)
INSERT INTO inbox.message (id, conversation_id, channel_account_id, direction, author, kind, text, status, stored_at,
                           turn_id)
SELECT pg_temp.id_of(drawn.at, 'm' || n || ':' || k), conversation, c.channel_account_id,
       CASE k %% 2 WHEN 0 THEN 'in' ELSE 'out' END,
       CASE WHEN k %% 2 = 0 THEN 'customer' WHEN k < 2 THEN 'bot' ELSE 'agent' END, 'text',
       (SELECT string_agg(
            coalesce((ARRAY['factura', 'pago', 'error', 'sistema', 'cuenta', 'clave', 'ayuda', 'pedido', 'invoice',
                            'payment', 'password', 'order'])[rank], 'palabra' || rank), ' ')
        FROM (SELECT power(20000, random())::int AS rank FROM generate_series(1, 10 + n %% 2 + k)) AS ranks),
       CASE k %% 2 WHEN 0 THEN 'received' ELSE 'read' END, drawn.at,
       CASE WHEN k %% 2 = 0 AND NOT (k >= 2 AND n %% 5 = 1) THEN gen_random_uuid() END
FROM drawn JOIN inbox.conversation AS c ON c.id = drawn.conversation
"""

_HELD = """
WITH latest AS (
    SELECT id, row_number() OVER (ORDER BY last_message_at DESC) AS n FROM inbox.conversation WHERE state = 'open'
    ORDER BY last_message_at DESC LIMIT %(queue)s::int + %(agent)s::int
), agents AS (
    SELECT array_agg(id ORDER BY email) AS ids FROM desk.agent WHERE email LIKE '%%@bulk.example'
)
UPDATE inbox.conversation AS c SET owner = CASE WHEN n <= %(queue)s THEN 'queue' ELSE 'agent' END,
    owner_agent_id = CASE WHEN n > %(queue)s THEN ids[1 + n %% 10] END
FROM latest, agents WHERE c.id = latest.id
"""

_TICKETS = """
INSERT INTO desk.ticket (id, subject, description, status, source, customer_id, conversation_id, branch_id, priority,
                         created_at, updated_at)
SELECT gen_random_uuid(), 'Bulk', 'Bulk', CASE WHEN n <= 125 THEN 'open' ELSE 'closed' END, 'whatsapp', customer_id, id,
       branch_id, (ARRAY['critical', 'urgent', 'high', 'medium', 'low'])[1 + mod(n, 5)], opened_at, opened_at
FROM (SELECT *, row_number() OVER (ORDER BY opened_at DESC) AS n FROM inbox.conversation
      WHERE mod(abs(hashtext(id::text)), 2) = 0) AS one_in_two
"""

_ENTRIES = """
INSERT INTO inbox.search_entry (id, conversation_id, words)
    SELECT id, conversation_id, inbox.words_of(text, stored_at) FROM inbox.message WHERE author <> 'bot';
SELECT inbox.index_person(id) FROM inbox.conversation;
"""
