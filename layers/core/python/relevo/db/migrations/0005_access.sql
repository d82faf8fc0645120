-- Who may call what, and the record of it.
CREATE SCHEMA access;

-- A key is shown once; what is stored is SHA-256 of its 256 random bits (a slow hash guards guessable secrets, these are not).
CREATE TABLE access.api_key (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    prefix text NOT NULL UNIQUE,
    hash bytea NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz
);

CREATE TABLE access.audit (
    id uuid PRIMARY KEY,
    actor text NOT NULL,
    action text NOT NULL,
    subject text,
    outcome text NOT NULL CHECK (outcome IN ('allowed', 'refused')),
    detail jsonb NOT NULL DEFAULT '{}',
    at timestamptz NOT NULL
);
CREATE INDEX audit_at ON access.audit (at DESC);
CREATE INDEX audit_actor ON access.audit (actor, at DESC);

-- What an Idempotency-Key made: the same request again is answered with it. Kept for a week.
CREATE TABLE access.idempotency_key (
    caller text NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    resource_id uuid,
    at timestamptz NOT NULL,
    PRIMARY KEY (caller, key)
);
CREATE INDEX idempotency_key_at ON access.idempotency_key (at);
