"""The ways one mobile phone is written in countries whose numbering changed.

WhatsApp may know a customer by the old form while a company's records hold the new one. The forms are matched as
variants and never rewritten: a wrong rewriting splits a customer in two, or sends to a stranger.
"""

from __future__ import annotations

import re

_NOT_DIGITS = re.compile(r"\D")

_FORMS: tuple[tuple[re.Pattern[str], str], ...] = (
    # Brazil: since 2012-2016 mobiles carry a ninth digit, a 9, before the old eight (which began with 6 to 9).
    (re.compile(r"(55[1-9][0-9])([6-9]\d{7})"), r"\g<1>9\2"),
    (re.compile(r"(55[1-9][0-9])9([6-9]\d{7})"), r"\1\2"),
    # Mexico: the 1 after the country code was dropped in 2019; WhatsApp kept it for older accounts.
    (re.compile(r"52([2-9]\d{9})"), r"521\1"),
    (re.compile(r"521([2-9]\d{9})"), r"52\1"),
    # Argentina: from abroad mobiles carry a 9 after the country code, which is often left out.
    (re.compile(r"54([1-8]\d{9})"), r"549\1"),
    (re.compile(r"549([1-8]\d{9})"), r"54\1"),
)

_MEXICO_FORMERLY = re.compile(r"521([2-9]\d{9})")


def digits(phone: str) -> str:
    """Only the digits, without the international prefix's zeros: `+52 1 (55)…` and `0052 155…` are the same."""
    return _NOT_DIGITS.sub("", phone).removeprefix("00")


def shown(phone: str) -> str:
    """A number as people read it, +52 55 1234 5678; `+` and the digits where no country has such numbers.

    For eyes only. Of a number in a country's former form every digit stays: it is still the number one writes to.
    """
    import phonenumbers

    number = digits(phone)
    try:
        parsed = phonenumbers.parse(f"+{number}")
    except phonenumbers.NumberParseException:
        return f"+{number}" if number else phone
    if former := _MEXICO_FORMERLY.fullmatch(number):
        return f"+52 1 {shown(f'52{former[1]}').removeprefix('+52 ')}"
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def variants(phone: str) -> tuple[str, ...]:
    """Every form of an international number, digits only, the given one first; `()` where there is no digit.

    Forms of one phone have the same variants, so a lookup by any of them finds a customer kept under another.
    """
    number = digits(phone)
    if not number:
        return ()
    others = (pattern.sub(form, number) for pattern, form in _FORMS if pattern.fullmatch(number))
    return (number, *others)
