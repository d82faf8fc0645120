"""The feed of each branch: numbered without gaps, in the order in which things were committed, kept for two days.

A reader that knows the last number it has seen can tell whether it missed anything, and ask for exactly that.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from relevo import clock
from relevo.db import Database, UnitOfWork

NOWHERE = UUID(int=0)
"""The branch of what has none; everybody follows it."""
KEPT = timedelta(hours=48)
_BITE = 5000


class Entry(NamedTuple):
    """What is to be told to a branch; `data` is JSON."""

    branch_id: UUID
    kind: str
    conversation_id: UUID | None
    ticket_id: UUID | None
    data: str


class Told(NamedTuple):
    """An entry with its place in the feed."""

    seq: int
    at: datetime
    entry: Entry


class Page(NamedTuple):
    """Entries after a position, oldest first. `reset`: what came before is forgotten, so read everything anew."""

    items: list[dict[str, Any]]
    positions: dict[UUID, int]
    more: bool
    reset: bool


def lock(uow: UnitOfWork, branches: Iterable[UUID]) -> dict[UUID, int]:
    """Where these branches' feeds have come to; nobody else appends to them until the unit of work ends."""
    wanted = sorted(set(branches))
    if not wanted:
        return {}
    found = _locked(uow, wanted)
    if len(found) < len(wanted):
        uow.execute(
            "INSERT INTO realtime.branch_position (branch_id, seq) SELECT unnest(%s::uuid[]), 0 ON CONFLICT DO NOTHING",
            (wanted,),
        )
        found = _locked(uow, wanted)
    return found


def _locked(uow: UnitOfWork, branches: list[UUID]) -> dict[UUID, int]:
    rows = uow.all(
        "SELECT branch_id, seq FROM realtime.branch_position WHERE branch_id = ANY(%s) ORDER BY branch_id FOR UPDATE",
        (branches,),
    )
    return {row["branch_id"]: row["seq"] for row in rows}


def append(uow: UnitOfWork, entries: Sequence[Entry], positions: Mapping[UUID, int]) -> list[Told]:
    """Give these entries the next places of their branches, which `lock` has locked at `positions`."""
    if not entries:
        return []
    at, reached, told = clock.now(), dict(positions), []
    for entry in entries:
        reached[entry.branch_id] += 1
        told.append(Told(reached[entry.branch_id], at, entry))
    uow.execute(
        "WITH added AS ("
        " INSERT INTO realtime.event (branch_id, seq, kind, conversation_id, ticket_id, at, data)"
        " SELECT branch_id, seq, kind, conversation_id, ticket_id, at, data"
        " FROM json_to_recordset(%s::json) AS told (branch_id uuid, seq bigint, kind text, conversation_id uuid,"
        "   ticket_id uuid, at timestamptz, data json)"
        " RETURNING branch_id, seq)"
        " UPDATE realtime.branch_position AS p SET seq = reached.seq"
        " FROM (SELECT branch_id, max(seq) AS seq FROM added GROUP BY branch_id) AS reached"
        " WHERE p.branch_id = reached.branch_id",
        (f"[{','.join(map(as_json, told))}]",),
    )
    return told


def as_json(told: Told) -> str:
    """An entry as one JSON object. Its data is JSON already, and goes in as it is."""
    entry = told.entry
    known = json.dumps(
        {
            "branch_id": str(entry.branch_id),
            "seq": told.seq,
            "kind": entry.kind,
            "at": told.at.isoformat(),
            "conversation_id": entry.conversation_id and str(entry.conversation_id),
            "ticket_id": entry.ticket_id and str(entry.ticket_id),
        }
    )
    return f'{known[:-1]}, "data": {entry.data}}}'


def positions(uow: UnitOfWork, branches: Iterable[UUID] | None) -> dict[UUID, int]:
    """Where the feeds of these branches are now; of all branches there are when None. Nothing was told yet: 0."""
    wanted = None if branches is None else list(branches)
    rows = uow.all(
        "SELECT feed.branch_id, coalesce(p.seq, 0) AS seq"
        " FROM (SELECT id AS branch_id FROM inbox.branch UNION ALL SELECT %(nowhere)s::uuid) AS feed"
        " LEFT JOIN realtime.branch_position AS p USING (branch_id)"
        " WHERE %(wanted)s::uuid[] IS NULL OR feed.branch_id = ANY(%(wanted)s)",
        {"nowhere": NOWHERE, "wanted": wanted},
    )
    return {row["branch_id"]: row["seq"] for row in rows}


def read(uow: UnitOfWork, after: Mapping[UUID, int], kinds: Iterable[str], *, limit: int) -> Page:
    """What was told after these positions, of these kinds, at most `limit` entries.

    The positions to go on from move past what is not shown. Where something after a position is forgotten already, or a
    position lies in a future that never came, nothing is shown and the reader is asked to begin anew.
    """
    now = positions(uow, after)
    if any(seq > now.get(branch, 0) or seq < _forgotten(uow, branch) for branch, seq in after.items()):
        return Page([], {**after, **now}, False, True)
    rows = uow.all(
        "SELECT e.branch_id, e.seq, e.kind, e.at, e.conversation_id, e.ticket_id, e.data"
        " FROM unnest(%s::uuid[], %s::bigint[]) AS reached (branch_id, seq) CROSS JOIN LATERAL ("
        "  SELECT * FROM realtime.event AS e WHERE e.branch_id = reached.branch_id AND e.seq > reached.seq"
        "  ORDER BY e.seq LIMIT %s) AS e"
        # Clocks differ, numbers do not: within a branch nothing comes before what was told before it.
        " ORDER BY max(e.at) OVER (PARTITION BY e.branch_id ORDER BY e.seq), e.branch_id, e.seq LIMIT %s",
        (list(after), list(after.values()), limit + 1, limit + 1),
    )
    shown, reached = rows[:limit], dict(after)
    for row in shown:
        reached[row["branch_id"]] = row["seq"]
    allowed = set(kinds)
    return Page([row for row in shown if row["kind"] in allowed], reached, len(rows) > limit, False)


def _forgotten(uow: UnitOfWork, branch_id: UUID) -> int:
    """The last number of a branch's feed that is no longer kept."""
    oldest = uow.one("SELECT seq FROM realtime.event WHERE branch_id = %s ORDER BY seq LIMIT 1", (branch_id,))
    if oldest is not None:
        return int(oldest["seq"]) - 1
    return positions(uow, [branch_id]).get(branch_id, 0)


def forget(database: Database) -> int:
    """Delete what is older than `KEPT`, in small bites; how much."""
    forgotten = 0
    while count := database.run(_forget_bite, publish=False):
        forgotten += count
    return forgotten


def _forget_bite(uow: UnitOfWork) -> int:
    """Of each branch's oldest entries those that are too old: the feed is in order, so nothing else is looked at."""
    return uow.execute(
        "DELETE FROM realtime.event AS e USING realtime.branch_position AS p CROSS JOIN LATERAL ("
        "  SELECT branch_id, seq, at FROM realtime.event WHERE branch_id = p.branch_id ORDER BY seq LIMIT %s) AS oldest"
        " WHERE e.branch_id = oldest.branch_id AND e.seq = oldest.seq AND oldest.at < %s",
        (_BITE, clock.now() - KEPT),
    ).rowcount
