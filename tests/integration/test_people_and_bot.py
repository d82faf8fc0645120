"""A customer between the bot and people, through every function: handed over, answered, given back, coming back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from functions.api.handler import handler as api
from infra.local.graph.standin import GraphStandIn
from infra.local.pipeline import Pipeline
from relevo import clock, desk, ids, inbox
from relevo.db import Database, Row
from relevo.events import ScheduleFired
from tests.support import inbox as people
from tests.support import meta
from tests.support.gateway import content, request
from tests.support.inbox import Person
from tests.support.lambdas import sqs

INVOICES = "¿Cómo descargo mis facturas?"

pytestmark = pytest.mark.seeded


@dataclass
class Day:
    """A day at the company: the customer writes, an agent acts, minutes pass."""

    pipeline: Pipeline
    database: Database
    graph: GraphStandIn
    ana: Person
    advance: Callable[[timedelta], None]

    def write(self, *texts: str) -> None:
        payload = meta.webhook(*(meta.text_message(text) for text in texts))
        assert self.pipeline.handler("intake")(meta.post(payload), None)["statusCode"] == 200
        self.pipeline.drain()
        assert not self.pipeline.dead

    def act(self, action: str, **body: Any) -> Any:
        path = f"/api/conversations/{self.conversation().id}/{action}"
        answer = api(request("POST", path, body=body, **self.ana.calling()), None)
        self.pipeline.drain()
        assert answer["statusCode"] in (200, 201), answer["body"]
        return content(answer)

    def say(self, text: str) -> None:
        self.act("messages", text=text, client_id=str(ids.new_id()))

    def minutes(self, n: int, *, there: bool = True) -> None:
        """So many pass, the schedule firing in each; the agent's console is open unless it is not."""
        for _ in range(n):
            self.advance(timedelta(minutes=1))
            if there:
                self.database.run(lambda uow: desk.note_seen(uow, self.agent_id))
            self.pipeline.handler("release")(sqs(ScheduleFired(schedule="release", due_at=clock.now())), None)
            self.pipeline.drain()

    @property
    def agent_id(self) -> UUID:
        assert self.ana.agent_id is not None
        return self.ana.agent_id

    def conversation(self) -> inbox.Conversation:
        """The customer's latest."""
        with self.database.unit_of_work() as uow:
            (row, *_) = uow.all("SELECT id FROM inbox.conversation ORDER BY id DESC")
            return inbox.get(uow, row["id"])

    def tickets(self) -> list[Row]:
        with self.database.unit_of_work() as uow:
            return uow.all("SELECT status, agent_id FROM desk.ticket ORDER BY number")

    def heard(self) -> list[str]:
        """What the customer has received."""
        return [sent.text for sent in self.graph.sent]


@pytest.fixture
def day(pipeline: Pipeline, database: Database, graph: GraphStandIn) -> Iterator[Day]:
    with clock.frozen(clock.now()) as advance:
        with database.unit_of_work() as uow:
            (technical,) = uow.all("SELECT id FROM desk.department WHERE code = 'technical'")
            ana = people.agent(uow, technical["id"], "Anabel", seen_at=clock.now())
        yield Day(pipeline, database, graph, ana, advance)


def test_what_the_bot_cannot_answer_is_somebodys_at_once(day: Day) -> None:
    # Given an agent who is there
    # When a customer asks for a person
    day.write("quiero hablar con una persona")
    # Then the agent holds the conversation and its one ticket, and the customer was told that people will answer
    held = day.conversation()
    assert held.owner_agent_id == day.agent_id
    assert day.tickets() == [{"status": "open", "agent_id": day.agent_id}]
    assert len(day.heard()) == 1 and held.waiting_since is not None
    # And the bot is silent while she holds it
    day.write(INVOICES)
    assert len(day.heard()) == 1
    # And once she answers nobody waits, and her ticket is being worked on
    day.say("Con gusto, ¿qué factura necesita?")
    assert day.heard()[-1] == "Con gusto, ¿qué factura necesita?"
    assert day.conversation().waiting_since is None
    assert day.tickets() == [{"status": "in_progress", "agent_id": day.agent_id}]


def test_after_five_idle_minutes_the_bot_is_back_and_hands_over_to_the_same_person(day: Day) -> None:
    # Given an agent who answered, and a customer who went for lunch
    day.write("quiero hablar con una persona")
    day.say("¿Qué necesita?")
    day.minutes(6)
    assert day.conversation().owner == "bot"
    # When the customer asks what an article answers, then the bot does
    day.write(INVOICES)
    assert day.heard()[-1].endswith("Fuente: Descargar facturas")
    # And when they need a person again, it is the one they know, with the ticket there is
    day.write("no, quiero hablar con una persona")
    assert day.conversation().owner_agent_id == day.agent_id
    assert len(day.tickets()) == 1


def test_nobody_there_it_waits_for_who_opens_the_console(day: Day) -> None:
    # Given nobody at work
    day.advance(timedelta(hours=1))
    # When a customer asks for a person
    day.write("quiero hablar con una persona")
    assert day.conversation().owner == "queue"
    # Then whoever opens the console first has it
    day.minutes(1)
    assert day.conversation().owner_agent_id == day.agent_id


def test_given_back_with_a_question_open_the_bot_answers_it(day: Day) -> None:
    # Given a customer who asks something while an agent holds the conversation
    day.write("quiero hablar con una persona")
    day.say("Dígame")
    day.write(INVOICES)
    # When she gives it to the bot instead of answering
    day.act("give-to-bot", version=day.conversation().owner_version)
    # Then the bot answers, and nobody waits
    assert day.heard()[-1].endswith("Fuente: Descargar facturas")
    assert day.conversation().waiting_since is None


def test_who_is_back_within_a_day_goes_on_with_people(day: Day) -> None:
    # Given a conversation an agent closed
    day.write("quiero hablar con una persona")
    day.say("Listo, ya quedó")
    day.act("close")
    # When the customer thanks, then the bot is polite and nobody is bothered
    day.write("muchas gracias")
    assert day.conversation().owner == "bot" and len(day.tickets()) == 1


def test_a_question_within_a_day_of_closing_is_for_who_attended(day: Day) -> None:
    # Given a conversation an agent closed, and another agent with nothing to do
    day.write("quiero hablar con una persona")
    day.say("Listo, ya quedó")
    day.act("close")
    with day.database.unit_of_work() as uow:
        (technical,) = uow.all("SELECT id FROM desk.department WHERE code = 'technical'")
        people.agent(uow, technical["id"], "Berta", seen_at=clock.now())
    # When the customer writes again, even what an article answers
    day.write(INVOICES)
    # Then it is the agent's whom they know, with a new ticket
    assert day.conversation().owner_agent_id == day.agent_id
    assert [row["status"] for row in day.tickets()] == ["resolved", "open"]


def test_two_days_later_the_bot_answers_again(day: Day) -> None:
    # Given a conversation an agent closed two days ago
    day.write("quiero hablar con una persona")
    day.say("Listo, ya quedó")
    day.act("close")
    day.advance(timedelta(days=2))
    # When the customer asks what an article answers, then the bot does
    day.write(INVOICES)
    assert day.heard()[-1].endswith("Fuente: Descargar facturas")


def test_an_absent_agents_customer_who_comes_back_waits_for_others(day: Day) -> None:
    # Given a conversation an agent closed before going away
    day.write("quiero hablar con una persona")
    day.say("Listo, ya quedó")
    day.act("close")
    with day.database.unit_of_work() as uow:
        desk.change_agent(uow, day.agent_id, {"available": False}, actor="user:ana")
    # When the customer is back the same day
    day.write("sigue sin funcionar")
    # Then it waits in the queue, and no ticket is given to who is away
    assert day.conversation().owner == "queue"
    assert day.agent_id not in [row["agent_id"] for row in day.tickets() if row["status"] == "open"]


def test_an_answer_from_the_phone_app_stops_the_tickets_clock(day: Day) -> None:
    # Given a ticket nobody has answered
    day.write("quiero hablar con una persona")
    with day.database.unit_of_work() as uow:
        waiting = uow.one("SELECT first_response_at, status FROM desk.ticket")
    assert waiting == {"first_response_at": None, "status": "open"}
    # When somebody answers from the company's telephone
    assert day.pipeline.handler("intake")(meta.post(meta.echo("Le atiendo yo")), None)["statusCode"] == 200
    day.pipeline.drain()
    # Then its first response is kept, and it is being worked on
    with day.database.unit_of_work() as uow:
        answered = uow.one("SELECT first_response_at IS NOT NULL AS answered, status FROM desk.ticket")
    assert answered == {"answered": True, "status": "in_progress"}
