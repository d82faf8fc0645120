-- What is watched, what is wrong now, and what became of it.

-- A rule is data: what is measured (`metric`), on which side of `threshold` it is wrong, over which time, of what.
-- It is over only past `recovery`, so that a value that swings about the threshold is one alert. Fewer than `minimum` things
-- to measure by say nothing. A metric of how things are now has no window. `kind` names the rules that come with the product; `custom` ones have a name of their own.
CREATE TABLE insight.alert_rule (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    name text,
    metric text NOT NULL,
    comparison text NOT NULL CHECK (comparison IN ('above', 'below')),
    threshold double precision NOT NULL,
    recovery double precision NOT NULL,
    window_minutes int CHECK (window_minutes BETWEEN 5 AND 44640),
    minimum int NOT NULL DEFAULT 0 CHECK (minimum >= 0),
    severity text NOT NULL CHECK (severity IN ('info', 'warning', 'critical', 'emergency')),
    filters jsonb NOT NULL DEFAULT '{}',
    escalate_after_minutes int CHECK (escalate_after_minutes > 0),
    active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    deleted_at timestamptz,
    CHECK ((kind = 'custom') = (name IS NOT NULL)),
    CHECK (CASE comparison WHEN 'above' THEN recovery <= threshold ELSE recovery >= threshold END)
);
CREATE UNIQUE INDEX alert_rule_kind ON insight.alert_rule (kind) WHERE kind <> 'custom';

CREATE TABLE insight.alert_rule_change (
    id uuid PRIMARY KEY,
    alert_rule_id uuid NOT NULL REFERENCES insight.alert_rule,
    field text NOT NULL,
    old jsonb,
    new jsonb,
    actor text NOT NULL,
    reason text,
    at timestamptz NOT NULL
);
CREATE INDEX alert_rule_change_rule ON insight.alert_rule_change (alert_rule_id, id DESC);

-- How the last look at each rule went; `detail` says why it failed.
CREATE TABLE insight.alert_evaluation (
    rule_id uuid PRIMARY KEY REFERENCES insight.alert_rule,
    at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('fine', 'firing', 'no_data', 'failed')),
    readings int NOT NULL,
    milliseconds int NOT NULL,
    detail text
);

-- Something a rule found wrong. `subject` is the thing's id, or `-` for the company; `over_at` is when it was no longer
-- so, whoever settled it before: until then the same thing is not raised again.
-- `tell_at` is when people may be told (quiet hours hold it back), `told_at` when they were, of what it is now.
CREATE TABLE insight.alert (
    id uuid PRIMARY KEY,
    rule_id uuid NOT NULL REFERENCES insight.alert_rule,
    kind text NOT NULL,
    metric text NOT NULL,
    severity text NOT NULL CHECK (severity IN ('info', 'warning', 'critical', 'emergency')),
    subject text NOT NULL,
    branch_id uuid REFERENCES inbox.branch,
    value double precision NOT NULL,
    worst double precision NOT NULL,
    comparison text NOT NULL,
    threshold double precision NOT NULL,
    context jsonb NOT NULL,
    raised_at timestamptz NOT NULL,
    measured_at timestamptz NOT NULL,
    tell_at timestamptz NOT NULL,
    told_at timestamptz,
    escalated_at timestamptz,
    acknowledged_at timestamptz,
    acknowledged_by text,
    resolved_at timestamptz,
    resolved_by text,
    note text,
    over_at timestamptz,
    CHECK (over_at IS NULL OR resolved_at IS NOT NULL),
    CHECK ((acknowledged_at IS NULL) = (acknowledged_by IS NULL)),
    CHECK ((resolved_at IS NULL) = (resolved_by IS NULL))
);
CREATE UNIQUE INDEX alert_standing ON insight.alert (rule_id, subject) WHERE over_at IS NULL;
CREATE INDEX alert_unresolved ON insight.alert (id DESC) WHERE resolved_at IS NULL;
CREATE INDEX alert_untold ON insight.alert (tell_at) WHERE told_at IS NULL AND resolved_at IS NULL;
CREATE INDEX alert_resolved ON insight.alert (id DESC) WHERE resolved_at IS NOT NULL;

CREATE TABLE insight.alert_change (
    id uuid PRIMARY KEY,
    alert_id uuid NOT NULL REFERENCES insight.alert ON DELETE CASCADE,
    field text NOT NULL,
    old jsonb,
    new jsonb,
    actor text NOT NULL,
    reason text,
    at timestamptz NOT NULL
);
CREATE INDEX alert_change_alert ON insight.alert_change (alert_id, id DESC);

INSERT INTO insight.alert_rule (id, kind, metric, comparison, threshold, recovery, window_minutes, minimum, severity,
                                filters, escalate_after_minutes, created_at, updated_at)
SELECT ('019a0000-0000-7000-8000-0000000001' || lpad(n::text, 2, '0'))::uuid, kind, metric, comparison, threshold, recovery,
       window_minutes, minimum, severity, '{}', escalate_after_minutes, now(), now()
FROM (VALUES
    (1, 'sales_drop', 'sales_drop', 'above', 30, 25, 1440, 4, 'warning', NULL),
    (2, 'angry_customer', 'anger', 'above', 60, 50, 120, 0, 'critical', 30),
    (3, 'churn_risk', 'churn_risk', 'above', 70, 65, NULL, 0, 'warning', NULL),
    (4, 'hot_lead', 'lead_wait', 'above', 10, 10, NULL, 0, 'warning', 30),
    (5, 'low_stock', 'stock', 'below', 5, 6, 10080, 0, 'warning', NULL),
    (6, 'competitor', 'words_named', 'above', 0, 0, 1440, 0, 'info', NULL),
    (7, 'overdue_payment', 'payment_overdue', 'above', 0, 0, NULL, 0, 'warning', NULL),
    (8, 'critical_unassigned', 'unassigned_wait', 'above', 5, 5, NULL, 0, 'critical', 15),
    (9, 'sla_breach', 'sla_overdue', 'above', 0, 0, NULL, 0, 'warning', 60),
    (10, 'bot_resolution', 'bot_resolution', 'below', 50, 55, 1440, 20, 'warning', NULL),
    (11, 'agent_capacity', 'agent_load', 'above', 90, 80, NULL, 0, 'warning', NULL),
    (12, 'first_response', 'first_response', 'above', 60, 50, 240, 3, 'critical', 60),
    (13, 'volume_spike', 'message_volume', 'above', 200, 150, 60, 20, 'warning', NULL)
) AS given (n, kind, metric, comparison, threshold, recovery, window_minutes, minimum, severity, escalate_after_minutes);
UPDATE insight.alert_rule SET filters = '{"priorities": ["critical"]}' WHERE kind = 'critical_unassigned';

-- Text messages are a channel of notices.
ALTER TABLE platform.notification DROP CONSTRAINT notification_channel_check,
    ADD CONSTRAINT notification_channel_check CHECK (channel IN ('slack', 'teams', 'discord', 'webhook', 'email', 'sms', 'console'));
