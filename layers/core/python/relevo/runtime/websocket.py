"""Handlers behind the WebSocket API: a connection opens, says things as JSON, and closes.

Everything said is answered over the same connection, by an `ack` with its result or an `error` with its kind.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg

from relevo import events, ids
from relevo.db import UnitOfWork, database
from relevo.errors import NotFound, PermanentError, RetryableError
from relevo.observability import logger, metrics

LambdaHandler = Callable[[dict[str, Any], Any], dict[str, Any]]
Afterwards = Callable[[], None]
_LONGEST_ID = 64


def nothing() -> None:
    """Nothing is left to do."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered, and what is done once the unit of work is committed."""

    result: dict[str, Any]
    afterwards: Afterwards = nothing


class Refusal(PermanentError):
    """What was said is not done. `more` goes into the error; `audit` is written after the unit of work is undone."""

    def __init__(
        self,
        kind: str,
        detail: str,
        *,
        audit: Callable[[UnitOfWork], None] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail)
        self.kind, self.detail, self.audit, self.more = kind, detail, audit, more


class Over(PermanentError):
    """Nobody who may be here is behind this connection any more: it is told to connect again, and forgotten."""


@dataclass(frozen=True, kw_only=True)
class Conversing:
    """What a WebSocket function does. Each is called in a unit of work with the connection's id."""

    connected: Callable[[UnitOfWork, str, dict[str, Any]], bool]
    """Let this connection in, of whom the authorizer vouches with these words; False: it is refused."""
    said: Callable[[UnitOfWork, str, str, dict[str, Any]], Reply]
    """Do what was said: the action and the whole message. Raises Refusal, Over, NotFound, InvalidInput."""
    disconnected: Callable[[UnitOfWork, str], Afterwards]
    """Forget the connection."""


def websocket(conversing: Conversing) -> LambdaHandler:
    """The Lambda behind `$connect`, `$disconnect` and `$default`."""

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        asked, request_id = event["requestContext"], ids.new_id()
        connection: str = asked["connectionId"]
        logger.append_keys(correlation_id=str(request_id), connection=connection)
        with events.caused_by(request_id, request_id):
            match asked["routeKey"]:
                case "$connect":
                    vouched = asked.get("authorizer") or {}
                    let_in = database().run(lambda uow: conversing.connected(uow, connection, vouched))
                    return {"statusCode": 200 if let_in else 403}
                case "$disconnect":
                    database().run(lambda uow: conversing.disconnected(uow, connection))()
                    return {"statusCode": 200}
            return {"statusCode": 200, "body": json.dumps(_answer(conversing, connection, event.get("body") or ""))}

    return handler


def _answer(conversing: Conversing, connection: str, body: str) -> dict[str, Any]:
    id: str | None = None
    try:
        message = _read(body)
        id = message.get("id")
        action = str(message["action"])
        reply = database().run(lambda uow: conversing.said(uow, connection, action, message))
        reply.afterwards()
    except Over as error:
        database().run(lambda uow: conversing.disconnected(uow, connection))()
        return {"type": "bye", "reason": str(error)}
    except Exception as error:
        return {"type": "error", "id": id, **_refused(error)}
    return {"type": "ack", "id": id, "result": reply.result}


def _read(body: str) -> dict[str, Any]:
    try:
        message = json.loads(body)
    except ValueError as error:
        raise Refusal("bad-request", "What was said is no JSON.") from error
    if not isinstance(message, dict) or not isinstance(message.get("action"), str):
        raise Refusal("bad-request", 'Say {"id": "…", "action": "…"}.')
    id = message.get("id")
    if id is not None and not (isinstance(id, str) and len(id) <= _LONGEST_ID):
        raise Refusal("bad-request", f"The id is a text of at most {_LONGEST_ID} characters.")
    return message


def _refused(error: Exception) -> dict[str, Any]:
    match error:
        case Refusal():
            if error.audit is not None:
                database().run(error.audit)
            return {"kind": error.kind, "detail": error.detail, **error.more}
        case NotFound():
            return {"kind": "not-found", "detail": str(error)}
        case PermanentError():
            return {"kind": "bad-request", "detail": str(error)}
        case RetryableError() | psycopg.OperationalError():
            logger.exception("the socket cannot do its work for the moment")
            return {"kind": "unavailable", "detail": "Not available for the moment; try again."}
    logger.exception("the socket failed in a way nobody foresaw")
    metrics.add_metric(name="RequestFailed", unit="Count", value=1)
    metrics.flush_metrics()
    return {"kind": "failed", "detail": "Something failed on our side."}
