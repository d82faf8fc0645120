"""What customers thought: CSAT, the share of ratings of 4 and 5, and NPS, promoters less detractors."""

from __future__ import annotations

from typing import LiteralString

from relevo import text
from relevo.db import Row, UnitOfWork
from relevo.desk import Scope
from relevo.insight.reports.periods import Period
from relevo.insight.reports.tickets import CHOSEN, span
from relevo.insight.reports.wanted import Filters

_COMMENTS = 5
_COMMENT_LENGTH = 240

_GATHER: LiteralString = f"""
    CREATE TEMP TABLE reported_rating ON COMMIT DROP AS
    SELECT f.id, f.ticket_id, t.number, t.agent_id, t.branch_id, t.category, f.rating, f.nps, f.comment, f.created_at
    FROM desk.feedback AS f JOIN desk.ticket AS t ON t.id = f.ticket_id
    WHERE f.created_at >= %(begins)s AND f.created_at < %(ends)s AND {CHOSEN}
"""

_TOTALS: LiteralString = """
    SELECT count(*) AS ratings, avg(rating)::float8 AS rating,
           (count(*) FILTER (WHERE rating >= 4))::float8 / nullif(count(*), 0) AS csat,
           count(nps) AS nps_answers,
           100 * (count(*) FILTER (WHERE nps >= 9) - count(*) FILTER (WHERE nps <= 6))::float8 / nullif(count(nps), 0)
               AS nps,
           count(*) FILTER (WHERE nps >= 9) AS promoters, count(*) FILTER (WHERE nps BETWEEN 7 AND 8) AS passives,
           count(*) FILTER (WHERE nps <= 6) AS detractors
    FROM reported_rating
"""


def gather(uow: UnitOfWork, period: Period, scope: Scope, filters: Filters) -> None:
    """Put the ratings given in these days into the transaction's table `reported_rating`."""
    uow.execute("DROP TABLE IF EXISTS reported_rating")
    uow.execute(_GATHER, span(period) | scope.parameters() | filters.parameters())


def totals(uow: UnitOfWork) -> Row:
    """What the gathered ratings come to; the scores are None without any."""
    row = uow.one(_TOTALS)
    assert row is not None
    return row


def by_rating(uow: UnitOfWork) -> dict[int, int]:
    """How many customers gave each rating, 1 to 5."""
    rows = uow.all("SELECT rating, count(*) FROM reported_rating GROUP BY rating")
    return dict.fromkeys(range(1, 6), 0) | {row["rating"]: row["count"] for row in rows}


def by_category(uow: UnitOfWork) -> list[Row]:
    """The ratings of each category, the unhappiest first."""
    return uow.all(
        "SELECT category AS key, count(*) AS ratings, avg(rating)::float8 AS rating,"
        " (count(*) FILTER (WHERE rating >= 4))::float8 / count(*) AS csat"
        " FROM reported_rating GROUP BY category ORDER BY rating, ratings DESC, category LIMIT 10"
    )


def by_agent(uow: UnitOfWork) -> dict[str, float]:
    """The mean rating of each agent's tickets, by the agent's id."""
    rows = uow.all(
        "SELECT agent_id, avg(rating)::float8 AS rating FROM reported_rating WHERE agent_id IS NOT NULL GROUP BY 1"
    )
    return {str(row["agent_id"]): row["rating"] for row in rows}


def comments(uow: UnitOfWork) -> list[Row]:
    """What the unhappiest and then the latest customers wrote, without their numbers and addresses."""
    rows = uow.all(
        "SELECT number, rating, comment FROM reported_rating WHERE comment ~ '\\S'"
        " ORDER BY rating, created_at DESC LIMIT %s",
        (_COMMENTS,),
    )
    return [row | {"comment": _short(text.mask(row["comment"]))} for row in rows]


def _short(comment: str) -> str:
    words = " ".join(comment.split())
    return words if len(words) <= _COMMENT_LENGTH else words[: _COMMENT_LENGTH - 1] + "…"
