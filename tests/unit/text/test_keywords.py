"""What a text is about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.text import analyze
from relevo.text.keywords import category, keywords, tags
from relevo.text.words import Phrasebook, tokens, words


def test_key_phrases_are_runs_of_content_words() -> None:
    # Given a message in Spanish with an accent
    text = "Hola, no puedo descargar la factura electrónica de mayo porque el portal de clientes no carga"
    # When its key phrases are taken
    found = keywords(text)
    # Then they are the telling words as written, the longer run first, and no stop word is among them
    assert found[0] == "factura electrónica"
    assert "portal" in found
    assert not {"hola", "porque", "el"} & set(found)


def test_what_is_said_often_weighs_more() -> None:
    assert keywords("printer offline. printer jammed. printer again, and a cable")[0].startswith("printer")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("No puedo descargar mi factura", "billing"),
        ("I was charged twice on my invoice", "billing"),
        ("la app se cierra y da error", "technical"),
        ("alguien entró a mi cuenta", "security"),
        ("olvidé mi contraseña", "account"),
        ("mi paquete no ha llegado, quiero rastrear el envío", "shipping"),
        ("quiero una cotización con descuento", "sales"),
        ("quero um orçamento", "sales"),
        ("hola", "general"),
    ],
)
def test_the_category_is_what_is_named_most(text: str, expected: str) -> None:
    assert category(text) == expected


def test_asking_for_a_person_is_a_tag() -> None:
    assert "human" in tags("quiero hablar con un asesor")


def test_the_code_on_a_card_is_no_security_matter() -> None:
    assert category("¿dónde está el código de seguridad de la tarjeta?") == "billing"


def test_everything_at_once() -> None:
    # When a pressing message is analyzed
    found = analyze("URGENTE: el sistema está caído, no podemos facturar 😡")
    # Then every part of it is known and stores as plain JSON
    assert (found.language, found.label, found.emotion) == ("es", "negative", "angry")
    assert found.urgency == 40
    assert found.as_json()["tags"] == list(found.tags)
    assert "caido" in found.urgency_words


@given(st.text(max_size=300))
def test_any_text_can_be_analyzed(text: str) -> None:
    found = analyze(text)
    assert 0 <= found.urgency <= 40
    assert len(found.keywords) <= 5
    assert all(phrase == phrase.lower() for phrase in found.keywords)


def test_the_longest_phrase_wins_and_its_words_are_not_counted_again() -> None:
    # Given a book with a phrase, its first word and an open ending
    book = Phrasebook([("down", 1), ("down payment", 2), ("pay*", 3)])
    # When a text holds them
    found = [(match.phrase, match.value) for match in book.find(tokens("down payment, paying, down"))]
    # Then each place has one meaning
    assert found == [("down payment", 2), ("pay*", 3), ("down", 1)]


@given(st.text(max_size=200))
def test_words_are_folded_and_whole(text: str) -> None:
    for word in words(text):
        assert word
        assert word == word.casefold()
        assert " " not in word
