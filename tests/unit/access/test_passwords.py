"""Passwords: kept so that guessing is slow, and judged by their length."""

from __future__ import annotations

import pytest

from relevo.access import passwords
from relevo.errors import InvalidInput


def test_a_password_is_known_again_and_no_other_is() -> None:
    # Given a password that was kept
    kept = passwords.hash_password("una contraseña larga")
    # Then it is known again, and another is not
    assert passwords.matches(kept, "una contraseña larga")
    assert not passwords.matches(kept, "una contrasena larga")
    assert "larga" not in kept


def test_a_keyboard_that_composes_letters_otherwise_types_the_same_password() -> None:
    # Given a password with ñ as one letter
    kept = passwords.hash_password("contrase\u00f1a larga")
    # When it is typed as n and a tilde, then it is the same
    assert passwords.matches(kept, "contrasen\u0303a larga")


def test_nobodys_password_is_kept_at_the_cost_of_everybodys() -> None:
    # Given what an unknown e-mail's password is held against
    # Then holding one against it costs what anybody's costs, and none opens it
    assert not passwords.is_outdated(passwords.NOBODYS)
    assert passwords.NOBODYS.split("$")[3] == passwords.hash_password("any password").split("$")[3]
    assert not passwords.matches(None, "any password")


def test_a_password_kept_at_another_cost_is_outdated() -> None:
    from argon2 import PasswordHasher

    # Given a password kept at less than today's cost, then it is known for that
    assert passwords.is_outdated(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("old"))


@pytest.mark.parametrize(
    ("password", "rule"),
    [
        ("short", "10 to 200 characters"),
        ("x" * 201, "10 to 200 characters"),
        ("aaaaaaaaaaaa", "four different"),
        ("Ana.Salas.1@relevo.example", "e-mail"),
        ("ana.salas.1", "e-mail"),
    ],
)
def test_a_password_anybody_would_try_is_refused_with_the_rule(password: str, rule: str) -> None:
    with pytest.raises(InvalidInput, match=rule):
        passwords.check(password, "ana.salas.1@relevo.example")


def test_a_long_one_needs_no_symbols() -> None:
    passwords.check("todas las mañanas", "ana@relevo.example")


def test_a_one_time_password_can_be_dictated_and_is_never_the_same() -> None:
    # When a hundred are made
    made = {passwords.one_time_password() for _ in range(100)}
    # Then all differ, and none has a character that is read as another
    assert len(made) == 100 and not set("".join(made)) & set("0oO1lI")
