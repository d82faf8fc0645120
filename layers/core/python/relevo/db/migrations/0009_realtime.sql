-- The live feed of every branch, and who is connected to hear it.
CREATE SCHEMA realtime;

-- Where the feed of a branch has come to. Whoever appends locks the row first, so numbers are given in the order in which
-- transactions commit, without gaps. What belongs to no branch is in the feed of the nil id.
CREATE TABLE realtime.branch_position (
    branch_id uuid PRIMARY KEY,
    seq bigint NOT NULL
) WITH (fillfactor = 50);

-- `data` is what the API would answer, read after the position was locked: a later number never carries older data.
CREATE TABLE realtime.event (
    branch_id uuid NOT NULL,
    seq bigint NOT NULL,
    kind text NOT NULL,
    conversation_id uuid,
    ticket_id uuid,
    at timestamptz NOT NULL,
    data json NOT NULL,
    PRIMARY KEY (branch_id, seq)
);

CREATE TABLE realtime.connection (
    id text PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES access.session ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES access."user",
    connected_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL
);
CREATE INDEX connection_seen ON realtime.connection (seen_at);
CREATE INDEX connection_session ON realtime.connection (session_id);

CREATE TABLE realtime.subscription (
    topic text NOT NULL,
    connection_id text NOT NULL REFERENCES realtime.connection ON DELETE CASCADE,
    PRIMARY KEY (topic, connection_id)
);
CREATE INDEX subscription_connection ON realtime.subscription (connection_id);

-- Who looks at a conversation and who types in it; without a connection it is the customer.
CREATE TABLE realtime.presence (
    conversation_id uuid NOT NULL REFERENCES inbox.conversation ON DELETE CASCADE,
    connection_id text REFERENCES realtime.connection ON DELETE CASCADE,
    user_id uuid REFERENCES access."user",
    viewing_until timestamptz,
    typing_until timestamptz,
    UNIQUE NULLS NOT DISTINCT (conversation_id, connection_id)
);
CREATE INDEX presence_connection ON realtime.presence (connection_id);

-- Whose turn it is to write in a conversation.
CREATE TABLE realtime.draft_lock (
    conversation_id uuid PRIMARY KEY REFERENCES inbox.conversation ON DELETE CASCADE,
    connection_id text NOT NULL REFERENCES realtime.connection ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES access."user",
    until timestamptz NOT NULL
);
CREATE INDEX draft_lock_connection ON realtime.draft_lock (connection_id);
