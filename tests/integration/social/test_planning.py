"""Each morning, once: what posts got, when they are seen, times for the next ones, tokens that end soon."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from infra.local.networks import Fault, Networks
from relevo import clock, notify, social
from relevo.db import Database
from relevo.social import Content
from relevo.social.planning import plan_due
from tests.support import inbox, publishing
from tests.support.broker import MemoryMessaging
from tests.support.bucket import MemoryBucket
from tests.support.inbox import Person
from tests.support.publishing import Channels

Advance = Callable[[timedelta], None]

SIX = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
"""Six in the morning of Tuesday in Mexico City."""


@pytest.fixture
def accounts(database: Database) -> Channels:
    with database.unit_of_work() as uow:
        return publishing.channels(uow)


@pytest.fixture
def lead(database: Database) -> Person:
    """A supervisor of every branch who is an agent."""
    with database.unit_of_work() as uow:
        inbox.desk(uow)
        department = uow.all("SELECT id FROM desk.department")[0]["id"]
        return inbox.agent(uow, department, "Lucía", role="supervisor")


def told(database: Database, sent: MemoryMessaging, person: Person) -> list[str]:
    """What is in a person's console once people were told, each event delivered twice."""
    assert person.agent_id is not None
    publishing.tell(database, sent)
    with database.unit_of_work() as uow:
        return [row["subject"] for row in notify.unread(uow, person.agent_id)]


def slots(database: Database, account_id: UUID) -> list[datetime]:
    with database.unit_of_work() as uow:
        found = social.slots.between(uow, clock.now(), clock.now() + timedelta(days=15))
        return [slot.at for slot in found if slot.account_id == account_id]


def test_the_day_is_planned_once_and_not_before_its_hour(
    database: Database, networks: Networks, accounts: Channels
) -> None:
    # Given three accounts
    with clock.frozen(SIX - timedelta(minutes=15)) as advance:
        # When the schedule fires before six, at six, and again
        assert plan_due(database, clock.now()) == 0
        advance(timedelta(minutes=15))
        planned = plan_due(database, clock.now())
        advance(timedelta(minutes=15))
        again = plan_due(database, clock.now())
        # Then the day was planned once, with each account's times for two weeks
        assert (planned, again) == (3, 0)
        assert len(slots(database, accounts.instagram)) == 6


def test_a_crash_before_the_end_leaves_the_day_to_the_next_run(
    database: Database, networks: Networks, accounts: Channels, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock.frozen(SIX) as advance:
        # Given a run that dies while it learns
        with monkeypatch.context() as patched:
            patched.setattr("relevo.social.planning.learn", lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                plan_due(database, clock.now())
        # When the schedule fires again, then the day is planned after all
        advance(timedelta(minutes=15))
        assert plan_due(database, clock.now()) == 3


def test_planned_times_are_on_days_of_their_own_and_leave_posts_alone(
    database: Database, networks: Networks, accounts: Channels
) -> None:
    with clock.frozen(SIX):
        # Given a plan, one of whose times a post has taken
        plan_due(database, clock.now())
        with database.unit_of_work() as uow:
            post = social.posts.write(uow, Content("Abrimos", [], {accounts.facebook: None}), actor="user:ana")
            social.posts.approve(uow, post.id, actor="user:sara")
            taken = social.posts.schedule(uow, post.id, None, actor="user:ana").publish_at
        before = slots(database, accounts.facebook)
    # When the next day is planned
    with clock.frozen(SIX + timedelta(days=1)):
        plan_due(database, clock.now())
    with clock.frozen(SIX):
        after = slots(database, accounts.facebook)
    # Then the post has its time still, nothing else came near it, and each time is on a day of its own
    assert taken in before and taken in after
    assert all(abs(one - other) >= timedelta(hours=3) for one, other in itertools.combinations(after, 2))
    assert len({at.date() for at in after}) == len(after)


def test_what_posts_got_is_asked_for_and_learned_from(
    database: Database, networks: Networks, bucket: MemoryBucket, accounts: Channels, advance: Advance
) -> None:
    # Given a post that is public
    with database.unit_of_work() as uow:
        publishing.due(uow, [accounts.instagram], [publishing.file(uow, bucket)])
    networks.processing = 0
    social.publish_due(database, patience=0)
    # When the day after tomorrow is planned
    advance(timedelta(days=2))
    plan_due(database, clock.now())
    # Then it is among what the account's times rest on
    with database.unit_of_work() as uow:
        timing = social.accounts.timing_of(uow, accounts.instagram)
    assert timing is not None and timing["posts"] == 1


def test_a_post_without_a_name_does_not_stop_the_day(
    database: Database, networks: Networks, accounts: Channels
) -> None:
    # Given a network one of whose posts has no id
    posts = {"data": [{"timestamp": "2026-11-20T15:00:00+0000", "like_count": 3}]}
    networks.faults.append(Fault("17841400000000001/media", 200, posts))
    # When the day is planned, then it is, for every account
    with clock.frozen(SIX):
        assert plan_due(database, clock.now()) == 3


def test_a_token_that_ends_within_the_week_is_announced_once(
    database: Database, networks: Networks, accounts: Channels, lead: Person, sent: MemoryMessaging
) -> None:
    # Given an account whose token ends in six days, another's in eight
    with database.unit_of_work() as uow:
        for account_id, days in ((accounts.facebook, 6), (accounts.tiktok, 8)):
            ends = SIX + timedelta(days=days)
            uow.execute("UPDATE social.account SET token_expires_at = %s WHERE id = %s", (ends, account_id))
    # When three mornings pass
    for day in range(3):
        with clock.frozen(SIX + timedelta(days=day)):
            plan_due(database, clock.now())
    # Then each was announced a week before, once
    assert sorted(told(database, sent, lead)) == [
        "El acceso a Relevo facebook (Facebook) termina el 2026-11-30",
        "El acceso a Relevo tiktok (Tiktok) termina el 2026-12-02",
    ]


def test_an_account_its_network_refuses_is_told_and_left_out(
    database: Database, networks: Networks, accounts: Channels, lead: Person, sent: MemoryMessaging
) -> None:
    # Given a network that takes one account's token no more
    body = {"error": {"message": "expired", "code": 190}}
    networks.faults.append(Fault("17841400000000001/media", 400, body, times=9))
    # When the day is planned
    with clock.frozen(SIX):
        plan_due(database, clock.now())
    # Then supervisors know, and the others have their times
    assert told(database, sent, lead) == ["Vuelve a conectar Relevo instagram (Instagram)"]
    with clock.frozen(SIX):
        assert len(slots(database, accounts.tiktok)) == 6


def written(database: Database, account_id: UUID, *, approved: bool = True) -> UUID:
    with database.unit_of_work() as uow:
        post = social.posts.write(uow, Content("Abrimos el lunes", [], {account_id: None}), actor="user:ana")
        if approved:
            social.posts.approve(uow, post.id, actor="user:sara")
        return post.id


def post_of(database: Database, post_id: UUID) -> social.Post:
    with database.unit_of_work() as uow:
        return social.posts.get(uow, post_id)


def test_what_was_approved_and_waits_for_a_time_is_given_one_a_day_ahead_and_told(
    database: Database, networks: Networks, accounts: Channels, lead: Person, sent: MemoryMessaging
) -> None:
    # Given a post nobody has approved, and more approved ones than the plan keeps times for
    with clock.frozen(SIX - timedelta(hours=9)):
        draft = written(database, accounts.facebook, approved=False)
        approved = [written(database, accounts.facebook) for _ in range(7)]
    # When the day is planned
    with clock.frozen(SIX):
        plan_due(database, clock.now())
    # Then as many as there are free times have one of them, the first approved first, and a day in which to say no
    times = [post_of(database, each).publish_at for each in approved]
    with clock.frozen(SIX):
        kept = [at for at in slots(database, accounts.facebook) if at >= SIX + timedelta(hours=24)]
    placed = [at for at in times if at is not None]
    assert 4 <= len(placed) <= 6 and times[len(placed) :] == [None] * (7 - len(placed))
    assert sorted(placed) == kept
    assert post_of(database, draft).status == "draft"
    assert told(database, sent, lead) == [f"El plan dio hora a {len(placed)} publicaciones aprobadas"]


def test_a_time_somebody_took_back_is_not_given_again(
    database: Database, networks: Networks, accounts: Channels
) -> None:
    # Given a post the plan gave a time, which somebody took back
    with clock.frozen(SIX - timedelta(hours=9)):
        post_id = written(database, accounts.facebook)
    with clock.frozen(SIX) as advance:
        plan_due(database, clock.now())
        with database.unit_of_work() as uow:
            social.posts.unschedule(uow, post_id, actor="user:sara")
        # When the next day is planned, then it waits for a person
        advance(timedelta(days=1))
        plan_due(database, clock.now())
        assert post_of(database, post_id).status == "approved"
        # And is given one again once it is another content that was approved
        advance(timedelta(hours=1))
        with database.unit_of_work() as uow:
            social.posts.edit(
                uow, post_id, Content("Abrimos el martes", [], {accounts.facebook: None}), actor="user:ana"
            )
            social.posts.approve(uow, post_id, actor="user:sara")
        advance(timedelta(hours=23))
        plan_due(database, clock.now())
    assert post_of(database, post_id).status == "scheduled"


def test_a_kind_of_content_gets_an_hour_of_its_own(database: Database, bucket: MemoryBucket) -> None:
    # Given an account whose videos are seen at nine in the evening and whose pictures are seen at nine in the morning
    with clock.frozen(SIX), database.unit_of_work() as uow:
        account = publishing.channels(uow).instagram
        got = {("video", 21): 400, ("video", 9): 20, ("image", 9): 400, ("image", 21): 20}
        rows = [
            (account, f"{kind}-{hour}-{day}", kind, SIX - timedelta(days=day) + timedelta(hours=hour - 6), likes)
            for day in range(2, 40)
            for (kind, hour), likes in got.items()
        ]
        uow.connection.cursor().executemany(
            "INSERT INTO social.engagement (account_id, external_id, kind, published_at, likes, measured_at)"
            " VALUES (%s, %s, %s, %s, %s, now())",
            rows,
        )
        [known] = [each for each in social.accounts.all_accounts(uow) if each.id == account]
        social.planning.learn(uow, known)
        # When one of each is scheduled at the best time
        film = publishing.file(uow, bucket, publishing.mp4(), "video/mp4")
        hours = []
        for media in (film, publishing.file(uow, bucket)):
            post = social.posts.write(uow, Content("Hola", [media], {account: None}), actor="user:ana")
            social.posts.approve(uow, post.id, actor="user:sara")
            at = social.posts.schedule(uow, post.id, None, actor="user:ana").publish_at
            assert at is not None
            hours.append(at.astimezone(ZoneInfo("America/Mexico_City")).hour)
    # Then each goes out in the part of the day in which its like is seen
    assert 19 <= hours[0] <= 23 and 6 <= hours[1] < 12
