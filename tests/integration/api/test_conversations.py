"""Conversations over HTTP: boxes, search, one in full, its messages; and whose branch they are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from psycopg.types.json import Jsonb

from relevo import clock, ids
from relevo.db import Database
from relevo.text import analyze
from tests.integration.api.conftest import Api
from tests.support import inbox, world
from tests.support.gateway import content
from tests.support.inbox import Desk

ALL = "/api/conversations"


@pytest.fixture
def desk(database: Database) -> Desk:
    with database.unit_of_work() as uow:
        return inbox.desk(uow)


def names(answer: dict[str, Any]) -> list[str]:
    return [item["customer"]["name"] for item in content(answer)["items"]]


def test_each_box_holds_what_its_name_says(api: Api, desk: Desk, database: Database) -> None:
    # Given conversations with the bot, in the queue, with two agents, and a closed one
    with database.unit_of_work() as uow:
        inbox.conversation(uow, desk.centro_number, "Bot", says="hola")
        queued = inbox.conversation(uow, desk.centro_number, "Queued", says="hola")
        mine = inbox.conversation(uow, desk.centro_number, "Mine")
        theirs = inbox.conversation(uow, desk.norte_number, "Theirs")
        closed = inbox.conversation(uow, desk.centro_number, "Closed")
        inbox.hold(uow, queued, "queue")
        inbox.hold(uow, mine, "agent", desk.beto.agent_id)
        inbox.hold(uow, theirs, "agent", desk.ana.agent_id)
        uow.execute("UPDATE inbox.conversation SET state = 'closed', closed_at = now() WHERE id = %s", (closed,))
    # When an agent who sees both branches opens the boxes
    boxes = {
        box: names(api("GET", ALL, query={"box": box}, **desk.beto.calling()))
        for box in ("mine", "unassigned", "bot", "waiting", "all", "closed")
    }
    # Then each holds its own, newest message first, and who waits longest first
    assert boxes == {
        "mine": ["Mine"],
        "unassigned": ["Queued"],
        "bot": ["Bot"],
        "waiting": ["Bot", "Queued"],
        "all": ["Theirs", "Mine", "Queued", "Bot"],
        "closed": ["Closed"],
    }
    # And the counts agree with them
    counted = content(api("GET", f"{ALL}/counts", **desk.beto.calling()))
    assert counted == {box: len(boxes[box]) for box in ("mine", "unassigned", "bot", "waiting", "all")}


def test_an_item_tells_all_a_row_of_the_inbox_shows(api: Api, desk: Desk, database: Database) -> None:
    # Given a conversation an agent holds, with a ticket and two messages, one of them read
    with database.unit_of_work() as uow:
        conversation = inbox.conversation(uow, desk.centro_number, "Camila Torres", phone="573001112233")
        first = inbox.message(uow, conversation, "hola")
        last = inbox.message(uow, conversation, "¿me ayudan?")
        inbox.hold(uow, conversation, "agent", desk.ana.agent_id)
        customer = uow.one("SELECT customer_id FROM inbox.conversation WHERE id = %s", (conversation,))
        assert customer is not None
        ticket = world.ticket(uow, customer["customer_id"], priority="high", conversation_id=conversation)
    api("POST", f"{ALL}/{conversation}/read", body={"message_id": str(first)}, **desk.ana.calling())
    # When it is listed
    (item,) = content(api("GET", ALL, **desk.ana.calling()))["items"]
    # Then nothing is left to look up
    assert item["customer"] | {"id": ""} == {
        "id": "",
        "name": "Camila Torres",
        "phone": "+57 300 1112233",
        "tier": "standard",
    }
    assert (item["channel"], item["branch"]["code"], item["state"], item["unread"]) == ("whatsapp", "centro", "open", 1)
    assert item["owner"]["agent"] == {"id": str(desk.ana.agent_id), "name": "Ana"}
    held = [clock.datetime.fromisoformat(item["owner"][key]) for key in ("since", "hold_until")]
    assert held[1] - held[0] == timedelta(minutes=5)
    assert (item["last_message"]["id"], item["last_message"]["text"]) == (str(last), "¿me ayudan?")
    assert item["last_message"]["agent"] is None
    assert item["ticket"] == {
        "id": str(ticket.id),
        "number": ticket.number,
        "priority": "high",
        "status": "open",
    }
    assert item["waiting_since"] is not None and item["window_until"] is not None


@pytest.mark.parametrize("box", ["all", "waiting", "closed", "unassigned"])
def test_pages_follow_each_other_without_gap_or_repetition(api: Api, desk: Desk, database: Database, box: str) -> None:
    # Given 25 conversations in two branches
    with database.unit_of_work() as uow:
        for n in range(25):
            number = desk.centro_number if n % 2 else desk.norte_number
            conversation = inbox.conversation(uow, number, f"Customer {n}", says="hola")
            if box == "unassigned":
                inbox.hold(uow, conversation, "queue")
        if box == "closed":
            uow.execute("UPDATE inbox.conversation SET state = 'closed'")
    # When the box is read in pages of 10
    seen: list[str] = []
    sizes: list[int] = []
    after: dict[str, str] = {}
    while True:
        page = content(api("GET", ALL, query={"box": box, "limit": 10, **after}, **desk.beto.calling()))
        seen += [item["id"] for item in page["items"]]
        sizes.append(len(page["items"]))
        if page["next"] is None:
            break
        after = {"cursor": page["next"]}
    # Then every conversation came once
    assert sizes == [10, 10, 5] and len(set(seen)) == 25


def test_filters_narrow_a_box(api: Api, desk: Desk, database: Database) -> None:
    # Given conversations in two branches, one over Messenger, one with an urgent ticket
    with database.unit_of_work() as uow:
        page_of_centro = world.account(uow, desk.centro, "300000000000001", "messenger")
        inbox.conversation(uow, desk.centro_number, "Centro")
        inbox.conversation(uow, page_of_centro, "Messenger")
        urgent = inbox.conversation(uow, desk.norte_number, "Urgent")
        row = uow.one("SELECT customer_id FROM inbox.conversation WHERE id = %s", (urgent,))
        assert row is not None
        world.ticket(uow, row["customer_id"], priority="urgent", conversation_id=urgent)

    def found(**query: Any) -> list[str]:
        return names(api("GET", ALL, query=query, **desk.beto.calling()))

    # Then each filter keeps what it names
    assert found(branch=desk.norte) == ["Urgent"]
    assert found(channel="messenger") == ["Messenger"]
    assert found(priority="urgent") == ["Urgent"] and found(priority="low") == []
    assert found(branch=desk.centro, channel="whatsapp") == ["Centro"]


@pytest.mark.parametrize(
    "query", [{"box": "mine"}, {"box": "waiting"}, {"box": "closed"}, {"box": "all", "q": "Camila"}], ids=str
)
def test_a_priority_is_that_of_the_ticket_shown(
    api: Api, desk: Desk, database: Database, query: dict[str, str]
) -> None:
    # Given a conversation about a low ticket, which had an urgent one that is finished
    with database.unit_of_work() as uow:
        talk = inbox.conversation(uow, desk.centro_number, "Camila Torres", says="hola")
        inbox.hold(uow, talk, "agent", desk.ana.agent_id)
        earlier = world.ticket(uow, priority="urgent", conversation_id=talk)
        uow.execute("UPDATE desk.ticket SET status = 'closed' WHERE id = %s", (earlier.id,))
        world.ticket(uow, priority="low", conversation_id=talk)
        if query["box"] == "closed":
            uow.execute("UPDATE inbox.conversation SET state = 'closed', closed_at = opened_at WHERE id = %s", (talk,))

    def found(priority: str) -> list[str]:
        return names(api("GET", ALL, query=query | {"priority": priority}, **desk.ana.calling()))

    # Then it is found by the priority it shows, and not by the other
    assert found("low") == ["Camila Torres"]
    assert found("urgent") == []


def test_an_item_names_the_agent_who_wrote_last(api: Api, desk: Desk, database: Database) -> None:
    # Given a customer whom an agent answered
    with database.unit_of_work() as uow:
        conversation = inbox.conversation(uow, desk.centro_number, "Camila Torres", says="¿me ayudan?")
        inbox.message(uow, conversation, "con gusto", author="agent", author_agent_id=desk.ana.agent_id)
    # When the list is read
    (item,) = content(api("GET", ALL, **desk.ana.calling()))["items"]
    # Then it says whose words stand there
    assert item["last_message"]["agent"] == {"id": str(desk.ana.agent_id), "name": "Ana"}


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("camila", ["Camila Torres"]),
        ("Cam tor", ["Camila Torres"]),
        ("peña", ["José Peña"]),
        ("pena", ["José Peña"]),
        ("1112233", ["Camila Torres"]),
        ("+57 300 111 2233", ["Camila Torres"]),
        ("garantía", ["José Peña"]),
        ("garantias frenos", ["José Peña"]),
        ('"del freno"', ["José Peña"]),
        ("articulo", []),
        ("nadie", []),
        ("a", []),
        ("'); DROP", []),
    ],
)
def test_a_search_finds_people_phones_and_words(
    api: Api, desk: Desk, database: Database, q: str, expected: list[str]
) -> None:
    # Given two customers, one of whom asked for something and was answered by the bot
    with database.unit_of_work() as uow:
        inbox.conversation(uow, desk.centro_number, "Camila Torres", phone="573001112233", says="buenas tardes")
        asked = inbox.conversation(uow, desk.centro_number, "José Peña", phone="573009998877")
        inbox.message(uow, asked, "¿Qué garantía tienen las pastillas del freno?")
        inbox.message(uow, asked, "Vea el artículo Devoluciones", author="bot")
    # When somebody searches, then what people wrote and who they are is found, not what the bot repeats
    assert names(api("GET", ALL, query={"q": q}, **desk.ana.calling())) == expected


def test_a_ticket_is_found_by_its_number_before_all_else(api: Api, desk: Desk, database: Database) -> None:
    # Given a conversation with a ticket, and another in which somebody wrote its number
    with database.unit_of_work() as uow:
        conversation = inbox.conversation(uow, desk.centro_number, "Ticket")
        row = uow.one("SELECT customer_id FROM inbox.conversation WHERE id = %s", (conversation,))
        assert row is not None
        ticket = world.ticket(uow, row["customer_id"], conversation_id=conversation)
        inbox.conversation(uow, desk.centro_number, "Writer", says=f"mi caso es el {ticket.number}")
    # Then both ways to write the number find it, first
    assert names(api("GET", ALL, query={"q": f"#{ticket.number}"}, **desk.ana.calling()))[0] == "Ticket"
    assert names(api("GET", ALL, query={"q": str(ticket.number)}, **desk.ana.calling())) == ["Ticket", "Writer"]


def test_search_pages_hold_every_conversation_once(api: Api, desk: Desk, database: Database) -> None:
    # Given 400 messages of a year in 40 conversations, a rare word in one of three of them, often twice
    now = clock.now()
    with database.unit_of_work() as uow:
        for n in range(40):
            conversation = inbox.conversation(uow, desk.centro_number, f"Customer {n}")
            for m in range(10):
                at = now - timedelta(days=9 * n, hours=m)
                inbox.message(
                    uow, conversation, "llegó el turbocompresor" if n % 3 == 0 and m % 4 == 0 else "gracias", at=at
                )
    # When the word is searched in pages of 5
    found: list[str] = []
    after: dict[str, str] = {}
    while True:
        query = {"q": "turbocompresor", "limit": 5, **after}
        page = content(api("GET", ALL, query=query, **desk.beto.calling()))
        found += [item["customer"]["name"] for item in page["items"]]
        if page["next"] is None:
            break
        after = {"cursor": page["next"]}
    # Then every conversation that has it comes once, newest match first
    assert found == [f"Customer {n}" for n in range(0, 40, 3)]


def test_a_renamed_customer_is_found_by_the_new_name(api: Api, desk: Desk, database: Database) -> None:
    # Given a customer whose name was corrected
    with database.unit_of_work() as uow:
        inbox.conversation(uow, desk.centro_number, "Wrongname")
        uow.execute("UPDATE crm.customer SET name = 'Rosalía' WHERE name = 'Wrongname'")
    # Then the new name finds the conversation, the old one does not
    assert names(api("GET", ALL, query={"q": "rosa"}, **desk.ana.calling())) == ["Rosalía"]
    assert names(api("GET", ALL, query={"q": "wrongname"}, **desk.ana.calling())) == []


def test_what_was_taken_back_is_not_found(api: Api, desk: Desk, database: Database) -> None:
    # Given a message its customer deleted
    with database.unit_of_work() as uow:
        conversation = inbox.conversation(uow, desk.centro_number, says="un secreto")
        uow.execute("UPDATE inbox.message SET deleted_at = now() WHERE conversation_id = %s", (conversation,))
    # Then its words find nothing, and nobody is shown them
    assert names(api("GET", ALL, query={"q": "secreto"}, **desk.ana.calling())) == []
    (shown,) = content(api("GET", f"{ALL}/{conversation}/messages", **desk.ana.calling()))["items"]
    assert shown["text"] is None and shown["deleted_at"] is not None


def test_people_of_one_branch_see_no_other(api: Api, desk: Desk, database: Database) -> None:
    # Given a conversation in each branch
    with database.unit_of_work() as uow:
        inbox.conversation(uow, desk.centro_number, "Ours", says="hola")
        theirs = inbox.conversation(uow, desk.norte_number, "Theirs", says="hola")
    # Then lists, searches and counts of an agent of one branch hold its own only
    assert names(api("GET", ALL, **desk.ana.calling())) == ["Ours"]
    assert names(api("GET", ALL, query={"q": "hola"}, **desk.ana.calling())) == ["Ours"]
    assert content(api("GET", f"{ALL}/counts", **desk.ana.calling()))["all"] == 1
    # And everything of the other's conversation is refused, and the refusals are written down
    message = {"client_id": str(ids.new_id()), "text": "hola"}
    one = f"{ALL}/{theirs}"
    refused = [
        api("GET", ALL, query={"branch": str(desk.norte)}, **desk.ana.calling()),
        api("GET", one, **desk.ana.calling()),
        api("GET", f"{one}/messages", **desk.ana.calling()),
        api("GET", f"{one}/messages/{ids.new_id()}/ledger", **desk.ana.calling()),
        api("GET", f"{one}/history", **desk.ana.calling()),
        api("POST", f"{one}/messages", body=message, **desk.ana.calling()),
        api("POST", f"{one}/messages/{ids.new_id()}/retry", **desk.ana.calling()),
        api("POST", f"{one}/notes", body=message, **desk.ana.calling()),
        api("POST", f"{one}/read", body={"message_id": str(ids.new_id())}, **desk.ana.calling()),
        api("PUT", f"{one}/draft", body={"text": "x"}, **desk.ana.calling()),
        api("GET", f"{ALL}/templates", query={"account": str(desk.norte_number)}, **desk.ana.calling()),
    ]
    assert {answer["statusCode"] for answer in refused} == {403}
    with database.unit_of_work() as uow:
        assert uow.one("SELECT 1 FROM access.audit WHERE outcome = 'refused'")


def test_a_viewer_reads_and_does_not_write(api: Api, desk: Desk, database: Database) -> None:
    # Given a conversation
    with database.unit_of_work() as uow:
        conversation = inbox.conversation(uow, desk.centro_number, says="hola")
    one, said = f"{ALL}/{conversation}", {"client_id": str(ids.new_id()), "text": "hola"}
    # Then a viewer sees it and may write nothing
    assert api("GET", one, **desk.vera.calling())["statusCode"] == 200
    refused = [
        api("POST", f"{one}/messages", body=said, **desk.vera.calling()),
        api("POST", f"{one}/notes", body=said, **desk.vera.calling()),
        api("PUT", f"{one}/draft", body={"text": "x"}, **desk.vera.calling()),
    ]
    assert [answer["statusCode"] for answer in refused] == [403, 403, 403]
    assert content(api("GET", f"{one}/messages", **desk.vera.calling()))["items"][-1]["text"] == "hola"


def test_one_in_full_tells_the_customers_past_and_the_tickets_clock(api: Api, desk: Desk, database: Database) -> None:
    # Given a customer with a closed conversation Ana attended, and an open one with an urgent ticket
    with database.unit_of_work() as uow:
        customer = world.customer(uow, "Camila Torres", phone="573001112233")
        before = world.conversation(uow, desk.centro_number, customer)
        inbox.message(uow, before, "gracias por todo")
        uow.execute(
            "UPDATE inbox.conversation SET state = 'closed', closed_at = now(), attended_by = %s WHERE id = %s",
            (desk.ana.agent_id, before),
        )
        now_open = world.conversation(uow, desk.norte_number, customer, phone="573001112234")
        ticket = world.ticket(uow, customer, priority="urgent", conversation_id=now_open)
    # When the open one is read
    shown = content(api("GET", f"{ALL}/{now_open}", **desk.beto.calling()))
    # Then all of that stands in it
    assert {identity["phone"] for identity in shown["customer"]["identities"]} == {"+57 300 1112233", "+57 300 1112234"}
    (attended,) = shown["customer"]["attended_by"]
    assert (attended["agent"]["name"], attended["conversations"]) == ("Ana", 1)
    (previous,) = shown["customer"]["previous"]
    assert (previous["id"], previous["last_text"]) == (str(before), "gracias por todo")
    assert (shown["ticket"]["number"], shown["ticket"]["sla"]["kind"]) == (ticket.number, "first_response")
    # And that nothing but a template may be sent, as the customer has not written here
    assert (shown["can_send"], shown["send_reason"]) == ("template", "window-closed")


def test_what_a_customer_wrote_to_another_branch_is_told_to_nobody_of_this_one(
    api: Api, desk: Desk, database: Database
) -> None:
    # Given a customer who wrote to two branches
    with database.unit_of_work() as uow:
        customer = world.customer(uow, "Camila Torres", phone="573001112233")
        elsewhere = world.conversation(uow, desk.norte_number, customer)
        inbox.message(uow, elsewhere, "mi saldo es de 40 mil")
        here = world.conversation(uow, desk.centro_number, customer, phone="573001112234")
    # When somebody who sees one of them, and somebody who sees both, read the conversation of the one
    previous = [
        content(api("GET", f"{ALL}/{here}", **person.calling()))["customer"]["previous"]
        for person in (desk.ana, desk.beto)
    ]
    # Then only the second is shown what was written to the other
    assert [[one["last_text"] for one in shown] for shown in previous] == [[], ["mi saldo es de 40 mil"]]


def test_messages_are_paged_backwards_and_forwards(api: Api, desk: Desk, database: Database) -> None:
    # Given a conversation of 25 messages
    with database.unit_of_work() as uow:
        conversation = inbox.conversation(uow, desk.centro_number)
        for n in range(25):
            inbox.message(uow, conversation, f"line {n}")
    path = f"{ALL}/{conversation}/messages"
    # When it is read from its end
    pages: list[list[str]] = []
    before: dict[str, str] = {}
    while True:
        page = content(api("GET", path, query={"limit": 10, **before}, **desk.ana.calling()))
        pages.append([item["text"] for item in page["items"]])
        if page["next"] is None:
            break
        before = {"before": page["next"]}
    # Then each page is oldest first, and the pages go back to the beginning
    assert [page[0] for page in pages] == ["line 15", "line 5", "line 0"]
    assert [page[-1] for page in pages] == ["line 24", "line 14", "line 4"]
    # And what came after a message can be caught up with
    last = content(api("GET", path, query={"limit": 3}, **desk.ana.calling()))["items"]
    newer = content(api("GET", path, query={"after": last[0]["id"]}, **desk.ana.calling()))["items"]
    assert [item["text"] for item in newer] == ["line 23", "line 24"]


def test_a_message_shows_its_mood_its_files_and_what_it_quotes(api: Api, desk: Desk, database: Database) -> None:
    # Given a message analyzed, with a file, quoting one of ours, with what the provider sent along
    with database.unit_of_work() as uow:
        conversation = inbox.conversation(uow, desk.centro_number)
        ours = inbox.message(uow, conversation, "¿Cuál es?", author="agent", external_id="wamid.ours")
        uow.execute(
            "INSERT INTO inbox.external_message (channel_account_id, external_id, message_id)"
            " VALUES (%s, 'wamid.ours', %s)",
            (desk.centro_number, ours),
        )
        theirs = inbox.message(
            uow,
            conversation,
            "esta, urgente",
            kind="image",
            reply_to="wamid.ours",
            analysis=Jsonb(analyze("esta, urgente", "es").as_json()),
            content=Jsonb({"provider": {"id": "secret"}, "referral": {"source": "ad"}}),
        )
        uow.execute(
            "INSERT INTO inbox.attachment (id, message_id, media_id, mime_type, created_at)"
            " VALUES (%s, %s, 'm1', 'image/jpeg', now())",
            (ids.new_id(), theirs),
        )
    # When it is read
    shown = content(api("GET", f"{ALL}/{conversation}/messages", **desk.ana.calling()))["items"][-1]
    # Then all of it is there but the provider's own words
    assert shown["reply_to"] == str(ours)
    assert shown["analysis"]["language"] == "es" and shown["analysis"]["urgency"] > 0
    assert [file["mime_type"] for file in shown["attachments"]] == ["image/jpeg"]
    assert shown["content"] == {"referral": {"source": "ad"}}


def test_what_does_not_exist_is_not_found(api: Api, desk: Desk) -> None:
    # When a conversation nobody knows is asked for, then it is not found
    assert api("GET", f"{ALL}/{ids.new_id()}", **desk.ana.calling())["statusCode"] == 404
    assert api("GET", f"{ALL}/{ids.new_id()}/messages", **desk.ana.calling())["statusCode"] == 404
