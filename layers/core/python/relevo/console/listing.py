"""Boxes of conversations, a page at a time, at a cost that does not grow with how many are stored.

A box is read off an index per branch, channel and owner, the newest of each merged: a page of 25 in three branches
looks at a few hundred index entries, whatever lies below.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

from relevo.console import search
from relevo.console.items import items, show
from relevo.console.shapes import Box, ConversationItem, Counts
from relevo.db import UnitOfWork
from relevo.errors import InvalidInput

MAX_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Viewer:
    """For whom a list is made: `branches` None sees all of them, `agent_id` has a box of their own."""

    user_id: UUID | None = None
    agent_id: UUID | None = None
    branches: frozenset[UUID] | None = None


@dataclass(frozen=True, slots=True)
class Filters:
    """What the conversations of a list have in common. `q` is a name, a phone, a ticket's number or words."""

    box: Box = "all"
    branch_id: UUID | None = None
    channel: str | None = None
    priority: str | None = None
    q: str | None = None


class Place(NamedTuple):
    """Where a page ends: the order's time and what stood there."""

    at: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class Page:
    """Conversations in the box's order; `after` asks for the next page, None when this is the last."""

    items: list[ConversationItem]
    after: Place | None


_OWNERS: dict[str, list[str]] = {"unassigned": ["queue"], "bot": ["bot"], "all": ["bot", "queue", "agent"]}

_OF_BOX: dict[Box, LiteralString] = {
    "mine": "c.state = 'open' AND c.owner = 'agent' AND c.owner_agent_id = %(agent)s",
    "unassigned": "c.state = 'open' AND c.owner = 'queue'",
    "bot": "c.state = 'open' AND c.owner = 'bot'",
    "waiting": "c.state = 'open' AND c.waiting_since IS NOT NULL",
    "all": "c.state = 'open'",
    "closed": "c.state = 'closed'",
}

_UNFINISHED: LiteralString = "status IN ('open', 'in_progress', 'waiting')"

_FILTERS: dict[str, LiteralString] = {
    "channel": "c.channel = %(channel)s",
    # That of the ticket an item shows, see `items`.
    "priority": "%(priority)s = (SELECT priority FROM desk.ticket WHERE conversation_id = c.id"
    " AND deleted_at IS NULL ORDER BY created_at DESC LIMIT 1)",
}

_SEEN: LiteralString = "(%(branches)s::uuid[] IS NULL OR c.branch_id = ANY(%(branches)s))"
_BRANCHES: LiteralString = (
    "(SELECT id FROM inbox.branch WHERE %(branches)s::uuid[] IS NULL OR id = ANY(%(branches)s)) AS branch"
)


def list_conversations(
    uow: UnitOfWork, viewer: Viewer, filters: Filters, *, after: Place | None = None, limit: int = 25
) -> Page:
    """One page of a box, newest message first, `waiting` by who has waited longest; searched, newest match first.

    Raises InvalidInput for a limit outside 1 to 100.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise InvalidInput(f"limit is between 1 and {MAX_LIMIT}")
    parameters = _parameters(viewer, filters, after, limit)
    conditions = [condition for name, condition in _FILTERS.items() if getattr(filters, name) is not None]
    if filters.q is not None:
        return _searched(uow, viewer, filters, [*conditions, _OF_BOX[filters.box], _SEEN], parameters)
    shown = show(uow, _candidates(filters, conditions, after), parameters, user_id=viewer.user_id)
    full = len(shown) > limit
    return Page(shown[:limit], _place(filters.box, shown[limit - 1]) if full else None)


def _parameters(viewer: Viewer, filters: Filters, after: Place | None, limit: int) -> dict[str, Any]:
    seen = [filters.branch_id] if filters.branch_id else viewer.branches
    return {
        "agent": viewer.agent_id,
        "branches": None if seen is None else list(seen),
        "owners": _OWNERS.get(filters.box),
        "channel": filters.channel,
        "priority": filters.priority,
        "limit": limit + 1,
        "at": after and after.at,
        "after": after and after.id,
    }


def _place(box: Box, item: ConversationItem) -> Place:
    return Place((item.waiting_since if box == "waiting" else None) or item.last_message_at, item.id)


def _candidates(filters: Filters, conditions: list[LiteralString], after: Place | None) -> LiteralString:
    """The query of a page's conversations: `id` and their `place`."""
    box = filters.box
    if box == "waiting":
        further = ["(c.waiting_since, c.id) > (%(at)s, %(after)s)"] if after else []
        return _oldest_waiting([_OF_BOX[box], *conditions, *further])
    further = ["(c.last_message_at, c.id) < (%(at)s, %(after)s)"] if after else []
    inside = [_OF_BOX[box], *conditions, *further]
    if box == "mine":
        return _newest("inbox.conversation AS c", [*inside, _SEEN])
    if filters.priority is not None and box != "closed":
        # Few tickets are unfinished: from them to their conversations, not the other way round.
        tickets: LiteralString = "desk.ticket AS t JOIN inbox.conversation AS c ON c.id = t.conversation_id"
        return _newest(tickets, ["t.priority = %(priority)s", f"t.{_UNFINISHED}", _OF_BOX[box], _SEEN, *further])
    return _newest_of_each(box, inside)


def _newest(source: LiteralString, conditions: list[LiteralString]) -> LiteralString:
    return (
        "SELECT c.id, row_number() OVER (ORDER BY c.last_message_at DESC, c.id DESC) AS place"
        f" FROM {source} WHERE {' AND '.join(conditions)}"
        " ORDER BY c.last_message_at DESC, c.id DESC LIMIT %(limit)s"
    )


def _newest_of_each(box: Box, conditions: list[LiteralString]) -> LiteralString:
    """The newest of every branch, channel and owner, merged: each is a few steps on an index."""
    owners: LiteralString = "" if box == "closed" else "CROSS JOIN unnest(%(owners)s::text[]) AS held (owner)"
    same: LiteralString = "" if box == "closed" else "AND c.owner = held.owner"
    return (
        "SELECT found.id, row_number() OVER (ORDER BY found.at DESC, found.id DESC) AS place"
        f" FROM {_BRANCHES} CROSS JOIN (SELECT DISTINCT channel FROM inbox.channel_account) AS over {owners}"
        " CROSS JOIN LATERAL ("
        "   SELECT c.id, c.last_message_at AS at FROM inbox.conversation AS c"
        f"  WHERE c.branch_id = branch.id AND c.channel = over.channel {same} AND {' AND '.join(conditions)}"
        "   ORDER BY c.last_message_at DESC, c.id DESC LIMIT %(limit)s) AS found"
        " ORDER BY found.at DESC, found.id DESC LIMIT %(limit)s"
    )


def _oldest_waiting(conditions: list[LiteralString]) -> LiteralString:
    return (
        "SELECT found.id, row_number() OVER (ORDER BY found.at, found.id) AS place"
        f" FROM {_BRANCHES} CROSS JOIN LATERAL ("
        "   SELECT c.id, c.waiting_since AS at FROM inbox.conversation AS c"
        f"  WHERE c.branch_id = branch.id AND {' AND '.join(conditions)}"
        "   ORDER BY c.waiting_since, c.id LIMIT %(limit)s) AS found"
        " ORDER BY found.at, found.id LIMIT %(limit)s"
    )


def _searched(
    uow: UnitOfWork, viewer: Viewer, filters: Filters, conditions: list[LiteralString], parameters: dict[str, Any]
) -> Page:
    assert filters.q is not None
    limit = parameters["limit"]
    found = search.find(uow, filters.q, conditions, parameters)
    ids = [match.conversation_id for match in found[: limit - 1]]
    shown = items(uow, ids, user_id=viewer.user_id)
    last = found[limit - 2] if len(found) == limit else None
    return Page(list(shown.values()), last and Place(search.EPOCH, last.entry_id))


_CAP = 100


def counts(uow: UnitOfWork, viewer: Viewer) -> Counts:
    """How many conversations stand in each box, counted up to a hundred."""

    def capped(box: Box) -> LiteralString:
        found: LiteralString = (
            f"SELECT 1 FROM {_BRANCHES} CROSS JOIN LATERAL (SELECT 1 FROM inbox.conversation AS c"
            f" WHERE c.branch_id = branch.id AND {_OF_BOX[box]} LIMIT %(cap)s) AS each LIMIT %(cap)s"
        )
        if box == "mine":
            found = f"SELECT 1 FROM inbox.conversation AS c WHERE {_OF_BOX[box]} AND {_SEEN} LIMIT %(cap)s"
        return f"(SELECT count(*)::int FROM ({found}) AS counted) AS {box}"

    boxes: tuple[Box, ...] = ("mine", "unassigned", "bot", "waiting", "all")
    seen = None if viewer.branches is None else list(viewer.branches)
    row = uow.one(
        f"SELECT {', '.join(capped(box) for box in boxes)}",
        {"agent": viewer.agent_id, "branches": seen, "cap": _CAP},
    )
    return Counts.model_validate(row)
