"""Passwords: kept as Argon2id, whose cost makes guessing slow for whoever steals the table.

46 MiB and one pass is the first of OWASP's recommended settings. Argon2 is imported when a password is looked at, so
that who only reads tokens never loads it.
"""

from __future__ import annotations

import secrets
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from relevo.errors import InvalidInput

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 10, 200
"""Characters."""
NOBODYS = "$argon2id$v=19$m=47104,t=1,p=1$eRvC962lMroMmCvaWVEs8g$FNd+eO84XRh1Pfubrb5fHxMCOhlImhw4YAYg8aT5TRw"
"""Of a random password nobody knows, at today's cost: what an unknown e-mail's password is held against."""
_MEMORY_KIB, _PASSES, _LANES = 47_104, 1, 1
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Nothing that is read as something else when it is dictated."""


def hash_password(password: str) -> str:
    """What is kept of a password."""
    return _hasher().hash(_canonical(password))


def matches(kept: str | None, password: str) -> bool:
    """Whether this is the password that was kept. Takes as long when none was."""
    from argon2.exceptions import VerifyMismatchError

    try:
        _hasher().verify(kept or NOBODYS, _canonical(password))
    except VerifyMismatchError:
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Whether it was kept at a cost other than today's."""
    return _hasher().check_needs_rehash(kept)


def one_time_password() -> str:
    """A password to hand to somebody, who must choose another at once: 79 random bits in four groups."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def check(password: str, email: str) -> None:
    """Raises InvalidInput with the rule a chosen password breaks. Length is what counts; no rule asks for symbols."""
    if not SHORTEST <= len(_canonical(password)) <= LONGEST:
        raise InvalidInput(f"a password has {SHORTEST} to {LONGEST} characters")
    if password.casefold() in (email.casefold(), email.casefold().partition("@")[0]):
        raise InvalidInput("a password cannot be the e-mail address")
    if len(set(password)) < 4:
        raise InvalidInput("a password has at least four different characters")


def _canonical(password: str) -> str:
    """The same characters however a keyboard composes them: ñ is one letter, or n and a tilde."""
    return unicodedata.normalize("NFKC", password)


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=_LANES)
