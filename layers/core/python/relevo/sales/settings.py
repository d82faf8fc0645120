"""What the company decides about its sales."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from relevo.platform import Definition

Percent = Annotated[Decimal, Field(ge=0, le=100, decimal_places=2, allow_inf_nan=False)]


class Commissions(BaseModel):
    """Percent of a sale without tax: an agent's (by e-mail), else their sale's branch's (by code), else anybody's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    default: Percent = Decimal(3)
    branches: dict[str, Percent] = Field(default_factory=dict)
    agents: dict[str, Percent] = Field(default_factory=dict)

    def rate(self, agent: str, branch: str) -> Decimal:
        """What this agent earns by a sale of this branch."""
        return self.agents.get(agent.lower(), self.branches.get(branch, self.default))


VALID_DAYS: Definition[int] = Definition("sales.valid_days", "integer", Annotated[int, Field(ge=1, le=365)], lambda: 7)
DISCOUNTS: Definition[dict[str, Decimal]] = Definition(
    "sales.discounts", "object", dict[str, Percent], lambda: {"agent": Decimal(10), "*": Decimal(0)}
)
"""The largest discount of a line by role, in percent; "*" is every other role, and API keys."""
COMMISSIONS: Definition[Commissions] = Definition("sales.commissions", "object", Commissions, Commissions)

SETTINGS: tuple[Definition[Any], ...] = (VALID_DAYS, DISCOUNTS, COMMISSIONS)
