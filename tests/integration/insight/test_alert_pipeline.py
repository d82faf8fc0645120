"""From an angry line on WhatsApp to the supervisor's console, through every function between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from infra.local.pipeline import Pipeline
from relevo import clock, notify, realtime
from relevo.db import Database
from relevo.events import ScheduleFired
from relevo.insight import alerts
from tests.support import inbox, meta
from tests.support.lambdas import sqs

pytestmark = pytest.mark.seeded


def test_an_angry_customer_reaches_the_supervisor_once(pipeline: Pipeline, database: Database) -> None:
    with clock.frozen(datetime.now(UTC)) as advance:
        # Given a supervisor who is an agent
        with database.unit_of_work() as uow:
            (technical,) = uow.all("SELECT id FROM desk.department WHERE code = 'technical'")
            sol = inbox.agent(uow, technical["id"], "Soledad", role="supervisor")
        # When a customer writes in anger, and the schedule fires three times
        payload = meta.webhook(meta.text_message("¡Esto es una estafa! Estoy furioso, pésimo servicio"))
        assert pipeline.handler("intake")(meta.post(payload), None)["statusCode"] == 200
        pipeline.drain()
        for _ in range(3):
            pipeline.handler("alerts")(sqs(ScheduleFired(schedule="alerts", due_at=clock.now())), None)
            pipeline.drain()
            advance(timedelta(minutes=5))
        # Then there is one alert of it, and one notice for her that leads to the conversation
        with database.unit_of_work() as uow:
            [angry] = [alert for alert in alerts.list_alerts(uow) if alert.kind == "angry_customer"]
            assert sol.agent_id is not None and angry.branch_id is not None
            told = [notice for notice in notify.notices(uow, sol.agent_id) if notice["template"] == "alert"]
            feed = realtime.read(uow, {angry.branch_id: 0}, ["alert.changed"], limit=200)
        assert [str(notice["conversation_id"]) for notice in told] == [angry.subject]
        assert "estafa" in told[0]["body"] and angry.told_at is not None
        # And her browser heard of it
        assert str(angry.id) in {entry["data"]["id"] for entry in feed.items}
        assert not pipeline.dead
