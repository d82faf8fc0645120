"""Who hears of an alert, over which channels, and in which words; browsers hear of it at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import boto3
import pytest
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sns.models import sns_backends

from functions.broadcast.handler import handler as broadcast
from functions.notify.handler import handler as notify
from relevo import clock, events, platform, realtime
from relevo.db import Database
from relevo.events import AlertAnnounced, Event
from relevo.insight import alerts
from relevo.notify.channels import sms
from tests.support import inbox, world
from tests.support.broker import MemoryMessaging, detail
from tests.support.lambdas import failed, sqs
from tests.support.standins import Fault, Webhooks, webhooks

NOW = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)


@pytest.fixture
def providers() -> Iterator[Webhooks]:
    with webhooks() as standin:
        yield standin


@pytest.fixture
def sns(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        sms._sns.cache_clear()
        boto3.client("sns", region_name="us-east-1")
        yield sns_backends[DEFAULT_ACCOUNT_ID]["us-east-1"]
    sms._sns.cache_clear()


def raised(database: Database, sent: MemoryMessaging, *, places: dict[str, Any], tickets: int = 1) -> AlertAnnounced:
    """So many critical tickets nobody has had for ten minutes were found in a branch with a supervisor, Sol: the event
    that has people told."""
    with clock.frozen(NOW - timedelta(minutes=10)), database.unit_of_work() as uow:
        centro = world.branch(uow)
        inbox.agent(uow, world.department(uow), "Sol", role="supervisor", branches=(centro,), language="en")
        inbox.agent(uow, world.department(uow, "other"), "Ana", branches=(centro,))
        for number in range(tickets):
            ticket = world.ticket(uow, branch_id=centro, subject=f"Sistema <caído> {number}")
            world.prioritize(uow, ticket.id, "critical")
        platform.change(uow, alerts.CHANNELS, places, actor="test")
        uow.execute("UPDATE insight.alert_rule SET active = kind = 'critical_unassigned'")
    with clock.frozen(NOW):
        alerts.evaluate(database)
    database.publish_pending()
    [announced] = [detail(fact) for fact in sent.facts if fact.name == "alert.announced"]
    return AlertAnnounced.model_validate(announced)


def notices(database: Database) -> list[dict[str, Any]]:
    with database.unit_of_work() as uow:
        return uow.all(
            "SELECT channel, recipient, subject, body, status, ticket_id FROM platform.notification ORDER BY id"
        )


def test_supervisors_are_told_in_their_console_and_the_company_where_it_chose(
    database: Database, sent: MemoryMessaging, providers: Webhooks, sns: Any
) -> None:
    # Given places for what is critical, and another for what is less
    places = {
        "critical": [
            {"channel": "slack", "url": providers.url("slack")},
            {"channel": "teams", "url": providers.url("teams")},
            {"channel": "sms", "address": "+525512345678"},
        ],
        "warning": [{"channel": "discord", "url": providers.url("discord")}],
    }
    event = raised(database, sent, places=places)
    # When people are told, twice
    assert [failed(notify(sqs(event), None)) for _ in range(2)] == [[], []]
    # Then the supervisor is in English, the company in Spanish, each once, over the channels of that severity
    told = {notice["channel"]: notice for notice in notices(database)}
    assert {channel: notice["status"] for channel, notice in told.items()} == dict.fromkeys(
        ("console", "slack", "teams", "sms"), "sent"
    )
    assert told["console"]["subject"] == "Critical: Critical case unassigned: Camila Torres"
    assert "has had no agent for 10 min" in told["console"]["body"] and told["console"]["ticket_id"]
    [slack] = providers.accepted("slack")
    assert "Crítica: Caso crítico sin asignar" in slack.body["text"]
    assert "&lt;caído&gt; 0», lleva 10 min sin agente" in slack.body["blocks"][0]["text"]["text"]
    [(number, text)] = sns.sms_messages.values()
    assert number == "+525512345678" and text.startswith("Relevo: Crítica: Caso crítico sin asignar")
    assert len(text) <= 130


def test_many_of_one_kind_are_one_notice(database: Database, sent: MemoryMessaging, providers: Webhooks) -> None:
    # Given seven tickets found at once
    places = {"critical": [{"channel": "slack", "url": providers.url("slack")}]}
    event = raised(database, sent, places=places, tickets=7)
    # When people are told
    notify(sqs(event), None)
    # Then it is one message with the first five, and how many more
    [slack] = providers.accepted("slack")
    text = slack.body["blocks"][0]["text"]["text"]
    assert "Caso crítico sin asignar (7)" in text and "2 más" in text and text.count("lleva") == 5


def test_who_holds_the_ticket_is_told_of_theirs(database: Database, sent: MemoryMessaging) -> None:
    # Given two tickets past their target, one of which Beto has
    with clock.frozen(NOW - timedelta(minutes=45)), database.unit_of_work() as uow:
        centro = world.branch(uow)
        beto = inbox.agent(uow, world.department(uow), "Beto", branches=(centro,))
        tickets = [world.ticket(uow, branch_id=centro, priority="urgent") for _ in range(2)]
        uow.execute("UPDATE desk.ticket SET agent_id = %s WHERE id = %s", (beto.agent_id, tickets[0].id))
        uow.execute("UPDATE insight.alert_rule SET active = kind = 'sla_breach'")
    with clock.frozen(NOW):
        alerts.evaluate(database)
    database.publish_pending()
    [announced] = [detail(fact) for fact in sent.facts if fact.name == "alert.announced"]
    # When people are told, twice
    for _ in range(2):
        assert failed(notify(sqs(AlertAnnounced.model_validate(announced)), None)) == []
    # Then Beto has one notice, of his ticket alone
    [notice] = notices(database)
    assert notice["ticket_id"] == tickets[0].id and f"n.º {tickets[0].number} " in notice["body"]
    assert str(tickets[1].number) not in notice["body"].replace(str(tickets[0].number), "")


def test_what_is_over_when_the_queue_brings_it_is_not_told(
    database: Database, sent: MemoryMessaging, providers: Webhooks
) -> None:
    # Given an alert that ended before anybody was told
    places = {"critical": [{"channel": "slack", "url": providers.url("slack")}]}
    event = raised(database, sent, places=places)
    with database.unit_of_work() as uow:
        alerts.resolve(uow, event.alerts[0], actor="user:sol")
    # When the event comes
    assert failed(notify(sqs(event), None)) == []
    # Then nobody is told
    assert notices(database) == [] and providers.calls == 0


def test_what_is_critical_goes_where_the_company_is_told_unless_it_chose_otherwise(
    database: Database, sent: MemoryMessaging, providers: Webhooks
) -> None:
    # Given a company that chose no places for alerts, but where it is told of everything
    event = raised(database, sent, places={})
    with database.unit_of_work() as uow:
        world.setting(uow, "notify.company", [{"channel": "teams", "url": providers.url("teams")}])
    # When people are told
    notify(sqs(event), None)
    # Then it is told there
    assert len(providers.accepted("teams")) == 1


def test_a_passing_fault_of_one_place_does_not_repeat_the_others(
    database: Database, sent: MemoryMessaging, providers: Webhooks
) -> None:
    # Given two places, one of which is away for a moment
    places = {"critical": [{"channel": name, "url": providers.url(name)} for name in ("slack", "discord")]}
    event = raised(database, sent, places=places)
    providers.fail("slack", Fault(503, "away"))
    # When the queue delivers the event until it is done
    first, second = notify(sqs(event), None), notify(sqs(event), None)
    # Then each has it once
    assert (failed(first), failed(second)) == ([str(event.id)], [])
    assert (len(providers.accepted("slack")), len(providers.accepted("discord"))) == (1, 1)


@pytest.mark.parametrize(
    ("refusal", "again"), [("Throttled", True), ("OptedOut", False)], ids=["for a moment", "for good"]
)
def test_a_text_message_that_is_refused(
    database: Database, sent: MemoryMessaging, monkeypatch: pytest.MonkeyPatch, refusal: str, again: bool
) -> None:
    # Given a phone that SNS refuses, for a moment or for good
    from botocore.exceptions import ClientError

    class Refusing:
        def publish(self, **_: Any) -> None:
            code = {"Throttled": "ThrottledException", "OptedOut": "OptedOutException"}[refusal]
            said = {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": 400}}
            raise ClientError(said, "Publish")  # type: ignore[arg-type]

    monkeypatch.setattr(sms, "_sns", Refusing)
    event = raised(database, sent, places={"critical": [{"channel": "sms", "address": "+525512345678"}]})
    # When it is sent
    answer = notify(sqs(event), None)
    # Then it is tried again, or the record says why not
    row = next(notice for notice in notices(database) if notice["channel"] == "sms")
    assert (failed(answer) == [str(event.id)], row["status"]) == (again, "pending" if again else "failed")


def told_to(database: Database, branch_id: UUID) -> list[dict[str, Any]]:
    """What the feed of a branch says of alerts."""
    with database.unit_of_work() as uow:
        return [
            row["data"]
            for row in realtime.read(uow, {branch_id: 0}, ["alert.changed"], limit=50).items
            if row["kind"] == "alert.changed"
        ]


def test_browsers_hear_of_an_alert_as_it_is_raised_looked_after_and_over(
    database: Database, sent: MemoryMessaging
) -> None:
    # Given an alert that is raised, acknowledged and resolved
    event = raised(database, sent, places={})
    with database.unit_of_work() as uow:
        branch_id = alerts.get_alert(uow, event.alerts[0]).branch_id
    assert branch_id is not None
    batches: list[list[Event]] = [_told(sent)]
    for settle in (alerts.acknowledge, alerts.resolve):
        sent.facts.clear()
        with database.unit_of_work() as uow:
            settle(uow, event.alerts[0], actor="user:sol")
        batches.append(_told(sent))
    # When broadcast hears of it
    broadcast(sqs(*batches[0], *batches[1], *batches[2]), None)
    # Then its branch's feed has what it is now, and everybody else's nothing
    assert [(mark["state"], mark["severity"], mark["about"]) for mark in told_to(database, branch_id)] == [
        ("resolved", "critical", "Camila Torres")
    ]
    assert told_to(database, realtime.NOWHERE) == []


def _told(sent: MemoryMessaging) -> list[Event]:
    return [
        events.parse({"detail-type": fact.name, "detail": detail(fact)})
        for fact in sent.facts
        if fact.name.startswith("alert.")
    ]
