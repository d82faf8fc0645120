"""The product says the same things in every language it speaks."""

from __future__ import annotations

from string import Formatter

from relevo.texts import LANGUAGES, catalogue, say


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_every_sentence_exists_in_every_language_with_the_same_placeholders() -> None:
    # Given the catalogues
    sentences = {language: catalogue(language) for language in LANGUAGES}
    # When compared with Spanish
    spanish = {key: placeholders(text) for key, text in sentences["es"].items()}
    # Then none lacks a sentence, has one more, or fills it differently
    for language, texts in sentences.items():
        assert {key: placeholders(text) for key, text in texts.items()} == spanish, language


def test_an_unknown_language_is_answered_in_spanish() -> None:
    # Given a language the product does not speak
    # When it says something
    spoken = say("bot.thanks", "ja")
    # Then it is Spanish
    assert spoken == say("bot.thanks", "es")
