"""A function of the catalogue: code, log group, role with exactly its grants, exactly its variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aws_cdk import Annotations, Aws, Duration, IgnoreMode, RemovalPolicy, Stack, Tags
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra import catalog
from infra.constructs.nag import acknowledge
from infra.constructs.work_queue import WorkQueue
from infra.stages import Stage

FUNCTIONS = Path(__file__).parents[2] / "functions"
CODE_EXCLUDED = ["__pycache__", "*.pyc", "/web/*", "!/web/dist", "/web/dist/ready"]
"""In git's own language. Of a web application only what was built is shipped."""


@dataclass(frozen=True, kw_only=True)
class Socket:
    """The WebSocket API's addresses."""

    url: str
    """Where browsers connect."""
    endpoint: str
    """Where functions post to connections."""
    connections: str
    """The ARN of all its connections."""
    finding: str
    """That ARN in cdk-nag's words."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where functions live: everything a grant can point at."""

    stage: Stage
    bus: events.IEventBus
    queues: Mapping[str, WorkQueue]
    """By the queue's name in the catalogue."""
    secrets: Mapping[str, secretsmanager.ISecret]
    """`database`, `meta`, `llm`, `vin`, `auth`."""
    layers: Mapping[str, lambda_.ILayerVersion]
    socket: Socket
    bucket: s3.IBucket
    """Where files are kept."""
    site_url: str
    """Where browsers reach the HTTP API."""
    database_host: str | None = None
    """The proxy's endpoint; without one functions take the host in the secret."""
    vpc: ec2.IVpc | None = None
    security_group: ec2.ISecurityGroup | None = None

    def stream(self, name: str) -> WorkQueue:
        """The ordered queue of a stream."""
        return self.queues[catalog.streams()[name].name]


class CatalogFunction(Construct):
    """One Lambda, least privilege: nothing adds to its role behind the catalogue's back."""

    def __init__(self, scope: Construct, entry: catalog.Function, place: Place) -> None:
        super().__init__(scope, entry.name.capitalize())
        stage = place.stage
        name = f"relevo-{stage.name}-{entry.name}"
        self.entry = entry
        self.log_group = logs.LogGroup(
            self,
            "Logs",
            log_group_name=f"/aws/lambda/{name}",
            retention=retention(stage),
            removal_policy=RemovalPolicy.RETAIN if stage.protected else RemovalPolicy.DESTROY,
        )
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            description=f"What {entry.name} may do, no more",
            inline_policies={"catalogue": iam.PolicyDocument(statements=self._statements(entry, place))},
        )
        in_vpc = entry.in_vpc and place.vpc is not None
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=name,
            description=entry.does,
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            handler="handler.handler",
            code=lambda_.Code.from_asset(
                str(FUNCTIONS / entry.name), exclude=CODE_EXCLUDED, ignore_mode=IgnoreMode.GIT
            ),
            layers=[place.layers[layer] for layer in entry.layers],
            memory_size=entry.memory,
            timeout=Duration.seconds(entry.timeout),
            environment=environment(entry, place),
            tracing=lambda_.Tracing.ACTIVE,
            log_group=self.log_group,
            logging_format=lambda_.LoggingFormat.JSON,
            role=role.without_policy_updates(),
            reserved_concurrent_executions=entry.reserved_concurrency if stage.reserve_concurrency else None,
            snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if self._snaps(entry, stage) else None,
            vpc=place.vpc if in_vpc else None,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS) if in_vpc else None,
            security_groups=[place.security_group] if in_vpc and place.security_group else None,
        )
        Tags.of(self).add("relevo:function", entry.name)
        self.invoked: lambda_.IFunction = self._alias() if self._snaps(entry, stage) else self.function
        self._acknowledge(role, place)

    @staticmethod
    def _snaps(entry: catalog.Function, stage: Stage) -> bool:
        return entry.snap_start and stage.snap_start

    def _alias(self) -> lambda_.IFunction:
        """SnapStart works on published versions only; callers go through the alias of the newest."""
        Annotations.of(self.function).acknowledge_warning(
            "@aws-cdk/aws-lambda:snapStartRequirePublish", "callers use the alias"
        )
        return lambda_.Alias(self, "Live", alias_name="live", version=self.function.current_version)

    def _statements(self, entry: catalog.Function, place: Place) -> list[iam.PolicyStatement]:
        """Logs and traces; the network interface if it has one; its own queues; its grants."""
        found = [
            statement(("logs:CreateLogStream", "logs:PutLogEvents"), f"{self.log_group.log_group_arn}:*"),
            statement(("xray:PutTraceSegments", "xray:PutTelemetryRecords"), "*"),
        ]
        if entry.in_vpc and place.vpc is not None:
            found.append(statement(NETWORK_ACTIONS, "*"))
        for trigger in entry.triggers:
            if isinstance(trigger, catalog.Awaited):
                queue = place.queues[catalog.queue_for(entry, trigger).name].queue
                found.append(statement(CONSUME_ACTIONS, queue.queue_arn))
        return found + [granted(grant, place) for grant in entry.grants]

    def _acknowledge(self, role: iam.Role, place: Place) -> None:
        acknowledge(
            role,
            "AwsSolutions-IAM5[Resource::*]",
            "X-Ray and the network interfaces Lambda makes for a VPC have no resource to name before they exist",
        )
        acknowledge(
            role,
            f"AwsSolutions-IAM5[Resource::<{_logical_id(self.log_group)}.Arn>:*]",
            "The log streams of its own group: Lambda names them at run time",
        )
        if catalog.PostToConnections() in self.entry.grants:
            acknowledge(
                role,
                f"AwsSolutions-IAM5[Resource::{place.socket.finding}]",
                "Every connection of this one API and stage: they are made and gone at run time",
            )
        files = [g for g in self.entry.grants if isinstance(g, catalog.ReadObjects | catalog.WriteObjects)]
        for prefix in sorted({grant.prefix for grant in files}):
            acknowledge(
                role,
                f"AwsSolutions-IAM5[Resource::{_exported(place.bucket)}/{prefix}/*]",
                "Every file under this one prefix: they are named when they come",
            )
        acknowledge(
            self.function,
            "AwsSolutions-L1",
            "Python 3.13 is the newest runtime for which every dependency has an arm64 wheel; a test holds it to that",
        )


NETWORK_ACTIONS = (
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
)
CONSUME_ACTIONS = (
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ChangeMessageVisibility",
)


def statement(actions: tuple[str, ...], resource: str, **conditions: dict[str, str]) -> iam.PolicyStatement:
    """Allow these actions on one resource."""
    return iam.PolicyStatement(actions=list(actions), resources=[resource], conditions=dict(conditions) or None)


def granted(grant: catalog.Grant, place: Place) -> iam.PolicyStatement:
    """The statement a grant of the catalogue stands for."""
    match grant:
        case catalog.Database():
            return statement(grant.actions, place.secrets["database"].secret_arn)
        case catalog.ReadSecret(name=name) | catalog.WriteSecret(name=name):
            return statement(grant.actions, place.secrets[name].secret_arn)
        case catalog.Send(stream=stream):
            return statement(grant.actions, place.stream(stream).queue.queue_arn)
        case catalog.PutEvents():
            return statement(grant.actions, place.bus.event_bus_arn, StringEquals={"events:source": "relevo"})
        case catalog.SendEmail():
            domain = place.stage.email_sender.partition("@")[2]
            identity = f"arn:{Aws.PARTITION}:ses:{Aws.REGION}:{Aws.ACCOUNT_ID}:identity/{domain}"
            return statement(grant.actions, identity, StringEquals={"ses:FromAddress": place.stage.email_sender})
        case catalog.SendSms():
            # A phone is no resource IAM could name: everything but topics and what else has an ARN is phones.
            return iam.PolicyStatement(actions=list(grant.actions), not_resources=[f"arn:{Aws.PARTITION}:sns:*:*:*"])
        case catalog.PostToConnections():
            return statement(grant.actions, place.socket.connections)
        case catalog.ReadObjects(prefix=prefix) | catalog.WriteObjects(prefix=prefix):
            return statement(grant.actions, place.bucket.arn_for_objects(f"{prefix}/*"))


def environment(entry: catalog.Function, place: Place) -> dict[str, str]:
    """The variables of the catalogue's contract, with their values at this place."""
    stage = place.stage
    values = {
        "RELEVO_STAGE": stage.name,
        "POWERTOOLS_SERVICE_NAME": entry.name,
        "POWERTOOLS_METRICS_NAMESPACE": "Relevo",
        "RELEVO_BUS": place.bus.event_bus_name,
        "RELEVO_DATABASE_SECRET": place.secrets["database"].secret_arn,
        "RELEVO_META_SECRET": place.secrets["meta"].secret_arn,
        "RELEVO_LLM_SECRET": place.secrets["llm"].secret_arn,
        "RELEVO_VIN_SECRET": place.secrets["vin"].secret_arn,
        "RELEVO_AUTH_SECRET": place.secrets["auth"].secret_arn,
        "RELEVO_SOCIAL_SECRET": place.secrets["social"].secret_arn,
        "RELEVO_EMAIL_SENDER": stage.email_sender,
        "RELEVO_SOCKET_URL": place.socket.url,
        "RELEVO_FILES_URL": _files_url(place),
        "RELEVO_SITE_URL": place.site_url,
        "RELEVO_SOCKET_ENDPOINT": place.socket.endpoint,
        "RELEVO_MEDIA_BUCKET": place.bucket.bucket_name,
        **{f"RELEVO_QUEUE_{stream.upper()}": place.stream(stream).queue.queue_url for stream in catalog.streams()},
        **{f"RELEVO_{setting.upper()}": str(getattr(stage, setting)) for setting in entry.settings},
    }
    if place.database_host:
        values["RELEVO_DATABASE_HOST"] = place.database_host
    return {name: values[name] for name in sorted(catalog.environment_names(entry)) if name in values}


def _files_url(place: Place) -> str:
    """Where `relevo.objects` says files are."""
    return place.stage.emulator_url if place.stage.is_local else f"https://{place.bucket.bucket_regional_domain_name}"


def retention(stage: Stage) -> logs.RetentionDays:
    """The stage's log retention, in CloudWatch's own terms."""
    names = {
        3: "THREE_DAYS",
        7: "ONE_WEEK",
        14: "TWO_WEEKS",
        30: "ONE_MONTH",
        90: "THREE_MONTHS",
        180: "SIX_MONTHS",
        365: "ONE_YEAR",
    }
    return getattr(logs.RetentionDays, names[stage.log_retention_days])  # type: ignore[no-any-return]


def _exported(bucket: s3.IBucket) -> str:
    """The bucket's ARN in cdk-nag's words, as other stacks import it."""
    stack = Stack.of(bucket)
    return str(stack.resolve(stack.export_value(bucket.bucket_arn))["Fn::ImportValue"])


def _logical_id(resource: logs.LogGroup) -> str:
    return str(Stack.of(resource).resolve(resource.log_group_arn)["Fn::GetAtt"][0])
