"""Finding tickets: filters, words, pages; newest first, at a cost that does not grow with how many are stored.

A page under filters is read off an index. Words are looked for among the newest few, then in a window of time (see
`desk.search_windows` in the migration), which widens eight times at a step until a page is full: a window that
found less than a page holds at most a few hundred matches when widened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

from relevo import clock
from relevo.db import Row, UnitOfWork
from relevo.desk.tickets import COLUMNS, Ticket
from relevo.errors import InvalidInput

MAX_LIMIT = 100
_LEVELS = 8
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FEW = 300
"""The newest candidates, looked at one by one before any window: enough for a common word."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the tickets of a list have in common. `q` is words in Spanish or English, with "quotes", or, and -not.

    `overdue` leaves those past a target (see `desk.sla`), `deleted` shows the deleted ones instead of the others, and
    `visible` leaves those of these branches and of none; None is all branches.
    """

    status: str | None = None
    priority: str | None = None
    category: str | None = None
    source: str | None = None
    agent_id: UUID | None = None
    branch_id: UUID | None = None
    department_id: UUID | None = None
    customer_id: UUID | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    overdue: bool = False
    deleted: bool = False
    visible: frozenset[UUID] | None = None
    q: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Tickets newest first; `after` asks for the next page, None when this is the last."""

    tickets: list[Ticket]
    after: UUID | None


class _Place(NamedTuple):
    """Where a page begins."""

    created_at: datetime
    id: UUID


_CONDITIONS: dict[str, LiteralString] = {
    "status": "status = %(status)s",
    "priority": "priority = %(priority)s",
    "category": "category = %(category)s",
    "source": "source = %(source)s",
    "agent_id": "agent_id = %(agent_id)s",
    "branch_id": "branch_id = %(branch_id)s",
    "department_id": "department_id = %(department_id)s",
    "customer_id": "customer_id = %(customer_id)s",
    "created_from": "created_at >= %(created_from)s",
    "created_to": "created_at < %(created_to)s",
}

_PRESENT: LiteralString = "deleted_at IS NULL"
_VISIBLE: LiteralString = "(branch_id IS NULL OR branch_id = ANY(%(visible)s::uuid[]))"

_OVERDUE: LiteralString = """
    ticket.status IN ('open', 'in_progress') AND EXISTS (
        SELECT 1 FROM desk.escalation_rule AS rule
        WHERE rule.active AND (rule.priorities = '{}' OR ticket.priority = ANY(rule.priorities))
          AND CASE rule.state
                  WHEN 'stale' THEN CASE WHEN ticket.status = 'in_progress' THEN ticket.updated_at END
                  WHEN 'open' THEN greatest(ticket.created_at, ticket.reopened_at)
                  ELSE CASE WHEN ticket.first_response_at IS NULL
                            THEN greatest(ticket.created_at, ticket.reopened_at) END
              END + make_interval(mins => rule.after_minutes) <= %(now)s)
"""
"""`desk.sla(ticket).overdue`, as the database can answer it."""


def list_tickets(
    uow: UnitOfWork, filters: Filters | None = None, *, after: UUID | None = None, limit: int = 50
) -> Page:
    """One page of the tickets that match, newest first, from the one after `after` on.

    Raises InvalidInput for a limit outside 1 to 100 and for an `after` that is no ticket.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise InvalidInput(f"limit is between 1 and {MAX_LIMIT}")
    filters = filters or Filters()
    place = _place(uow, after)
    conditions = [condition for name, condition in _CONDITIONS.items() if getattr(filters, name) is not None]
    conditions += ["deleted_at IS NOT NULL" if filters.deleted else _PRESENT]
    conditions += [_OVERDUE] if filters.overdue else []
    parameters = {name: getattr(filters, name) for name in _CONDITIONS}
    visible = None if filters.visible is None else list(filters.visible)
    parameters |= {"limit": limit + 1, "q": filters.q, "visible": visible, "now": clock.now()}
    if place is not None:
        conditions.append("(created_at, id) < (%(place_at)s, %(place_id)s)")
        parameters |= {"place_at": place.created_at, "place_id": place.id}
    rows = _reader(filters)(uow, conditions, parameters)
    tickets = [Ticket(**row) for row in rows[:limit]]
    return Page(tickets, tickets[-1].id if len(rows) > limit else None)


_Reader = Callable[[UnitOfWork, list[LiteralString], dict[str, Any]], list[Row]]


def _reader(filters: Filters) -> _Reader:
    """How to find the tickets cheaply, under these filters."""
    if filters.q is not None:
        return _search
    if filters.overdue:
        return _unfinished
    return _newest if filters.visible is None or filters.branch_id is not None else _newest_of_each


def _place(uow: UnitOfWork, after: UUID | None) -> _Place | None:
    if after is None:
        return None
    row = uow.one("SELECT created_at, id FROM desk.ticket WHERE id = %s", (after,))
    if row is None:
        raise InvalidInput(f"after: there is no ticket {after}")
    return _Place(**row)


def _where(conditions: list[LiteralString]) -> LiteralString:
    return " AND ".join(conditions) or "true"


_ORDER: LiteralString = "ORDER BY created_at DESC, id DESC LIMIT %(limit)s"


def _newest(uow: UnitOfWork, conditions: list[LiteralString], parameters: dict[str, Any]) -> list[Row]:
    seen = [] if parameters["visible"] is None else [_VISIBLE]
    return uow.all(f"SELECT {COLUMNS} FROM desk.ticket WHERE {_where([*conditions, *seen])} {_ORDER}", parameters)


def _newest_of_each(uow: UnitOfWork, conditions: list[LiteralString], parameters: dict[str, Any]) -> list[Row]:
    """The newest of each visible branch and of none, off the index of branches, put in order: a caller of one small
    branch does not walk through everybody else's tickets."""
    of_branch, of_none = _where([*conditions, "branch_id = branch.id"]), _where([*conditions, "branch_id IS NULL"])
    return uow.all(
        f"SELECT {COLUMNS} FROM ("
        " SELECT own.* FROM unnest(%(visible)s::uuid[]) AS branch (id) CROSS JOIN LATERAL"
        f"  (SELECT {COLUMNS} FROM desk.ticket WHERE {of_branch} {_ORDER}) AS own"
        f" UNION ALL (SELECT {COLUMNS} FROM desk.ticket WHERE {of_none} {_ORDER})"
        f") AS visible {_ORDER}",
        parameters,
    )


def _unfinished(uow: UnitOfWork, conditions: list[LiteralString], parameters: dict[str, Any]) -> list[Row]:
    """Found among what is not finished, which stays few; materialized, or the planner would walk all tickets in the
    hope of soon finding enough."""
    seen = [] if parameters["visible"] is None else [_VISIBLE]
    rows = uow.all(
        f"WITH late AS MATERIALIZED (SELECT id, created_at FROM desk.ticket WHERE {_where([*conditions, *seen])})"
        f" SELECT id FROM late {_ORDER}",
        parameters,
    )
    return _by_id(uow, [row["id"] for row in rows])


_QUERY: LiteralString = "(websearch_to_tsquery('spanish', %(q)s) || websearch_to_tsquery('english', %(q)s))"


class _Window(NamedTuple):
    """A span of time up to where the page begins: when it starts, and the words its tickets carry for it."""

    begins: datetime
    words: str


def _search(uow: UnitOfWork, conditions: list[LiteralString], parameters: dict[str, Any]) -> list[Row]:
    """The newest that match: looked for among the newest candidates, then in ever longer windows until a page is full.

    `conditions` is everything but the words. In a window the inner query is materialized without its order, or the
    planner would rather walk all tickets newest first in the hope of soon finding enough. The window's begin is named
    only beside other filters, whose indexes it bounds: alone it would tempt the planner, who does not know how many
    tickets came since the last ANALYZE, to read them all.
    """
    conditions = conditions if parameters["visible"] is None else [*conditions, _VISIBLE]
    newest = uow.all(
        f"SELECT id, created_at, numnode({_QUERY}) > 0 AND search @@ {_QUERY} AS matches FROM desk.ticket"
        f" WHERE {_where(conditions)} ORDER BY created_at DESC, id DESC LIMIT %(few)s",
        parameters | {"few": _FEW},
    )
    matches = [row["id"] for row in newest if row["matches"]]
    if len(matches) >= parameters["limit"] or len(newest) < _FEW:
        return _by_id(uow, matches[: parameters["limit"]])
    bounded = conditions if conditions == [_PRESENT] else [*conditions, "created_at >= %(begins)s"]
    inside: LiteralString = f"numnode({_QUERY}) > 0 AND search @@ ({_QUERY} && %(words)s::tsquery)"
    found: list[Row] = []
    for window in _windows(uow, newest[0]["created_at"], newest[-1]["created_at"], parameters["created_from"]):
        found = uow.all(
            "WITH found AS MATERIALIZED"
            f" (SELECT id, created_at FROM desk.ticket WHERE {_where([*bounded, inside])})"
            " SELECT id FROM found ORDER BY created_at DESC, id DESC LIMIT %(limit)s",
            parameters | window._asdict(),
        )
        if len(found) == parameters["limit"]:
            break
    return _by_id(uow, [row["id"] for row in found])


def _by_id(uow: UnitOfWork, ids: list[UUID]) -> list[Row]:
    return uow.all(
        f"SELECT {COLUMNS} FROM desk.ticket WHERE id = ANY(%s) ORDER BY created_at DESC, id DESC",
        (ids,),
    )


def _windows(uow: UnitOfWork, newest: datetime, known: datetime, since: datetime | None) -> Iterator[_Window]:
    """The windows to look into, from one longer than `newest` to `known` on, each eight times as long as the one
    before, until one holds the oldest ticket (or `since`).

    A window is the one `newest` falls in and the one before it, so that it spans at least its length.
    """
    row = uow.one("SELECT min(created_at) AS oldest FROM desk.ticket")
    assert row is not None
    oldest = max(row["oldest"], since or row["oldest"])
    for level in range(_LEVELS):
        length = timedelta(seconds=1 << (6 + 3 * level))
        index = int((newest - _EPOCH) / length)
        begins = _EPOCH + (index - 1) * length
        if begins <= known:
            yield _Window(begins, f"'~{level}:{index}' | '~{level}:{index - 1}'")
        if begins <= oldest:
            return
    yield _Window(oldest, "")
