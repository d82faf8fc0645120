"""How much a ticket presses: a score of 0-100 from facts alone, with the factors that make it up.

    score = min(100, base 30 + content 0-40 + tier + time 0-5 + category + source + history 0-10),
            raised to 55 for a security matter

| factor | points |
| --- | --- |
| base | 30: every ticket starts here; a plain question stays low, any stated problem is medium |
| content, at most 40 | critical words 30: caído, crash, down, emergencia … |
| | words of unauthorized access 30: hackearon, phishing … |
| | urgent words 25: urgente, asap, inmediato … |
| | problem words 10: error, bug, no funciona …; each kind counts once |
| tier | VIP 15, Enterprise 12, frequent customer with urgent tickets 5 |
| time | 5 today, 4 tomorrow or a deadline, 3 a day or date named in the text |
| category | security 15, billing 5, technical 3; of the text when the ticket is of none |
| source | phone 5, chat and messaging 2 |
| history, at most 10 | each other unfinished ticket 2, one escalated in the last 90 days 3, a last rating of 1-2: 3 |
| security floor | what lacks to 55: somebody unauthorized is never less than high |
| ceiling | what exceeds 100, taken back |

Levels: critical from 85, urgent 70, high 55, medium 40, low below. The weights of tier, time, category and source are
the product's published ones; base, the points of the content's kinds and the floor are chosen so that the published
examples come out: a VIP who phones "URGENTE: Sistema caído …" has 30 + 40 + 15 + 3 + 5 = 93, critical; "Problema con
factura — No puedo descargar mi factura" in billing 30 + 10 + 5 = 45, medium; a bare security report 55, high.
Without the base no sum of the published weights reaches critical for that VIP (40 + 15 + 5 = 60).

The weights are configuration: `Weights.load(path)` reads them from JSON, whole or in part.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from relevo.errors import InvalidInput
from relevo.events.desk import Level
from relevo.text import urgency
from relevo.text.keywords import category as category_of_text
from relevo.text.words import folded
from relevo.texts import LANGUAGES, say

Tier = Literal["standard", "frequent", "enterprise", "vip"]
LEVELS: tuple[Level, ...] = ("critical", "urgent", "high", "medium", "low")
HIGHEST = 100

_SECURITY = "security"
_CATEGORY_NAMES = {
    "facturacion": "billing",
    "factura": "billing",
    "facturas": "billing",
    "pagos": "billing",
    "tecnico": "technical",
    "tecnica": "technical",
    "soporte": "technical",
    "soporte tecnico": "technical",
    "support": "technical",
    "seguridad": "security",
}
_UNKNOWN_CATEGORIES = frozenset({"", "general", "other", "otro", "otros"})


class Weights(BaseModel):
    """The table of the module as data; unknown names are refused, so that no misspelt weight goes unseen."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base: int = Field(30, ge=0, le=100)
    content: dict[str, int] = urgency.POINTS
    content_limit: int = Field(urgency.GREATEST, ge=0)
    tier: dict[Tier, int] = {"vip": 15, "enterprise": 12, "frequent": 5, "standard": 0}
    time_limit: int = Field(5, ge=0)
    category: dict[str, int] = {"security": 15, "billing": 5, "technical": 3}
    source: dict[str, int] = {"phone": 5, "chat": 2, "whatsapp": 2, "messenger": 2, "instagram": 2}
    unfinished_ticket: int = Field(2, ge=0)
    escalated: int = Field(3, ge=0)
    low_rating: int = Field(3, ge=0)
    history_limit: int = Field(10, ge=0)
    security_floor: int = Field(55, ge=0, le=100)
    levels: dict[Level, int] = {"critical": 85, "urgent": 70, "high": 55, "medium": 40, "low": 0}

    @model_validator(mode="after")
    def _ordered(self) -> Weights:
        thresholds = [self.levels.get(level) for level in LEVELS]
        if None in thresholds or thresholds[-1] != 0 or sorted(thresholds, reverse=True) != thresholds:  # type: ignore[type-var]
            raise ValueError(f"levels must name {', '.join(LEVELS)} with falling thresholds down to 0")
        if set(self.content) - set(urgency.KINDS):
            raise ValueError(f"content must be of the kinds {', '.join(urgency.KINDS)}")
        tables = (self.content, self.tier, self.category, self.source)
        if any(points < 0 for table in tables for points in table.values()):
            raise ValueError("no weight may be negative")
        return self

    @classmethod
    def load(cls, path: Path) -> Weights:
        """Weights from a JSON file; what it leaves out stays as published. Raises InvalidInput naming what is wrong."""
        try:
            return cls.model_validate_json(path.read_bytes())
        except OSError as error:
            raise InvalidInput(f"the weights cannot be read: {error}") from error
        except ValidationError as error:
            reasons = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'weights'}: {e['msg']}" for e in error.errors())
            raise InvalidInput(f"{path} holds no weights: {reasons}") from error


DEFAULT = Weights()


@dataclass(frozen=True, slots=True)
class TicketFacts:
    """What the score depends on, and nothing else does.

    `security` marks a security report whatever its category. History: `open_tickets` other unfinished tickets,
    `urgent_tickets` tickets of level urgent or critical among the customer's last 90 days, `escalated` whether one of
    those was escalated, `last_rating` the customer's latest rating, 1-5.
    """

    subject: str = ""
    description: str = ""
    category: str = "general"
    source: str = "web"
    tier: Tier = "standard"
    security: bool = False
    open_tickets: int = 0
    urgent_tickets: int = 0
    escalated: bool = False
    last_rating: int | None = None

    @property
    def text(self) -> str:
        return f"{self.subject}. {self.description}"


@dataclass(frozen=True, slots=True)
class Factor:
    """One summand of a score: its `name` in the table, its `points`, and `why` in each language of the product."""

    name: str
    points: int
    why: dict[str, str]


@dataclass(frozen=True, slots=True)
class Priority:
    """`score` 0-100 is exactly the sum of the factors' points; `level` follows from it."""

    score: int
    level: Level
    factors: list[Factor]

    def factors_as_json(self) -> list[dict[str, Any]]:
        """The factors as stored with a ticket."""
        return [asdict(factor) for factor in self.factors]


def score(facts: TicketFacts, weights: Weights = DEFAULT) -> Priority:
    """The priority of a ticket by the table of this module. Pure."""
    facts = replace(facts, category=_category(facts))
    factors = [factor for factor in _factors(facts, weights) if factor.points]
    total = sum(factor.points for factor in factors)
    lacking = weights.security_floor - total
    if facts.category == _SECURITY and lacking > 0:
        factors.append(_factor("security_floor", lacking, floor=weights.security_floor))
    if total > HIGHEST:
        factors.append(_factor("ceiling", HIGHEST - total, highest=HIGHEST))
    value = sum(factor.points for factor in factors)
    return Priority(value, level_of(value, weights), factors)


def level_of(value: int, weights: Weights = DEFAULT) -> Level:
    """The level of a score of 0-100."""
    return next(level for level in LEVELS if value >= weights.levels[level])


def _factors(facts: TicketFacts, weights: Weights) -> Iterator[Factor]:
    yield _factor("base", weights.base)
    cues = urgency.cues(facts.text)
    phrases = ", ".join(f"«{cue.phrase}»" for cue in cues)
    yield _factor("content", urgency.points(cues, weights.content, weights.content_limit), phrases=phrases)
    tier = weights.tier.get(facts.tier, 0) if facts.tier != "frequent" or facts.urgent_tickets else 0
    yield _factor(f"tier.{facts.tier}", tier)
    pressure, named = urgency.time_pressure(facts.text)
    yield _factor("time", min(weights.time_limit, pressure), phrase=named)
    yield _factor("category", weights.category.get(facts.category, 0), category=facts.category)
    yield _factor("source", weights.source.get(facts.source, 0), source=facts.source)
    yield from _history(facts, weights)


def _history(facts: TicketFacts, weights: Weights) -> Iterator[Factor]:
    """What the customer went through lately, each summand cut to what is left under the limit."""
    left = weights.history_limit
    low = facts.last_rating is not None and facts.last_rating <= 2
    summands = (
        _factor("history.unfinished", weights.unfinished_ticket * facts.open_tickets, count=facts.open_tickets),
        _factor("history.escalated", weights.escalated * facts.escalated),
        _factor("history.rating", weights.low_rating * low, rating=facts.last_rating),
    )
    for summand in summands:
        points = min(summand.points, left)
        left -= points
        yield replace(summand, points=points)


def _category(facts: TicketFacts) -> str:
    """The ticket's category under its English name; the text's own when the ticket is of none."""
    if facts.security:
        return _SECURITY
    written = folded(facts.category).strip()
    named = _CATEGORY_NAMES.get(written, written)
    return category_of_text(facts.text) if named in _UNKNOWN_CATEGORIES else named


def _factor(name: str, points: int, **values: object) -> Factor:
    """A factor with its sentence in every language; of no use and never shown when it has no points."""
    why = {language: say(f"priority.{name}", language, **values) for language in LANGUAGES} if points else {}
    return Factor(name, int(points), why)
