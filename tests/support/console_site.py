"""The console and its API over loopback HTTP, from the handlers the Lambdas have."""

from __future__ import annotations

import base64
import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from relevo import db, messaging
from tests.support import people
from tests.support.broker import MemoryMessaging

COOKIE = "relevo_refresh"


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that is closed hangs up in the middle of what it asked for; all else is shown."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def site() -> Iterator[str]:
    """Where both answer, over the database of this process."""
    from functions.console.handler import handler as console

    gateway, one_at_a_time = people.Gateway(), threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", 0))).decode() or None
            if asked.path.startswith("/console"):
                return self.tell(console({"rawPath": asked.path, "headers": headers}, None))
            token = headers.get("authorization", "").removeprefix("Bearer ") or None
            cookie = headers.get("cookie", "").removeprefix(f"{COOKIE}=") or None
            call = {"token": token, "cookie": cookie, "query": asked.query, "body": body}
            with one_at_a_time:
                self.tell(gateway.call(self.command, asked.path, headers=headers, **call))

        do_POST = do_GET

        def tell(self, answer: dict[str, Any]) -> None:
            body = answer.get("body") or ""
            sent = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
            self.send_response(answer["statusCode"])
            for name, value in (answer.get("headers") or {}).items():
                self.send_header(name, value)
            for cookie in answer.get("cookies") or ():
                self.send_header("set-cookie", cookie)
            self.send_header("content-length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: what is measured is what is shown."""

    server = _Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def serve(pipe: Connection, database: str, socket: str) -> None:
    """In a process of its own, over this database, with live updates at `socket`; tells the address, runs until the
    pipe says so."""
    os.environ |= {"RELEVO_AUTH_SECRET": people.AUTH_SECRET, "RELEVO_SOCKET_URL": socket}
    db.use(db.Database(lambda: database))
    messaging.use(MemoryMessaging())
    with Path(os.devnull).open("w") as silence, contextlib.redirect_stdout(silence), site() as address:
        pipe.send(address)
        pipe.recv()
