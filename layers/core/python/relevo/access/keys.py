"""API keys: `rlv_<prefix>_<secret>`, shown once, kept as a hash, looked up by prefix.

The secret is 256 random bits, so one round of SHA-256 keeps it: a slow hash guards secrets that can be guessed.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from relevo import clock, ids
from relevo.access import audit
from relevo.access.permissions import PERMISSIONS, ROLES
from relevo.access.principal import Principal
from relevo.db import Row, UnitOfWork
from relevo.errors import InvalidInput, NotFound
from relevo.observability import logger

SCOPES = frozenset(PERMISSIONS)
HOLD_KEYS = "api:use"

_TOKEN = re.compile(r"rlv_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
_NO_HASH = bytes(32)
_USE_WRITTEN_EVERY = timedelta(minutes=1)
"""How exact `last_used_at` is; a write for every call would make every call a write."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it may be shown: everything but the secret."""

    id: UUID
    name: str
    prefix: str
    scopes: frozenset[str]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


def create_key(
    uow: UnitOfWork,
    name: str,
    scopes: Iterable[str],
    expires_at: datetime | None = None,
    *,
    actor: str = "operator",
    user_id: UUID | None = None,
) -> tuple[ApiKey, str]:
    """A new key and its token, which nobody can see again; `user_id` is whoever holds it, none for the company's own.

    Raises InvalidInput for a scope that does not exist, for no scope at all and for an expiry in the past.
    """
    wanted = frozenset(scopes)
    if unknown := sorted(wanted - SCOPES):
        raise InvalidInput(f"no such scope: {', '.join(unknown)}; there are {', '.join(sorted(SCOPES))}")
    if not wanted:
        raise InvalidInput("a key without a scope can do nothing")
    if expires_at is not None and expires_at <= clock.now():
        raise InvalidInput("a key cannot expire in the past")
    key = ApiKey(ids.new_id(), name, secrets.token_hex(6), wanted, clock.now(), expires_at, None, None)
    secret = secrets.token_urlsafe(32)
    uow.execute(
        "INSERT INTO access.api_key (id, name, prefix, hash, scopes, created_at, expires_at, user_id)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        (key.id, name, key.prefix, _hash(secret), sorted(wanted), key.created_at, expires_at, user_id),
    )
    audit.record(uow, actor, "api_key.create", "allowed", subject=key.prefix, scopes=sorted(wanted))
    return key, f"rlv_{key.prefix}_{secret}"


def revoke_key(uow: UnitOfWork, prefix: str, *, actor: str = "operator", of: UUID | None = None) -> None:
    """End a key for good; doing so again changes nothing. Raises NotFound for a prefix no key (`of` this user) has."""
    row = uow.one(
        "UPDATE access.api_key SET revoked_at = coalesce(revoked_at, %s)"
        " WHERE prefix = %s AND (%s::uuid IS NULL OR user_id = %s) RETURNING id",
        (clock.now(), prefix, of, of),
    )
    if row is None:
        raise NotFound(f"no API key begins with rlv_{prefix}")
    audit.record(uow, actor, "api_key.revoke", "allowed", subject=prefix)


def list_keys(
    uow: UnitOfWork, *, of: UUID | None = None, after: UUID | None = None, limit: int | None = None
) -> list[ApiKey]:
    """Keys (`of` one user) newest first, those revoked and expired included; `after` is the last one seen."""
    rows = uow.all(
        "SELECT id, name, prefix, scopes, created_at, expires_at, revoked_at, last_used_at FROM access.api_key"
        " WHERE (%(of)s::uuid IS NULL OR user_id = %(of)s) AND (%(after)s::uuid IS NULL OR id < %(after)s)"
        " ORDER BY id DESC LIMIT %(limit)s",
        {"of": of, "after": after, "limit": limit},
    )
    return [ApiKey(**{**row, "scopes": frozenset(row["scopes"])}) for row in rows]


def holder_of(uow: UnitOfWork, token: str) -> Principal | None:
    """Who holds this key; None when nobody does, or the key is revoked or expired. Refusals are audited.

    A key somebody made does no more than its maker may do now, in the branches they see now.
    """
    match = _TOKEN.fullmatch(token)
    if match is None:
        lacking = "malformed API key" if token else "no token"
        logger.warning("call refused: no API key, or not one of ours", reason=lacking)
        audit.record_refusal(uow, "nobody", "api.authorize", reason=lacking)
        return None
    prefix, secret = match.groups()
    row = uow.one(
        "SELECT k.id, k.hash, k.scopes, k.expires_at, k.revoked_at, k.last_used_at, u.role, u.active, u.all_branches,"
        " ARRAY(SELECT branch_id FROM access.user_branch WHERE user_id = u.id) AS branches"
        ' FROM access.api_key AS k LEFT JOIN access."user" AS u ON u.id = k.user_id WHERE k.prefix = %s',
        (prefix,),
    )
    reason = _refusal(row, secret)
    if row is None or reason is not None:
        known = row is not None and reason != "wrong secret"
        logger.warning("call refused: API key", prefix=prefix, reason=reason)
        audit.record_refusal(uow, f"key:{prefix}" if known else "nobody", "api.authorize", reason=reason)
        return None
    _note_use(uow, row)
    if row["role"] is None:
        return Principal(f"key:{prefix}", frozenset(row["scopes"]))
    return Principal(
        f"key:{prefix}",
        frozenset(row["scopes"]) & ROLES[row["role"]],
        branches=None if row["all_branches"] else frozenset(row["branches"]),
    )


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _refusal(row: Row | None, secret: str) -> str | None:
    """Why the key does not open, None when it does. The hash is compared even when no key has the prefix."""
    right = hmac.compare_digest(_hash(secret), bytes(row["hash"]) if row else _NO_HASH)
    if row is None:
        return "unknown"
    if not right:
        return "wrong secret"
    if row["revoked_at"] is not None:
        return "revoked"
    if row["expires_at"] is not None and row["expires_at"] <= clock.now():
        return "expired"
    if row["role"] is not None and not (row["active"] and HOLD_KEYS in ROLES[row["role"]]):
        return "its maker may hold no keys"
    return None


def _note_use(uow: UnitOfWork, row: Row) -> None:
    if row["last_used_at"] is None or row["last_used_at"] < clock.now() - _USE_WRITTEN_EVERY:
        uow.execute("UPDATE access.api_key SET last_used_at = %s WHERE id = %s", (clock.now(), row["id"]))
