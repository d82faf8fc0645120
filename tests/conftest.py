"""For every suite: nothing a test does in this process reaches beyond this machine."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from tests.support import loopback

LONGEST = (
    "tests/integration/faults/",
    "tests/unit/text/test_limits.py",
    "tests/integration/social/test_publishing.py",
    "tests/integration/api/test_authorization.py",
)
"""What takes ten seconds and more begins first, or one worker ends long after the others."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


def pytest_collection_finish() -> None:
    """What was collected stays to the end: no garbage collection looks through its million objects again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Sockets connect to loopback addresses and Unix sockets only."""
    with loopback.only():
        yield
