"""What a text names, in its own words and nothing beyond them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.console.summary.naming import products, vehicles


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("busco pastillas para Toyota Hilux 2018", ["Toyota Hilux 2018"]),
        ("tengo un vw gol modelo 2012 y un Nissan", ["Volkswagen Gol 2012", "Nissan"]),
        ("mi rav4 del año 2020", ["Toyota RAV4 2020"]),
        ("Mazda 3", ["Mazda 3"]),
        ("un mercedes benz sprinter", ["Mercedes-Benz Sprinter"]),
        ("vin 3N1CN7AD8KL123456", ["3N1CN7AD8KL123456"]),
        ("d-max 2015", ["D-Max 2015"]),
        ("mi golf 2015", ["Volkswagen Golf 2015"]),
        ("toyota toyota TOYOTA", ["Toyota"]),
        # Words that are models, and are not meant.
        ("juego golf los domingos", []),
        ("vivo en la city", []),
        ("1500 pesos y 208 unidades", []),
        ("", []),
    ],
)
def test_vehicles_are_recognized_as_people_write_them(text: str, expected: list[str]) -> None:
    assert vehicles(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pastillas de freno 04465-0K240", ["pastillas de freno", "04465-0K240"]),
        ("¿tienen amortiguadores y BATERÍAS?", ["amortiguadores", "baterías"]),
        ("two brake pads and an oil filter", ["brake pads", "oil filter"]),
        ("no llegó mi factura", ["factura"]),
        ("la cita es el 2024-10-11 o el 11-10-2024", []),
        ("no tengo nada", []),
    ],
)
def test_products_and_part_numbers_are_recognized(text: str, expected: list[str]) -> None:
    assert products(text) == expected


@given(st.text(max_size=300))
def test_any_text_is_read_and_nothing_is_named_that_it_does_not_hold(text: str) -> None:
    # When a text is looked through
    named = products(text)
    # Then what is named stands in it, and there is no flood of it
    assert len(named) <= 5 and len(vehicles(text)) <= 5
    assert all(name.lower() in text.lower() or name in text.upper() for name in named)
