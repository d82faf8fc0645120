"""Which of Spanish, English and Portuguese a message is written in.

Support messages are short ("hola", "pls help", "cadê meu pedido"), where models trained on articles fail. Three sorts
of evidence are added up as log-probabilities per language: the words themselves (frequencies of film subtitles and chat
spellings), letter sequences for words the table does not know, and signs that only one language writes. The table is
made by `infra/models/language_table.py` and loads in about 10 ms without numpy.

A text with no evidence ("ok", "👍", "12345") is in the customer's known language, when there is one.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from relevo.text.words import unaccented, without_addresses, wordset

LANGUAGES = ("en", "es", "pt")
DEFAULT = "es"
TABLE = Path(__file__).parent / "data" / "language.json"

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_LONGEST_GRAM = 6
_LONGEST_TEXT = 600
_GRAM_SHARE = 0.5
# A capital inside a sentence is usually a name ("call Juan Pérez"), which says little about the sentence's language.
_NAME_SHARE = 0.3
# Words that customers of all three languages use; the table's counts would mislead.
_SHARED = wordset(
    "ok okay okey okei whatsapp email e-mail mail online app web pdf link chat wifi vip crm sms api qr usb gps"
    " iphone android facebook instagram google excel login password a no me te se de normal total final general"
    " personal"
)
_SHARED_SHARE = 0.2
# One-word and set-phrase messages, where frequencies of films say the wrong thing; log-probability added.
_SET_PHRASES = {
    "es": (
        "hola holis holi buenas buenos saludos gracias adios chao chau vale listo dale sale claro perfecto"
        " excelente urgente ayuda factura precio precios horario horarios si sip sipi nop nel ya oye oiga alo"
        " bueno genial disculpe disculpa perdon porfa entiendo correcto exacto cancelar hablar asesor agente"
        " pedido envio cuanto donde cuando quien como que ninguno nada todo bien mal tal",
        2.5,
    ),
    "en": (
        "hi hello hey hiya yo thanks thank thx ty cheers bye goodbye yes yeah yep nope sure great please pls"
        " plz help sorry perfect agent human refund invoice price shipping order done cool awesome nice good"
        " morning evening",
        2.5,
    ),
    "pt": (
        "oi ola opa eae obrigado obrigada obg valeu vlw tchau sim nao beleza blz certo entendi desculpa"
        " desculpe ajuda preco precos fatura boleto pedido frete atendente bom boa dia tarde noite tudo bem",
        2.5,
    ),
}
_SIGNS = (
    (re.compile(r"[¿¡]"), "es", 5.0),
    (re.compile(r"ñ"), "es", 4.0),
    (re.compile(r"[ãõ]"), "pt", 5.0),
    (re.compile(r"[çêâô]"), "pt", 2.5),
    (re.compile(r"\b(?:ja){2,}j?\b"), "es", 2.0),
    (re.compile(r"\bk{3,}\b|\b(?:rs){2,}\b"), "pt", 3.0),
    (re.compile(r"\b\w+(?:n't|'re|'ll|'ve|'m)\b"), "en", 4.0),
    (re.compile(r"\b\w{2,}(?:ción|ciones)\b"), "es", 3.0),
    (re.compile(r"\b\w{2,}(?:ção|ções)\b"), "pt", 3.0),
)
# Below this lead over the runner-up (log-probability) the customer's known language decides.
_THIN = 1.2
_HINT_BONUS = 1.5


@dataclass(frozen=True, slots=True)
class Language:
    """A detected language: ISO 639-1 `code` (en, es or pt) and `confidence` in 1/3..1."""

    code: str
    confidence: float


def detect(text: str, hint: str | None = None) -> Language:
    """The language of `text`.

    `hint` is the customer's known language; it decides when the text has too little evidence and tips close calls, but
    a clear text wins against it. A hint outside en, es and pt counts as none. Without evidence and hint the answer is
    Spanish with the lowest confidence.
    """
    known = hint if hint in LANGUAGES else None
    scores = evidence(text)
    if known:
        scores[known] += _HINT_BONUS
    best, second = sorted(scores.values(), reverse=True)[:2]
    if best - second < _THIN:
        contenders = [code for code in LANGUAGES if best - scores[code] < _THIN]
        if known in contenders:
            return Language(str(known), _confidence(scores, str(known)))
        if best == second:
            return Language(DEFAULT if DEFAULT in contenders else contenders[0], _confidence(scores, contenders[0]))
    code = max(LANGUAGES, key=lambda each: scores[each])
    return Language(code, _confidence(scores, code))


def evidence(text: str) -> dict[str, float]:
    """Log-probability of each language given `text`, up to a common constant; all zero when nothing speaks."""
    original = without_addresses(text[:_LONGEST_TEXT]).replace("’", "'")
    lowered = _STRETCHED.sub(r"\1", original.lower()) if not re.search(r"k{3}", original.lower()) else original.lower()
    scores = dict.fromkeys(LANGUAGES, 0.0)
    _add_words(original, scores)
    _add_grams(lowered, scores)
    for pattern, language, weight in _SIGNS:
        if pattern.search(lowered):
            scores[language] += weight
    return scores


def _add_words(text: str, scores: dict[str, float]) -> None:
    table = _table()["words"]
    names_marked = not text.isupper()
    for position, match in enumerate(_WORD.finditer(text)):
        written = match.group()
        word = _STRETCHED.sub(r"\1", written.lower())
        weights = table.get(word) or table.get(unaccented(word))
        share = _SHARED_SHARE if word in _SHARED else 1.0
        if position and names_marked and written[0].isupper() and written != "I":
            share *= _NAME_SHARE
        if weights:
            for language, weight in zip(LANGUAGES, weights, strict=True):
                scores[language] += share * weight / 10
        for language, (phrases, bonus) in _set_phrases().items():
            if unaccented(word) in phrases:
                scores[language] += share * bonus


def _add_grams(text: str, scores: dict[str, float]) -> None:
    # As in the source model: at each position only the longest known sequence ending there counts, by 1 + log(count).
    table = _table()["grams"]
    padded = " " + " ".join(_WORD.findall(text)) + " "
    seen: Counter[str] = Counter()
    for end in range(2, len(padded) + 1):
        for start in range(max(0, end - _LONGEST_GRAM), end):
            if padded[start:end] in table:
                seen[padded[start:end]] += 1
                break
    for gram, count in seen.items():
        for language, weight in zip(LANGUAGES, table[gram], strict=True):
            scores[language] += _GRAM_SHARE * math.log1p(count) * weight / 10


def _confidence(scores: dict[str, float], code: str) -> float:
    # Half the evidence: words of one message are not independent, so the plain sum would be too sure of itself.
    exponents = {language: math.exp((score - max(scores.values())) / 2) for language, score in scores.items()}
    return round(exponents[code] / sum(exponents.values()), 4)


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, list[int]]]:
    table: dict[str, dict[str, list[int]]] = json.loads(TABLE.read_text(encoding="utf-8"))
    return table


@lru_cache(maxsize=1)
def _set_phrases() -> dict[str, tuple[frozenset[str], float]]:
    return {language: (wordset(listed), bonus) for language, (listed, bonus) in _SET_PHRASES.items()}
