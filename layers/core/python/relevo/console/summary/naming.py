"""What a text names: vehicles with brand, model and year, and products with their part numbers. Nothing is guessed:
every word of a result stands in the text."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent
_YEAR = r"(?:19[89]\d|20[0-4]\d)"
_VIN = re.compile(r"\b(?=[A-HJ-NPR-Z0-9]*\d)(?=[A-HJ-NPR-Z0-9]*[A-HJ-NPR-Z])[A-HJ-NPR-Z0-9]{17}\b")
# Makers' numbers: groups of capitals and digits, at least one dash and four digits, as 04465-0K240 or 8-97358720-0.
_PART_NUMBER = re.compile(r"(?<![\w-])(?=(?:[A-Z0-9-]*\d){4})[A-Z0-9]{1,12}(?:-[A-Z0-9]{1,12}){1,4}(?![\w-])")
_MOST = 5


def vehicles(text: str) -> list[str]:
    """The vehicles a text names, in its order, as `Toyota Hilux 2018`; a VIN stands for itself. At most five.

    A model without its brand counts when it means nothing else, or when a year follows it.
    """
    plain = _folded(text)
    found: dict[str, int] = {}
    for match in _mentions().finditer(plain):
        name = _vehicle(match)
        if not any(name in longer for longer in found):
            found.setdefault(name, match.start())
    vins = {match[0]: match.start() for match in _VIN.finditer(text.upper())}
    return sorted(found | vins, key=lambda name: (found | vins)[name])[:_MOST]


def products(text: str) -> list[str]:
    """The products and part numbers a text names, in its order, in the words of the text. At most five."""
    plain = _folded(text)
    found = {text[match.start() : match.end()].lower(): match.start() for match in _goods().finditer(plain)}
    numbers = {match[0]: match.start() for match in _PART_NUMBER.finditer(text.upper()) if not _is_date(match[0])}
    return sorted(found | numbers, key=lambda name: (found | numbers)[name])[:_MOST]


def _vehicle(match: re.Match[str]) -> str:
    names, brand, model = _names(), match["brand"], match["model"] or match["alone"] or match["dated"]
    make = names[brand][0] if brand else names[model][1]
    return " ".join(part for part in (make, names[model][0] if model else None, match["year"]) if part)


def _is_date(number: str) -> bool:
    return re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}-\d{1,2}-\d{2,4}", number) is not None


def _folded(text: str) -> str:
    """Lower case without accents, letter for letter, so that places in it are places in the text."""
    return "".join(unicodedata.normalize("NFD", letter)[0].lower()[0] for letter in text)


@cache
def _gazetteer() -> dict[str, list[str]]:
    brands: dict[str, list[str]] = json.loads((_HERE / "vehicles.json").read_text(encoding="utf-8"))
    return brands


@cache
def _names() -> dict[str, tuple[str, str | None]]:
    """Brand or model as it is folded -> how it is written, and of a model that only one brand has, the brand."""
    owners: dict[str, set[str]] = {}
    for brand, models in _gazetteer().items():
        for model in models:
            owners.setdefault(_folded(model), set()).add(brand)
    names: dict[str, tuple[str, str | None]] = {
        _folded(model): (model, next(iter(owners[_folded(model)])) if len(owners[_folded(model)]) == 1 else None)
        for models in _gazetteer().values()
        for model in models
    }
    return names | {_folded(brand): (brand, None) for brand in _gazetteer()} | _NICKNAMES


_NICKNAMES: dict[str, tuple[str, str | None]] = {
    "vw": ("Volkswagen", None),
    "mercedes": ("Mercedes-Benz", None),
    "mercedes benz": ("Mercedes-Benz", None),
}

_ALONE = (
    "4runner", "amarok", "aveo", "avanza", "bt-50", "captiva", "civic", "corolla", "cr-v", "cx-30", "cx-5", "d-max",
    "ecosport", "elantra", "f-150", "fortuner", "hiace", "hilux", "hr-v", "jetta", "jimny", "kwid", "l200",
    "land cruiser", "np300", "picanto", "qashqai", "rav4", "sandero", "sentra", "silverado", "sportage", "stepway",
    "tacoma", "tiguan", "tiida", "tsuru", "vitara", "wrangler", "x-trail", "yaris",
)  # fmt: skip
"""Models people name without the brand and that mean nothing else."""


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=len, reverse=True))


@cache
def _mentions() -> re.Pattern[str]:
    brands = [_folded(brand) for brand in _gazetteer()] + list(_NICKNAMES)
    models = sorted({_folded(model) for models in _gazetteer().values() for model in models})
    dated = [model for model in models if len(model) > 3 and not model.isdigit()]
    year = rf"\s+(?:(?:del|de|mod\w*\.?|ano|year)\s+){{0,3}}(?P<year>{_YEAR})\b"
    return re.compile(
        rf"(?<![\w-])(?:(?P<brand>{_any(brands)})(?:\s+(?P<model>{_any(models)})(?![\w-]))?|(?P<alone>{_any(_ALONE)})"
        rf"|(?P<dated>{_any(dated)})(?={year.replace('?P<year>', '?:')}))(?![\w-])(?:{year})?"
    )


@cache
def _goods() -> re.Pattern[str]:
    lists: dict[str, list[str]] = json.loads((_HERE / "products.json").read_text(encoding="utf-8"))
    words = {_plural(_folded(word)) for language in lists.values() for word in language}
    return re.compile(rf"(?<![\w-])(?:{'|'.join(sorted(words, key=len, reverse=True))})(?![\w-])")


def _plural(words: str) -> str:
    """A pattern for the words and their plurals: pastilla de freno, pastillas de freno, pastillas de frenos."""
    return r"\s+".join(rf"{re.escape(word)}(?:e?s)?" if len(word) > 2 else re.escape(word) for word in words.split())
