"""One effect per `Idempotency-Key`: the same request again is answered with what it made the first time.

The key is taken in the transaction of its effect, so that of two requests at once the second waits for the first.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from uuid import UUID

from pydantic import BaseModel

from relevo import clock
from relevo.access import Principal
from relevo.db import UnitOfWork
from relevo.runtime.problems import Problem

KEEP = timedelta(days=7)
"""After that a key is forgotten and may name another request."""
_FORGOTTEN_AT_ONCE = 5


def made_before(uow: UnitOfWork, caller: Principal, key: str, body: BaseModel) -> UUID | None:
    """Take the key for this request; the id of what it made, if it was taken before.

    Raises Problem 409 when it was taken for another body.
    """
    _forget(uow)
    fingerprint = hashlib.sha256(body.model_dump_json().encode()).digest()
    taken = uow.one(
        "INSERT INTO access.idempotency_key (caller, key, fingerprint, at) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING RETURNING key",
        (caller.name, key, fingerprint, clock.now()),
    )
    if taken is not None:
        return None
    row = uow.one(
        "SELECT fingerprint, resource_id FROM access.idempotency_key WHERE caller = %s AND key = %s", (caller.name, key)
    )
    if row is None or bytes(row["fingerprint"]) != fingerprint:
        raise Problem(409, "This Idempotency-Key was used with another body.", kind="idempotency-key-reused")
    made: UUID = row["resource_id"]
    return made


def note(uow: UnitOfWork, caller: Principal, key: str, made: UUID) -> None:
    """This is what the key made."""
    uow.execute(
        "UPDATE access.idempotency_key SET resource_id = %s WHERE caller = %s AND key = %s", (made, caller.name, key)
    )


def _forget(uow: UnitOfWork) -> None:
    """Drop a few keys past their time; each new one pays for the old ones, so that the table stays bounded."""
    uow.execute(
        "DELETE FROM access.idempotency_key WHERE (caller, key) IN"
        " (SELECT caller, key FROM access.idempotency_key WHERE at < %s ORDER BY at LIMIT %s FOR UPDATE SKIP LOCKED)",
        (clock.now() - KEEP, _FORGOTTEN_AT_ONCE),
    )
