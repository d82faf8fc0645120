"""What counts as a yes to an offer, and what must not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.sales.consent import _AGREED, _COURTESY, _REFUSED, _WANTED, answer_in


@pytest.mark.parametrize(
    "text",
    [
        "sí, lo quiero",
        "Acepto",
        "ACEPTO!!",
        "ok, me lo llevo",
        "Lo quiero por favor 🙂",
        "I'll take it",
        "Confirmo",
        "sí quiero",
    ],
)
def test_who_names_what_they_want_says_yes(text: str) -> None:
    assert answer_in(text) == "yes"


@pytest.mark.parametrize(
    "text", ["sí", "Si", "SÍ!!", "ok", "Ok, gracias", "dale", "va", "de acuerdo", "yes please", "órale, sale"]
)
def test_who_agrees_says_a_plain_yes(text: str) -> None:
    assert answer_in(text) == "plain yes"


@pytest.mark.parametrize("text", ["no", "No, gracias", "ya no lo quiero", "rechazo", "cancelar", "no thanks"])
def test_who_refuses_says_no(text: str) -> None:
    assert answer_in(text) == "no"


@pytest.mark.parametrize(
    "text",
    ["¿sí?", "ok?", "sí, no", "perfecto", "tal vez", "creo que sí", "👍", "acepto?", "no cancelen", "me interesa"],
)
def test_what_could_be_either_is_doubtful(text: str) -> None:
    assert answer_in(text) == "doubtful"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "gracias",
        "hola",
        "sí pero mañana",
        "si tienen en rojo lo quiero",
        "acepto 2",
        "¿cuánto tarda?",
        "no sé",
        "да",
    ],
)
def test_what_is_about_something_else_is_left_to_people(text: str) -> None:
    assert answer_in(text) is None


phrases = st.sampled_from(sorted(_WANTED | _AGREED))
courtesies = st.lists(st.sampled_from(sorted(_COURTESY)), max_size=2)


@given(phrases, courtesies, courtesies, st.sampled_from(["", "!", ".", " 🙂", ",,,"]), st.booleans())
def test_a_yes_stays_one_however_politely_and_loudly_it_is_said(
    phrase: str, before: list[str], after: list[str], end: str, loud: bool
) -> None:
    # Given a yes between courtesies
    text = ", ".join([*before, phrase, *after]) + end
    # Then it is a yes
    if len(text) <= 120:
        assert answer_in(text.upper() if loud else text) in ("yes", "plain yes")


@given(phrases, st.sampled_from(sorted(_REFUSED)), st.booleans())
def test_a_refusal_beside_a_yes_never_makes_an_order(phrase: str, refusal: str, first: bool) -> None:
    said = f"{refusal}, {phrase}" if first else f"{phrase}, {refusal}"
    assert answer_in(said) not in ("yes", "plain yes")


@given(phrases, st.text(alphabet="0123456789", min_size=1, max_size=6))
def test_a_number_beside_a_yes_is_for_people(phrase: str, number: str) -> None:
    assert answer_in(f"{phrase} {number}") is None


@given(phrases)
def test_a_question_is_never_a_yes(phrase: str) -> None:
    assert answer_in(f"¿{phrase}?") == "doubtful"


@given(st.text(max_size=300))
def test_whatever_is_written_is_read(text: str) -> None:
    assert answer_in(text) in ("yes", "plain yes", "no", "doubtful", None)
