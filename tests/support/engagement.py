"""Accounts whose truth is known: how each hour really does, and posts that say so through a lot of luck."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from relevo.social import KINDS, Network
from relevo.social.timing import Observed, prior

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
POSTED = (8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22)
"""Hours anybody posts at; the others were never tried."""


@dataclass(frozen=True)
class Account:
    """`truth` is the logarithm of each hour's lift."""

    network: Network
    truth: dict[tuple[int, int], float]
    posts: list[Observed]

    def worth(self, weekday: int, hour: int) -> float:
        """What posting there really brings, 1 being the account's ordinary hour."""
        return math.exp(self.truth[weekday, hour])


def account(network: Network, posts: int, seed: int, luck: float = 0.8) -> Account:
    """An account that does as its network but for habits of its own public, and so many posts of a year."""
    chance = random.Random(f"{network} {seed}")
    peak, strength = chance.choice((8, 12, 16, 20, 22)), chance.uniform(0.3, 0.8)
    best_day = chance.randrange(7)

    def true(day: int, hour: int) -> float:
        habit = strength * math.exp(-(((hour - peak) / 2.0) ** 2)) + (0.15 if day == best_day else 0.0)
        return prior(network, day, hour) + habit

    week = {(day, hour): true(day, hour) for day in range(7) for hour in range(24)}
    ordinary = sum(week.values()) / len(week)
    truth = {cell: value - ordinary for cell, value in week.items()}
    made = list[Observed]()
    for _ in range(posts):
        at = (NOW - timedelta(days=chance.randrange(1, 360))).replace(hour=chance.choice(POSTED), minute=0)
        kind = chance.choice(KINDS[1:])
        liking = truth[at.weekday(), at.hour] + (0.3 if kind == "video" else 0.0)
        made.append(Observed(kind, at, 4 + liking + chance.gauss(0, luck)))
    return Account(network, truth, made)
