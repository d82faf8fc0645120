"""Tickets for the live connection: a browser cannot send a header with a WebSocket, so it shows one in the address.

Addresses end up in logs, so a ticket is used once and lives half a minute.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from relevo import clock
from relevo.access import tokens
from relevo.access.people import Closed
from relevo.db import UnitOfWork

LIVES = timedelta(seconds=30)
_FORGOTTEN_AT_ONCE = 5


def issue(uow: UnitOfWork, session_id: UUID) -> tuple[str, datetime]:
    """A ticket for a person's sign-in, and until when it is good."""
    now, ticket = clock.now(), tokens.random_token()
    uow.execute(
        "DELETE FROM access.socket_ticket WHERE hash IN (SELECT hash FROM access.socket_ticket"
        " WHERE expires_at < %s ORDER BY expires_at LIMIT %s FOR UPDATE SKIP LOCKED)",
        (now - timedelta(days=1), _FORGOTTEN_AT_ONCE),
    )
    uow.execute(
        "INSERT INTO access.socket_ticket (hash, session_id, expires_at) VALUES (%s, %s, %s)",
        (tokens.hashed(ticket), session_id, now + LIVES),
    )
    return ticket, now + LIVES


def consume(uow: UnitOfWork, ticket: str) -> UUID:
    """The session of a ticket, which is worth nothing from now on. Raises Closed for one unknown, used or too old."""
    used = uow.one(
        "UPDATE access.socket_ticket SET used_at = %(now)s"
        " WHERE hash = %(hash)s AND used_at IS NULL AND expires_at > %(now)s RETURNING session_id",
        {"now": clock.now(), "hash": tokens.hashed(ticket)},
    )
    if used is None:
        known = uow.one("SELECT used_at FROM access.socket_ticket WHERE hash = %s", (tokens.hashed(ticket),))
        state = "unknown" if known is None else "expired" if known["used_at"] is None else "used"
        raise Closed("nobody", f"{state} ticket")
    session_id: UUID = used["session_id"]
    return session_id
