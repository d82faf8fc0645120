"""Who holds a conversation, over HTTP: taken, given back, passed on, closed; the first of several wins and is named."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from relevo import clock, ids, inbox
from relevo.db import Database, UnitOfWork
from relevo.inbox import deliver
from tests.integration.api.conftest import Api
from tests.support import inbox as people
from tests.support import world
from tests.support.broker import MemoryMessaging, detail
from tests.support.gateway import content, request
from tests.support.inbox import Person

ALL = "/api/conversations"


@dataclass(frozen=True)
class Desk:
    """A branch with a number; two agents, one who may look on only, and a supervisor."""

    branch: UUID
    number: UUID
    technical: UUID
    ana: Person
    beto: Person
    sol: Person
    vera: Person


@pytest.fixture
def desk(database: Database) -> Desk:
    with database.unit_of_work() as uow:
        branch, technical = world.branch(uow), world.department(uow)
        return Desk(
            branch,
            world.account(uow, branch),
            technical,
            people.agent(uow, technical, "Ana"),
            people.agent(uow, technical, "Beto"),
            people.agent(uow, technical, "Sol", role="supervisor"),
            people.user(uow, "Vera", role="viewer"),
        )


def conversation(database: Database, desk: Desk, **more: Any) -> UUID:
    with database.unit_of_work() as uow:
        return people.conversation(uow, desk.number, says="no puedo entrar", **more)


def act(api: Api, person: Person, conversation_id: UUID, action: str, **body: Any) -> tuple[int, Any]:
    answer = api("POST", f"{ALL}/{conversation_id}/{action}", body=body, **person.calling())
    return answer["statusCode"], content(answer)


def problem(answer: tuple[int, Any]) -> tuple[int, str]:
    return answer[0], answer[1]["type"].rpartition(":")[2]


def online(uow: UnitOfWork, *persons: Person) -> None:
    for person in persons:
        uow.execute("UPDATE desk.agent SET seen_at = %s WHERE id = %s", (clock.now(), person.agent_id))


def test_who_takes_a_conversation_holds_it_and_works_on_its_ticket(
    api: Api, desk: Desk, database: Database, sent: MemoryMessaging
) -> None:
    # Given a conversation in the queue, about a ticket nobody has
    waiting = conversation(database, desk)
    with database.unit_of_work() as uow:
        people.hold(uow, waiting, "queue")
        ticket = world.ticket(uow, conversation_id=waiting)
    # When an agent takes it
    status, owner = act(api, desk.ana, waiting, "take", version=2)
    # Then it is hers for five minutes, and so is the ticket
    assert status == 200 and (owner["kind"], owner["agent"]["name"], owner["version"]) == ("agent", "Ana", 3)
    assert owner["hold_until"] > owner["since"]
    with database.unit_of_work() as uow:
        row = uow.one("SELECT agent_id FROM desk.ticket WHERE id = %s", (ticket.id,))
        count = uow.one("SELECT open_tickets FROM desk.agent WHERE id = %s", (desk.ana.agent_id,))
    assert row == {"agent_id": desk.ana.agent_id} and count == {"open_tickets": 1}
    # And who listens is told both
    assert {"conversation.owner_changed", "ticket.assigned", "agent.changed"} <= set(sent.names())


def test_the_second_is_told_who_was_faster(api: Api, desk: Desk, database: Database) -> None:
    # Given two agents who see the same conversation
    waiting = conversation(database, desk)
    # When both take it
    act(api, desk.ana, waiting, "take", version=1)
    late = act(api, desk.beto, waiting, "take", version=1)
    # Then the second is told that the first has it
    assert problem(late) == (409, "lost-race") and late[1]["owner"]["agent"]["name"] == "Ana"
    # And who asks again for what is theirs already keeps it
    assert act(api, desk.ana, waiting, "take", version=1)[0] == 200


def test_what_a_colleague_holds_only_a_supervisor_takes(api: Api, desk: Desk, database: Database) -> None:
    # Given a conversation Ana holds
    held = conversation(database, desk)
    act(api, desk.ana, held, "take", version=1)
    # When Beto, seeing that, takes, releases, gives away or closes it
    tried = [
        act(api, desk.beto, held, "take", version=2),
        act(api, desk.beto, held, "release", version=2),
        act(api, desk.beto, held, "give-to-bot", version=2),
        act(api, desk.beto, held, "transfer", version=2, agent_id=str(desk.beto.agent_id)),
        act(api, desk.beto, held, "close"),
    ]
    # Then it stays hers, and he is told so
    assert {problem(answer) for answer in tried} == {(409, "not-yours")}
    assert {answer[1]["owner"]["agent"]["name"] for answer in tried} == {"Ana"}
    # And the supervisor may
    status, owner = act(api, desk.sol, held, "take", version=2)
    assert status == 200 and owner["agent"]["name"] == "Sol"


@pytest.mark.parametrize("status", ["resolved", "closed"])
def test_a_ticket_ends_no_conversation_a_colleague_holds(api: Api, desk: Desk, database: Database, status: str) -> None:
    # Given a conversation Ana holds, about a ticket
    held = conversation(database, desk)
    with database.unit_of_work() as uow:
        ticket = world.ticket(uow, conversation_id=held)
    act(api, desk.ana, held, "take", version=1)

    def finish(**calling: Any) -> dict[str, Any]:
        return api("PATCH", f"/api/support/tickets/{ticket.id}", body={"status": status}, **calling)

    # When Beto, or a program that may not assign, finishes the ticket
    tried = [finish(**desk.beto.calling()), finish(principal="key:shop", scopes={"tickets:edit"})]
    # Then the conversation stays hers, and they are told so
    assert {problem((answer["statusCode"], content(answer))) for answer in tried} == {(409, "not-yours")}
    assert content(tried[0])["owner"]["agent"]["name"] == "Ana"
    with database.unit_of_work() as uow:
        assert inbox.get(uow, held).state == "open"
    # And other changes of it are nobody's business but the ticket's
    noted = api("PATCH", f"/api/support/tickets/{ticket.id}", body={"subject": "Otro"}, **desk.beto.calling())
    assert noted["statusCode"] == 200


@pytest.mark.parametrize("who", ["ana", "sol", "key"])
def test_who_holds_or_leads_finishes_the_ticket(api: Api, desk: Desk, database: Database, who: str) -> None:
    # Given a conversation Ana holds, about a ticket
    held = conversation(database, desk)
    with database.unit_of_work() as uow:
        ticket = world.ticket(uow, conversation_id=held)
    act(api, desk.ana, held, "take", version=1)
    # When she, the supervisor, or a program that may assign resolves it
    program = {"principal": "key:shop", "scopes": {"tickets:edit", "conversations:assign"}}
    calling = program if who == "key" else getattr(desk, who).calling()
    done = api("PATCH", f"/api/support/tickets/{ticket.id}", body={"status": "resolved"}, **calling)
    # Then the conversation is over
    assert done["statusCode"] == 200
    with database.unit_of_work() as uow:
        assert inbox.get(uow, held).state == "closed"


def test_only_who_may_assign_assigns(api: Api, desk: Desk, database: Database) -> None:
    # Given a conversation of the bot's
    held = conversation(database, desk)
    # When an agent and a supervisor give it to Beto
    refused = act(api, desk.ana, held, "assign", agent_id=str(desk.beto.agent_id), version=1)
    status, owner = act(api, desk.sol, held, "assign", agent_id=str(desk.beto.agent_id), version=1)
    # Then only the supervisor's word counts
    assert refused[0] == 403
    assert status == 200 and owner["agent"]["name"] == "Beto"


def test_nothing_is_given_to_who_is_away_or_works_elsewhere(api: Api, desk: Desk, database: Database) -> None:
    # Given an agent who is away, and one of another branch
    held = conversation(database, desk)
    with database.unit_of_work() as uow:
        away = people.agent(uow, desk.technical, "Ausente", available=False)
        other = people.agent(uow, desk.technical, "Otra", branches=(world.branch(uow, "norte"),))
    # When the supervisor gives them a conversation
    to_away = act(api, desk.sol, held, "assign", agent_id=str(away.agent_id), version=1)
    to_other = act(api, desk.sol, held, "transfer", agent_id=str(other.agent_id), version=1)
    to_nobody = act(api, desk.sol, held, "assign", agent_id=str(ids.new_id()), version=1)
    # Then it is refused, saying why
    assert problem(to_away) == (409, "agent-away") and "Ausente" in to_away[1]["detail"]
    assert problem(to_other) == (422, "validation") and "branch" in to_other[1]["detail"]
    assert problem(to_nobody) == (422, "validation")


def test_a_viewer_and_a_key_hold_nothing(api: Api, desk: Desk, database: Database) -> None:
    # Given a conversation
    held = conversation(database, desk)
    # When somebody who may only look takes it, and a key that is no agent
    viewer = act(api, desk.vera, held, "take", version=1)
    key = content(api("POST", f"{ALL}/{held}/take", body={"version": 1}))
    # Then neither has it
    assert viewer[0] == 403 and key["type"] == "urn:relevo:problem:not-an-agent"


def test_another_branch_is_none_of_their_business(api: Api, desk: Desk, database: Database) -> None:
    # Given an agent of another branch
    held = conversation(database, desk)
    with database.unit_of_work() as uow:
        norte = world.branch(uow, "norte")
        other = people.agent(uow, desk.technical, "Otra", branches=(norte,))
    # When they act on a conversation here
    bodies: dict[str, dict[str, Any]] = {
        "take": {"version": 1},
        "release": {"version": 1},
        "give-to-bot": {"version": 1},
        "transfer": {"version": 1, "branch_id": str(norte)},
        "close": {},
        "escalate": {"reason": "urge"},
    }
    answers = {action: act(api, other, held, action, **body) for action, body in bodies.items()}
    # Then each is refused and audited, and nothing happened
    assert {problem(answer) for answer in answers.values()} == {(403, "foreign-branch")}
    with database.unit_of_work() as uow:
        assert inbox.get(uow, held).owner_version == 1
        audited = uow.all("SELECT actor, subject FROM access.audit WHERE outcome = 'refused'")
    assert audited == [{"actor": f"user:{other.user_id}", "subject": f"branch:{desk.branch}"}]


def test_what_is_released_goes_to_somebody_else_who_is_there(api: Api, desk: Desk, database: Database) -> None:
    # Given two agents who are there, one of whom holds a conversation
    held = conversation(database, desk)
    with database.unit_of_work() as uow:
        online(uow, desk.ana, desk.beto)
    act(api, desk.ana, held, "take", version=1)
    # When she gives it back
    status, owner = act(api, desk.ana, held, "release", version=2)
    # Then it is the other's, not hers again
    assert status == 200 and owner["agent"]["name"] == "Beto"


def test_given_to_the_bot_it_is_the_bots(api: Api, desk: Desk, database: Database) -> None:
    # Given a conversation an agent holds
    held = conversation(database, desk)
    act(api, desk.ana, held, "take", version=1)
    # When she gives it to the bot
    status, owner = act(api, desk.ana, held, "give-to-bot", version=2)
    # Then nobody holds it
    assert status == 200
    assert (owner["kind"], owner["agent"], owner["hold_until"], owner["version"]) == ("bot", None, None, 3)


def test_a_transfer_to_a_department_brings_its_ticket_there(api: Api, desk: Desk, database: Database) -> None:
    # Given a conversation an agent holds, and an agent of another department who is there
    held = conversation(database, desk)
    act(api, desk.ana, held, "take", version=1)
    with database.unit_of_work() as uow:
        billing = world.department(uow, "billing")
        carla = people.agent(uow, billing, "Carla")
        online(uow, desk.beto, carla)
    # When she passes it on with a word
    status, owner = act(
        api, desk.ana, held, "transfer", department_id=str(billing), version=2, note="pide una factura de marzo"
    )
    # Then whoever is there in that department has it, with a ticket of that department
    assert status == 200 and owner["agent"]["name"] == "Carla"
    with database.unit_of_work() as uow:
        ticket = uow.one("SELECT department_id, agent_id FROM desk.ticket WHERE conversation_id = %s", (held,))
        note = uow.one("SELECT text, author_agent_id FROM inbox.message WHERE direction = 'note'")
    assert ticket == {"department_id": billing, "agent_id": carla.agent_id}
    assert note == {"text": "pide una factura de marzo", "author_agent_id": desk.ana.agent_id}


def test_a_transfer_to_a_branch_makes_it_that_branchs(api: Api, desk: Desk, database: Database) -> None:
    # Given a conversation with a ticket, and another branch with an agent who is there
    held = conversation(database, desk)
    with database.unit_of_work() as uow:
        world.ticket(uow, conversation_id=held, branch_id=desk.branch)
        norte = world.branch(uow, "norte")
        nora = people.agent(uow, desk.technical, "Nora", branches=(norte,))
        online(uow, nora)
    # When it is passed on there
    status, owner = act(api, desk.ana, held, "transfer", branch_id=str(norte), version=1)
    # Then it and its ticket are that branch's, and its agent has both
    assert status == 200 and owner["agent"]["name"] == "Nora"
    with database.unit_of_work() as uow:
        assert inbox.get(uow, held).branch_id == norte
        ticket = uow.one("SELECT branch_id, agent_id FROM desk.ticket WHERE conversation_id = %s", (held,))
    assert ticket == {"branch_id": norte, "agent_id": nora.agent_id}


def test_a_transfer_goes_to_one_place(api: Api, desk: Desk, database: Database) -> None:
    # When a transfer names no place, or two, then it is refused
    held = conversation(database, desk)
    assert act(api, desk.ana, held, "transfer", version=1)[0] == 422
    both = {"agent_id": str(desk.beto.agent_id), "department_id": str(desk.technical)}
    assert act(api, desk.ana, held, "transfer", version=1, **both)[0] == 422


def test_closing_resolves_the_ticket_unless_told_otherwise(api: Api, desk: Desk, database: Database) -> None:
    # Given two conversations with tickets
    first, second = conversation(database, desk), conversation(database, desk)
    with database.unit_of_work() as uow:
        tickets = [world.ticket(uow, conversation_id=each).id for each in (first, second)]
    # When one is closed, and the other without its ticket
    closed = act(api, desk.ana, first, "close", reason="resuelto por teléfono")
    kept = act(api, desk.ana, second, "close", resolve_ticket=False)
    # Then both are closed, and one ticket is resolved
    assert [(status, shown["state"]) for status, shown in (closed, kept)] == [(200, "closed"), (200, "closed")]
    with database.unit_of_work() as uow:
        rows = uow.all("SELECT status FROM desk.ticket WHERE id = ANY(%s) ORDER BY number", (tickets,))
    assert [row["status"] for row in rows] == ["resolved", "open"]
    # And nobody can take a closed one
    assert problem(act(api, desk.ana, first, "take", version=1)) == (409, "closed")


def test_escalating_opens_a_ticket_raises_it_and_tells_the_supervisor(
    api: Api, desk: Desk, database: Database, sent: MemoryMessaging
) -> None:
    # Given a conversation of the bot's without a ticket, and a supervisor of the agent
    held = conversation(database, desk)
    with database.unit_of_work() as uow:
        uow.execute("UPDATE desk.agent SET supervisor_id = %s WHERE id = %s", (desk.sol.agent_id, desk.ana.agent_id))
    act(api, desk.ana, held, "take", version=1)
    # When she escalates it, twice
    first = act(api, desk.ana, held, "escalate", reason="amenaza con irse")
    second = act(api, desk.ana, held, "escalate", reason="ya llamó dos veces")
    # Then there is one ticket of hers, two steps up
    assert (first[0], second[0]) == (200, 200)
    with database.unit_of_work() as uow:
        ticket = uow.one("SELECT agent_id, escalation_level, priority, subject FROM desk.ticket")
    assert ticket is not None and ticket["agent_id"] == desk.ana.agent_id and ticket["escalation_level"] == 2
    assert ticket["subject"] == "no puedo entrar"
    # And the supervisor is told each time, with what was said
    told = [detail(message) for message in sent.facts if message.name == "ticket.escalated"]
    assert [each["rule"] for each in told] == ["amenaza con irse", "ya llamó dos veces"]
    assert {each["supervisor_id"] for each in told} == {str(desk.sol.agent_id)}
    assert told[0]["new"] == told[1]["old"]


def test_a_persons_first_act_drops_what_the_bot_has_not_sent_yet(api: Api, desk: Desk, database: Database) -> None:
    # Given an answer of the bot that waits to be sent
    held = conversation(database, desk)
    with database.unit_of_work() as uow:
        seen = inbox.get(uow, held)
        queued = inbox.queue_reply(uow, seen, "Lea el artículo", author="bot", owner_version=seen.owner_version)
    # When an agent takes the conversation before it goes out
    act(api, desk.ana, held, "take", version=1)
    deliver(database, queued)
    # Then it is never sent
    with database.unit_of_work() as uow:
        row = uow.one("SELECT status, error_code FROM inbox.message WHERE id = %s", (queued,))
    assert row == {"status": "cancelled", "error_code": "taken_over"}


def test_a_persons_first_message_drops_it_too(api: Api, desk: Desk, database: Database) -> None:
    # Given an answer of the bot that waits to be sent
    held = conversation(database, desk)
    with database.unit_of_work() as uow:
        seen = inbox.get(uow, held)
        queued = inbox.queue_reply(uow, seen, "Lea el artículo", author="bot", owner_version=seen.owner_version)
    # When an agent writes without having taken anything
    status, _ = act(api, desk.beto, held, "messages", text="Hola, le ayudo yo", client_id=str(ids.new_id()))
    deliver(database, queued)
    # Then the conversation is theirs, and the bot's answer is never sent
    with database.unit_of_work() as uow:
        row = uow.one("SELECT status FROM inbox.message WHERE id = %s", (queued,))
        assert inbox.get(uow, held).owner_agent_id == desk.beto.agent_id
    assert status == 201 and row == {"status": "cancelled"}


def _agents_taking(url: str, pair: list[Person], conversations: list[UUID], answers: Any, start: Any) -> None:
    """One environment as Lambda runs it: its two agents want every conversation, one the even, one the odd ones."""
    from functions.api.handler import handler
    from relevo import db, messaging
    from tests.support.broker import MemoryMessaging

    messaging.use(MemoryMessaging())
    db.use(Database(lambda: url))
    start.wait()
    for n, conversation_id in enumerate(conversations):
        person, path = pair[n % 2], f"{ALL}/{conversation_id}/take"
        answer = handler(request("POST", path, body={"version": 1}, **person.calling()), None)
        answers.put((conversation_id, person.agent_id, answer["statusCode"], content(answer)))


def test_two_hundred_takes_at_once_give_each_conversation_one_owner(
    desk: Desk, database: Database, database_url: str
) -> None:
    # Given fifty conversations with tickets, and eight agents
    with database.unit_of_work() as uow:
        agents = [people.agent(uow, desk.technical, f"Agent {n}") for n in range(8)]
        wanted = [people.conversation(uow, desk.number, says="hola") for _ in range(50)]
        for each in wanted:
            world.ticket(uow, conversation_id=each)
    # When four of them want each, 200 times in all, at the same moment in four environments
    context = multiprocessing.get_context("spawn")
    answers, start = context.Queue(), context.Barrier(4)
    processes = [
        context.Process(target=_agents_taking, args=(database_url, agents[n::4], wanted, answers, start))
        for n in range(4)
    ]
    for process in processes:
        process.start()
    told = [answers.get(timeout=120) for _ in range(200)]
    for process in processes:
        process.join()
    # Then fifty won, and the others were told the name of who did
    assert Counter(status for _, _, status, _ in told) == {200: 50, 409: 150}
    winner = {conversation_id: agent_id for conversation_id, agent_id, status, _ in told if status == 200}
    assert len(winner) == 50
    for conversation_id, _, status, said in told:
        owner = said if status == 200 else said["owner"]
        assert UUID(owner["agent"]["id"]) == winner[conversation_id]
    # And each conversation and its ticket have that one owner, and the counts of tickets agree
    with database.unit_of_work() as uow:
        rows = uow.all("SELECT id, owner_agent_id, owner_version FROM inbox.conversation")
        assert {row["id"]: row["owner_agent_id"] for row in rows} == winner
        assert {row["owner_version"] for row in rows} == {2}
        assert not uow.all(
            "SELECT 1 FROM desk.agent WHERE open_tickets <>"
            " (SELECT count(*) FROM desk.ticket WHERE agent_id = agent.id AND status = 'open')"
        )
