from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from infra.local.environment import Environment, Ports
from infra.local.progress import Silent
from tests.e2e.phone import Phone


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first test's time includes bringing the system up, which a busy machine does slowly."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.timeout(300))


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


@pytest.fixture
def api(environment: Environment) -> Iterator[httpx.Client]:
    """A client of the HTTP API with the key the seed made."""
    headers = {"Authorization": f"Bearer {environment.api_key}"}
    with httpx.Client(base_url=environment.api_url, headers=headers, timeout=30) as client:
        yield client


@pytest.fixture
def phone_of(environment: Environment) -> Iterator[Callable[[str, str], Phone]]:
    """Makes phones: `phone_of(number, name)` writes to the first branch."""
    with httpx.Client(base_url=environment.simulator_url, timeout=60) as simulator:
        directory = simulator.get("/simulator/directory").raise_for_status().json()
        branch = directory["branches"][0]["phone_number_id"]
        yield lambda number, name: Phone(simulator, number, name, branch)
