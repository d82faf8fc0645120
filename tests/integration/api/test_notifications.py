"""What people were told waits in their console until they read it, and nobody else sees it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from functions.notify.handler import handler
from relevo import desk, ids
from relevo.db import Database
from relevo.events import TicketAssigned
from tests.integration.api.conftest import Api
from tests.support import people, world
from tests.support.broker import MemoryMessaging, detail
from tests.support.gateway import content
from tests.support.lambdas import failed, sqs

NOTICES = "/api/notifications"


def person(agent_id: UUID | None) -> dict[str, Any]:
    """Somebody signed in, an agent or none, who has no particular permission."""
    user = {"user": str(ids.new_id()), "role": "agent", "branches": "*", "agent": str(agent_id) if agent_id else ""}
    return {"principal": f"user:{user['user']}", "scopes": set(), "user": user}


@pytest.fixture
def ana(database: Database, sent: MemoryMessaging) -> UUID:
    """An agent who was given three tickets, and told."""
    with database.unit_of_work() as uow:
        user_id = people.user(uow).id
        agent_id = world.agent(uow, world.department(uow), "Ana", user_id=user_id)
        for subject in ("uno", "dos", "tres"):
            desk.update_ticket(uow, world.ticket(uow, subject=subject).id, {"agent_id": agent_id}, actor="user:x")
    for message in [message for message in sent.facts if message.name == "ticket.assigned"]:
        assert failed(handler(sqs(TicketAssigned.model_validate(detail(message))), None)) == []
    added = [detail(message) for message in sent.facts if message.name == "notification.added"]
    assert {event["user_id"] for event in added} == {str(user_id)} and len(added) == 3
    return agent_id


def test_notices_wait_until_they_are_read(api: Api, ana: UUID) -> None:
    # Given three notices
    first = content(api("GET", NOTICES, query={"limit": "2"}, **person(ana)))
    assert [notice["kind"] for notice in first["items"]] == ["assigned"] * 2 and first["unread"] == 3
    assert "tres" in first["items"][0]["subject"] and first["items"][0]["ticket_id"]
    rest = content(api("GET", NOTICES, query={"limit": "2", "cursor": first["next"]}, **person(ana)))
    assert len(rest["items"]) == 1 and rest["next"] is None
    # When one is read, twice
    for _ in range(2):
        read = api("POST", f"{NOTICES}/{first['items'][0]['id']}/read", **person(ana))
        assert read["statusCode"] == 204
    # Then two wait, and all are kept
    waiting = content(api("GET", NOTICES, query={"unread": "true"}, **person(ana)))
    everything = content(api("GET", NOTICES, **person(ana)))
    assert (len(waiting["items"]), waiting["unread"]) == (2, 2)
    assert [notice["read_at"] is None for notice in everything["items"]] == [False, True, True]


def test_nobody_reads_anothers_notices(api: Api, database: Database, ana: UUID) -> None:
    # Given Ana's notice, and somebody who is another agent or none
    (notice, *_) = content(api("GET", NOTICES, **person(ana)))["items"]
    with database.unit_of_work() as uow:
        bea = world.agent(uow, world.department(uow, "sales"), "Bea")
    for stranger in (person(bea), person(None)):
        # When they look, or say that they read it
        # Then they see nothing and there is nothing to read
        assert content(api("GET", NOTICES, **stranger)) == {"items": [], "next": None, "unread": 0}
        assert api("POST", f"{NOTICES}/{notice['id']}/read", **stranger)["statusCode"] == 404


def test_notices_are_for_people(api: Api, database: Database) -> None:
    # When an API key asks, then it is refused
    assert api("GET", NOTICES)["statusCode"] == 403
