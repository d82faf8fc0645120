"""Whether somebody's words say yes or no to an offer.

Only whole messages count: they are cut into phrases this module knows, and one word beyond them leaves the message to
people. What says both, asks, hesitates, or is merely pleased is doubtful.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Literal

from relevo.text.words import unaccented, wordset

Answer = Literal["yes", "plain yes", "no", "doubtful"]
"""`plain yes` could be an answer to whatever was asked last; `yes` names what it wants."""

_WANTED = wordset(
    "acepto|la acepto|lo acepto|acepto la cotizacion|acepto el presupuesto|aceptar|aceptado|lo quiero|la quiero|"
    "los quiero|las quiero|me lo llevo|me la llevo|me los llevo|lo compro|la compro|los compro|quiero comprarlo|"
    "quiero comprarla|confirmo|confirmo la compra|confirmo el pedido|confirmado|confirmada|trato hecho|hagan el pedido|"
    "haz el pedido|si quiero|si lo quiero|si la quiero|lo quiero comprar|la quiero comprar|los quiero comprar|"
    "i accept|i accept the quote|accept|accepted|i want it|i want them|i ll take it|i will take it|i ll buy it|"
    "i confirm|confirmed|it s a deal|its a deal|deal",
    "|",
)
_AGREED = wordset(
    "si|sii|siii|sip|claro|claro que si|por supuesto|de acuerdo|esta bien|ok|oka|okay|okey|okei|dale|va|vale|adelante|"
    "sale|sale pues|sale y vale|orale|simon|listo|hecho|procede|procedan|proceda|yes|yeah|yep|yup|sure|"
    "of course|go ahead|agreed",
    "|",
)
_REFUSED = wordset(
    "no|nop|nope|claro que no|no acepto|no la acepto|no lo acepto|no lo quiero|no la quiero|no los quiero|"
    "no las quiero|ya no|"
    "ya no lo quiero|ya no la quiero|no me interesa|ya no me interesa|rechazo|rechazar|la rechazo|rechazada|cancelar|"
    "cancela|cancelalo|cancelala|cancelen|i don t want it|i do not want it|no thanks|no thank you|not interested|"
    "i m not interested|reject|rejected|cancel|cancel it",
    "|",
)
_UNCLEAR = wordset(
    "me interesa|si me interesa|no cancelar|no cancela|no cancelen|no la cancelen|no lo cancelen|mejor no|"
    "por el momento no|por ahora no|ahorita no|no estoy de acuerdo|no esta bien|no cancel|don t cancel|do not cancel|"
    "not now|"
    "perfecto|excelente|genial|bueno|bien|muy bien|me parece bien|me gusta|creo que si|creo que no|tal vez|quizas|"
    "quiza|puede ser|supongo|mmm|mm|hmm|perfect|great|good|fine|sounds good|maybe|perhaps|i think so|i guess",
    "|",
)
_COURTESY = wordset(
    "por favor|porfa|porfavor|gracias|muchas gracias|mil gracias|hola|buenas|buenos dias|buenas tardes|buenas noches|"
    "pues|entonces|please|thanks|thank you|thank you very much|hi|hello|then",
    "|",
)
_LONGEST = 120
"""Characters; who has more to say is read by people."""


def answer_in(text: str) -> Answer | None:
    """What a message answers to an offer; None when it is about something else."""
    if len(text) > _LONGEST:
        return None
    words = _words(text)
    if not words:
        return "doubtful" if words == [] and _is_thumb(text) else None
    kinds = _cut(tuple(words))
    if kinds is None or kinds <= {"courtesy"}:
        return None
    kinds -= {"courtesy"}
    if "?" in text or "¿" in text:
        return "doubtful"
    if kinds == {"refused"}:
        return "no"
    if kinds <= {"wanted", "agreed"}:
        return "yes" if "wanted" in kinds else "plain yes"
    return "doubtful"


def _words(text: str) -> list[str] | None:
    """Plain words; None where something stands that no phrase has: digits, other scripts."""
    plain = unaccented(text.casefold().replace("’", "'"))
    if any(sign.isalnum() and not ("a" <= sign <= "z") for sign in plain):
        return None
    return "".join(sign if "a" <= sign <= "z" else " " for sign in plain).split()


def _is_thumb(text: str) -> bool:
    pictures = [sign for sign in text if unicodedata.category(sign) == "So"]
    return bool(pictures) and set(pictures) <= set("👍👌🙏🤝✅✔☑🆗😊🙂👎❌")


def _cut(words: tuple[str, ...]) -> frozenset[str] | None:
    """The kinds of phrases a message consists of, cut from the left, the longest first; None when it does not."""
    kinds, start = set(), 0
    while start < len(words):
        for end in range(min(len(words), start + _longest()), start, -1):
            kind = _phrases().get(words[start:end])
            if kind is not None:
                kinds.add(kind)
                start = end
                break
        else:
            return None
    return frozenset(kinds)


@cache
def _phrases() -> dict[tuple[str, ...], str]:
    kinds = {
        "courtesy": _COURTESY,
        "unclear": _UNCLEAR,
        "agreed": _AGREED,
        "wanted": _WANTED,
        "refused": _REFUSED,
    }
    return {tuple(phrase.split()): kind for kind, phrases in kinds.items() for phrase in phrases}


@cache
def _longest() -> int:
    return max(map(len, _phrases()))
