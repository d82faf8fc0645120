"""The rows behind the figures as CSV, streamed from Postgres: whatever there is, a piece at a time stands in memory.

Times are those of the report's zone. Words that people wrote never begin with a sign that a spreadsheet would take for
a formula.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import LiteralString

from relevo.db import UnitOfWork
from relevo.insight.reports.wanted import Wanted

_MARK = b"\xef\xbb\xbf"
"""Tells spreadsheets that this is UTF-8."""
_PIECE = 256 * 1024

_WORDS: LiteralString = "CASE WHEN {0} ~ '^[-=+@\\t\\r]' THEN '''' || {0} ELSE {0} END AS {1}"
_TIME: LiteralString = "{0}::timestamp(0) AS {1}"
"""As the zone's clocks show it, which is the transaction's."""

_TICKETS: LiteralString = """
    SELECT r.number, {subject}, r.status, r.source, {category}, r.priority, branch.name AS branch,
           department.name AS department, agent.name AS agent, {tags}, {created_at}, {first_response_at}, {resolved_at},
           {closed_at}, {reopened_at}, r.created, r.answered, r.resolved, r.closed, r.reopened, r.escalations,
           r.pending, round(r.first_response_seconds) AS first_response_seconds,
           round(r.resolution_seconds) AS resolution_seconds, r.sla_first_response, r.sla_resolution
    FROM reported_ticket AS r LEFT JOIN inbox.branch ON branch.id = r.branch_id
    LEFT JOIN desk.department ON department.id = r.department_id LEFT JOIN desk.agent ON agent.id = r.agent_id
""".format(
    subject=_WORDS.format("r.subject", "subject"),
    category=_WORDS.format("r.category", "category"),
    tags=_WORDS.format("array_to_string(r.tags, ' ')", "tags"),
    **{
        column: _TIME.format(f"r.{column}", column)
        for column in ("created_at", "first_response_at", "resolved_at", "closed_at", "reopened_at")
    },
)

_RATINGS: LiteralString = """
    SELECT r.number AS ticket, {category}, agent.name AS agent, branch.name AS branch, r.rating, r.nps, {comment},
           {created_at}
    FROM reported_rating AS r LEFT JOIN desk.agent ON agent.id = r.agent_id
    LEFT JOIN inbox.branch ON branch.id = r.branch_id ORDER BY r.id
""".format(
    category=_WORDS.format("r.category", "category"),
    comment=_WORDS.format("r.comment", "comment"),
    created_at=_TIME.format("r.created_at", "created_at"),
)

_CONTACTS: LiteralString = """
    SELECT r.conversation_id, branch.name AS branch, {began_at}, {ended_at}, r.turns, r.alone, r.due, r.returned,
           round(r.answer_seconds::numeric, 1) AS answer_seconds, round(r.contact_seconds) AS contact_seconds
    FROM reported_contact AS r LEFT JOIN inbox.branch ON branch.id = r.branch_id
""".format(
    began_at=_TIME.format("r.began_at", "began_at"),
    ended_at=_TIME.format("r.ended_at", "ended_at"),
)

_MODELS: LiteralString = """
    SELECT {at}, r.purpose, r.model, r.input_tokens, r.output_tokens, r.cost FROM reported_call AS r
""".format(at=_TIME.format("r.at", "at"))


def files(wanted: Wanted) -> dict[str, LiteralString]:
    """The files of a report's rows by name: tickets, ratings; where they are counted, the bot's contacts, and what
    language models were asked."""
    found = {"tickets": _TICKETS, "ratings": _RATINGS}
    if not wanted.filters.narrow:
        found["contacts"] = _CONTACTS
        if wanted.scope.branches is None:
            found["models"] = _MODELS
    return found


def stream(uow: UnitOfWork, query: LiteralString, wanted: Wanted) -> Iterator[bytes]:
    """A file of what was gathered, in pieces."""
    held = bytearray(_MARK)
    statement = f"COPY ({query}) TO STDOUT WITH (FORMAT csv, HEADER)"
    uow.execute("SELECT set_config('TimeZone', %s, true)", (str(wanted.period.zone),))
    with uow.connection.cursor().copy(statement) as copy:
        for piece in copy:
            held += piece
            if len(held) >= _PIECE:
                yield bytes(held)
                held.clear()
    yield bytes(held)
