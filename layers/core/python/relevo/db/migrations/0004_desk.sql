-- Tickets, the people who work on them and the rules that bring the two together.
CREATE SCHEMA desk;

CREATE TABLE desk.department (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE,
    name text NOT NULL
);

CREATE TABLE desk.agent (
    id uuid PRIMARY KEY,
    user_id uuid,
    name text NOT NULL,
    email text NOT NULL UNIQUE,
    department_id uuid NOT NULL REFERENCES desk.department,
    branch_id uuid REFERENCES inbox.branch,
    seniority int NOT NULL DEFAULT 1 CHECK (seniority BETWEEN 1 AND 5),
    supervisor_id uuid REFERENCES desk.agent,
    available boolean NOT NULL DEFAULT true,
    max_tickets int NOT NULL DEFAULT 5 CHECK (max_tickets >= 0),
    open_tickets int NOT NULL DEFAULT 0 CHECK (open_tickets >= 0),
    last_assigned_at timestamptz,
    language text NOT NULL DEFAULT 'es',
    notify jsonb NOT NULL DEFAULT '[]'
);
CREATE INDEX agent_free ON desk.agent (department_id, open_tickets) WHERE available;

CREATE TABLE desk.agent_skill (
    agent_id uuid NOT NULL REFERENCES desk.agent,
    skill text NOT NULL,
    PRIMARY KEY (agent_id, skill)
);

CREATE SEQUENCE desk.ticket_number;

CREATE TABLE desk.ticket (
    id uuid PRIMARY KEY,
    number bigint NOT NULL UNIQUE DEFAULT nextval('desk.ticket_number'),
    subject text NOT NULL,
    description text NOT NULL,
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'in_progress', 'waiting', 'resolved', 'closed')),
    source text NOT NULL CHECK (source IN ('whatsapp', 'messenger', 'instagram', 'web', 'email', 'phone', 'chat', 'api')),
    category text NOT NULL DEFAULT 'general',
    customer_id uuid NOT NULL REFERENCES crm.customer,
    conversation_id uuid REFERENCES inbox.conversation,
    branch_id uuid REFERENCES inbox.branch,
    department_id uuid REFERENCES desk.department,
    agent_id uuid REFERENCES desk.agent,
    priority text CHECK (priority IN ('critical', 'urgent', 'high', 'medium', 'low')),
    priority_rank int NOT NULL DEFAULT 0,
    score int CHECK (score BETWEEN 0 AND 100),
    factors jsonb NOT NULL DEFAULT '[]',
    analysis jsonb,
    language text,
    tags text[] NOT NULL DEFAULT '{}',
    suggestion jsonb,
    escalation_level int NOT NULL DEFAULT 0,
    idempotency_key text UNIQUE,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    routed_at timestamptz,
    assigned_at timestamptz,
    first_response_at timestamptz,
    resolved_at timestamptz,
    closed_at timestamptz,
    search tsvector GENERATED ALWAYS AS (
        to_tsvector('simple', subject) || to_tsvector('spanish', subject || ' ' || description)
        || to_tsvector('english', subject || ' ' || description)) STORED
);
CREATE INDEX ticket_status ON desk.ticket (status, id DESC);
CREATE INDEX ticket_priority ON desk.ticket (priority, id DESC);
CREATE INDEX ticket_agent ON desk.ticket (agent_id, id DESC);
CREATE INDEX ticket_customer ON desk.ticket (customer_id, id DESC);
CREATE INDEX ticket_branch ON desk.ticket (branch_id, id DESC);
CREATE INDEX ticket_conversation ON desk.ticket (conversation_id) WHERE conversation_id IS NOT NULL;
CREATE UNIQUE INDEX ticket_open_conversation ON desk.ticket (conversation_id) WHERE conversation_id IS NOT NULL AND status IN ('open', 'in_progress', 'waiting');
CREATE INDEX ticket_unfinished ON desk.ticket (priority_rank DESC, created_at) WHERE status IN ('open', 'in_progress');
CREATE INDEX ticket_search ON desk.ticket USING gin (search);

CREATE TABLE desk.ticket_change (
    id uuid PRIMARY KEY,
    ticket_id uuid NOT NULL REFERENCES desk.ticket,
    field text NOT NULL,
    old jsonb,
    new jsonb,
    actor text NOT NULL,
    reason text,
    at timestamptz NOT NULL
);
CREATE INDEX ticket_change_ticket ON desk.ticket_change (ticket_id, at DESC);

-- Figures per hour, kept in the transaction that changes a ticket, so that a year's statistics read hours and not tickets.
-- `slot` spreads the writers of one hour over several rows.
CREATE TABLE desk.ticket_hour (
    hour timestamptz NOT NULL,
    metric text NOT NULL,
    label text NOT NULL,
    slot int NOT NULL,
    count bigint NOT NULL DEFAULT 0,
    seconds double precision NOT NULL DEFAULT 0,
    PRIMARY KEY (hour, metric, label, slot)
);

CREATE TABLE desk.routing_rule (
    id uuid PRIMARY KEY,
    position int NOT NULL UNIQUE,
    name text NOT NULL,
    conditions jsonb NOT NULL,
    department_id uuid NOT NULL REFERENCES desk.department,
    skills text[] NOT NULL DEFAULT '{}',
    agent_id uuid REFERENCES desk.agent,
    active boolean NOT NULL DEFAULT true
);

-- `state` is where the clock runs: unanswered (no first response), open (not resolved), stale (in progress, no update).
CREATE TABLE desk.escalation_rule (
    id uuid PRIMARY KEY,
    position int NOT NULL UNIQUE,
    name text NOT NULL,
    state text NOT NULL CHECK (state IN ('unanswered', 'open', 'stale')),
    priorities text[] NOT NULL DEFAULT '{}',
    after_minutes int NOT NULL CHECK (after_minutes > 0),
    active boolean NOT NULL DEFAULT true
);

CREATE TABLE desk.escalation (
    ticket_id uuid NOT NULL REFERENCES desk.ticket,
    rule_id uuid NOT NULL REFERENCES desk.escalation_rule,
    since timestamptz NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (ticket_id, rule_id, since)
);

CREATE TABLE desk.feedback (
    id uuid PRIMARY KEY,
    ticket_id uuid NOT NULL REFERENCES desk.ticket,
    customer_id uuid NOT NULL REFERENCES crm.customer,
    rating int NOT NULL CHECK (rating BETWEEN 1 AND 5),
    comment text,
    sentiment text,
    created_at timestamptz NOT NULL
);
CREATE INDEX feedback_recent ON desk.feedback (id DESC);
CREATE INDEX feedback_ticket ON desk.feedback (ticket_id);
