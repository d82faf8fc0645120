-- What every context stands on: the outbox, once-only consumers, settings, notifications, the ledger of model calls.
CREATE SCHEMA platform;

-- Events written in the transaction that made them true, sent after it committed.
-- Ids sort by time, so what is old is found by id. `stream` is 'bus' for facts or the name of an ordered queue, whose `ordering_key` is the message group.
CREATE TABLE platform.outbox (
    id uuid PRIMARY KEY,
    stream text NOT NULL,
    ordering_key text,
    name text NOT NULL,
    body text NOT NULL,
    created_at timestamptz NOT NULL,
    published_at timestamptz
);
CREATE INDEX outbox_unpublished ON platform.outbox (stream, ordering_key, id) WHERE published_at IS NULL;

CREATE TABLE platform.processed (
    event_id uuid NOT NULL,
    consumer text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (event_id, consumer)
);

-- A record no retry can help: why, for which consumer, and its body for a replay once the cause is mended.
CREATE TABLE platform.rejected (
    id uuid PRIMARY KEY,
    consumer text NOT NULL,
    event_id uuid,
    reason text NOT NULL,
    body text NOT NULL,
    at timestamptz NOT NULL,
    replayed_at timestamptz
);
CREATE INDEX rejected_at ON platform.rejected (consumer, at DESC);

CREATE TABLE platform.setting (
    key text PRIMARY KEY,
    value jsonb NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE TABLE platform.setting_change (
    id uuid PRIMARY KEY,
    key text NOT NULL,
    old jsonb,
    new jsonb,
    actor text NOT NULL,
    reason text,
    at timestamptz NOT NULL
);
CREATE INDEX setting_change_key ON platform.setting_change (key, at DESC);

CREATE TABLE platform.notification (
    id uuid PRIMARY KEY,
    event_id uuid NOT NULL,
    channel text NOT NULL CHECK (channel IN ('slack', 'teams', 'discord', 'webhook', 'email', 'console')),
    recipient text NOT NULL,
    template text NOT NULL,
    language text NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    ticket_id uuid,
    agent_id uuid,
    status text NOT NULL CHECK (status IN ('pending', 'sent', 'failed', 'read')),
    attempts int NOT NULL DEFAULT 0,
    error text,
    created_at timestamptz NOT NULL,
    sent_at timestamptz,
    read_at timestamptz,
    UNIQUE (event_id, channel, recipient)
);
CREATE INDEX notification_pending ON platform.notification (created_at) WHERE status = 'pending';
CREATE INDEX notification_agent ON platform.notification (agent_id, created_at DESC);

CREATE TABLE platform.model_call (
    id uuid PRIMARY KEY,
    purpose text NOT NULL,
    model text NOT NULL,
    conversation_id uuid,
    ticket_id uuid,
    input_tokens int NOT NULL DEFAULT 0,
    output_tokens int NOT NULL DEFAULT 0,
    cost numeric(12, 6) NOT NULL DEFAULT 0,
    latency_ms int NOT NULL,
    outcome text NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX model_call_conversation ON platform.model_call (conversation_id, at DESC);
CREATE INDEX model_call_at ON platform.model_call (at);
