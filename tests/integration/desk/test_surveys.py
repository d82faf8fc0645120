"""Customers are asked once how they were served, a day after the resolution, and what they answer is kept."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from functions.survey.handler import handler
from relevo import clock, ids
from relevo.db import Database, UnitOfWork
from relevo.desk import surveys
from relevo.desk.surveys.answering import number_in
from relevo.events import MessageReceived, ScheduleFired
from relevo.platform import change_setting
from tests.support import inbox, world
from tests.support.broker import MemoryMessaging
from tests.support.lambdas import failed, sqs

START = datetime(2026, 11, 16, 16, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The clock, held; move it on."""
    monkeypatch.setattr(ids, "_last_tick", 0)
    with clock.frozen(START) as advance:
        yield advance


@dataclass(frozen=True)
class Case:
    """Camila's ticket of a WhatsApp conversation, just resolved; her window is open for some hours."""

    ticket_id: UUID
    customer_id: UUID
    conversation_id: UUID
    branch_id: UUID
    account_id: UUID


def resolved(uow: UnitOfWork, *, wrote: timedelta = timedelta(0), name: str = "Camila") -> Case:
    """A resolved ticket; its customer wrote so long before the resolution."""
    branch_id = world.branch(uow, f"b{ids.new_id().hex[-6:]}")
    account_id = world.account(uow, branch_id, external_id=ids.new_id().hex)
    phone = f"57300{ids.new_id().int % 10**7:07}"
    customer_id = world.customer(uow, name, phone=phone)
    conversation_id = world.conversation(uow, account_id, customer_id, phone=phone)
    inbox.message(uow, conversation_id, "¿y mi pedido?", at=clock.now() - wrote)
    uow.execute("UPDATE inbox.conversation SET waiting_since = NULL WHERE id = %s", (conversation_id,))
    ticket = world.ticket(uow, customer_id, conversation_id=conversation_id, branch_id=branch_id)
    uow.execute("UPDATE desk.ticket SET status = 'resolved', resolved_at = %s WHERE id = %s", (clock.now(), ticket.id))
    return Case(ticket.id, customer_id, conversation_id, branch_id, account_id)


def template(
    uow: UnitOfWork, name: str = "satisfaction_survey", body: str = "Hola {{1}}, su caso {{2}}: ¿1 a 5?"
) -> None:
    uow.execute(
        "INSERT INTO inbox.message_template (id, portfolio, name, language, category, body, parameters, updated_at)"
        " VALUES (%s, 'portfolio-1', %s, 'es', 'utility', %s, 2, %s)",
        (ids.new_id(), name, body, clock.now()),
    )


def fire() -> None:
    """The hour strikes."""
    event = ScheduleFired.model_validate({"schedule": "survey", "due_at": clock.now()})
    assert failed(handler(sqs(event), None)) == []


def hear(database: Database, case: Case, text: str, *, pressed: str | None = None) -> UUID:
    """The customer writes, or presses a row."""
    with database.unit_of_work() as uow:
        provider = {"interactive": {"list_reply": {"id": pressed}}} if pressed else {}
        kind = "list_reply" if pressed else "text"
        from psycopg.types.json import Jsonb

        message_id = inbox.message(uow, case.conversation_id, text, kind=kind, content=Jsonb({"provider": provider}))
    event = MessageReceived(
        message_id=message_id,
        conversation_id=case.conversation_id,
        customer_id=case.customer_id,
        branch_id=case.branch_id,
        channel="whatsapp",
        kind=kind,
        has_media=False,
    )
    assert failed(handler(sqs(event), None)) == []
    assert failed(handler(sqs(event), None)) == []  # delivered twice
    return message_id


def survey(database: Database, case: Case) -> dict[str, Any]:
    with database.unit_of_work() as uow:
        row = uow.one("SELECT * FROM desk.survey WHERE ticket_id = %s", (case.ticket_id,))
    return row or {}


def said(database: Database, case: Case) -> list[dict[str, Any]]:
    """What the company said, in order."""
    with database.unit_of_work() as uow:
        return uow.all(
            "SELECT m.kind, m.text, m.content FROM inbox.message AS m JOIN inbox.conversation AS c"
            " ON c.id = m.conversation_id WHERE c.customer_id = %s AND direction = 'out' ORDER BY m.id",
            (case.customer_id,),
        )


def feedback(database: Database, case: Case) -> list[tuple[Any, ...]]:
    with database.unit_of_work() as uow:
        rows = uow.all("SELECT rating, nps, comment FROM desk.feedback WHERE ticket_id = %s", (case.ticket_id,))
    return [tuple(row.values()) for row in rows]


def unanswered(database: Database, case: Case) -> int:
    with database.unit_of_work() as uow:
        row = uow.one(
            "SELECT count(*) FROM inbox.message WHERE conversation_id = %s AND direction = 'in' AND turn_id IS NULL"
            " AND text <> '¿y mi pedido?'",
            (case.conversation_id,),
        )
    assert row is not None
    return int(row["count"])


# ------------------------------------------------------------------------------------------------------------- asking


def test_a_customer_is_asked_a_day_after_and_never_twice(database: Database, later: Any) -> None:
    # Given a ticket resolved at noon, whose customer wrote two hours later
    with database.unit_of_work() as uow:
        case = resolved(uow)
    later(2 * HOUR)
    with database.unit_of_work() as uow:
        inbox.message(uow, case.conversation_id, "gracias")
        uow.execute("UPDATE inbox.conversation SET waiting_since = NULL WHERE id = %s", (case.conversation_id,))
    # When the hours strike
    asked = []
    for _ in range(26):
        later(HOUR)
        fire()
        asked.append(len(said(database, case)))
    # Then they are asked at the 24th hour, once, with a list to choose from
    assert asked == [0] * 21 + [1] * 5
    (message,) = said(database, case)
    assert message["kind"] == "list" and "Camila" in message["text"]
    assert [row["title"][0] for row in message["content"]["rows"]] == ["5", "4", "3", "2", "1"]


def test_outside_the_window_a_template_asks(database: Database, later: Any) -> None:
    # Given a customer who wrote hours before the resolution, and an approved template
    with database.unit_of_work() as uow:
        case = resolved(uow, wrote=3 * HOUR)
        template(uow)
    # When a day has passed
    later(DAY + HOUR)
    fire()
    # Then the template asks, with their name and the ticket's number
    (message,) = said(database, case)
    assert (message["kind"], message["content"]["name"]) == ("template", "satisfaction_survey")
    assert message["content"]["parameters"][0] == "Camila"
    assert survey(database, case)["state"] == "asked"


def test_who_cannot_be_asked_is_kept_with_the_reason(database: Database, later: Any) -> None:
    # Given a closed window without a template, and a customer of the web
    with database.unit_of_work() as uow:
        case = resolved(uow, wrote=3 * HOUR)
        web = world.ticket(uow, world.customer(uow, "Diego"))
        uow.execute("UPDATE desk.ticket SET status = 'resolved', resolved_at = %s WHERE id = %s", (START, web.id))
    # When a day has passed
    later(DAY + HOUR)
    fire()
    # Then nothing is said, and it is known why
    assert said(database, case) == []
    kept = survey(database, case)
    assert kept["state"] == "unreachable" and "satisfaction_survey" in kept["reason"]
    with database.unit_of_work() as uow:
        row = uow.one("SELECT state, reason FROM desk.survey WHERE ticket_id = %s", (web.id,))
    assert row == {"state": "unreachable", "reason": "the customer has no conversation on WhatsApp"}


def test_nobody_is_asked_while_people_attend_to_them(database: Database, later: Any) -> None:
    # Given a customer who is back, and whom an agent holds
    with database.unit_of_work() as uow:
        case = resolved(uow)
        agent = world.agent(uow, world.department(uow))
    later(20 * HOUR)
    with database.unit_of_work() as uow:
        inbox.message(uow, case.conversation_id, "otra cosa")
        inbox.hold(uow, case.conversation_id, "agent", agent)
    later(5 * HOUR)
    # When the hour strikes
    fire()
    # Then they are left alone
    assert said(database, case) == [] and survey(database, case) == {}
    # And asked once they are done
    with database.unit_of_work() as uow:
        inbox.hold(uow, case.conversation_id, "bot")
        uow.execute("UPDATE inbox.conversation SET waiting_since = NULL WHERE id = %s", (case.conversation_id,))
    later(HOUR)
    fire()
    assert len(said(database, case)) == 1


def test_who_is_busy_keeps_nobody_else_waiting(database: Database, later: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given one who waits for an answer, another resolved after theirs, and an hour that asks one
    monkeypatch.setattr(surveys.asking, "_BITE", 1)
    with database.unit_of_work() as uow:
        template(uow)
        busy = resolved(uow)
        uow.execute("UPDATE inbox.conversation SET waiting_since = %s", (START,))
    later(HOUR)
    with database.unit_of_work() as uow:
        case = resolved(uow)
    # When the hour strikes, then the other is asked
    later(DAY)
    fire()
    assert len(said(database, case)) == 1 and said(database, busy) == []
    # And when people attend to the one while another was asked three days ago, then that one is reminded
    with database.unit_of_work() as uow:
        template(uow, "satisfaction_reminder", "{{1}}, ¿cómo le atendimos en {{2}}?")
        uow.execute("UPDATE inbox.conversation SET waiting_since = NULL WHERE id = %s", (busy.conversation_id,))
    later(HOUR)
    fire()
    with database.unit_of_work() as uow:
        uow.execute("UPDATE desk.survey SET asked_at = %s WHERE ticket_id = %s", (START, busy.ticket_id))
        inbox.hold(uow, busy.conversation_id, "queue")
    later(3 * DAY)
    fire()
    assert (len(said(database, case)), len(said(database, busy))) == (2, 1)


@pytest.mark.parametrize("what", ["rated", "deleted", "taken up again", "long ago", "switched off"])
def test_who_is_not_asked(database: Database, later: Any, what: str) -> None:
    # Given a ticket whose customer rated it already, that is deleted, taken up again, or of last week
    with database.unit_of_work() as uow:
        case = resolved(uow)
        if what == "rated":
            uow.execute(
                "INSERT INTO desk.feedback (id, ticket_id, customer_id, rating, created_at) VALUES (%s, %s, %s, 4, %s)",
                (ids.new_id(), case.ticket_id, case.customer_id, START),
            )
        elif what == "deleted":
            uow.execute("UPDATE desk.ticket SET deleted_at = %s", (START,))
        elif what == "taken up again":
            uow.execute("UPDATE desk.ticket SET status = 'open', resolved_at = NULL")
        elif what == "switched off":
            change_setting(uow, "surveys.asking", {"enabled": False}, actor="test")
    # When the hour strikes
    later(DAY + HOUR if what != "long ago" else 5 * DAY)
    fire()
    # Then nobody is asked
    assert said(database, case) == []


def test_three_days_without_an_answer_bring_one_reminder(database: Database, later: Any) -> None:
    # Given a customer who was asked
    with database.unit_of_work() as uow:
        case = resolved(uow, wrote=3 * HOUR)
        template(uow)
        template(uow, "satisfaction_reminder", "{{1}}, ¿cómo le atendimos en {{2}}?")
    later(DAY)
    # When days pass without an answer
    told = []
    for _ in range(10):
        fire()
        told.append([message["content"]["name"] for message in said(database, case)])
        later(DAY)
    # Then they are reminded once, on the third day, and then left alone
    once, twice = ["satisfaction_survey"], ["satisfaction_survey", "satisfaction_reminder"]
    assert told == [once] * 3 + [twice] * 7
    assert survey(database, case)["state"] == "over"


def test_two_clocks_at_once_ask_once(database: Database, database_url: str, later: Any) -> None:
    # Given twelve customers who are due
    with database.unit_of_work() as uow:
        template(uow)
        cases = [resolved(uow, wrote=3 * HOUR) for _ in range(12)]
    later(DAY + HOUR)

    # When four ask at the same time
    def ask() -> None:
        own = Database(lambda: database_url)
        with own.unit_of_work(publish=False) as uow:
            surveys.ask_due(uow)
        own.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Then each customer has one question
    assert [len(said(database, case)) for case in cases] == [1] * 12


# ---------------------------------------------------------------------------------------------------------- answering


@pytest.fixture
def asked(database: Database, later: Any) -> Case:
    """A customer who was just asked, within the window."""
    with database.unit_of_work() as uow:
        case = resolved(uow)
    later(2 * HOUR)
    with database.unit_of_work() as uow:
        inbox.message(uow, case.conversation_id, "gracias", turn_id=ids.new_id())
        uow.execute("UPDATE inbox.conversation SET waiting_since = NULL WHERE id = %s", (case.conversation_id,))
    later(DAY - 2 * HOUR)
    fire()
    later(timedelta(minutes=5))
    return case


def test_a_pressed_row_and_a_number_are_rating_and_recommendation(
    database: Database, asked: Case, sent: MemoryMessaging
) -> None:
    # Given the list, of which the fifth row is pressed
    row = said(database, asked)[0]["content"]["rows"][0]
    hear(database, asked, row["title"], pressed=row["id"])
    # Then the rating is kept and told, once, and the second question asked
    assert feedback(database, asked) == [(5, None, None)]
    assert [fact.name for fact in sent.facts].count("feedback.received") == 1
    assert "recomiende" in said(database, asked)[-1]["text"]
    # When the second is answered in words
    hear(database, asked, "un 9, gracias")
    # Then it belongs to the same answer, they are thanked, and nothing is left to the bot
    assert feedback(database, asked) == [(5, 9, None)]
    assert said(database, asked)[-1]["text"].startswith("Gracias por su tiempo")
    assert survey(database, asked)["state"] == "answered"
    assert unanswered(database, asked) == 0
    assert len(said(database, asked)) == 3


def test_who_was_served_badly_may_say_what_went_wrong(database: Database, asked: Case) -> None:
    # Given a customer who gives two of five, and would not recommend
    hear(database, asked, "⭐⭐")
    hear(database, asked, "cero")
    assert "Lamentamos" in said(database, asked)[-1]["text"]
    # When they say why
    hear(database, asked, "Esperé tres días y nadie me llamó")
    # Then it stands beside the rating, and is not taken from the bot and people
    assert feedback(database, asked) == [(2, 0, "Esperé tres días y nadie me llamó")]
    assert unanswered(database, asked) == 1


@pytest.mark.parametrize("text", ["¿Cuánto cuesta la 5W30?", "Tengo 2 facturas pendientes", "hola", "10", "no sé"])
def test_what_is_no_answer_is_left_to_the_bot(database: Database, asked: Case, text: str) -> None:
    # Given a customer who was asked
    # When they write about something else
    hear(database, asked, text)
    # Then no rating is read into it
    assert feedback(database, asked) == [] and unanswered(database, asked) == 1


def test_a_number_answers_only_while_the_survey_was_the_last_word(database: Database, asked: Case) -> None:
    # Given an agent who wrote after the survey
    with database.unit_of_work() as uow:
        inbox.message(uow, asked.conversation_id, "¿Cuántas piezas necesita?", author="agent")
    # When the customer says a number
    hear(database, asked, "4")
    # Then it answers the agent
    assert feedback(database, asked) == []


def test_an_answer_in_another_conversation_counts(database: Database, asked: Case) -> None:
    # Given the conversation of the question was closed, and the answer opens another
    with database.unit_of_work() as uow:
        uow.execute(
            "UPDATE inbox.conversation SET state = 'closed', closed_at = %s WHERE id = %s",
            (clock.now(), asked.conversation_id),
        )
        identity = uow.one("SELECT identity_id FROM inbox.conversation WHERE id = %s", (asked.conversation_id,))
        assert identity is not None
        following = ids.new_id()
        uow.execute(
            "INSERT INTO inbox.conversation (id, channel_account_id, identity_id, customer_id, branch_id, owner_since,"
            " last_message_at, opened_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            (
                following, asked.account_id, identity["identity_id"], asked.customer_id, asked.branch_id,
                clock.now(), clock.now(), clock.now(),
            ),
        )  # fmt: skip
    there = Case(asked.ticket_id, asked.customer_id, following, asked.branch_id, asked.account_id)
    # When they answer there
    hear(database, there, "4 de 5")
    # Then it is the ticket's rating, and the next question comes there
    assert feedback(database, asked) == [(4, None, None)]
    with database.unit_of_work() as uow:
        rows = uow.all("SELECT text FROM inbox.message WHERE conversation_id = %s AND direction = 'out'", (following,))
    assert len(rows) == 1


def test_another_customers_press_rates_nothing(database: Database, asked: Case) -> None:
    # Given somebody else, who sends the row's id
    row = said(database, asked)[0]["content"]["rows"][0]
    with database.unit_of_work() as uow:
        other = resolved(uow, name="Diego")
    hear(database, other, row["title"], pressed=row["id"])
    # Then nobody is rated
    assert feedback(database, asked) == feedback(database, other) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5", 5),
        ("cinco", 5),
        ("5/5", 5),
        ("4 de 5", 4),
        ("5 de 5", 5),
        ("un 3, gracias", 3),
        ("⭐⭐⭐⭐", 4),
        ("4 estrellas", 4),
        ("Five stars", 5),
        ("5.", 5),
        ("6", None),
        ("0", None),
        ("4 5", None),
        ("5 cosas: mi pedido", None),
        ("calle 5", None),
        ("", None),
    ],
)
def test_the_number_in_a_rating(text: str, number: int | None) -> None:
    # Given what customers answer to one to five
    # Then the number is read, and none into what says more
    assert number_in(text, 1, 5) == number
