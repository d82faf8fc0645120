"""Writing to connected browsers: API Gateway's @connections over HTTP, signed, a few at a time.

A connection that is gone says so and is told to the caller, who forgets it. One that is full, or throttled, is
asked again a moment later, then left alone: what it missed it fetches from the feed.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, Protocol
from urllib.parse import quote

from relevo import aws
from relevo.errors import RetryableError
from relevo.observability import logger, metrics

_THREADS = 16
_PAUSES = (0.05, 0.2, 0.5)
"""Seconds before a throttled post is tried again."""


class Post(NamedTuple):
    """One message to one connection."""

    connection_id: str
    body: bytes


class Connections(Protocol):
    """What is needed of the WebSocket API."""

    def post(self, posts: Iterable[Post]) -> set[str]:
        """Send all; the ids of connections that are gone."""
        ...

    def close(self, connection_id: str) -> None:
        """Hang up; nothing happens when nobody is there."""
        ...


class ApiGatewayConnections:
    """The management API of one WebSocket API and stage, at `endpoint`."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._pool: Any = aws.pool(_THREADS)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="post")

    def post(self, posts: Iterable[Post]) -> set[str]:
        by_connection: dict[str, list[bytes]] = {}
        for post in posts:
            by_connection.setdefault(post.connection_id, []).append(post.body)
        found = self._threads.map(self._deliver, by_connection, by_connection.values())
        return {connection for connection, there in zip(by_connection, found, strict=True) if not there}

    def close(self, connection_id: str) -> None:
        try:
            self._call("DELETE", connection_id, b"")
        except RetryableError as error:
            logger.warning("a connection could not be closed: %s", error)

    def _deliver(self, connection_id: str, bodies: list[bytes]) -> bool:
        """Send in order; False when nobody is there any more."""
        for body in bodies:
            try:
                status = self._patiently(connection_id, body)
            except RetryableError as error:
                logger.warning("a connection missed a message: %s", error)
                break
            if status == 410:
                return False
            if status >= 300:
                logger.warning("a connection missed a message", status=status, bytes=len(body))
                metrics.add_metric(name="PostRefused", unit="Count", value=1)
                break
        return True

    def _patiently(self, connection_id: str, body: bytes) -> int:
        for pause in _PAUSES:
            if (status := self._call("POST", connection_id, body)) != 429:
                return status
            time.sleep(pause)
        return self._call("POST", connection_id, body)

    def _call(self, method: str, connection_id: str, body: bytes) -> int:
        url = f"{self._endpoint}/@connections/{quote(connection_id, safe='')}"
        status: int = aws.send("execute-api", method, url, body, pool=self._pool).status
        return status


_connections: Connections | None = None


def use(connections: Connections | None) -> None:
    """Put another implementation behind the door; None goes back to the environment's."""
    global _connections
    _connections = connections


def connections() -> Connections:
    """The WebSocket API this process may post to, as RELEVO_SOCKET_ENDPOINT names it."""
    global _connections
    if _connections is None:
        _connections = ApiGatewayConnections(os.environ["RELEVO_SOCKET_ENDPOINT"])
    return _connections


__all__ = ["ApiGatewayConnections", "Connections", "Post", "connections", "use"]
