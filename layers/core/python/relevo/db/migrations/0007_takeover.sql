-- Who holds a conversation: what agents can take, who is there, and how long a customer has waited.
ALTER TABLE desk.agent
    ADD max_conversations int NOT NULL DEFAULT 5 CHECK (max_conversations >= 0),
    ADD seen_at timestamptz;
COMMENT ON COLUMN desk.agent.seen_at IS 'when their console last gave a sign of life';

ALTER TABLE inbox.branch
    ADD assignment text NOT NULL DEFAULT 'automatic' CHECK (assignment IN ('automatic', 'manual')),
    ADD faithful boolean NOT NULL DEFAULT true;
COMMENT ON COLUMN inbox.branch.assignment IS 'automatic: what waits is given to free agents; manual: they help themselves';
COMMENT ON COLUMN inbox.branch.faithful IS 'a customer goes to whom they know, where that agent is free';

ALTER TABLE inbox.conversation
    ADD waiting_since timestamptz,
    ADD attended_by uuid,
    ADD let_go_by uuid,
    ADD outside_until timestamptz;
COMMENT ON COLUMN inbox.conversation.waiting_since IS 'the time of the oldest message of the customer that nobody has answered';
COMMENT ON COLUMN inbox.conversation.attended_by IS 'the agent who last wrote to the customer';
COMMENT ON COLUMN inbox.conversation.let_go_by IS 'in the queue: the agent who held it until owner_since, and is not asked first again';
COMMENT ON COLUMN inbox.conversation.outside_until IS 'until when people answer it outside of the console (in the phone app): nobody else is given it before';

CREATE INDEX conversation_held ON inbox.conversation (owner_agent_id) WHERE state = 'open' AND owner = 'agent';
CREATE INDEX conversation_hold ON inbox.conversation (owner_since) WHERE state = 'open' AND owner = 'agent';
CREATE INDEX conversation_queue ON inbox.conversation (branch_id, coalesce(waiting_since, owner_since), id) WHERE state = 'open' AND owner = 'queue';
CREATE INDEX conversation_waiting ON inbox.conversation (branch_id, waiting_since, id) WHERE state = 'open' AND waiting_since IS NOT NULL;

-- What people escalate themselves is kept beside what missed a target; as a target it is never due.
INSERT INTO desk.escalation_rule (id, position, name, state, priorities, after_minutes, active) VALUES
    ('019a0000-0000-7000-8000-000000000000', 0, 'by hand', 'open', '{}', 1, false);
