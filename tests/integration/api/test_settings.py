"""Settings changed at run time: typed, explained, followed within seconds, and kept with who, when and why."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from relevo import clock, crm, desk, insight, knowledge, platform, sales
from relevo.db import Database
from relevo.knowledge import limits
from tests.integration.api.conftest import Api
from tests.support import people, world
from tests.support.gateway import content

SETTINGS = "/api/settings"


def listed(api: Api, **asked: Any) -> dict[str, dict[str, Any]]:
    return {each["key"]: each for each in content(api("GET", SETTINGS, **asked))["items"]}


def test_every_setting_is_listed_with_its_default_rule_and_sentence(
    api: Api, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a stage that says how sure the bot must be
    monkeypatch.setenv("RELEVO_BOT_CONFIDENCE", "0.8")
    # When the settings are listed, in English
    settings = listed(api, headers={"accept-language": "en-GB"})
    # Then there is every one, as the stage or the code has it
    groups = (platform.SETTINGS, knowledge.SETTINGS, desk.SETTINGS, sales.SETTINGS, insight.SETTINGS, crm.SETTINGS)
    defined = {each.key for group in groups for each in group}
    assert set(settings) == defined
    confidence = settings["bot.confidence"]
    assert (confidence["value"], confidence["default"], confidence["changed_at"]) == (0.8, 0.8, None)
    assert (confidence["kind"], confidence["rule"]["minimum"], confidence["rule"]["maximum"]) == ("number", 0, 1)
    assert "answers" in confidence["description"]
    assert settings["desk.priority_weights"]["value"]["tier"]["vip"] == 15


def test_a_change_is_kept_audited_and_can_be_taken_back(api: Api, database: Database) -> None:
    # Given an administrator
    with database.unit_of_work() as uow:
        admin = people.user(uow, "admin")
    who = {"principal": f"user:{admin.id}"}
    # When they make the bot bolder, twice the same, and take it back
    for value in (0.5, 0.5, None):
        body = {"key": "bot.confidence", "value": value, "reason": "trying"}
        answer = api("PATCH", SETTINGS, body=body, **who)
        assert answer["statusCode"] == 200
        (now,) = (each for each in content(answer)["items"] if each["key"] == "bot.confidence")
        assert now["value"] == (value or 0.7) and now["changed_by"] == f"user:{admin.id}"
    # Then the history has both changes with their person, and so has the audit
    history = content(api("GET", f"{SETTINGS}/bot.confidence/history"))["items"]
    assert [(line["old"], line["new"]) for line in history] == [(0.5, None), (None, 0.5)]
    assert {(line["actor_name"], line["reason"]) for line in history} == {(admin.name, "trying")}
    with database.unit_of_work() as uow:
        rows = uow.all("SELECT subject, detail FROM access.audit WHERE action = 'setting.change' ORDER BY id")
    assert [row["detail"]["value"] for row in rows] == [0.5, None]


def test_what_is_changed_elsewhere_is_followed_within_seconds(database: Database, database_url: str) -> None:
    # Given a process that has read a setting
    other = Database(lambda: database_url)
    with clock.frozen(clock.now()) as advance:
        with database.unit_of_work() as uow:
            assert platform.value(uow, limits.CONFIDENCE) == 0.7
        # When another changes it
        with other.unit_of_work() as uow:
            platform.change(uow, limits.CONFIDENCE, 0.9, actor="ana")
            assert platform.value(uow, limits.CONFIDENCE) == 0.9
        other.close()
        advance(timedelta(seconds=6))
        # Then it follows soon
        with database.unit_of_work() as uow:
            assert platform.value(uow, limits.CONFIDENCE) == 0.9


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("bot.confidence", 1.5, "less than or equal to 1"),
        ("bot.confidence", "0.5", "valid number"),
        ("bot.max_turns", 0, "greater than or equal to 1"),
        ("bot.max_turns", 2.5, "valid integer"),
        ("company.name", "", "at least 1 character"),
        ("desk.priority_weights", {"tier": {"vip": -1}}, "no weight may be negative"),
        ("desk.priority_weights", {"bonus": 3}, "bonus"),
        ("desk.category_departments", {"billing": "moon"}, "no department has the code moon"),
        ("desk.category_departments", ["billing"], "valid dictionary"),
        ("bot.nothing", 1, "is no setting"),
    ],
)
def test_a_value_it_does_not_take_is_refused(api: Api, database: Database, key: str, value: Any, says: str) -> None:
    # Given a department
    with database.unit_of_work() as uow:
        world.department(uow, "billing")
    # When a setting is given what it does not take
    answer = api("PATCH", SETTINGS, body={"key": key, "value": value})
    # Then the refusal names the rule, and nothing is kept
    assert answer["statusCode"] == 422 and says in content(answer)["detail"]
    with database.unit_of_work() as uow:
        assert uow.all("SELECT key FROM platform.setting") == []


def test_a_kept_value_no_longer_taken_gives_way_to_the_default(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    # Given a value somebody wrote past the rules
    with database.unit_of_work() as uow:
        world.setting(uow, "bot.confidence", "high")
        # When the bot reads it, then it goes by the default and the log says so
        assert platform.value(uow, limits.CONFIDENCE) == 0.7
    assert "bot.confidence" in caplog.text


def test_the_past_of_no_setting_is_not_found(api: Api, database: Database) -> None:
    # When the history of something else is asked for, then there is none
    assert api("GET", f"{SETTINGS}/bot.secret/history")["statusCode"] == 404
