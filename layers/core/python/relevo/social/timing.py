"""When an account's posts are seen: how each hour of the week compares with its ordinary one.

An account has a few dozen posts and a week has 168 hours, so most hours were never tried and the best one found by
looking is mostly luck. Engagement is therefore taken apart, on a logarithmic scale, into the content type, the season,
the weekday, the hour, the hour of that weekday, and what a part of the day is for that content type and in that
season. Each is drawn towards what the network is known to be like as strongly as its posts are few
(`n / (n + strength)`). From `FOREST_FROM` posts on a random forest is asked too, and taken where it foretells the
newest quarter better.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from relevo.social.networks import KINDS, Kind, Network

FOREST_FROM = 200
"""Posts before a forest is worth asking."""
JUDGED_FROM = 80
"""Posts before the newest quarter of them says how good a guess is, rather than how lucky."""
_STRENGTH = {
    "kind": 3.0,
    "season": 20.0,
    "weekday": 12.0,
    "hour": 8.0,
    "cell": 60.0,
    "kind by part": 60.0,
    "season by part": 120.0,
}
"""How many posts weigh as much as what was believed before."""
_PARTS = (6, 11, 15, 19)
"""Hours at which another part of the day begins."""
_ROUNDS = 8
_NEIGHBOUR = 0.5
"""What a post tells of the hours beside its own."""


class Observed(NamedTuple):
    """A post of the account: what it was, when by the company's clock, and what it got (see `engagement`)."""

    kind: Kind
    at: datetime
    score: float


def engagement(likes: int, comments: int, shares: int) -> float:
    """What a post got, on a logarithmic scale; a comment is worth two likes, a share three."""
    return math.log1p(likes + 2 * comments + 3 * shares)


# By the hour of the day, in hundredths above or below the network's mean: what is known before an account has posts of
# its own. Evenings and lunch hours; Facebook earlier in the day, TikTok later.
_HOURS: dict[Network, tuple[int, ...]] = {
    "instagram": (-25, -35, -40, -40, -35, -25, -10, 0, 5, 8, 10, 14, 16, 14, 8, 5, 6, 10, 16, 20, 20, 14, 2, -12),
    "facebook": (-30, -40, -40, -40, -35, -20, -5, 6, 14, 18, 16, 14, 16, 16, 8, 4, 4, 6, 8, 10, 8, 2, -8, -20),
    "tiktok": (-15, -30, -40, -40, -40, -30, -15, -5, -2, 0, 2, 6, 10, 8, 4, 6, 8, 12, 18, 24, 26, 24, 14, 0),
}
_WEEKDAYS: dict[Network, tuple[int, ...]] = {
    "instagram": (2, 5, 6, 5, 3, -8, -10),
    "facebook": (3, 5, 6, 5, 2, -8, -12),
    "tiktok": (0, 3, 2, 5, 6, -2, -4),
}


def prior(network: Network, weekday: int, hour: int) -> float:
    """What is believed of an hour (Monday is 0) before an account has posts of its own: logarithm of its lift."""
    return (_HOURS[network][hour] + _WEEKDAYS[network][weekday]) / 100


Score = Callable[[Kind, datetime], float]
"""What a post of this kind at that time would get."""


@dataclass(frozen=True)
class Timing:
    """What was learned of an account. `error` and `naive_error` are the mean absolute errors on the newest quarter of
    its posts, of what was learned and of the plain mean of the same hour; None where there are too few to tell."""

    method: str
    posts: int
    lift: dict[tuple[Kind, int, int], float]
    error: float | None
    naive_error: float | None

    @property
    def told(self) -> dict[str, Any]:
        """For people, as JSON."""
        return {
            "method": self.method,
            "posts": self.posts,
            "error": None if self.error is None else round(self.error, 4),
            "naive_error": None if self.naive_error is None else round(self.naive_error, 4),
        }


def learn(network: Network, posts: Sequence[Observed], now: datetime) -> Timing:
    """The lift of each hour of the week for each kind of content, as of the season of `now`."""
    ordered = sorted(posts, key=lambda post: post.at)
    if not ordered:
        return Timing(
            "prior", 0, _lifts(network, lambda kind, at: prior(network, at.weekday(), at.hour), now), None, None
        )
    older, newest = ordered[: -(len(ordered) // 4) or None], ordered[len(ordered) - len(ordered) // 4 :]
    fits: dict[str, Callable[[Sequence[Observed]], Score]] = {"shrinkage": lambda part: shrunk(network, part)}
    if len(ordered) >= FOREST_FROM:
        fits["forest"] = grown
    errors = {name: _error(fit(older), newest) for name, fit in fits.items()} if len(ordered) >= JUDGED_FROM else {}
    method = min(errors, key=lambda name: errors[name]) if errors else "shrinkage"
    return Timing(
        method,
        len(ordered),
        _lifts(network, fits[method](ordered), now),
        errors.get(method),
        _error(naive(older), newest) if errors else None,
    )


def _error(score: Score, posts: Sequence[Observed]) -> float:
    return sum(abs(score(post.kind, post.at) - post.score) for post in posts) / len(posts)


def _lifts(network: Network, score: Score, now: datetime) -> dict[tuple[Kind, int, int], float]:
    found: dict[tuple[Kind, int, int], float] = {}
    for kind in KINDS:
        week = {(weekday, hour): score(kind, _moment(now, weekday, hour)) for weekday in range(7) for hour in range(24)}
        ordinary = sum(week.values()) / len(week)
        found |= {(kind, *cell): math.exp(value - ordinary) for cell, value in week.items()}
    return found


def _moment(now: datetime, weekday: int, hour: int) -> datetime:
    """An instant of the same season with this weekday and hour; 1 January 2024 was a Monday."""
    return datetime(2024, now.month, 1 + (weekday - datetime(2024, now.month, 1).weekday()) % 7, hour)


# ------------------------------------------------------------------------------------------------------- three ways


def naive(posts: Sequence[Observed]) -> Score:
    """The plain mean of the posts of the same hour of the same weekday; of all where there is none."""
    mean = sum(post.score for post in posts) / len(posts)
    cells: dict[tuple[int, int], list[float]] = {}
    for post in posts:
        cells.setdefault((post.at.weekday(), post.at.hour), []).append(post.score)
    means = {cell: sum(scores) / len(scores) for cell, scores in cells.items()}
    return lambda kind, at: means.get((at.weekday(), at.hour), mean)


def shrunk(network: Network, posts: Sequence[Observed]) -> Score:
    """The parts of engagement, each drawn towards what was believed before as its posts are few."""
    mean = sum(post.score - prior(network, post.at.weekday(), post.at.hour) for post in posts) / len(posts)
    parts: dict[str, dict[Any, float]] = {name: {} for name in _STRENGTH}

    def effect(name: str, level: Any) -> float:
        return parts[name].get(level, _believed(network, name, level))

    def score(kind: Kind, at: datetime) -> float:
        return mean + sum(effect(name, _level(name, kind, at)) for name in parts)

    levels = {name: [_levels(name, post) for post in posts] for name in _STRENGTH}
    told = [score(post.kind, post.at) for post in posts]
    for _ in range(_ROUNDS):
        for name, strength in _STRENGTH.items():
            own = [each[0][0] for each in levels[name]]
            others = [said - effect(name, level) for said, level in zip(told, own, strict=True)]
            sums: dict[Any, list[float]] = {}
            for post, other, each in zip(posts, others, levels[name], strict=True):
                for level, weight in each:
                    total = sums.setdefault(level, [0.0, 0.0])
                    total[0] += weight * (post.score - other)
                    total[1] += weight
            parts[name] = {
                level: (left + strength * _believed(network, name, level)) / (weight + strength)
                for level, (left, weight) in sums.items()
            }
            told = [other + effect(name, level) for other, level in zip(others, own, strict=True)]
    return score


def _level(name: str, kind: Kind, at: datetime) -> Any:
    match name:
        case "kind":
            return kind
        case "season":
            return (at.month - 1) // 3
        case "weekday":
            return at.weekday()
        case "hour":
            return at.hour
        case "kind by part":
            return kind, _part(at.hour)
        case "season by part":
            return (at.month - 1) // 3, _part(at.hour)
    return at.weekday(), at.hour


def _part(hour: int) -> int:
    return sum(hour >= start for start in _PARTS)


def _levels(name: str, post: Observed) -> list[tuple[Any, float]]:
    """What a post tells of, and how loudly: an hour's neighbours hear half of it."""
    own = _level(name, post.kind, post.at)
    if name != "hour":
        return [(own, 1.0)]
    return [(own, 1.0), ((own - 1) % 24, _NEIGHBOUR), ((own + 1) % 24, _NEIGHBOUR)]


def _believed(network: Network, name: str, level: Any) -> float:
    hundredths = {"hour": _HOURS[network], "weekday": _WEEKDAYS[network]}.get(name)
    return hundredths[int(level)] / 100 if hundredths else 0.0


def grown(posts: Sequence[Observed]) -> Score:
    """A random forest over the same facts."""
    from sklearn.ensemble import RandomForestRegressor

    forest = RandomForestRegressor(n_estimators=60, min_samples_leaf=6, max_features=0.6, random_state=7, n_jobs=1)
    forest.fit([_facts(post.kind, post.at) for post in posts], [post.score for post in posts])
    remembered: dict[tuple[float, ...], float] = {}

    def score(kind: Kind, at: datetime) -> float:
        facts = tuple(_facts(kind, at))
        if facts not in remembered:
            week = [
                _facts(kind, at.replace(day=1 + (day - at.replace(day=1).weekday()) % 7, hour=hour))
                for day in range(7)
                for hour in range(24)
            ]
            told = forest.predict(week)
            remembered.update({tuple(each): float(value) for each, value in zip(week, told, strict=True)})
        return remembered[facts]

    return score


def _facts(kind: Kind, at: datetime) -> list[float]:
    turn = 2 * math.pi * at.hour / 24
    kinds = [1.0 if kind == each else 0.0 for each in KINDS]
    return [
        float(at.hour),
        math.sin(turn),
        math.cos(turn),
        float(at.weekday()),
        float(at.weekday() >= 5),
        float(at.month),
        *kinds,
    ]
