"""One phone, several ways of writing it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.channels.phones import digits, shown, variants

numbers = st.one_of(
    st.from_regex(r"55[1-9][0-9]9?[2-9][0-9]{7}", fullmatch=True),
    st.from_regex(r"521?[2-9][0-9]{9}", fullmatch=True),
    st.from_regex(r"549?[1-9][0-9]{9}", fullmatch=True),
    st.from_regex(r"[1-9][0-9]{6,14}", fullmatch=True),
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("5511987654321", "551187654321"),
        ("525512345678", "5215512345678"),
        ("5491123456789", "541123456789"),
    ],
    ids=["Brazil's ninth digit", "Mexico's 1", "Argentina's 9"],
)
def test_both_forms_are_variants(one: str, other: str) -> None:
    # Given the two forms of one mobile / When their variants are asked for / Then each finds the other
    assert variants(one) == (one, other)
    assert variants(other) == (other, one)


@pytest.mark.parametrize("phone", ["34612345678", "15551234567", "551132345678", "525", "521234567890123"])
def test_other_numbers_have_one_form(phone: str) -> None:
    # Given numbers of other countries, a landline of São Paulo, and broken ones / When asked / Then only themselves
    assert variants(phone) == (phone,)


@given(numbers)
def test_forms_of_one_phone_have_the_same_variants(phone: str) -> None:
    # Given a number / When the variants of its variants are asked for / Then they are the same set, and itself is first
    forms = variants(phone)
    assert forms[0] == phone
    assert {frozenset(variants(form)) for form in forms} == {frozenset(forms)}


@given(numbers, numbers)
def test_two_phones_share_all_forms_or_none(one: str, other: str) -> None:
    # Given two numbers / When their variants are compared / Then they are the same phone or have nothing in common
    assert set(variants(one)) == set(variants(other)) or not set(variants(one)) & set(variants(other))


@given(st.text())
def test_what_is_no_phone_has_no_form(text: str) -> None:
    # Given any text / When its variants are asked for / Then none appears out of nothing
    assert bool(variants(text)) == bool(digits(text))


def test_punctuation_does_not_matter() -> None:
    # Given a number as people write it / When its digits are asked for / Then only they remain
    assert digits("+52 (55) 1234-5678") == digits("0052 55 1234 5678") == "525512345678"


@pytest.mark.parametrize(
    ("kept", "read"),
    [
        ("525510000102", "+52 55 1000 0102"),
        ("5215510000102", "+52 1 55 1000 0102"),
        ("+1 (212) 555-0134", "+1 212-555-0134"),
        ("573001112233", "+57 300 1112233"),
        ("999", "+999"),
        ("Soporte", "Soporte"),
    ],
)
def test_a_number_is_shown_as_people_read_it_with_all_its_digits(kept: str, read: str) -> None:
    # When a number is shown, then it is grouped, and still the same number
    assert shown(kept) == read
    assert digits(read) == digits(kept)
    # And showing what is shown changes nothing
    assert shown(read) == read
