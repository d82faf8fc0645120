"""What customers write, how they feel, how long they wait, and what the bot does by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, LiteralString

from relevo import ids
from relevo.db import UnitOfWork
from relevo.insight import hours
from relevo.insight.alerts.metrics.metric import BRANCHES, Asked, Metric
from relevo.platform import calendar

_WEEKS = 4
_WEEK = timedelta(days=7)

_OF_CONVERSATION: LiteralString = """
    JOIN inbox.identity ON identity.id = conversation.identity_id
    JOIN crm.customer ON customer.id = conversation.customer_id
    LEFT JOIN desk.agent ON agent.id = conversation.owner_agent_id
"""

_ABOUT_CONVERSATION: LiteralString = """
    jsonb_build_object('conversation_id', conversation.id, 'channel', conversation.channel, 'customer_id', customer.id,
        'customer', coalesce(customer.name, identity.profile_name, identity.username, identity.phone),
        'tier', customer.tier, 'owner', conversation.owner, 'agent', agent.name, 'agent_id', agent.id)
"""

_CONVERSATIONS: LiteralString = """
    (%(branches)s::uuid[] IS NULL OR conversation.branch_id = ANY(%(branches)s))
    AND (%(channels)s::text[] IS NULL OR conversation.channel = ANY(%(channels)s))
    AND (%(tiers)s::text[] IS NULL OR customer.tier = ANY(%(tiers)s))
    AND conversation.state = 'open'
"""

# The worst of a customer's last three messages: one friendly word does not undo an outburst, three do.
# Anger counts in full, what is merely negative a fifth less.
ANGER = Metric(
    name="anger",
    unit="score",
    subject="conversation",
    comparison="above",
    window=120,
    filters=frozenset({"branches", "channels", "tiers"}),
    sql=f"""
        WITH said AS MATERIALIZED (
            SELECT conversation_id, text, analysis ->> 'emotion' AS emotion,
                   -100 * (analysis ->> 'sentiment')::float
                       * CASE analysis ->> 'emotion' WHEN 'angry' THEN 1 ELSE 0.8 END AS anger,
                   row_number() OVER (PARTITION BY conversation_id ORDER BY id DESC) AS nth
            FROM inbox.message
            WHERE id >= %(first)s AND id < %(last)s AND direction = 'in' AND analysis IS NOT NULL AND deleted_at IS NULL
        ), angriest AS MATERIALIZED (
            SELECT conversation_id, greatest(max(anger), 0) AS anger, count(*) AS messages,
                   (array_agg(left(text, 200) ORDER BY anger DESC))[1] AS said,
                   (array_agg(emotion ORDER BY anger DESC))[1] AS emotion
            FROM said WHERE nth <= 3 GROUP BY conversation_id
        )
        SELECT conversation.id::text AS subject, conversation.branch_id, anger AS value,
               {_ABOUT_CONVERSATION} || jsonb_build_object('said', said, 'emotion', emotion) AS context
        FROM angriest JOIN inbox.conversation ON conversation.id = conversation_id {_OF_CONVERSATION}
        WHERE {_CONVERSATIONS}
    """,
)

# A lead is hot when its summary says so, or when what the customer last wrote is about buying.
LEAD_WAIT = Metric(
    name="lead_wait",
    unit="minutes",
    subject="conversation",
    comparison="above",
    filters=frozenset({"branches", "channels", "tiers"}),
    sql=f"""
        SELECT conversation.id::text AS subject, conversation.branch_id,
               extract(epoch FROM %(now)s - coalesce(conversation.waiting_since, conversation.owner_since)) / 60
                   AS value,
               {_ABOUT_CONVERSATION} || jsonb_build_object('said', left(latest.text, 200)) AS context
        FROM inbox.conversation {_OF_CONVERSATION}
        LEFT JOIN inbox.summary ON summary.conversation_id = conversation.id
        CROSS JOIN LATERAL (
            SELECT bool_or(analysis -> 'tags' ? 'sales') AS buys, (array_agg(text ORDER BY id DESC))[1] AS text
            FROM (SELECT id, text, analysis FROM inbox.message
                  WHERE conversation_id = conversation.id AND direction = 'in' AND deleted_at IS NULL
                  ORDER BY id DESC LIMIT 5) AS line
        ) AS latest
        WHERE {_CONVERSATIONS}
          AND (conversation.owner = 'queue' OR conversation.owner = 'bot' AND conversation.waiting_since IS NOT NULL)
          AND conversation.last_message_at >= %(now)s - interval '3 days'
          AND (summary.body ->> 'intention' = 'high' OR latest.buys)
    """,
)

WORDS_NAMED = Metric(
    name="words_named",
    unit="count",
    subject="conversation",
    comparison="above",
    window=1440,
    filters=frozenset({"branches", "channels", "tiers", "words"}),
    source="SELECT %(pattern)s::text IS NOT NULL AS there",
    sql=f"""
        WITH said AS MATERIALIZED (
            SELECT conversation_id, count(*) AS messages, (array_agg(left(text, 200) ORDER BY id DESC))[1] AS said,
                   (array_agg(substring(inbox.folded(text) FROM %(pattern)s) ORDER BY id DESC))[1] AS word
            FROM inbox.message
            WHERE id >= %(first)s AND id < %(last)s AND direction = 'in' AND deleted_at IS NULL
              AND inbox.folded(text) ~ %(pattern)s
            GROUP BY conversation_id
        )
        SELECT conversation.id::text AS subject, conversation.branch_id, messages::float AS value,
               {_ABOUT_CONVERSATION} || jsonb_build_object('said', said, 'word', word) AS context
        FROM said JOIN inbox.conversation ON conversation.id = conversation_id {_OF_CONVERSATION}
        WHERE {_CONVERSATIONS}
    """,
)


def _weeks_before(uow: UnitOfWork, asked: Asked) -> list[dict[str, Any]]:
    """The window itself, and the same one in each of the weeks before: by the company's clock, for people write at nine
    o'clock whether or not the clocks were changed since."""
    where = calendar.zone(uow)
    since, until = asked.since.astimezone(where), asked.now.astimezone(where)
    return [
        {
            "week": week,
            "first": str(ids.earliest(since - week * _WEEK)),
            "last": str(ids.earliest(until - week * _WEEK)),
        }
        for week in range(_WEEKS + 1)
    ]


# Against the same time of the same weekday in the four weeks before, or as many as there are, two at least. Fewer than
# `minimum` messages are no spike, however quiet it used to be.
MESSAGE_VOLUME = Metric(
    name="message_volume",
    unit="percent",
    subject="branch",
    comparison="above",
    window=60,
    sampled=True,
    given=_weeks_before,
    sql=f"""
        WITH {BRANCHES}, known AS MATERIALIZED (
            SELECT least({_WEEKS}, floor(extract(epoch FROM %(since)s - insight.hour_of(id)) / 604800))::int AS weeks
            FROM (SELECT id FROM inbox.message ORDER BY id LIMIT 1) AS oldest
        ), counted AS MATERIALIZED (
            SELECT span.week, conversation.branch_id, count(*) AS messages
            FROM jsonb_to_recordset(%(given)s) AS span (week int, first uuid, last uuid) CROSS JOIN LATERAL (
                SELECT conversation_id FROM inbox.message
                WHERE id >= span.first AND id < span.last AND direction = 'in' OFFSET 0
            ) AS message JOIN inbox.conversation ON conversation.id = conversation_id GROUP BY 1, 2
        ), compared AS MATERIALIZED (
            SELECT branch.id, max(weeks) AS weeks,
                   coalesce(sum(messages) FILTER (WHERE week = 0), 0)::float AS messages,
                   coalesce(sum(messages) FILTER (WHERE week BETWEEN 1 AND weeks), 0)::float
                       / nullif(max(weeks), 0) AS usual
            FROM branch LEFT JOIN known ON true LEFT JOIN counted ON counted.branch_id = branch.id GROUP BY branch.id
        )
        SELECT id::text AS subject, id AS branch_id,
               jsonb_build_object('messages', messages, 'usual', round(usual::numeric, 1), 'weeks', weeks) AS context,
               CASE WHEN coalesce(weeks, 0) < 2 THEN NULL
                    WHEN messages < %(minimum)s THEN least(100, 100 * messages / greatest(usual, 1))
                    ELSE 100 * messages / greatest(usual, 1) END AS value
        FROM compared
    """,
)


def _begun_by_branch(uow: UnitOfWork, asked: Asked) -> list[dict[str, Any]]:
    """What the bot began and finished in each branch, off the kept hours."""
    since = asked.since.replace(minute=0, second=0, microsecond=0)
    branches = [row["id"] for row in uow.all("SELECT id FROM inbox.branch")]
    return [
        {"branch": str(branch), "all": begun.all, "passed": begun.handed_over}
        for branch, begun in hours.begun_by_branch(uow, since, branches).items()
    ]


BOT_RESOLUTION = Metric(
    name="bot_resolution",
    unit="percent",
    subject="branch",
    comparison="below",
    window=1440,
    sampled=True,
    given=_begun_by_branch,
    sql=f"""
        WITH {BRANCHES}
        SELECT branch.id::text AS subject, branch.id AS branch_id,
               CASE WHEN begun.all >= greatest(%(minimum)s, 1)
                    THEN 100.0 * (begun.all - begun.passed) / begun.all END AS value,
               jsonb_build_object('conversations', begun.all, 'handed_over', begun.passed) AS context
        FROM branch LEFT JOIN jsonb_to_recordset(%(given)s) AS begun (branch uuid, "all" int, passed int)
            ON begun.branch = branch.id
    """,
)

CUSTOMERS_WAITING = Metric(
    name="customers_waiting",
    unit="count",
    subject="branch",
    comparison="above",
    sql=f"""
        WITH {BRANCHES}
        SELECT branch.id::text AS subject, branch.id AS branch_id, count(conversation.id)::float AS value,
               jsonb_build_object('conversations', count(conversation.id),
                   'longest', round(extract(epoch FROM %(now)s - min(conversation.waiting_since)) / 60)) AS context
        FROM branch LEFT JOIN inbox.conversation ON conversation.branch_id = branch.id AND conversation.state = 'open'
            AND conversation.owner <> 'bot' AND conversation.waiting_since IS NOT NULL
        GROUP BY branch.id
    """,
)

CUSTOMER_WAIT = Metric(
    name="customer_wait",
    unit="minutes",
    subject="conversation",
    comparison="above",
    filters=frozenset({"branches", "channels", "tiers"}),
    sql=f"""
        SELECT conversation.id::text AS subject, conversation.branch_id, {_ABOUT_CONVERSATION} AS context,
               extract(epoch FROM %(now)s - conversation.waiting_since) / 60 AS value
        FROM inbox.conversation {_OF_CONVERSATION}
        WHERE {_CONVERSATIONS} AND conversation.owner <> 'bot' AND conversation.waiting_since IS NOT NULL
    """,
)

MESSAGES_FAILED = Metric(
    name="messages_failed",
    unit="count",
    subject="branch",
    comparison="above",
    window=60,
    sql=f"""
        WITH {BRANCHES}, failed AS MATERIALIZED (
            SELECT conversation.branch_id, count(*) AS messages FROM inbox.message
            JOIN inbox.conversation ON conversation.id = conversation_id
            WHERE message.id >= %(first)s AND message.id < %(last)s AND message.status = 'failed' GROUP BY 1
        )
        SELECT branch.id::text AS subject, branch.id AS branch_id, coalesce(messages, 0)::float AS value,
               jsonb_build_object('messages', coalesce(messages, 0)) AS context
        FROM branch LEFT JOIN failed ON failed.branch_id = branch.id
    """,
)

METRICS = (
    ANGER,
    LEAD_WAIT,
    WORDS_NAMED,
    MESSAGE_VOLUME,
    BOT_RESOLUTION,
    CUSTOMERS_WAITING,
    CUSTOMER_WAIT,
    MESSAGES_FAILED,
)
