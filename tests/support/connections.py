"""A stand-in for API Gateway's @connections: it speaks the protocol over loopback HTTP, and can be told to refuse.

200 keeps the message, 410 is for a connection that is gone, 413 for more than 128 KB, 429 for one too many at once.
"""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

LIMIT = 128 * 1024


class ConnectionsStandIn:
    """Connections by their ids; whatever id is not `gone` is there."""

    def __init__(self) -> None:
        self.received: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.gone: set[str] = set()
        self.throttled: dict[str, int] = defaultdict(int)
        """How many posts to a connection are still refused with 429."""
        self.closed: list[str] = []
        self.signed: list[str] = []
        """The Authorization header of every request."""
        self.paths: list[str] = []
        stand_in, lock = self, threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                with lock:
                    self._answer(stand_in._post(self._connection(), body))

            def do_DELETE(self) -> None:
                with lock:
                    stand_in.closed.append(self._connection())
                    self._answer(204 if stand_in.closed[-1] not in stand_in.gone else 410)

            def _connection(self) -> str:
                stand_in.signed.append(self.headers.get("authorization", ""))
                stand_in.paths.append(self.path)
                return unquote(self.path.rpartition("/@connections/")[2])

            def _answer(self, status: int) -> None:
                self.send_response(status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """What RELEVO_SOCKET_ENDPOINT would be."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/live"

    def events(self, connection_id: str) -> list[dict[str, Any]]:
        """The entries of the feed that a connection got, alone or several in a frame."""
        return [
            entry
            for frame in self.received[connection_id]
            if frame["type"] in ("event", "events")
            for entry in frame.get("items", [frame])
        ]

    def _post(self, connection: str, body: bytes) -> int:
        if connection in self.gone:
            return 410
        if len(body) > LIMIT:
            return 413
        if self.throttled[connection] > 0:
            self.throttled[connection] -= 1
            return 429
        self.received[connection].append(json.loads(body))
        return 200

    def __enter__(self) -> ConnectionsStandIn:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
