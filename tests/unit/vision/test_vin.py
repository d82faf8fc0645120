"""A VIN is found in what was read, checked, mended only where that is no guess, and decoded."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.vision import vin

TODAY = date(2026, 6, 1)
SIGN = st.sampled_from(vin.ALPHABET)
YEAR = st.sampled_from("ABCDEFGHJKLMNPRSTVWXY123456789")
DIGITS = st.text("0123456789", min_size=4, max_size=4)


@st.composite
def american(draw: st.DrawFn) -> str:
    """A number of North America, where the check digit is the law."""
    start = draw(st.sampled_from(["3N1", "1HG", "3VW", "5YF", "2T1", "1FT"]))
    number = start + draw(st.text(SIGN, min_size=5, max_size=5)) + "0" + draw(YEAR)
    number += draw(st.text(SIGN, min_size=3, max_size=3)) + draw(DIGITS)
    return number[:8] + vin.check_digit(number) + number[9:]


def test_the_check_digit_is_that_of_the_regulation() -> None:
    # Given the examples everybody cites
    # Then position 9 is what the rule computes
    assert vin.check_digit("1M8GDM9AXKP042788") == "X"
    assert vin.check_digit("11111111111111111") == "1"
    assert vin.check("1HGCM82633A004352") == "right"


@given(american())
def test_a_number_as_it_stands_is_found_unchanged(number: str) -> None:
    # Given a sound number among other words
    found = vin.find(["TARJETA DE CIRCULACION", f"NIV: {number}", "MODELO 2018"])
    # Then it comes first and nothing was mended
    assert found[0].number == number
    assert found[0].plausible and not found[0].mended


@given(american(), st.integers(3, 14))
def test_a_number_may_be_spaced_hyphenated_or_run_over_two_lines(number: str, cut: int) -> None:
    # Given the same number in three shapes
    for lines in ([f"{number[:cut]} {number[cut:]}"], [f"{number[:cut]}-{number[cut:]}"], [number[:cut], number[cut:]]):
        # Then it is found in each
        assert vin.find(lines)[0].number == number


@pytest.mark.parametrize(
    "lines",
    [["3N1 CN7AP", "1GL 862310"], ["3N1CN7", "AP1GL8", "62310"], ["NIV", "3N1CN7AP1", "GL862310"]],
)
def test_a_spaced_number_may_run_over_lines(lines: list[str]) -> None:
    # Given a plate or a sticker where the number takes lines of its own, then it is found
    assert vin.find(["HECHO EN MEXICO", *lines, "PBV 1500 KG"])[0].number == "3N1CN7AP1GL862310"


@given(american())
def test_signs_no_number_has_are_what_they_look_like(number: str) -> None:
    # Given a reader that took zeros for O and ones for I
    read = number.replace("0", "O").replace("1", "I")
    # Then nothing had to be guessed
    found = vin.find([read])[0]
    assert found.number == number and found.plausible


@given(american(), st.data())
def test_a_confusion_is_mended_only_when_one_mending_is_right(number: str, data: st.DataObject) -> None:
    # Given one sign taken for its double
    doubles = {"5": "S", "S": "5", "8": "B", "B": "8", "2": "Z", "Z": "2", "6": "G", "G": "6"}
    places = [n for n, sign in enumerate(number) if sign in doubles and n != 8]
    if not places:
        return
    place = data.draw(st.sampled_from(places))
    read = number[:place] + doubles[number[place]] + number[place + 1 :]
    # When it is looked for
    found = vin.find([read])
    # Then the truth is told, or among what is asked about; never another number as if it were sure
    told = [v.number for v in found if v.plausible]
    assert told in ([], [number]) or vin.check(read) == "right"


@given(american(), st.integers(0, 16), SIGN)
def test_any_other_misreading_is_never_told(number: str, place: int, sign: str) -> None:
    # Given one sign exchanged for any other that leaves the check digit wrong
    read = number[:place] + sign + number[place + 1 :]
    if vin.check(read) == "right" or read[0] not in "12345L":
        return
    # Then what is told, if anything, has a right check digit
    for found in vin.find([read]):
        assert not found.plausible or vin.check(found.number) == "right"


def test_a_european_number_is_reported_as_unchecked() -> None:
    # Given a Volkswagen of Europe, whose ninth sign is a filler
    found = vin.find(["FIN WVWZZZ1JZXW000001"])[0]
    # Then it is plausible, and said to be unchecked
    assert (found.number, found.check, found.plausible) == ("WVWZZZ1JZXW000001", "not used", True)


@pytest.mark.parametrize(
    "line",
    [
        "CURP ABCD010101HDFRRN09X",
        "12345678901234567",
        "PEDIMENTO 2147 4008123",
        "",
        "La contraseña es muylargaeimposible",
        "+52 55 1000 0001",
    ],
)
def test_what_is_no_number_is_not_told(line: str) -> None:
    # Given text without a VIN, then none is plausible
    assert not [found for found in vin.find([line]) if found.plausible and found.number not in line]


@pytest.mark.parametrize(
    ("number", "maker", "model", "year", "country"),
    [
        ("1HGCM82633A004352", "Honda", "Accord", 2003, "United States"),
        ("3N1CN7AP0GL821234", "Nissan", "Versa", 2016, "Mexico"),
        ("WVWZZZ1JZXW000001", "Volkswagen", None, 1999, "Germany"),
        ("JM1BL1SF0A1234567", "Mazda", "Mazda3", 2010, "Japan"),
    ],
)
def test_a_number_tells_maker_model_year_and_country(
    number: str, maker: str, model: str | None, year: int, country: str
) -> None:
    # When decoded offline
    decoded = vin.decode(number, TODAY)
    # Then
    assert (decoded.manufacturer, decoded.model, decoded.year, decoded.country) == (maker, model, year, country)


@given(american())
def test_a_model_year_is_never_far_in_the_future(number: str) -> None:
    # When decoded, then the year is at most next year's
    year = vin.decode(number, TODAY).year
    assert year is None or 1980 <= year <= TODAY.year + 1
