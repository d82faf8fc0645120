"""How a customer feels: a score from -1 to 1, its label, and the emotion behind it.

A lexicon with rules, in the manner of VADER (Hutto & Gilbert, 2014): values of words and set phrases, turned by
negation, strengthened or weakened by the word before, by capitals, exclamation marks and stretched letters, with what
follows "but" weighing more. Support desks need three things tweets do not: a polite "thanks" at the end of a complaint
is no praise, "no funciona" is a complaint without any sad word, and greetings ("buenos días") are no praise either.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from relevo.text import lexicon
from relevo.text.words import REPEATED, Phrasebook, tokens, unaccented, without_addresses, wordset

GENERAL = Path(__file__).parent / "data" / "sentiment.json"
LABELS = ("negative", "neutral", "positive")
EMOTIONS = ("angry", "frustrated", "worried", "happy", "grateful", "neutral")

_NEUTRAL_WITHIN = 0.2
_NEGATION_REACH = 3
# "no es bueno" is nearly as bad as "es malo"; "no es malo" is only mildly good.
_NEGATED_PRAISE, _NEGATED_BLAME = -0.8, -0.4
_STRENGTHENED, _WEAKENED = 1.35, 0.6
_BEFORE_BUT, _AFTER_BUT = 0.6, 1.3
_SHOUTED, _STRETCHED, _EXCLAMATION = 1.2, 1.1, 0.08
_POLITE_THANKS = 0.25
# As in VADER, s / sqrt(s^2 + alpha): one strong word gives about 0.65, four give 0.96.
_ALPHA = 12.0
_STOPS = frozenset('.,;:!?()¡¿"-\n…')
_SHOUT_LETTERS = 6


@dataclass(frozen=True, slots=True)
class Sentiment:
    """`score` in -1..1, `label` negative, neutral or positive, `emotion` one of `EMOTIONS`."""

    score: float
    label: str
    emotion: str


def sentiment(text: str, language: str) -> Sentiment:
    """The sentiment of `text`, read as `language` (es, en or pt; any other is read as English)."""
    language = language if language in lexicon.WORDS else "en"
    found = tokens(_emoticons_as_emoji(text))
    values = _values(found, language)
    total = sum(values) * _emphasis(text)
    score = round(total / math.sqrt(total * total + _ALPHA), 3)
    label = LABELS[1] if abs(score) < _NEUTRAL_WITHIN else LABELS[0] if score < 0 else LABELS[2]
    return Sentiment(score, label, _emotion(found, label, score))


def _values(found: list[str], language: str) -> list[float]:
    """The value of each word and phrase that has one, as its clause makes it."""
    book, modifiers = _book(language), _modifiers(language)
    values: list[float] = []
    thanks: set[int] = set()
    clause: list[str] = []
    turn = 0
    position = 1 if found[:1] == ["buenas"] else 0  # a greeting, not praise
    while position < len(found):
        match = book.at(found, position)
        end = match.end if match else position + 1
        if match and match.value:
            if match.phrase in _THANKS:
                thanks.add(len(values))
            values.append(match.value * _modified(clause, modifiers, match.value, end - position > 1))
        elif found[position] in lexicon.TURNS:
            turn = len(values)
        clause = [] if found[position] in _STOPS else [*clause, *found[position:end]][-_NEGATION_REACH:]
        position = end
    if turn:
        values = [value * (_BEFORE_BUT if i < turn else _AFTER_BUT) for i, value in enumerate(values)]
    if any(value <= -1 for value in values):
        values = [value * _POLITE_THANKS if i in thanks else value for i, value in enumerate(values)]
    return values


def _modified(clause: list[str], modifiers: dict[str, str], value: float, phrase: bool) -> float:
    factor = {"stronger": _STRENGTHENED, "weaker": _WEAKENED}.get(modifiers.get(clause[-1], "") if clause else "", 1.0)
    # A set phrase carries its own negation ("no funciona"); only single words are turned.
    if not phrase and any(modifiers.get(word) == "negation" for word in clause[-_NEGATION_REACH:]):
        factor *= _NEGATED_PRAISE if value > 0 else _NEGATED_BLAME
    return factor


def _emphasis(text: str) -> float:
    letters = [char for char in without_addresses(text) if char.isalpha()]
    emphasis = 1.0 + _EXCLAMATION * min(text.count("!"), 3)
    if len(letters) >= _SHOUT_LETTERS and sum(char.isupper() for char in letters) > 0.7 * len(letters):
        emphasis *= _SHOUTED
    return emphasis * _STRETCHED if REPEATED.search(unaccented(text.lower())) else emphasis


def _emotion(found: list[str], label: str, score: float) -> str:
    named: Counter[str] = Counter()
    for emotion, book in _emotion_books().items():
        named[emotion] += sum(1 for _ in book.find(found))
    if label == "negative":
        candidates = ("angry", "worried", "frustrated")
        strongest = max(candidates, key=lambda emotion: named[emotion])
        return strongest if named[strongest] else "frustrated"
    if label == "positive":
        if named["grateful"] and named["grateful"] >= named["happy"]:
            return "grateful"
        return "happy" if named["happy"] or score >= 0.5 else "neutral"
    return "worried" if named["worried"] and score <= 0 else "neutral"


def _emoticons_as_emoji(text: str) -> str:
    for value, emoticons in lexicon.EMOTICONS.items():
        for emoticon in emoticons.split():
            if emoticon in text and "://" not in text:
                text = text.replace(emoticon, " 😞 " if value < 0 else " 🙂🙂 ")
    return text


_THANKS = wordset(
    "gracias;agradezco;agradec*;agradecid*;muchas gracias;mil gracias;muchisimas gracias;thanks;thank;thx;ty;cheers;"
    "appreciate*;thanks a lot;many thanks;obrigad*;obg;valeu;vlw;muito obrigado;muito obrigada",
    ";",
)


@lru_cache(maxsize=8)
def _book(language: str) -> Phrasebook[float]:
    general: dict[str, float] = json.loads(GENERAL.read_text(encoding="utf-8"))[language]
    own = [(word, value) for value, listed in lexicon.WORDS[language].items() for word in listed.split()]
    stems = tuple(word[:-1] for word, _ in own if word.endswith("*"))
    phrases = [(p, value) for value, listed in lexicon.PHRASES[language].items() for p in listed.split(";") if p]
    emoji = [(sign, value) for value, signs in lexicon.EMOJI.items() for sign in signs]
    exact = {word for word, _ in own}
    rest = [(w, v) for w, v in general.items() if w not in exact and not w.startswith(stems)]
    return Phrasebook([*phrases, *own, *emoji, *rest])


@lru_cache(maxsize=8)
def _modifiers(language: str) -> dict[str, str]:
    listed = {"stronger": lexicon.STRENGTHENERS, "weaker": lexicon.WEAKENERS, "negation": lexicon.NEGATIONS}
    return {word: kind for kind, by_language in listed.items() for word in by_language[language].split()}


@lru_cache(maxsize=1)
def _emotion_books() -> dict[str, Phrasebook[bool]]:
    return {
        emotion: Phrasebook((cue.replace("_", " "), True) for cue in listed.split())
        for emotion, listed in lexicon.EMOTIONS.items()
    }
