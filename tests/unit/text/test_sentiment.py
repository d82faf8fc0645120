"""The mood of messages in Spanish, English and Portuguese."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.cli.evaluate.labelled import merit
from relevo.text.sentiment import EMOTIONS, LABELS, sentiment

MESSAGES = Path(__file__).parent / "data" / "sentiment.csv"


@pytest.mark.parametrize("language", ["es", "en", "pt"])
def test_messages_to_a_company_are_judged_as_people_judge_them(language: str) -> None:
    # Given labelled messages of one language
    with MESSAGES.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["language"] == language]
    # When each is judged
    found = merit([row["label"] for row in rows], [sentiment(row["text"], language).label for row in rows])
    # Then nearly all agree
    assert found["macro_f1"] >= 0.9


@pytest.mark.parametrize(
    ("text", "language", "label"),
    [
        ("no es bueno", "es", "negative"),
        ("nunca fue amable", "es", "negative"),
        ("no hay problema", "es", "positive"),
        ("sin errores, todo bien", "es", "positive"),
        ("it isn't good", "en", "negative"),
        ("not bad", "en", "positive"),
        ("não é bom", "pt", "negative"),
    ],
)
def test_negation_turns_the_word_it_governs(text: str, language: str, label: str) -> None:
    assert sentiment(text, language).label == label


def test_a_negation_does_not_reach_over_a_comma() -> None:
    assert sentiment("No, está excelente", "es").label == "positive"


@pytest.mark.parametrize(
    ("weaker", "stronger"),
    [
        ("malo", "muy malo"),
        ("pésimo servicio", "PÉSIMO SERVICIO"),
        ("pésimo servicio", "pésimo servicio!!!"),
        ("pésimo servicio", "péeesimo servicio"),
        ("un poco lento y malo", "lento y malo"),
    ],
)
def test_emphasis_strengthens(weaker: str, stronger: str) -> None:
    assert abs(sentiment(weaker, "es").score) < abs(sentiment(stronger, "es").score)


@pytest.mark.parametrize(
    ("text", "label"),
    [("😡😡", "negative"), ("❤️", "positive"), ("llegó :)", "positive"), ("llegó :(", "negative"), ("👍🏽", "positive")],
)
def test_emoji_and_emoticons_speak(text: str, label: str) -> None:
    assert sentiment(text, "es").label == label


def test_what_follows_but_weighs_more() -> None:
    assert sentiment("el producto es bueno pero el trato fue horrible", "es").label == "negative"
    assert sentiment("slow delivery but the product is fantastic", "en").label == "positive"


def test_a_polite_thanks_does_not_sweeten_a_complaint() -> None:
    assert sentiment("No funciona la aplicación, gracias", "es").label == "negative"


def test_greetings_are_not_praise() -> None:
    assert sentiment("Hola, buenos días, por favor el horario", "es").label == "neutral"


@pytest.mark.parametrize(
    ("text", "language", "emotion"),
    [
        ("Estoy furioso, son unos ladrones", "es", "angry"),
        ("sigo esperando, otra vez lo mismo", "es", "frustrated"),
        ("me preocupa que hackearon mi cuenta", "es", "worried"),
        ("Muchas gracias por su ayuda", "es", "grateful"),
        ("me encanta, estoy feliz", "es", "happy"),
        ("¿a qué hora abren?", "es", "neutral"),
        ("this is outrageous, you are scammers", "en", "angry"),
        ("still waiting, same issue again", "en", "frustrated"),
        ("thank you so much", "en", "grateful"),
        ("muito obrigada", "pt", "grateful"),
    ],
)
def test_emotions_are_told_apart(text: str, language: str, emotion: str) -> None:
    assert sentiment(text, language).emotion == emotion


def test_a_word_inside_an_address_has_no_mood() -> None:
    assert sentiment("https://ejemplo.com/horrible", "es").score == 0


@given(st.text(max_size=200), st.sampled_from(["es", "en", "pt", "fr"]))
def test_any_text_has_a_score_within_bounds(text: str, language: str) -> None:
    found = sentiment(text, language)
    assert -1 <= found.score <= 1
    assert found.label in LABELS
    assert found.emotion in EMOTIONS
    assert (found.label == "negative") == (found.score <= -0.2)
