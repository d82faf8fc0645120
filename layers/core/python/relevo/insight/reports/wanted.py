"""What a report is to be about: its kind, its days, whose tickets, in which language, for whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, get_args
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from relevo.desk import Scope
from relevo.insight.reports.periods import Period, Scale

Kind = Literal["daily", "weekly", "monthly", "problem", "satisfaction", "executive", "custom"]
KINDS: tuple[Kind, ...] = get_args(Kind)
SCALES: dict[Kind, Scale] = {"daily": "day", "weekly": "week", "monthly": "month"}
"""The kinds that have one length; the others have the days they are asked for."""

_Words = Annotated[list[Annotated[str, Field(min_length=1, max_length=60)]], Field(max_length=50)]


class Filters(BaseModel):
    """Which tickets count; an empty list is all of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    categories: _Words = []
    sources: _Words = []
    priorities: _Words = []
    tags: _Words = []
    agents: Annotated[list[UUID], Field(max_length=50)] = []
    departments: Annotated[list[UUID], Field(max_length=50)] = []

    @property
    def narrow(self) -> bool:
        """Whether anything is left out: then what has no ticket, such as the bot's contacts, cannot be told apart."""
        return any(getattr(self, name) for name in type(self).model_fields)

    def parameters(self) -> dict[str, Any]:
        """The same as SQL is told; None is no condition."""
        return {name: list(getattr(self, name)) or None for name in type(self).model_fields}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A report to be made."""

    kind: Kind
    period: Period
    scope: Scope
    language: str = "es"
    filters: Filters = field(default_factory=Filters)
    recipients: tuple[str, ...] = ()
    """Addresses it is sent to once it is ready."""
