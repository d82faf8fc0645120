"""The stand-in on a free loopback port, in a thread of this process: for tests and benchmarks."""

from __future__ import annotations

import socket
import threading
import time
from types import TracebackType
from typing import Self

import uvicorn
from starlette.applications import Starlette

from infra.local.graph.app import create
from infra.local.graph.state import Graph, Rule, Sent, Settings


class Served:
    """An ASGI app on a free loopback port, in a thread, between `__enter__` and `__exit__`."""

    def __init__(self, app: Starlette) -> None:
        # The protocol is named because asyncio turns Nagle's algorithm off only then; it costs 40 ms an answer.
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.listen(128)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(app, log_level="error", lifespan="on", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        deadline = time.monotonic() + 10
        while not self._server.started:
            if time.monotonic() > deadline:
                raise RuntimeError(f"nothing listens at {self.url} after ten seconds")
            time.sleep(0.005)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self._socket.close()


class GraphStandIn(Served):
    """`with GraphStandIn() as graph:` - `graph.url` is the Graph API's address, `graph.sent` what it was given.

    Settings with a `webhook_url`, or with `deliver` (called with body and signature), have statuses posted back.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self.graph = Graph(settings or Settings())
        super().__init__(create(self.graph))

    @property
    def sent(self) -> list[Sent]:
        """Messages accepted, oldest first."""
        return self.graph.sent

    def inject(self, rule: Rule) -> None:
        """Make this fault on a later send."""
        self.graph.add_rule(rule)
