"""What to call whoever a history names."""

from __future__ import annotations

from collections.abc import Iterable

from relevo.db import Row, UnitOfWork

_KINDS = ("user:", "key:")


def with_names(uow: UnitOfWork, rows: Iterable[Row], column: str = "actor") -> list[Row]:
    """The lines of a history with `actor_name`: the person's or the key's, None where a machine acted.

    `column` is another one that may name somebody, as in `subject` with `subject_name`.
    """
    lines = list(rows)
    actors = {row[column] or "" for row in lines}
    named = {kind: [actor[len(kind) :] for actor in actors if actor.startswith(kind)] for kind in _KINDS}
    found = uow.all(
        "SELECT 'user:' || id AS actor, name FROM access.\"user\" WHERE id::text = ANY(%(user:)s)"
        " UNION ALL SELECT 'key:' || prefix, name FROM access.api_key WHERE prefix = ANY(%(key:)s)",
        named,
    )
    names = {row["actor"]: row["name"] for row in found}
    return [row | {f"{column}_name": names.get(row[column])} for row in lines]
