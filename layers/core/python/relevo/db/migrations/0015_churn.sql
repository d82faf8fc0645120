-- Who is about to leave, and why: what customers owe and have subscribed to, predictions and what came of them, plans.

-- What a customer is to pay. Imported or told over the API; found again by its reference, the company's own number for it.
CREATE TABLE crm.payment (
    id uuid PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES crm.customer,
    reference text NOT NULL UNIQUE,
    amount numeric(14, 2) NOT NULL CHECK (amount > 0),
    currency text NOT NULL,
    due_at timestamptz NOT NULL,
    paid_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX payment_customer ON crm.payment (customer_id, due_at);
CREATE INDEX payment_overdue ON crm.payment (due_at, id) WHERE paid_at IS NULL;

CREATE TABLE crm.payment_change (
    id uuid PRIMARY KEY,
    payment_id uuid NOT NULL REFERENCES crm.payment,
    field text NOT NULL,
    old jsonb,
    new jsonb,
    actor text NOT NULL,
    reason text,
    at timestamptz NOT NULL
);
CREATE INDEX payment_change_payment ON crm.payment_change (payment_id, id);

-- A term of a subscription: a renewal is the next row, so that what was known on a past day can be told.
-- An account whose newest term has ended is closed.
CREATE TABLE crm.subscription (
    id uuid PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES crm.customer,
    started_at timestamptz NOT NULL,
    renews_at timestamptz,
    ended_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (customer_id, started_at),
    CHECK (renews_at > started_at),
    CHECK (ended_at >= started_at)
);

-- A trained model: numbers as JSON, never code; `sha256` is that of `parameters` and is checked before use.
-- `reference` is how the customers it was trained on are distributed, which a drift is measured against.
CREATE TABLE crm.churn_model (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    parameters text NOT NULL,
    sha256 text NOT NULL,
    figures jsonb NOT NULL,
    reference jsonb NOT NULL,
    state text NOT NULL CHECK (state IN ('serving', 'retired', 'rejected')),
    trained_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX churn_model_serving ON crm.churn_model (state) WHERE state = 'serving';

-- A day's work: which customers (those up to `cursor`) have been scored as of which instant, by which model (none: the
-- scorecard), and what they came to.
CREATE TABLE crm.churn_run (
    id uuid PRIMARY KEY,
    day date NOT NULL UNIQUE,
    as_of timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('learning', 'scoring', 'telling', 'done')),
    model_id uuid REFERENCES crm.churn_model,
    cursor uuid,
    scored int NOT NULL DEFAULT 0,
    tally jsonb NOT NULL DEFAULT '{}',
    drift jsonb,
    learning text,
    started_at timestamptz NOT NULL,
    finished_at timestamptz
);
CREATE INDEX churn_run_open ON crm.churn_run (day) WHERE state <> 'done';

-- Each active customer as of the last run. `branch_id` is where they last wrote or bought.
CREATE TABLE crm.churn_risk (
    customer_id uuid PRIMARY KEY REFERENCES crm.customer,
    run_id uuid NOT NULL REFERENCES crm.churn_run,
    model_id uuid REFERENCES crm.churn_model,
    branch_id uuid REFERENCES inbox.branch,
    at timestamptz NOT NULL,
    probability double precision NOT NULL CHECK (probability BETWEEN 0 AND 1),
    level text NOT NULL CHECK (level IN ('low', 'medium', 'high', 'critical')),
    level_since timestamptz NOT NULL,
    previous_level text,
    expected_days int NOT NULL,
    confidence real NOT NULL,
    factors jsonb NOT NULL,
    health smallint NOT NULL CHECK (health BETWEEN 0 AND 100),
    health_parts jsonb NOT NULL
);
CREATE INDEX churn_risk_level ON crm.churn_risk (level, probability DESC, customer_id);
CREATE INDEX churn_risk_run ON crm.churn_risk (run_id);

-- Predictions as they were made (each change of level, and one a week), judged once their window is over.
CREATE TABLE crm.churn_prediction (
    id uuid PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES crm.customer,
    run_id uuid NOT NULL REFERENCES crm.churn_run,
    model_id uuid REFERENCES crm.churn_model,
    at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    probability double precision NOT NULL,
    level text NOT NULL,
    factors jsonb NOT NULL,
    left_company boolean,
    judged_at timestamptz
);
CREATE INDEX churn_prediction_customer ON crm.churn_prediction (customer_id, at DESC);
CREATE INDEX churn_prediction_due ON crm.churn_prediction (due_at, id) WHERE judged_at IS NULL;
CREATE INDEX churn_prediction_judged ON crm.churn_prediction (judged_at) WHERE judged_at IS NOT NULL;

-- What was begun to keep a customer: the actions, the ticket they are worked in, and what came of it.
CREATE TABLE crm.retention_plan (
    id uuid PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES crm.customer,
    ticket_id uuid NOT NULL UNIQUE REFERENCES desk.ticket,
    actions jsonb NOT NULL,
    probability double precision NOT NULL,
    level text NOT NULL,
    started_by text NOT NULL,
    started_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    left_company boolean,
    judged_at timestamptz
);
CREATE INDEX retention_plan_customer ON crm.retention_plan (customer_id, started_at DESC);
CREATE INDEX retention_plan_due ON crm.retention_plan (due_at, id) WHERE judged_at IS NULL;

-- What customers bought is asked for customer by customer.
CREATE INDEX order_customer ON sales."order" (customer_id, placed_at);
CREATE INDEX feedback_customer ON desk.feedback (customer_id, created_at);
