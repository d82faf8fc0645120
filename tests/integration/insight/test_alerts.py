"""What is newly wrong is raised once, told when people may be told, and ends by itself."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from functions.alerts.handler import handler
from relevo import clock, ids
from relevo.db import Database, UnitOfWork
from relevo.events import ScheduleFired
from relevo.insight import alerts
from relevo.insight.alerts import Alert
from tests.support import world
from tests.support.broker import MemoryMessaging, detail
from tests.support.lambdas import failed, sqs

Work = Callable[[], AbstractContextManager[UnitOfWork]]
START = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)
"""A Wednesday noon in Mexico City."""
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
_OF_BRANCHES = ("bot_resolution", "first_response", "volume_spike")


def only(uow: UnitOfWork, *kinds: str, **changes: Any) -> UUID:
    """Watch nothing but these of the product's rules; the first of them, with these fields changed."""
    uow.execute("UPDATE insight.alert_rule SET active = kind = ANY(%s)", (list(kinds),))
    rule = next(rule for rule in alerts.list_rules(uow) if rule.kind == kinds[0])
    if changes:
        alerts.change_rule(uow, rule.id, changes, actor="test")
    return rule.id


def look(database: Database, after: timedelta = timedelta()) -> alerts.Looked:
    """Look at what is watched, that long after the start."""
    with clock.frozen(START + after):
        looked = alerts.evaluate(database)
        database.publish_pending()
    return looked


def standing(database: Database, after: timedelta = timedelta()) -> list[Alert]:
    with clock.frozen(START + after), database.unit_of_work() as uow:
        return alerts.list_alerts(uow)


def unassigned(database: Database, *, priority: str = "critical", at: timedelta = timedelta()) -> UUID:
    """A ticket nobody has."""
    with clock.frozen(START + at), database.unit_of_work() as uow:
        return world.ticket(uow, priority=priority).id


def assign(database: Database, ticket_id: UUID) -> None:
    with database.unit_of_work() as uow:
        agent_id = world.agent(uow, world.department(uow))
        uow.execute("UPDATE desk.ticket SET agent_id = %s WHERE id = %s", (agent_id, ticket_id))


def told(sent: MemoryMessaging, name: str) -> list[dict[str, Any]]:
    return [detail(fact) for fact in sent.facts if fact.name == name]


def test_a_critical_ticket_is_raised_after_five_minutes_and_not_again(
    database: Database, sent: MemoryMessaging
) -> None:
    # Given a critical ticket nobody has, and one that is only urgent
    with database.unit_of_work() as uow:
        rule_id = only(uow, "critical_unassigned")
    ticket_id, _ = unassigned(database), unassigned(database, priority="urgent")
    # When the rules are looked at after five minutes, after six, and twice more
    raised = [look(database, minutes * MINUTE).raised for minutes in (5, 6, 11, 16)]
    # Then it is one alert, raised at the sixth minute, with the numbers as they are now
    assert raised == [0, 1, 0, 0]
    [alert] = standing(database, 16 * MINUTE)
    assert (alert.rule_id, alert.subject, alert.severity, alert.state) == (
        rule_id,
        str(ticket_id),
        "critical",
        "active",
    )
    assert (alert.value, alert.worst, alert.threshold) == (16, 16, 5)
    assert [event["alerts"] for event in told(sent, "alert.raised")] == [[str(alert.id)]]
    assert [event["severity"] for event in told(sent, "alert.announced")] == ["critical"]


def test_what_is_over_is_resolved_by_itself(database: Database, sent: MemoryMessaging) -> None:
    # Given an alert about a ticket nobody has
    with database.unit_of_work() as uow:
        only(uow, "critical_unassigned")
    ticket_id = unassigned(database)
    look(database, 6 * MINUTE)
    [alert] = standing(database)
    # When somebody takes the ticket, and the rules are looked at
    assign(database, ticket_id)
    assert look(database, 11 * MINUTE).resolved == 1
    # Then it is resolved, with its history, and that is told
    with database.unit_of_work() as uow:
        after = alerts.get_alert(uow, alert.id)
        [change] = alerts.history(uow, alert.id)
    assert (after.state, after.resolved_by, after.over_at) == ("resolved", "alerts", START + 11 * MINUTE)
    assert (change["old"], change["new"], change["reason"]) == ("active", "resolved", "over")
    assert [event["by"] for event in told(sent, "alert.resolved")] == ["alerts"]


def loaded(database: Database, agent_id: UUID, cases: int) -> None:
    """An agent of ten holds that many cases."""
    with database.unit_of_work() as uow:
        uow.execute("UPDATE desk.agent SET open_tickets = %s, max_tickets = 10 WHERE id = %s", (cases, agent_id))


def test_a_value_that_swings_about_the_threshold_is_one_alert(database: Database) -> None:
    # Given an agent, and the rule of 90 % that is over at 80 %
    with database.unit_of_work() as uow:
        only(uow, "agent_capacity")
        ana = world.agent(uow, world.department(uow))
    came = []
    # When their load swings about the threshold, then falls to what counts as over, then rises again
    for step, cases in enumerate((9, 10, 9, 10, 8, 9, 10)):
        loaded(database, ana, cases)
        looked = look(database, step * 5 * MINUTE)
        came.append((looked.raised, looked.resolved))
    # Then it is raised once, resolved once, and raised once more
    assert came == [(0, 0), (1, 0), (0, 0), (0, 0), (0, 1), (0, 0), (1, 0)]


def test_what_a_person_resolved_is_raised_again_only_once_it_was_right(database: Database) -> None:
    # Given an agent at capacity
    with database.unit_of_work() as uow:
        only(uow, "agent_capacity")
        ana = world.agent(uow, world.department(uow))
    loaded(database, ana, 10)
    look(database)
    [alert] = standing(database)
    # When a supervisor resolves it while it is still so
    with database.unit_of_work() as uow:
        alerts.resolve(uow, alert.id, actor="user:sol", note="ya pedí ayuda")
    raised = [look(database, 5 * MINUTE).raised]
    loaded(database, ana, 5)
    raised.append(look(database, 10 * MINUTE).raised)
    loaded(database, ana, 10)
    raised.append(look(database, 15 * MINUTE).raised)
    # Then it stays quiet, and is raised anew only after it was right
    assert raised == [0, 0, 1]
    with database.unit_of_work() as uow:
        first = alerts.get_alert(uow, alert.id)
    assert (first.resolved_by, first.note, first.over_at) == ("user:sol", "ya pedí ayuda", START + 10 * MINUTE)


def test_nobody_acknowledged_it_so_it_grows_worse_and_is_told_again(database: Database, sent: MemoryMessaging) -> None:
    # Given an alert that was told, of a rule that waits fifteen minutes for somebody, and another that is acknowledged
    with database.unit_of_work() as uow:
        only(uow, "critical_unassigned")
    first, second = unassigned(database), unassigned(database)
    look(database, 6 * MINUTE)
    by_subject = {alert.subject: alert for alert in standing(database)}
    with database.unit_of_work() as uow:
        alerts.acknowledge(uow, by_subject[str(second)].id, actor="user:sol", note="voy")
    # When the rules are looked at before and after the fifteen minutes, and later
    for minutes in (20, 21, 26, 60):
        look(database, minutes * MINUTE)
    # Then the first grew once to the worst there is and was told anew, and the other did not
    now = {alert.subject: alert for alert in standing(database, 60 * MINUTE)}
    assert (now[str(first)].severity, now[str(first)].escalated_at) == ("emergency", START + 21 * MINUTE)
    assert (now[str(second)].severity, now[str(second)].state) == ("critical", "acknowledged")
    announced = [
        (event["severity"], event["escalated"], len(event["alerts"])) for event in told(sent, "alert.announced")
    ]
    assert announced == [("critical", False, 2), ("emergency", True, 1)]


def test_quiet_hours_hold_back_what_is_not_grave(database: Database, sent: MemoryMessaging) -> None:
    # Given quiet hours from nine to seven by the company's clock, a grave alert and a lesser one at eleven at night
    night = datetime(2026, 3, 5, 5, 0, tzinfo=UTC) - START
    with database.unit_of_work() as uow:
        only(uow, "critical_unassigned", "agent_capacity")
        ana = world.agent(uow, world.department(uow))
    unassigned(database, at=night - 10 * MINUTE)
    loaded(database, ana, 10)
    # When the rules are looked at then, before seven in the morning, and at seven
    look(database, night)
    at_night = [event["severity"] for event in told(sent, "alert.announced")]
    quiet = {alert.severity: alert.quiet_until for alert in standing(database, night)}
    look(database, datetime(2026, 3, 5, 12, 55, tzinfo=UTC) - START)
    early = len(told(sent, "alert.announced"))
    look(database, datetime(2026, 3, 5, 13, 0, tzinfo=UTC) - START)
    # Then both are in the list at once, the grave one is told at once, the other in the morning
    assert at_night == ["critical"]
    assert quiet == {"critical": None, "warning": datetime(2026, 3, 5, 13, 0, tzinfo=UTC)}
    later = [event["severity"] for event in told(sent, "alert.announced")][early:]
    assert early == 2 and later == ["warning"]  # the grave one grew worse meanwhile


def test_what_is_over_before_the_morning_is_never_told(database: Database, sent: MemoryMessaging) -> None:
    # Given an agent who is at capacity at night, and free again before seven
    night = datetime(2026, 3, 5, 5, 0, tzinfo=UTC) - START
    with database.unit_of_work() as uow:
        only(uow, "agent_capacity")
        ana = world.agent(uow, world.department(uow))
    loaded(database, ana, 10)
    look(database, night)
    loaded(database, ana, 1)
    # When the night is over
    look(database, night + HOUR)
    look(database, night + 10 * HOUR)
    # Then nobody was told
    assert told(sent, "alert.announced") == []


def test_a_rule_that_fails_keeps_no_other_from_being_looked_at(
    database: Database, sent: MemoryMessaging, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given an alert, and that its metric fails from now on
    with database.unit_of_work() as uow:
        broken = only(uow, "agent_capacity", "critical_unassigned")
        ana = world.agent(uow, world.department(uow))
    loaded(database, ana, 10)
    look(database)
    unassigned(database)
    columns = "(1 / 0)::text AS subject, NULL::uuid AS branch_id, 1.0 AS value, '{}'::jsonb AS context"
    failing = replace(alerts.METRICS["agent_load"], sql=f"SELECT {columns}")
    monkeypatch.setitem(alerts.METRICS, "agent_load", failing)
    # When the rules are looked at
    looked = look(database, 10 * MINUTE)
    # Then the other did its work, what was raised before stands, and the list says why
    assert (looked.failed, looked.raised, looked.resolved) == (1, 1, 0)
    assert sorted(alert.kind for alert in standing(database)) == ["agent_capacity", "critical_unassigned"]
    with database.unit_of_work() as uow:
        failure = alerts.looks(uow)[broken]
    assert failure.state == "failed" and "division by zero" in str(failure.detail)


def test_a_row_nobody_can_read_is_a_rule_that_failed(database: Database) -> None:
    # Given two rules, one of which names a metric this version does not have
    with database.unit_of_work() as uow:
        broken = only(uow, "agent_capacity", "critical_unassigned")
        uow.execute("UPDATE insight.alert_rule SET metric = 'of_tomorrow' WHERE id = %s", (broken,))
    unassigned(database)
    # When the rules are looked at
    looked = look(database, 10 * MINUTE)
    # Then the other did its work, and the list says why the first did not
    with database.unit_of_work() as uow:
        failure = alerts.looks(uow)[broken]
    assert (looked.failed, looked.raised) == (1, 1)
    assert failure.state == "failed" and "of_tomorrow" in str(failure.detail)


def test_a_run_without_time_leaves_the_rest_to_the_next(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given three rules, and runs that have time for one
    with database.unit_of_work() as uow:
        only(uow, "agent_capacity", "critical_unassigned", "sla_breach")
    monkeypatch.setattr("relevo.insight.alerts.evaluation._LONGEST_RUN", 0)
    # When three runs have passed
    looked = [look(database, n * 5 * MINUTE).rules for n in range(3)]
    # Then each looked at another rule
    with database.unit_of_work() as uow:
        at = sorted(look.at for look in alerts.looks(uow).values() if look.at is not None)
    assert looked == [1, 1, 1] and at == [START, START + 5 * MINUTE, START + 10 * MINUTE]


def test_what_nobody_can_measure_is_no_data_and_no_alert(database: Database) -> None:
    # Given a company that sells nothing, knows no stock, was paid by nobody and scored nobody yet
    with database.unit_of_work() as uow:
        only(uow, "sales_drop", "low_stock", "overdue_payment", "churn_risk", "competitor", *_OF_BRANCHES)
        world.branch(uow)
    # When the rules are looked at
    looked = look(database)
    # Then each says so, and nothing is raised
    with database.unit_of_work() as uow:
        states = [look.state for look in alerts.looks(uow).values() if look.at is not None]
    assert states == ["no_data"] * (5 + len(_OF_BRANCHES)) and looked.raised == 0


def test_a_rule_switched_off_ends_what_it_found(database: Database) -> None:
    # Given an alert
    with database.unit_of_work() as uow:
        rule_id = only(uow, "critical_unassigned")
    unassigned(database)
    look(database, 6 * MINUTE)
    # When its rule is switched off
    with database.unit_of_work() as uow:
        alerts.change_rule(uow, rule_id, {"active": False}, actor="user:sol")
    looked = look(database, 11 * MINUTE)
    # Then it is resolved
    assert looked.resolved == 1 and standing(database) == []


def test_two_looks_at_once_raise_one_alert(database: Database, database_url: str) -> None:
    # Given a ticket nobody has, and two processes that look at the same moment
    with database.unit_of_work() as uow:
        only(uow, "critical_unassigned")
    unassigned(database)
    start, looked = threading.Barrier(2), []

    def race() -> None:
        mine = Database(lambda: database_url)
        start.wait()
        looked.append(alerts.evaluate(mine))
        mine.close()

    with clock.frozen(START + HOUR):
        threads = [threading.Thread(target=race) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    # When both are done, then it was raised once
    assert sum(each.raised for each in looked) == 1 and len(standing(database)) == 1


def test_the_function_does_its_work_once_for_each_firing(database: Database) -> None:
    # Given a ticket nobody has had for ten minutes
    with database.unit_of_work() as uow:
        only(uow, "critical_unassigned")
    unassigned(database)
    with clock.frozen(START + 10 * MINUTE):
        fired = ScheduleFired(schedule="alerts", due_at=START)
        # When the schedule's firing is delivered twice
        answers = [handler(sqs(fired), None) for _ in range(2)]
    # Then both are acknowledged, and there is one alert
    assert [failed(answer) for answer in answers] == [[], []] and len(standing(database)) == 1


def test_no_more_is_raised_at_once_than_people_can_bear(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given five tickets nobody has, and a bound of two for one look
    with database.unit_of_work() as uow:
        only(uow, "critical_unassigned")
    oldest = [unassigned(database, at=n * MINUTE) for n in range(5)][:2]
    monkeypatch.setattr("relevo.insight.alerts.evaluation.MOST_RAISED", 2)
    # When the rules are looked at three times
    first = look(database, 30 * MINUTE)
    worst = {alert.subject for alert in standing(database)}
    rest = [look(database, minutes * MINUTE).raised for minutes in (35, 40)]
    # Then the worst come first, and the others follow
    assert (first.raised, rest) == (2, [2, 1]) and worst == {str(ticket) for ticket in oldest}


def test_what_was_over_long_ago_is_forgotten(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ids, "_last_tick", 0)  # ids are made by the held clock, whatever this process made before
    # Given an alert that was resolved, and one that is still open
    with database.unit_of_work() as uow:
        only(uow, "critical_unassigned")
    first = unassigned(database)
    look(database, 6 * MINUTE)
    assign(database, first)
    unassigned(database, at=6 * MINUTE)
    look(database, 15 * MINUTE)
    # When a year and two months have passed
    look(database, timedelta(days=410))
    # Then only what is open is left
    with database.unit_of_work() as uow:
        left = uow.all("SELECT resolved_at FROM insight.alert")
    assert [row["resolved_at"] for row in left] == [None]


def test_ids_tell_the_newest(database: Database) -> None:
    # Given two alerts, one raised after the other
    with database.unit_of_work() as uow:
        only(uow, "critical_unassigned")
    unassigned(database)
    look(database, 6 * MINUTE)
    later = unassigned(database, at=6 * MINUTE)
    look(database, 15 * MINUTE)
    # When they are listed a page at a time
    with database.unit_of_work() as uow:
        [newest] = alerts.list_alerts(uow, limit=1)
        rest = alerts.list_alerts(uow, after=newest.id)
    # Then the newest is first, and the next page begins below it
    assert newest.subject == str(later) and len(rest) == 1
    assert ids.earliest(START) < rest[0].id < newest.id
