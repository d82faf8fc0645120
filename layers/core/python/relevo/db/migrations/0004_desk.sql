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

ALTER TABLE desk.department ADD supervisor_id uuid REFERENCES desk.agent;

-- The windows of time a ticket was created in, as words of its search vector: 64 seconds, then eight times as long at
-- each level up to four years. A search asks for the newest window first and widens it until a page is full, so that a common
-- word reads one small window and a rare one reads few tickets: the cost does not grow with what is stored.
CREATE FUNCTION desk.search_windows(created_at timestamptz) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ARRAY(
    SELECT '~' || level || ':' || (floor(extract(epoch FROM created_at - timestamptz '1970-01-01 00:00:00+00'))::bigint >> (6 + 3 * level))
    FROM generate_series(0, 7) AS level
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
    skills text[] NOT NULL DEFAULT '{}',
    agent_id uuid REFERENCES desk.agent,
    priority text CHECK (priority IN ('critical', 'urgent', 'high', 'medium', 'low')),
    priority_rank int NOT NULL GENERATED ALWAYS AS (
        CASE priority WHEN 'critical' THEN 5 WHEN 'urgent' THEN 4 WHEN 'high' THEN 3 WHEN 'medium' THEN 2 WHEN 'low' THEN 1 ELSE 0 END) STORED,
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
    reopened_at timestamptz,
    escalated_at timestamptz,
    resolved_at timestamptz,
    closed_at timestamptz,
    search tsvector GENERATED ALWAYS AS (
        to_tsvector('spanish', subject || ' ' || left(description, 8000))
        || to_tsvector('english', subject || ' ' || left(description, 8000))
        || array_to_tsvector(desk.search_windows(created_at))) STORED
);
-- Lists are read newest first, one page at a time, under any one of these filters.
CREATE INDEX ticket_created ON desk.ticket (created_at DESC, id DESC);
CREATE INDEX ticket_status ON desk.ticket (status, created_at DESC, id DESC);
CREATE INDEX ticket_priority ON desk.ticket (priority, created_at DESC, id DESC);
CREATE INDEX ticket_category ON desk.ticket (category, created_at DESC, id DESC);
CREATE INDEX ticket_source ON desk.ticket (source, created_at DESC, id DESC);
CREATE INDEX ticket_agent ON desk.ticket (agent_id, created_at DESC, id DESC);
CREATE INDEX ticket_branch ON desk.ticket (branch_id, created_at DESC, id DESC);
CREATE INDEX ticket_customer ON desk.ticket (customer_id, created_at DESC, id DESC);
CREATE INDEX ticket_conversation ON desk.ticket (conversation_id) WHERE conversation_id IS NOT NULL;
CREATE UNIQUE INDEX ticket_open_conversation ON desk.ticket (conversation_id) WHERE conversation_id IS NOT NULL AND status IN ('open', 'in_progress', 'waiting');
CREATE INDEX ticket_unfinished ON desk.ticket (priority, created_at) WHERE status IN ('open', 'in_progress');
CREATE INDEX ticket_queue ON desk.ticket (department_id, priority_rank DESC, created_at) WHERE agent_id IS NULL AND status IN ('open', 'in_progress', 'waiting');
-- What was not yet merged into the index is read by every search: keep it short.
CREATE INDEX ticket_search ON desk.ticket USING gin (search) WITH (gin_pending_list_limit = 512);

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

-- Figures per hour and per UTC day, and how many tickets stand in each status now, so that a year's statistics read days
-- and not tickets. They are a sum over `desk.figures_of(ticket)`, kept by triggers in the transaction that changes a
-- ticket: whoever changes it, the figures agree with the tickets.
-- `slot` gives every open transaction rows of its own: writers neither wait for each other nor deadlock.
CREATE TABLE desk.ticket_figure (
    grain text NOT NULL CHECK (grain IN ('hour', 'day', 'now')),
    start timestamptz NOT NULL,
    metric text NOT NULL,
    label text NOT NULL,
    slot int NOT NULL,
    count bigint NOT NULL,
    seconds double precision NOT NULL,
    PRIMARY KEY (grain, start, metric, label, slot)
) WITH (fillfactor = 70);

CREATE TYPE desk.figure AS (at timestamptz, metric text, label text, count int, seconds double precision);

-- What one ticket adds to the figures: at which instant, to which metric, under which label, with how many seconds.
CREATE FUNCTION desk.figures_of(ticket desk.ticket) RETURNS SETOF desk.figure LANGUAGE sql IMMUTABLE AS $$
    SELECT at, metric, label, 1, seconds::double precision FROM (VALUES
        (ticket.created_at, 'source', ticket.source, 0),
        (ticket.created_at, 'category', ticket.category, 0),
        (ticket.created_at, 'priority', ticket.priority, 0),
        (ticket.first_response_at, 'answered', '', extract(epoch FROM ticket.first_response_at - ticket.created_at)),
        (ticket.resolved_at, 'resolved', '', extract(epoch FROM ticket.resolved_at - ticket.created_at)),
        (ticket.closed_at, 'closed', '', 0),
        ('-infinity'::timestamptz, 'status', ticket.status, 0)
    ) AS figure (at, metric, label, seconds)
    WHERE at IS NOT NULL AND label IS NOT NULL
$$;

-- A slot no other open transaction holds; 7316545 is the lock's class.
CREATE FUNCTION desk.figure_slot() RETURNS int LANGUAGE sql VOLATILE
RETURN coalesce((SELECT slot FROM generate_series(0, 63) AS slot WHERE pg_try_advisory_xact_lock(7316545, slot) LIMIT 1), 64 + pg_backend_pid());

CREATE FUNCTION desk.add_figures(figures desk.figure[]) RETURNS void LANGUAGE sql VOLATILE AS $$
    INSERT INTO desk.ticket_figure AS kept (grain, start, metric, label, slot, count, seconds)
    SELECT grain, start, metric, label, (SELECT desk.figure_slot()), count, seconds
    FROM (
        SELECT grain, CASE grain WHEN 'now' THEN at ELSE date_trunc(grain, at, 'UTC') END AS start,
               metric, label, sum(count) AS count, sum(seconds) AS seconds
        FROM unnest(figures) CROSS JOIN (VALUES ('hour'), ('day'), ('now')) AS grains (grain)
        WHERE (grain = 'now') = (metric = 'status')
        GROUP BY 1, 2, 3, 4
    ) AS added
    WHERE count <> 0 OR seconds <> 0
    ON CONFLICT (grain, start, metric, label, slot)
    DO UPDATE SET count = kept.count + excluded.count, seconds = kept.seconds + excluded.seconds
$$;

CREATE FUNCTION desk.count_new_tickets() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM desk.add_figures(array_agg(f)) FROM new_ticket AS t CROSS JOIN LATERAL desk.figures_of(t) AS f;
    RETURN NULL;
END
$$;

CREATE FUNCTION desk.count_changed_tickets() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM desk.add_figures(array_agg(figure)) FROM (
        SELECT f AS figure FROM new_ticket AS t CROSS JOIN LATERAL desk.figures_of(t) AS f
        UNION ALL
        SELECT (f.at, f.metric, f.label, -f.count, -f.seconds)::desk.figure
        FROM old_ticket AS t CROSS JOIN LATERAL desk.figures_of(t) AS f
    ) AS difference;
    RETURN NULL;
END
$$;

CREATE FUNCTION desk.count_deleted_tickets() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM desk.add_figures(array_agg((f.at, f.metric, f.label, -f.count, -f.seconds)::desk.figure))
    FROM old_ticket AS t CROSS JOIN LATERAL desk.figures_of(t) AS f;
    RETURN NULL;
END
$$;

CREATE TRIGGER count_new AFTER INSERT ON desk.ticket REFERENCING NEW TABLE AS new_ticket
    FOR EACH STATEMENT EXECUTE FUNCTION desk.count_new_tickets();
CREATE TRIGGER count_changed AFTER UPDATE ON desk.ticket REFERENCING OLD TABLE AS old_ticket NEW TABLE AS new_ticket
    FOR EACH STATEMENT EXECUTE FUNCTION desk.count_changed_tickets();
CREATE TRIGGER count_deleted AFTER DELETE ON desk.ticket REFERENCING OLD TABLE AS old_ticket
    FOR EACH STATEMENT EXECUTE FUNCTION desk.count_deleted_tickets();

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
-- No priorities means all of them.
CREATE TABLE desk.escalation_rule (
    id uuid PRIMARY KEY,
    position int NOT NULL UNIQUE,
    name text NOT NULL,
    state text NOT NULL CHECK (state IN ('unanswered', 'open', 'stale')),
    priorities text[] NOT NULL DEFAULT '{}',
    after_minutes int NOT NULL CHECK (after_minutes > 0),
    active boolean NOT NULL DEFAULT true
);

INSERT INTO desk.escalation_rule (id, position, name, state, priorities, after_minutes) VALUES
    ('019a0000-0000-7000-8000-000000000001', 1, 'critical: 15 min', 'unanswered', '{critical}', 15),
    ('019a0000-0000-7000-8000-000000000002', 2, 'urgent: 30 min', 'unanswered', '{urgent}', 30),
    ('019a0000-0000-7000-8000-000000000003', 3, 'urgent: 24 h', 'open', '{critical,urgent}', 1440),
    ('019a0000-0000-7000-8000-000000000004', 4, '48 h', 'open', '{}', 2880),
    ('019a0000-0000-7000-8000-000000000005', 5, 'in progress: 2 h', 'stale', '{}', 120);

CREATE TABLE desk.escalation (
    ticket_id uuid NOT NULL REFERENCES desk.ticket,
    rule_id uuid NOT NULL REFERENCES desk.escalation_rule,
    since timestamptz NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (ticket_id, rule_id, since)
);

CREATE FUNCTION desk.count_escalation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM desk.add_figures(ARRAY[ROW(NEW.at, 'escalated', '', 1, 0)::desk.figure]);
    RETURN NULL;
END
$$;

CREATE TRIGGER count_escalation AFTER INSERT ON desk.escalation FOR EACH ROW EXECUTE FUNCTION desk.count_escalation();

CREATE TABLE desk.feedback (
    id uuid PRIMARY KEY,
    ticket_id uuid NOT NULL REFERENCES desk.ticket,
    customer_id uuid NOT NULL REFERENCES crm.customer,
    rating int NOT NULL CHECK (rating BETWEEN 1 AND 5),
    comment text,
    sentiment text,
    created_at timestamptz NOT NULL
);
CREATE INDEX feedback_rating ON desk.feedback (rating, id DESC);
CREATE INDEX feedback_ticket ON desk.feedback (ticket_id, id DESC);
