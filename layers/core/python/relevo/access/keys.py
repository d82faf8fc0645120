"""API keys: `rlv_<prefix>_<secret>`, shown once, kept as a hash, looked up by prefix.

The secret is 256 random bits, so one round of SHA-256 keeps it: a slow hash guards secrets that can be guessed.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from relevo import clock, ids
from relevo.access import audit
from relevo.access.permissions import PERMISSIONS
from relevo.db import Row, UnitOfWork
from relevo.errors import InvalidInput, NotFound
from relevo.observability import logger

SCOPES = frozenset(PERMISSIONS)

_TOKEN = re.compile(r"rlv_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
_NO_HASH = bytes(32)
_USE_WRITTEN_EVERY = timedelta(minutes=1)
"""How exact `last_used_at` is; a write for every call would make every call a write."""


class Principal(NamedTuple):
    """Who calls, as histories and audits name it (`user:<id>`, `key:<prefix>`), and what they may do and see."""

    name: str
    scopes: frozenset[str]
    user_id: UUID | None = None
    role: str | None = None
    branches: frozenset[UUID] | None = None
    """The branches they see; None is all of them."""
    agent_id: UUID | None = None
    """The agent this user is, if one."""

    def sees(self, branch_id: UUID | None) -> bool:
        """Whether a thing of this branch may be shown to them; what has no branch is everybody's."""
        return self.branches is None or branch_id is None or branch_id in self.branches


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
    uow: UnitOfWork, name: str, scopes: Iterable[str], expires_at: datetime | None = None, *, actor: str = "operator"
) -> tuple[ApiKey, str]:
    """A new key and its token, which nobody can see again.

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
        "INSERT INTO access.api_key (id, name, prefix, hash, scopes, created_at, expires_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (key.id, name, key.prefix, _hash(secret), sorted(wanted), key.created_at, expires_at),
    )
    audit.record(uow, actor, "api_key.create", "allowed", subject=key.prefix, scopes=sorted(wanted))
    return key, f"rlv_{key.prefix}_{secret}"


def revoke_key(uow: UnitOfWork, prefix: str, *, actor: str = "operator") -> None:
    """End a key for good; doing so again changes nothing. Raises NotFound for a prefix no key has."""
    row = uow.one(
        "UPDATE access.api_key SET revoked_at = coalesce(revoked_at, %s) WHERE prefix = %s RETURNING id",
        (clock.now(), prefix),
    )
    if row is None:
        raise NotFound(f"no API key begins with rlv_{prefix}")
    audit.record(uow, actor, "api_key.revoke", "allowed", subject=prefix)


def list_keys(uow: UnitOfWork) -> list[ApiKey]:
    """Every key, newest first, those revoked and expired included."""
    rows = uow.all(
        "SELECT id, name, prefix, scopes, created_at, expires_at, revoked_at, last_used_at"
        " FROM access.api_key ORDER BY id DESC"
    )
    return [ApiKey(**{**row, "scopes": frozenset(row["scopes"])}) for row in rows]


def token_in(headers: Mapping[str, str]) -> str:
    """The token of a request: `Authorization: Bearer <key>`, else `x-api-key: <key>`; empty when there is neither."""
    lower = {name.lower(): value for name, value in headers.items()}
    scheme, _, credentials = lower.get("authorization", "").partition(" ")
    return credentials.strip() if scheme.lower() == "bearer" else lower.get("x-api-key", "").strip()


def authorize(uow: UnitOfWork, token: str) -> Principal | None:
    """Who holds this token; None when nobody does, or the key is revoked or expired. Refusals are audited."""
    match = _TOKEN.fullmatch(token)
    if match is None:
        logger.warning("call refused: no API key, or not one of ours", reason="malformed")
        return None
    prefix, secret = match.groups()
    row = uow.one(
        "SELECT id, hash, scopes, expires_at, revoked_at, last_used_at FROM access.api_key WHERE prefix = %s", (prefix,)
    )
    reason = _refusal(row, secret)
    if row is None or reason is not None:
        known = row is not None and reason != "wrong secret"
        logger.warning("call refused: API key", prefix=prefix, reason=reason)
        audit.record_refusal(uow, f"key:{prefix}" if known else "nobody", "api.authorize", reason=reason)
        return None
    _note_use(uow, row)
    return Principal(f"key:{prefix}", frozenset(row["scopes"]))


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
    return None


def _note_use(uow: UnitOfWork, row: Row) -> None:
    if row["last_used_at"] is None or row["last_used_at"] < clock.now() - _USE_WRITTEN_EVERY:
        uow.execute("UPDATE access.api_key SET last_used_at = %s WHERE id = %s", (clock.now(), row["id"]))
