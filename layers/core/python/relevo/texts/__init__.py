"""Every sentence the product says to people, in Spanish and English: `es.json` and `en.json` beside this file."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

LANGUAGES = ("es", "en")
DEFAULT = "es"


@cache
def catalogue(language: str) -> dict[str, str]:
    """The sentences of one language by key; Spanish for a language the product does not speak."""
    chosen = language if language in LANGUAGES else DEFAULT
    texts: dict[str, str] = json.loads((Path(__file__).parent / f"{chosen}.json").read_text(encoding="utf-8"))
    return texts


def say(key: str, language: str | None, **values: object) -> str:
    """The sentence `key` with its {placeholders} filled. Raises KeyError for a key or a placeholder nobody wrote."""
    return catalogue(language or DEFAULT)[key].format_map(values)
