"""API Gateway's WebSocket side over loopback: browsers connect to one port, functions post to the other.

Real sockets, frames and HTTP, in a process of its own; what it leaves out is AWS's network and its own time.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from multiprocessing.connection import Connection
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve

from relevo import db, messaging
from tests.support import people
from tests.support.broker import MemoryMessaging
from tests.support.sockets import event


def serve_connections(pipe: Connection, database: str) -> None:
    """Run until the pipe says so; first tells the two ports: (WebSocket, @connections).

    Who shows a ticket is let in and answered by the functions behind the API, over this database; who does not is told
    the connection's id and no more.
    """
    os.environ["RELEVO_AUTH_SECRET"] = people.AUTH_SECRET
    db.use(db.Database(lambda: database))
    messaging.use(MemoryMessaging())
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the functions print metrics, and stdout holds the figures
    asyncio.run(_serve(pipe))


async def _serve(pipe: Connection) -> None:
    there: dict[str, ServerConnection] = {}
    one_at_a_time = ThreadPoolExecutor(1)

    async def ask(work: Callable[[], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(one_at_a_time, work)

    async def talk(connection: ServerConnection) -> None:
        id = f"c{len(there)}"
        there[id] = connection
        assert connection.request is not None
        ticket = parse_qs(urlsplit(connection.request.path).query).get("ticket")
        if ticket is None:
            await connection.send(id)
            return await connection.wait_closed()
        if not await ask(partial(_let_in, id, ticket[0])):
            return await connection.close()
        async for said in connection:
            await connection.send(await ask(partial(_answer, id, str(said))))

    async def manage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not reader.at_eof():
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except asyncio.IncompleteReadError:
                break  # the caller closed the connection
            lines = head.decode().split("\r\n")
            headers = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            connection = there.get(lines[0].split()[1].rpartition("/")[2])
            if connection is not None:
                await connection.send(body.decode())
            status = "200 OK" if connection is not None else "410 Gone"
            writer.write(f"HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n".encode())
            await writer.drain()

    async with serve(talk, "127.0.0.1", 0) as sockets:
        management = await asyncio.start_server(manage, "127.0.0.1", 0)
        port: int = management.sockets[0].getsockname()[1]
        os.environ["RELEVO_SOCKET_ENDPOINT"] = f"http://127.0.0.1:{port}/live"
        pipe.send((sockets.sockets[0].getsockname()[1], port))
        await asyncio.get_running_loop().run_in_executor(None, pipe.recv)
        management.close()


def _let_in(id: str, ticket: str) -> bool:
    from functions.authorizer.handler import handler as authorizer
    from functions.socket.handler import handler

    asked = {"methodArn": "arn:aws:execute-api:live", "queryStringParameters": {"ticket": ticket}}
    vouched = authorizer(asked, None).get("context")
    return bool(vouched) and handler(event("$connect", id, vouched=vouched), None)["statusCode"] == 200


def _answer(id: str, said: str) -> str:
    from functions.socket.handler import handler

    return str(handler(event("$default", id, body=said), None)["body"])


def listen(pipe: Connection, port: int, count: int, each: int) -> None:
    """So many browsers, each until it has heard of so many messages; tells their ids, and at the end when each message
    arrived at each of them (monotonic seconds, by the message's text)."""
    pipe.send(asyncio.run(_listen(pipe, port, count, each)))


async def _listen(pipe: Connection, port: int, count: int, each: int) -> dict[str, list[float]]:
    arrived: dict[str, list[float]] = defaultdict(list)

    async def hear(browser: Any) -> None:
        heard = 0
        while heard < each:
            frame, at = json.loads(await browser.recv()), time.monotonic()
            for entry in frame.get("items", [frame]):
                if entry["kind"] == "message.added":
                    arrived[entry["data"]["text"]].append(at)
                    heard += 1

    browsers = [await connect(f"ws://127.0.0.1:{port}") for _ in range(count)]
    pipe.send([await browser.recv() for browser in browsers])
    await asyncio.gather(*(hear(browser) for browser in browsers))
    for browser in browsers:
        await browser.close()
    return dict(arrived)
