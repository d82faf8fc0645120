"""What happened reaches the feed once and as it is now, and of the browsers those that follow it and may."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from functions.broadcast.handler import handler
from infra import catalog
from relevo import access, events, ids, inbox, realtime, sales
from relevo.db import Database
from relevo.events import (
    AgentChanged,
    AttachmentReady,
    ConversationOwnerChanged,
    ConversationRead,
    Event,
    MessageSent,
    MessageStatusChanged,
    TicketCreated,
    TicketUpdated,
)
from relevo.inbox.takeover import Actor
from relevo.realtime import feed
from relevo.sales import NewLine, orders, quotes
from tests.integration.realtime.conftest import Desk, received, written
from tests.support import selling, world
from tests.support.broker import detail
from tests.support.bucket import MemoryBucket
from tests.support.connections import ConnectionsStandIn
from tests.support.lambdas import failed, sqs
from tests.support.sockets import Browser

Told = list[dict[str, Any]]


def broadcast(*events: Event) -> list[str]:
    """Let the function handle a batch; the records it wants again."""
    return failed(handler(sqs(*events), None))


def told(desk: Desk, branch: UUID) -> Told:
    """Everything in a branch's feed."""
    with desk.database.unit_of_work() as uow:
        return feed.read(uow, {branch: 0}, realtime.PERMISSIONS, limit=100).items


def kinds(items: Told) -> list[str]:
    return [item["kind"] for item in items]


def test_the_function_hears_what_the_catalogue_brings_it() -> None:
    # Given the events of the catalogue
    (trigger,) = catalog.function("broadcast").triggered_by(catalog.Events)
    # Then they are those the domain can tell
    assert set(trigger.names) == {event.name for event in realtime.HEARD}


def test_a_customers_message_is_told_as_the_console_shows_it(desk: Desk, gateway: ConnectionsStandIn) -> None:
    # Given a browser that follows the branch
    browser = desk.browser()
    browser.follow(f"branch:{desk.centro}")
    # When a customer writes
    event = desk.customer_writes(desk.in_centro, "¿Cuánto cuesta?")
    broadcast(event)
    # Then the browser gets the message and the conversation's row, numbered, as the feed keeps them
    message, conversation = gateway.events(browser.connection)
    assert (message["kind"], message["seq"], message["branch_id"]) == ("message.added", 1, str(desk.centro))
    assert message["data"]["text"] == "¿Cuánto cuesta?" and message["data"]["id"] == str(event.message_id)
    assert (conversation["kind"], conversation["seq"]) == ("conversation.changed", 2)
    assert conversation["data"]["last_message"]["text"] == "¿Cuánto cuesta?" and "unread" not in conversation["data"]
    kept = told(desk, desk.centro)
    assert [(item["kind"], item["data"]) for item in kept] == [(e["kind"], e["data"]) for e in (message, conversation)]
    assert all(item["conversation_id"] == desk.in_centro for item in kept)


def test_a_burst_in_one_conversation_changes_its_row_once(desk: Desk) -> None:
    # Given three lines of a customer, one of them answered, and the answer sent and delivered
    with desk.database.unit_of_work() as uow:
        lines = [received(uow, desk.in_centro, text) for text in ("hola", "sigo aquí", "¿y bien?")]
        answer = written(uow, desk.in_centro)
    about = {"message_id": answer.message_id, "conversation_id": desk.in_centro}
    sent = MessageSent(**about, external_id="wamid.1")
    delivered = MessageStatusChanged(**about, old="sent", new="delivered")
    # When all of it comes in one batch
    broadcast(*lines, answer, sent, delivered)
    # Then each message is told once, as new, and the row once
    assert kinds(told(desk, desk.centro)) == ["message.added", "conversation.changed", *["message.added"] * 3]


def test_an_event_delivered_twice_is_told_once(desk: Desk) -> None:
    # Given an event
    event = desk.customer_writes(desk.in_centro)
    # When the queue brings it three times, twice in one batch
    broadcast(event, event)
    broadcast(event)
    # Then it is told once
    assert kinds(told(desk, desk.centro)) == ["message.added", "conversation.changed"]


def test_one_record_that_cannot_be_read_does_not_hold_up_the_others(desk: Desk) -> None:
    # Given a batch with a record that breaks its contract
    batch = sqs(desk.customer_writes(desk.in_centro), desk.customer_writes(desk.in_norte))
    body = {"detail-type": "message.received", "detail": {"message_id": "no id"}}
    batch["Records"].insert(1, {"messageId": "bad", "body": json.dumps(body), "attributes": {}})
    # When it is handled
    answer = handler(batch, None)
    # Then the others are told, and it is kept with its reason
    assert failed(answer) == []
    assert kinds(told(desk, desk.centro)) == kinds(told(desk, desk.norte)) == ["message.added", "conversation.changed"]
    with desk.database.unit_of_work() as uow:
        (rejected,) = uow.all("SELECT consumer, reason FROM platform.rejected")
    assert rejected["consumer"] == "broadcast" and "message_id" in rejected["reason"]


def test_what_is_gone_is_told_to_nobody(desk: Desk) -> None:
    # Given events of a message and a ticket that do not exist any more
    gone = MessageSent(message_id=ids.new_id(), conversation_id=ids.new_id(), external_id="wamid.2")
    # When they come, then they are acknowledged and nothing is told
    assert broadcast(gone, TicketUpdated(ticket_id=ids.new_id(), changes={})) == []
    assert told(desk, desk.centro) == told(desk, feed.NOWHERE) == []


def test_a_note_is_told_to_colleagues_and_so_is_who_read_it(desk: Desk) -> None:
    # Given a note that a colleague has read
    reader = desk.user()
    with desk.database.unit_of_work() as uow:
        note = written(uow, desk.in_centro, "note")
        uow.execute(
            "INSERT INTO inbox.note_receipt (message_id, user_id, at) VALUES (%s, %s, now())",
            (note.message_id, reader.id),
        )
    read = ConversationRead(
        conversation_id=desk.in_centro, user_id=reader.id, message_id=note.message_id, notes=(note.message_id,)
    )
    # When both are told
    broadcast(note)
    broadcast(read)
    # Then the second says by whom
    first, second = told(desk, desk.centro)
    assert (first["kind"], second["kind"]) == ("note.added", "note.read")
    assert [receipt["user"]["id"] for receipt in second["data"]["read_by"]] == [str(reader.id)]


def test_what_one_has_read_is_read_in_all_of_ones_browsers_and_nobody_elses(
    desk: Desk, gateway: ConnectionsStandIn
) -> None:
    # Given a person with two browsers, and a colleague
    here, colleague = desk.browser(), desk.browser()
    there = Browser(here.caller)
    # When the person reads a conversation in one of them
    event = desk.customer_writes(desk.in_centro)
    reader = here.caller.user_id
    assert reader is not None
    broadcast(
        ConversationRead(conversation_id=desk.in_centro, user_id=reader, message_id=event.message_id),
    )
    # Then both hear how far, the colleague nothing, and the feed, which is everybody's, does not grow
    said = {"type": "read", "conversation_id": str(desk.in_centro), "message_id": str(event.message_id), "notes": []}
    assert gateway.received[here.connection] == gateway.received[there.connection] == [said]
    assert gateway.received[colleague.connection] == []
    assert told(desk, desk.centro) == []


def test_a_file_that_is_there_later_is_told_where_its_message_already_stands(
    desk: Desk, gateway: ConnectionsStandIn
) -> None:
    # Given a message whose picture is still being fetched, shown in a browser
    browser = desk.browser()
    browser.follow(f"branch:{desk.centro}")
    event = desk.customer_writes(desk.in_centro, "")
    picture = ids.new_id()
    with desk.database.unit_of_work() as uow:
        uow.execute("UPDATE inbox.message SET kind = 'image' WHERE id = %s", (event.message_id,))
        uow.execute(
            "INSERT INTO inbox.attachment (id, message_id, media_id, mime_type, created_at)"
            " VALUES (%s, %s, 'm1', 'image/jpeg', now())",
            (picture, event.message_id),
        )
    broadcast(event)
    # When it is kept
    with desk.database.unit_of_work() as uow:
        uow.execute("UPDATE inbox.attachment SET state = 'ready', storage_key = 'media/x' WHERE id = %s", (picture,))
    ready = AttachmentReady(
        attachment_id=picture,
        message_id=event.message_id,
        conversation_id=desk.in_centro,
        branch_id=desk.centro,
        mime_type="image/jpeg",
    )
    broadcast(ready)
    # Then the browser is told, and need not be loaded anew
    *_, changed = gateway.events(browser.connection)
    assert (changed["kind"], changed["data"]["id"]) == ("message.changed", str(event.message_id))
    assert [attachment["state"] for attachment in changed["data"]["attachments"]] == ["ready"]


def test_a_ticket_is_told_with_the_row_of_its_conversation(desk: Desk) -> None:
    # Given a ticket of a conversation
    with desk.database.unit_of_work() as uow:
        ticket = world.ticket(uow, conversation_id=desk.in_centro, branch_id=desk.centro)
    # When it is told
    broadcast(TicketUpdated(ticket_id=ticket.id, changes={}))
    # Then the conversation shows it
    about_ticket, row = told(desk, desk.centro)
    assert about_ticket["kind"] == "ticket.changed" and about_ticket["data"]["number"] == ticket.number
    assert row["data"]["ticket"]["number"] == ticket.number


def test_a_ticket_of_no_branch_is_told_to_everybody(desk: Desk, gateway: ConnectionsStandIn) -> None:
    # Given somebody limited to a branch who follows what belongs to none
    browser = desk.browser("agent", desk.norte)
    browser.follow(f"branch:{feed.NOWHERE}")
    with desk.database.unit_of_work() as uow:
        ticket = world.ticket(uow)
    # When a ticket is opened over the API
    broadcast(TicketCreated(ticket_id=ticket.id, customer_id=ticket.customer_id, source="api", category="general"))
    # Then they hear of it
    (heard,) = gateway.events(browser.connection)
    assert heard["ticket_id"] == str(ticket.id) and heard["branch_id"] == str(feed.NOWHERE)


def test_a_sale_is_told_to_its_branch_as_it_is_now(database: Database, bucket: MemoryBucket, sent: Any) -> None:
    # Given a quote that was written, revised, sent and accepted, down to its receipt
    with database.unit_of_work() as uow:
        shop = selling.shop(uow)
        first = selling.draft(uow, shop)
        second = quotes.revise(uow, first.id, shop.ana, lines=[NewLine(shop.oil, Decimal(1))])
        quotes.request(uow, second.id, actor=shop.ana.name)
        sales.send_quote(uow, second.id)
        made = orders.accept(uow, second.id, actor=shop.ana.name, reason="by phone")
        sales.send_receipt(uow, made.order_id)
    happened = [events.parse({"detail-type": fact.name, "detail": detail(fact)}) for fact in sent.facts]
    # When the function hears of it
    assert broadcast(*[event for event in happened if event.name.startswith(("quote", "order", "receipt"))]) == []
    # Then each paper is told once, with its conversation
    with database.unit_of_work() as uow:
        items = feed.read(uow, {shop.desk.centro: 0}, realtime.PERMISSIONS, limit=100).items
        order = orders.get(uow, made.order_id)
    assert {(item["kind"], item["data"]["number"], item["data"]["status"]) for item in items} == {
        ("quote.changed", first.number, "superseded"),
        ("quote.changed", second.number, "accepted"),
        ("order.changed", order.number, "placed"),
    }
    assert len(items) == 3
    assert {item["conversation_id"] for item in items} == {shop.conversation_id}


def test_an_agent_is_told_wherever_they_work(desk: Desk) -> None:
    # Given an agent of one branch and one of all
    with desk.database.unit_of_work() as uow:
        department = world.department(uow)
        here = world.agent(uow, department, "Ana", branch_id=desk.centro)
        anywhere = world.agent(uow, department, "Luis")
    # When both change
    broadcast(AgentChanged(agent_id=here), AgentChanged(agent_id=anywhere))
    # Then each branch hears of those who work in it
    assert {item["data"]["name"] for item in told(desk, desk.centro)} == {"Ana", "Luis"}
    assert [item["data"]["name"] for item in told(desk, desk.norte)] == ["Luis"]


def test_the_branch_that_loses_a_conversation_hears_of_it(desk: Desk, sent: Any) -> None:
    # Given a conversation that is passed on to another branch
    with desk.database.unit_of_work() as uow:
        inbox.transfer_to_queue(uow, desk.in_centro, Actor("user:1", leads=True), branch_id=desk.norte)
        (event,) = [event for event in uow.events if isinstance(event, ConversationOwnerChanged)]
    # When that is told
    broadcast(event)
    # Then both branches know where it is now
    for branch in (desk.centro, desk.norte):
        (row,) = told(desk, branch)
        assert row["data"]["branch"]["id"] == str(desk.norte)


# ------------------------------------------------------------------------------------------------------ who gets what


def test_a_browser_hears_only_what_it_follows(desk: Desk, gateway: ConnectionsStandIn) -> None:
    # Given browsers that follow a branch, its queue, one conversation, the conversation and the branch, and nothing
    branch, queue, conversation, both, none = (desk.browser() for _ in range(5))
    branch.follow(f"branch:{desk.centro}")
    queue.follow(f"queue:{desk.centro}")
    conversation.follow(f"conversation:{desk.in_centro}")
    both.follow(f"branch:{desk.centro}")
    both.follow(f"conversation:{desk.in_centro}")
    # When a customer writes there, and another in the other branch
    broadcast(desk.customer_writes(desk.in_centro), desk.customer_writes(desk.in_norte))
    # Then each hears its part, once
    heard = {name: kinds(gateway.events(b.connection)) for name, b in locals().items() if hasattr(b, "connection")}
    everything = ["message.added", "conversation.changed"]
    assert heard == {
        "branch": everything,
        "queue": ["conversation.changed"],
        "conversation": everything,
        "both": everything,
        "none": [],
    }


@pytest.mark.parametrize(
    "taken", [{"branches": []}, {"active": False}], ids=["the branch is theirs no more", "they are deactivated"]
)
def test_a_right_taken_away_ends_at_the_next_frame(
    desk: Desk, gateway: ConnectionsStandIn, taken: dict[str, Any]
) -> None:
    # Given somebody who follows their branch
    browser = desk.browser("agent", desk.centro, desk.norte)
    browser.follow(f"branch:{desk.centro}")
    broadcast(desk.customer_writes(desk.in_centro))
    before = len(gateway.events(browser.connection))
    # When that is taken from them while they are connected
    with desk.database.unit_of_work() as uow:
        assert browser.caller.user_id
        changed = taken if "active" in taken else {"branches": frozenset({desk.norte})}
        access.change_user(uow, browser.caller.user_id, changed, actor="test")
    broadcast(desk.customer_writes(desk.in_centro))
    # Then they hear no more of it
    assert before == 2 and len(gateway.events(browser.connection)) == before


def test_a_connection_that_is_gone_is_forgotten(desk: Desk, gateway: ConnectionsStandIn) -> None:
    # Given two browsers, one of which has vanished without a word
    there, gone = desk.browser(), desk.browser()
    for browser in (there, gone):
        browser.follow(f"branch:{desk.centro}")
    gateway.gone.add(gone.connection)
    # When something happens
    broadcast(desk.customer_writes(desk.in_centro))
    # Then the other hears it, and nobody posts to the vanished one again
    assert len(gateway.events(there.connection)) == 2
    with desk.database.unit_of_work() as uow:
        assert [row["id"] for row in uow.all("SELECT id FROM realtime.connection")] == [there.connection]
        assert uow.all("SELECT 1 FROM realtime.subscription WHERE connection_id = %s", (gone.connection,)) == []


def test_a_throttled_post_is_tried_again(desk: Desk, gateway: ConnectionsStandIn) -> None:
    # Given a connection whose buffer is full for a moment
    browser = desk.browser()
    browser.follow(f"branch:{desk.centro}")
    gateway.throttled[browser.connection] = 2
    # When something happens
    broadcast(desk.customer_writes(desk.in_centro))
    # Then it arrives all the same, in order
    assert [frame["seq"] for frame in gateway.events(browser.connection)] == [1, 2]


def test_a_connection_that_stays_full_finds_what_it_missed_in_the_feed(desk: Desk, gateway: ConnectionsStandIn) -> None:
    # Given a connection that takes nothing more
    browser = desk.browser()
    browser.follow(f"branch:{desk.centro}")
    gateway.throttled[browser.connection] = 1000
    # When something happens
    assert broadcast(desk.customer_writes(desk.in_centro)) == []
    # Then the connection is kept, and its next heartbeat tells it that it is behind
    answer = browser.say("heartbeat", positions={str(desk.centro): 0})
    assert answer["result"]["positions"][str(desk.centro)] == 2


def test_a_batch_is_one_frame_to_each_browser(desk: Desk, gateway: ConnectionsStandIn) -> None:
    # Given two browsers that follow a branch
    browsers = [desk.browser(), desk.browser()]
    for browser in browsers:
        browser.follow(f"branch:{desk.centro}")
    # When several things happen at once
    broadcast(*(desk.customer_writes(desk.in_centro) for _ in range(3)))
    # Then each gets all of them at once, in order
    for browser in browsers:
        (frame,) = gateway.received[browser.connection]
        assert frame["type"] == "events" and [item["seq"] for item in frame["items"]] == [1, 2, 3, 4]


def test_what_is_too_much_for_one_frame_comes_in_several(desk: Desk, gateway: ConnectionsStandIn) -> None:
    # Given four long messages, of which API Gateway carries three in a frame
    browser = desk.browser()
    browser.follow(f"conversation:{desk.in_centro}")
    long = [desk.customer_writes(desk.in_centro, "ñ" * 20_000) for _ in range(4)]
    # When they are told together
    broadcast(*long)
    # Then nothing is lost, and the order stays
    assert [entry["seq"] for entry in gateway.events(browser.connection)] == [1, 2, 3, 4, 5]
    assert len(gateway.received[browser.connection]) > 1


def test_what_is_too_long_for_a_frame_is_left_for_the_feed(desk: Desk, gateway: ConnectionsStandIn) -> None:
    # Given a message longer than API Gateway carries, and a short one after it
    browser = desk.browser()
    browser.follow(f"branch:{desk.centro}")
    long = desk.customer_writes(desk.in_centro, "x" * 140_000)
    short = desk.customer_writes(desk.in_centro, "y")
    # When both are told
    broadcast(long)
    broadcast(short)
    # Then the browser misses numbers, and the feed has them
    assert 1 not in [frame["seq"] for frame in gateway.events(browser.connection)]
    assert len(told(desk, desk.centro)[0]["data"]["text"]) == 140_000


def test_posts_are_signed_for_the_address_aws_knows(desk: Desk, gateway: ConnectionsStandIn) -> None:
    # Given a connection id as API Gateway makes them
    browser = desk.browser()
    browser.follow(f"branch:{desk.centro}")
    # When something is posted to it
    broadcast(desk.customer_writes(desk.in_centro))
    # Then it is signed for execute-api, and the path is the one the SDK would call
    assert "/execute-api/aws4_request" in gateway.signed[0]
    assert gateway.paths[0] == _path_of_the_sdk(gateway, browser.connection)


def _path_of_the_sdk(gateway: ConnectionsStandIn, connection: str) -> str:
    import boto3

    client: Any = boto3.client("apigatewaymanagementapi", endpoint_url=gateway.url, region_name="us-east-1")
    client.post_to_connection(ConnectionId=connection, Data=b'{"type":"bye"}')
    return gateway.paths[-1]
