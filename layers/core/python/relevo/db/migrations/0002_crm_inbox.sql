-- Customers and their conversations.
CREATE SCHEMA crm;
CREATE SCHEMA inbox;

CREATE TABLE inbox.branch (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE,
    name text NOT NULL,
    timezone text NOT NULL,
    language text NOT NULL DEFAULT 'es',
    currency text NOT NULL,
    created_at timestamptz NOT NULL
);

-- A number or page customers write to. `external_id` is Meta's phone_number_id or page id.
-- Identities are shared by the accounts of one portfolio, because business-scoped user ids are.
CREATE TABLE inbox.channel_account (
    id uuid PRIMARY KEY,
    branch_id uuid NOT NULL REFERENCES inbox.branch,
    channel text NOT NULL CHECK (channel IN ('whatsapp', 'messenger', 'instagram')),
    external_id text NOT NULL,
    display_number text,
    portfolio text NOT NULL,
    active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL,
    UNIQUE (channel, external_id)
);

CREATE TABLE crm.customer (
    id uuid PRIMARY KEY,
    name text,
    email text,
    phone text,
    company text,
    tier text NOT NULL DEFAULT 'standard' CHECK (tier IN ('standard', 'frequent', 'enterprise', 'vip')),
    language text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX customer_email ON crm.customer (lower(email)) WHERE email IS NOT NULL;
CREATE INDEX customer_phone ON crm.customer (phone) WHERE phone IS NOT NULL;

CREATE TABLE crm.customer_change (
    id uuid PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES crm.customer,
    field text NOT NULL,
    old jsonb,
    new jsonb,
    actor text NOT NULL,
    reason text,
    at timestamptz NOT NULL
);
CREATE INDEX customer_change_customer ON crm.customer_change (customer_id, at DESC);

-- Who a customer is on one channel. Since usernames either the phone or the user id may be absent, never both.
CREATE TABLE inbox.identity (
    id uuid PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES crm.customer,
    channel text NOT NULL,
    portfolio text NOT NULL,
    user_id text,
    phone text,
    username text,
    profile_name text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (user_id IS NOT NULL OR phone IS NOT NULL)
);
CREATE UNIQUE INDEX identity_user ON inbox.identity (channel, portfolio, user_id) WHERE user_id IS NOT NULL;
CREATE UNIQUE INDEX identity_phone ON inbox.identity (channel, portfolio, phone) WHERE phone IS NOT NULL;
CREATE INDEX identity_customer ON inbox.identity (customer_id);

CREATE TABLE inbox.conversation (
    id uuid PRIMARY KEY,
    channel_account_id uuid NOT NULL REFERENCES inbox.channel_account,
    identity_id uuid NOT NULL REFERENCES inbox.identity,
    customer_id uuid NOT NULL REFERENCES crm.customer,
    branch_id uuid NOT NULL REFERENCES inbox.branch,
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed')),
    owner text NOT NULL DEFAULT 'bot' CHECK (owner IN ('bot', 'queue', 'agent')),
    owner_agent_id uuid,
    owner_version int NOT NULL DEFAULT 1,
    owner_since timestamptz NOT NULL,
    language text,
    bot_turns int NOT NULL DEFAULT 0,
    last_inbound_at timestamptz,
    window_until timestamptz,
    last_message_at timestamptz NOT NULL,
    opened_at timestamptz NOT NULL,
    closed_at timestamptz,
    CHECK ((owner = 'agent') = (owner_agent_id IS NOT NULL))
);
CREATE UNIQUE INDEX conversation_open ON inbox.conversation (channel_account_id, identity_id) WHERE state = 'open';
CREATE INDEX conversation_recent ON inbox.conversation (branch_id, last_message_at DESC, id);
CREATE INDEX conversation_customer ON inbox.conversation (customer_id, opened_at DESC);

CREATE TABLE inbox.conversation_change (
    id uuid PRIMARY KEY,
    conversation_id uuid NOT NULL REFERENCES inbox.conversation,
    field text NOT NULL,
    old jsonb,
    new jsonb,
    actor text NOT NULL,
    reason text,
    at timestamptz NOT NULL
);
CREATE INDEX conversation_change_conversation ON inbox.conversation_change (conversation_id, at DESC);

-- Made so that it can be partitioned by range of `id` (a UUIDv7 begins with its month): nothing but the primary key
-- is unique here, and what a provider calls a message lives in `external_message`.
-- The columns from `stored_at` on are the message's ledger; its later steps are rows of `message_status`.
CREATE TABLE inbox.message (
    id uuid PRIMARY KEY,
    conversation_id uuid NOT NULL REFERENCES inbox.conversation,
    channel_account_id uuid NOT NULL REFERENCES inbox.channel_account,
    direction text NOT NULL CHECK (direction IN ('in', 'out')),
    author text NOT NULL CHECK (author IN ('customer', 'bot', 'agent', 'phone')),
    author_agent_id uuid,
    kind text NOT NULL,
    text text,
    content jsonb NOT NULL DEFAULT '{}',
    external_id text,
    reply_to text,
    status text NOT NULL CHECK (status IN ('received', 'queued', 'sending', 'sent', 'delivered', 'read', 'failed', 'unknown', 'cancelled')),
    error_code text,
    error_detail text,
    attempts int NOT NULL DEFAULT 0,
    claimed_at timestamptz,
    owner_version int,
    turn_id uuid,
    analysis jsonb,
    price jsonb,
    sent_at timestamptz,
    stored_at timestamptz NOT NULL,
    edited_at timestamptz,
    deleted_at timestamptz
);
CREATE INDEX message_conversation ON inbox.message (conversation_id, id DESC);
CREATE INDEX message_unanswered ON inbox.message (conversation_id, id) WHERE direction = 'in' AND turn_id IS NULL;
CREATE INDEX message_unsettled ON inbox.message (claimed_at) WHERE status = 'sending';

CREATE TABLE inbox.external_message (
    channel_account_id uuid NOT NULL REFERENCES inbox.channel_account,
    external_id text NOT NULL,
    message_id uuid NOT NULL,
    PRIMARY KEY (channel_account_id, external_id)
);

-- Every status a provider ever reported, once each; `message_id` is empty until the message it speaks of is known.
CREATE TABLE inbox.message_status (
    id uuid PRIMARY KEY,
    channel_account_id uuid NOT NULL REFERENCES inbox.channel_account,
    external_id text NOT NULL,
    message_id uuid,
    status text NOT NULL,
    at timestamptz NOT NULL,
    error_code text,
    detail jsonb NOT NULL,
    stored_at timestamptz NOT NULL,
    UNIQUE (channel_account_id, external_id, status, at)
);
CREATE INDEX message_status_message ON inbox.message_status (message_id, at);
CREATE INDEX message_status_account ON inbox.message_status (channel_account_id, stored_at DESC);

CREATE TABLE inbox.message_change (
    id uuid PRIMARY KEY,
    message_id uuid NOT NULL,
    field text NOT NULL,
    old jsonb,
    new jsonb,
    actor text NOT NULL,
    reason text,
    at timestamptz NOT NULL
);
CREATE INDEX message_change_message ON inbox.message_change (message_id, at DESC);

CREATE TABLE inbox.attachment (
    id uuid PRIMARY KEY,
    message_id uuid NOT NULL,
    media_id text NOT NULL,
    mime_type text,
    sha256 text,
    filename text,
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'ready', 'failed')),
    storage_key text,
    size_bytes bigint,
    created_at timestamptz NOT NULL
);
CREATE INDEX attachment_message ON inbox.attachment (message_id);
CREATE INDEX attachment_pending ON inbox.attachment (created_at) WHERE state = 'pending';

-- What a channel told about itself rather than about a customer: template reviews, account warnings, quality.
CREATE TABLE inbox.account_event (
    id uuid PRIMARY KEY,
    channel_account_id uuid REFERENCES inbox.channel_account,
    external_id text NOT NULL,
    kind text NOT NULL,
    detail jsonb NOT NULL,
    stored_at timestamptz NOT NULL,
    UNIQUE (external_id)
);
