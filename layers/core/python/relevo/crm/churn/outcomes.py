"""What became of customers: who left within a window of time.

Left is who closed the account within it, and who gave no sign of life in it: neither wrote, nor ordered, nor paid, and
no term of a subscription ran on beyond it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from relevo import ids
from relevo.db import UnitOfWork

_LEFT: LiteralString = """
SELECT (
    (term.ended_at > asked.since AND term.ended_at <= asked.until
        AND NOT EXISTS (SELECT 1 FROM sales."order" AS o WHERE o.customer_id = asked.customer_id
            AND o.placed_at > term.ended_at AND o.placed_at <= asked.until AND o.status = 'placed'))
    OR NOT (
        coalesce(term.ended_at IS NULL AND term.started_at IS NOT NULL
            AND (term.renews_at IS NULL OR term.renews_at > asked.until), false)
        OR EXISTS (SELECT 1 FROM inbox.conversation AS v JOIN inbox.message AS m ON m.conversation_id = v.id
            AND m.id >= asked.first_id AND m.id < asked.last_id AND m.direction = 'in'
            WHERE v.customer_id = asked.customer_id AND v.opened_at <= asked.until)
        OR EXISTS (SELECT 1 FROM sales."order" AS o WHERE o.customer_id = asked.customer_id
            AND o.placed_at > asked.since AND o.placed_at <= asked.until AND o.status = 'placed')
        OR EXISTS (SELECT 1 FROM crm.payment AS p WHERE p.customer_id = asked.customer_id
            AND p.paid_at > asked.since AND p.paid_at <= asked.until)
    )
) AS left_company
FROM unnest(%(customers)s::uuid[], %(since)s::timestamptz[], %(until)s::timestamptz[], %(first)s::uuid[],
    %(last)s::uuid[]) WITH ORDINALITY AS asked (customer_id, since, until, first_id, last_id, place)
LEFT JOIN LATERAL (
    SELECT s.started_at, s.ended_at,
        CASE WHEN moved.id IS NULL THEN s.renews_at ELSE (moved.old #>> '{}')::timestamptz END AS renews_at
    FROM crm.subscription AS s LEFT JOIN LATERAL (
        SELECT c.id, c.old FROM crm.subscription_change AS c
        WHERE s.updated_at > asked.until AND c.subscription_id = s.id AND c.field = 'renews_at' AND c.at > asked.until
        ORDER BY c.id LIMIT 1
    ) AS moved ON true
    WHERE s.customer_id = asked.customer_id AND s.started_at <= asked.until ORDER BY s.started_at DESC LIMIT 1
) AS term ON true
ORDER BY asked.place
"""


def who_left(uow: UnitOfWork, asked: Sequence[tuple[UUID, datetime, datetime]]) -> list[bool]:
    """Of each customer, whether they left between the instants beside them, which are both past."""
    customers, since, until = (list(part) for part in zip(*asked, strict=True)) if asked else ([], [], [])
    rows = uow.all(
        _LEFT,
        {
            "customers": customers,
            "since": since,
            "until": until,
            "first": [ids.earliest(each) for each in since],
            "last": [ids.earliest(each) for each in until],
        },
    )
    return [bool(row["left_company"]) for row in rows]
