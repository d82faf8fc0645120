"""The guard of `tests/conftest.py`: loopback is reached, other machines are not."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from tests.support.loopback import NetworkRefused, is_local


@pytest.mark.parametrize("method", ["connect", "connect_ex"])
@pytest.mark.parametrize(
    ("family", "address"),
    [
        (socket.AF_INET, ("192.0.2.1", 443)),
        (socket.AF_INET, ("graph.facebook.com", 443)),
        (socket.AF_INET6, ("2001:db8::1", 443, 0, 0)),
    ],
)
def test_another_machine_is_refused(method: str, family: socket.AddressFamily, address: Any) -> None:
    # Given a socket
    # When a test connects it to another machine, which the attempt must not reach
    # Then it fails at once and says why
    with socket.socket(family) as opened, pytest.raises(NetworkRefused, match="only loopback"):
        getattr(opened, method)(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_machine_is_reached(host: str) -> None:
    # Given a server on loopback
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        # When a test connects to it, in both ways there are
        with socket.socket() as first, socket.socket() as second:
            first.connect((host, port))
            # Then it is let through
            assert second.connect_ex((host, port)) == 0
            assert first.getpeername()[1] == port


@pytest.mark.parametrize(
    ("host", "local"), [("127.8.8.8", True), ("::1", True), ("10.0.0.1", False), ("localhost.example.com", False)]
)
def test_what_is_this_machine(host: str, local: bool) -> None:
    # Given a host / When it is looked at / Then only loopback is this machine
    assert is_local(host) is local
