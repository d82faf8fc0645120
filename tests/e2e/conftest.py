from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from infra.local.environment import Environment, Ports
from infra.local.progress import Silent


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Environment]:
    """The whole system, deployed to an emulator of its own on free ports, with data of its own."""
    folder: Path = tmp_path_factory.mktemp("relevo")
    with Environment(folder, Ports.free(), Silent()) as running:
        yield running


@pytest.fixture
def http(environment: Environment) -> Iterator[httpx.Client]:
    """A client of the HTTP API, without a key."""
    with httpx.Client(base_url=environment.api_url, timeout=30) as client:
        yield client
