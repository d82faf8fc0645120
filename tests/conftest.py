"""For every suite: nothing a test does in this process reaches beyond this machine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support import loopback


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Sockets connect to loopback addresses and Unix sockets only."""
    with loopback.only():
        yield
