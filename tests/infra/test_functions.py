"""Every function: its limits, its rights and its environment are those of the catalogue, exactly."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from infra import catalog, stages
from infra.constructs.function import CONSUME_ACTIONS, NETWORK_ACTIONS
from infra.stages import Stage
from tests.infra.templates import Resource, Templates

ROOT = Path(__file__).parents[2]
NAMES = [entry.name for entry in catalog.FUNCTIONS]
LOG_ACTIONS = ("logs:CreateLogStream", "logs:PutLogEvents")
TRACE_ACTIONS = ("xray:PutTraceSegments", "xray:PutTelemetryRecords")


def _statements(templates: Templates, function: Resource) -> list[dict[str, Any]]:
    role = templates.in_same_stack(function, function.properties["Role"])
    assert "ManagedPolicyArns" not in role.properties, role
    (policy,) = role.properties["Policies"]
    found: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    return found


def _described(templates: Templates, function: Resource) -> set[tuple[str, str]]:
    """What the role allows, as (action, what it is allowed on)."""
    allowed = set()
    for statement in _statements(templates, function):
        assert statement["Effect"] == "Allow"
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        if "NotResource" in statement:
            allowed |= {(action, _all_but(statement["NotResource"])) for action in actions}
            continue
        resources = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
        allowed |= {(action, _name(templates, function, to)) for action in actions for to in resources}
    return allowed


def _all_but(resource: Any) -> str:
    """What is left when this is left out; phones have no ARN."""
    parts = resource["Fn::Join"][1]
    assert parts == ["arn:", {"Ref": "AWS::Partition"}, ":sns:*:*:*"], parts
    return "phones"


def _name(templates: Templates, beside: Resource, resource: Any) -> str:
    if resource == "*":
        return "*"
    if "Fn::Join" in resource:
        parts = resource["Fn::Join"][1]
        if any(isinstance(part, str) and "identity/" in part for part in parts):
            return str(parts[-1]).removeprefix(":identity/").rpartition("/")[2]
        if any(isinstance(part, str) and ":secret:" in part for part in parts):
            return "database"
        if any(isinstance(part, str) and "@connections" in part for part in parts):
            api = templates.target(beside, parts[-2])
            return f"{api.properties['ProtocolType']}{parts[-1]}"
        if "s3:" in str(parts) or templates.target(beside, parts[0]).type == "AWS::S3::Bucket":
            return f"media bucket{parts[-1]}"
        return _name(templates, beside, parts[0]) + str(parts[1])
    target = templates.target(beside, resource)
    for key in ("QueueName", "LogGroupName", "Name"):
        if key in target.properties and isinstance(target.properties[key], str):
            return (
                target.properties[key].removeprefix(f"relevo-{templates.stage}-").rpartition(f"{templates.stage}/")[2]
            )
    return "database"


def _expected(entry: catalog.Function, templates: Templates) -> set[tuple[str, str]]:
    stage = stages.load(templates.stage)
    log = f"/aws/lambda/relevo-{stage.name}-{entry.name}:*"
    allowed = {(action, log) for action in LOG_ACTIONS} | {(action, "*") for action in TRACE_ACTIONS}
    if entry.in_vpc and not stage.is_local:
        allowed |= {(action, "*") for action in NETWORK_ACTIONS}
    for queue in catalog.queues():
        if queue.function == entry:
            allowed |= {(action, queue.name) for action in CONSUME_ACTIONS}
    for grant in entry.grants:
        allowed |= {(action, _subject(grant, stage)) for action in grant.actions}
    return allowed


def _subject(grant: catalog.Grant, stage: Stage) -> str:
    match grant:
        case catalog.Database():
            return "database"
        case catalog.ReadSecret(name=name) | catalog.WriteSecret(name=name):
            return name
        case catalog.Send(stream=stream):
            return f"{stream}.fifo"
        case catalog.PutEvents():
            return stage.bus
        case catalog.SendEmail():
            return stage.email_sender.partition("@")[2]
        case catalog.SendSms():
            return "phones"
        case catalog.PostToConnections():
            return "WEBSOCKET/live/*/@connections/*"
        case catalog.ReadObjects(prefix=prefix) | catalog.WriteObjects(prefix=prefix):
            return f"media bucket/{prefix}/*"


@pytest.mark.parametrize("name", NAMES)
def test_a_function_may_do_what_the_catalogue_grants_and_nothing_else(anywhere: Templates, name: str) -> None:
    # Given a function of the catalogue
    entry = catalog.function(name)
    # When its role is read
    allowed = _described(anywhere, anywhere.function(name))
    # Then it holds exactly its grants
    assert allowed == _expected(entry, anywhere)


def test_nothing_is_added_to_a_role_from_outside(anywhere: Templates) -> None:
    # Given the roles of the catalogue's functions
    roles = {anywhere.function(name).properties["Role"]["Fn::GetAtt"][0] for name in NAMES}
    # When the policies that stand beside roles are listed
    policies = [policy for policy in anywhere.of_type("AWS::IAM::Policy") if policy.stack == "functions"]
    attached = {role["Ref"] for policy in policies for role in policy.properties["Roles"]}
    # Then none is for them
    assert attached & roles == set()


def test_each_function_has_a_role_of_its_own(anywhere: Templates) -> None:
    # Given the functions of the catalogue
    roles = [anywhere.function(name).properties["Role"]["Fn::GetAtt"][0] for name in NAMES]
    # Then no two share one
    assert len(set(roles)) == len(NAMES)


def test_events_are_put_under_our_source_only(anywhere: Templates) -> None:
    # Given every right to put events
    conditions = [
        statement.get("Condition")
        for name in NAMES
        for statement in _statements(anywhere, anywhere.function(name))
        if "events:PutEvents" in statement["Action"]
    ]
    # Then it is bound to the source
    assert conditions
    assert all(condition == {"StringEquals": {"events:source": "relevo"}} for condition in conditions)


@pytest.mark.parametrize("name", NAMES)
def test_a_function_is_built_as_the_design_says(anywhere: Templates, name: str) -> None:
    # Given a function of the catalogue
    entry, made = catalog.function(name), anywhere.function(name).properties
    # Then platform, limits, tracing and logs are stated
    assert made["Architectures"] == ["arm64"] and made["Runtime"] == "python3.13"
    assert (made["MemorySize"], made["Timeout"]) == (entry.memory, entry.timeout)
    assert made["TracingConfig"] == {"Mode": "Active"}
    assert made["LoggingConfig"]["LogFormat"] == "JSON"
    log = anywhere.in_same_stack(anywhere.function(name), made["LoggingConfig"]["LogGroup"])
    assert log.properties["RetentionInDays"] > 0
    assert ("VpcConfig" in made) is (entry.in_vpc and anywhere.stage != "local")
    assert len(made["Layers"]) == len(entry.layers)


@pytest.mark.parametrize("name", NAMES)
def test_a_function_is_told_what_the_contract_lists_and_nothing_else(anywhere: Templates, name: str) -> None:
    # Given the contract of the catalogue
    expected = catalog.environment_names(catalog.function(name))
    if anywhere.stage == "local":  # without a proxy the secret's own host holds
        expected -= {"RELEVO_DATABASE_HOST"}
    # When the function is synthesized
    told = set(anywhere.function(name).properties["Environment"]["Variables"])
    # Then they agree
    assert told == expected


def test_every_variable_of_the_contract_is_read_by_the_domain() -> None:
    # Given every variable any function gets
    told = set().union(*(catalog.environment_names(entry) for entry in catalog.FUNCTIONS))
    # When the domain's settings are listed, and the variables it names itself
    from relevo.settings import Settings

    read = {f"RELEVO_{field.upper()}" for field in Settings.model_fields}
    for source in [*(ROOT / "layers/core/python/relevo").rglob("*.py"), *(ROOT / "functions").glob("*/handler.py")]:
        read |= set(re.findall(r'"(RELEVO_[A-Z_]+)"', source.read_text()))
    # Then none is told in vain
    assert {name for name in told if name.startswith("RELEVO_")} - read == set()


def test_every_setting_a_function_is_told_exists_in_every_stage() -> None:
    # Given the settings named by the catalogue
    named = {setting for entry in catalog.FUNCTIONS for setting in entry.settings}
    named |= {queue.delay for queue in catalog.queues() if queue.delay}
    # Then each is a field of a stage
    assert named <= set(Stage.model_fields)


def test_interactive_functions_start_from_a_snapshot(deployed: Templates) -> None:
    for entry in catalog.FUNCTIONS:
        # Given a function
        made = deployed.function(entry.name).properties
        # Then it has a snapshot exactly when the catalogue says so
        assert ("SnapStart" in made) is entry.snap_start, entry.name


def test_everything_but_the_migration_waits_for_the_migration(anywhere: Templates) -> None:
    # Given the custom resource
    (migration,) = anywhere.of_type("Custom::Migration")
    # When the functions are updated
    for name in NAMES:
        waits = migration.id in anywhere.function(name).body.get("DependsOn", [])
        # Then the migration has run before
        assert waits is (name != "migrate"), name


def test_the_migration_runs_again_exactly_when_a_migration_is_added(tmp_path: Any) -> None:
    from infra.constructs.migration import migrations_hash

    # Given a folder with one migration
    (tmp_path / "0001_first.sql").write_text("SELECT 1;")
    before = migrations_hash(tmp_path)
    # When something else changes, nothing does
    (tmp_path / "notes.txt").write_text("x")
    assert migrations_hash(tmp_path) == before
    # Then a second migration changes the hash
    (tmp_path / "0002_second.sql").write_text("SELECT 2;")
    assert migrations_hash(tmp_path) != before
