"""A ticket goes where the first rule, its category or its priority sends it, to the agent with the most room."""

from __future__ import annotations

import threading
from collections import Counter
from uuid import UUID

import pytest

from functions.route.handler import handler
from relevo import clock, desk, ids
from relevo.db import Database, UnitOfWork
from relevo.desk import assignment, routing
from relevo.events import TicketPrioritized
from tests.support import inbox as people
from tests.support import world
from tests.support.broker import MemoryMessaging, detail
from tests.support.lambdas import failed, sqs


def agent_of(uow: UnitOfWork, ticket_id: UUID) -> UUID | None:
    return desk.get(uow, ticket_id).agent_id


def reasons(uow: UnitOfWork, ticket_id: UUID, field: str) -> list[str]:
    return [c["reason"] for c in desk.history(uow, ticket_id) if c["field"] == field]


def counts_agree(uow: UnitOfWork) -> bool:
    """Whether every agent's count is the number of unfinished tickets in their hands."""
    wrong = uow.all(
        "SELECT name FROM desk.agent WHERE open_tickets <> (SELECT count(*) FROM desk.ticket"
        " WHERE agent_id = agent.id AND status IN ('open', 'in_progress', 'waiting'))"
    )
    return wrong == []


def test_the_first_rule_in_order_decides_and_says_so(database: Database, sent: MemoryMessaging) -> None:
    # Given two rules that both apply, written in the other order
    with database.unit_of_work() as uow:
        billing, technical = world.department(uow, "billing"), world.department(uow, "technical")
        ana = world.agent(uow, technical, "Ana")
        world.rule(uow, 2, {"source": ["web"]}, billing, name="web")
        world.rule(uow, 1, {"words": ["clave"], "priority": ["high"]}, technical, name="passwords")
        ticket = world.ticket(uow, priority="high")
    # When the ticket is routed
    event = TicketPrioritized(ticket_id=ticket.id, old=None, new="high", score=60)
    assert failed(handler(sqs(event), None)) == []
    # Then the first by position took it, its agent has it, and history and events say why
    with database.unit_of_work() as uow:
        routed = desk.get(uow, ticket.id)
        assert (routed.department_id, routed.agent_id) == (technical, ana)
        assert "passwords" in reasons(uow, ticket.id, "department_id")[0]
        assert "passwords" in reasons(uow, ticket.id, "agent_id")[0] and "Ana" in reasons(uow, ticket.id, "agent_id")[0]
    assert sent.names()[-2:] == ["ticket.routed", "ticket.assigned"]
    assert detail(sent.facts[-2])["rule"] == "passwords"


@pytest.mark.parametrize(
    ("category", "priority", "expected"),
    [("billing", "low", "billing"), ("pets", "critical", "technical"), ("pets", "low", "general")],
)
def test_without_a_rule_category_then_priority_decides(
    database: Database, category: str, priority: str, expected: str
) -> None:
    # Given three departments and no rules
    with database.unit_of_work() as uow:
        departments = {code: world.department(uow, code) for code in ("billing", "technical", "general")}
        ticket = world.ticket(uow, category=category, priority=priority)
        # When the ticket is routed
        routing.route(uow, ticket.id)
        # Then it went where its category, or else its priority, sends it
        assert desk.get(uow, ticket.id).department_id == departments[expected]


def test_the_category_map_is_a_setting(database: Database) -> None:
    # Given a company that sends pets to a department of their own
    with database.unit_of_work() as uow:
        world.department(uow, "general")
        vets = world.department(uow, "vets")
        world.setting(uow, "desk.category_departments", {"pets": "vets"})
        ticket = world.ticket(uow, category="pets", priority="low")
        # When a ticket about pets is routed, then the vets have it
        routing.route(uow, ticket.id)
        assert desk.get(uow, ticket.id).department_id == vets


def test_a_rule_that_is_no_rule_is_passed_over(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    # Given a first rule with a condition nobody knows
    with database.unit_of_work() as uow:
        billing, technical = world.department(uow, "billing"), world.department(uow, "technical")
        world.rule(uow, 1, {"mood": ["angry"]}, technical, name="broken")
        world.rule(uow, 2, {}, billing)
        ticket = world.ticket(uow, priority="low")
        # When a ticket is routed
        routing.route(uow, ticket.id)
        # Then the second rule took it, and the log names the first
        assert desk.get(uow, ticket.id).department_id == billing
    assert "broken" in caplog.text and "mood" in caplog.text


def test_no_department_at_all_is_kept_for_a_replay(database: Database) -> None:
    # Given a desk without departments
    with database.unit_of_work() as uow:
        ticket = world.ticket(uow, priority="low")
    # When a ticket is to be routed
    answer = handler(sqs(TicketPrioritized(ticket_id=ticket.id, old=None, new="low", score=1)), None)
    # Then the record is acknowledged and kept with what to do
    with database.unit_of_work() as uow:
        row = uow.one("SELECT reason FROM platform.rejected")
    assert failed(answer) == [] and row is not None and "create one" in row["reason"]


def test_the_least_loaded_in_proportion_takes_it(database: Database) -> None:
    # Given Ana with 2 of 10 tickets and Beto with 1 of 4
    with database.unit_of_work() as uow:
        technical = world.department(uow)
        ana = world.agent(uow, technical, "Ana", open_tickets=2, max_tickets=10)
        world.agent(uow, technical, "Beto", open_tickets=1, max_tickets=4)
        ticket = world.ticket(uow, category="technical")
        # When a ticket comes, then Ana has more room
        routing.route(uow, ticket.id)
        assert agent_of(uow, ticket.id) == ana


def test_of_equals_the_one_who_waited_longest_takes_it(database: Database) -> None:
    # Given two agents without tickets, Beto's last one long ago
    with database.unit_of_work() as uow:
        technical = world.department(uow)
        world.agent(uow, technical, "Ana", last_assigned_at=clock.now())
        beto = world.agent(uow, technical, "Beto", last_assigned_at="2020-01-01T00:00Z")
        ticket = world.ticket(uow, category="technical")
        # When a ticket comes, then it is Beto's turn
        routing.route(uow, ticket.id)
        assert agent_of(uow, ticket.id) == beto


def test_nobody_unavailable_full_or_without_the_skills_is_chosen(database: Database) -> None:
    # Given a rule that asks for a skill, and four agents who cannot take the ticket
    with database.unit_of_work() as uow:
        technical, other = world.department(uow), world.department(uow, "other")
        world.rule(uow, 1, {}, technical, skills=("network",))
        world.agent(uow, technical, "Away", skills=("network",), available=False)
        world.agent(uow, technical, "Full", skills=("network",), max_tickets=1, open_tickets=1)
        world.agent(uow, technical, "Unskilled", skills=("printers",))
        world.agent(uow, other, "Elsewhere", skills=("network",))
        ticket = world.ticket(uow)
        # When it is routed
        routing.route(uow, ticket.id)
        # Then it waits in the queue of its department, and the history says so
        waiting = desk.get(uow, ticket.id)
        assert (waiting.department_id, waiting.agent_id, waiting.skills) == (technical, None, ["network"])
        assert "cola" in reasons(uow, ticket.id, "agent_id")[0]


def test_branch_and_language_are_preferred(database: Database) -> None:
    # Given agents of none, of the branch, and of the branch with the language, ever more loaded; an idle one elsewhere
    with database.unit_of_work() as uow:
        technical, north, south = world.department(uow), world.branch(uow, "north"), world.branch(uow, "south")
        world.agent(uow, technical, "A", branch_id=south, max_tickets=9)
        agents = [
            world.agent(uow, technical, "B", max_tickets=9, open_tickets=1),
            world.agent(uow, technical, "C", branch_id=north, max_tickets=9, open_tickets=2),
            world.agent(uow, technical, "D", branch_id=north, language="en", max_tickets=9, open_tickets=3),
        ]
        tickets = [world.ticket(uow, category="technical", branch_id=north, language="en") for _ in agents]
        # When tickets of the branch come while one agent after another leaves
        taken = []
        for ticket in tickets:
            routing.route(uow, ticket.id)
            taken.append(agent_of(uow, ticket.id))
            uow.execute("UPDATE desk.agent SET available = false WHERE id = %s", (taken[-1],))
        # Then the best fit took it each time
        assert taken == agents[::-1]
        # And the next one waits, rather than go to who works for another branch only
        last = world.ticket(uow, category="technical", branch_id=north, language="en")
        routing.route(uow, last.id)
        assert (desk.get(uow, last.id).department_id, agent_of(uow, last.id)) == (technical, None)


def test_an_agent_is_given_tickets_of_the_branches_their_user_sees(database: Database) -> None:
    # Given two agents without a branch; the user of the less loaded one sees only the south
    with database.unit_of_work() as uow:
        technical, north, south = world.department(uow), world.branch(uow, "north"), world.branch(uow, "south")
        people.agent(uow, technical, "Sur", branches=(south,), max_tickets=9)
        all_over = people.agent(uow, technical, "Todo", max_tickets=9, open_tickets=5)
        # When a ticket of the north comes
        ticket = world.ticket(uow, category="technical", branch_id=north)
        routing.route(uow, ticket.id)
        # Then the other takes it
        assert agent_of(uow, ticket.id) == all_over.agent_id


def test_a_department_without_anybody_for_the_branch_asks_who_sees_all(database: Database) -> None:
    # Given a department whose agents belong to the south, one of them a user who sees all branches
    with database.unit_of_work() as uow:
        technical, north, south = world.department(uow), world.branch(uow, "north"), world.branch(uow, "south")
        people.agent(uow, technical, "Sur", branches=(south,), branch_id=south, max_tickets=9)
        whole = people.agent(uow, technical, "Todo", branch_id=south, max_tickets=9, open_tickets=5)
        # When a ticket of the north comes
        ticket = world.ticket(uow, category="technical", branch_id=north)
        routing.route(uow, ticket.id)
        # Then that one takes it
        assert agent_of(uow, ticket.id) == whole.agent_id
        # And once the branch has somebody of its own, though away, tickets wait for them
        world.agent(uow, technical, "Norte", branch_id=north, available=False)
        later = world.ticket(uow, category="technical", branch_id=north)
        routing.route(uow, later.id)
        assert agent_of(uow, later.id) is None


def test_the_queue_does_not_stop_at_a_ticket_of_a_branch_nobody_works_for(database: Database) -> None:
    # Given, while all are away, an older and more urgent ticket of the north and one of the south, both waiting
    with database.unit_of_work() as uow:
        technical, north, south = world.department(uow), world.branch(uow, "north"), world.branch(uow, "south")
        sur = world.agent(uow, technical, "Sur", branch_id=south, available=False)
        stuck = world.ticket(uow, category="technical", priority="critical", branch_id=north)
        fitting = world.ticket(uow, category="technical", priority="low", branch_id=south)
        for ticket in (stuck, fitting):
            routing.route(uow, ticket.id)
        # When the agent of the south comes
        uow.execute("UPDATE desk.agent SET available = true WHERE id = %s", (sur,))
        given = assignment.assign_waiting(uow, technical)
        # Then they have theirs, and the other goes on waiting in the queue of its department
        assert (given, agent_of(uow, fitting.id)) == (1, sur)
        assert (desk.get(uow, stuck.id).department_id, agent_of(uow, stuck.id)) == (technical, None)


def test_the_agent_a_rule_names_comes_first_and_the_others_after(database: Database) -> None:
    # Given a rule that names Beto, who has room for one
    with database.unit_of_work() as uow:
        technical = world.department(uow)
        ana = world.agent(uow, technical, "Ana")
        beto = world.agent(uow, technical, "Beto", max_tickets=2, open_tickets=1)
        world.rule(uow, 1, {}, technical, agent_id=beto)
        first, second = world.ticket(uow), world.ticket(uow)
        # When two tickets come
        routing.route(uow, first.id)
        routing.route(uow, second.id)
        # Then Beto has one and Ana the other
        assert (agent_of(uow, first.id), agent_of(uow, second.id)) == (beto, ana)


def test_routing_again_keeps_the_agent(database: Database, sent: MemoryMessaging) -> None:
    # Given an assigned ticket, and a colleague with less to do
    with database.unit_of_work() as uow:
        technical = world.department(uow)
        world.agent(uow, technical, "Ana")
        ticket = world.ticket(uow, category="technical", priority="high")
        routing.route(uow, ticket.id)
        before = desk.get(uow, ticket.id)
        world.agent(uow, technical, "Beto")
    told = len(sent.facts)
    # When it gets a new priority and is routed again
    with database.unit_of_work() as uow:
        world.prioritize(uow, ticket.id, "critical")
        routing.route(uow, ticket.id)
        # Then nothing moved and nothing was told
        assert (agent_of(uow, ticket.id), desk.get(uow, ticket.id).routed_at) == (before.agent_id, before.routed_at)
    assert len(sent.facts) == told


def test_a_new_department_takes_the_ticket_over_unless_it_is_worked_on(database: Database) -> None:
    # Given two assigned tickets, one of them answered
    with database.unit_of_work() as uow:
        technical, billing = world.department(uow), world.department(uow, "billing")
        ana, bea = world.agent(uow, technical, "Ana"), world.agent(uow, billing, "Bea")
        fresh, answered = (world.ticket(uow, category="technical") for _ in range(2))
        for ticket in (fresh, answered):
            routing.route(uow, ticket.id)
        desk.answered(uow, answered.id)
        # When both turn out to be about an invoice
        for ticket in (fresh, answered):
            desk.update_ticket(uow, ticket.id, {"category": "billing"}, actor="api")
            routing.route(uow, ticket.id)
        # Then the fresh one moved and the answered one stayed, and the counts agree
        assert (agent_of(uow, fresh.id), agent_of(uow, answered.id)) == (bea, ana)
        assert counts_agree(uow)


def test_who_frees_up_gets_the_most_urgent_then_the_oldest(database: Database) -> None:
    # Given an agent with one place, and three tickets in the queue
    with database.unit_of_work() as uow:
        technical = world.department(uow)
        ana = world.agent(uow, technical, "Ana", max_tickets=1)
        tickets = [
            world.ticket(uow, category="technical", priority=priority) for priority in ("low", "low", "high", "low")
        ]
        for ticket in tickets:
            routing.route(uow, ticket.id)
    # When she resolves one after another
    order = []
    for _ in tickets:
        with database.unit_of_work() as uow:
            (current,) = uow.all(
                "SELECT id FROM desk.ticket WHERE agent_id = %s AND status = 'open' ORDER BY id", (ana,)
            )
            order.append(current["id"])
            desk.update_ticket(uow, current["id"], {"status": "resolved"}, actor="ana")
    # Then she got the first that came, the urgent one, and the rest by age
    assert order == [tickets[0].id, tickets[2].id, tickets[1].id, tickets[3].id]


def test_a_ticket_nobody_can_take_does_not_hold_up_the_queue(database: Database) -> None:
    # Given a queue whose first ticket needs a skill nobody free has
    with database.unit_of_work() as uow:
        technical = world.department(uow)
        world.rule(uow, 1, {"words": ["satélite"]}, technical, skills=("space",))
        stuck = world.ticket(uow, description="el satélite", category="technical", priority="critical")
        other = world.ticket(uow, category="technical", priority="low")
        for ticket in (stuck, other):
            routing.route(uow, ticket.id)
        # When an agent without it comes
        ana = world.agent(uow, technical, "Ana")
        given = assignment.assign_all_waiting(uow)
        # Then the second is taken and the first waits on
        assert given == 1
        assert (agent_of(uow, stuck.id), agent_of(uow, other.id)) == (None, ana)


def test_fifty_tickets_and_eight_routers_at_once(database: Database, database_url: str, sent: MemoryMessaging) -> None:
    # Given fifty tickets and four agents with room for forty
    with database.unit_of_work() as uow:
        technical = world.department(uow)
        for name in ("Ana", "Beto", "Carla", "Dani"):
            world.agent(uow, technical, name, max_tickets=10)
        customer_id = world.customer(uow)
        tickets = [world.ticket(uow, customer_id, category="technical").id for _ in range(50)]
    errors: list[Exception] = []

    def work(own: list[UUID]) -> None:
        connection = Database(lambda: database_url)
        try:
            for ticket_id in own:
                with connection.unit_of_work() as uow:
                    routing.route(uow, ticket_id)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    # When eight threads route them, every ticket twice
    shares = [tickets[n::4] for n in range(4)] + [tickets[n::4][::-1] for n in range(4)]
    threads = [threading.Thread(target=work, args=(share,)) for share in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Then no agent is above the maximum, every place is taken, and each assignment was told once
    assert errors == []
    with database.unit_of_work() as uow:
        assert counts_agree(uow)
        assert [row["open_tickets"] for row in uow.all("SELECT open_tickets FROM desk.agent")] == [10] * 4
    told = Counter(detail(m)["ticket_id"] for m in sent.facts if m.name == "ticket.assigned")
    assert len(told) == 40 and set(told.values()) == {1}


def test_a_finished_ticket_is_not_routed(database: Database) -> None:
    # Given a closed ticket
    with database.unit_of_work() as uow:
        world.agent(uow, world.department(uow))
        ticket = world.ticket(uow, category="technical")
        desk.update_ticket(uow, ticket.id, {"status": "closed"}, actor="ana")
        # When a late event routes it, then nothing happens
        routing.route(uow, ticket.id)
        assert desk.get(uow, ticket.id).department_id is None


def test_a_ticket_nobody_knows_is_kept_as_rejected(database: Database) -> None:
    # Given an event about a ticket that was never there
    event = TicketPrioritized(ticket_id=ids.new_id(), old=None, new="low", score=1)
    # When it is handled
    answer = handler(sqs(event), None)
    # Then it is acknowledged and kept with its reason
    with database.unit_of_work() as uow:
        row = uow.one("SELECT reason FROM platform.rejected")
    assert failed(answer) == [] and row is not None and "no ticket" in row["reason"]
