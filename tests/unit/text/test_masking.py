"""No personal data in logs, and nothing else touched."""

from __future__ import annotations

import json
import re
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.text.masking import luhn, mask


@pytest.mark.parametrize(
    ("secret", "shown"),
    [
        ("ana.gomez+ventas@correo.com.mx", "a***@correo.com.mx"),
        ("4111 1111 1111 1111", "***1111"),
        ("4111-1111-1111-1112", "***1112"),
        ("378282246310005", "***0005"),
        ("+52 55 1234 5678", "***78"),
        ("5215512345678", "***78"),
        ("(55) 1234-5678", "***78"),
        ("612 345 678", "***78"),
        ("+1 (415) 555-2671", "***71"),
        ("GOMA850101HDFRRN09", "***09"),
        ("XAXX010101AB1", "***B1"),
        ("12345678Z", "***8Z"),
        ("123.456.789-09", "***09"),
        ("12.345.678-5", "***-5"),
        ("20-12345678-6", "***-6"),
        ("ES91 2100 0418 4502 0005 1332", "***1332"),
    ],
)
def test_personal_data_is_hidden_but_for_its_end(secret: str, shown: str) -> None:
    # When a sentence holds it, Then it shows no more than its last characters
    masked = mask(f"mis datos: {secret} y nada más")
    assert secret not in masked
    assert shown.lstrip("*") in masked
    assert "y nada más" in masked


@pytest.mark.parametrize("text", ["mi dni es 30123456", "DNI: 30.123.456", "cel 4567-8901", "passport AB123456"])
def test_a_number_named_as_personal_is_hidden_even_when_short(text: str) -> None:
    assert not re.search(r"\d{5}|\d\.\d{3}\.", mask(text))


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-21 10:20:30,123+0000",
        "2026-11-21T10:20:30.123456+00:00",
        "21/11/2026",
        "arn:aws:sqs:us-east-1:123456789012:inbound",
        "1-5759e988-bd862e3fe1be46a994272793",
        "pedido 45 por $1,234.50 en 3 cuotas",
        "versión 1.12.3",
        "a las 10:30 o 11:45",
    ],
)
def test_what_is_nobodys_stays(text: str) -> None:
    assert mask(text) == text


def test_a_log_line_stays_json_and_its_numbers_stay_numbers() -> None:
    # Given a structured log line with a phone after an escaped line break
    line = json.dumps({"message": "llámame\n5512345678", "timestamp": 1763720000123, "ids": [5512345678]})
    # When it is masked
    masked = json.loads(mask(line))
    # Then only the text changed
    assert masked == {"message": "llámame\n***78", "timestamp": 1763720000123, "ids": [5512345678]}


@given(st.uuids(version=4) | st.builds(lambda n: uuid.UUID(int=n), st.integers(0, 2**128 - 1)))
def test_identifiers_stay(identifier: uuid.UUID) -> None:
    text = f"ticket {identifier} updated"
    assert mask(text) == text


@given(
    st.sampled_from(["+52", "+54 9", "+34", "+55", "+1", ""]),
    st.lists(st.sampled_from("0123456789"), min_size=10, max_size=10),
    st.sampled_from(["", " ", "-", "."]),
)
def test_no_phone_shows_more_than_two_digits_in_a_row(prefix: str, digits: list[str], gap: str) -> None:
    # Given a phone in groups of any usual style
    number = "".join(digits)
    phone = f"{prefix} {gap.join((number[:2], number[2:6], number[6:]))}".strip()
    # When it stands in a sentence, Then nothing but its end is left
    masked = mask(f"mi whatsapp {phone} gracias")
    assert len(re.sub(r"\D", "", masked)) <= 4


@given(st.lists(st.integers(0, 9), min_size=15, max_size=15), st.sampled_from(["", " ", "-"]))
def test_every_valid_card_is_hidden(body: list[int], gap: str) -> None:
    # Given sixteen digits with a valid check digit
    digits = "4" + "".join(map(str, body[1:]))
    number = next(digits + check for check in "0123456789" if luhn(digits + check))
    card = gap.join(number[i : i + 4] for i in range(0, 16, 4))
    # When it is masked, Then at most four digits remain
    assert len(re.sub(r"\D", "", mask(f"tarjeta {card}."))) <= 4


@given(st.text(max_size=300))
def test_masking_is_total_and_settles_at_once(text: str) -> None:
    once = mask(text)
    assert mask(once) == once


@pytest.mark.parametrize(("number", "valid"), [("4111111111111111", True), ("4111111111111112", False), ("0", True)])
def test_check_digits(number: str, valid: bool) -> None:
    assert luhn(number) is valid
