"""Events written with the state they speak of, and sent once that state is committed.

`write` is called inside the transaction, `publish` right after its commit; what a crash or a refusal leaves behind,
`sweep` finds by `published_at IS NULL` (ids become visible out of order, so no cursor over them is safe).
Facts go to the bus in any order. The groups of ordered streams are sent under a lock of each, oldest first, so that a
late row of a conversation never overtakes an earlier one.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

import psycopg

from relevo import clock, ids
from relevo.errors import RetryableError
from relevo.events.base import Event
from relevo.messaging import Outgoing, messaging

log = logging.getLogger("relevo.outbox")

Connection = psycopg.Connection[dict[str, Any]]

SWEEP_AFTER = timedelta(seconds=20)
"""Younger rows are still in the hands of the process that wrote them."""
KEEP_PUBLISHED = timedelta(days=7)
_SWEEP_LIMIT = 500
_GROUPS_AT_ONCE = 10
"""Groups sent under one lock: as many messages as one call to SQS takes."""

_NO_WAIT: LiteralString = "set_config('synchronous_commit', 'off', true)"
"""A mark need not survive a crash of the server: an event sent again has its effect once."""


class Pending(NamedTuple):
    """A committed row of the outbox that still has to be sent."""

    id: UUID
    stream: str
    ordering_key: str | None
    name: str
    body: str


def pending(events: Iterable[Event]) -> list[Pending]:
    """The rows of these events."""
    return [Pending(e.id, e.stream, e.ordering_key, e.name, e.model_dump_json()) for e in events]


def write(connection: Connection, rows: Sequence[Pending]) -> None:
    """Put events into the outbox, in the transaction that is open on `connection`."""
    if not rows:
        return
    connection.execute(
        "INSERT INTO platform.outbox (id, stream, ordering_key, name, body, created_at)"
        " SELECT id, stream, ordering_key, name, body, %s"
        " FROM json_to_recordset(%s) AS t (id uuid, stream text, ordering_key text, name text, body text)",
        (clock.now(), json.dumps([row._asdict() | {"id": str(row.id)} for row in rows])),
    )


def publish(connection: Connection, rows: Sequence[Pending]) -> int:
    """Send committed rows and mark what was accepted; how many were. A refusal is logged and left for `sweep`."""
    facts = [row for row in rows if row.ordering_key is None]
    groups = sorted({(row.stream, row.ordering_key) for row in rows if row.ordering_key is not None})
    try:
        told = messaging().publish([_outgoing(row) for row in facts]) if facts else set()
        sent = 0
        for start in range(0, len(groups), _GROUPS_AT_ONCE):
            sent += _publish_groups(connection, groups[start : start + _GROUPS_AT_ONCE], () if start else told)
        if not groups:
            _mark(connection, told)
        return len(told) + sent
    except (RetryableError, psycopg.OperationalError) as error:
        log.warning("the outbox could not be published; relay will: %s", error)
        return 0


def _publish_groups(connection: Connection, groups: Sequence[tuple[str, str]], told: Collection[str]) -> int:
    """Send what waits in these groups; how many were accepted. `told`, accepted by the bus before, is marked with them:
    if a group is refused it is told once more, which costs less than a transaction each time."""
    streams, keys = [stream for stream, _ in groups], [key for _, key in groups]
    with connection.transaction():
        connection.execute(
            f"SELECT pg_advisory_xact_lock(key), {_NO_WAIT} FROM (SELECT DISTINCT hashtextextended(name, 0) AS key"
            "   FROM unnest(%s::text[]) AS name ORDER BY key) AS keys",
            ([f"{stream}:{key}" for stream, key in groups],),
        )
        rows = connection.execute(
            "SELECT waiting.* FROM unnest(%s::text[], %s::text[]) AS wanted (stream, key) CROSS JOIN LATERAL ("
            "  SELECT id, stream, ordering_key, name, body FROM platform.outbox"
            "  WHERE stream = wanted.stream AND ordering_key = wanted.key AND published_at IS NULL"
            "  ORDER BY id LIMIT 100) AS waiting ORDER BY id",
            (streams, keys),
        ).fetchall()
        accepted = set[str]()
        for stream in dict.fromkeys(row["stream"] for row in rows):
            accepted |= messaging().send(stream, [_outgoing(Pending(**row)) for row in rows if row["stream"] == stream])
        _mark(connection, {*accepted, *told})
    return len(accepted)


def _outgoing(row: Pending) -> Outgoing:
    return Outgoing(str(row.id), row.stream, row.name, row.body, row.ordering_key)


def _mark(connection: Connection, accepted: set[str]) -> None:
    if accepted:
        connection.execute(
            f"WITH mode AS MATERIALIZED (SELECT {_NO_WAIT})"
            " UPDATE platform.outbox SET published_at = %s FROM mode WHERE id = ANY(%s::uuid[])",
            (clock.now(), sorted(accepted)),
        )


def sweep(connection: Connection) -> int:
    """Send what has waited longer than `SWEEP_AFTER`, oldest first; how many were accepted."""
    sent = 0
    while True:
        rows = connection.execute(
            "SELECT id, stream, ordering_key, name, body FROM platform.outbox"
            " WHERE published_at IS NULL AND created_at < %s ORDER BY created_at LIMIT %s",
            (clock.now() - SWEEP_AFTER, _SWEEP_LIMIT),
        ).fetchall()
        accepted = publish(connection, [Pending(**row) for row in rows])
        sent += accepted
        if len(rows) < _SWEEP_LIMIT or accepted == 0:
            return sent


def forget(connection: Connection) -> None:
    """Delete what was published and processed longer ago than `KEEP_PUBLISHED`, in small bites."""
    before = ids.earliest(clock.now() - KEEP_PUBLISHED)
    connection.execute(
        "DELETE FROM platform.outbox WHERE id IN (SELECT id FROM platform.outbox"
        " WHERE id < %s AND published_at IS NOT NULL ORDER BY id LIMIT 5000)",
        (before,),
    )
    connection.execute(
        "DELETE FROM platform.processed WHERE (event_id, consumer) IN"
        " (SELECT event_id, consumer FROM platform.processed WHERE event_id < %s ORDER BY event_id LIMIT 5000)",
        (before,),
    )
