"""Alerts over HTTP: who sees which, who settles them, rules as data, and who is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from relevo import clock, ids
from relevo.db import Database
from relevo.insight import alerts
from tests.integration.api.conftest import Api
from tests.support import inbox, world
from tests.support.gateway import content
from tests.support.inbox import Desk

ALERTS = "/api/alerts"
RULES = f"{ALERTS}/rules"
NOW = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)
WAITING = {"name": "Demasiados esperando", "metric": "tickets_unfinished", "threshold": 2}


def calling(role: str, *branches: UUID) -> dict[str, Any]:
    return inbox.Person(ids.new_id(), role, None, branches or None).calling()


@pytest.fixture
def desk(database: Database) -> Desk:
    """Two branches, each with a critical ticket nobody has had for an hour, and one that is of no branch."""
    with clock.frozen(NOW - timedelta(hours=1)), database.unit_of_work() as uow:
        made = inbox.desk(uow)
        for branch_id in (made.centro, made.norte, None):
            ticket = world.ticket(uow, branch_id=branch_id, subject="Sistema caído")
            world.prioritize(uow, ticket.id, "critical")
    with clock.frozen(NOW):
        with database.unit_of_work() as uow:
            uow.execute("UPDATE insight.alert_rule SET active = kind = 'critical_unassigned'")
        alerts.evaluate(database)
    return made


def test_an_alert_is_told_in_the_readers_language_with_its_numbers(api: Api, desk: Desk) -> None:
    # Given three alerts, when a supervisor of all branches lists them in English
    page = content(api("GET", ALERTS, headers={"Accept-Language": "en"}, **calling("supervisor")))
    # Then each says what and with which numbers, and the open ones are counted
    assert len(page["items"]) == 3 and page["open"] == {"info": 0, "warning": 0, "critical": 3, "emergency": 0}
    of_centro = next(alert for alert in page["items"] if alert["branch_id"] == str(desk.centro))
    assert of_centro["title"] == "Critical case unassigned: Camila Torres"
    assert "“Sistema caído”, has had no agent for 1 h" in of_centro["text"]
    assert (of_centro["measured"], of_centro["limit"], of_centro["state"]) == ("1 h", "5 min", "active")
    assert of_centro["context"]["ticket_id"]


def test_who_works_in_one_branch_sees_its_alerts_and_those_of_none(api: Api, desk: Desk) -> None:
    # Given an agent of one branch, when they list alerts, their branch's, another's, and read one of another's
    mine = content(api("GET", ALERTS, **calling("agent", desk.centro)))
    foreign = api("GET", ALERTS, query={"branch": str(desk.norte)}, **calling("agent", desk.centro))
    all_of_them = content(api("GET", ALERTS, **calling("supervisor")))["items"]
    norte = next(alert["id"] for alert in all_of_them if alert["branch_id"] == str(desk.norte))
    read = api("GET", f"{ALERTS}/{norte}", **calling("agent", desk.centro))
    # Then they see two, and the other branch is closed
    assert {alert["branch_id"] for alert in mine["items"]} == {str(desk.centro), None}
    assert mine["open"]["critical"] == 2
    assert (foreign["statusCode"], read["statusCode"]) == (403, 403)


def test_a_supervisor_acknowledges_and_resolves_and_the_past_tells(api: Api, database: Database, desk: Desk) -> None:
    # Given an alert
    with database.unit_of_work() as uow:
        sol = inbox.user(uow, "Sol", role="supervisor")
    alert = content(api("GET", ALERTS, **sol.calling()))["items"][0]["id"]
    # When a supervisor acknowledges it, resolves it, and does both again
    first = content(api("POST", f"{ALERTS}/{alert}/acknowledge", body={"note": "voy"}, **sol.calling()))
    done = content(api("POST", f"{ALERTS}/{alert}/resolve", body={}, **sol.calling()))
    again = [api("POST", f"{ALERTS}/{alert}/{verb}", body={}, **sol.calling()) for verb in ("acknowledge", "resolve")]
    # Then it is theirs, then settled, then neither
    assert (first["state"], first["acknowledged_by"], first["note"]) == ("acknowledged", "Sol", "voy")
    assert (done["state"], done["resolved_by"], done["over"]) == ("resolved", "Sol", False)
    assert [answer["statusCode"] for answer in again] == [409, 409]
    past = content(api("GET", f"{ALERTS}/{alert}", **sol.calling()))
    assert [(line["new"], line["actor_name"]) for line in past["changes"]] == [
        ("resolved", "Sol"),
        ("acknowledged", "Sol"),
    ]
    assert len(content(api("GET", ALERTS, query={"shown": "resolved"}, **sol.calling()))["items"]) == 1


@pytest.mark.parametrize("verb", ["acknowledge", "resolve"])
def test_an_agent_sees_alerts_and_settles_none(api: Api, desk: Desk, verb: str) -> None:
    alert = content(api("GET", ALERTS, **calling("agent")))["items"][0]["id"]
    assert api("POST", f"{ALERTS}/{alert}/{verb}", body={}, **calling("agent"))["statusCode"] == 403


def test_a_rule_of_ones_own_is_tried_added_followed_changed_and_removed(
    api: Api, database: Database, desk: Desk
) -> None:
    # Given a branch with one unfinished ticket more
    lead = calling("supervisor")
    with clock.frozen(NOW), database.unit_of_work() as uow:
        for _ in range(2):
            world.ticket(uow, branch_id=desk.centro)
    # When a rule is tried, then added, and the rules are looked at
    tried = content(api("POST", f"{RULES}/try", body=WAITING, **lead))
    made = content(api("POST", RULES, body=WAITING, **lead))
    with clock.frozen(NOW):
        raised = alerts.evaluate(database).raised
    found = content(api("GET", ALERTS, query={"kind": "custom"}, **lead))["items"]
    # Then trying told what was then found, and only that
    assert (tried["readings"], tried["wrong"], tried["items"][0]["measured"]) == (3, 1, "3")
    assert raised == 1 and [alert["title"] for alert in found] == ["Demasiados esperando: Centro"]
    assert made["recovery"] == 1.8 and made["editable"]
    # When it is changed, listed, and removed
    changed = content(api("PATCH", f"{RULES}/{made['id']}", body={"threshold": 9, "severity": "critical"}, **lead))
    listed = content(api("GET", RULES, **lead))["items"][-1]
    assert (changed["threshold"], changed["severity"]) == (9, "critical")
    assert (listed["id"], listed["look"]["state"], listed["look"]["open"]) == (made["id"], "firing", 1)
    assert api("DELETE", f"{RULES}/{made['id']}", **lead)["statusCode"] == 204
    # Then it is gone, with what it found
    with clock.frozen(NOW):
        assert alerts.evaluate(database).resolved == 1
    assert api("PATCH", f"{RULES}/{made['id']}", body={"active": True}, **lead)["statusCode"] == 404


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"metric": "phase_of_the_moon"}, "is no metric"),
        ({"filters": {"words": ["x"]}}, "cannot be narrowed by words"),
        ({"window_minutes": 60}, "tells how things are now"),
        ({"minimum": 5}, "does not measure by samples"),
        ({"recovery": 3}, "good side of the threshold"),
        ({"threshold": "2; DROP TABLE"}, "threshold"),
        ({"sql": "SELECT 1"}, "sql"),
        ({"filters": {"branches": ["019a0000-0000-7000-8000-000000000999"]}}, "does not exist"),
    ],
)
def test_a_rule_that_no_metric_measures_is_refused_with_the_reason(
    api: Api, shared_database: Database, wrong: dict[str, Any], words: str
) -> None:
    answer = api("POST", RULES, body=WAITING | wrong, **calling("supervisor"))
    assert answer["statusCode"] == 422 and words in answer["body"]


def test_the_products_own_rules_are_changed_but_not_turned_into_others(api: Api, shared_database: Database) -> None:
    # Given the rule of the critical tickets
    lead = calling("supervisor")
    own = next(rule for rule in content(api("GET", RULES, **lead))["items"] if rule["kind"] == "critical_unassigned")
    # When its threshold is changed, its metric, and it is removed
    path = f"{RULES}/{own['id']}"
    answers = [
        api("PATCH", path, body={"threshold": 10}, **lead),
        api("PATCH", path, body={"metric": "anger"}, **lead),
        api("DELETE", path, **lead),
    ]
    # Then only the first is done
    assert [answer["statusCode"] for answer in answers] == [200, 422, 422]
    assert content(answers[0])["limit"] == "10 min"


def test_who_works_in_one_branch_watches_only_that(api: Api, desk: Desk) -> None:
    # Given a supervisor of one branch, when they watch everything, their branch, another, and change a rule of all
    lead = calling("supervisor", desk.centro)
    own = content(api("GET", RULES, **lead))["items"][0]
    answers = [
        api("POST", RULES, body=WAITING | {"filters": {"branches": branches}}, **lead)["statusCode"]
        for branches in ([], [str(desk.centro)], [str(desk.norte)])
    ]
    changed = api("PATCH", f"{RULES}/{own['id']}", body={"active": False}, **lead)["statusCode"]
    # Then only their branch is theirs to watch
    assert (answers, changed, own["editable"]) == ([403, 201, 403], 403, False)
    assert api("PUT", f"{ALERTS}/delivery", body={}, **lead)["statusCode"] == 403


def test_places_are_told_without_their_secrets_and_kept_by_their_names(api: Api, shared_database: Database) -> None:
    # Given a place with a secret address
    lead = calling("supervisor")
    slack = {"channel": "slack", "url": "https://hooks.slack.com/services/T0/B0/secret"}
    sms = {"channel": "sms", "address": "+525512345678"}
    body = {"quiet_hours": {"begins": "22:00", "ends": "06:30"}, "places": {"critical": [{"place": slack}]}}
    first = content(api("PUT", f"{ALERTS}/delivery", body=body, **lead))
    # When another is added beside it
    kept = {"recipient": first["places"]["critical"][0]["recipient"]}
    second = content(api("PUT", f"{ALERTS}/delivery", body={"places": {"critical": [kept, {"place": sms}]}}, **lead))
    # Then both are there, nobody is told the secret, and a stranger is refused
    assert [place["channel"] for place in second["places"]["critical"]] == ["slack", "sms"]
    assert (
        second["quiet_hours"]["begins"] == "22:00" and "secret" not in api("GET", f"{ALERTS}/delivery", **lead)["body"]
    )
    with shared_database.unit_of_work() as uow:
        row = uow.one("SELECT value FROM platform.setting WHERE key = 'alerts.channels'")
    assert row is not None and row["value"]["critical"][0]["url"] == slack["url"]
    unknown = {"places": {"info": [{"recipient": "hooks.slack.com#0"}]}}
    assert api("PUT", f"{ALERTS}/delivery", body=unknown, **lead)["statusCode"] == 422


def test_everything_that_can_be_watched_is_described(api: Api, shared_database: Database) -> None:
    # Given the metrics, when they are asked for in both languages
    spoken = [
        content(api("GET", f"{ALERTS}/metrics", headers={"Accept-Language": language}, **calling("agent")))["items"]
        for language in ("es", "en")
    ]
    # Then each has a sentence in each
    assert {metric["name"] for metric in spoken[0]} == set(alerts.METRICS)
    assert all(es["description"] != en["description"] for es, en in zip(*spoken, strict=True))
