"""Agents and supervisors are told once over each of their channels, whatever the providers answer."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import boto3
import pytest
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from functions.notify.handler import handler
from relevo import ids, notify
from relevo.db import Database, Row
from relevo.errors import NotFound
from relevo.events import TicketAssigned, TicketEscalated
from relevo.notify import sending
from relevo.notify.channels import email
from relevo.settings import settings
from tests.support import world
from tests.support.lambdas import failed, sqs
from tests.support.standins import Fault, Webhooks, webhooks


@pytest.fixture
def providers() -> Iterator[Webhooks]:
    with webhooks() as standin:
        yield standin


def told(database: Database, channels: list[dict[str, Any]], *, language: str = "es", **ticket: Any) -> TicketAssigned:
    """An agent with these channels was given a ticket: the event of it."""
    with database.unit_of_work() as uow:
        technical = world.department(uow)
        agent_id = world.agent(uow, technical, "Ana", notify=channels, language=language)
        made = world.ticket(uow, priority="urgent", **ticket)
        uow.execute("UPDATE desk.ticket SET agent_id = %s, department_id = %s", (agent_id, technical))
    return TicketAssigned(ticket_id=made.id, old=None, new=agent_id, reason="regla «claves»")


def records(database: Database) -> dict[str, Row]:
    """The recorded notices by channel."""
    with database.unit_of_work() as uow:
        return {row["channel"]: row for row in uow.all("SELECT * FROM platform.notification ORDER BY id")}


def test_every_channel_gets_the_notice_in_its_own_form(database: Database, providers: Webhooks) -> None:
    # Given an agent with four channels
    channels = [{"channel": name, "url": providers.url(name)} for name in ("slack", "teams", "discord")]
    channels.append({"channel": "webhook", "url": providers.url("hook"), "secret": "s3cret"})
    event = told(database, channels, subject="No puedo <entrar> & salir")
    # When a ticket is assigned to them
    assert failed(handler(sqs(event), None)) == []
    # Then each provider accepted it, and it is recorded as sent, in the console too
    assert {channel: row["status"] for channel, row in records(database).items()} == dict.fromkeys(
        ("console", "slack", "teams", "discord", "webhook"), "sent"
    )
    assert "&lt;entrar&gt; &amp; salir" in providers.accepted("slack")[0].body["text"]
    card = providers.accepted("teams")[0].body["attachments"][0]["content"]
    assert card["body"][0]["text"].endswith("(urgente): No puedo <entrar> & salir")
    assert providers.accepted("discord")[0].body["allowed_mentions"] == {"parse": []}
    assert providers.accepted("hook")[0].body["priority"] == "urgent"


def test_a_webhook_is_signed_so_that_its_receiver_can_check_it(database: Database, providers: Webhooks) -> None:
    # Given an agent with a webhook of their own
    secret = "whsec_" + base64.b64encode(b"a key of 32 bytes, as generated.").decode()
    event = told(database, [{"channel": "webhook", "url": providers.url("hook"), "secret": secret}])
    # When they are told
    handler(sqs(event), None)
    # Then the signature is what a receiver computes from the raw request
    (received,) = providers.accepted("hook")
    signed = f"{received.headers['Webhook-Id']}.{received.headers['Webhook-Timestamp']}.".encode() + received.raw
    expected = base64.b64encode(hmac.new(b"a key of 32 bytes, as generated.", signed, hashlib.sha256).digest()).decode()
    assert received.headers["Webhook-Signature"] == f"v1,{expected}"


def test_an_event_delivered_again_tells_nobody_twice(database: Database, providers: Webhooks) -> None:
    # Given a notice that was sent
    event = told(database, [{"channel": "slack", "url": providers.url("slack")}])
    handler(sqs(event), None)
    # When the queue delivers the event four more times
    for _ in range(4):
        assert failed(handler(sqs(event), None)) == []
    # Then Slack got it once
    assert providers.calls == 1


@pytest.mark.parametrize(
    "fault",
    [
        Fault(429, "rate_limited", {"Retry-After": "30"}),
        Fault(500, "rollup_error"),
        Fault(503, "service_unavailable", {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}),
    ],
)
def test_a_passing_fault_is_tried_again_without_repeating_the_rest(
    database: Database, providers: Webhooks, fault: Fault
) -> None:
    # Given two channels, one of which refuses for now
    channels = [{"channel": name, "url": providers.url(name)} for name in ("slack", "discord")]
    event = told(database, channels)
    providers.fail("slack", fault)
    # When the event is delivered, and delivered again
    first = handler(sqs(event), None)
    waiting = records(database)["slack"]
    second = handler(sqs(event), None)
    # Then the first is asked for again with its reason kept, the second succeeds, and Discord heard once
    assert (failed(first), failed(second)) == ([str(event.id)], [])
    assert (waiting["status"], waiting["attempts"]) == ("pending", 1) and str(fault.status) in waiting["error"]
    row = records(database)["slack"]
    assert (row["status"], row["attempts"], row["error"]) == ("sent", 2, None)
    assert (len(providers.accepted("slack")), len(providers.accepted("discord"))) == (1, 1)


def test_a_refusal_for_good_is_recorded_and_not_tried_again(database: Database, providers: Webhooks) -> None:
    # Given a webhook Slack no longer knows
    event = told(database, [{"channel": "slack", "url": providers.url("slack")}])
    providers.fail("slack", Fault(404, "no_service"))
    # When the event is delivered twice
    answers = [handler(sqs(event), None) for _ in range(2)]
    # Then it is acknowledged, and the record says what Slack said
    row = records(database)["slack"]
    assert [failed(answer) for answer in answers] == [[], []]
    assert row["status"] == "failed" and "404: no_service" in row["error"]
    assert providers.calls == 1


def test_after_the_last_attempt_it_is_given_up(database: Database, providers: Webhooks) -> None:
    # Given a provider that is away for good
    event = told(database, [{"channel": "teams", "url": providers.url("teams")}])
    providers.fail("teams", *[Fault(502, "bad gateway")] * 9)
    # When the event is delivered until it is acknowledged
    deliveries = 1
    while failed(handler(sqs(event), None)):
        deliveries += 1
    # Then that was at the last attempt, and the record shows it
    row = records(database)["teams"]
    assert deliveries == sending.MAX_ATTEMPTS == row["attempts"]
    assert row["status"] == "failed" and "given up" in row["error"]


def test_an_answer_that_never_came_is_not_sent_again(database: Database, providers: Webhooks) -> None:
    # Given a provider that hangs up after reading the request
    event = told(database, [{"channel": "discord", "url": providers.url("discord")}])
    providers.fail("discord", Fault(hang_up=True))
    # When the event is delivered twice
    for _ in range(2):
        assert failed(handler(sqs(event), None)) == []
    # Then it was called once, and the record says that nobody knows
    row = records(database)["discord"]
    assert providers.calls == 1 and row["status"] == "failed" and "may have accepted" in row["error"]


def test_a_crash_during_the_call_is_shown_and_not_repeated(
    database: Database, providers: Webhooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a process that dies after Slack accepted and before that was written
    event = told(database, [{"channel": "slack", "url": providers.url("slack")}])
    with monkeypatch.context() as patch:
        patch.setattr(sending, "_settle", lambda *_: (_ for _ in ()).throw(SystemError("killed")))
        assert failed(handler(sqs(event), None)) == [str(event.id)]
    # When the queue delivers the event again
    assert failed(handler(sqs(event), None)) == []
    # Then Slack got it once, and the record says that it may have arrived
    row = records(database)["slack"]
    assert len(providers.accepted("slack")) == 1
    assert row["status"] == "failed" and "may have arrived" in row["error"]


def test_teams_faults_inside_an_answer_of_200_are_seen(database: Database, providers: Webhooks) -> None:
    # Given a connector that reports a rate limit in its text
    event = told(database, [{"channel": "teams", "url": providers.url("teams")}])
    said = "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 with ContextId"
    providers.fail("teams", Fault(200, said))
    # When the event is delivered twice
    first, second = handler(sqs(event), None), handler(sqs(event), None)
    # Then it is tried again
    assert (failed(first), failed(second)) == ([str(event.id)], [])
    assert records(database)["teams"]["status"] == "sent"


@pytest.fixture
def ses() -> Iterator[Any]:
    with mock_aws():
        email._ses.cache_clear()
        client = boto3.client("sesv2", region_name="us-east-1")
        client.create_email_identity(EmailIdentity="relevo@example.com")
        yield ses_backends[DEFAULT_ACCOUNT_ID]["us-east-1"]
    email._ses.cache_clear()


@pytest.fixture(autouse=True)
def region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")


def test_an_email_goes_to_the_agents_address_in_their_language(database: Database, ses: Any) -> None:
    # Given an English-speaking agent who wants e-mail
    event = told(database, [{"channel": "email"}], language="en", description="<b>bold</b> & co")
    # When they are told
    assert failed(handler(sqs(event), None)) == []
    # Then SES has it, in English, with the customer's text escaped
    (sent,) = ses.sent_messages
    assert sent.destinations["ToAddresses"] == ["ana@relevo.example"]
    assert sent.subject.startswith("Case no.") and "&lt;b&gt;bold&lt;/b&gt; &amp; co" in sent.body
    assert records(database)["email"]["recipient"] == "ana@relevo.example"


def test_an_email_ses_refuses_is_recorded(database: Database, ses: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a sender nobody verified
    monkeypatch.setenv("RELEVO_EMAIL_SENDER", "stranger@example.org")
    settings.cache_clear()
    event = told(database, [{"channel": "email"}])
    # When it is sent
    assert failed(handler(sqs(event), None)) == []
    # Then the record holds SES's words
    row = records(database)["email"]
    assert row["status"] == "failed" and "MessageRejected" in row["error"]


def escalated(event: TicketAssigned, supervisor_id: UUID | None) -> TicketEscalated:
    return TicketEscalated(
        ticket_id=event.ticket_id,
        rule="critical: answer within 15 minutes",
        level=1,
        old="urgent",
        new="critical",
        agent_id=event.new,
        supervisor_id=supervisor_id,
    )


def test_an_escalation_tells_the_supervisor_and_the_agent(database: Database, providers: Webhooks) -> None:
    # Given a supervisor on Slack
    event = told(database, [])
    with database.unit_of_work() as uow:
        slack = [{"channel": "slack", "url": providers.url("slack")}]
        sol = world.agent(uow, world.department(uow, "board"), "Sol", notify=slack, language="en")
    # When a ticket of Ana's is escalated
    assert failed(handler(sqs(escalated(event, sol)), None)) == []
    # Then Sol is told on Slack, in English, and both find it in the console
    assert providers.accepted("slack")[0].body["text"].startswith("Target missed")
    with database.unit_of_work() as uow:
        assert [len(notify.unread(uow, agent_id)) for agent_id in (sol, event.new)] == [1, 1]


@pytest.mark.parametrize("key", ["notify.department.technical", "notify.company"])
def test_without_channels_of_ones_own_the_defaults_serve(database: Database, providers: Webhooks, key: str) -> None:
    # Given an agent without channels, and a default
    event = told(database, [])
    with database.unit_of_work() as uow:
        world.setting(uow, key, [{"channel": "discord", "url": providers.url("discord")}])
    # When they are told, and an escalation has no supervisor
    handler(sqs(event, escalated(event, None)), None)
    # Then both went to the default's channel, the second once
    assert len(providers.accepted("discord")) == 2


def test_broken_channels_are_logged_and_the_console_still_tells(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    # Given an agent whose channel lacks its URL
    event = told(database, [{"channel": "slack"}])
    # When they are told
    assert failed(handler(sqs(event), None)) == []
    # Then the log says whose and what, and the console has it
    assert "Ana" in caplog.text and "slack needs a url" in caplog.text
    assert list(records(database)) == ["console"]


def test_a_notice_is_read_once_and_by_its_reader(database: Database) -> None:
    # Given a notice in Ana's console
    event = told(database, [])
    handler(sqs(event), None)
    with database.unit_of_work() as uow:
        (notice,) = notify.unread(uow, event.new)
        # When a stranger and then Ana twice open it
        with pytest.raises(NotFound):
            notify.mark_read(uow, ids.new_id(), notice["id"])
        answers = [notify.mark_read(uow, event.new, notice["id"]) for _ in range(2)]
        # Then it was read once, by her
        assert answers == [True, False] and notify.unread(uow, event.new) == []
