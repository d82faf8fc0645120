"""What people write: guarded against answering past each other, once however often it is sent, seen to its end."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from infra.local.graph.standin import GraphStandIn
from infra.local.graph.state import Rule
from infra.local.pipeline import Pipeline
from relevo import clock, console, ids
from relevo.console import Words, Writer
from relevo.db import Database
from relevo.inbox import NotYours
from tests.integration.api.conftest import Api
from tests.support import inbox, meta, world
from tests.support.broker import MemoryMessaging
from tests.support.gateway import content
from tests.support.inbox import Desk

ALL = "/api/conversations"


@pytest.fixture
def desk(database: Database) -> Desk:
    with database.unit_of_work() as uow:
        return inbox.desk(uow)


@pytest.fixture
def conversation(database: Database, desk: Desk) -> UUID:
    """A customer has just written; the bot holds the conversation."""
    with database.unit_of_work() as uow:
        return inbox.conversation(uow, desk.centro_number, "Camila Torres", phone="573001112233", says="hola")


def said(text: str = "Buenas, le ayudo", **fields: Any) -> dict[str, Any]:
    return {"client_id": str(ids.new_id()), "text": text, **fields}


def path(conversation: UUID, rest: str = "messages") -> str:
    return f"{ALL}/{conversation}/{rest}"


def row(database: Database, query: Any, *parameters: Any) -> dict[str, Any]:
    with database.unit_of_work() as uow:
        found = uow.one(query, parameters)
    assert found is not None
    return found


def kind(answer: dict[str, Any]) -> str:
    return str(content(answer)["type"]).removeprefix("urn:relevo:problem:")


def deliver(pipeline: Pipeline) -> None:
    while pipeline._run(pipeline.queues["outbound.fifo"]):
        pass


def test_an_answer_takes_the_conversation_and_its_ticket_with_it(
    api: Api, desk: Desk, database: Database, conversation: UUID, sent: MemoryMessaging
) -> None:
    # Given a conversation of the bot's whose ticket nobody has answered
    customer = row(database, "SELECT customer_id FROM inbox.conversation WHERE id = %s", conversation)["customer_id"]
    with database.unit_of_work() as uow:
        ticket = world.ticket(uow, customer, conversation_id=conversation)
    # When an agent answers
    answer = api("POST", path(conversation), body=said(), **desk.ana.calling())
    # Then the message is theirs and waits to be sent
    message = content(answer)
    assert answer["statusCode"] == 201
    assert (message["direction"], message["status"], message["author"]["name"]) == ("out", "queued", "Ana")
    # And the conversation is theirs, the customer waits no more, and the bot has nothing left to answer
    held = row(
        database, "SELECT owner, owner_agent_id, waiting_since FROM inbox.conversation WHERE id = %s", conversation
    )
    assert held == {"owner": "agent", "owner_agent_id": desk.ana.agent_id, "waiting_since": None}
    unanswered = "SELECT count(*) FROM inbox.message WHERE direction = 'in' AND turn_id IS NULL"
    assert row(database, unanswered)["count"] == 0
    # And the ticket is answered, in progress, and theirs
    worked = row(database, "SELECT status, first_response_at, agent_id FROM desk.ticket WHERE id = %s", ticket.id)
    assert (worked["status"], worked["agent_id"]) == ("in_progress", desk.ana.agent_id)
    assert worked["first_response_at"] is not None
    assert "message.written" in sent.names() and len(sent.queued["outbound"]) == 1


def test_the_same_message_sent_twice_is_one(api: Api, desk: Desk, conversation: UUID, sent: MemoryMessaging) -> None:
    # Given a message whose answer was lost on the way
    body = said()
    first = api("POST", path(conversation), body=body, **desk.ana.calling())
    # When it is sent again with the same id, even though the customer's window or anything else has changed meanwhile
    again = api("POST", path(conversation), body=body, **desk.ana.calling())
    # Then it is the same message, stored and queued once
    assert (first["statusCode"], again["statusCode"]) == (201, 200)
    assert content(first)["id"] == content(again)["id"] and content(again)["client_id"] == body["client_id"]
    shown = content(api("GET", path(conversation), **desk.ana.calling()))["items"]
    assert [item["text"] for item in shown] == ["hola", "Buenas, le ayudo"]
    assert len(sent.queued["outbound"]) == 1


def test_of_two_agents_who_answer_at_once_one_wins(
    desk: Desk, database: Database, database_url: str, conversation: UUID
) -> None:
    # Given two agents, each in a process of their own
    start, outcomes = threading.Barrier(2), dict[str, str]()

    def answer(name: str, agent_id: UUID | None) -> None:
        own = Database(lambda: database_url)
        start.wait()
        try:
            own.run(
                lambda uow: console.send(
                    uow, conversation, Words(client_id=ids.new_id(), text=name), Writer(name, agent_id)
                ),
                publish=False,
            )
            outcomes[name] = "sent"
        except NotYours as error:
            outcomes[name] = f"held by {error.conversation.owner_agent_id}"
        finally:
            own.close()

    # When both answer at the same moment
    people = {"ana": desk.ana, "beto": desk.beto}
    threads = [threading.Thread(target=answer, args=(name, who.agent_id)) for name, who in people.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Then one message is stored, and the other is told who holds the conversation
    (winner,) = [name for name, outcome in outcomes.items() if outcome == "sent"]
    (loser,) = [name for name in people if name != winner]
    assert outcomes[loser] == f"held by {people[winner].agent_id}"
    texts = "SELECT array_agg(text) AS texts FROM inbox.message WHERE direction = 'out'"
    assert row(database, texts)["texts"] == [winner]


def test_nobody_answers_in_what_a_colleague_holds(api: Api, desk: Desk, conversation: UUID) -> None:
    # Given a conversation Ana holds
    api("POST", path(conversation), body=said(), **desk.ana.calling())
    # When Beto, a supervisor, or a program writes in it
    refused = [
        api("POST", path(conversation), body=said("yo también"), **desk.beto.calling()),
        api("POST", path(conversation), body=said("yo también"), **desk.sara.calling()),
        api("POST", path(conversation), body=said("yo también"), principal="key:shop"),
    ]
    # Then they are told who holds it, and nothing was written
    assert {(answer["statusCode"], kind(answer)) for answer in refused} == {(409, "not-yours")}
    assert content(refused[0])["owner"]["agent"]["name"] == "Ana"
    shown = content(api("GET", path(conversation), **desk.ana.calling()))["items"]
    assert [item["text"] for item in shown] == ["hola", "Buenas, le ayudo"]


def test_who_writes_without_being_an_agent_makes_the_conversation_peoples(
    api: Api, desk: Desk, database: Database, conversation: UUID
) -> None:
    # When a program, then a supervisor who is no agent, writes in a conversation of the bot's
    by_program = content(api("POST", path(conversation), body=said(), principal="key:shop"))
    by_person = content(api("POST", path(conversation), body=said(), **desk.sara.calling()))
    # Then it is the queue's, and the message an agent's without a name, or with that of the person
    assert row(database, "SELECT owner FROM inbox.conversation WHERE id = %s", conversation)["owner"] == "queue"
    assert by_program["author"] == {"kind": "agent", "agent": None, "name": None}
    assert by_person["author"] == {"kind": "agent", "agent": None, "name": "Sara"}


def test_a_message_the_author_has_not_seen_is_shown_before_the_answer_goes(
    api: Api, desk: Desk, database: Database, conversation: UUID
) -> None:
    # Given a customer who wrote on while the agent typed
    shown = content(api("GET", path(conversation), **desk.ana.calling()))["items"]
    with database.unit_of_work() as uow:
        newer = inbox.message(uow, conversation, "olvídelo, ya está")
    body = said(seen=shown[-1]["id"])
    # When the agent sends what they typed
    stopped = api("POST", path(conversation), body=body, **desk.ana.calling())
    # Then it is held back with what they have not seen, and the bot still holds the conversation
    assert (stopped["statusCode"], kind(stopped)) == (409, "newer-message")
    assert content(stopped)["message"]["id"] == str(newer)
    assert row(database, "SELECT owner FROM inbox.conversation WHERE id = %s", conversation)["owner"] == "bot"
    # And confirmed it goes
    assert api("POST", path(conversation), body=body | {"confirm": True}, **desk.ana.calling())["statusCode"] == 201


def test_outside_the_window_only_a_template_goes(
    api: Api, desk: Desk, database: Database, pipeline: Pipeline, graph: GraphStandIn, conversation: UUID
) -> None:
    # Given a customer who has been silent for 24 hours
    with database.unit_of_work() as uow:
        uow.execute("UPDATE inbox.conversation SET window_until = %s", (clock.now() - timedelta(minutes=1),))
        template = inbox.template(uow, "Hola {{1}}, sobre su pedido {{2}}.")
    shown = content(api("GET", f"{ALL}/{conversation}", **desk.ana.calling()))
    assert (shown["can_send"], shown["send_reason"]) == ("template", "window-closed")
    # When an agent writes freely, then it is refused by name
    refused = api("POST", path(conversation), body=said(), **desk.ana.calling())
    assert (refused["statusCode"], kind(refused)) == (422, "window-closed")
    # When they choose one of the templates offered, and fill it
    (offered,) = content(
        api("GET", f"{ALL}/templates", query={"account": str(desk.centro_number)}, **desk.ana.calling())
    )["items"]
    assert (offered["id"], offered["parameters"]) == (str(template), 2)
    use = {"client_id": str(ids.new_id()), "template": {"id": offered["id"], "parameters": ["Camila", "A-17"]}}
    written = content(api("POST", path(conversation), body=use, **desk.ana.calling()))
    deliver(pipeline)
    # Then the console shows its words, and WhatsApp got the template with its values
    assert (written["kind"], written["text"]) == ("template", "Hola Camila, sobre su pedido A-17.")
    (went,) = graph.sent
    values = [{"type": "text", "text": "Camila"}, {"type": "text", "text": "A-17"}]
    assert went.body["template"] == {
        "name": "follow_up",
        "language": {"code": "es"},
        "components": [{"type": "body", "parameters": values}],
    }


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"text": None}, 422),
        ({"text": " "}, 422),
        ({"text": "x" * 4097}, 422),
        ({"template": {"id": str(ids.new_id())}}, 422),
        ({"text": None, "template": {"id": str(ids.new_id())}}, 404),
        ({"reply_to": str(ids.new_id())}, 404),
        ({"client_id": "no uuid"}, 422),
        ({"unknown": 1}, 422),
    ],
)
def test_what_cannot_be_sent_is_refused_and_takes_nothing(
    api: Api, desk: Desk, database: Database, conversation: UUID, fields: dict[str, Any], status: int
) -> None:
    # When a message breaks a rule
    answer = api("POST", path(conversation), body=said() | fields, **desk.ana.calling())
    # Then it is refused, and the conversation stays the bot's
    assert answer["statusCode"] == status
    assert row(database, "SELECT owner FROM inbox.conversation WHERE id = %s", conversation)["owner"] == "bot"


@pytest.mark.parametrize("values", [[], ["one", "two"], [" "]])
def test_a_template_filled_wrongly_is_refused(
    api: Api, desk: Desk, database: Database, conversation: UUID, values: list[str]
) -> None:
    # Given a template with one place
    with database.unit_of_work() as uow:
        template = inbox.template(uow)
    # When it is filled with another number of values, or with nothing
    use = {"client_id": str(ids.new_id()), "template": {"id": str(template), "parameters": values}}
    # Then it is refused before anything is stored
    assert api("POST", path(conversation), body=use, **desk.ana.calling())["statusCode"] == 422


def test_a_closed_conversation_takes_no_message(api: Api, desk: Desk, database: Database, conversation: UUID) -> None:
    # Given a conversation that was closed
    with database.unit_of_work() as uow:
        uow.execute("UPDATE inbox.conversation SET state = 'closed', closed_at = now(), waiting_since = NULL")
    # Then nothing can be written in it, and the composer knows
    answer = api("POST", path(conversation), body=said(), **desk.ana.calling())
    assert (answer["statusCode"], kind(answer)) == (409, "closed")
    shown = content(api("GET", f"{ALL}/{conversation}", **desk.ana.calling()))
    assert (shown["can_send"], shown["send_reason"]) == ("none", "closed")


def test_a_quoted_message_reaches_the_customer_as_a_quote(
    api: Api, desk: Desk, pipeline: Pipeline, graph: GraphStandIn, database: Database
) -> None:
    # Given a message as WhatsApp brought it
    payload = meta.webhook(meta.text_message("¿tienen frenos?", wamid="wamid.asked"), number="100000000000001")
    pipeline.handler("intake")(meta.post(payload), None)
    pipeline._run(pipeline.queues["inbound.fifo"])
    asked = row(database, "SELECT id, conversation_id FROM inbox.message WHERE external_id = 'wamid.asked'")
    # When an agent answers it as a quote
    body = said("Sí, en existencia", reply_to=str(asked["id"]))
    written = content(api("POST", path(asked["conversation_id"]), body=body, **desk.ana.calling()))
    deliver(pipeline)
    # Then both sides see what it answers
    assert written["reply_to"] == str(asked["id"])
    assert graph.sent[-1].body["context"] == {"message_id": "wamid.asked"}


def test_a_failed_message_is_sent_again_and_its_ledger_tells_both_tries(
    api: Api, desk: Desk, pipeline: Pipeline, graph: GraphStandIn, conversation: UUID
) -> None:
    # Given a message WhatsApp refused
    graph.inject(Rule(kind="error", code=131026, title="Undeliverable"))
    written = content(api("POST", path(conversation), body=said(), **desk.ana.calling()))
    deliver(pipeline)
    one = path(conversation, f"messages/{written['id']}")
    (_, failed) = content(api("GET", path(conversation), **desk.ana.calling()))["items"]
    assert (failed["status"], failed["error"]["code"]) == ("failed", "131026")
    # When somebody has it sent again, and its statuses come in
    again = content(api("POST", f"{one}/retry", **desk.ana.calling()))
    deliver(pipeline)
    went = graph.sent[-1]
    report = meta.webhook(
        statuses=[
            meta.status(
                went.id,
                "delivered",
                opaque=written["id"],
                at=clock.now() + timedelta(seconds=1),
                pricing={"billable": True, "category": "service"},
            )
        ]
    )
    pipeline.handler("intake")(meta.post(report), None)
    while pipeline._run(pipeline.queues["statuses.fifo"]):
        pass
    # Then it is on its way, went once, and every step is told with its time and price
    assert again["status"] == "queued" and len(graph.sent) == 1
    steps = content(api("GET", f"{one}/ledger", **desk.ana.calling()))["steps"]
    assert [step["step"] for step in steps] == ["stored", "retried", "claimed", "sent", "reported delivered"]
    told = {step["step"]: step["detail"] for step in steps}
    assert told["retried"]["actor"] == f"user:{desk.ana.user_id}" and "131026" in told["retried"]["reason"]
    assert told["sent"]["provider_id"] == went.id and told["reported delivered"]["price"]["category"] == "service"
    # And what was delivered cannot be sent again
    assert api("POST", f"{one}/retry", **desk.ana.calling())["statusCode"] == 422


def failed_message(database: Database, conversation: UUID) -> UUID:
    with database.unit_of_work() as uow:
        return inbox.message(uow, conversation, "Buenas", author="agent", status="failed")


def test_who_sends_a_failed_message_again_takes_the_conversation(
    api: Api, desk: Desk, database: Database, conversation: UUID, sent: MemoryMessaging
) -> None:
    # Given a message that failed, in a conversation the bot holds again
    message_id = failed_message(database, conversation)
    # When an agent has it sent again
    again = api("POST", path(conversation, f"messages/{message_id}/retry"), **desk.ana.calling())
    # Then the conversation is theirs, as if they had written it now
    held = row(database, "SELECT owner, owner_agent_id FROM inbox.conversation WHERE id = %s", conversation)
    assert again["statusCode"] == 200
    assert held == {"owner": "agent", "owner_agent_id": desk.ana.agent_id}


def test_sending_again_prolongs_the_hold(api: Api, desk: Desk, database: Database, conversation: UUID) -> None:
    # Given a message that failed, in a conversation Ana has held for four minutes
    message_id = failed_message(database, conversation)
    with database.unit_of_work() as uow:
        inbox.hold(uow, conversation, "agent", desk.ana.agent_id)
        past = clock.now() - timedelta(minutes=4)
        uow.execute("UPDATE inbox.conversation SET owner_since = %s WHERE id = %s", (past, conversation))
    # When she has it sent again
    api("POST", path(conversation, f"messages/{message_id}/retry"), **desk.ana.calling())
    # Then her hold begins anew
    since = row(database, "SELECT owner_since FROM inbox.conversation WHERE id = %s", conversation)["owner_since"]
    assert since > past + timedelta(minutes=3)


def test_a_failed_message_sent_again_by_a_program_makes_the_conversation_peoples(
    api: Api, desk: Desk, database: Database, conversation: UUID
) -> None:
    # Given a message that failed, in a conversation the bot holds again
    message_id = failed_message(database, conversation)
    # When a program has it sent again
    api("POST", path(conversation, f"messages/{message_id}/retry"), principal="key:shop")
    # Then the conversation is the queue's
    assert row(database, "SELECT owner FROM inbox.conversation WHERE id = %s", conversation)["owner"] == "queue"


def test_a_note_is_for_colleagues_alone(
    api: Api, desk: Desk, database: Database, sent: MemoryMessaging, conversation: UUID
) -> None:
    # When an agent notes something for a colleague, twice because the answer was lost
    body = {"client_id": str(ids.new_id()), "text": "cliente difícil", "mentions": [str(desk.beto.user_id)]}
    first = api("POST", path(conversation, "notes"), body=body, **desk.ana.calling())
    again = api("POST", path(conversation, "notes"), body=body, **desk.ana.calling())
    # Then it stands once in the conversation, and nothing waits to be sent
    assert (first["statusCode"], again["statusCode"]) == (201, 200)
    note = content(first)
    assert (note["direction"], note["status"], note["mentions"]) == ("note", None, [str(desk.beto.user_id)])
    assert "outbound" not in sent.queued
    # And changes neither owner nor what lists show as last, and lets the customer wait on
    shown = content(api("GET", ALL, **desk.ana.calling()))["items"][0]
    assert shown["owner"]["kind"] == "bot" and shown["last_message"]["text"] == "hola"
    assert shown["waiting_since"] is not None
    # And who was mentioned is told once, with the way there
    notice = row(database, "SELECT agent_id, channel, body, conversation_id FROM platform.notification")
    assert notice == {
        "agent_id": desk.beto.agent_id,
        "channel": "console",
        "body": "cliente difícil",
        "conversation_id": conversation,
    }
    assert sent.names().count("notification.added") == 1
    # Until they have read the note, which needs no notice any more
    api("POST", path(conversation, "read"), body={"message_id": note["id"]}, **desk.beto.calling())
    assert row(database, "SELECT status FROM platform.notification") == {"status": "read"}


def test_the_database_lets_no_note_become_a_message(database: Database, desk: Desk, conversation: UUID) -> None:
    # Given a note
    with database.unit_of_work() as uow:
        note = console.write_note(
            uow, conversation, "entre nosotros", Writer("user:x"), mentions=[], client_id=ids.new_id()
        )
    # When anything tries to queue it, then the database refuses
    with pytest.raises(Exception, match="message_note_check"), database.unit_of_work() as uow:
        uow.execute("UPDATE inbox.message SET status = 'queued' WHERE id = %s", (note.message_id,))


def test_only_who_can_read_a_note_is_mentioned_in_it(api: Api, desk: Desk, database: Database) -> None:
    # Given a conversation of a branch Ana does not work in
    with database.unit_of_work() as uow:
        conversation = inbox.conversation(uow, desk.norte_number, says="hola")
    # When a note mentions her, or nobody there is, then it is refused
    for mentioned in (desk.ana.user_id, ids.new_id()):
        body = {"client_id": str(ids.new_id()), "text": "¿?", "mentions": [str(mentioned)]}
        assert api("POST", path(conversation, "notes"), body=body, **desk.beto.calling())["statusCode"] == 422


def test_notes_tell_who_has_read_them(api: Api, desk: Desk, conversation: UUID, sent: MemoryMessaging) -> None:
    # Given a note of Ana's
    body = {"client_id": str(ids.new_id()), "text": "ojo"}
    note = content(api("POST", path(conversation, "notes"), body=body, **desk.ana.calling()))
    # When she and Beto read on to it, Beto twice
    for reader in (desk.ana, desk.beto, desk.beto):
        answer = api("POST", path(conversation, "read"), body={"message_id": note["id"]}, **reader.calling())
        assert answer["statusCode"] == 204
    # Then Beto has read it, once; the author's own reading says nothing
    shown = content(api("GET", path(conversation), **desk.ana.calling()))["items"][-1]
    assert [receipt["user"]["name"] for receipt in shown["read_by"]] == ["Beto"]
    assert sent.names().count("conversation.read") == 2


def test_a_read_mark_never_moves_back(api: Api, desk: Desk, database: Database, conversation: UUID) -> None:
    # Given somebody who has read three messages
    with database.unit_of_work() as uow:
        read = [inbox.message(uow, conversation, text) for text in ("uno", "dos", "tres")]
    api("POST", path(conversation, "read"), body={"message_id": str(read[1])}, **desk.ana.calling())
    # When an earlier one is reported late, as by a slow tab
    api("POST", path(conversation, "read"), body={"message_id": str(read[0])}, **desk.ana.calling())
    # Then one is unread, for them; for a colleague all four are
    assert content(api("GET", ALL, **desk.ana.calling()))["items"][0]["unread"] == 1
    assert content(api("GET", ALL, **desk.beto.calling()))["items"][0]["unread"] == 4
    # And a message of another conversation cannot be read here
    stray = api("POST", path(conversation, "read"), body={"message_id": str(ids.new_id())}, **desk.ana.calling())
    assert stray["statusCode"] == 404


def test_a_draft_is_its_writers_alone(api: Api, desk: Desk, conversation: UUID) -> None:
    # When Ana begins to write, and writes on
    for text in ("Bue", "Buenas tar"):
        kept = api("PUT", path(conversation, "draft"), body={"text": text}, **desk.ana.calling())
        assert kept["statusCode"] == 204
    # Then she finds it again, and Beto does not
    one = f"{ALL}/{conversation}"
    assert content(api("GET", one, **desk.ana.calling()))["draft"]["text"] == "Buenas tar"
    assert content(api("GET", one, **desk.beto.calling()))["draft"] is None
    # And an empty one is forgotten; a program has none
    api("PUT", path(conversation, "draft"), body={"text": ""}, **desk.ana.calling())
    assert content(api("GET", one, **desk.ana.calling()))["draft"] is None
    assert api("PUT", path(conversation, "draft"), body={"text": "x"}, principal="key:shop")["statusCode"] == 403


def test_the_history_names_who_did_what(api: Api, desk: Desk, conversation: UUID) -> None:
    # Given a conversation Ana took by answering
    api("POST", path(conversation), body=said(), **desk.ana.calling())
    # When its history is read
    lines = content(api("GET", path(conversation, "history"), **desk.ana.calling()))["items"]
    # Then it says so by name
    (taken,) = [line for line in lines if line["field"] == "owner"]
    assert (taken["actor_name"], taken["old"], taken["new"]) == ("Ana", "bot", "Ana")
