-- What the company publishes on social networks: accounts, content, each publication's own state, engagement, the plan.

CREATE SCHEMA social;

-- A profile or page posts go to. Its token is in Secrets Manager, under `network:external_id`; here is only how long it
-- lasts. An account whose network refuses the token waits for somebody to connect it again.
CREATE TABLE social.account (
    id uuid PRIMARY KEY,
    network text NOT NULL CHECK (network IN ('instagram', 'facebook', 'tiktok')),
    external_id text NOT NULL,
    name text NOT NULL,
    state text NOT NULL CHECK (state IN ('active', 'reconnect', 'removed')),
    reason text,
    token_expires_at timestamptz,
    expiry_told_for timestamptz,
    weekly int NOT NULL DEFAULT 3 CHECK (weekly BETWEEN 0 AND 21),
    timing jsonb,
    connected_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (network, external_id)
);
COMMENT ON COLUMN social.account.expiry_told_for IS 'the expiry the supervisors were told of';
COMMENT ON COLUMN social.account.weekly IS 'posts a week the plan keeps times for';
COMMENT ON COLUMN social.account.timing IS 'what its best times rest on: posts, method, errors on the newest quarter';

CREATE TABLE social.account_change (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES social.account,
    field text NOT NULL,
    old jsonb,
    new jsonb,
    actor text NOT NULL,
    reason text,
    at timestamptz NOT NULL
);
CREATE INDEX account_change_account ON social.account_change (account_id, id);

-- A picture or video in the bucket. The browser puts it there itself; it is `ready` once somebody looked inside.
CREATE TABLE social.media (
    id uuid PRIMARY KEY,
    storage_key text NOT NULL UNIQUE CHECK (storage_key LIKE 'social/%'),
    filename text NOT NULL,
    mime_type text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('image', 'video')),
    size bigint NOT NULL,
    state text NOT NULL CHECK (state IN ('awaited', 'ready', 'refused')),
    reason text,
    width int,
    height int,
    seconds numeric(10, 3),
    created_by text NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE TABLE social.post (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('text', 'image', 'carousel', 'video')),
    text text NOT NULL,
    status text NOT NULL
        CHECK (status IN ('draft', 'review', 'approved', 'scheduled', 'published', 'failed', 'cancelled')),
    publish_at timestamptz,
    at_best_time boolean NOT NULL DEFAULT false,
    purpose text,
    generated boolean NOT NULL DEFAULT false,
    image_prompt text,
    illustration text CHECK (illustration IN ('requested', 'made', 'failed')),
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    approved_by text,
    approved_at timestamptz,
    CHECK ((status = 'scheduled') <= (publish_at IS NOT NULL))
);
CREATE INDEX post_status ON social.post (status, id DESC);
CREATE INDEX post_calendar ON social.post (publish_at) WHERE publish_at IS NOT NULL;

CREATE TABLE social.post_media (
    post_id uuid NOT NULL REFERENCES social.post,
    position int NOT NULL,
    media_id uuid NOT NULL REFERENCES social.media,
    PRIMARY KEY (post_id, position)
);
CREATE INDEX post_media_media ON social.post_media (media_id);

CREATE TABLE social.post_change (
    id uuid PRIMARY KEY,
    post_id uuid NOT NULL REFERENCES social.post,
    field text NOT NULL,
    old jsonb,
    new jsonb,
    actor text NOT NULL,
    reason text,
    at timestamptz NOT NULL
);
CREATE INDEX post_change_post ON social.post_change (post_id, id);

-- A post on one account. `step` and `progress` say how far its network's way it has come; each step's outcome is
-- committed before the next begins. `crossed_at` is written before the call that makes the post public: from then on
-- the network is asked what became of it before anything is tried again. `lease` is whoever works on it now.
CREATE TABLE social.publication (
    id uuid PRIMARY KEY,
    post_id uuid NOT NULL REFERENCES social.post,
    account_id uuid NOT NULL REFERENCES social.account,
    text text,
    state text NOT NULL DEFAULT 'planned'
        CHECK (state IN ('planned', 'due', 'held', 'published', 'failed', 'unknown', 'cancelled')),
    step text NOT NULL DEFAULT 'start',
    progress jsonb NOT NULL DEFAULT '{}',
    crossed_at timestamptz,
    due_at timestamptz,
    next_at timestamptz,
    lease uuid,
    leased_until timestamptz,
    attempts int NOT NULL DEFAULT 0,
    remedy text CHECK (remedy IN ('retry', 'fix', 'reconnect')),
    error_code text,
    error_detail text,
    external_id text,
    permalink text,
    published_at timestamptz,
    UNIQUE (post_id, account_id),
    CHECK ((state = 'due') <= (due_at IS NOT NULL AND next_at IS NOT NULL))
);
COMMENT ON COLUMN social.publication.text IS 'this network''s own wording; empty: the post''s';
CREATE INDEX publication_due ON social.publication (next_at) WHERE state = 'due';
CREATE INDEX publication_account ON social.publication (account_id, published_at);
CREATE UNIQUE INDEX publication_external ON social.publication (account_id, external_id);

-- What the account's own posts got, ours and those made elsewhere: what the best times are learned from.
CREATE TABLE social.engagement (
    account_id uuid NOT NULL REFERENCES social.account,
    external_id text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('text', 'image', 'carousel', 'video')),
    published_at timestamptz NOT NULL,
    likes int NOT NULL DEFAULT 0,
    comments int NOT NULL DEFAULT 0,
    shares int NOT NULL DEFAULT 0,
    views int,
    measured_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, external_id)
);
CREATE INDEX engagement_time ON social.engagement (account_id, published_at);

-- How an hour of the week compares with the account's ordinary one: 1.2 is a fifth more engagement. `posts` is how many
-- of its own posts of that hour it rests on, `method` what judged best on the newest.
CREATE TABLE social.best_time (
    account_id uuid NOT NULL REFERENCES social.account,
    kind text NOT NULL,
    weekday int NOT NULL CHECK (weekday BETWEEN 0 AND 6),
    hour int NOT NULL CHECK (hour BETWEEN 0 AND 23),
    lift numeric(8, 4) NOT NULL,
    posts int NOT NULL,
    method text NOT NULL CHECK (method IN ('prior', 'shrinkage', 'forest')),
    made_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, kind, weekday, hour)
);

-- Times the plan keeps for an account. A free one is taken by a post that waits for the best time.
CREATE TABLE social.slot (
    account_id uuid NOT NULL REFERENCES social.account,
    at timestamptz NOT NULL,
    post_id uuid REFERENCES social.post,
    PRIMARY KEY (account_id, at)
);
CREATE INDEX slot_at ON social.slot (at);
CREATE INDEX slot_post ON social.slot (post_id) WHERE post_id IS NOT NULL;
