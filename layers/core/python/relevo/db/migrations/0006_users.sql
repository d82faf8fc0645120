-- People who work with Relevo: who they are, where they are signed in, and what keeps guessers slow.
-- Tokens and tickets are 256 random bits kept as SHA-256; passwords, which can be guessed, as Argon2id.
CREATE TABLE access."user" (
    id uuid PRIMARY KEY,
    email text NOT NULL,
    name text NOT NULL,
    role text NOT NULL CHECK (role IN ('admin', 'supervisor', 'agent', 'viewer')),
    all_branches boolean NOT NULL,
    language text NOT NULL DEFAULT 'es' CHECK (language IN ('es', 'en')),
    password_hash text NOT NULL,
    must_change_password boolean NOT NULL,
    active boolean NOT NULL DEFAULT true,
    last_login_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX user_email ON access."user" (lower(email));
CREATE INDEX user_admin ON access."user" (id) WHERE role = 'admin' AND active;

-- The branches of whoever does not see all of them.
CREATE TABLE access.user_branch (
    user_id uuid NOT NULL REFERENCES access."user",
    branch_id uuid NOT NULL REFERENCES inbox.branch,
    PRIMARY KEY (user_id, branch_id)
);

ALTER TABLE desk.agent ADD FOREIGN KEY (user_id) REFERENCES access."user";
CREATE UNIQUE INDEX agent_user ON desk.agent (user_id) WHERE user_id IS NOT NULL;

-- One browser signed in. `expires_at` is its end whatever happens; it ends sooner when it is not used.
CREATE TABLE access.session (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES access."user",
    address text,
    user_agent text,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    end_reason text
);
CREATE INDEX session_of_user ON access.session (user_id) WHERE ended_at IS NULL;
CREATE INDEX session_expires ON access.session (expires_at);

-- Each refresh token is used once and replaced; one that comes again was stolen or copied, and ends its session.
CREATE TABLE access.refresh_token (
    hash bytea PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES access.session ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX refresh_token_session ON access.refresh_token (session_id);

CREATE TABLE access.socket_ticket (
    hash bytea PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES access.session ON DELETE CASCADE,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX socket_ticket_expires ON access.socket_ticket (expires_at);
CREATE INDEX socket_ticket_session ON access.socket_ticket (session_id);

-- Attempts to sign in since the last success, by what they have in common: an e-mail (hashed) or a network address.
CREATE TABLE access.login_attempt (
    subject text PRIMARY KEY,
    failures int NOT NULL,
    last_at timestamptz NOT NULL
);
CREATE INDEX login_attempt_last ON access.login_attempt (last_at);

-- A key made by a person does what that person may do, and no longer than they may.
ALTER TABLE access.api_key ADD user_id uuid REFERENCES access."user";
CREATE INDEX api_key_user ON access.api_key (user_id) WHERE user_id IS NOT NULL;
