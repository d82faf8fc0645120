"""What makes a text pressing, and what only looks like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.text.urgency import GREATEST, KINDS, cues, points, time_pressure


def kinds(text: str) -> set[str]:
    return {cue.kind for cue in cues(text)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("URGENTE: sistema caído", {"urgent", "critical"}),
        ("urgentísimo", {"urgent"}),
        ("Need this ASAP!", {"urgent"}),
        ("The server is down", {"critical"}),
        ("es una EMERGENCIA", {"critical"}),
        ("no funciona", {"problem"}),
        ("No, no funciona", {"problem"}),
        ("it doesn't work", {"problem"}),
        ("me hackearon la cuenta", {"security"}),
        ("unauthorised access to our data", {"security"}),
        ("preciso disso imediatamente, o sistema caiu", {"urgent", "critical"}),
    ],
)
def test_cues_are_found_in_any_case_accent_and_language(text: str, expected: set[str]) -> None:
    assert kinds(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "no es urgente",
        "No es nada urgente, cuando puedan",
        "it's not urgent",
        "the site isn't down",
        "sin errores",
        "no tengo ningún problema",
        "se resolvió el problema",
        "the issue is solved",
        "ballast for the ship",
        "the debugger course",
        "https://example.com/urgente/asap",
        "urgente@empresa.com",
        "I made a down payment",
        "mi contacto de emergencia es Ana",
        "a crash course in English",
        "please scroll down",
        "gracias",
        "¿cuál es su horario?",
        "",
    ],
)
def test_what_is_negated_resolved_part_of_a_word_or_an_address_presses_nobody(text: str) -> None:
    assert cues(text) == []


def test_a_problem_that_is_not_resolved_stays_one() -> None:
    assert kinds("el problema no está resuelto") == {"problem"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lo necesito hoy", 5),
        ("en 2 horas tengo la presentación", 5),
        ("vence mañana", 4),
        ("the deadline is near", 4),
        ("para el viernes", 3),
        ("antes del 30 de noviembre", 3),
        ("llámenme por la mañana", 0),
        ("abren los domingos", 0),
        ("hola", 0),
    ],
)
def test_the_closest_time_counts(text: str, expected: int) -> None:
    assert time_pressure(text)[0] == expected


def test_a_kind_counts_once_however_often_it_is_said() -> None:
    assert points(cues("urgente urgente urgentísimo")) == points(cues("urgente"))


@given(st.text(max_size=200))
def test_any_text_has_an_urgency_within_bounds(text: str) -> None:
    found = cues(text)
    assert all(cue.kind in KINDS for cue in found)
    assert 0 <= points(found) <= GREATEST
    assert 0 <= time_pressure(text)[0] <= 5


@given(st.text(max_size=60), st.sampled_from(["urgente", "error", "caído"]))
def test_a_cue_as_a_sentence_of_its_own_is_always_found(before: str, cue: str) -> None:
    assert cues(f"{before.replace('@', ' ').replace('/', ' ')}\n. {cue}")
