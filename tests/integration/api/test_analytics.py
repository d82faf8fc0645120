"""Who is about to leave, over the API: grouped by level, within the caller's branches; plans and payments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from relevo import clock, crm, desk, ids, retention
from relevo.crm import churn
from relevo.db import Database, UnitOfWork
from relevo.retention.plans import open_tasks
from tests.integration.api.conftest import Api
from tests.support import inbox, world
from tests.support.gateway import content

RISKS = "/api/analytics/churn-risk"
NOW = datetime(2026, 11, 20, 15, 5, tzinfo=UTC)


def foreseen(uow: UnitOfWork, people: Sequence[tuple[UUID, UUID | None, float]]) -> UUID:
    """A run that scored these customers, of these branches, with these probabilities."""
    run_id = ids.new_id()
    uow.execute(
        "INSERT INTO crm.churn_run (id, day, as_of, state, started_at, scored) VALUES (%s, %s, %s, 'done', %s, %s)",
        (run_id, NOW.date(), NOW, NOW, len(people)),
    )
    factors = [
        {"name": "days_since_contact", "value": 70.0, "contribution": 1.2},
        {"name": "late_payments", "value": 2.0, "contribution": 0.6},
        {"name": "age", "value": 800.0, "contribution": -0.2},
    ]
    parts = {"volume": 100, "satisfaction": 70, "engagement": 20, "churn": 30, "response_time": 100}
    said = [
        churn.Scored(customer, branch, p, churn.level_of(p), churn.expected_days(p, 60), 0.4, factors, 58, parts)
        for customer, branch, p in people
    ]
    churn.keep(uow, run_id, None, NOW, said, NOW + timedelta(days=60), all_into_history=True)
    return run_id


@pytest.fixture
def people(database: Database) -> dict[str, UUID]:
    """A branch with three customers at risk, another with one, and one of no branch; a supervisor's department."""
    with database.unit_of_work() as uow:
        world.department(uow, "general")
        here, there = world.branch(uow, "here"), world.branch(uow, "there")
        made = {name: world.customer(uow, name) for name in ("Ana", "Luis", "Ida", "Eva", "Noa")}
        foreseen(
            uow,
            [
                *((made["Ana"], here, 0.91), (made["Luis"], here, 0.72), (made["Ida"], None, 0.55)),
                *((made["Eva"], there, 0.8), (made["Noa"], here, 0.1)),
            ],
        )
    return made | {"here": here, "there": there}


def test_customers_at_risk_are_grouped_by_level_within_the_callers_branches(
    api: Api, database: Database, people: dict[str, UUID]
) -> None:
    # Given a viewer of one branch
    with database.unit_of_work() as uow:
        viewer = inbox.user(uow, "Vera", role="viewer", branches=(people["here"],))
    # When they ask who leaves with at least a half
    answer = content(api("GET", RISKS, query={"threshold": "0.5"}, **viewer.calling()))
    # Then they see those of their branch and of none, by level, the likeliest first
    found = {level["level"]: [each["customer_name"] for each in level["customers"]] for level in answer["levels"]}
    assert found == {"critical": ["Ana", "Luis"], "high": ["Ida"], "medium": [], "low": []}
    assert [level["count"] for level in answer["levels"]] == [2, 1, 0, 0]
    # And of each why, what to do with what effect, and how healthy they are
    ana = answer["levels"][0]["customers"][0]
    assert ana["factors"][0] == {"name": "days_since_contact", "value": 70.0, "contribution": 1.2}
    assert [action["code"] for action in ana["actions"]] == ["call", "payment_plan"]
    assert 0 < ana["actions"][1]["effect"] < ana["actions"][0]["effect"] < 0.2
    assert ana["health"]["standing"] == "fair" and ana["expected_days"] == 25
    # And somebody of another branch they are refused
    assert api("GET", f"{RISKS}/{people['Eva']}", **viewer.calling())["statusCode"] == 403


def test_a_level_is_paged(api: Api, people: dict[str, UUID]) -> None:
    # When a level's customers are asked for one by one
    seen, cursor = [], None
    while True:
        query = {"threshold": "0", "level": "critical", "limit": "1"} | ({"cursor": cursor} if cursor else {})
        (level,) = content(api("GET", RISKS, query=query))["levels"]
        seen += [each["customer_name"] for each in level["customers"]]
        cursor = level["next"]
        if cursor is None:
            break
    # Then each comes once, the likeliest first
    assert seen == ["Ana", "Eva", "Luis"]
    # And a cursor without its level is refused
    assert api("GET", RISKS, query={"cursor": "AAAA"})["statusCode"] == 422


def test_a_plan_is_started_once(api: Api, database: Database, people: dict[str, UUID]) -> None:
    # Given a supervisor, and an agent
    with database.unit_of_work() as uow:
        supervisor = inbox.user(uow, "Sol", role="supervisor")
        agent = inbox.user(uow, "Gus", role="agent")
    path = f"{RISKS}/{people['Ana']}/retention-plan"
    # When the agent asks for a plan, they are refused
    assert api("POST", path, body={}, **agent.calling())["statusCode"] == 403
    # When the supervisor does, twice
    first = api("POST", path, body={}, **supervisor.calling())
    again = api("POST", path, body={"actions": ["offer"]}, **supervisor.calling())
    # Then there is one plan, with its ticket
    assert (first["statusCode"], again["statusCode"]) == (201, 200)
    assert content(first)["id"] == content(again)["id"] and content(first)["actions"] == ["call", "payment_plan"]
    with database.unit_of_work() as uow:
        ticket = uow.one("SELECT category, subject, description FROM desk.ticket")
        assert ticket is not None and ticket["category"] == "retention" and "Ana" in ticket["subject"]
        assert "91 %" in ticket["description"]
    # And the customer's page shows it beside what was said of them
    shown = content(api("GET", f"{RISKS}/{people['Ana']}", **supervisor.calling()))
    assert shown["risk"]["plan"]["id"] == content(first)["id"] and len(shown["history"]) == 1


def test_a_plan_whose_ticket_was_deleted_runs_no_more(api: Api, database: Database, people: dict[str, UUID]) -> None:
    # Given a plan whose ticket somebody deleted
    path = f"{RISKS}/{people['Ana']}"
    first = content(api("POST", f"{path}/retention-plan", body={}))
    with database.unit_of_work() as uow:
        desk.delete_ticket(uow, UUID(first["ticket_id"]), actor="test")
    # Then it is shown as over, and another can be started
    assert content(api("GET", path))["risk"]["plan"]["ticket_status"] == "closed"
    assert api("POST", f"{path}/retention-plan", body={})["statusCode"] == 201


def test_a_plan_still_worked_on_takes_no_task_from_others(database: Database, people: dict[str, UUID]) -> None:
    # Given a company that takes on one task a day, and Ana's of two months ago, which nobody has finished
    with database.unit_of_work() as uow, clock.frozen(NOW):
        world.setting(uow, "churn.daily_tasks", 1)
        assert open_tasks(uow, actor="test") == 1
    # When tasks are opened again
    with database.unit_of_work() as uow, clock.frozen(NOW + timedelta(days=61)):
        assert open_tasks(uow, actor="test") == 1
        # Then it is for the next one
        plans = retention.plans_of(uow, [people["Ana"], people["Eva"]])
    assert [len(plans[people[name]]) for name in ("Ana", "Eva")] == [1, 1]


def test_who_is_not_active_has_no_risk(api: Api, database: Database) -> None:
    # Given a customer nobody looked at
    with database.unit_of_work() as uow:
        customer_id = world.customer(uow)
    # Then there is nothing to tell, and no plan to start
    assert api("GET", f"{RISKS}/{customer_id}")["statusCode"] == 404
    assert api("POST", f"{RISKS}/{customer_id}/retention-plan", body={})["statusCode"] == 404


def test_payments_are_told_and_those_overdue_listed(api: Api, database: Database) -> None:
    # Given a customer
    with database.unit_of_work() as uow:
        customer_id = str(world.customer(uow, "Ana"))
    owed = {"reference": "F-1", "customer_id": customer_id, "amount": "120.50", "currency": "MXN"}
    owed |= {"due_at": (clock.now() - timedelta(days=3)).isoformat()}
    # When a payment is told, twice, and then paid
    assert content(api("PUT", "/api/payments", body={"items": [owed]}))["new"] == 1
    assert content(api("PUT", "/api/payments", body={"items": [owed]}))["unchanged"] == 1
    (overdue,) = content(api("GET", "/api/payments"))["items"]
    assert (overdue["reference"], overdue["amount"], overdue["customer_name"]) == ("F-1", "120.50", "Ana")
    paid = owed | {"paid_at": clock.now().isoformat()}
    assert content(api("PUT", "/api/payments", body={"items": [paid]}))["changed"] == 1
    # Then nothing is overdue, and it stands with the customer
    assert content(api("GET", "/api/payments"))["items"] == []
    assert len(content(api("GET", "/api/payments", query={"customer_id": customer_id}))["items"]) == 1
    # And one wrong item keeps all of them out
    wrong = [owed | {"reference": "F-2"}, owed | {"reference": "F-3", "customer_id": str(ids.new_id())}]
    assert api("PUT", "/api/payments", body={"items": wrong})["statusCode"] == 422
    with database.unit_of_work() as uow:
        assert len(crm.payments_of(uow, UUID(customer_id))) == 1


def test_the_model_page_tells_what_came_of_what_was_foreseen(
    api: Api, database: Database, people: dict[str, UUID]
) -> None:
    # Given predictions whose time is over: nobody was heard of again
    with database.unit_of_work() as uow, clock.frozen(NOW + timedelta(days=61)):
        assert churn.judge(uow) == 5
        # Then nothing is judged twice
        assert churn.judge(uow) == 0
    with clock.frozen(NOW + timedelta(days=62)):
        # When the model is asked for
        model = content(api("GET", "/api/analytics/churn-model"))
    # Then it says who foresaw, and how right it was at each level
    assert (model["serving"], model["scored"]) == ("scorecard", 5)
    critical = model["outcomes"][-1]
    assert (critical["level"], critical["judged"], critical["left"]) == ("critical", 3, 3)
    assert critical["expected"] == pytest.approx(0.91 + 0.72 + 0.8)
