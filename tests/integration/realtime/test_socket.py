"""What a browser may say over its connection, and what the others see of it."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.api.handler import handler as api
from functions.socket.handler import handler
from relevo import access, clock, ids, realtime
from relevo.access import Principal, told
from relevo.db import Database
from relevo.realtime import connections, feed
from tests.integration.realtime.conftest import Desk
from tests.support.broker import MemoryMessaging
from tests.support.connections import ConnectionsStandIn
from tests.support.gateway import content, request
from tests.support.sockets import Browser, event, signed_in

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def refusals(database: Database) -> list[dict[str, Any]]:
    with database.unit_of_work() as uow:
        return uow.all("SELECT actor, action, subject FROM access.audit WHERE outcome = 'refused' ORDER BY at")


def presence(gateway: ConnectionsStandIn, browser: Browser) -> list[list[tuple[str, str]]]:
    """Each frame of presence a browser got, as (who, what)."""
    frames = [frame for frame in gateway.received[browser.connection] if frame["type"] == "presence"]
    return [[((p["user"] or {"name": p["who"]})["name"], p["state"]) for p in frame["present"]] for frame in frames]


def test_whoever_the_authorizer_did_not_vouch_for_is_not_connected(desk: Desk) -> None:
    # When a connection comes without the authorizer's word, then it is refused and forgotten
    assert handler(event("$connect", "C0"), None)["statusCode"] == 403
    with desk.database.unit_of_work() as uow:
        assert uow.all("SELECT 1 FROM realtime.connection") == []


def test_everything_said_is_answered_under_its_id(desk: Desk) -> None:
    # Given a browser
    browser = desk.browser()
    # When it follows a branch
    answer = browser.say("subscribe", topic=f"branch:{desk.centro}")
    # Then the answer has the request's id, and says where the branch's feed is
    assert answer == {
        "type": "ack",
        "id": "1",
        "result": {"topic": f"branch:{desk.centro}", "positions": {str(desk.centro): 0}},
    }


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("not json", "bad-request"),
        ("[1]", "bad-request"),
        ('{"id": 7, "action": "heartbeat"}', "bad-request"),
        ('{"action": "dance"}', "unknown-action"),
        ('{"action": "subscribe", "topic": "everything"}', "bad-request"),
        ('{"action": "subscribe", "topic": "branch:x"}', "bad-request"),
        ('{"action": "subscribe", "topic": "branch:0193501c-0000-7000-8000-00000000dead"}', "not-found"),
        ('{"action": "subscribe", "topic": "conversation:0193501c-0000-7000-8000-00000000dead"}', "not-found"),
        ('{"action": "view", "conversation_id": "x", "viewing": true}', "bad-request"),
        ('{"action": "heartbeat", "positions": [1]}', "bad-request"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_kind(desk: Desk, text: str, kind: str) -> None:
    # When a browser says something wrong, then it is told what kind of wrong
    answer = desk.browser().say_text(text)
    assert (answer["type"], answer["kind"]) == ("error", kind) and answer["detail"]


def test_a_foreign_branch_cannot_be_followed_and_the_attempt_is_audited(desk: Desk) -> None:
    # Given somebody of one branch
    browser = desk.browser("supervisor", desk.centro)
    # When they ask for the other's branch, queue and conversation, and look into it
    topics = (f"branch:{desk.norte}", f"queue:{desk.norte}", f"conversation:{desk.in_norte}")
    answers = [browser.say("subscribe", topic=topic) for topic in topics]
    answers.append(browser.say("view", conversation_id=str(desk.in_norte), viewing=True))
    # Then each is refused, and written down
    assert {(answer["type"], answer["kind"]) for answer in answers} == {("error", "not-allowed")}
    assert [r["subject"] for r in refusals(desk.database)] == [*topics, f"conversation:{desk.in_norte}"]
    assert {r["actor"] for r in refusals(desk.database)} == {browser.caller.name}


def test_a_viewer_may_look_and_not_type(desk: Desk) -> None:
    # Given a viewer
    browser = desk.browser("viewer")
    about = {"conversation_id": str(desk.in_centro)}
    # When they look and then type
    looks, types = browser.say("view", **about, viewing=True), browser.say("typing", **about, typing=True)
    # Then only looking is allowed
    assert looks["type"] == "ack" and types["kind"] == "not-allowed"
    assert [r["action"] for r in refusals(desk.database)] == ["socket.typing"]


def test_a_session_that_is_over_hears_goodbye(desk: Desk, gateway: ConnectionsStandIn) -> None:
    # Given a browser whose user is deactivated
    browser = desk.browser()
    with desk.database.unit_of_work() as uow:
        assert browser.caller.user_id
        access.change_user(uow, browser.caller.user_id, {"active": False}, actor="test")
    # When it says something
    answer = browser.say("heartbeat", positions={})
    # Then it is told to go, and forgotten
    assert answer["type"] == "bye"
    with desk.database.unit_of_work() as uow:
        assert uow.all("SELECT 1 FROM realtime.connection") == []


def test_a_connection_follows_a_limited_number_of_topics(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a connection that follows as much as it may
    monkeypatch.setattr(connections, "MOST_TOPICS", 1)
    browser = desk.browser()
    browser.follow(f"branch:{desk.centro}")
    # When it asks for more, then that is refused; what it follows it may ask for again
    assert browser.say("subscribe", topic=f"branch:{desk.norte}")["kind"] == "bad-request"
    assert browser.say("unsubscribe", topic=f"branch:{desk.centro}")["type"] == "ack"
    browser.follow(f"branch:{desk.norte}")


# ---------------------------------------------------------------------------------------------------------- heartbeats


def test_a_heartbeat_tells_where_the_feeds_are_of_branches_one_sees(desk: Desk) -> None:
    # Given entries in both branches, and somebody of one of them
    with desk.database.unit_of_work() as uow:
        both = [desk.centro, desk.norte]
        entries = [feed.Entry(branch, "ticket.changed", None, None, "{}") for branch in both]
        feed.append(uow, entries, feed.lock(uow, both))
    browser = desk.browser("agent", desk.centro)
    # When they give a sign of life and ask for both
    result = browser.say("heartbeat", positions={str(desk.centro): 0, str(desk.norte): 0})["result"]
    # Then they hear of theirs, and of what belongs to no branch
    assert result["positions"] == {str(desk.centro): 1, str(feed.NOWHERE): 0}


def test_a_heartbeat_shows_that_the_agent_is_there(desk: Desk, sent: MemoryMessaging) -> None:
    with clock.frozen(NOON):
        # Given an agent
        browser = desk.browser(as_agent=True)
        # When their console gives a sign of life
        browser.say("heartbeat", positions={})
        with desk.database.unit_of_work() as uow:
            seen = uow.one("SELECT seen_at FROM desk.agent WHERE id = %s", (browser.caller.agent_id,))
    # Then they are there, and colleagues are told
    assert seen == {"seen_at": NOON}
    assert "agent.changed" in [message.name for message in sent.facts]


def test_a_silent_connection_is_given_up(desk: Desk, gateway: ConnectionsStandIn) -> None:
    with clock.frozen(NOON) as advance:
        # Given two browsers, of which one gives signs of life
        alive, silent = desk.browser(), desk.browser()
        for _ in range(8):
            advance(timedelta(seconds=25))
            alive.say("heartbeat", positions={})
        # When connections are swept
        realtime.sweep(desk.database)
    # Then the silent one heard goodbye, is closed and forgotten
    assert [frame["type"] for frame in gateway.received[silent.connection]] == ["bye"]
    assert gateway.closed == [silent.connection]
    with desk.database.unit_of_work() as uow:
        assert [row["id"] for row in uow.all("SELECT id FROM realtime.connection")] == [alive.connection]


def test_a_connection_older_than_api_gateway_keeps_one_is_given_up(desk: Desk, gateway: ConnectionsStandIn) -> None:
    with clock.frozen(NOON) as advance:
        # Given a browser connected for more than two hours
        browser = desk.browser()
        advance(connections.LONGEST + timedelta(seconds=1))
        with desk.database.unit_of_work() as uow:
            uow.execute("UPDATE realtime.connection SET seen_at = %s", (clock.now(),))
        # When connections are swept, then it is gone
        realtime.sweep(desk.database)
    assert gateway.closed == [browser.connection]


# ------------------------------------------------------------------------------------------------------------ presence


def test_colleagues_see_who_looks_and_who_types(desk: Desk, gateway: ConnectionsStandIn) -> None:
    # Given two people with the same conversation open
    about = {"conversation_id": str(desk.in_centro)}
    first, second = desk.browser("supervisor"), desk.browser("agent")
    for browser in (first, second):
        browser.follow(f"conversation:{desk.in_centro}")
    # When one looks, the other looks and types
    first.say("view", **about, viewing=True)
    second.say("view", **about, viewing=True)
    second.say("typing", **about, typing=True)
    # Then each sees what the other did, and not their own doing
    assert presence(gateway, first) == [
        [("Some agent", "viewing"), ("Some supervisor", "viewing")],
        [("Some agent", "typing"), ("Some supervisor", "viewing")],
    ]
    assert presence(gateway, second) == [[("Some supervisor", "viewing")]]


def test_whoever_comes_later_learns_who_is_there(desk: Desk, gateway: ConnectionsStandIn) -> None:
    # Given somebody who looks at a conversation
    desk.browser("supervisor").say("view", conversation_id=str(desk.in_centro), viewing=True)
    # When a colleague follows it
    result = desk.browser().follow(f"conversation:{desk.in_centro}")
    # Then the ack says who is there
    assert [(p["user"]["name"], p["state"]) for p in result["presence"]] == [("Some supervisor", "viewing")]


def test_presence_ends_by_itself(desk: Desk, gateway: ConnectionsStandIn) -> None:
    with clock.frozen(NOON) as advance:
        # Given somebody who looks and types
        browser = desk.browser()
        about = {"conversation_id": str(desk.in_centro)}
        browser.say("view", **about, viewing=True)
        browser.say("typing", **about, typing=True)

        def shown() -> list[str]:
            with desk.database.unit_of_work() as uow:
                return [person.state for person in realtime.presence_of(uow, desk.in_centro)]

        # When they stop without a word, then typing ends, later looking, unless heartbeats renew it
        assert shown() == ["typing"]
        advance(timedelta(seconds=11))
        assert shown() == ["viewing"]
        advance(timedelta(seconds=40))
        browser.say("heartbeat", positions={})
        advance(timedelta(seconds=40))
        assert shown() == ["viewing"]
        advance(timedelta(seconds=30))
        assert shown() == []
        # And a while later it is swept
        advance(timedelta(seconds=61))
        realtime.sweep(desk.database)
        with desk.database.unit_of_work() as uow:
            assert uow.all("SELECT 1 FROM realtime.presence UNION ALL SELECT 1 FROM realtime.draft_lock") == []


def test_who_leaves_is_seen_no_more(desk: Desk, gateway: ConnectionsStandIn) -> None:
    # Given two people in a conversation
    stays, leaves = desk.browser("supervisor"), desk.browser()
    stays.follow(f"conversation:{desk.in_centro}")
    leaves.say("view", conversation_id=str(desk.in_centro), viewing=True)
    # When one closes the window
    leaves.leave()
    # Then the other sees them go
    assert presence(gateway, stays) == [[("Some agent", "viewing")], []]


def test_the_customers_typing_is_seen_where_the_channel_tells_it(desk: Desk, gateway: ConnectionsStandIn) -> None:
    # Given somebody with the conversation open
    browser = desk.browser()
    browser.follow(f"conversation:{desk.in_centro}")
    # When the customer types
    with desk.database.unit_of_work() as uow:
        realtime.customer_types(uow, desk.in_centro, typing=True)
    # Then they see it
    assert presence(gateway, browser) == [[("customer", "typing")]]


# ---------------------------------------------------------------------------------------------------- whose turn it is


def test_one_writes_at_a_time(desk: Desk, gateway: ConnectionsStandIn) -> None:
    with clock.frozen(NOON) as advance:
        # Given somebody who types
        about: dict[str, Any] = {"conversation_id": str(desk.in_centro), "typing": True}
        first, second = desk.browser("supervisor"), desk.browser()
        held = first.say("typing", **about)["result"]["lock"]
        assert held["user_id"] == str(first.caller.user_id)
        # When a colleague types as well
        refused = second.say("typing", **about)
        # Then they are told who writes, until when
        assert (refused["kind"], refused["lock"]) == ("locked", held)
        # When the first has been silent for ten seconds, then it is the second's turn
        advance(timedelta(seconds=10))
        assert second.say("typing", **about)["result"]["lock"]["user_id"] == str(second.caller.user_id)


def test_what_a_colleague_writes_on_is_only_answered_when_confirmed(desk: Desk, gateway: ConnectionsStandIn) -> None:
    with clock.frozen(NOON) as advance:
        # Given a conversation somebody types in
        about: dict[str, Any] = {"conversation_id": str(desk.in_centro), "typing": True}
        with desk.database.unit_of_work() as uow:
            uow.execute("UPDATE inbox.conversation SET window_until = %s", (NOON + timedelta(hours=1),))
        first, second = desk.browser("supervisor"), desk.browser()
        held = first.say("typing", **about)["result"]["lock"]
        # When a colleague, or a program, sends an answer
        refused, by_program = _answer(desk, second.caller), _answer(desk, None)
        # Then it is held back, telling who writes, until when
        assert (refused["statusCode"], by_program["statusCode"]) == (409, 409)
        problem = content(refused)
        assert (problem["type"], problem["lock"]) == ("urn:relevo:problem:locked", held)
        # And goes out confirmed, as does that of who types, and anybody's once they are silent
        assert _answer(desk, second.caller, confirm=True)["statusCode"] == 201
        assert _answer(desk, first.caller)["statusCode"] == 201
        advance(timedelta(seconds=10))
        assert _answer(desk, second.caller)["statusCode"] == 201


def _answer(desk: Desk, caller: Principal | None, **fields: Any) -> dict[str, Any]:
    """The API's answer to a message of this person, or of a program."""
    body = {"client_id": str(ids.new_id()), "text": "Buenas", **fields}
    person = {} if caller is None else {"principal": caller.name, "scopes": caller.scopes, "user": told(caller)}
    path = f"/api/conversations/{desk.in_centro}/messages"
    return api(request("POST", path, body=body, **person), None)  # type: ignore[arg-type]


def test_the_turn_is_over_when_the_writer_stops_or_leaves(desk: Desk, gateway: ConnectionsStandIn) -> None:
    # Given somebody who types, stops, types again and closes the window
    about: dict[str, Any] = {"conversation_id": str(desk.in_centro)}
    first, second = desk.browser("supervisor"), desk.browser()
    first.say("typing", **about, typing=True)
    first.say("typing", **about, typing=False)
    # When a colleague types after each, then nobody is in their way
    assert second.say("typing", **about, typing=True)["type"] == "ack"
    second.leave()
    assert first.say("typing", **about, typing=True)["type"] == "ack"


def test_of_many_who_type_at_the_same_moment_one_has_the_turn(
    desk: Desk, gateway: ConnectionsStandIn, database_url: str
) -> None:
    # Given eight people, each with a connection of their own to the database
    people = [signed_in(desk.database, desk.user()) for _ in range(8)]
    browsers = [Browser(person) for person in people]
    barrier, won = threading.Barrier(8), list[str]()

    def type_at_once(browser: Browser) -> None:
        from relevo.realtime import saying
        from relevo.runtime.websocket import Refusal

        own = Database(lambda: database_url)
        barrier.wait()
        message = {"conversation_id": str(desk.in_centro), "typing": True}
        try:
            own.run(lambda uow: saying.said(uow, browser.connection, "typing", message), publish=False)
            won.append(browser.connection)
        except Refusal as refusal:
            assert refusal.kind == "locked"
        finally:
            own.close()

    # When they all begin to type at once
    threads = [threading.Thread(target=type_at_once, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Then it is one's turn
    assert len(won) == 1


def test_typing_keeps_the_agents_hold(desk: Desk, gateway: ConnectionsStandIn) -> None:
    with clock.frozen(NOON) as advance:
        # Given an agent who has held a conversation for four minutes
        browser = desk.browser(as_agent=True)
        with desk.database.unit_of_work() as uow:
            uow.execute(
                "UPDATE inbox.conversation SET owner = 'agent', owner_agent_id = %s, owner_since = %s WHERE id = %s",
                (browser.caller.agent_id, clock.now(), desk.in_centro),
            )
        advance(timedelta(minutes=4))
        # When they type
        browser.say("typing", conversation_id=str(desk.in_centro), typing=True)
        # Then the five minutes begin again
        with desk.database.unit_of_work() as uow:
            row = uow.one("SELECT owner_since FROM inbox.conversation WHERE id = %s", (desk.in_centro,))
    assert row == {"owner_since": NOON + timedelta(minutes=4)}
