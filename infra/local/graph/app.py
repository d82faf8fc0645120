"""The Graph API's protocol for WhatsApp, as far as Relevo speaks it; `/_stand-in` to look inside and make faults."""

from __future__ import annotations

import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from infra.local.graph import limits
from infra.local.graph.limits import GraphError
from infra.local.graph.state import File, Graph, Rule

_VERSION = re.compile(r"v\d{2}\.\d")
_MEGABYTE = 1024 * 1024
_LARGEST = {"image": 5 * _MEGABYTE, "audio": 16 * _MEGABYTE, "video": 16 * _MEGABYTE, "application": 100 * _MEGABYTE}


def create(graph: Graph) -> Starlette:
    """The server over this memory."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        await graph.close()

    app = Starlette(routes=routes(), lifespan=lifespan, exception_handlers={GraphError: _refuse})
    app.state.graph = graph
    return app


def routes() -> list[Route]:
    """Graph's own routes and the stand-in's."""
    return [
        Route("/_stand-in/messages", list_messages),
        Route("/_stand-in/events", list_events),
        Route("/_stand-in/rules", add_rule, methods=["POST"]),
        Route("/_stand-in/rules", clear_rules, methods=["DELETE"]),
        Route("/_stand-in", reset, methods=["DELETE"]),
        Route("/_stand-in/files/{media_id}", download),
        Route("/{version}/{phone_number_id}/messages", send, methods=["POST"]),
        Route("/{version}/{phone_number_id}/media", upload, methods=["POST"]),
        Route("/{version}/{media_id}", describe),
    ]


async def _refuse(request: Request, error: Exception) -> Response:
    assert isinstance(error, GraphError)
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after is not None else None
    return JSONResponse(error.body, error.http_status, headers)


def _graph(request: Request) -> Graph:
    graph: Graph = request.app.state.graph
    return graph


def _authorize(request: Request) -> None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    expected = _graph(request).settings.token
    if scheme != "Bearer" or not token or (expected and not secrets.compare_digest(token, expected)):
        raise GraphError(401, 190, "Invalid OAuth access token - Cannot parse access token")
    if "version" in request.path_params and not _VERSION.fullmatch(request.path_params["version"]):
        raise GraphError(400, 2500, f"Unknown path components: {request.url.path}")


# ----------------------------------------------------------------------------------------------------------- messages


async def send(request: Request) -> Response:
    """`POST /{version}/{phone_number_id}/messages`: a message, or the read mark of one received."""
    graph, number = _graph(request), request.path_params["phone_number_id"]
    try:
        _authorize(request)
        if graph.numbers and number not in graph.numbers:
            raise GraphError(400, 100, f"Unsupported post request. Object with ID '{number}' does not exist")
        body = await _json(request)
        if body.get("status") == "read":
            return _mark_read(graph, number, body)
        return await _message(request, graph, number, body)
    except GraphError as error:
        graph.refused.append({"phone_number_id": number, "code": error.code, "title": error.title})
        graph.publish("refused", phone_number_id=number, code=error.code, title=error.title, status=error.http_status)
        raise


async def _json(request: Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError as error:
        raise GraphError(400, 100, "Invalid parameter", "The body is not JSON") from error
    if not isinstance(body, dict):
        raise GraphError(400, 100, "Invalid parameter", "The body is not an object")
    return body


def _mark_read(graph: Graph, number: str, body: dict[str, Any]) -> Response:
    message_id = body.get("message_id")
    if not isinstance(message_id, str) or not message_id.startswith("wamid."):
        raise GraphError(400, 131009, "Parameter value is not valid", "message_id is not a message's id")
    typing = (body.get("typing_indicator") or {}).get("type") == "text"
    graph.read.append({"phone_number_id": number, "message_id": message_id, "typing": typing})
    graph.publish("read", phone_number_id=number, id=message_id, typing=typing)
    return JSONResponse({"success": True})


async def _message(request: Request, graph: Graph, number: str, body: dict[str, Any]) -> Response:
    limits.check(body)
    to = body.get("to") or body["recipient"]
    rule = graph.fault_for(to)
    if rule and rule.kind == "error":
        raise GraphError(rule.http_status, rule.code, rule.title, rule.title, rule.retry_after)
    graph.pace(number, to)
    if rule and rule.kind == "timeout":
        if rule.accepted:
            graph.accept(number, body, rule)
        graph.publish("timeout", phone_number_id=number, to=to, accepted=rule.accepted)
        return await _never(request)
    sent = graph.accept(number, body, rule)
    contact = {"input": to} | ({"wa_id": to} if "to" in body else {"user_id": to})
    return JSONResponse({"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": sent.id}]})


async def _never(request: Request) -> Response:
    """Hold the connection until the other side gives up."""
    while (await request.receive())["type"] != "http.disconnect":
        continue
    return Response(status_code=499)


# -------------------------------------------------------------------------------------------------------------- media


async def upload(request: Request) -> Response:
    """`POST /{version}/{phone_number_id}/media`, multipart: the file's id."""
    _authorize(request)
    async with request.form() as form:
        file = form.get("file")
        if form.get("messaging_product") != "whatsapp" or file is None or isinstance(file, str):
            raise GraphError(400, 100, "Invalid parameter", "messaging_product and file are required")
        mime_type = str(form.get("type") or file.content_type or "application/octet-stream")
        kept = keep(_graph(request), await file.read(), mime_type, file.filename or "")
    return JSONResponse({"id": kept.id})


def keep(graph: Graph, content: bytes, mime_type: str, filename: str = "") -> File:
    """Keep a file. Raises 131053 when WhatsApp would not take it."""
    largest = _LARGEST.get(mime_type.split("/")[0], _LARGEST["application"])
    if not 0 < len(content) <= largest:
        raise GraphError(400, 131053, "Media upload error", f"{mime_type} must have 1 to {largest} bytes")
    file = File(str(secrets.randbelow(9 * 10**14) + 10**14), content, mime_type, filename)
    graph.files[file.id] = file
    return file


def _file(request: Request) -> File:
    media_id = request.path_params["media_id"]
    file = _graph(request).files.get(media_id)
    if file is None:
        raise GraphError(400, 100, f"Unsupported get request. Object with ID '{media_id}' does not exist")
    return file


async def describe(request: Request) -> Response:
    """`GET /{version}/{media_id}`: where the file can be fetched, and what it is."""
    _authorize(request)
    file = _file(request)
    return JSONResponse(
        {
            "messaging_product": "whatsapp",
            "id": file.id,
            "url": str(request.url.replace(path=f"/_stand-in/files/{file.id}", query="")),
            "mime_type": file.mime_type,
            "sha256": file.sha256.hex(),
            "file_size": len(file.content),
        }
    )


async def download(request: Request) -> Response:
    """The file itself, to whoever holds the token."""
    _authorize(request)
    file = _file(request)
    return Response(file.content, media_type=file.mime_type)


# -------------------------------------------------------------------------------------------------------- looking in


async def list_messages(request: Request) -> Response:
    """Messages accepted, oldest first; `?to=` those of one recipient."""
    to = request.query_params.get("to")
    return JSONResponse([asdict(s) | {"text": s.text} for s in _graph(request).sent if to in (None, s.to)])


async def list_events(request: Request) -> Response:
    """Everything that happened after `?after=` (a `seq`)."""
    after = int(request.query_params.get("after", 0))
    return JSONResponse([event for event in _graph(request).events if event["seq"] > after])


async def add_rule(request: Request) -> Response:
    """Make a fault on a later send; the body is a `Rule`."""
    try:
        rule = TypeAdapter(Rule).validate_python(await request.json())
    except (ValidationError, ValueError) as error:
        return JSONResponse({"detail": str(error)}, 422)
    _graph(request).add_rule(rule)
    return JSONResponse(asdict(rule), 201)


async def clear_rules(request: Request) -> Response:
    """Make no more faults."""
    _graph(request).clear_rules()
    return Response(status_code=204)


async def reset(request: Request) -> Response:
    """Forget messages, faults and events."""
    _graph(request).reset()
    _graph(request).publish("reset")
    return Response(status_code=204)
