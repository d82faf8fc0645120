-- What a decoder told of a VIN beyond what the number tells by itself; `{}`: it does not know the number either.
CREATE TABLE inbox.vehicle (
    vin text PRIMARY KEY,
    decoded jsonb NOT NULL,
    at timestamptz NOT NULL
);

-- Lists of what is open, and of what one agent offered and sold.
CREATE INDEX quote_branch_status ON sales.quote (branch_id, status, id DESC);
CREATE INDEX quote_agent ON sales.quote (agent_id, id DESC);
CREATE INDEX order_agent ON sales."order" (agent_id, id DESC);
