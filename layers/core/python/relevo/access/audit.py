"""The record of who was let in, who was not, and who changed what others may do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

from psycopg.types.json import Jsonb

from relevo import clock, ids
from relevo.db import Row, UnitOfWork

Outcome = Literal["allowed", "refused"]

_REPEAT_AFTER = timedelta(minutes=1)
"""The same refusal is written once in this time, so that hammering at the door cannot fill the table."""


def record(
    uow: UnitOfWork, actor: str, action: str, outcome: Outcome, *, subject: str | None = None, **detail: Any
) -> None:
    """Write one line of the audit."""
    uow.execute(
        "INSERT INTO access.audit (id, actor, action, subject, outcome, detail, at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (ids.new_id(), actor, action, subject, outcome, Jsonb(detail), clock.now()),
    )


def record_refusal(uow: UnitOfWork, actor: str, action: str, *, subject: str | None = None, **detail: Any) -> None:
    """Write a refusal, unless the same one (actor, action, subject, detail) was written within the last minute."""
    repeated = uow.one(
        "SELECT 1 FROM access.audit WHERE actor = %s AND at > %s AND action = %s AND outcome = 'refused'"
        " AND subject IS NOT DISTINCT FROM %s AND detail = %s LIMIT 1",
        (actor, clock.now() - _REPEAT_AFTER, action, subject, Jsonb(detail)),
    )
    if repeated is None:
        record(uow, actor, action, "refused", subject=subject, **detail)


def page(uow: UnitOfWork, *, after: UUID | None, limit: int) -> list[Row]:
    """Lines of the audit newest first, behind the line `after`."""
    return uow.all(
        "SELECT id, at, actor, action, subject, outcome, detail FROM access.audit"
        " WHERE %(after)s::uuid IS NULL OR id < %(after)s ORDER BY id DESC LIMIT %(limit)s",
        {"after": after, "limit": limit},
    )
