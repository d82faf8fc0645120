"""The product says the same things in every language it speaks."""

from __future__ import annotations

import json
import re
from pathlib import Path
from string import Formatter

import pytest

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


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_console_has_words_for_whatever_is_audited(language: str) -> None:
    # Given every deed the domain writes into the audit by its name
    root = Path(__file__).parents[2]
    sources = "".join(path.read_text() for path in (root / "layers/core/python/relevo").rglob("*.py"))
    audited = set(re.findall(r'"([a-z_]+\.[a-z_]+)",\s*"allowed"', sources))
    assert audited >= {"user.create", "report.request", "alert_rule.change"}
    # When the audit page shows it
    settings = root / "functions/console/web/src/i18n" / language / "settings.json"
    words = json.loads(settings.read_text())["audit"]["actions"]
    named = {f"{of}.{deed}" for of, deeds in words.items() for deed in deeds}
    # Then none is left as a name
    assert audited <= named
