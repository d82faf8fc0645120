"""What did not get out reaches the people who can do something about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from infra.local.networks import Fault, Networks
from relevo import notify, social
from relevo.db import Database
from relevo.notify.channels import SEND
from relevo.notify.notice import Notice
from relevo.notify.targets import Target
from relevo.social import Content
from tests.support import inbox, publishing, world
from tests.support.broker import MemoryMessaging
from tests.support.bucket import MemoryBucket

Advance = Callable[[timedelta], None]
REFUSAL = {"error": {"message": "The caption is too long", "code": 36004, "error_subcode": 2207010}}


def test_a_post_that_did_not_get_out_is_told_to_its_author_the_supervisors_and_the_company(
    database: Database,
    networks: Networks,
    bucket: MemoryBucket,
    advance: Advance,
    sent: MemoryMessaging,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given an agent's post, a supervisor who speaks English, another agent, and a place where the company is told
    slack = list[tuple[Target, Notice]]()
    monkeypatch.setitem(SEND, "slack", lambda target, notice: slack.append((target, notice)))
    with database.unit_of_work() as uow:
        inbox.desk(uow)
        department = uow.all("SELECT id FROM desk.department")[0]["id"]
        author, other = (inbox.agent(uow, department, name) for name in ("Iris", "Otto"))
        lead = inbox.agent(uow, department, "Sol", role="supervisor", language="en")
        company = [{"channel": "slack", "url": "https://hooks.slack.example/services/T0"}]
        world.setting(uow, "notify.company", company)
        account = publishing.channels(uow).instagram
        file = publishing.file(uow, bucket)
        post = social.posts.write(uow, Content("Balatas", [file], {account: None}), actor=f"user:{author.user_id}")
        social.posts.approve(uow, post.id, actor="user:sol")
        social.posts.schedule(uow, post.id, None, actor="user:sol")
    # When its network refuses it at its hour
    networks.faults.append(Fault("/media", 400, REFUSAL))
    advance(timedelta(days=8))
    social.publish_due(database, patience=0)
    publishing.tell(database, sent)
    # Then those three are told once, each in their language, with the network's own words
    with database.unit_of_work() as uow:
        told = {person.agent_id: notify.unread(uow, person.agent_id) for person in (author, other, lead)}
    assert [row["subject"] for row in told[author.agent_id]] == ["No se publicó en Instagram: Relevo instagram"]
    assert [row["subject"] for row in told[lead.agent_id]] == ["Not published on Instagram: Relevo instagram"]
    assert "The caption is too long" in told[author.agent_id][0]["body"] and told[other.agent_id] == []
    assert [notice.subject for _, notice in slack] == ["No se publicó en Instagram: Relevo instagram"]


def test_what_was_mended_before_anybody_was_told_is_not_told(
    database: Database, networks: Networks, bucket: MemoryBucket, advance: Advance, sent: MemoryMessaging
) -> None:
    # Given a post that failed, and went out in other words since
    with database.unit_of_work() as uow:
        inbox.desk(uow)
        lead = inbox.agent(uow, uow.all("SELECT id FROM desk.department")[0]["id"], "Sol", role="supervisor")
        account = publishing.channels(uow).instagram
        post_id = publishing.due(uow, [account], [publishing.file(uow, bucket)])
    networks.processing = 0
    networks.faults.append(Fault("/media", 400, REFUSAL))
    social.publish_due(database, patience=0)
    with database.unit_of_work() as uow:
        [publication] = social.posts.publications_of(uow, [post_id])[post_id]
        social.posts.retry(uow, publication.id, words="Más corto", actor="user:sol")
    social.publish_due(database, patience=0)
    # When the event is delivered at last, then nobody is bothered
    publishing.tell(database, sent)
    assert len(networks.posts) == 1
    with database.unit_of_work() as uow:
        assert notify.unread(uow, lead.agent_id) == []
