"""The dashboard over the wire."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from relevo.api.models import Answer, Named


class Active(Answer):
    """Conversations going on, by who holds them."""

    total: int
    bot: int
    queue: int
    agents: int


class Waiting(Answer):
    """A customer nobody has answered, since when."""

    conversation_id: UUID
    customer: str
    since: datetime
    branch_id: UUID


class Times(Answer):
    """How long something took; nine of ten took at most `p90_seconds`."""

    mean_seconds: float | None
    p90_seconds: float | None
    count: int


class Bot(Answer):
    """Conversations the bot answered alone, and those it or somebody gave to people."""

    answered: int
    handed_over: int
    resolution_rate: float | None


class HourOfDay(Answer):
    """What one hour brought."""

    hour: datetime
    messages_in: int
    messages_out: int
    tickets: int


class Load(Answer):
    """What an agent has at hand."""

    agent: Named
    available: bool
    online: bool
    conversations: int
    tickets: int
    max_conversations: int


class Problem(Answer):
    """A category or tag, and how many tickets are about it."""

    label: str
    count: int


class Ratings(Answer):
    """What customers thought, 1 (worst) to 5."""

    mean: float | None
    count: int
    by_rating: dict[str, int]


class Dashboard(Answer):
    """The desk at a glance, at the instant `at`."""

    at: datetime
    active: Active
    resolved_last_hour: int
    escalated_last_hour: int
    waiting: list[Waiting]
    first_response: Times
    resolution: Times
    bot: Bot
    hourly: list[HourOfDay]
    agents: list[Load]
    problems: list[Problem]
    ratings: Ratings
    formulas: dict[str, str]
