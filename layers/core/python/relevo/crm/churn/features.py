"""What is known of each active customer as of an instant, in one query a slice: nothing that came later is looked at.

Every fact is dated by the row that tells it, and rows that change are read as they stood: a message by its id, which
sorts by when it came in; a ticket's end, a payment's sum and day, and when a term was to renew by their histories; a
missed target by its escalation; an order cancelled later as placed; a payment made later as open. So a feature of a
past day is the same whenever it is asked for.

contacts_per_month      days on which the customer wrote in the last 90, for 30 days
days_since_contact      since they last wrote
tickets                 opened in the last 90 days, retention tasks of our own excepted
comments                messages they wrote in the last 90 days
mean_sentiment          of those messages, -1 to 1
negative_interactions   of those messages, how many are negative
escalations             of their tickets in the last 180 days, whoever did it
delays                  first responses past their target in the last 180 days
missed_deadlines        resolutions past their target in the last 180 days
overruns                hours by which those were missed, until resolved or now
late_payments           due in the last 365 days and not paid by then
days_since_payment      since they last paid
spend                   what they ordered or paid in the last 365 days, whichever is more, in the company's currency
age                     days since the first thing known of them
days_to_renewal         until the running term renews; below zero when it should have

Active is who wrote, bought or paid within `active_days`, or has a running term, and has not closed the account. A
number nobody can tell is None.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

from psycopg.types.json import Jsonb

from relevo import ids
from relevo.crm.churn.definitions import ACTIVE_DAYS, FEATURES, RATES
from relevo.db import Row, UnitOfWork
from relevo.platform import value

RECENT = timedelta(days=90)
_BY_HAND = UUID("019a0000-0000-7000-8000-000000000000")
"""The escalation rule of what people escalate themselves, which is no missed target."""
_BEFORE_EVERYBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Slice:
    """Active customers in the order of their ids. `columns` has a list for each of `FEATURES`; `beside` what the health
    score needs and where they belong: ratings (1 to 5), minutes to the first response, messages, branch."""

    customers: tuple[UUID, ...]
    columns: dict[str, list[float | None]]
    beside: tuple[Row, ...]
    last: UUID | None
    """The last customer looked at, active or not; None: there are no more."""


_WHO: LiteralString = "SELECT id, created_at FROM crm.customer WHERE id > %(after)s ORDER BY id LIMIT %(limit)s"
_SOME: LiteralString = "SELECT id, created_at FROM crm.customer WHERE id = ANY(%(chosen)s::uuid[])"

# One lookup by index for each fact and customer; a slice's cost does not depend on what else is stored.
_FEATURES: LiteralString = """
WITH who AS MATERIALIZED ({who})
SELECT who.id AS customer_id,
    written.days / 3.0 AS contacts_per_month,
    extract(epoch FROM %(at)s - contact.at) / 86400 AS days_since_contact,
    opened.tickets, written.messages AS comments, written.sentiment AS mean_sentiment,
    written.negative AS negative_interactions, escalated.escalations, escalated.delays, escalated.missed_deadlines,
    escalated.overruns, paid.late AS late_payments,
    extract(epoch FROM %(at)s - paid.last) / 86400 AS days_since_payment,
    greatest(paid.amount, bought.amount) AS spend,
    extract(epoch FROM %(at)s - least(contact.first, term.first, paid.first, bought.first,
        CASE WHEN who.created_at < %(at)s THEN who.created_at END)) / 86400 AS age,
    extract(epoch FROM term.renews_at - %(at)s) / 86400 AS days_to_renewal,
    rated.rating, opened.response_minutes, coalesce(contact.branch_id, bought.branch_id) AS branch_id
FROM who
CROSS JOIN LATERAL (
    SELECT max(newest.stored_at) AS at, min(v.opened_at) AS first,
        (array_agg(v.branch_id ORDER BY newest.stored_at DESC NULLS LAST))[1] AS branch_id
    FROM inbox.conversation AS v LEFT JOIN LATERAL (
        SELECT stored_at FROM inbox.message WHERE conversation_id = v.id AND id < %(now_id)s AND direction = 'in'
        ORDER BY id DESC LIMIT 1
    ) AS newest ON true
    WHERE v.customer_id = who.id AND v.opened_at < %(at)s
) AS contact
CROSS JOIN LATERAL (
    SELECT count(*) AS messages, count(DISTINCT (m.stored_at AT TIME ZONE 'UTC')::date) AS days,
        avg((m.analysis->>'sentiment')::float) AS sentiment,
        count(*) FILTER (WHERE m.analysis->>'label' = 'negative') AS negative
    FROM inbox.conversation AS v JOIN inbox.message AS m ON m.conversation_id = v.id
        AND m.id >= %(recent_id)s AND m.id < %(now_id)s AND m.direction = 'in'
    WHERE v.customer_id = who.id AND v.opened_at < %(at)s AND contact.at >= %(recent)s
) AS written
CROSS JOIN LATERAL (
    SELECT count(*) AS tickets,
        avg(extract(epoch FROM t.first_response_at - t.created_at) / 60)
            FILTER (WHERE t.first_response_at < %(at)s) AS response_minutes
    FROM desk.ticket AS t
    WHERE t.customer_id = who.id AND t.created_at >= %(recent)s AND t.created_at < %(at)s
        AND (t.deleted_at IS NULL OR t.deleted_at >= %(at)s)
        AND (t.idempotency_key IS NULL OR t.idempotency_key NOT LIKE 'retention:%%')
) AS opened
CROSS JOIN LATERAL (
    SELECT count(*) AS escalations, count(*) FILTER (WHERE r.state = 'unanswered') AS delays,
        count(*) FILTER (WHERE r.state = 'open' AND r.id <> %(by_hand)s) AS missed_deadlines,
        coalesce(sum(extract(epoch FROM coalesce((
            SELECT min(c.at) FROM desk.ticket_change AS c WHERE c.ticket_id = e.ticket_id AND c.field = 'status'
                AND c.new IN ('"resolved"', '"closed"') AND c.at > e.at AND c.at < %(at)s
        ), %(at)s) - e.at) / 3600) FILTER (WHERE r.state = 'open' AND r.id <> %(by_hand)s), 0) AS overruns
    FROM desk.ticket AS t JOIN desk.escalation AS e ON e.ticket_id = t.id AND e.at >= %(half_year)s AND e.at < %(at)s
    JOIN desk.escalation_rule AS r ON r.id = e.rule_id
    WHERE t.customer_id = who.id AND t.created_at < %(at)s AND (t.deleted_at IS NULL OR t.deleted_at >= %(at)s)
        AND (t.idempotency_key IS NULL OR t.idempotency_key NOT LIKE 'retention:%%')
) AS escalated
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE p.due_at >= %(year)s AND (p.paid_at IS NULL OR p.paid_at > p.due_at)) AS late,
        max(p.paid_at) FILTER (WHERE p.paid_at < %(at)s) AS last, min(least(p.due_at, p.paid_at)) AS first,
        sum(p.amount * coalesce((%(rates)s::jsonb->>p.currency)::numeric, 1))
            FILTER (WHERE p.paid_at >= %(year)s AND p.paid_at < %(at)s) AS amount
    FROM (
        SELECT n.paid_at, n.currency, coalesce(was.due_at, n.due_at) AS due_at, coalesce(was.amount, n.amount) AS amount
        FROM crm.payment AS n CROSS JOIN LATERAL (
            SELECT (array_agg(c.old #>> '{{}}' ORDER BY c.id) FILTER (WHERE c.field = 'due_at'))[1]::timestamptz
                    AS due_at,
                (array_agg(c.old #>> '{{}}' ORDER BY c.id) FILTER (WHERE c.field = 'amount'))[1]::numeric AS amount
            FROM crm.payment_change AS c WHERE n.updated_at >= %(at)s AND c.payment_id = n.id AND c.at >= %(at)s
        ) AS was
        WHERE n.customer_id = who.id
    ) AS p WHERE least(p.due_at, p.paid_at) < %(at)s
) AS paid
CROSS JOIN LATERAL (
    SELECT sum(o.total * coalesce((%(rates)s::jsonb->>o.currency)::numeric, 1))
            FILTER (WHERE o.placed_at >= %(year)s) AS amount,
        max(o.placed_at) AS last, min(o.placed_at) AS first,
        (array_agg(o.branch_id ORDER BY o.placed_at DESC))[1] AS branch_id
    FROM sales."order" AS o WHERE o.customer_id = who.id AND o.placed_at < %(at)s
        AND (o.cancelled_at IS NULL OR o.cancelled_at >= %(at)s)
) AS bought
LEFT JOIN LATERAL (
    SELECT CASE WHEN moved.id IS NULL THEN s.renews_at ELSE (moved.old #>> '{{}}')::timestamptz END AS renews_at,
        CASE WHEN s.ended_at < %(at)s THEN s.ended_at END AS ended_at, min(s.started_at) OVER () AS first
    FROM crm.subscription AS s LEFT JOIN LATERAL (
        SELECT c.id, c.old FROM crm.subscription_change AS c
        WHERE s.updated_at >= %(at)s AND c.subscription_id = s.id AND c.field = 'renews_at' AND c.at >= %(at)s
        ORDER BY c.id LIMIT 1
    ) AS moved ON true
    WHERE s.customer_id = who.id AND s.started_at < %(at)s
    ORDER BY s.started_at DESC LIMIT 1
) AS term ON true
CROSS JOIN LATERAL (
    SELECT avg(f.rating) AS rating FROM desk.feedback AS f
    WHERE f.customer_id = who.id AND f.created_at >= %(half_year)s AND f.created_at < %(at)s
) AS rated
WHERE (greatest(contact.at, paid.last, bought.last) >= %(active)s OR (term.first IS NOT NULL AND term.ended_at IS NULL
        AND (term.renews_at IS NULL OR term.renews_at >= %(at)s)))
    AND NOT coalesce(term.ended_at >= coalesce(greatest(paid.last, bought.last), '-infinity'), false)
ORDER BY who.id
"""


def read(uow: UnitOfWork, as_of: datetime, *, after: UUID | None = None, limit: int = 1000) -> Slice:
    """The active ones of the next `limit` customers after that one, as of an instant."""
    parameters = _times(uow, as_of) | {"after": after or _BEFORE_EVERYBODY, "limit": limit}
    last = uow.one(
        "SELECT max(id::text)::uuid AS id, count(*) AS n FROM (SELECT id FROM crm.customer WHERE id > %(after)s"
        " ORDER BY id LIMIT %(limit)s) AS looked_at",
        parameters,
    )
    assert last is not None
    rows = uow.all(_FEATURES.format(who=_WHO), parameters) if last["n"] else []
    return _slice(rows, last["id"])


def read_some(uow: UnitOfWork, as_of: datetime, customers: Sequence[UUID]) -> Slice:
    """The active ones of these customers, as of an instant."""
    rows = uow.all(_FEATURES.format(who=_SOME), _times(uow, as_of) | {"chosen": list(customers)})
    return _slice(rows, None)


def _times(uow: UnitOfWork, as_of: datetime) -> dict[str, Any]:
    return {
        "at": as_of,
        "now_id": ids.earliest(as_of),
        "recent": as_of - RECENT,
        "recent_id": ids.earliest(as_of - RECENT),
        "half_year": as_of - timedelta(days=180),
        "year": as_of - timedelta(days=365),
        "active": as_of - timedelta(days=value(uow, ACTIVE_DAYS)),
        "rates": Jsonb(value(uow, RATES)),
        "by_hand": _BY_HAND,
    }


def _slice(rows: Sequence[Mapping[str, Any]], last: UUID | None) -> Slice:
    columns = {name: [None if row[name] is None else float(row[name]) for row in rows] for name in FEATURES}
    beside = tuple({name: row[name] for name in ("rating", "response_minutes", "branch_id")} for row in rows)
    return Slice(tuple(row["customer_id"] for row in rows), columns, beside, last)
