"""Finding conversations: by whom they are with (name, phone), by their ticket's number, by what was written in them.

Words and persons are entries of `inbox.search_entry`, one a message and one a conversation. As with tickets, a search
looks at the newest few entries, then into windows of time that widen eight times at a step until a page is full: a
common word reads one small window, a rare one few entries, whatever is stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

from relevo import clock
from relevo.db import UnitOfWork

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FEW = 300
"""The newest entries, looked at one by one before any window: enough for a common word."""
_LEVELS = range(7)
_GROUP = 4
_LONGEST_BEGINNING = 12
_BEFORE_ALL = UUID(int=2**128 - 1)

_QUERY: LiteralString = (
    "(websearch_to_tsquery('pg_catalog.spanish', inbox.folded(%(q)s))"
    " || websearch_to_tsquery('pg_catalog.english', inbox.folded(%(q)s)) || %(person)s::tsquery)"
)


class Match(NamedTuple):
    """A conversation and the newest of its entries that matches."""

    conversation_id: UUID
    entry_id: UUID


def find(uow: UnitOfWork, q: str, conditions: list[LiteralString], parameters: dict[str, Any]) -> list[Match]:
    """The conversations that match, newest match first, at most `limit` of the parameters, after the entry `after`.

    `conditions` speak of the conversation `c`. The one whose ticket has the number `q` comes before all.
    """
    known = parameters | {"q": q, "person": _person(uow, q), "few": _FEW, "ticket": _number(q)}
    numbered = _by_number(uow, conditions, known) if known["ticket"] is not None else []
    known["numbered"] = [match.conversation_id for match in numbered]
    first_page = parameters["after"] is None
    matches = _newest(uow, conditions, known)
    for words in _windows(uow) if len(matches) < parameters["limit"] else ():
        matches = _in_window(uow, conditions, known | {"words": words})
        if len(matches) >= parameters["limit"]:
            break
    return ([*numbered, *matches] if first_page else matches)[: parameters["limit"]]


def _number(q: str) -> int | None:
    match = re.fullmatch(r"#?([0-9]{1,12})", q.strip())
    return int(match[1]) if match else None


def _person(uow: UnitOfWork, q: str) -> str:
    """The query for whom a conversation is with: every word the beginning of a name, or digits that follow each other
    in a phone, told by the groups of four in them."""
    if re.fullmatch(r"[+\d\s().\-/]+", q):
        digits = re.sub(r"\D", "", q)
        groups = dict.fromkeys(digits[start : start + _GROUP] for start in range(len(digits) - _GROUP + 1))
        return " & ".join(f"'t:{group}'" for group in groups)
    row = uow.one("SELECT inbox.folded(%s) AS q", (q,))
    words = re.findall(r"[^\W_]+", row["q"] if row else "")
    return " & ".join(f"'n:{word[:_LONGEST_BEGINNING]}'" for word in words)


def _by_number(uow: UnitOfWork, conditions: list[LiteralString], parameters: dict[str, Any]) -> list[Match]:
    rows = uow.all(
        "SELECT c.id AS conversation_id FROM desk.ticket JOIN inbox.conversation AS c"
        " ON c.id = ticket.conversation_id WHERE ticket.number = %(ticket)s AND ticket.deleted_at IS NULL"
        f" AND {' AND '.join(conditions)}",
        parameters,
    )
    return [Match(row["conversation_id"], _BEFORE_ALL) for row in rows]


def _best(entries: LiteralString, conditions: list[LiteralString]) -> LiteralString:
    """The newest matching entry of each conversation, after the page before."""
    return (
        f"WITH found AS MATERIALIZED ({entries}), best AS ("
        "   SELECT DISTINCT ON (conversation_id) conversation_id, id FROM found ORDER BY conversation_id, id DESC)"
        " SELECT best.conversation_id, best.id AS entry_id FROM best JOIN inbox.conversation AS c"
        f" ON c.id = best.conversation_id WHERE {' AND '.join(conditions)}"
        " AND c.id <> ALL(%(numbered)s::uuid[]) AND (%(after)s::uuid IS NULL OR best.id < %(after)s)"
        " ORDER BY best.id DESC LIMIT %(limit)s"
    )


def _newest(uow: UnitOfWork, conditions: list[LiteralString], parameters: dict[str, Any]) -> list[Match]:
    entries: LiteralString = (
        "SELECT id, conversation_id FROM"
        " (SELECT id, conversation_id, words FROM inbox.search_entry ORDER BY id DESC LIMIT %(few)s) AS newest"
        f" WHERE words @@ {_QUERY}"
    )
    return [Match(**row) for row in uow.all(_best(entries, conditions), parameters)]


def _in_window(uow: UnitOfWork, conditions: list[LiteralString], parameters: dict[str, Any]) -> list[Match]:
    entries: LiteralString = (
        f"SELECT id, conversation_id FROM inbox.search_entry WHERE words @@ ({_QUERY} && %(words)s::tsquery)"
        f" AND numnode({_QUERY}) > 0"
    )
    return [Match(**row) for row in uow.all(_best(entries, conditions), parameters)]


def _windows(uow: UnitOfWork) -> Iterator[str]:
    """The words of the windows from now back, each eight times as long as the one before, at last all there is.

    A window is the one that holds this moment and the one before it, so that it spans at least its length.
    """
    oldest = uow.one("SELECT id FROM inbox.search_entry ORDER BY id LIMIT 1")
    if oldest is None:
        return
    now, since = int(clock.now().timestamp()), oldest["id"].int >> 80
    for level in _LEVELS:
        shift = 9 + 3 * level
        index = now >> shift
        if (index - 1) << shift <= since // 1000:
            break
        yield f"'~{level}:{index}' | '~{level}:{index - 1}'"
    yield ""
