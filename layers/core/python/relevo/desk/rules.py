"""What a routing rule asks of a ticket, as kept in `desk.routing_rule.conditions`.

    {"priority": ["critical", "urgent"], "category": ["technical"], "words": ["no funciona", "down"]}

A rule applies when every condition it names holds; a condition holds when any of its values does. One without
conditions applies to every ticket.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from relevo.errors import InvalidInput
from relevo.events.desk import Level

Values = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=1)]
Levels = Annotated[tuple[Level, ...], Field(min_length=1)]
Tiers = Annotated[tuple[Literal["standard", "frequent", "enterprise", "vip"], ...], Field(min_length=1)]


class Conditions(BaseModel):
    """The conditions a rule names; `branch` holds codes of branches, `words` whole words or phrases in any case and
    with or without accents, looked for in subject and description."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    priority: Levels | None = None
    category: Values | None = None
    tier: Tiers | None = None
    source: Values | None = None
    words: Values | None = None
    branch: Values | None = None
    language: Values | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What rules may ask about a ticket."""

    text: str
    category: str
    source: str
    tier: str
    priority: str | None = None
    branch: str | None = None
    language: str | None = None


def parse_conditions(raw: Any) -> Conditions:
    """The conditions in a rule's JSON. Raises InvalidInput that names every field that is wrong, and how."""
    try:
        return Conditions.model_validate(raw)
    except ValidationError as error:
        reasons = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False))
        raise InvalidInput(f"the rule's conditions are wrong: {reasons}") from error


def applies(conditions: Conditions, facts: Facts) -> bool:
    """Whether all conditions hold."""
    for name, values in conditions:
        if values is None:
            continue
        holds = _mentions(facts.text)(values) if name == "words" else getattr(facts, name) in values
        if not holds:
            return False
    return True


def _mentions(text: str) -> Callable[[tuple[str, ...]], bool]:
    folded = f" {fold(text)} "
    return lambda phrases: any(word and f" {word} " in folded for word in map(fold, phrases))


@lru_cache(maxsize=1024)
def fold(text: str) -> str:
    """Lower case, no accents, words apart by one space: `¡Caído!  YA` becomes `caido ya`."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", plain))
