"""Small talk is a whole message of nothing else: what asks, complains or tells something is never taken for it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import relevo.knowledge
from relevo.knowledge.smalltalk import intent_of

LISTED = json.loads((Path(relevo.knowledge.__file__).parent / "smalltalk.json").read_text(encoding="utf-8"))
NODS, THANKS = LISTED["acknowledged"], LISTED["thanks"]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("👍", "acknowledged"),
        ("👍🏽👍🏽", "acknowledged"),
        ("❤️", "acknowledged"),
        ("✅", "acknowledged"),
        (":)", "acknowledged"),
        ("ok", "acknowledged"),
        ("Okaaay!!", "acknowledged"),
        ("listo", "acknowledged"),
        ("Entendido 👌", "acknowledged"),
        ("ok, perfecto", "acknowledged"),
        ("beleza, deu certo", "acknowledged"),
        ("got it, that's all", "acknowledged"),
        ("ok perfecto, muchas gracias!", "thanks"),
        ("genial, graciaaas!", "thanks"),
        ("thanks, that worked", "thanks"),
        ("Ya funcionó, ¡mil gracias! 🙏", "thanks"),
        ("perfeito, muito obrigada", "thanks"),
        ("no, gracias", "thanks"),
        ("gracias por su ayuda", "thanks"),
        ("¡Hola!", "greeting"),
        ("hola, buenos días", "greeting"),
        ("Quiero hablar con una persona, por favor", "person"),
        ("Buenas tardes, quiero hablar con una persona por favor", "person"),
        ("hola, necesito hablar con alguien, gracias", "person"),
        ("hola agente", None),
    ],
)
def test_small_talk_is_recognised(text: str, intent: str) -> None:
    # Given what customers write after an answer, and before a question
    # When it is read
    # Then it is known for what it is
    assert intent_of(text) == intent


@pytest.mark.parametrize(
    "text",
    [
        "ok pero no me funcionó",
        "gracias por nada",
        "no funcionó",
        "gracias pero no funciona",
        "ok, mi pedido es 4312",
        "ok 4312",
        "¿listo?",
        "ya quedó?",
        "😡",
        "ok 👎",
        "gracias 😢",
        "❓",
        "👍😡",
        "thanks, but it did not work",
        "obrigado, mas não funcionou",
        "no",
        "sí",
        "好的 ok",
        "",
        ".",
        "...",
        "ok " * 2000 + "no",
    ],
)
def test_what_says_more_is_no_small_talk(text: str) -> None:
    # Given a message that has something for a person or an article in it
    # When it is read
    # Then it is not small talk
    assert intent_of(text) is None


@given(st.lists(st.sampled_from(NODS), min_size=1, max_size=5), st.sampled_from([", ", " ", "! ", "\n", " 👍 "]))
def test_nods_together_are_a_nod(nods: list[str], between: str) -> None:
    # Given any nods, one after the other
    # When they are read as one message
    # Then they are a nod, with thanks they are thanks, and with "pero" they are neither
    assert intent_of(between.join(nods)) in ("acknowledged", "greeting")
    assert intent_of(between.join([*nods, "muchas gracias"])) == "thanks"
    assert intent_of(between.join([*nods, "pero no funciona"])) is None


@given(st.sampled_from(THANKS), st.text(max_size=40))
def test_only_words_that_are_known_are_small_talk(thanks: str, more: str) -> None:
    # Given thanks followed by anything
    # When a word follows that is in no list
    # Then the message is not small talk
    assert intent_of(f"{thanks} {more} facturacion") is None


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    # Given any text
    # When it is read
    # Then it is one of four things, or none
    assert intent_of(text) in (None, "greeting", "thanks", "acknowledged", "person")


@pytest.mark.parametrize(
    "text",
    [
        "ayuda",
        "hola, ¿cómo está?",
        "Buenas tardes, ¿me puede ayudar?",
        "buenas tardes, tengo una pregunta",
        "can you help me?",
    ],
)
def test_a_wish_for_help_without_saying_with_what_is_a_greeting(text: str) -> None:
    # Given a message that asks for help and nothing yet
    # Then the bot greets and asks, instead of opening a ticket
    assert intent_of(text) == "greeting"


def test_a_wish_for_help_with_something_is_a_question() -> None:
    # Given a greeting that says what it is about
    # Then it is no small talk
    assert intent_of("hola, necesito ayuda con mi factura") is None
