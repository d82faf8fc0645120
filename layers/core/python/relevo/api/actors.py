"""What to call whoever a history names."""

from __future__ import annotations

from collections.abc import Iterable

from relevo.db import Row, UnitOfWork

_KINDS = ("user:", "key:")


def with_names(uow: UnitOfWork, rows: Iterable[Row]) -> list[Row]:
    """The lines of a history with `actor_name`: the person's or the key's, None where a machine acted."""
    lines = list(rows)
    actors = {row["actor"] for row in lines}
    named = {kind: [actor[len(kind) :] for actor in actors if actor.startswith(kind)] for kind in _KINDS}
    found = uow.all(
        "SELECT 'user:' || id AS actor, name FROM access.\"user\" WHERE id::text = ANY(%(user:)s)"
        " UNION ALL SELECT 'key:' || prefix, name FROM access.api_key WHERE prefix = ANY(%(key:)s)",
        named,
    )
    names = {row["actor"]: row["name"] for row in found}
    return [row | {"actor_name": names.get(row["actor"])} for row in lines]
