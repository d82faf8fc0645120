"""What needs no article: a greeting, thanks, the wish for a person. Whole messages only, so that nothing is lost.

The phrases stand in `smalltalk.json`, in Spanish, English and Portuguese, plain: no accents, capitals or signs.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from pathlib import Path

_COURTESY = re.compile(r"\b(por favor|porfa|please|por gentileza)\b")


@cache
def _intents() -> dict[str, str]:
    phrases: dict[str, list[str]] = json.loads((Path(__file__).parent / "smalltalk.json").read_text(encoding="utf-8"))
    return {phrase: intent for intent, known in phrases.items() for phrase in known}


def intent_of(text: str) -> str | None:
    """`greeting`, `thanks` or `person` if a whole message is nothing but that; None otherwise.

    Accents, case, signs and `please` do not count.
    """
    plain = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    words = re.sub(r"[^a-z ]+", " ", plain)
    return _intents().get(" ".join(_COURTESY.sub(" ", words).split()))
