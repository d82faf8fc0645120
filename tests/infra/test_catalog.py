"""The catalogue agrees with the folders, the events and the budget."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from infra import catalog, stages

ROOT = Path(__file__).parents[2]


def test_the_catalogue_and_the_folders_agree() -> None:
    # Given the folders with a handler
    folders = {handler.parent.name for handler in (ROOT / "functions").glob("*/handler.py")}
    # Then they are the catalogue's functions
    assert folders == {entry.name for entry in catalog.FUNCTIONS}


def test_names_are_unique() -> None:
    # Given the names of functions and of queues
    functions = [entry.name for entry in catalog.FUNCTIONS]
    queues = [queue.name for queue in catalog.queues()]
    # Then none is used twice
    assert len(set(functions)) == len(functions)
    assert len(set(queues)) == len(queues)


def test_every_event_consumed_is_one_the_domain_knows() -> None:
    from relevo.events import by_name

    # Given every event a function waits for
    awaited = {name for entry in catalog.FUNCTIONS for t in entry.triggered_by(catalog.Events) for name in t.names}
    # Then the domain has it
    assert awaited <= set(by_name())


def test_a_stream_is_sent_to_only_if_somebody_reads_it() -> None:
    # Given every stream a function may send to
    sent = {grant.stream for entry in catalog.FUNCTIONS for grant in entry.grants if isinstance(grant, catalog.Send)}
    # Then it has a reader, and every reader a sender
    assert sent == set(catalog.streams())


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_the_connection_budget_fits_the_database(name: str) -> None:
    # Given what the whole system can ask for at once
    budget = catalog.connection_budget()
    # Then the proxy's share of the instance's connections (90 %) covers it, with a tenth to spare
    assert budget <= 0.9 * 0.9 * stages.load(name).connections


def test_every_function_with_the_database_has_a_share_of_the_budget() -> None:
    # Given the functions that connect, but for the deployment's own
    for entry in catalog.FUNCTIONS:
        if entry.in_vpc and not entry.triggered_by(catalog.CustomResource):
            # Then its concurrency is bounded
            assert entry.connections > 0, entry.name


def test_intake_stays_out_of_the_network_and_away_from_the_database() -> None:
    # Given the function that must never lose a webhook
    intake = catalog.function("intake")
    # Then it depends on nothing that may be down for maintenance
    assert not intake.in_vpc


def test_the_catalogue_needs_no_cdk() -> None:
    # Given a fresh interpreter
    code = "import sys, infra.catalog; sys.exit('aws_cdk' in sys.modules or 'relevo' in sys.modules)"
    # When the catalogue is imported, then neither the CDK nor the domain comes with it
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_an_unknown_stage_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(ValueError, match="dev, local, prod"):
        stages.load("staging")


def test_a_setting_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="Extra inputs"):
        stages.load("dev", colour="blue")


def test_an_override_of_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a misspelt setting in the environment
    monkeypatch.setenv("RELEVO_SETTING_BOT_DEBOUNCE", "0")
    # When a stage is loaded, then the variable is named
    with pytest.raises(ValueError, match="RELEVO_SETTING_BOT_DEBOUNCE"):
        stages.load("dev")
