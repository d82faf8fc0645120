"""What needs no article: a greeting, thanks, a nod, the wish for a person. Whole messages only, so nothing is lost.

The phrases stand in `smalltalk.json`, in Spanish, English and Portuguese, plain: no accents, capitals or signs.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from relevo.text.words import folded

_COURTESY = re.compile(r"\b(por favor|porfa|please|por gentileza)\b")
_SMILE = re.compile(r"[:;]-?\)|<3")
_SMILING = "🙂"
_LONGEST = 200
"""Characters of the longest message that can be small talk."""

_AGREEING = frozenset("👍👌🙏🤝👏🙌💪✅✔☑🆗💯🎉❤♥🧡💛💚💙💜🤍💖💕😊🙂😀😃😄😁😉😍🥰😘🤗😎🤩🫶🫡✨🌟⭐🌹👋")
_UNHAPPY = frozenset("👎😡😠🤬😤😞😔😟😕🙁☹😣😖😫😩😢😭😒🙄🤔🤨💔❓❔🆘😱😰😨🤦🤷")


def intent_of(text: str) -> str | None:
    """`greeting`, `thanks`, `acknowledged` or `person` if a whole message is nothing but that; None otherwise.

    Accents, case, signs and `please` do not count. Nods and thanks combine ("ok, perfecto, muchas gracias 👍"); a
    question mark, a number or an unhappy face makes them something to look at. A greeting may say that help is wanted
    ("buenas tardes, ¿me puede ayudar?"), as long as it does not say with what.
    """
    if len(text) > _LONGEST:
        return None
    plain = folded(_SMILE.sub(_SMILING, text))
    letters = re.sub(r"[^a-z ]+", " ", plain)
    if any(char.isalnum() and not ("a" <= char <= "z") for char in plain):
        return None
    words = _COURTESY.sub(" ", letters).split()
    if _asks_for_a_person(words):
        return "person"
    pictures = [char for char in plain if unicodedata.category(char) == "So"]
    gratitude = _gratitude(words, text, pictures)
    if gratitude is None and words and _consists_of(words, _phrases()["greeting"]):
        return "greeting" if _UNHAPPY.isdisjoint(pictures) else None
    return gratitude


def _asks_for_a_person(words: Sequence[str]) -> bool:
    """The wish alone, or a whole sentence of it among politeness: "buenas tardes, quiero hablar con alguien"."""
    wishes = _phrases()["person"]
    if tuple(words) in wishes:
        return True
    politeness = _phrases()["greeting"] | _phrases()["thanks"]
    sentences = frozenset(wish for wish in wishes if len(wish) > 2)
    return _consists_of(words, politeness | sentences) and not _consists_of(words, politeness)


def _gratitude(words: Sequence[str], text: str, pictures: Sequence[str]) -> str | None:
    if "?" in text or "¿" in text or not _UNHAPPY.isdisjoint(pictures):
        return None
    if not words:
        return "acknowledged" if pictures and _AGREEING.issuperset(pictures) else None
    nods, thanks = _phrases()["acknowledged"], _phrases()["thanks"]
    if _consists_of(words, nods):
        return "acknowledged"
    return "thanks" if _consists_of(words, nods | thanks) else None


def _consists_of(words: Sequence[str], phrases: frozenset[tuple[str, ...]]) -> bool:
    """Whether the words can be cut into phrases with nothing left over."""
    longest, cuts = max(map(len, phrases)), {0}
    for end in range(1, len(words) + 1):
        if any(start in cuts and tuple(words[start:end]) in phrases for start in range(max(0, end - longest), end)):
            cuts.add(end)
    return len(words) in cuts


@cache
def _phrases() -> dict[str, frozenset[tuple[str, ...]]]:
    listed: dict[str, list[str]] = json.loads((Path(__file__).parent / "smalltalk.json").read_text(encoding="utf-8"))
    return {intent: frozenset(tuple(phrase.split()) for phrase in known) for intent, known in listed.items()}
