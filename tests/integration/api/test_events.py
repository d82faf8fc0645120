"""The live feed over HTTP: where it is, what was missed, and nothing of other branches."""

from __future__ import annotations

from uuid import UUID

import pytest

from relevo import access
from relevo.db import Database
from relevo.realtime import feed
from tests.integration.api.conftest import Api
from tests.support import world
from tests.support.gateway import content


@pytest.fixture
def branches(database: Database) -> tuple[UUID, UUID]:
    with database.unit_of_work() as uow:
        return world.branch(uow, "centro"), world.branch(uow, "norte")


def tell(database: Database, branch: UUID, kind: str = "ticket.changed", times: int = 1) -> None:
    for _ in range(times):
        with database.unit_of_work() as uow:
            entry = feed.Entry(branch, kind, None, None, '{"number": 7}')
            feed.append(uow, [entry], feed.lock(uow, [branch]))


def test_without_a_place_it_says_where_the_feeds_are(api: Api, database: Database, branches: tuple[UUID, UUID]) -> None:
    # Given a branch with two events and one with none
    tell(database, branches[0], times=2)
    # When a console starts
    answer = content(api("GET", "/api/events"))
    # Then it is told from where to go on, and nothing else
    assert answer["items"] == [] and answer["more"] is answer["reset"] is False
    assert set(answer["next"].split(",")) == {f"{branches[0]}:2", f"{branches[1]}:0", f"{feed.NOWHERE}:0"}


def test_what_happened_since_is_told_once(api: Api, database: Database, branches: tuple[UUID, UUID]) -> None:
    # Given a console that knows its place, and three events after it
    place = content(api("GET", "/api/events"))["next"]
    tell(database, branches[0], times=2)
    tell(database, branches[1])
    # When it asks two at a time
    first = content(api("GET", "/api/events", query={"after": place, "limit": 2}))
    second = content(api("GET", "/api/events", query={"after": first["next"], "limit": 2}))
    third = content(api("GET", "/api/events", query={"after": second["next"]}))
    # Then it gets each once
    assert [(i["branch_id"], i["seq"]) for i in first["items"] + second["items"]] == [
        (str(branches[0]), 1),
        (str(branches[0]), 2),
        (str(branches[1]), 1),
    ]
    assert (first["more"], second["more"]) == (True, False) and third["items"] == []
    assert first["items"][0]["data"] == {"number": 7} and first["items"][0]["kind"] == "ticket.changed"


def test_a_gap_in_one_branch_is_filled_by_its_number(api: Api, database: Database, branches: tuple[UUID, UUID]) -> None:
    # Given three events of a branch, of which a console has seen the first
    tell(database, branches[0], times=3)
    # When it asks for that branch alone
    answer = content(api("GET", "/api/events", query={"branch": branches[0], "after": 1}))
    # Then it gets the others, and a number to go on from
    assert [item["seq"] for item in answer["items"]] == [2, 3] and answer["next"] == "3"


def test_who_is_limited_to_a_branch_is_told_of_that_one(
    api: Api, database: Database, branches: tuple[UUID, UUID]
) -> None:
    # Given somebody of one branch
    user = {"user": "0193501c-0000-7000-8000-000000000009", "role": "agent", "branches": str(branches[0])}
    # When they ask where the feeds are, and for the other branch
    own = content(api("GET", "/api/events", user=user))
    foreign = api("GET", "/api/events", query={"after": f"{branches[1]}:0"}, user=user)
    other = api("GET", "/api/events", query={"branch": branches[1]}, user=user)
    # Then they hear of their own, and are refused the other
    assert {place.split(":")[0] for place in own["next"].split(",")} == {str(branches[0]), str(feed.NOWHERE)}
    assert foreign["statusCode"] == other["statusCode"] == 403
    assert content(foreign)["type"] == "urn:relevo:problem:foreign-branch"


def test_a_kind_one_may_not_read_is_passed_over(api: Api, database: Database, branches: tuple[UUID, UUID]) -> None:
    # Given a ticket's event, and a key that may read conversations alone
    tell(database, branches[0])
    # When it asks
    answer = content(
        api("GET", "/api/events", query={"branch": branches[0], "after": 0}, scopes=["conversations:read"])
    )
    # Then it gets nothing and goes on behind it
    assert answer["items"] == [] and answer["next"] == "1"


def test_a_place_that_is_forgotten_begins_anew(api: Api, database: Database, branches: tuple[UUID, UUID]) -> None:
    # Given a branch whose feed was forgotten
    tell(database, branches[0], times=2)
    with database.unit_of_work() as uow:
        uow.execute("DELETE FROM realtime.event")
    # When a console comes back that had seen the first
    answer = content(api("GET", "/api/events", query={"branch": branches[0], "after": 1}))
    # Then it is told to read everything anew, and where to go on
    assert (answer["reset"], answer["items"], answer["next"]) == (True, [], "2")


@pytest.mark.parametrize("after", ["now", "7", "0193501c-0000-7000-8000-000000000001", "x:1", "-" * 36 + ":1"])
def test_a_place_nobody_gave_out_is_refused(api: Api, database: Database, after: str) -> None:
    # When the place is made up, then it is said which parameter is wrong
    answer = api("GET", "/api/events", query={"after": after})
    assert answer["statusCode"] == 422 and content(answer)["errors"][0]["parameter"] == "after"


def test_it_needs_the_permission_to_read_conversations(api: Api, database: Database) -> None:
    # When a key without it asks, then it is refused
    assert api("GET", "/api/events", scopes=access.SCOPES - {"conversations:read"})["statusCode"] == 403


def test_a_channel_that_can_tell_shows_that_the_customer_types(
    api: Api, database: Database, branches: tuple[UUID, UUID]
) -> None:
    # Given a conversation of one branch
    with database.unit_of_work() as uow:
        conversation = world.conversation(uow, world.account(uow, branches[0]), world.customer(uow))
    path, body = f"/api/conversations/{conversation}/customer-typing", {"typing": True}
    stranger = {"user": "0193501c-0000-7000-8000-000000000009", "role": "agent", "branches": str(branches[1])}
    # When somebody of another branch says that the customer types, and then the channel does
    refused, told = api("POST", path, body=body, user=stranger), api("POST", path, body=body)
    # Then only the channel is believed, and whoever opens the conversation sees it
    assert (refused["statusCode"], told["statusCode"]) == (403, 204)
    shown = content(api("GET", f"/api/conversations/{conversation}"))["presence"]
    assert [(person["who"], person["state"]) for person in shown] == [("customer", "typing")]
