"""Third parties on loopback that speak their own protocols: Slack, Teams, Discord, and a signed webhook's receiver."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Received:
    """One request that was accepted."""

    path: str
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw)


@dataclass
class Fault:
    """An answer injected instead of the ordinary one; `hang_up` closes the connection without any."""

    status: int = 500
    text: str = "internal error"
    headers: dict[str, str] = field(default_factory=dict)
    hang_up: bool = False


# What each provider answers when it accepts: Slack 200 and `ok`, Discord and Teams without a body.
_ACCEPTS = {"slack": (200, "ok"), "discord": (204, ""), "teams": (202, ""), "hook": (200, "thanks")}


def _complaint(provider: str, body: Any) -> str | None:
    """Why the provider would refuse this body, in its words."""
    if provider == "slack" and not isinstance(body.get("text"), str):
        return "no_text"
    if provider == "discord" and not 0 < len(body.get("content", "")) <= 2000:
        return '{"message": "Cannot send an empty message", "code": 50006}'
    if provider == "teams" and body.get("type") != "message":
        return "Summary or Text is required."
    return None


class Webhooks:
    """The server: `url("slack")` is an incoming webhook; `fail` queues faults for the next calls of a provider."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.received: list[Received] = []
        self.calls = 0
        self._faults: dict[str, list[Fault]] = {}

    def url(self, provider: str) -> str:
        return f"http://127.0.0.1:{self.port}/{provider}/T000/B000/secret"

    def fail(self, provider: str, *faults: Fault) -> None:
        self._faults.setdefault(provider, []).extend(faults)

    def accepted(self, provider: str) -> list[Received]:
        return [received for received in self.received if received.path.startswith(f"/{provider}/")]

    def answer(self, received: Received) -> Fault:
        self.calls += 1
        provider = received.path.split("/")[1]
        if self._faults.get(provider):
            return self._faults[provider].pop(0)
        if complaint := _complaint(provider, received.body):
            return Fault(400, complaint)
        self.received.append(received)
        return Fault(*_ACCEPTS[provider])


@contextmanager
def webhooks() -> Iterator[Webhooks]:
    """The stand-in, listening on a free port of loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            answer = standin.answer(Received(self.path, dict(self.headers), raw))
            if answer.hang_up:
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.text.encode())))
            self.end_headers()
            self.wfile.write(answer.text.encode())

        def log_message(self, format: str, *args: Any) -> None:
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    standin = Webhooks(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield standin
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
