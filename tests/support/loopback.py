"""Sockets that refuse to leave this machine: no test depends on the network, or writes to somebody's service."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any


class NetworkRefused(RuntimeError):
    """A test tried to connect to another machine. No OSError: code that bears with a bad network must not hide it."""


@contextmanager
def only() -> Iterator[None]:
    """Within the block, `connect` and `connect_ex` of Python's sockets raise `NetworkRefused` for other machines."""
    before = socket.socket.connect, socket.socket.connect_ex
    socket.socket.connect, socket.socket.connect_ex = map(_guarded, before)  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        socket.socket.connect, socket.socket.connect_ex = before  # type: ignore[method-assign]


def _guarded(connect: Callable[[socket.socket, Any], Any]) -> Callable[[socket.socket, Any], Any]:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not is_local(address[0]):
            raise NetworkRefused(f"a test tried to connect to {address[0]}:{address[1]}; only loopback is allowed")
        return connect(self, address)

    return guarded


def is_local(host: str) -> bool:
    """Whether a host is this machine: `localhost`, or an address of the loopback interface."""
    try:
        return ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        return host == "localhost"
