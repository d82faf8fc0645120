"""Sessions of people: opened with a password, kept alive by refresh tokens of one use each, ended by anybody's wish.

A browser holds a short-lived access token in memory and a refresh token in a cookie scripts cannot read. A refresh
token that comes twice was copied: nobody can tell by whom, so the whole session ends. A browser whose answer was lost
says so by the access token it still holds, which who copied the cookie does not have.
"""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from relevo import clock, ids
from relevo.access import attempts, audit, passwords, people, tokens
from relevo.db import Row, UnitOfWork
from relevo.observability import logger

IDLE = timedelta(days=3)
"""A session nobody used for so long is over."""
LONGEST = timedelta(days=30)
"""A session is over after this, however much it is used."""
_KEPT_AFTER_END = timedelta(days=30)
_FORGOTTEN_AT_ONCE = 5


class SignedIn(NamedTuple):
    """What a browser is given."""

    user_id: UUID
    session_id: UUID
    access_token: str
    refresh_token: str


def log_in(
    uow: UnitOfWork, email: str, password: str, *, address: str, user_agent: str | None = None
) -> SignedIn | None:
    """Open a session; None when e-mail and password do not belong together, whichever of the two is wrong.

    `attempts.begin` comes first, in a unit of work of its own.
    """
    row = uow.one('SELECT id, role, active, password_hash FROM access."user" WHERE lower(email) = lower(%s)', (email,))
    right = passwords.matches(row["password_hash"] if row else None, password)
    if row is None or not right or not row["active"]:
        reason = "unknown e-mail" if row is None else "deactivated" if right else "wrong password"
        actor = f"user:{row['id']}" if row else "nobody"
        logger.warning("sign-in refused", principal=actor, reason=reason)
        audit.record_refusal(uow, actor, "session.open", subject=email, reason=reason, address=address)
        return None
    attempts.succeeded(uow, email, address)
    if passwords.is_outdated(row["password_hash"]):
        uow.execute(
            'UPDATE access."user" SET password_hash = %s WHERE id = %s', (passwords.hash_password(password), row["id"])
        )
    return _open(uow, row["id"], row["role"], address, user_agent)


def _open(uow: UnitOfWork, user_id: UUID, role: str, address: str, user_agent: str | None) -> SignedIn:
    now, session_id = clock.now(), ids.new_id()
    _forget(uow)
    uow.execute(
        "INSERT INTO access.session (id, user_id, address, user_agent, created_at, last_used_at, expires_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (session_id, user_id, address, (user_agent or "")[:200] or None, now, now, now + LONGEST),
    )
    uow.execute('UPDATE access."user" SET last_login_at = %s WHERE id = %s', (now, user_id))
    audit.record(uow, f"user:{user_id}", "session.open", "allowed", subject=str(session_id), address=address)
    return _signed_in(uow, user_id, session_id, role)


def _signed_in(uow: UnitOfWork, user_id: UUID, session_id: UUID, role: str) -> SignedIn:
    """A fresh pair of tokens for a session."""
    refresh_token = tokens.random_token()
    uow.execute(
        "INSERT INTO access.refresh_token (hash, session_id, created_at) VALUES (%s, %s, %s)",
        (tokens.hashed(refresh_token), session_id, clock.now()),
    )
    return SignedIn(user_id, session_id, tokens.issue(user_id, session_id, role), refresh_token)


def refresh(uow: UnitOfWork, refresh_token: str, access_token: str = "") -> SignedIn | None:
    """Exchange a refresh token for a new pair; None when it is not ours, was used before or its session is over.

    A token that was used before ends its session, unless it comes with the session's living `access_token` and nothing
    that came of it was used: then its answer was lost.
    """
    now = clock.now()
    used = uow.one(
        "UPDATE access.refresh_token SET used_at = %s WHERE hash = %s AND used_at IS NULL RETURNING session_id",
        (now, tokens.hashed(refresh_token)),
    )
    used = used or _unanswered(uow, refresh_token, access_token)
    if used is None:
        _refuse_unusable(uow, refresh_token)
        return None
    try:
        row = people.signed_in(uow, used["session_id"])
    except people.Closed as refusal:
        _refuse(uow, refusal.actor, refusal.reason)
        return None
    if row["last_used_at"] + IDLE <= now:
        _end(uow, row["session_id"], "idle")
        _refuse(uow, f"user:{row['user_id']}", "session idle for too long")
        return None
    uow.execute("UPDATE access.session SET last_used_at = %s WHERE id = %s", (now, row["session_id"]))
    return _signed_in(uow, row["user_id"], row["session_id"], row["role"])


def _unanswered(uow: UnitOfWork, refresh_token: str, access_token: str) -> Row | None:
    """The session of a used token whose holder also holds a living access token of it, and has had no answer since."""
    try:
        session_id = tokens.read(access_token).session_id
    except people.Closed:
        return None
    return uow.one(
        "SELECT session_id FROM access.refresh_token AS used WHERE hash = %s AND session_id = %s AND NOT EXISTS"
        " (SELECT 1 FROM access.refresh_token WHERE session_id = used.session_id AND used_at > used.used_at)",
        (tokens.hashed(refresh_token), session_id),
    )


def _refuse_unusable(uow: UnitOfWork, refresh_token: str) -> None:
    known = uow.one(
        "SELECT session.id, session.user_id FROM access.refresh_token JOIN access.session ON session.id = session_id"
        " WHERE hash = %s",
        (tokens.hashed(refresh_token),),
    )
    if known is None:
        _refuse(uow, "nobody", "unknown token")
        return
    _end(uow, known["id"], "replayed")
    _refuse(uow, f"user:{known['user_id']}", "token used before", session=str(known["id"]))


def _refuse(uow: UnitOfWork, actor: str, reason: str, **detail: str) -> None:
    logger.warning("session not refreshed", principal=actor, reason=reason)
    audit.record_refusal(uow, actor, "session.refresh", reason=reason, **detail)


def log_out(uow: UnitOfWork, refresh_token: str) -> None:
    """End the session of a refresh token, used or not; nothing happens for a token that is not ours."""
    row = uow.one(
        "SELECT session.id, session.user_id FROM access.refresh_token JOIN access.session ON session.id = session_id"
        " WHERE hash = %s",
        (tokens.hashed(refresh_token),),
    )
    if row is not None and _end(uow, row["id"], "logged out"):
        audit.record(uow, f"user:{row['user_id']}", "session.end", "allowed", subject=str(row["id"]))


def end_sessions(uow: UnitOfWork, user_id: UUID, reason: str, *, but: UUID | None = None) -> None:
    """End every session of a user, or every one but this."""
    uow.execute(
        "UPDATE access.session SET ended_at = %s, end_reason = %s"
        " WHERE user_id = %s AND ended_at IS NULL AND id IS DISTINCT FROM %s",
        (clock.now(), reason, user_id, but),
    )


def _end(uow: UnitOfWork, session_id: UUID, reason: str) -> bool:
    """Whether it was open until now."""
    ended = uow.one(
        "UPDATE access.session SET ended_at = %s, end_reason = %s WHERE id = %s AND ended_at IS NULL RETURNING id",
        (clock.now(), reason, session_id),
    )
    return ended is not None


def _forget(uow: UnitOfWork) -> None:
    """Drop a few sessions long over, with their tokens; each new one pays for old ones."""
    uow.execute(
        "DELETE FROM access.session WHERE id IN"
        " (SELECT id FROM access.session WHERE expires_at < %s ORDER BY expires_at LIMIT %s FOR UPDATE SKIP LOCKED)",
        (clock.now() - _KEPT_AFTER_END, _FORGOTTEN_AT_ONCE),
    )
