"""Browsers on the WebSocket API, as API Gateway brings what they say to the function behind it."""

from __future__ import annotations

import itertools
import json
from typing import Any

from relevo import access, ids
from relevo.access import Principal, told
from relevo.db import Database
from tests.support import people

_numbers = itertools.count(1)


def event(route: str, connection: str, *, body: str = "", vouched: dict[str, str] | None = None) -> dict[str, Any]:
    """What the function gets; `vouched` are the authorizer's words."""
    context: dict[str, Any] = {
        "routeKey": route,
        "eventType": {"$connect": "CONNECT", "$disconnect": "DISCONNECT"}.get(route, "MESSAGE"),
        "connectionId": connection,
        "requestId": str(ids.new_id()),
        "apiId": "socket",
        "stage": "live",
        "domainName": "socket.execute-api.eu-west-1.amazonaws.com",
        "identity": {"sourceIp": "192.0.2.1"},
    }
    if vouched is not None:
        context["authorizer"] = vouched
    return {"requestContext": context, "body": body, "isBase64Encoded": False}


class Browser:
    """One connection of a signed-in person."""

    def __init__(self, caller: Principal, connection: str | None = None) -> None:
        from functions.socket.handler import handler

        self._handler, self.caller = handler, caller
        self.connection = connection or f"C{next(_numbers)}="
        self.status: int = self._handler(event("$connect", self.connection, vouched=told(caller)), None)["statusCode"]

    def say(self, action: str, **fields: Any) -> dict[str, Any]:
        """Say something; the whole answer."""
        return self.say_text(json.dumps({"id": "1", "action": action, **fields}))

    def say_text(self, text: str) -> dict[str, Any]:
        """Say these very words."""
        answer = self._handler(event("$default", self.connection, body=text), None)
        heard: dict[str, Any] = json.loads(answer["body"])
        return heard

    def follow(self, topic: str) -> dict[str, Any]:
        """Follow a topic, which must be allowed; what the ack says."""
        answer = self.say("subscribe", topic=topic)
        assert answer["type"] == "ack", answer
        result: dict[str, Any] = answer["result"]
        return result

    def leave(self) -> None:
        """Close the connection."""
        self._handler(event("$disconnect", self.connection), None)


def signed_in(database: Database, user: access.User) -> Principal:
    """The person in a session of their own, as the authorizer knows them."""
    with database.unit_of_work() as uow:
        session = people.sign_in(uow, user.email)
        person = access.person_of(uow, session.session_id)
    assert person is not None
    return person
