"""Best times: what the hour that was learned really brings, on accounts whose truth is known, against the hour that did
best (the naive choice) and the network's own habits. 1 is the account's ordinary
hour."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from relevo.social import timing
from relevo.social.networks import NETWORKS
from relevo.social.timing import Score
from tests.support import engagement
from tests.support.engagement import NOW, Account

SIZES = (10, 30, 60, 120, 300)
ACCOUNTS = 90


def run() -> Iterator[dict[str, Any]]:
    for size in SIZES:
        accounts = [engagement.account(NETWORKS[seed % 3], size, seed) for seed in range(ACCOUNTS)]
        ways: dict[str, Callable[[Account], Score]] = {
            "naive": lambda each: timing.naive(each.posts),
            "prior": lambda each: lambda kind, at: timing.prior(each.network, at.weekday(), at.hour),
            "shrinkage": lambda each: timing.shrunk(each.network, each.posts),
        }
        for name, way in ways.items():
            worth = sum(_worth(each, way(each)) for each in accounts) / ACCOUNTS
            yield {"name": f"best_time_{name}", "posts": size, "value": round(worth, 3), "unit": "lift"}
        best = sum(max(each.worth(*cell) for cell in each.truth) for each in accounts) / ACCOUNTS
        yield {"name": "best_time_possible", "posts": size, "value": round(best, 3), "unit": "lift"}
    account = engagement.account("instagram", 300, 1)
    started = time.perf_counter()
    timing.learn(account.network, account.posts, NOW)
    yield {"name": "best_time_learning", "posts": 300, "value": round(time.perf_counter() - started, 2), "unit": "s"}


def _worth(of: Account, score: Score) -> float:
    lifts = timing._lifts(of.network, score, NOW)
    _, day, hour = max((cell for cell in lifts if cell[0] == "image"), key=lambda cell: lifts[cell])
    return of.worth(day, hour)
