"""How far the bot may go; the stage says, until the company says otherwise."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from relevo.platform import Definition
from relevo.settings import settings

CONFIDENCE: Definition[float] = Definition(
    "bot.confidence", "number", Annotated[float, Field(ge=0, le=1)], lambda: settings().bot_confidence
)
MAX_TURNS: Definition[int] = Definition(
    "bot.max_turns", "integer", Annotated[int, Field(ge=1, le=1000)], lambda: settings().bot_max_turns
)
MAX_COST: Definition[float] = Definition(
    "bot.max_cost", "number", Annotated[float, Field(ge=0, le=1000)], lambda: settings().bot_max_cost
)
SETTINGS: tuple[Definition[Any], ...] = (CONFIDENCE, MAX_TURNS, MAX_COST)
