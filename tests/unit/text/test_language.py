"""The language of short messages."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.text.language import LANGUAGES, detect

MESSAGES = Path(__file__).parent / "data" / "language.csv"


def test_short_support_messages_are_told_apart() -> None:
    # Given some 350 short messages written apart from the rules
    with MESSAGES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    # When each is detected without any hint
    wrong = [row["text"] for row in rows if detect(row["text"]).code != row["label"]]
    # Then fewer than two in a hundred are mistaken
    assert len(wrong) / len(rows) < 0.02, wrong


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("hola", "es"),
        ("Buenas!", "es"),
        ("graciaaas", "es"),
        ("hello", "en"),
        ("Thanks", "en"),
        ("oi", "pt"),
        ("obrigada", "pt"),
        ("¿cuanto cuesta?", "es"),
        ("CUANDO LLEGA MI PEDIDO", "es"),
        ("Call Juan Pérez at Calle Mayor please", "en"),
        ("não chegou", "pt"),
        ("see https://www.ejemplo.es/ayuda/factura for details", "en"),
    ],
)
def test_greetings_names_and_addresses_do_not_mislead(text: str, language: str) -> None:
    assert detect(text).code == language


@pytest.mark.parametrize("text", ["", "ok", "👍", "12345", "https://example.com/hello", "…"])
@pytest.mark.parametrize("hint", LANGUAGES)
def test_a_text_that_says_nothing_is_in_the_customers_language(text: str, hint: str) -> None:
    assert detect(text, hint).code == hint


def test_a_clear_text_wins_against_the_hint() -> None:
    assert detect("Where is my parcel? I have been waiting for a week", "es").code == "en"


def test_without_evidence_and_hint_the_answer_is_spanish_and_unsure() -> None:
    assert detect("12345").code == "es"
    assert detect("12345").confidence < 0.4


def test_a_hint_outside_the_three_languages_counts_as_none() -> None:
    assert detect("🙂", "fr") == detect("🙂")


def test_confidence_grows_with_the_text() -> None:
    assert detect("no").confidence < detect("no puedo descargar la factura de mayo").confidence


@given(st.text(max_size=200), st.sampled_from([None, *LANGUAGES]))
def test_any_text_has_a_language(text: str, hint: str | None) -> None:
    found = detect(text, hint)
    assert found.code in LANGUAGES
    assert 0 < found.confidence <= 1
