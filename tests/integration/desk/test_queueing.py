"""What waits goes to who is there: oldest first, to whom the customer knows, never above what anybody can hold."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from functions.release.handler import handler as release
from functions.route.handler import handler as route
from relevo import clock, desk, inbox
from relevo.db import Database, UnitOfWork
from relevo.desk import holding, routing
from relevo.events import AgentChanged, ScheduleFired, TicketPrioritized
from relevo.inbox import Actor
from tests.support import inbox as people
from tests.support import world
from tests.support.broker import MemoryMessaging, detail
from tests.support.inbox import Person
from tests.support.lambdas import failed, sqs

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Place:
    """An automatic branch with a number, and a department."""

    branch: UUID
    number: UUID
    technical: UUID


@pytest.fixture
def place(database: Database) -> Place:
    with database.unit_of_work() as uow:
        branch = world.branch(uow)
        return Place(branch, world.account(uow, branch), world.department(uow))


@pytest.fixture
def noon() -> Iterator[Any]:
    with clock.frozen(NOON) as advance:
        yield advance


def agent(uow: UnitOfWork, place: Place, name: str, **columns: Any) -> UUID:
    """An agent who is there."""
    person = people.agent(uow, place.technical, name, **{"seen_at": clock.now()} | columns)
    assert person.agent_id is not None
    return person.agent_id


def waiting(uow: UnitOfWork, place: Place, *, since: timedelta = timedelta(), customer: UUID | None = None) -> UUID:
    """A conversation in the queue, whose customer has waited for so long."""
    conversation_id = people.conversation(uow, place.number, says="no puedo entrar")
    people.hold(uow, conversation_id, "queue")
    uow.execute(
        "UPDATE inbox.conversation SET waiting_since = %s, customer_id = coalesce(%s, customer_id) WHERE id = %s",
        (clock.now() - since, customer, conversation_id),
    )
    return conversation_id


def holder(uow: UnitOfWork, conversation_id: UUID) -> UUID | None:
    return inbox.get(uow, conversation_id).owner_agent_id


def counts_agree(uow: UnitOfWork) -> bool:
    """Whether every agent's count is the number of unfinished tickets in their hands."""
    wrong = uow.all(
        "SELECT name FROM desk.agent WHERE open_tickets <> (SELECT count(*) FROM desk.ticket"
        " WHERE agent_id = agent.id AND status IN ('open', 'in_progress', 'waiting'))"
    )
    return wrong == []


# ------------------------------------------------------------------------------------------------------------ offering


def test_a_conversation_goes_to_who_has_the_most_room(database: Database, place: Place, noon: Any) -> None:
    # Given one agent with two of two conversations, one with one of five, and one with one of two
    with database.unit_of_work() as uow:
        full = agent(uow, place, "Full", max_conversations=2)
        roomy = agent(uow, place, "Roomy", max_conversations=5)
        half = agent(uow, place, "Half", max_conversations=2)
        for holds in (full, full, roomy, half):
            people.hold(uow, people.conversation(uow, place.number), "agent", holds)
        # When a conversation is offered
        given = desk.offer(uow, waiting(uow, place))
        # Then it is the one's who is least loaded for what they can hold
        assert given == roomy


@pytest.mark.parametrize(
    "columns",
    [
        {"available": False},
        {"seen_at": None},
        {"seen_at": NOON - timedelta(seconds=91)},
        {"max_conversations": 0},
    ],
    ids=["away", "never there", "gone", "takes none"],
)
def test_who_is_not_there_is_given_nothing(
    database: Database, place: Place, noon: Any, columns: dict[str, Any]
) -> None:
    # Given one agent, who is away, offline or takes none, and has the ticket and knows the customer
    with database.unit_of_work() as uow:
        away = agent(uow, place, "Away", **columns)
        conversation_id = waiting(uow, place)
        ticket = world.ticket(uow, conversation_id=conversation_id)
        uow.execute("UPDATE inbox.conversation SET attended_by = %s", (away,))
        uow.execute("UPDATE desk.ticket SET agent_id = %s", (away,))
        uow.execute("UPDATE desk.agent SET open_tickets = 1")
    # When it is offered, routed, filled, served by the schedule
    with database.unit_of_work() as uow:
        assert desk.offer(uow, conversation_id) is None
        assert desk.fill(uow, away) is None
    prioritized = TicketPrioritized(ticket_id=ticket.id, old=None, new="low", score=1)
    assert failed(route(sqs(prioritized, AgentChanged(agent_id=away)), None)) == []
    assert failed(release(sqs(ScheduleFired(schedule="release", due_at=NOON)), None)) == []
    # Then it waits
    with database.unit_of_work() as uow:
        assert inbox.get(uow, conversation_id).owner == "queue"


def test_another_branchs_people_are_not_asked(database: Database, place: Place, noon: Any) -> None:
    # Given an agent of another branch, one whose user sees only another, and one who was let go
    with database.unit_of_work() as uow:
        norte = world.branch(uow, "norte")
        agent(uow, place, "Elsewhere", branch_id=norte)
        agent(uow, place, "Sees elsewhere", branches=(norte,))
        gone = agent(uow, place, "Gone")
        uow.execute(
            'UPDATE access."user" SET active = false WHERE id = (SELECT user_id FROM desk.agent WHERE id = %s)', (gone,)
        )
        # When a conversation here is offered, then nobody has it
        conversation_id = waiting(uow, place)
        assert desk.offer(uow, conversation_id) is None
        # But whoever works for this branch has
        here = agent(uow, place, "Here", branch_id=place.branch, branches=(norte, place.branch))
        assert desk.offer(uow, conversation_id) == here


def test_a_manual_branch_gives_nothing_away(database: Database, place: Place, noon: Any) -> None:
    # Given a branch whose agents help themselves
    with database.unit_of_work() as uow:
        uow.execute("UPDATE inbox.branch SET assignment = 'manual'")
        ana = agent(uow, place, "Ana")
        conversation_id = waiting(uow, place)
        # When there is something and somebody, then nothing happens by itself
        assert desk.offer(uow, conversation_id) is None and desk.fill(uow, ana) is None
    assert desk.serve(database) == 0


def test_what_people_answer_on_the_phone_is_left_to_them(database: Database, place: Place, noon: Any) -> None:
    # Given a conversation somebody answers on the phone, and an agent who is free
    with database.unit_of_work() as uow:
        ana = agent(uow, place, "Ana")
        conversation_id = people.conversation(uow, place.number, says="hola")
        inbox.answer_outside(uow, conversation_id, actor="phone", reason="answered")
        # Then she is not given it
        assert desk.offer(uow, conversation_id) is None
        # When they have done nothing in it for five minutes, then she is
        noon(5 * MINUTE)
        desk.note_seen(uow, ana)
        assert desk.offer(uow, conversation_id) == ana


def test_a_customer_goes_to_whom_they_know_where_the_branch_is_faithful(
    database: Database, place: Place, noon: Any
) -> None:
    # Given a customer whom one agent attended last month and another last year, and both have more to do than a third
    with database.unit_of_work() as uow:
        known, before = (agent(uow, place, name) for name in ("Known", "Before"))
        fresh = agent(uow, place, "Fresh", max_conversations=20)
        customer = world.customer(uow)
        for who, days in ((known, 30), (before, 100)):
            earlier = people.conversation(uow, place.number)
            uow.execute(
                "UPDATE inbox.conversation SET customer_id = %s, state = 'closed', attended_by = %s,"
                " last_message_at = %s, opened_at = %s WHERE id = %s",
                (customer, who, NOON - timedelta(days=days), NOON - timedelta(days=days), earlier),
            )
            people.hold(uow, people.conversation(uow, place.number), "agent", who)
        first, second = waiting(uow, place, customer=customer), waiting(uow, place, customer=customer)
        # When they write, then they are the one's whom they know
        assert desk.offer(uow, first) == known
        # And in a branch that is not, whoever has the most room
        uow.execute("UPDATE inbox.branch SET faithful = false")
        assert desk.offer(uow, second) == fresh
        # And 90 days later nobody remembers
        uow.execute("UPDATE inbox.branch SET faithful = true")
        uow.execute("UPDATE inbox.conversation SET attended_by = NULL WHERE attended_by = %s", (known,))
        assert desk.offer(uow, waiting(uow, place, customer=customer)) == fresh


def test_who_has_the_ticket_has_the_conversation(database: Database, place: Place, noon: Any) -> None:
    # Given a ticket of an agent's who has more to do than another
    with database.unit_of_work() as uow:
        busy, _ = agent(uow, place, "Busy"), agent(uow, place, "Idle")
        people.hold(uow, people.conversation(uow, place.number), "agent", busy)
        conversation_id = waiting(uow, place)
        world.ticket(uow, conversation_id=conversation_id)
        uow.execute("UPDATE desk.ticket SET agent_id = %s", (busy,))
        # When its conversation is offered, then it is theirs
        assert desk.offer(uow, conversation_id) == busy


def test_the_ticket_follows_and_the_counts_are_right(
    database: Database, place: Place, noon: Any, sent: MemoryMessaging
) -> None:
    # Given a ticket of somebody who is offline
    with database.unit_of_work() as uow:
        gone = agent(uow, place, "Gone", seen_at=None)
        there = agent(uow, place, "There")
        conversation_id = waiting(uow, place)
        ticket = world.ticket(uow, conversation_id=conversation_id, category="technical")
    route(sqs(TicketPrioritized(ticket_id=ticket.id, old=None, new="low", score=1)), None)
    # Then who is there has both
    with database.unit_of_work() as uow:
        assert holder(uow, conversation_id) == there
        assert desk.get(uow, ticket.id).agent_id == there
        assert counts_agree(uow)
        # And when another takes the conversation, the ticket goes along
        holding.take(uow, conversation_id, Actor("user:gone", gone, leads=True))
        assert desk.get(uow, ticket.id).agent_id == gone
        assert counts_agree(uow)
    # And each of them was told once
    told = [detail(message)["new"] for message in sent.facts if message.name == "ticket.assigned"]
    assert told == [str(there), str(gone)]


def test_what_the_bot_said_when_it_handed_over_still_goes_out(database: Database, place: Place, noon: Any) -> None:
    # Given a bot that tells a customer that people will answer
    with database.unit_of_work() as uow:
        agent(uow, place, "Ana")
        conversation_id = people.conversation(uow, place.number, says="quiero una persona")
        seen = inbox.lock(uow, conversation_id)
        version = inbox.change_owner(uow, seen, "queue", actor="bot", reason="asked")
        told = inbox.queue_reply(
            uow, seen, "Le responderá una persona", author="bot", owner_version=version or 0, answers=False
        )
        # When somebody is given the conversation before that is sent
        desk.offer(uow, conversation_id)
        # Then it goes out all the same, for no person has said anything yet
        row = uow.one(
            "SELECT m.owner_version AS written, c.owner_version AS now, c.waiting_since FROM inbox.message m"
            " JOIN inbox.conversation c ON c.id = m.conversation_id WHERE m.id = %s",
            (told,),
        )
    assert row is not None and row["written"] == row["now"] == 3
    # And the customer still waits
    assert row["waiting_since"] == NOON


# ----------------------------------------------------------------------------------------------------- oldest first


def test_who_comes_back_is_given_the_oldest_first_until_they_are_full(
    database: Database, place: Place, noon: Any, sent: MemoryMessaging
) -> None:
    # Given three who wait, and an agent who can hold two and has been away
    with database.unit_of_work() as uow:
        ana = agent(uow, place, "Ana", available=False, max_conversations=2)
        young, old, middle = (waiting(uow, place, since=n * MINUTE) for n in (1, 9, 5))
        # When she comes back
        desk.change_agent(uow, ana, {"available": True}, actor="user:ana")
    handled = 0
    while handled < len(sent.facts):
        message, handled = sent.facts[handled], handled + 1
        if message.name == "agent.changed":
            route(sqs(AgentChanged.model_validate(detail(message))), None)
    # Then she has those who waited longest
    with database.unit_of_work() as uow:
        assert {each: holder(uow, each) for each in (old, middle, young)} == {old: ana, middle: ana, young: None}


def test_who_closes_one_is_given_the_next(database: Database, place: Place, noon: Any, sent: MemoryMessaging) -> None:
    # Given an agent with the one conversation she can hold, and one that waits
    with database.unit_of_work() as uow:
        ana = agent(uow, place, "Ana", max_conversations=1)
        held, next_one = waiting(uow, place, since=MINUTE), waiting(uow, place)
        desk.fill(uow, ana)
    sent.facts.clear()
    # When she closes it
    with database.unit_of_work() as uow:
        holding.close(uow, held, Actor("user:ana", ana))
    (told,) = [message for message in sent.facts if message.name == "agent.changed"]
    route(sqs(AgentChanged.model_validate(detail(told))), None)
    # Then she has the other
    with database.unit_of_work() as uow:
        assert holder(uow, next_one) == ana


def test_a_sign_of_life_after_a_silence_is_told_once(
    database: Database, place: Place, noon: Any, sent: MemoryMessaging
) -> None:
    # Given an agent whose console was closed
    with database.unit_of_work() as uow:
        ana = agent(uow, place, "Ana", seen_at=None)
    # When it gives signs of life for two minutes
    for _ in range(5):
        with database.unit_of_work() as uow:
            desk.note_seen(uow, ana)
        noon(timedelta(seconds=25))
    # Then the first is told; after a silence the next
    assert sent.names().count("agent.changed") == 1
    noon(2 * MINUTE)
    with database.unit_of_work() as uow:
        desk.note_seen(uow, ana)
    assert sent.names().count("agent.changed") == 2


def test_that_somebody_has_gone_is_told_soon_and_not_for_ever(
    database: Database, place: Place, noon: Any, sent: MemoryMessaging
) -> None:
    # Given an agent who is there, and one who never was
    with database.unit_of_work() as uow:
        agent(uow, place, "Ana", seen_at=clock.now())
        agent(uow, place, "Beto", seen_at=None)
    # When a minute has passed without a sign of life, nobody is taken to have gone
    noon(MINUTE)
    assert desk.tell_gone(database) == 0
    # When four more have, it was told while it was new
    told = []
    for _ in range(4):
        noon(MINUTE)
        told.append(desk.tell_gone(database))
    database.publish_pending()
    assert told == [1, 1, 0, 0] and sent.names().count("agent.changed") == 2


def test_every_minute_what_waits_is_given_to_who_is_there(database: Database, place: Place, noon: Any) -> None:
    # Given three who wait, and two agents who came without anybody being told
    with database.unit_of_work() as uow:
        young, old, middle = (waiting(uow, place, since=n * MINUTE) for n in (1, 9, 5))
        agents = {agent(uow, place, name, max_conversations=1) for name in ("Ana", "Beto")}
    # When the schedule fires, twice
    event = sqs(ScheduleFired(schedule="release", due_at=NOON))
    for _ in range(2):
        assert failed(release(event, None)) == []
    # Then those who waited longest have one each
    with database.unit_of_work() as uow:
        assert {holder(uow, old), holder(uow, middle)} == agents and holder(uow, young) is None


def test_what_one_agent_neglects_goes_to_another(database: Database, place: Place, noon: Any) -> None:
    # Given two agents, one of whom was given a conversation and did nothing
    with database.unit_of_work() as uow:
        idle = agent(uow, place, "Idle")
        conversation_id = waiting(uow, place)
        desk.offer(uow, conversation_id)
        other = agent(uow, place, "Other")
    # When five minutes pass, both being there
    noon(5 * MINUTE)
    with database.unit_of_work() as uow:
        desk.note_seen(uow, idle)
        desk.note_seen(uow, other)
    release(sqs(ScheduleFired(schedule="release", due_at=NOON)), None)
    # Then the other has it
    with database.unit_of_work() as uow:
        assert holder(uow, conversation_id) == other


def test_who_let_it_go_is_asked_again_after_a_while(database: Database, place: Place, noon: Any) -> None:
    # Given the only agent, who gave a conversation back
    with database.unit_of_work() as uow:
        ana = agent(uow, place, "Ana")
        conversation_id = waiting(uow, place)
        desk.offer(uow, conversation_id)
        holding.release(uow, conversation_id, Actor("user:ana", ana))
        # Then it is not at once hers again
        assert holder(uow, conversation_id) is None
        # When nobody else came for five minutes, it is
        noon(5 * MINUTE)
        desk.note_seen(uow, ana)
        assert desk.offer(uow, conversation_id) == ana


# -------------------------------------------------------------------------------------------------------------- routing


def test_a_routed_ticket_and_its_conversation_go_to_one_person(
    database: Database, place: Place, noon: Any, sent: MemoryMessaging
) -> None:
    # Given a rule that names an agent, and others with more room
    with database.unit_of_work() as uow:
        billing = world.department(uow, "billing")
        named = agent(uow, place, "Named")
        for name in ("One", "Two"):
            agent(uow, place, name)
        people.hold(uow, people.conversation(uow, place.number), "agent", named)
        world.rule(uow, 1, {"words": ["factura"]}, billing, agent_id=named)
        conversation_id = waiting(uow, place)
        ticket = world.ticket(uow, conversation_id=conversation_id, description="mi factura")
    # When the ticket is routed
    route(sqs(TicketPrioritized(ticket_id=ticket.id, old=None, new="low", score=1)), None)
    # Then the named one has both, in the rule's department, and was told once
    with database.unit_of_work() as uow:
        routed = desk.get(uow, ticket.id)
        assert (routed.department_id, routed.agent_id, holder(uow, conversation_id)) == (billing, named, named)
        assert counts_agree(uow)
    assert sent.names().count("ticket.assigned") == 1


def test_who_took_a_conversation_before_its_ticket_was_routed_keeps_both(
    database: Database, place: Place, noon: Any
) -> None:
    # Given a ticket nobody has routed yet, whose conversation an agent has taken
    with database.unit_of_work() as uow:
        world.department(uow, "billing")
        ana, _ = agent(uow, place, "Ana"), agent(uow, place, "Other")
        conversation_id = waiting(uow, place)
        ticket = world.ticket(uow, conversation_id=conversation_id, category="billing")
        holding.take(uow, conversation_id, Actor("user:ana", ana))
    # When it is routed to another department
    route(sqs(TicketPrioritized(ticket_id=ticket.id, old=None, new="low", score=1)), None)
    # Then it belongs there, and is hers
    with database.unit_of_work() as uow:
        assert desk.get(uow, ticket.id).agent_id == ana and holder(uow, conversation_id) == ana
        assert desk.get(uow, ticket.id).department_id is not None


def test_nobody_there_the_ticket_waits_for_who_is_available_and_the_conversation_for_who_comes(
    database: Database, place: Place, noon: Any
) -> None:
    # Given an agent who is available, but offline
    with database.unit_of_work() as uow:
        ana = agent(uow, place, "Ana", seen_at=None)
        conversation_id = waiting(uow, place)
        ticket = world.ticket(uow, conversation_id=conversation_id, category="technical")
    # When the ticket is routed
    route(sqs(TicketPrioritized(ticket_id=ticket.id, old=None, new="low", score=1)), None)
    # Then the ticket is hers, and the conversation waits until she opens her console
    with database.unit_of_work() as uow:
        assert desk.get(uow, ticket.id).agent_id == ana and holder(uow, conversation_id) is None
        desk.note_seen(uow, ana)
        assert desk.fill(uow, ana) == conversation_id


# ------------------------------------------------------------------------------------------------------------ reopening


def finished(database: Database, place: Place, ana: UUID) -> tuple[UUID, UUID]:
    """A conversation and its ticket, both done by this agent."""
    with database.unit_of_work() as uow:
        conversation_id = waiting(uow, place)
        ticket = world.ticket(uow, conversation_id=conversation_id)
        holding.take(uow, conversation_id, Actor("user:ana", ana))
        holding.close(uow, conversation_id, Actor("user:ana", ana))
    return conversation_id, ticket.id


def test_a_ticket_taken_up_again_brings_its_conversation_back_to_who_had_it(
    database: Database, place: Place, noon: Any
) -> None:
    # Given a finished ticket of an agent who is there, and one with less to do
    with database.unit_of_work() as uow:
        ana, _ = agent(uow, place, "Ana"), agent(uow, place, "Other")
        people.hold(uow, people.conversation(uow, place.number), "agent", ana)
    conversation_id, ticket_id = finished(database, place, ana)
    # When it is taken up again
    with database.unit_of_work() as uow:
        desk.update_ticket(uow, ticket_id, {"status": "open"}, actor="user:sol")
        # Then both are hers again
        assert (holder(uow, conversation_id), desk.get(uow, ticket_id).agent_id) == (ana, ana)
        assert counts_agree(uow)


def test_reopened_of_an_absent_agent_it_goes_to_somebody_else_or_waits(
    database: Database, place: Place, noon: Any
) -> None:
    # Given a finished ticket of an agent who went away
    with database.unit_of_work() as uow:
        ana = agent(uow, place, "Ana")
    conversation_id, ticket_id = finished(database, place, ana)
    with database.unit_of_work() as uow:
        desk.change_agent(uow, ana, {"available": False}, actor="user:ana")
        # When it is taken up again and nobody is there, then it waits
        desk.update_ticket(uow, ticket_id, {"status": "open"}, actor="user:sol")
        assert inbox.get(uow, conversation_id).owner == "queue" and desk.get(uow, ticket_id).agent_id is None
        # And who comes has both
        other = agent(uow, place, "Other")
        assert desk.fill(uow, other) == conversation_id
        assert desk.get(uow, ticket_id).agent_id == other and counts_agree(uow)


# --------------------------------------------------------------------------------------------- all at the same time


def at_once(database_url: str, *works: Any) -> list[Exception]:
    """Do each in a thread with a connection of its own; what went wrong."""
    errors: list[Exception] = []
    start = threading.Barrier(len(works))

    def run(work: Any) -> None:
        own = Database(lambda: database_url)
        start.wait()
        try:
            work(own)
        except Exception as error:
            errors.append(error)
        finally:
            own.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_nobody_is_given_more_than_they_can_hold(
    database: Database, database_url: str, place: Place, noon: Any
) -> None:
    # Given two branches, agents of both with room for twenty, and fifty who wait, thirty of them with tickets
    with database.unit_of_work() as uow:
        norte = world.branch(uow, "norte")
        north = Place(norte, world.account(uow, norte, "100000000000002"), place.technical)
        agents = [agent(uow, place, f"Agent {n}", max_conversations=5, max_tickets=50) for n in range(4)]
        both = [waiting(uow, here, since=n * MINUTE) for n in range(25) for here in (place, north)]
        for each in both[:30]:
            world.ticket(uow, conversation_id=each, category="technical")
        tickets = [row["id"] for row in uow.all("SELECT id FROM desk.ticket")]

    def offering(share: list[UUID]) -> Any:
        def work(own: Database) -> None:
            for each in share:
                own.run(lambda uow, each=each: desk.offer(uow, each), publish=False)  # type: ignore[misc]

        return work

    def filling(own: Database) -> None:
        for agent_id in agents * 5:
            own.run(lambda uow, agent_id=agent_id: desk.fill(uow, agent_id), publish=False)  # type: ignore[misc]

    def routed(own: Database) -> None:
        for ticket_id in tickets:
            own.run(lambda uow, ticket_id=ticket_id: routing.route(uow, ticket_id), publish=False)  # type: ignore[misc]

    # When they are offered, filled in, routed and served all at once
    errors = at_once(
        database_url, offering(both[::2]), offering(both[1::2]), filling, routed, desk.serve, offering(both[::-1])
    )
    # Then everybody holds exactly what they can, and every count is right
    assert errors == []
    with database.unit_of_work() as uow:
        rows = uow.all("SELECT owner_agent_id FROM inbox.conversation WHERE owner = 'agent'")
        assert Counter(row["owner_agent_id"] for row in rows) == dict.fromkeys(agents, 5)
        assert counts_agree(uow)
        assert not uow.all(
            "SELECT 1 FROM desk.ticket JOIN inbox.conversation AS c ON c.id = ticket.conversation_id"
            " WHERE c.owner = 'agent' AND c.owner_agent_id <> ticket.agent_id"
        )


def test_people_taking_closing_and_reopening_while_the_queue_is_served(
    database: Database, database_url: str, place: Place
) -> None:
    # Given agents who take, release, close and take up again the same conversations, while the schedule runs
    with database.unit_of_work() as uow:
        persons: list[Person] = [
            people.agent(uow, place.technical, f"Agent {n}", seen_at=clock.now(), max_conversations=50, max_tickets=50)
            for n in range(4)
        ]
        both = [waiting(uow, place) for _ in range(10)]
        for each in both:
            world.ticket(uow, conversation_id=each, category="technical")
        tickets = [row["id"] for row in uow.all("SELECT id FROM desk.ticket ORDER BY number")]

    def working(person: Person) -> Any:
        by = Actor(f"user:{person.user_id}", person.agent_id, leads=True)

        def work(own: Database) -> None:
            for each, ticket_id in zip(both, tickets, strict=True):
                for act in (
                    lambda uow, each=each: holding.take(uow, each, by),
                    lambda uow, each=each: holding.release(uow, each, by),
                    lambda uow, each=each: holding.close(uow, each, by),
                    lambda uow, ticket_id=ticket_id: desk.update_ticket(
                        uow, ticket_id, {"status": "open"}, actor=by.name
                    ),
                ):
                    try:
                        own.run(act, publish=False)
                    except inbox.Denied:
                        continue

        return work

    # When all of it happens at once
    errors = at_once(database_url, *(working(person) for person in persons), desk.serve, desk.serve)
    # Then nobody waited for each other for ever, and the counts and the holders agree
    assert errors == []
    with database.unit_of_work() as uow:
        assert counts_agree(uow)
        assert not uow.all(
            "SELECT 1 FROM desk.ticket JOIN inbox.conversation AS c ON c.id = ticket.conversation_id"
            " WHERE c.state = 'open' AND c.owner = 'agent' AND ticket.status = 'open'"
            " AND c.owner_agent_id IS DISTINCT FROM ticket.agent_id"
        )
