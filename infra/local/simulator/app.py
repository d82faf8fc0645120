"""The simulator's server: the page, what the phone does, what happens live; everything else is the Graph stand-in."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from infra.local.graph import app as graph_api
from infra.local.graph.limits import GraphError
from infra.local.graph.state import Graph, Settings
from infra.local.inventory import Inventory
from infra.local.networks import Networks
from infra.local.networks import create as create_networks
from infra.local.simulator import customer, directory, pictures
from infra.local.simulator.customer import Act

WEB = Path(__file__).parent / "web"
_POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; object-src 'none'; base-uri 'none';"
    " frame-ancestors 'none'; form-action 'none'"
)
_BEAT = 15.0
"""Seconds between two signs of life on a quiet stream."""


def create(environment: Mapping[str, str] = os.environ) -> Starlette:
    """The app, configured by these variables (see the package)."""
    settings = Settings(
        token=environment.get("RELEVO_META_ACCESS_TOKEN", ""),
        app_secret=environment.get("RELEVO_META_APP_SECRET", "local-app-secret"),
        webhook_url=_webhook_url(environment),
        delays={"sent": 0.15, "delivered": 0.45, "read": 1.1},
    )
    app = graph_api.create(Graph(settings))
    app.state.environment = environment
    app.state.inventory = Inventory()
    app.user_middleware = [
        # Names other than loopback's would let a page elsewhere reach it by rebinding a name of its own.
        Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost", "testserver"]),
    ]
    app.router.routes[:0] = [
        Route("/", page),
        Route("/simulator/directory", read_directory),
        Route("/simulator/acts", act, methods=["POST"]),
        Route("/simulator/files", take_file, methods=["POST"]),
        Route("/simulator/files/{media_id}", show_file),
        Route("/simulator/stream", stream),
        Mount("/assets", StaticFiles(directory=WEB)),
        Mount("/networks", create_networks(Networks(fetch=_fetch))),
        Route("/inventario", stock, methods=["GET", "POST"]),
        Route("/products/{code}.png", product_picture),
    ]
    return app


def _fetch(url: str) -> bytes:
    """A file from the address a network was given for it."""
    return httpx.get(url, timeout=10).raise_for_status().content


def _webhook_url(environment: Mapping[str, str]) -> str:
    if environment.get("RELEVO_WEBHOOK_URL"):
        return environment["RELEVO_WEBHOOK_URL"]
    api = environment.get("RELEVO_API_URL", "")
    return f"{api.rstrip('/')}/webhooks/meta" if api else ""


def _graph(request: Request) -> Graph:
    graph: Graph = request.app.state.graph
    return graph


def _from_this_page(handler: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """Refuse what another site's page sends: this address signs webhooks."""

    async def checked(request: Request) -> Response:
        if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return JSONResponse({"detail": "only the simulator's own page may do this"}, 403)
        return await handler(request)

    return checked


async def page(request: Request) -> Response:
    """The phone."""
    return FileResponse(WEB / "index.html", headers={"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache"})


async def read_directory(request: Request) -> Response:
    """The branches' numbers and the customers, read anew at each call."""
    found = await asyncio.to_thread(directory.load, request.app.state.environment)
    graph = _graph(request)
    graph.numbers = {branch.phone_number_id: branch.number for branch in found.branches}
    return JSONResponse(found.as_json() | {"webhook_url": graph.settings.webhook_url})


@_from_this_page
async def act(request: Request) -> Response:
    """Do what a customer does: post its webhook, and tell how it was answered."""
    graph = _graph(request)
    if not graph.settings.webhook_url:
        return JSONResponse({"detail": "no webhook address: set RELEVO_WEBHOOK_URL"}, 503)
    try:
        asked = Act.model_validate_json(await request.body())
        wamid, payload = customer.webhook(asked, graph.number(asked.number), graph.files)
    except (ValidationError, ValueError) as error:
        return JSONResponse({"detail": str(error)}, 422)
    told = {"id": wamid, "number": asked.number, "customer": asked.customer.model_dump()}
    message = payload["entry"][0]["changes"][0]["value"]["messages"][0]
    graph.publish("inbound", **told, message=message)
    status, answer = 0, ""
    for _ in range(asked.repeat):
        secret = "not-the-app-secret" if asked.forged else None
        status, answer = await graph.post(payload, retries=(), secret=secret)
    graph.publish("accepted", id=wamid, status=status)
    return JSONResponse({"id": wamid, "status": status, "answer": answer})


@_from_this_page
async def take_file(request: Request) -> Response:
    """Keep a file the customer is about to send: the body as it is, its name in `?name=`."""
    mime_type = request.headers.get("content-type", "application/octet-stream")
    try:
        kept = graph_api.keep(_graph(request), await request.body(), mime_type, request.query_params.get("name", ""))
    except GraphError as error:
        return JSONResponse({"detail": error.details}, 422)
    return JSONResponse({"id": kept.id, "mime_type": kept.mime_type})


async def show_file(request: Request) -> Response:
    """A file for the page to show; never run, whatever it is."""
    file = _graph(request).files.get(request.path_params["media_id"])
    if file is None:
        return JSONResponse({"detail": "no such file"}, 404)
    headers = {"Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"}
    return Response(file.content, media_type=file.mime_type, headers=headers)


async def stream(request: Request) -> Response:
    """Everything that happens, as server-sent events: first what did since Last-Event-ID, then live."""
    graph = _graph(request)
    run, _, seq = request.headers.get("last-event-id", "").partition(":")
    after = int(seq) if run == graph.run and seq.isdigit() else 0
    return StreamingResponse(
        _events(graph, after), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
    )


async def _events(graph: Graph, after: int) -> AsyncIterator[str]:
    missed = [event for event in graph.events if event["seq"] > after]
    queue = graph.listen()
    try:
        # Said first: a browser that was connected to a former run forgets what it shows.
        yield f"event: run\ndata: {json.dumps(graph.run)}\n\n"
        for event in missed:
            yield _sse(graph, event)
        while True:
            try:
                event = await asyncio.wait_for(queue.get(), _BEAT)
            except TimeoutError:
                yield ": still here\n\n"
            else:
                yield _sse(graph, event)
    finally:
        graph.forget(queue)


def _sse(graph: Graph, event: dict[str, Any]) -> str:
    return f"id: {graph.run}:{event['seq']}\ndata: {json.dumps(event)}\n\n"


async def stock(request: Request) -> Response:
    """The company's inventory: its WSDL, and what it answers."""
    inventory: Inventory = request.app.state.inventory
    if request.method == "GET":
        inventory.address = str(request.url.replace(query=""))
        return Response(inventory.wsdl(), media_type="text/xml")
    status, body = inventory.answer(await request.body(), request.headers.get("soapaction", ""))
    return Response(body, status, media_type="text/xml")


async def product_picture(request: Request) -> Response:
    """A picture of a product of the seed: its code on a colour of its own."""
    return Response(pictures.draw(request.path_params["code"]), media_type="image/png")
