-- Who changed a term of a subscription, so that what was known of it on a past day can be told.
CREATE TABLE crm.subscription_change (
    id uuid PRIMARY KEY,
    subscription_id uuid NOT NULL REFERENCES crm.subscription,
    field text NOT NULL,
    old jsonb,
    new jsonb,
    actor text NOT NULL,
    reason text,
    at timestamptz NOT NULL
);
CREATE INDEX subscription_change_subscription ON crm.subscription_change (subscription_id, id);
