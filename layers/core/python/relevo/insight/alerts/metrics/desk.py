"""Tickets and the people who work on them."""

from __future__ import annotations

from typing import LiteralString

from relevo.insight.alerts.metrics.metric import BRANCHES, Metric

_TICKETS: LiteralString = """
    (%(branches)s::uuid[] IS NULL OR ticket.branch_id = ANY(%(branches)s))
    AND (%(priorities)s::text[] IS NULL OR ticket.priority = ANY(%(priorities)s))
    AND (%(categories)s::text[] IS NULL OR ticket.category = ANY(%(categories)s))
    AND (%(tiers)s::text[] IS NULL OR customer.tier = ANY(%(tiers)s))
    AND ticket.deleted_at IS NULL
"""

_ABOUT_TICKET: LiteralString = """
    jsonb_build_object('ticket_id', ticket.id, 'number', ticket.number, 'ticket', ticket.subject,
        'priority', ticket.priority, 'category', ticket.category, 'conversation_id', ticket.conversation_id,
        'customer_id', customer.id, 'customer', customer.name, 'tier', customer.tier,
        'department', department.name, 'agent', agent.name, 'agent_id', agent.id)
"""

_OF_TICKET: LiteralString = """
    JOIN crm.customer ON customer.id = ticket.customer_id
    LEFT JOIN desk.department ON department.id = ticket.department_id
    LEFT JOIN desk.agent ON agent.id = ticket.agent_id
"""

# Tickets of no branch (the API's callers') are measured together, beside the branches.
_PLACES: LiteralString = f"""
    {BRANCHES}, place AS MATERIALIZED (
        SELECT id, name FROM branch UNION ALL SELECT NULL, NULL WHERE %(branches)s::uuid[] IS NULL
    )
"""

UNASSIGNED_WAIT = Metric(
    name="unassigned_wait",
    unit="minutes",
    subject="ticket",
    comparison="above",
    filters=frozenset({"branches", "priorities", "categories", "tiers"}),
    sql=f"""
        SELECT ticket.id::text AS subject, ticket.branch_id, {_ABOUT_TICKET} AS context,
               extract(epoch FROM %(now)s - greatest(ticket.created_at, ticket.reopened_at)) / 60 AS value
        FROM desk.ticket {_OF_TICKET}
        WHERE ticket.agent_id IS NULL AND ticket.status IN ('open', 'in_progress') AND {_TICKETS}
    """,
)

# The promises of `desk.sla` made to customers: a first answer and a solution. Which of them is due first.
SLA_OVERDUE = Metric(
    name="sla_overdue",
    unit="minutes",
    subject="ticket",
    comparison="above",
    filters=frozenset({"branches", "priorities", "categories", "tiers"}),
    sql=f"""
        SELECT ticket.id::text AS subject, ticket.branch_id, extract(epoch FROM %(now)s - promise.due_at) / 60 AS value,
               {_ABOUT_TICKET} || jsonb_build_object('promise', promise.state, 'due_at', promise.due_at) AS context
        FROM desk.ticket {_OF_TICKET} CROSS JOIN LATERAL (
            SELECT rule.state, greatest(ticket.created_at, ticket.reopened_at)
                   + make_interval(mins => rule.after_minutes) AS due_at
            FROM desk.escalation_rule AS rule
            WHERE rule.active
              AND (rule.state = 'open' OR rule.state = 'unanswered' AND ticket.first_response_at IS NULL)
              AND (rule.priorities = '{{}}' OR ticket.priority = ANY(rule.priorities))
            ORDER BY rule.after_minutes LIMIT 1
        ) AS promise
        WHERE ticket.status IN ('open', 'in_progress') AND promise.due_at <= %(now)s AND {_TICKETS}
    """,
)

AGENT_LOAD = Metric(
    name="agent_load",
    unit="percent",
    subject="agent",
    comparison="above",
    sql="""
        SELECT agent.id::text AS subject, agent.branch_id, 100 * greatest(
                   held.count::float / nullif(agent.max_conversations, 0),
                   agent.open_tickets::float / nullif(agent.max_tickets, 0)) AS value,
               jsonb_build_object('agent_id', agent.id, 'agent', agent.name, 'conversations', held.count,
                   'max_conversations', agent.max_conversations, 'tickets', agent.open_tickets,
                   'max_tickets', agent.max_tickets) AS context
        FROM desk.agent CROSS JOIN LATERAL (
            SELECT count(*) FROM inbox.conversation
            WHERE owner_agent_id = agent.id AND owner = 'agent' AND state = 'open'
        ) AS held
        WHERE agent.available AND (%(branches)s::uuid[] IS NULL OR agent.branch_id = ANY(%(branches)s))
    """,
)

# Who still waits longer than the threshold counts with the time so far, or a desk that answers nobody would look fast.
FIRST_RESPONSE = Metric(
    name="first_response",
    unit="minutes",
    subject="branch",
    comparison="above",
    window=240,
    sampled=True,
    sql=f"""
        WITH {_PLACES}, answer AS MATERIALIZED (
            SELECT branch_id, false AS waits, extract(epoch FROM first_response_at - created_at) / 60 AS minutes
            FROM desk.ticket
            WHERE first_response_at >= %(since)s AND first_response_at <= %(now)s AND deleted_at IS NULL
            UNION ALL
            SELECT branch_id, true, extract(epoch FROM %(now)s - created_at) / 60 FROM desk.ticket
            WHERE first_response_at IS NULL AND status IN ('open', 'in_progress') AND deleted_at IS NULL
              AND created_at >= least(%(since)s, %(now)s - interval '24 hours')
              AND created_at < %(now)s - make_interval(mins => least(ceil(greatest(%(threshold)s, 0)), 1e6)::int)
        )
        SELECT coalesce(place.id::text, '-') AS subject, place.id AS branch_id,
               CASE WHEN count(minutes) >= greatest(%(minimum)s, 1) THEN avg(minutes) END AS value,
               jsonb_build_object('answered', count(*) FILTER (WHERE NOT waits),
                   'waiting', count(*) FILTER (WHERE waits), 'longest', round(max(minutes))) AS context
        FROM place LEFT JOIN answer ON answer.branch_id IS NOT DISTINCT FROM place.id GROUP BY place.id
    """,
)

TICKETS_OPENED = Metric(
    name="tickets_opened",
    unit="count",
    subject="branch",
    comparison="above",
    window=60,
    sql=f"""
        WITH {_PLACES}
        SELECT coalesce(place.id::text, '-') AS subject, place.id AS branch_id, count(ticket.id)::float AS value,
               jsonb_build_object('tickets', count(ticket.id)) AS context
        FROM place LEFT JOIN desk.ticket ON ticket.branch_id IS NOT DISTINCT FROM place.id
            AND ticket.created_at >= %(since)s AND ticket.created_at <= %(now)s AND ticket.deleted_at IS NULL
        GROUP BY place.id
    """,
)

TICKETS_UNFINISHED = Metric(
    name="tickets_unfinished",
    unit="count",
    subject="branch",
    comparison="above",
    sql=f"""
        WITH {_PLACES}
        SELECT coalesce(place.id::text, '-') AS subject, place.id AS branch_id, count(ticket.id)::float AS value,
               jsonb_build_object('tickets', count(ticket.id)) AS context
        FROM place LEFT JOIN desk.ticket ON ticket.branch_id IS NOT DISTINCT FROM place.id
            AND ticket.status IN ('open', 'in_progress') AND ticket.deleted_at IS NULL
        GROUP BY place.id
    """,
)

SATISFACTION = Metric(
    name="satisfaction",
    unit="stars",
    subject="branch",
    comparison="below",
    window=7 * 1440,
    sampled=True,
    sql=f"""
        WITH {_PLACES}, rated AS MATERIALIZED (
            SELECT ticket.branch_id, feedback.rating FROM desk.feedback JOIN desk.ticket ON ticket.id = ticket_id
            WHERE feedback.id >= %(first)s AND ticket.deleted_at IS NULL
        )
        SELECT coalesce(place.id::text, '-') AS subject, place.id AS branch_id,
               CASE WHEN count(rating) >= greatest(%(minimum)s, 1) THEN avg(rating)::float END AS value,
               jsonb_build_object('ratings', count(rating), 'bad', count(rating) FILTER (WHERE rating <= 2)) AS context
        FROM place LEFT JOIN rated ON rated.branch_id IS NOT DISTINCT FROM place.id GROUP BY place.id
    """,
)

METRICS = (
    UNASSIGNED_WAIT,
    SLA_OVERDUE,
    AGENT_LOAD,
    FIRST_RESPONSE,
    TICKETS_OPENED,
    TICKETS_UNFINISHED,
    SATISFACTION,
)
