"""The stacks as a whole: sizes, lint, network, database, API, alarms."""

from __future__ import annotations

import json
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import pytest

from infra import catalog
from tests.infra.templates import Templates

ROOT = Path(__file__).parents[2]
RESOURCE_LIMIT = 500
NO_NOISE = ("W3005",)
"""DependsOn that CDK writes although a reference implies it."""


@pytest.mark.filterwarnings("ignore")
def test_a_finding_of_cdk_nag_fails_the_synthesis(tmp_path: Path) -> None:
    # Given a stack with a bucket nobody protected
    from aws_cdk import App, Stack
    from aws_cdk import aws_s3 as s3

    from infra.app import judge

    app = App(outdir=str(tmp_path))
    s3.Bucket(Stack(app, "Careless"), "Open")
    judge(app)
    # When it is synthesized, then that fails
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()
    assert "AwsSolutions-S1" in (tmp_path / "validation-report.json").read_text()


def test_cdk_nag_finds_nothing_without_a_written_reason(deployed: Templates) -> None:
    # Given a stage on AWS, judged while it was synthesized: a finding would have raised
    report = json.loads((deployed.folder / "validation-report.json").read_text())
    # Then nothing is left in the report
    assert [found for plugin in report["pluginReports"] for found in plugin["violations"]] == []


def test_cfn_lint_is_clean(anywhere: Templates) -> None:
    # Given the templates
    lint = Path(sysconfig.get_path("scripts")) / "cfn-lint"
    files = [str(file) for file in sorted(anywhere.folder.glob("*.template.json"))]
    # When cfn-lint reads them
    done = subprocess.run(
        [lint, "--ignore-checks", *NO_NOISE, "--", *files], capture_output=True, text=True, check=False
    )
    # Then it has nothing to say
    assert done.stdout + done.stderr == ""


def test_no_stack_comes_near_the_limit_of_resources(anywhere: Templates) -> None:
    # Given every stack
    sizes = {stack: len(template["Resources"]) for stack, template in anywhere.stacks.items()}
    # Then each has room for twice as much
    assert max(sizes.values()) < RESOURCE_LIMIT / 2, sizes


def test_the_laptop_leaves_out_network_database_and_archive_only(local: Templates, prod: Templates) -> None:
    # Given the kinds of resources of the laptop and of production
    kinds = {resource.type for resource in prod.resources} - {resource.type for resource in local.resources}
    # Then what is missing is network, database, the bus's archive, SnapStart's versions and the socket's answers
    left_out = ("AWS::EC2::", "AWS::RDS::", "AWS::Events::Archive", "AWS::Lambda::Version", "AWS::Lambda::Alias")
    left_out += ("AWS::ApiGatewayV2::RouteResponse",)  # the emulator answers without being told
    rotation = ("AWS::Serverless::Application", "AWS::SecretsManager::")
    assert all(kind.startswith(left_out + rotation) or kind == "AWS::IAM::Policy" for kind in kinds), kinds


def test_the_database_is_encrypted_backed_up_and_speaks_tls_only(deployed: Templates) -> None:
    # Given the instance
    (database,) = deployed.of_type("AWS::RDS::DBInstance")
    made = database.properties
    # Then
    assert made["StorageEncrypted"] is True and made["PubliclyAccessible"] is False
    assert made["BackupRetentionPeriod"] >= 7 and made["EngineVersion"].startswith("17")
    group = deployed.in_same_stack(database, made["DBParameterGroupName"])
    assert group.properties["Parameters"]["rds.force_ssl"] == "1"
    (proxy,) = deployed.of_type("AWS::RDS::DBProxy")
    assert proxy.properties["RequireTLS"] is True
    assert len(deployed.of_type("AWS::SecretsManager::RotationSchedule")) == 1


def test_production_survives_a_zone_and_a_slip_of_the_hand(prod: Templates) -> None:
    # Given production
    (database,) = prod.of_type("AWS::RDS::DBInstance")
    # Then it is redundant and protected
    assert database.properties["MultiAZ"] is True and database.properties["DeletionProtection"] is True
    assert database.body["DeletionPolicy"] == "Snapshot"
    assert len(prod.of_type("AWS::EC2::NatGateway")) == 2


def test_private_subnets_in_two_zones_with_the_endpoints_every_function_uses(deployed: Templates) -> None:
    # Given the network
    subnets = [s for s in deployed.of_type("AWS::EC2::Subnet") if not s.properties["MapPublicIpOnLaunch"]]
    zones = {str(subnet.properties["AvailabilityZone"]) for subnet in subnets}
    endpoints = [endpoint.properties for endpoint in deployed.of_type("AWS::EC2::VPCEndpoint")]
    # Then
    assert len(zones) == 2
    assert sorted(endpoint["VpcEndpointType"] for endpoint in endpoints) == ["Gateway", *["Interface"] * 3]


def test_nothing_is_open_to_the_world(deployed: Templates) -> None:
    # Given every rule that lets somebody in
    groups = deployed.of_type("AWS::EC2::SecurityGroup")
    inline = [rule for group in groups for rule in group.properties.get("SecurityGroupIngress", [])]
    apart = [rule.properties for rule in deployed.of_type("AWS::EC2::SecurityGroupIngress")]
    # Then none names an address range
    assert inline + apart
    assert [rule for rule in inline + apart if "CidrIp" in rule or "CidrIpv6" in rule] == []


def test_buckets_are_private_encrypted_and_media_is_versioned(anywhere: Templates) -> None:
    # Given the buckets
    buckets = anywhere.of_type("AWS::S3::Bucket")
    # Then
    for bucket in buckets:
        assert set(bucket.properties["PublicAccessBlockConfiguration"].values()) == {True}, bucket
        assert bucket.properties["BucketEncryption"] and bucket.properties["LifecycleConfiguration"], bucket
    assert [b.id for b in buckets if "VersioningConfiguration" in b.properties] == [
        b.id for b in buckets if b.id.startswith("Media")
    ]


def test_routes_are_the_catalogues_and_guarded_unless_it_says_why_not(anywhere: Templates) -> None:
    # Given the routes
    made = {route["RouteKey"]: route["AuthorizationType"] for route in of_protocol(anywhere, "HTTP", "Route")}
    # Then
    assert made == {
        f"{route.method} {route.path}": "NONE" if route.public else "CUSTOM" for _, route in catalog.routes()
    }
    (authorizer,) = of_protocol(anywhere, "HTTP", "Authorizer")
    assert authorizer["EnableSimpleResponses"] is True
    integrations = of_protocol(anywhere, "HTTP", "Integration")
    assert {integration["PayloadFormatVersion"] for integration in integrations} == {"2.0"}


@pytest.mark.parametrize("protocol", ["HTTP", "WEBSOCKET"])
def test_an_api_is_throttled_and_every_call_is_logged(anywhere: Templates, protocol: str) -> None:
    # Given the API's stage
    (stage,) = of_protocol(anywhere, protocol, "Stage")
    # Then
    settings = stage["DefaultRouteSettings"]
    assert settings["ThrottlingRateLimit"] > 0 and settings["ThrottlingBurstLimit"] > 0
    assert "$context.requestId" in stage["AccessLogSettings"]["Format"]
    assert stage["AccessLogSettings"]["DestinationArn"]


def test_what_is_said_over_a_socket_is_not_logged(anywhere: Templates) -> None:
    # Given the WebSocket API's stage
    (stage,) = of_protocol(anywhere, "WEBSOCKET", "Stage")
    # Then execution logs, which hold whole messages, are off
    settings = stage["DefaultRouteSettings"]
    assert not settings.get("DataTraceEnabled") and settings.get("LoggingLevel", "OFF") == "OFF"


def test_nobody_connects_to_the_socket_without_a_ticket(anywhere: Templates) -> None:
    # Given the routes of the WebSocket API
    routes = {route["RouteKey"]: route["AuthorizationType"] for route in of_protocol(anywhere, "WEBSOCKET", "Route")}
    # Then they are the catalogue's, and the authorizer stands at the door
    assert set(routes) == {route.key for _, route in catalog.socket_routes()}
    assert routes["$connect"] == "CUSTOM"
    (authorizer,) = of_protocol(anywhere, "WEBSOCKET", "Authorizer")
    assert authorizer["AuthorizerType"] == "REQUEST"
    assert authorizer["IdentitySource"] == ["route.request.querystring.ticket"]


def test_each_route_of_the_socket_may_call_its_function(anywhere: Templates) -> None:
    # Given the permissions API Gateway has for the routes of the WebSocket API
    sources = [
        str(made.properties["SourceArn"]["Fn::Join"][1][-1])
        for made in anywhere.of_type("AWS::Lambda::Permission")
        if "SourceArn" in made.properties
    ]
    # Then none of them shares another's
    assert {f"/*{route.key}" for _, route in catalog.socket_routes()} <= set(sources)


def test_the_answer_to_a_frame_goes_back_over_the_connection(deployed: Templates) -> None:
    # Given the responses of the WebSocket API's routes
    (response,) = deployed.of_type("AWS::ApiGatewayV2::RouteResponse")
    route = deployed.in_same_stack(response, response.properties["RouteId"])
    # Then what is said to the default route is answered
    assert route.properties["RouteKey"] == "$default"


def test_the_socket_may_log_before_its_stage_is_made(anywhere: Templates) -> None:
    # Given the account's role for logs, without which a WebSocket stage with an access log is refused
    (account,) = anywhere.of_type("AWS::ApiGateway::Account")
    role = anywhere.in_same_stack(account, account.properties["CloudWatchRoleArn"])
    (stage,) = [made for made in anywhere.of_type("AWS::ApiGatewayV2::Stage") if made.id.startswith("Socket")]
    # Then the stage waits for it, and both outlive the stack, since others in the account may log by them
    assert account.id in stage.body["DependsOn"]
    assert {account.body["DeletionPolicy"], role.body["DeletionPolicy"]} == {"Retain"}


def of_protocol(templates: Templates, protocol: str, kind: str) -> list[dict[str, Any]]:
    """Properties of the routes, stages or integrations of the API that speaks a protocol."""
    return [
        made.properties
        for made in templates.of_type(f"AWS::ApiGatewayV2::{kind}")
        if templates.target(made, made.properties["ApiId"]).properties["ProtocolType"] == protocol
    ]


def test_every_log_group_forgets(anywhere: Templates) -> None:
    # Given the log groups
    groups = anywhere.of_type("AWS::Logs::LogGroup")
    # Then none keeps for ever
    assert len(groups) >= len(catalog.FUNCTIONS)
    assert all(group.properties.get("RetentionInDays") for group in groups)


def test_every_alarm_tells_somebody_and_says_what_to_do(anywhere: Templates) -> None:
    # Given the alarms
    alarms = anywhere.of_type("AWS::CloudWatch::Alarm")
    # Then
    assert alarms
    for alarm in alarms:
        assert alarm.properties["AlarmActions"] and alarm.properties["AlarmDescription"], alarm
    assert len(anywhere.of_type("AWS::SNS::Topic")) == 2


def test_the_business_dashboard_shows_what_functions_report(prod: Templates) -> None:
    from infra.stacks.observability import BUSINESS, TROUBLE

    # Given the metrics on the dashboard, and the sources of the domain
    shown = {metric for metric, _ in BUSINESS.values()} | set(TROUBLE)
    sources = "".join(file.read_text() for file in (ROOT / "layers/core/python/relevo").rglob("*.py"))
    # Then each is reported by somebody, for a function of the catalogue
    assert {metric for metric in shown if f'name="{metric}"' not in sources} == set()
    assert {service for _, service in BUSINESS.values()} <= {entry.name for entry in catalog.FUNCTIONS}


def test_the_outbox_alarm_reads_what_relay_logs(prod: Templates) -> None:
    # Given the filter on relay's log, and relay's source
    (found,) = prod.of_type("AWS::Logs::MetricFilter")
    source = (ROOT / "functions/relay/handler.py").read_text()
    # Then the words and the field are the same
    assert '$.message = "outbox swept"' in found.properties["FilterPattern"] and '"outbox swept"' in source
    assert found.properties["MetricTransformations"][0]["MetricValue"] == "$.sent" and "sent=" in source


def test_a_stopped_channel_wakes_somebody_at_the_first_message(prod: Templates) -> None:
    # Given the alarm, and the source that reports
    alarm = prod.called("AWS::CloudWatch::Alarm", "AlarmName", "relevo-prod-channel-stopped")
    source = (ROOT / "layers/core/python/relevo/inbox/delivery.py").read_text()
    # Then both speak of the same metric, and one refusal is enough for the critical topic
    made = alarm.properties
    assert made["MetricName"] == "ChannelStopped" and 'name="ChannelStopped"' in source
    assert made["Dimensions"] == [{"Name": "service", "Value": "deliver"}] and made["Threshold"] == 1
    topic = prod.in_same_stack(alarm, made["AlarmActions"][0])
    assert topic.properties["TopicName"] == "relevo-prod-critical"


def test_there_is_a_business_and_a_resource_dashboard(anywhere: Templates) -> None:
    # Given the dashboards
    assert len(anywhere.of_type("AWS::CloudWatch::Dashboard")) == 2
