-- Reports are work to be done: a row says what is wanted, how far it is, and in the end what it says and where its files are.
-- `branches` empty is every branch, `unbranched` what belongs to none. `first_day` and `last_day` are whole days in `timezone`.
-- Whoever works on it holds it until `lease_until`; after that somebody else takes it up.
CREATE TABLE insight.report (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('daily', 'weekly', 'monthly', 'problem', 'satisfaction', 'executive', 'custom')),
    first_day date NOT NULL,
    last_day date NOT NULL CHECK (last_day >= first_day),
    scale text CHECK (scale IN ('day', 'week', 'month', 'quarter', 'year')),
    timezone text NOT NULL,
    language text NOT NULL,
    filters jsonb NOT NULL DEFAULT '{}',
    branches uuid[],
    unbranched boolean NOT NULL DEFAULT true,
    recipients text[] NOT NULL DEFAULT '{}',
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'ready', 'failed')),
    stage text,
    progress int NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
    attempts int NOT NULL DEFAULT 0,
    lease_until timestamptz,
    document jsonb,
    files jsonb NOT NULL DEFAULT '{}',
    error text,
    requested_by text NOT NULL,
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    finished_at timestamptz
);
CREATE INDEX report_unfinished ON insight.report (created_at) WHERE state IN ('queued', 'running');

-- Who has a link may fetch the file until it expires; only the link's hash is kept.
CREATE TABLE insight.report_link (
    hash bytea PRIMARY KEY,
    report_id uuid NOT NULL REFERENCES insight.report ON DELETE CASCADE,
    file text NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX report_link_report ON insight.report_link (report_id);

-- Reports look at what happened in a span of time: these find it without reading what did not.
CREATE INDEX ticket_reopened ON desk.ticket (reopened_at) WHERE reopened_at IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX ticket_closed ON desk.ticket (closed_at) WHERE closed_at IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX feedback_at ON desk.feedback (created_at);

-- How likely the customer is to recommend the company, 0 to 10; asked after the rating, so it may never come.
ALTER TABLE desk.feedback ADD nps int CHECK (nps BETWEEN 0 AND 10);

-- What customers are asked once their ticket is resolved: one row a ticket, so that nobody is asked twice.
-- `reason` says why nobody could be asked.
CREATE TABLE desk.survey (
    id uuid PRIMARY KEY,
    ticket_id uuid NOT NULL UNIQUE REFERENCES desk.ticket,
    customer_id uuid NOT NULL REFERENCES crm.customer,
    conversation_id uuid REFERENCES inbox.conversation,
    language text NOT NULL,
    state text NOT NULL CHECK (state IN ('asked', 'reminded', 'rated', 'answered', 'over', 'unreachable')),
    reason text,
    feedback_id uuid REFERENCES desk.feedback,
    asked_at timestamptz,
    reminded_at timestamptz,
    answered_at timestamptz,
    created_at timestamptz NOT NULL
);
CREATE INDEX survey_customer ON desk.survey (customer_id, id DESC);
CREATE INDEX survey_open ON desk.survey (asked_at) WHERE state IN ('asked', 'reminded', 'rated');
