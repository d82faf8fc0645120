-- From a quote to an order, its receipt and what the agent earns.

-- What a branch's papers say, and what it adds to prices. `logo` names a PNG or JPEG in the media bucket, under logos/.
ALTER TABLE inbox.branch
    ADD tax_rate numeric(5, 4) NOT NULL DEFAULT 0.16 CHECK (tax_rate >= 0 AND tax_rate < 1),
    ADD legal_name text,
    ADD tax_id text,
    ADD address text,
    ADD receipt_footer text,
    ADD logo text CHECK (logo LIKE 'logos/%');

-- The last number given of each kind of paper, for each branch and year. The row stays locked until the paper is
-- committed, so that no number is missing and none is given twice.
CREATE TABLE sales.number_series (
    branch_id uuid NOT NULL REFERENCES inbox.branch,
    kind text NOT NULL CHECK (kind IN ('quote', 'order', 'receipt')),
    year int NOT NULL,
    last int NOT NULL,
    PRIMARY KEY (branch_id, kind, year)
);

-- A revision has the number of what it supersedes and the next version. Amounts are sums of the lines; `tax_rate`,
-- `currency` and `language` are the branch's when it was written. `requested_at` is set while it waits to be sent.
CREATE TABLE sales.quote (
    id uuid PRIMARY KEY,
    branch_id uuid NOT NULL REFERENCES inbox.branch,
    number text NOT NULL,
    version int NOT NULL DEFAULT 1,
    supersedes uuid UNIQUE REFERENCES sales.quote,
    status text NOT NULL CHECK (status IN ('draft', 'sent', 'accepted', 'expired', 'cancelled', 'superseded')),
    customer_id uuid NOT NULL REFERENCES crm.customer,
    conversation_id uuid REFERENCES inbox.conversation,
    agent_id uuid REFERENCES desk.agent,
    currency text NOT NULL,
    language text NOT NULL,
    tax_rate numeric(5, 4) NOT NULL,
    subtotal numeric(14, 2) NOT NULL,
    discount numeric(14, 2) NOT NULL,
    tax numeric(14, 2) NOT NULL,
    total numeric(14, 2) NOT NULL,
    note text,
    valid_days int NOT NULL CHECK (valid_days BETWEEN 1 AND 365),
    valid_until timestamptz NOT NULL,
    storage_key text,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    requested_at timestamptz,
    sent_at timestamptz,
    accepted_at timestamptz,
    UNIQUE (number, version),
    CHECK (total = subtotal - discount + tax)
);
CREATE INDEX quote_branch ON sales.quote (branch_id, id DESC);
CREATE INDEX quote_customer ON sales.quote (customer_id, id DESC);
CREATE INDEX quote_conversation ON sales.quote (conversation_id, id DESC);
CREATE INDEX quote_due ON sales.quote (valid_until) WHERE status = 'sent';

-- Code, name and unit are kept as they were: a product changes, what was offered does not.
CREATE TABLE sales.quote_line (
    id uuid PRIMARY KEY,
    quote_id uuid NOT NULL REFERENCES sales.quote,
    position int NOT NULL,
    product_id uuid NOT NULL REFERENCES sales.product,
    code text NOT NULL,
    name text NOT NULL,
    unit text NOT NULL,
    quantity numeric(14, 3) NOT NULL CHECK (quantity > 0),
    unit_price numeric(14, 2) NOT NULL,
    discount_percent numeric(5, 2) NOT NULL CHECK (discount_percent BETWEEN 0 AND 100),
    gross numeric(14, 2) NOT NULL,
    discount numeric(14, 2) NOT NULL,
    tax numeric(14, 2) NOT NULL,
    total numeric(14, 2) NOT NULL,
    stock numeric(14, 3),
    UNIQUE (quote_id, position),
    CHECK (total = gross - discount + tax)
);
COMMENT ON COLUMN sales.quote_line.stock IS 'what the inventory said there was; empty: nobody could say';

CREATE TABLE sales.quote_change (
    id uuid PRIMARY KEY,
    quote_id uuid NOT NULL REFERENCES sales.quote,
    field text NOT NULL,
    old jsonb,
    new jsonb,
    actor text NOT NULL,
    reason text,
    at timestamptz NOT NULL
);
CREATE INDEX quote_change_quote ON sales.quote_change (quote_id, id);

-- What the customer said yes to; its lines and amounts are the quote's, which do not change any more.
CREATE TABLE sales."order" (
    id uuid PRIMARY KEY,
    quote_id uuid NOT NULL UNIQUE REFERENCES sales.quote,
    branch_id uuid NOT NULL REFERENCES inbox.branch,
    number text NOT NULL UNIQUE,
    status text NOT NULL DEFAULT 'placed' CHECK (status IN ('placed', 'cancelled')),
    customer_id uuid NOT NULL REFERENCES crm.customer,
    agent_id uuid REFERENCES desk.agent,
    currency text NOT NULL,
    net numeric(14, 2) NOT NULL,
    tax numeric(14, 2) NOT NULL,
    total numeric(14, 2) NOT NULL,
    placed_at timestamptz NOT NULL,
    cancelled_at timestamptz,
    CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL)),
    CHECK (total = net + tax)
);
CREATE INDEX order_branch ON sales."order" (branch_id, id DESC);
CREATE INDEX order_placed ON sales."order" (branch_id, placed_at);

CREATE TABLE sales.order_change (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL REFERENCES sales."order",
    field text NOT NULL,
    old jsonb,
    new jsonb,
    actor text NOT NULL,
    reason text,
    at timestamptz NOT NULL
);
CREATE INDEX order_change_order ON sales.order_change (order_id, id);

CREATE TABLE sales.receipt (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL UNIQUE REFERENCES sales."order",
    number text NOT NULL UNIQUE,
    storage_key text NOT NULL,
    created_at timestamptz NOT NULL
);

-- What an agent earns by an order: `rate` percent of what it came to without tax. A cancelled order's is void.
CREATE TABLE sales.commission (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL UNIQUE REFERENCES sales."order",
    agent_id uuid NOT NULL REFERENCES desk.agent,
    branch_id uuid NOT NULL REFERENCES inbox.branch,
    base numeric(14, 2) NOT NULL,
    rate numeric(5, 2) NOT NULL,
    amount numeric(14, 2) NOT NULL,
    currency text NOT NULL,
    earned_at timestamptz NOT NULL,
    void_at timestamptz
);
CREATE INDEX commission_agent ON sales.commission (agent_id, id DESC);
CREATE INDEX commission_branch ON sales.commission (branch_id, id DESC);

-- The days whose sales the supervisors of a branch have been told.
CREATE TABLE sales.report (
    branch_id uuid NOT NULL REFERENCES inbox.branch,
    day date NOT NULL,
    made_at timestamptz NOT NULL,
    PRIMARY KEY (branch_id, day)
);
