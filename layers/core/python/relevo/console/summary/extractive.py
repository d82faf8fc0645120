"""A summary without a model: the customer's own words, and what they name. It says so (`kind` extractive)."""

from __future__ import annotations

import re
from typing import Any, Literal

from relevo.console.summary.naming import products, vehicles
from relevo.console.summary.reading import Line, Matter

_LONGEST = 240
_ASKS = re.compile(
    r"\?|¿|\b(?:c[oó]mo|cu[aá]l|cu[aá]nto|d[oó]nde|cu[aá]ndo|por qu[eé]|tienen?|necesit\w+|quier\w+|quisier\w+|busc\w+"
    r"|me ayud\w+|pued\w+|no (?:puedo|funciona|lleg\w+|sirve|carga)|how|what|where|when|why|do you|can (?:you|i)|need"
    r"|want|looking for|doesn'?t|don'?t)\b",
    re.IGNORECASE,
)
_BUYS = re.compile(
    r"\b(?:precios?|cu[aá]nto (?:cuesta|vale|sale|es)|cotiz\w+|compr(?:ar|o|amos|ar[ií]a)|me lo llevo|lo quiero"
    r"|(?:lo|la|los|las) necesito|pago|pagar|env[ií]en|disponib\w+|apart\w+|urge\w*|urgente|price|how much|quote|buy"
    r"|purchase|order it|in stock|available|asap)\b",
    re.IGNORECASE,
)

Intention = Literal["low", "medium", "high"]


def summarize(matter: Matter) -> dict[str, Any]:
    """The fields of a summary, from the matter alone; what the customer did not name stays empty."""
    said = "\n".join(line.text for line in matter.customers)
    question = _question(matter)
    named, driven = products(said), vehicles(said)
    return {
        "wants": _shortened(question.text) if question else "",
        "products": named,
        "vehicles": driven,
        "intention": _intention(said, bool(named or driven)),
        "confidence": _confidence(question, named, driven),
        "state": matter.state(),
        "progress": matter.progress(),
    }


def _question(matter: Matter) -> Line | None:
    """What the customer asks: the last that asks among what is unanswered, else among all, else the longest."""
    waiting = [line for line in matter.customers if line.is_open]
    for lines in (waiting, matter.customers):
        if asking := [line for line in lines if _ASKS.search(line.text)]:
            return asking[-1]
    return max(matter.customers, key=lambda line: len(line.text), default=None)


def _shortened(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _LONGEST else plain[: _LONGEST - 1].rstrip() + "…"


def _intention(said: str, names_something: bool) -> Intention:
    """Of buying: high when price, stock or payment is asked for beside a thing named, low when neither is."""
    buys = _BUYS.search(said) is not None
    if buys and names_something:
        return "high"
    return "medium" if buys or names_something else "low"


def _confidence(question: Line | None, named: list[str], driven: list[str]) -> int:
    """0-100: a question that asks counts most, things named speak for it. Words alone never make one sure."""
    if question is None:
        return 0
    asked = 45 if _ASKS.search(question.text) else 20
    return asked + 15 * bool(named) + 15 * bool(driven)
