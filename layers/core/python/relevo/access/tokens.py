"""Secrets handed out: signed access tokens, and random tokens of which only the hash is kept.

PyJWT brings `cryptography` and a tenth of a worker's start with it, so it is imported where a token is signed or read.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from relevo import aws, clock
from relevo.access.people import Closed
from relevo.settings import settings

ACCESS_TOKEN_LIVES = timedelta(minutes=10)
_ALGORITHM = "HS256"
_ISSUER = "relevo"
_LOOK_AGAIN_AFTER = 60.0
"""Seconds: a signature no known key made may be of a key put in since; forged ones must not ask for it each time."""
_looked_at = 0.0


class Claims(NamedTuple):
    """What an access token says; it has to be held against what the database says now."""

    user_id: UUID
    session_id: UUID


def issue(user_id: UUID, session_id: UUID, role: str) -> str:
    """A signed access token (a JWT) for ten minutes."""
    import jwt

    now = clock.now()
    claims = {"sub": str(user_id), "sid": str(session_id), "role": role, "iss": _ISSUER, "aud": settings().stage}
    times = {"iat": int(now.timestamp()), "exp": int((now + ACCESS_TOKEN_LIVES).timestamp())}
    return jwt.encode(claims | times, _keys()[0], algorithm=_ALGORITHM)


def read(token: str) -> Claims:
    """What a token says, when we signed it for this stage and its time is not over. Raises Closed."""
    import jwt

    try:
        said = _decoded(token)
        claims, expires_at = Claims(UUID(str(said["sub"])), UUID(str(said["sid"]))), float(said["exp"])
    except (jwt.InvalidTokenError, ValueError) as error:
        how = "forged" if isinstance(error, jwt.InvalidSignatureError) else "malformed"
        raise Closed("nobody", f"{how} access token") from error
    if expires_at <= clock.now().timestamp():
        raise Closed(f"user:{claims.user_id}", "expired access token")
    return claims


def _decoded(token: str) -> dict[str, str | float]:
    import jwt

    for key in _keys():
        try:
            return _decoded_with(token, key)
        except jwt.InvalidSignatureError:
            continue
    return _decoded_with(token, _keys(fresh=True)[0])


def _decoded_with(token: str, key: str) -> dict[str, str | float]:
    import jwt

    required = ["sub", "sid", "exp", "iat", "iss", "aud"]
    # Time is `relevo.clock`'s, so it is compared by `read`.
    options = {"require": required, "verify_exp": False, "verify_iat": False}
    claims: dict[str, str | float] = jwt.decode(
        token,
        key,
        algorithms=[_ALGORITHM],
        audience=settings().stage,
        issuer=_ISSUER,
        options=options,  # type: ignore[arg-type]
    )
    return claims


def _keys(*, fresh: bool = False) -> list[str]:
    """The key that signs, and during a rotation the one that signed before. `fresh` reads them anew, once a minute."""
    global _looked_at
    if fresh and time.monotonic() - _looked_at > _LOOK_AGAIN_AFTER:
        _looked_at = time.monotonic()
        aws.secret.cache_clear()
    kept = aws.secret(settings().auth_secret)
    return [key for key in (kept["signing_key"], kept.get("previous_key")) if key]


def random_token() -> str:
    """256 random bits, as text."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> bytes:
    """What is kept of a random token: one round of SHA-256, since nobody can guess 256 bits."""
    return hashlib.sha256(token.encode()).digest()
