"""What the bot did by itself: assumed, and verified by the customer's not coming back.

A *contact* is a run of the bot's turns in one conversation without an hour's pause; one of greetings alone is none. It
was the bot's *alone* when neither the bot nor anybody else gave the conversation to people until an hour after its last
turn. That is what others call resolved, and it is assumed. It is *verified* when the customer neither began another
contact nor got a ticket within 72 hours. Contacts whose 72 hours are not over are not judged yet.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, LiteralString

from relevo import clock, ids
from relevo.db import Row, UnitOfWork
from relevo.desk import Scope
from relevo.insight.reports.periods import Period

PAUSE = timedelta(hours=1)
"""So long a silence ends a contact."""
RETURN = timedelta(hours=72)
"""Who comes back this soon was not helped."""

_GATHER: LiteralString = """
    CREATE TEMP TABLE reported_contact ON COMMIT DROP AS
    WITH turn AS (
        SELECT conversation_id, id, created_at AS at, decision,
               created_at - lag(created_at) OVER conversation > %(pause)s IS NOT FALSE AS begins
        FROM knowledge.chatbot_turn WHERE id >= %(first)s AND id < %(last)s AND conversation_id IS NOT NULL
        WINDOW conversation AS (PARTITION BY conversation_id ORDER BY id)
    ), numbered AS (
        SELECT turn.*, count(*) FILTER (WHERE begins) OVER (
            PARTITION BY conversation_id ORDER BY id ROWS UNBOUNDED PRECEDING) AS contact
        FROM turn
    ), run AS (
        SELECT conversation_id, min(at) AS began_at, max(at) AS ended_at,
               bool_or(decision = 'handed_over') AS handed_over,
               count(*) FILTER (WHERE decision IN ('answered', 'vehicle', 'handed_over')) AS turns
        FROM numbered GROUP BY conversation_id, contact
        HAVING bool_or(decision IN ('answered', 'vehicle', 'handed_over'))
    ), contact AS (
        SELECT run.*, conversation.customer_id, conversation.branch_id
        FROM run JOIN inbox.conversation ON conversation.id = run.conversation_id
        WHERE %(branches)s::uuid[] IS NULL OR conversation.branch_id = ANY(%(branches)s)
    ), taken AS (
        SELECT conversation_id, at FROM inbox.conversation_change
        WHERE id >= %(first)s AND id < %(last)s AND field = 'owner' AND old = '"bot"'
    ), followed AS (
        SELECT contact.*, lead(began_at) OVER (PARTITION BY customer_id ORDER BY began_at) AS next_at FROM contact
    )
    SELECT followed.*,
           NOT handed_over AND NOT EXISTS (
               SELECT FROM taken WHERE taken.conversation_id = followed.conversation_id
               AND taken.at >= began_at AND taken.at <= ended_at + %(pause)s) AS alone,
           ended_at + %(return)s <= %(now)s AS due,
           coalesce(next_at <= ended_at + %(return)s, false) OR EXISTS (
               SELECT FROM desk.ticket WHERE ticket.customer_id = followed.customer_id AND deleted_at IS NULL
               AND ticket.created_at > ended_at AND ticket.created_at <= ended_at + %(return)s) AS returned,
           extract(epoch FROM began_at - (
               SELECT min(stored_at) FROM inbox.message
               WHERE message.conversation_id = followed.conversation_id AND message.id >= %(first)s
               AND direction = 'in' AND stored_at > began_at - %(pause)s AND stored_at <= began_at))::float8
               AS answer_seconds,
           extract(epoch FROM ended_at - began_at)::float8 AS contact_seconds
    FROM followed WHERE began_at >= %(begins)s AND began_at < %(ends)s
"""

_TOTALS: LiteralString = """
    SELECT count(*) AS contacts, count(*) FILTER (WHERE alone) AS alone,
           count(*) FILTER (WHERE due) AS due, count(*) FILTER (WHERE due AND alone AND NOT returned) AS verified,
           avg(answer_seconds) AS answer_seconds, avg(contact_seconds) AS contact_seconds
    FROM reported_contact
"""


def gather(uow: UnitOfWork, period: Period, scope: Scope) -> None:
    """Put the contacts begun in these days into the transaction's table `reported_contact`."""
    now = clock.now()
    # A contact is followed for 72 hours after its last turn, and seldom takes a day.
    last = min(period.ends + RETURN + timedelta(days=1), now + timedelta(minutes=1))
    parameters: dict[str, Any] = {
        "begins": period.begins,
        "ends": period.ends,
        "first": ids.earliest(period.begins - PAUSE),
        "last": ids.earliest(max(last, period.begins)),
        "pause": PAUSE,
        "return": RETURN,
        "now": now,
        "branches": scope.parameters()["branches"],
    }
    uow.execute("DROP TABLE IF EXISTS reported_contact")
    uow.execute(_GATHER, parameters)


def totals(uow: UnitOfWork) -> Row:
    """What the gathered contacts come to; the rates are None where there was nothing to judge."""
    row = uow.one(_TOTALS)
    assert row is not None
    return {
        "contacts": row["contacts"],
        "alone": row["alone"],
        "contacts_pending": row["contacts"] - row["due"],
        "bot_assumed": row["alone"] / row["contacts"] if row["contacts"] else None,
        "bot_verified": row["verified"] / row["due"] if row["due"] else None,
        "bot_answer": row["answer_seconds"],
        "bot_contact": row["contact_seconds"],
    }
