"""A post is published exactly once on each network, wherever the process dies."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from infra.local.networks import Fault, Networks
from relevo import social
from relevo.db import Database
from relevo.settings import settings
from relevo.social.publishing import LEASE, calls, tokens
from tests.integration.social.conftest import NOON
from tests.support import publishing
from tests.support.bucket import MemoryBucket
from tests.support.publishing import Channels

Advance = Callable[[timedelta], None]

WAYS = [
    *(("instagram", "image"), ("instagram", "carousel")),
    *(("facebook", "carousel"), ("facebook", "video")),
    *(("tiktok", "video"), ("tiktok", "image")),
]
"""Every step of every machine; other kinds of content go the same ways."""


class Died(BaseException):
    """The process is gone: nothing below may catch it."""


class Life:
    """Counts the places at which a process can die, and dies at one of them."""

    def __init__(self, dies_at: int = 0) -> None:
        self.places, self._dies_at = 0, dies_at

    def may_end(self, *_: object) -> None:
        self.places += 1
        if self.places == self._dies_at:
            raise Died


@contextmanager
def living(database: Database, life: Life, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Within the block the process can die before and after each commit, and before and after each call."""
    send = calls.send

    def call(*arguments: Any) -> Any:
        life.may_end()
        answer = send(*arguments)
        life.may_end()
        return answer

    with monkeypatch.context() as patched:
        patched.setattr(calls, "send", call)
        patched.setattr(database, "before_commit", life.may_end)
        patched.setattr(database, "after_commit", life.may_end)
        yield


def files(database: Database, bucket: MemoryBucket, kind: str) -> list[UUID]:
    with database.unit_of_work() as uow:
        match kind:
            case "video":
                return [publishing.file(uow, bucket, publishing.mp4(), "video/mp4")]
            case "carousel":
                return [publishing.file(uow, bucket) for _ in range(2)]
            case "image":
                return [publishing.file(uow, bucket)]
        return []


def state(database: Database, post_id: UUID) -> str:
    with database.unit_of_work() as uow:
        [found] = social.posts.publications_of(uow, [post_id])[post_id]
        return found.state


def run(database: Database) -> None:
    """The minute's run, which waits for nothing."""
    social.publish_due(database, patience=0)


def finish(database: Database, post_id: UUID, advance: Advance, rounds: int = 40) -> str:
    """Run until the publication has ended, as the schedule would."""
    for _ in range(rounds):
        if (ended := state(database, post_id)) != "due":
            return ended
        run(database)
        advance(timedelta(minutes=1))
    return state(database, post_id)


@pytest.fixture
def accounts(database: Database) -> Channels:
    with database.unit_of_work() as uow:
        return publishing.channels(uow)


def places(
    database: Database, networks: Networks, post_id: UUID, advance: Advance, monkeypatch: pytest.MonkeyPatch
) -> int:
    """At how many places a publication can die, from being due to having ended."""
    life = Life()
    with living(database, life, monkeypatch):
        for _ in range(5):
            run(database)
            advance(timedelta(minutes=1))
    assert state(database, post_id) == "published"
    assert len(networks.posts) == 1
    return life.places


@pytest.mark.parametrize(("network", "kind"), WAYS)
def test_wherever_it_dies_there_is_one_post(
    database: Database,
    networks: Networks,
    bucket: MemoryBucket,
    accounts: Channels,
    advance: Advance,
    monkeypatch: pytest.MonkeyPatch,
    network: str,
    kind: str,
) -> None:
    media = files(database, bucket, kind)

    def due() -> UUID:
        with database.unit_of_work() as uow:
            return publishing.due(uow, [getattr(accounts, network)], media)

    # Given every place at which the process can die between a post's hour and its being public
    count = places(database, networks, due(), advance, monkeypatch)
    assert count > 15
    ends = []
    for place in range(1, count + 1):
        networks.reset()
        post_id = due()
        # When it dies there, and the schedule goes on once the lease has run out
        with living(database, Life(place), monkeypatch):
            for _ in range(5):
                try:
                    run(database)
                except Died:
                    break
                advance(timedelta(minutes=1))
        advance(LEASE + timedelta(seconds=1))
        ends.append((finish(database, post_id, advance), len(networks.posts)))
    # Then people see one post, and we know of it. Only TikTok's pictures have an answer nobody can ask for again: where
    # it is lost before anything was posted, a person looks, and nothing is posted behind their back
    expected = {("published", 1), ("unknown", 0)} if (network, kind) == ("tiktok", "image") else {("published", 1)}
    assert set(ends) == expected
    assert ends.count(("unknown", 0)) <= 2


# ------------------------------------------------------------------------------------------- what networks answer


def due(database: Database, bucket: MemoryBucket, accounts: list[UUID], kind: str = "image", **more: Any) -> UUID:
    media = files(database, bucket, kind)
    with database.unit_of_work() as uow:
        return publishing.due(uow, accounts, media, **more)


def publication(database: Database, post_id: UUID) -> social.Publication:
    with database.unit_of_work() as uow:
        [found] = social.posts.publications_of(uow, [post_id])[post_id]
        return found


GRAPH_TOKEN = {"error": {"message": "Session has expired", "code": 190, "error_subcode": 463}}


def test_a_container_that_lags_behind_is_not_published_twice(
    database: Database, networks: Networks, bucket: MemoryBucket, accounts: Channels, advance: Advance
) -> None:
    # Given a publication whose answer is lost, at a network that says for two readings that nothing happened
    networks.lag = 2
    networks.faults.append(Fault("media_publish", lost=True))
    post_id = due(database, bucket, [accounts.instagram])
    # When the schedule goes on
    assert finish(database, post_id, advance) == "published"
    # Then it is found, not published again
    assert len(networks.posts) == 1
    assert publication(database, post_id).external_id == networks.posts[0].id


def test_an_answer_that_never_came_of_a_call_that_was_never_heard_is_made_up_for(
    database: Database, networks: Networks, bucket: MemoryBucket, accounts: Channels, advance: Advance
) -> None:
    # Given a call to publish that breaks off before the network hears it
    networks.faults.append(Fault("media_publish", unheard=True))
    post_id = due(database, bucket, [accounts.instagram])
    # When the schedule goes on, then it is published once, after it was sure that it was not
    assert finish(database, post_id, advance) == "published"
    assert len(networks.posts) == 1
    assert sum("media_publish" in call for call in networks.calls) == 2


UNKNOWN = {"error": {"message": "An unknown error has occurred.", "code": 2}}
BROKEN = [
    ("instagram", "image", Fault("media_publish", 500, UNKNOWN, done=True)),
    ("instagram", "image", Fault("media_publish", 502, done=True)),
    ("facebook", "text", Fault("/graph/v25.0/17", 500, UNKNOWN, done=True)),
    ("tiktok", "video", Fault("/upload/", 503, done=True)),
    ("tiktok", "image", Fault("content/init", 500, {"error": {"code": "internal_error", "message": ""}}, done=True)),
]


@pytest.mark.parametrize(("network", "kind", "fault"), BROKEN)
def test_a_network_that_says_it_failed_and_did_not_is_asked_first(
    database: Database,
    networks: Networks,
    bucket: MemoryBucket,
    accounts: Channels,
    advance: Advance,
    network: str,
    kind: str,
    fault: Fault,
) -> None:
    # Given a network that publishes, and answers that something went wrong
    networks.faults.append(replace(fault))
    post_id = due(database, bucket, [getattr(accounts, network)], kind)
    # When the schedule goes on, then the post is found, not published again
    assert finish(database, post_id, advance) == "published"
    assert networks.faults == [] and len(networks.posts) == 1


def test_an_expired_token_holds_everything_until_the_account_is_connected_again(
    database: Database, networks: Networks, bucket: MemoryBucket, accounts: Channels, advance: Advance
) -> None:
    # Given two posts of an account whose token has expired
    networks.faults.append(Fault("17841400000000001", 400, GRAPH_TOKEN, times=99))
    first, second = (due(database, bucket, [accounts.instagram]) for _ in range(2))
    # When they are due
    run(database)
    # Then the first is held, the account waits, the network is not asked for the second, and supervisors were told
    assert publication(database, first).remedy == "reconnect"
    assert (state(database, first), state(database, second)) == ("held", "due")
    asked = len(networks.calls)
    advance(timedelta(hours=1))
    run(database)
    assert len(networks.calls) == asked
    # When somebody connects it again
    networks.faults.clear()
    with database.unit_of_work() as uow:
        name = publishing.ACCOUNTS["instagram"]
        social.accounts.connect(uow, "instagram", name, "Relevo", expires_at=None, actor=publishing.ACTOR)
    # Then both go out, once
    assert (finish(database, first, advance), finish(database, second, advance)) == ("published", "published")
    assert len(networks.posts) == 2


def test_a_post_that_was_held_for_days_does_not_go_out_by_itself(
    database: Database, networks: Networks, bucket: MemoryBucket, accounts: Channels, advance: Advance
) -> None:
    # Given a post held for two days, and one whose hour came while its account was refused
    networks.faults.append(Fault("17841400000000001", 400, GRAPH_TOKEN, times=99))
    post_id = due(database, bucket, [accounts.instagram])
    run(database)
    waiting = due(database, bucket, [accounts.instagram])
    advance(timedelta(days=2))
    # When the account is connected again, then their moment is gone: somebody decides anew
    with database.unit_of_work() as uow:
        name = publishing.ACCOUNTS["instagram"]
        social.accounts.connect(uow, "instagram", name, "Relevo", expires_at=None, actor=publishing.ACTOR)
    assert (state(database, post_id), publication(database, post_id).error_code) == ("failed", "too_late")
    assert (state(database, waiting), publication(database, waiting).error_code) == ("failed", "too_late")


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        (Fault("/media", 429, {"error": {"message": "too many calls", "code": 4}}), 900),
        (Fault("/media", 500, {"error": {"message": "an unknown error", "code": 2}}), 30),
        (Fault("media_publish", 400, {"error": {"message": "limit", "code": 9, "error_subcode": 2207042}}), 3600),
    ],
)
def test_a_passing_fault_is_waited_for(
    database: Database,
    networks: Networks,
    bucket: MemoryBucket,
    accounts: Channels,
    advance: Advance,
    fault: Fault,
    seconds: int,
) -> None:
    # Given a network that asks for a pause
    networks.processing = 0
    networks.faults.append(fault)
    post_id = due(database, bucket, [accounts.instagram])
    run(database)
    waiting = publication(database, post_id)
    # Then it is tried again when the pause is over, and not before
    assert (waiting.state, waiting.remedy, networks.posts) == ("due", "retry", [])
    advance(timedelta(seconds=seconds - 1))
    run(database)
    assert networks.posts == []
    advance(timedelta(seconds=2))
    run(database)
    assert state(database, post_id) == "published" and len(networks.posts) == 1


def test_the_days_cap_is_read_rather_than_believed(
    database: Database, networks: Networks, bucket: MemoryBucket, accounts: Channels, advance: Advance
) -> None:
    # Given an account that has published all it may today
    networks.quota = 1
    post_id = due(database, bucket, [accounts.instagram])
    assert finish(database, post_id, advance) == "published"
    # When the next is due, then nothing is made; once there is room it goes out
    second = due(database, bucket, [accounts.instagram])
    run(database)
    assert state(database, second) == "due" and networks.calls[-1].endswith("content_publishing_limit")
    networks.quota = 2
    assert finish(database, second, advance, rounds=60) == "published"


REFUSALS = [
    ("instagram", Fault("/media", 400, {"error": {"message": "ratio", "code": 36003, "error_subcode": 2207009}})),
    ("instagram", Fault("/media", 400, {"error": {"message": "long", "code": 36004, "error_subcode": 2207010}})),
    ("facebook", Fault("/photos", 400, {"error": {"message": "Invalid parameter", "code": 100}})),
    ("tiktok", Fault("creator_info", 400, {"error": {"code": "invalid_params", "message": ""}})),
]


@pytest.mark.parametrize(("network", "fault"), REFUSALS)
def test_a_content_the_network_refuses_is_for_people_to_mend(
    database: Database,
    networks: Networks,
    bucket: MemoryBucket,
    accounts: Channels,
    advance: Advance,
    network: str,
    fault: Fault,
) -> None:
    # Given a network that refuses the content
    networks.faults.append(fault)
    post_id = due(database, bucket, [getattr(accounts, network)])
    # Then it is not tried again by itself
    assert finish(database, post_id, advance) == "failed"
    refused = publication(database, post_id)
    assert (refused.remedy, networks.posts) == ("fix", [])
    # And somebody's other words are published
    with database.unit_of_work() as uow:
        social.posts.retry(uow, refused.id, words="Otras palabras", actor=publishing.ACTOR)
    assert finish(database, post_id, advance) == "published"
    assert [post.text for post in networks.posts] == ["Otras palabras"]
    with database.unit_of_work() as uow:
        assert social.posts.get(uow, post_id).status == "published"


@pytest.mark.parametrize(("said", "ended"), [("Error: 2207026", "failed"), ("Error: 2207053", "published")])
def test_a_video_that_cannot_be_processed(
    database: Database,
    networks: Networks,
    bucket: MemoryBucket,
    accounts: Channels,
    advance: Advance,
    said: str,
    ended: str,
) -> None:
    # Given a container that ends in an error: of the file, or of the upload
    post_id = due(database, bucket, [accounts.instagram], "video")
    run(database)
    [container] = networks.prepared.values()
    container.error = said
    # When it is looked at, then the file is for people to mend, the upload is begun anew
    advance(timedelta(minutes=1))
    assert finish(database, post_id, advance) == ended
    assert len(networks.posts) == (1 if ended == "published" else 0)


@pytest.mark.parametrize(
    ("reason", "ended", "remedy"),
    [
        ("file_format_check_failed", "failed", "fix"),
        ("internal", "published", None),
        ("auth_removed", "held", "reconnect"),
    ],
)
def test_a_video_that_tiktok_does_not_post_is_known_not_to_be_public(
    database: Database,
    networks: Networks,
    bucket: MemoryBucket,
    accounts: Channels,
    advance: Advance,
    reason: str,
    ended: str,
    remedy: str | None,
) -> None:
    # Given a video all of which TikTok has, and which it then cannot post
    networks.faults.append(Fault("status/fetch", 200, {"data": {"status": "FAILED", "fail_reason": reason}}))
    post_id = due(database, bucket, [accounts.tiktok], "video")
    run(database)
    networks.posts.clear()
    # Then nobody is asked to look for it: its reason says who does what
    assert finish(database, post_id, advance) == ended
    assert publication(database, post_id).remedy == remedy
    assert len(networks.posts) == (1 if ended == "published" else 0)


def test_a_last_part_that_tiktok_counts_late_is_not_sent_as_another_video(
    database: Database, networks: Networks, bucket: MemoryBucket, accounts: Channels, advance: Advance
) -> None:
    # Given a video whose last answer is lost, at a network that has it and counts its bytes some minutes later
    networks.lag = 6
    networks.faults.append(Fault("/upload/", lost=True))
    post_id = due(database, bucket, [accounts.tiktok], "video")
    # When the schedule goes on, then it is published once
    assert finish(database, post_id, advance) == "published"
    assert len(networks.posts) == 1


def test_a_video_that_can_no_longer_be_completed_is_announced_anew(
    database: Database, networks: Networks, bucket: MemoryBucket, accounts: Channels, advance: Advance
) -> None:
    # Given a video whose place is gone when its last part comes
    networks.faults.append(Fault("/upload/", 404, times=99))
    post_id = due(database, bucket, [accounts.tiktok], "video")
    for _ in range(12):
        run(database)
        advance(timedelta(minutes=5))
    # When the hour of its place has passed, then it is announced again, and published once
    networks.faults.clear()
    assert finish(database, post_id, advance) == "published"
    assert sum("video/init" in call for call in networks.calls) == 2 and len(networks.posts) == 1


def test_what_only_meets_faults_is_given_up_after_a_day(
    database: Database, networks: Networks, bucket: MemoryBucket, accounts: Channels, advance: Advance
) -> None:
    networks.faults.append(Fault("/media", 500, {"error": {"message": "down", "code": 2}}, times=999))
    post_id = due(database, bucket, [accounts.instagram])
    for _ in range(40):
        run(database)
        advance(timedelta(hours=1))
    given_up = publication(database, post_id)
    assert (given_up.state, given_up.remedy, networks.posts) == ("failed", "retry", [])


@pytest.mark.parametrize(("network", "ended"), [("instagram", "failed"), ("tiktok", "unknown")])
def test_a_network_that_never_comes_to_an_end_is_not_waited_for_for_ever(
    database: Database,
    networks: Networks,
    bucket: MemoryBucket,
    accounts: Channels,
    advance: Advance,
    network: str,
    ended: str,
) -> None:
    # Given a network that processes a video for days
    networks.processing = 1_000
    post_id = due(database, bucket, [getattr(accounts, network)], "video")
    for _ in range(26):
        run(database)
        advance(timedelta(hours=1))
    # Then it has failed where nobody sees it, and a person is asked where it may be seen
    assert (state(database, post_id), publication(database, post_id).error_code) == (ended, "too_slow")


def test_pictures_whose_name_was_lost_are_never_sent_again_unseen(
    database: Database, networks: Networks, bucket: MemoryBucket, accounts: Channels, advance: Advance
) -> None:
    # Given pictures for TikTok whose announcement was never heard, nor answered
    networks.faults.append(Fault("content/init", unheard=True))
    post_id = due(database, bucket, [accounts.tiktok])
    # When they were looked for in vain, then a person is asked, who looks, and only then they go out
    assert finish(database, post_id, advance) == "unknown"
    asked = publication(database, post_id)
    with database.unit_of_work() as uow:
        social.posts.settle(uow, asked.id, is_public=False, actor=publishing.ACTOR)
    assert finish(database, post_id, advance) == "published"
    assert len(networks.posts) == 1


def test_a_large_video_goes_to_tiktok_in_parts(
    database: Database,
    networks: Networks,
    bucket: MemoryBucket,
    accounts: Channels,
    advance: Advance,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given a video of two and a half parts, one of which is lost on its way
    monkeypatch.setattr("relevo.social.publishing.tiktok.WHOLE", 1_000)
    monkeypatch.setattr("relevo.social.publishing.tiktok.PART", 1_000)
    with database.unit_of_work() as uow:
        media = publishing.file(uow, bucket, publishing.mp4(size=2_500), "video/mp4")
        post_id = publishing.due(uow, [accounts.tiktok], [media])
    networks.faults.append(Fault("/upload/", unheard=True))
    # When it is published
    assert finish(database, post_id, advance) == "published"
    # Then TikTok has all of it, once: the first part twice, then what is left in one
    [video] = [made for made in networks.prepared.values() if made.size]
    assert video.received == video.size and len(networks.posts) == 1
    assert sum(call.startswith("PUT") for call in networks.calls) == 3


@pytest.mark.parametrize("said", [{"expires_at": (NOON + timedelta(minutes=5)).isoformat()}, {}])
def test_a_token_of_a_day_is_made_new_before_it_ends(
    database: Database,
    networks: Networks,
    bucket: MemoryBucket,
    accounts: Channels,
    advance: Advance,
    monkeypatch: pytest.MonkeyPatch,
    said: dict[str, str],
) -> None:
    # Given a creator whose token has five minutes left, or nobody said how long
    kept = {
        "access_token": "old",
        "refresh_token": "first",
        "client_key": "k",
        "client_secret": "s",
        **said,
    }
    vault = {"secret": {"tiktok:creator": kept}}
    monkeypatch.setattr("relevo.aws.call", lambda *_: {"SecretString": json.dumps(vault["secret"])})
    monkeypatch.setattr("relevo.aws.put_secret", lambda name, value: vault.update(secret=value))
    monkeypatch.setenv("RELEVO_SOCIAL_SECRET", "arn:social")
    settings.cache_clear()
    tokens.forget()
    # When a video is due
    post_id = due(database, bucket, [accounts.tiktok], "video")
    assert finish(database, post_id, advance) == "published"
    # Then it went out with a new token, and the secret has it with the refresh token that came with it
    made = vault["secret"]["tiktok:creator"]
    assert (made["access_token"], made["refresh_token"], made["client_key"]) == (publishing.TOKEN, "next", "k")
    # And what is announced to people is the end of that one, a year from now
    with database.unit_of_work() as uow:
        [account] = [each for each in social.accounts.all_accounts(uow) if each.network == "tiktok"]
    assert account.token_expires_at is not None
    assert timedelta(days=364) < account.token_expires_at - NOON < timedelta(days=366)


def test_a_replaced_token_is_noticed_without_a_restart(
    database: Database,
    networks: Networks,
    bucket: MemoryBucket,
    accounts: Channels,
    advance: Advance,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given a process that holds a token somebody has since replaced
    account = f"instagram:{publishing.ACCOUNTS['instagram']}"
    vault = {account: {"access_token": "old"}}
    monkeypatch.setattr("relevo.aws.call", lambda *_: {"SecretString": json.dumps(vault)})
    monkeypatch.setenv("RELEVO_SOCIAL_SECRET", "arn:social")
    settings.cache_clear()
    tokens.forget()
    assert tokens.current("instagram", publishing.ACCOUNTS["instagram"]) == "old"
    vault[account]["access_token"] = publishing.TOKEN
    # When a post is due, then the new token is read, and nobody is asked to connect anything
    assert finish(database, due(database, bucket, [accounts.instagram]), advance) == "published"


def meanwhile(monkeypatch: pytest.MonkeyPatch, path: str, act: Callable[[], None]) -> None:
    """Do something while the first call to this path is under way."""
    send, done = calls.send, list[str]()

    def call(method: str, url: str, *more: Any) -> Any:
        if url.endswith(path) and not done:
            done.append(url)
            act()
        return send(method, url, *more)

    monkeypatch.setattr(calls, "send", call)


def test_a_time_taken_back_while_it_is_prepared_publishes_nothing(
    database: Database,
    database_url: str,
    networks: Networks,
    bucket: MemoryBucket,
    accounts: Channels,
    advance: Advance,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given somebody who takes the time back in the very moment the container is made
    post_id = due(database, bucket, [accounts.instagram])
    other = Database(lambda: database_url)

    def take_back() -> None:
        with other.unit_of_work() as uow:
            social.posts.unschedule(uow, post_id, actor=publishing.ACTOR)

    meanwhile(monkeypatch, "/media", take_back)
    # When the run goes on, and the next ones come
    for _ in range(5):
        run(database)
        advance(timedelta(minutes=2))
    other.close()
    # Then nobody sees anything, and the post waits for another time
    assert networks.posts == [] and state(database, post_id) == "planned"
    with database.unit_of_work() as uow:
        assert social.posts.get(uow, post_id).status == "approved"


def test_nothing_is_taken_back_beyond_the_point_of_no_return(
    database: Database,
    database_url: str,
    networks: Networks,
    bucket: MemoryBucket,
    accounts: Channels,
    advance: Advance,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given somebody who wants to cancel while the network is being told to publish
    post_id = due(database, bucket, [accounts.instagram])
    other, refused = Database(lambda: database_url), list[str]()

    def cancel() -> None:
        with other.unit_of_work() as uow:
            try:
                social.posts.cancel(uow, post_id, actor=publishing.ACTOR)
            except social.NotPossible as error:
                refused.append(str(error))

    meanwhile(monkeypatch, "/media_publish", cancel)
    # When it is published, then they were told that it was too late
    assert finish(database, post_id, advance) == "published"
    other.close()
    assert len(refused) == 1 and len(networks.posts) == 1


def test_two_at_once_publish_one(
    database: Database, database_url: str, networks: Networks, bucket: MemoryBucket, accounts: Channels
) -> None:
    # Given ten posts that are due, and three processes at once
    networks.processing = 0
    for _ in range(5):
        due(database, bucket, [accounts.instagram, accounts.facebook])
    others = [Database(lambda: database_url) for _ in range(3)]
    # When each publishes what it finds
    with ThreadPoolExecutor(3) as pool:
        found = [touched for each in pool.map(run_all, others) for touched in each]
    for other in others:
        other.close()
    # Then each publication was one process's, and people see ten posts
    assert len(found) == len(set(found)) == 10
    assert len(networks.posts) == 10


def run_all(database: Database) -> list[UUID]:
    return social.publish_due(database, patience=0)
