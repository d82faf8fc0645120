"""The best time: learned from few posts without believing every coincidence."""

from __future__ import annotations

import math
import random

import pytest

from relevo.social import timing
from relevo.social.networks import KINDS, NETWORKS
from relevo.social.timing import Observed, Score
from tests.support import engagement
from tests.support.engagement import NOW, Account

ACCOUNTS = 60


def best_hour(score: Score) -> tuple[int, int]:
    """The hour of the week of which most is expected."""
    lifts = timing._lifts("instagram", score, NOW)
    return max(((day, hour) for _, day, hour in lifts), key=lambda cell: lifts["image", cell[0], cell[1]])


def worth(of: Account, score: Score) -> float:
    return of.worth(*best_hour(score))


def before_posts(of: Account) -> Score:
    return lambda kind, at: timing.prior(of.network, at.weekday(), at.hour)


@pytest.mark.parametrize("posts", [30, 90])
def test_what_is_learned_chooses_better_hours_than_the_best_one_seen(posts: int) -> None:
    # Given accounts whose truth is known, with so many posts of a year and a lot of luck in each
    accounts = [engagement.account(NETWORKS[seed % 3], posts, seed) for seed in range(ACCOUNTS)]
    # When the next post goes to the hour that did best, and to the one that was learned
    naive = sum(worth(each, timing.naive(each.posts)) for each in accounts) / ACCOUNTS
    learned = sum(worth(each, timing.shrunk(each.network, each.posts)) for each in accounts) / ACCOUNTS
    believed = sum(worth(each, before_posts(each)) for each in accounts) / ACCOUNTS
    # Then what was learned brings more, and no less than what was believed before anybody posted
    assert learned > 1.05 * naive
    assert learned > 0.98 * believed


def test_without_posts_the_network_is_believed() -> None:
    # Given an account nobody posted on
    found = timing.learn("tiktok", [], NOW)
    # Then its best hour is the network's, for every kind of content
    assert (found.method, found.posts, found.error) == ("prior", 0, None)
    assert len(found.lift) == len(KINDS) * 7 * 24
    best = max(found.lift, key=lambda cell: found.lift[cell])
    assert best[1:] == max(
        ((day, hour) for day in range(7) for hour in range(24)), key=lambda cell: timing.prior("tiktok", *cell)
    )
    week = [lift for (kind, _, _), lift in found.lift.items() if kind == "video"]
    assert math.isclose(sum(map(math.log, week)), 0, abs_tol=1e-6)


def test_one_lucky_post_moves_its_hour_a_little() -> None:
    # Given one post at three in the morning that did five times as well as any
    ordinary = engagement.account("instagram", 20, seed=4, luck=0.1).posts
    lucky = Observed("image", NOW.replace(hour=3), 6.0)
    # When the account is learned with it and without
    before, after = (timing.learn("instagram", posts, NOW) for posts in (ordinary, [*ordinary, lucky]))
    # Then three in the morning is thought better of, and still not chosen
    at_three = ("image", NOW.weekday(), 3)
    assert before.lift[at_three] < after.lift[at_three] < 1.2


def test_content_type_and_season_have_hours_of_their_own() -> None:
    # Given posts of a year: videos do well in the evening and pictures do not; in summer the morning does
    chance = random.Random(3)
    posts = []
    for each in engagement.account("instagram", 150, seed=2).posts:
        evening, summer = each.at.hour >= 18, each.at.month in (7, 8, 9)
        liking = (evening == (each.kind == "video")) + (summer and each.at.hour < 11)
        posts.append(Observed(each.kind, each.at, 4 + liking + chance.gauss(0, 0.3)))
    # When it is learned by its parts, in November and in August
    now, summer = (timing.learn("instagram", posts, NOW.replace(month=month)) for month in (11, 8))
    # Then videos are better in the evening than pictures, and mornings better in summer
    assert now.method == "shrinkage"
    assert now.lift["video", 2, 20] > 1.1 * now.lift["image", 2, 20]
    assert summer.lift["image", 2, 9] > 1.01 * now.lift["image", 2, 9]


def test_with_many_posts_a_forest_is_asked_and_the_better_one_kept() -> None:
    # Given an account with more posts than a forest needs, whose evenings depend on the weekday as no sum of parts does
    chance = random.Random(7)
    posts = [
        Observed("video", each.at, chance.gauss(5 if (each.at.hour >= 18) == (each.at.weekday() in (1, 3)) else 4, 0.7))
        for each in engagement.account("tiktok", 260, seed=1).posts
    ]
    # When it is learned, then the forest wins on the newest quarter and says what it saw
    found = timing.learn("tiktok", posts, NOW)
    assert found.method == "forest" and found.error is not None and found.naive_error is not None
    assert found.error < found.naive_error
    assert found.lift["video", 1, 20] > 1.3 * found.lift["video", 4, 20]
