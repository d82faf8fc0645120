"""The custom resource that brings the database to this version before any other function changes."""

from __future__ import annotations

import hashlib
from pathlib import Path

from aws_cdk import CustomResource, Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import custom_resources as resources
from constructs import Construct

from infra.constructs.function import CatalogFunction, retention, statement
from infra.constructs.nag import acknowledge
from infra.stages import Stage

MIGRATIONS = Path(__file__).parents[2] / "layers/core/python/relevo/db/migrations"


def migrations_hash(folder: Path = MIGRATIONS) -> str:
    """Changes when a migration is added; the custom resource runs again exactly then."""
    digest = hashlib.sha256()
    for file in sorted(folder.glob("*.sql")):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


class Migration(Construct):
    """Calls `migrate` when the migrations differ from the last deployment's; its error fails the deployment."""

    def __init__(self, scope: Construct, migrate: CatalogFunction, stage: Stage) -> None:
        super().__init__(scope, "Migration")
        log_group = logs.LogGroup(self, "Logs", retention=retention(stage), removal_policy=RemovalPolicy.DESTROY)
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={
                "catalogue": iam.PolicyDocument(
                    statements=[
                        statement(("logs:CreateLogStream", "logs:PutLogEvents"), f"{log_group.log_group_arn}:*"),
                        statement(("lambda:InvokeFunction", "lambda:GetFunction"), migrate.function.function_arn),
                    ]
                )
            },
        )
        provider = resources.Provider(
            self,
            "Provider",
            on_event_handler=migrate.function,
            log_group=log_group,
            framework_on_event_role=role.without_policy_updates(),
        )
        self.resource = CustomResource(
            self,
            "Resource",
            resource_type="Custom::Migration",
            service_token=provider.service_token,
            service_timeout=Duration.minutes(15),
            properties={"Migrations": migrations_hash()},
        )
        acknowledge(
            role,
            f"AwsSolutions-IAM5[Resource::<{_name(log_group)}.Arn>:*]",
            "The log streams of its own group: Lambda names them at run time",
        )
        acknowledge(
            provider,
            "AwsSolutions-L1",
            "The CDK chooses the runtime of its own provider framework and keeps it current",
        )


def _name(resource: logs.LogGroup) -> str:
    from aws_cdk import Stack

    return str(Stack.of(resource).resolve(resource.log_group_arn)["Fn::GetAtt"][0])
