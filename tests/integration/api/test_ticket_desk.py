"""What people do with tickets: decide who works on them, in which order, and that they were a mistake; each in their
branches."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from functions.prioritize.handler import handler as prioritize
from functions.route.handler import handler as route
from relevo import clock, desk, ids
from relevo.db import Database
from relevo.events import by_name
from tests.integration.api.conftest import Api
from tests.support import world
from tests.support.broker import MemoryMessaging, detail
from tests.support.gateway import content
from tests.support.lambdas import failed, sqs

TICKETS, FEEDBACK = "/api/support/tickets", "/api/support/feedback"
ANA = "user:01a1fee7-0000-7000-8000-000000000001"


def limited_to(*branches: UUID) -> dict[str, Any]:
    """What the authorizer says of an agent of these branches."""
    context = {"user": ANA.removeprefix("user:"), "role": "agent", "branches": " ".join(map(str, branches)) or "-"}
    return {"principal": ANA, "user": context}


def consumed(sent: MemoryMessaging) -> None:
    """Scoring and routing handle everything told so far, and what comes of it."""
    while sent.facts:
        message = sent.facts.pop(0)
        consumer = {"ticket.created": prioritize, "ticket.updated": prioritize, "ticket.prioritized": route}
        if message.name in consumer:
            event = by_name()[message.name].model_validate(detail(message))
            assert failed(consumer[message.name](sqs(event), None)) == []


def open_tickets(database: Database, agent_id: UUID) -> int:
    with database.unit_of_work() as uow:
        row = uow.one("SELECT open_tickets FROM desk.agent WHERE id = %s", (agent_id,))
    assert row is not None
    return int(row["open_tickets"])


def test_names_stand_beside_the_ids_and_the_clock_runs(api: Api, database: Database) -> None:
    # Given a critical ticket of an agent, a department and a branch
    with clock.frozen(clock.now()), database.unit_of_work() as uow:
        branch_id, department_id = world.branch(uow, "norte"), world.department(uow, "billing")
        agent_id = world.agent(uow, department_id, "Lucía")
        customer_id = world.customer(uow, "Camila Torres", tier="vip")
        opened = world.ticket(uow, customer_id, priority="critical", branch_id=branch_id)
        desk.update_ticket(uow, opened.id, {"agent_id": agent_id}, actor="user:x")
        # When it is read, alone and in the list
        one, (listed,) = content(api("GET", f"{TICKETS}/{opened.id}")), content(api("GET", TICKETS))["items"]
    # Then everybody is called by name, and what is due first is told
    for ticket in (one, listed):
        assert ticket["customer"] == {"id": str(customer_id), "name": "Camila Torres", "tier": "vip"}
        assert ticket["agent"] == {"id": str(agent_id), "name": "Lucía"}
        assert ticket["department"] == {"id": str(department_id), "code": "billing", "name": "Billing"}
        assert ticket["branch"] == {"id": str(branch_id), "code": "norte", "name": "Norte"}
        due_at = (opened.created_at + timedelta(minutes=15)).isoformat().replace("+00:00", "Z")
        assert ticket["sla"] == {"kind": "first_response", "due_at": due_at, "overdue": False}


def test_a_ticket_is_given_to_an_agent_whoever_is_full(api: Api, database: Database, sent: MemoryMessaging) -> None:
    # Given a ticket of one agent, and another who has all they can take
    with database.unit_of_work() as uow:
        department_id = world.department(uow)
        ana, bea = world.agent(uow, department_id, "Ana"), world.agent(uow, department_id, "Bea", max_tickets=0)
        ticket_id = world.ticket(uow).id
        desk.update_ticket(uow, ticket_id, {"agent_id": ana}, actor=ANA)
    sent.facts.clear()
    # When a person gives it to the full one, and its events are consumed
    answer = content(api("POST", f"{TICKETS}/{ticket_id}/assign", body={"agent_id": str(bea), "reason": "she knows"}))
    assert sent.names() == ["ticket.assigned"]
    consumed(sent)
    # Then it is theirs, both counts are right, and the history says why
    assert answer["agent"]["name"] == "Bea" and answer["by_hand"] == ["agent_id"]
    assert (open_tickets(database, ana), open_tickets(database, bea)) == (0, 1)
    assert (answer["history"][-1]["field"], answer["history"][-1]["reason"]) == ("agent_id", "she knows")


@pytest.mark.parametrize("how", ["PATCH", "POST"])
def test_a_ticket_is_given_to_nobody_of_another_branch(api: Api, database: Database, how: str) -> None:
    # Given a ticket of the north, where Nora works, and an agent of the south
    with database.unit_of_work() as uow:
        technical, north, south = world.department(uow), world.branch(uow, "north"), world.branch(uow, "south")
        world.agent(uow, technical, "Nora", branch_id=north)
        beto = world.agent(uow, technical, "Beto", branch_id=south)
        ticket = world.ticket(uow, branch_id=north)
    # When it is given to him
    place = f"{TICKETS}/{ticket.id}" + ("/assign" if how == "POST" else "")
    answer = api(how, place, body={"agent_id": str(beto)})
    # Then it is refused, saying why
    assert answer["statusCode"] == 422
    assert "Beto does not work for the branch of this ticket" in content(answer)["detail"]
    assert open_tickets(database, beto) == 0


def test_the_place_left_goes_to_the_next_that_waits(api: Api, database: Database) -> None:
    # Given an agent with one place, taken, and a ticket waiting in the queue
    with database.unit_of_work() as uow:
        department_id = world.department(uow)
        ana = world.agent(uow, department_id, "Ana", max_tickets=1)
        bea = world.agent(uow, world.department(uow, "sales"), "Bea")
        held, waiting = world.ticket(uow).id, world.ticket(uow).id
        desk.update_ticket(uow, held, {"agent_id": ana}, actor=ANA)
        uow.execute("UPDATE desk.ticket SET department_id = %s WHERE id = %s", (department_id, waiting))
    # When the first is given to somebody else
    api("PATCH", f"{TICKETS}/{held}", body={"agent_id": str(bea)})
    # Then the agent has the one that waited
    assert content(api("GET", f"{TICKETS}/{waiting}"))["agent"]["name"] == "Ana"
    assert (open_tickets(database, ana), open_tickets(database, bea)) == (1, 1)


def test_without_a_name_it_goes_to_whoever_is_free(api: Api, database: Database) -> None:
    # Given a ticket in the queue of a department where one is full, one away and one free
    with database.unit_of_work() as uow:
        department_id = world.department(uow)
        world.agent(uow, department_id, "Full", max_tickets=0)
        world.agent(uow, department_id, "Away", available=False)
        free = world.agent(uow, department_id, "Free")
        ticket_id = world.ticket(uow).id
        uow.execute("UPDATE desk.ticket SET department_id = %s WHERE id = %s", (department_id, ticket_id))
    # When it is to be assigned, twice
    answers = [content(api("POST", f"{TICKETS}/{ticket_id}/assign", body={})) for _ in range(2)]
    # Then the free one has it, once
    assert [answer["agent"]["name"] for answer in answers] == ["Free", "Free"]
    assert open_tickets(database, free) == 1


def test_given_back_it_waits_in_the_queue(api: Api, database: Database, sent: MemoryMessaging) -> None:
    # Given an agent's ticket
    with database.unit_of_work() as uow:
        ana = world.agent(uow, world.department(uow), "Ana", available=False)
        ticket_id = world.ticket(uow).id
        desk.update_ticket(uow, ticket_id, {"agent_id": ana}, actor=ANA)
    sent.facts.clear()
    # When a person takes it from them
    answer = content(api("PATCH", f"{TICKETS}/{ticket_id}", body={"agent_id": None}))
    # Then nobody has it, its department keeps it, and the change is told
    assert answer["agent"] is None and answer["department"]["code"] == "technical" and answer["by_hand"] == []
    assert open_tickets(database, ana) == 0 and sent.names() == ["ticket.updated"]


def test_two_who_give_one_ticket_leave_every_count_right(api: Api, database: Database, database_url: str) -> None:
    # Given a ticket and four agents of two departments
    with database.unit_of_work() as uow:
        departments = [world.department(uow, code) for code in ("technical", "sales")]
        agents = [world.agent(uow, departments[n % 2], f"Agent{n}") for n in range(4)]
        tickets = [world.ticket(uow).id for _ in range(3)]
    failures: list[Exception] = []

    def give(n: int) -> None:
        own = Database(lambda: database_url)
        for step in range(12):
            change = {"agent_id": agents[(n + step) % 4] if step % 5 else None}
            try:
                with own.unit_of_work(publish=False) as uow:
                    desk.update_ticket(uow, tickets[(n + step) % 3], change, actor=ANA)
            except Exception as error:
                failures.append(error)
        own.close()

    # When four people keep giving them away at once
    threads = [threading.Thread(target=give, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Then nobody was in another's way, and each agent's count is what they have
    assert failures == []
    with database.unit_of_work() as uow:
        wrong = uow.all(
            "SELECT name FROM desk.agent WHERE open_tickets <>"
            " (SELECT count(*) FROM desk.ticket WHERE agent_id = agent.id)"
        )
    assert wrong == []


def test_a_finished_ticket_is_given_to_nobody(api: Api, database: Database) -> None:
    # Given a resolved ticket
    with database.unit_of_work() as uow:
        ana, ticket_id = world.agent(uow, world.department(uow)), world.ticket(uow).id
        desk.update_ticket(uow, ticket_id, {"status": "resolved"}, actor=ANA)
    # When it is given to an agent, or to one nobody knows
    path = f"{TICKETS}/{ticket_id}/assign"
    answers = [api("POST", path, body={"agent_id": str(who)}) for who in (ana, ids.new_id())]
    # Then the refusal says what to do
    assert [answer["statusCode"] for answer in answers] == [422, 422]
    assert "take it up again" in content(answers[0])["detail"]


def test_a_priority_by_hand_stays_until_it_is_taken_back(api: Api, database: Database, sent: MemoryMessaging) -> None:
    # Given a ticket whose score makes it low
    with database.unit_of_work() as uow:
        world.department(uow, "general")
        ticket_id = world.ticket(uow, subject="Una pregunta", description="Horarios").id
    consumed(sent)
    path = f"{TICKETS}/{ticket_id}"
    scored = content(api("GET", path))
    # When a person makes it urgent, and it is scored again for another reason
    api("PATCH", path, body={"priority": "urgent", "reason": "the mayor called"})
    consumed(sent)
    api("PATCH", path, body={"description": "Horarios de la tienda"})
    consumed(sent)
    by_hand = content(api("GET", path))
    # Then it is urgent; the score stays what it was and a factor says who decided
    assert (scored["priority"], by_hand["priority"], by_hand["score"]) == ("low", "urgent", scored["score"])
    assert by_hand["factors"][-1]["name"] == "manual" and by_hand["factors"][-1]["points"] == 0
    assert "the mayor called" in [line["reason"] for line in by_hand["history"]]
    # And when they take it back, then the score decides again
    api("PATCH", path, body={"priority": None})
    consumed(sent)
    again = content(api("GET", path))
    assert (again["priority"], again["by_hand"], again["factors"]) == ("low", [], scored["factors"])


def test_a_department_by_hand_outranks_the_rules(api: Api, database: Database, sent: MemoryMessaging) -> None:
    # Given a billing ticket, routed to billing and its agent
    with database.unit_of_work() as uow:
        billing, sales = world.department(uow, "billing"), world.department(uow, "sales")
        ana, bea = world.agent(uow, billing, "Ana"), world.agent(uow, sales, "Bea")
        ticket_id = world.ticket(uow, category="billing").id
    consumed(sent)
    assert content(api("GET", f"{TICKETS}/{ticket_id}"))["agent"]["name"] == "Ana"
    # When a person moves it to sales, and it is scored and routed again after that
    api("PATCH", f"{TICKETS}/{ticket_id}", body={"department_id": str(sales)})
    api("PATCH", f"{TICKETS}/{ticket_id}", body={"subject": "URGENTE: factura", "priority": "critical"})
    consumed(sent)
    moved = content(api("GET", f"{TICKETS}/{ticket_id}"))
    # Then it stays in sales with its agent, and the counts followed
    assert (moved["department"]["code"], moved["agent"]["name"]) == ("sales", "Bea")
    assert (open_tickets(database, ana), open_tickets(database, bea)) == (0, 1)


def test_a_deleted_ticket_is_gone_from_lists_and_figures_but_not_from_history(
    api: Api, database: Database, sent: MemoryMessaging
) -> None:
    # Given a ticket of an agent, rated and escalated once, and another
    with database.unit_of_work() as uow:
        ana = world.agent(uow, world.department(uow))
        ticket_id = world.ticket(uow, priority="critical", tags=("router",)).id
        world.ticket(uow)
        desk.update_ticket(uow, ticket_id, {"agent_id": ana}, actor=ANA)
        desk.give_feedback(uow, ticket_id, 1)
    before = content(api("GET", f"{TICKETS}/stats"))
    sent.facts.clear()
    # When it is deleted with a reason
    answer = api("DELETE", f"{TICKETS}/{ticket_id}", query={"reason": "spam"}, principal="user:ana")
    # Then nothing lists or counts it, nobody works on it, and it is told as closed
    assert (answer["statusCode"], answer["body"]) == (204, "")
    for query in ({}, {"status": "closed"}, {"q": "clave"}, {"agent_id": str(ana)}, {"overdue": "true"}):
        assert str(ticket_id) not in [item["id"] for item in content(api("GET", TICKETS, query=query))["items"]]
    assert content(api("GET", FEEDBACK))["items"] == [] and open_tickets(database, ana) == 0
    after = content(api("GET", f"{TICKETS}/stats"))
    assert (before["created"], after["created"]) == (2, 1) and after["by_status"] == {"open": 1}
    assert sent.names() == ["ticket.closed", "ticket.updated"]
    # And it can still be read with its history, found among the deleted, and not be changed or deleted again
    kept = content(api("GET", f"{TICKETS}/{ticket_id}"))
    assert kept["deleted_at"] and ("user:ana", "spam") in [(c["actor"], c["reason"]) for c in kept["history"]]
    assert [t["id"] for t in content(api("GET", TICKETS, query={"deleted": "true"}))["items"]] == [str(ticket_id)]
    for method, body in (("PATCH", {"status": "open"}), ("DELETE", None)):
        assert api(method, f"{TICKETS}/{ticket_id}", body=body)["statusCode"] == 404


def test_deleting_a_ticket_leaves_its_conversation_with_whoever_holds_it(api: Api, database: Database) -> None:
    # Given the ticket of an open conversation
    with database.unit_of_work() as uow:
        customer_id = world.customer(uow)
        conversation_id = world.conversation(uow, world.account(uow, world.branch(uow)), customer_id)
        ticket_id = world.ticket(uow, customer_id, conversation_id=conversation_id).id
    # When it is deleted
    api("DELETE", f"{TICKETS}/{ticket_id}")
    # Then the conversation goes on, and may get another ticket
    with database.unit_of_work() as uow:
        row = uow.one("SELECT state FROM inbox.conversation WHERE id = %s", (conversation_id,))
        assert row == {"state": "open"}
        assert world.ticket(uow, customer_id, conversation_id=conversation_id).is_new


def test_overdue_tickets_are_those_whose_clock_ran_out(api: Api, database: Database) -> None:
    # Given tickets of every priority and status, and a while later
    with clock.frozen(clock.now()) as advance:
        with database.unit_of_work() as uow:
            for level in ("critical", "urgent", "high", None):
                for status in ("open", "in_progress", "waiting", "resolved"):
                    one = world.ticket(uow, priority=level)
                    if status != "open":
                        desk.update_ticket(uow, one.id, {"status": status}, actor=ANA)
                    if level == "urgent" and status == "open":
                        desk.answered(uow, one.id)
        for wait in (timedelta(minutes=20), timedelta(minutes=110), timedelta(hours=50)):
            advance(wait)
            listed = content(api("GET", TICKETS, query={"limit": "100"}))["items"]
            # When the overdue ones are asked for, alone and among words
            late = [ticket["id"] for ticket in content(api("GET", TICKETS, query={"overdue": "true"}))["items"]]
            searched = content(api("GET", TICKETS, query={"overdue": "true", "q": "clave"}))["items"]
            # Then they are those whose own clock says so
            assert late == [ticket["id"] for ticket in listed if ticket["sla"] and ticket["sla"]["overdue"]]
            assert [ticket["id"] for ticket in searched] == late
        assert len(late) == 8


def test_a_caller_of_some_branches_sees_theirs_and_nobodys(api: Api, database: Database) -> None:
    # Given tickets of two branches and of none, each rated
    with database.unit_of_work() as uow:
        north, south = world.branch(uow, "norte"), world.branch(uow, "sur")
        of = {branch: world.ticket(uow, branch_id=branch).id for branch in (north, south, None)}
        for ticket_id in of.values():
            desk.give_feedback(uow, ticket_id, 4)
    # When somebody of the north lists, searches, counts and reads ratings
    seen = {str(of[north]), str(of[None])}
    for query in ({}, {"q": "clave"}, {"status": "open"}, {"limit": "1"}):
        path, ids_, following = TICKETS, set(), None
        while True:
            more = {"cursor": following} if following else {}
            page = content(api("GET", path, query={**query, **more}, **limited_to(north)))
            ids_ |= {item["id"] for item in page["items"]}
            if (following := page["next"]) is None:
                break
        # Then it is the north's and nobody's
        assert ids_ == seen
    ratings = content(api("GET", FEEDBACK, **limited_to(north)))["items"]
    assert {rating["ticket_id"] for rating in ratings} == seen
    counted = [
        content(api("GET", f"{TICKETS}/stats", query=query, **limited_to(north)))["created"]
        for query in ({}, {"branch": str(north)})
    ]
    assert counted == [2, 1]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "{ticket}", None),
        ("PATCH", "{ticket}", {"status": "resolved"}),
        ("DELETE", "{ticket}", None),
        ("POST", "{ticket}/assign", {}),
        ("GET", f"{TICKETS}?branch_id={{branch}}", None),
        ("GET", f"{TICKETS}/stats?branch={{branch}}", None),
        ("POST", TICKETS, "ticket"),
        ("POST", FEEDBACK, "feedback"),
        ("PATCH", "{own}", "move"),
    ],
)
def test_a_foreign_branch_is_refused_and_audited(
    api: Api, database: Database, method: str, path: str, body: Any
) -> None:
    # Given a ticket of the south and one of the north
    with database.unit_of_work() as uow:
        north, south = world.branch(uow, "norte"), world.branch(uow, "sur")
        foreign, own = world.ticket(uow, branch_id=south).id, world.ticket(uow, branch_id=north).id
    bodies: dict[str, Any] = {
        "ticket": {"subject": "x", "description": "y", "customer": {"email": "a@b.co"}, "branch_id": str(south)},
        "feedback": {"ticket_id": str(foreign), "rating": 5},
        "move": {"branch_id": str(south)},
    }
    # When somebody of the north touches what is the south's
    filled = path.format(ticket=f"{TICKETS}/{foreign}", own=f"{TICKETS}/{own}", branch=south)
    place, _, query = filled.partition("?")
    body = bodies[body] if isinstance(body, str) else body
    answer = api(method, place, query=query, body=body, **limited_to(north))
    # Then they are refused, nothing changed, and the audit has it
    assert answer["statusCode"] == 403 and content(answer)["type"].endswith("foreign-branch")
    with database.unit_of_work() as uow:
        assert uow.one("SELECT count(*) AS n FROM desk.ticket_change WHERE actor = %s", (ANA,)) == {"n": 0}
        (line,) = uow.all("SELECT outcome, subject FROM access.audit WHERE actor = %s", (ANA,))
    assert line == {"outcome": "refused", "subject": f"branch:{south}"}
