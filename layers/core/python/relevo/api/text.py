"""The kinds of text the API takes: bounded, without control characters, e-mails and phones that can exist."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from relevo.channels.phones import digits, variants

# C0 and C1 controls but tab and line ends, and the two noncharacters; Postgres refuses NUL, people cannot see the rest.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
# RFC 5321 lengths; RFC 5322 dot-atom or internationalised letters (RFC 6531) before the @, a dotted host name after it.
_EMAIL = re.compile(
    r"(?=.{3,254}$)(?=[^@]{1,64}@)[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*"
    r"@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_](?:[\w-]{0,61}[^\W_])"
)


def _printable(text: str) -> str:
    if found := _CONTROL.search(text):
        raise ValueError(f"holds the control character U+{ord(found[0]):04X}")
    return text


def _email(text: str) -> str:
    if not _EMAIL.fullmatch(text):
        raise ValueError("is no e-mail address")
    return text


def _phone(text: str) -> str:
    """An international number as digits. Numbers in a country's former form are taken as they are."""
    import phonenumbers

    def possible(number: str) -> bool:
        try:
            return phonenumbers.is_possible_number(phonenumbers.parse(f"+{number}"))
        except phonenumbers.NumberParseException:
            return False

    if not re.fullmatch(r"[+\d\s().\-/]+", text) or not any(map(possible, variants(text))):
        raise ValueError("is no international phone number, as in +52 55 1234 5678")
    return digits(text)


def _stripped(low: int, high: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=low, max_length=high)


Line = Annotated[str, _stripped(1, 200), AfterValidator(_printable)]
Prose = Annotated[str, _stripped(1, 10_000), AfterValidator(_printable)]
"""Short enough for a full page of them to fit into a Lambda's answer of 6 MB, whatever the script."""
Comment = Annotated[str, _stripped(1, 4_000), AfterValidator(_printable)]
Draft = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000), AfterValidator(_printable)]
"""May be empty; what a social network takes is its own affair."""
Words = Annotated[str, _stripped(1, 4_096), AfterValidator(_printable)]
"""What one message of WhatsApp can hold."""
Word = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
"""A code: category, tag."""
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
Email = Annotated[str, _stripped(3, 254), AfterValidator(_printable), AfterValidator(_email)]
Phone = Annotated[str, _stripped(6, 40), AfterValidator(_phone)]
