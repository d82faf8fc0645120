-- The desk for the console: deleted tickets, what people settled by hand, figures by branch, hours that are counted once,
-- articles that say whether the bot has learnt them.

-- A deleted ticket keeps its row and its history, and is left out of lists, searches and figures.
-- `by_hand` names the fields a person settled, which scoring and routing then leave alone: priority, department_id, agent_id.
ALTER TABLE desk.ticket ADD deleted_at timestamptz, ADD by_hand text[] NOT NULL DEFAULT '{}';

-- What the dashboard asks of the last hours is read off these, not off the tickets.
CREATE INDEX ticket_first_response ON desk.ticket (first_response_at) INCLUDE (created_at, branch_id) WHERE first_response_at IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX ticket_resolved ON desk.ticket (resolved_at) INCLUDE (created_at, branch_id) WHERE resolved_at IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX ticket_department ON desk.ticket (department_id, created_at DESC, id DESC);
CREATE INDEX ticket_deleted ON desk.ticket (created_at DESC, id DESC) WHERE deleted_at IS NOT NULL;
CREATE INDEX escalation_at ON desk.escalation (at);

-- Figures by branch, with tags and ratings among them, and by UTC month too, or a year of ten branches would be read from
-- ten times as many days; counted anew from what is there.
TRUNCATE desk.ticket_figure;
ALTER TABLE desk.ticket_figure DROP CONSTRAINT ticket_figure_pkey, DROP CONSTRAINT ticket_figure_grain_check,
    ADD CHECK (grain IN ('hour', 'day', 'month', 'now')), ADD branch_id uuid;
ALTER TABLE desk.ticket_figure ADD CONSTRAINT ticket_figure_key UNIQUE NULLS NOT DISTINCT (grain, start, metric, label, branch_id, slot);
ALTER TYPE desk.figure ADD ATTRIBUTE branch_id uuid;

CREATE OR REPLACE FUNCTION desk.figures_of(ticket desk.ticket) RETURNS SETOF desk.figure LANGUAGE sql IMMUTABLE AS $$
    SELECT at, metric, label, 1, seconds::double precision, ticket.branch_id FROM (VALUES
        (ticket.created_at, 'source', ticket.source, 0),
        (ticket.created_at, 'category', ticket.category, 0),
        (ticket.created_at, 'priority', ticket.priority, 0),
        (ticket.first_response_at, 'answered', '', extract(epoch FROM ticket.first_response_at - ticket.created_at)),
        (ticket.resolved_at, 'resolved', '', extract(epoch FROM ticket.resolved_at - ticket.created_at)),
        (ticket.closed_at, 'closed', '', 0),
        ('-infinity'::timestamptz, 'status', ticket.status, 0)
    ) AS figure (at, metric, label, seconds)
    WHERE at IS NOT NULL AND label IS NOT NULL AND ticket.deleted_at IS NULL
    UNION ALL
    SELECT ticket.created_at, 'tag', tag, 1, 0, ticket.branch_id FROM unnest(ticket.tags) AS tag WHERE ticket.deleted_at IS NULL
$$;

-- What was done about a ticket and counts under the instant it was done.
CREATE FUNCTION desk.figures_beside(ticket desk.ticket, sign int) RETURNS SETOF desk.figure LANGUAGE sql STABLE AS $$
    SELECT at, metric, label, sign, 0, ticket.branch_id FROM (
        SELECT at, 'escalated' AS metric, '' AS label FROM desk.escalation WHERE ticket_id = ticket.id
        UNION ALL
        SELECT created_at, 'rating', rating::text FROM desk.feedback WHERE ticket_id = ticket.id
    ) AS beside
    WHERE ticket.deleted_at IS NULL
$$;

CREATE OR REPLACE FUNCTION desk.add_figures(figures desk.figure[]) RETURNS void LANGUAGE sql VOLATILE AS $$
    INSERT INTO desk.ticket_figure AS kept (grain, start, metric, label, branch_id, slot, count, seconds)
    SELECT grain, start, metric, label, branch_id, (SELECT desk.figure_slot()), count, seconds
    FROM (
        SELECT grain, CASE grain WHEN 'now' THEN at ELSE date_trunc(grain, at, 'UTC') END AS start,
               metric, label, branch_id, sum(count) AS count, sum(seconds) AS seconds
        FROM unnest(figures) CROSS JOIN (VALUES ('hour'), ('day'), ('month'), ('now')) AS grains (grain)
        WHERE (grain = 'now') = (metric = 'status')
        GROUP BY 1, 2, 3, 4, 5
    ) AS added
    WHERE count <> 0 OR seconds <> 0
    ON CONFLICT (grain, start, metric, label, branch_id, slot)
    DO UPDATE SET count = kept.count + excluded.count, seconds = kept.seconds + excluded.seconds
$$;

CREATE OR REPLACE FUNCTION desk.count_changed_tickets() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM desk.add_figures(array_agg(figure)) FROM (
        SELECT f AS figure FROM new_ticket AS t CROSS JOIN LATERAL desk.figures_of(t) AS f
        UNION ALL
        SELECT (f.at, f.metric, f.label, -f.count, -f.seconds, f.branch_id)::desk.figure
        FROM old_ticket AS t CROSS JOIN LATERAL desk.figures_of(t) AS f
    ) AS difference;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION desk.count_deleted_tickets() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM desk.add_figures(array_agg((f.at, f.metric, f.label, -f.count, -f.seconds, f.branch_id)::desk.figure))
    FROM old_ticket AS t CROSS JOIN LATERAL desk.figures_of(t) AS f;
    RETURN NULL;
END
$$;

CREATE FUNCTION desk.move_figures() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM desk.add_figures(array_agg(figure)) FROM (
        SELECT f AS figure FROM desk.figures_beside(OLD, -1) AS f UNION ALL SELECT f FROM desk.figures_beside(NEW, 1) AS f
    ) AS moved;
    RETURN NULL;
END
$$;
CREATE TRIGGER move_figures AFTER UPDATE OF branch_id, deleted_at ON desk.ticket FOR EACH ROW
    WHEN (OLD.branch_id IS DISTINCT FROM NEW.branch_id OR (OLD.deleted_at IS NULL) <> (NEW.deleted_at IS NULL))
    EXECUTE FUNCTION desk.move_figures();

CREATE OR REPLACE FUNCTION desk.count_escalation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM desk.add_figures(ARRAY[ROW(NEW.at, 'escalated', '', 1, 0, branch_id)::desk.figure])
    FROM desk.ticket WHERE id = NEW.ticket_id AND deleted_at IS NULL;
    RETURN NULL;
END
$$;

CREATE FUNCTION desk.count_rating() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM desk.add_figures(ARRAY[ROW(NEW.created_at, 'rating', NEW.rating::text, 1, 0, branch_id)::desk.figure])
    FROM desk.ticket WHERE id = NEW.ticket_id AND deleted_at IS NULL;
    RETURN NULL;
END
$$;
CREATE TRIGGER count_rating AFTER INSERT ON desk.feedback FOR EACH ROW EXECUTE FUNCTION desk.count_rating();

SELECT desk.add_figures(array_agg(f)) FROM desk.ticket AS t CROSS JOIN LATERAL desk.figures_of(t) AS f;
SELECT desk.add_figures(array_agg(f)) FROM desk.ticket AS t CROSS JOIN LATERAL desk.figures_beside(t, 1) AS f;

-- An hour that is over is counted once, when somebody first asks; `kept_hour` says which are, of messages and of the bot.
-- `begun` is another hour only for what a conversation handed over in `hour` had begun in.
CREATE SCHEMA insight;

-- The hour a UUIDv7 was made in.
CREATE FUNCTION insight.hour_of(id uuid) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN date_trunc('hour', to_timestamp(('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint / 1000.0), 'UTC');

CREATE TABLE insight.kept_hour (
    what text NOT NULL CHECK (what IN ('messages', 'bot')),
    hour timestamptz NOT NULL,
    PRIMARY KEY (what, hour)
);

CREATE TABLE insight.hour_figure (
    hour timestamptz NOT NULL,
    metric text NOT NULL CHECK (metric IN ('in', 'out', 'begun', 'handed_over')),
    branch_id uuid NOT NULL,
    begun timestamptz NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (metric, hour, branch_id, begun)
);

-- The version of an article the bot has learnt: it learns the others soon (`article.changed`).
ALTER TABLE knowledge.article ADD learned_version int;
UPDATE knowledge.article SET learned_version = version WHERE head IS NOT NULL;
CREATE INDEX article_unlearned ON knowledge.article (id) WHERE (status = 'published' AND learned_version IS DISTINCT FROM version) OR (status <> 'published' AND learned_version IS NOT NULL);
CREATE INDEX article_recent ON knowledge.article (updated_at DESC, id DESC);
ALTER TABLE knowledge.article_version ADD reason text;

CREATE INDEX notification_console ON platform.notification (agent_id, id DESC) WHERE channel = 'console';
