"""The WebSocket API: one stage, throttled and logged. Its routes come with the function behind them."""

from __future__ import annotations

from aws_cdk import Aws, RemovalPolicy, Stack
from aws_cdk import aws_apigateway as apigateway_v1
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.constructs.access_log import AccessLog
from infra.constructs.function import Socket, retention
from infra.constructs.nag import acknowledge
from infra.stages import Stage

STAGE_NAME = "live"
FIELDS = {
    "at": "$context.requestTime",
    "request_id": "$context.requestId",
    "ip": "$context.identity.sourceIp",
    "route": "$context.routeKey",
    "event": "$context.eventType",
    "connection": "$context.connectionId",
    "status": "$context.status",
    "ms": "$context.integrationLatency",
    "error": "$context.error.message",
    "integration_error": "$context.integrationErrorMessage",
    "authorizer_error": "$context.authorizer.error",
}
"""Metadata only: what is said over a connection is never logged."""


class WebSocket(Construct):
    """API and stage. Until the functions' stack adds `$connect`, nobody can connect."""

    def __init__(self, scope: Construct, id: str, stage: Stage) -> None:
        super().__init__(scope, id)
        self.api = apigateway.WebSocketApi(
            self, "Api", api_name=f"relevo-{stage.name}-socket", description="Live updates of Relevo"
        )
        access = logs.LogGroup(self, "Access", retention=retention(stage), removal_policy=RemovalPolicy.DESTROY)
        self.stage = apigateway.WebSocketStage(
            self,
            "Stage",
            web_socket_api=self.api,
            stage_name=STAGE_NAME,
            auto_deploy=True,
            throttle=apigateway.ThrottleSettings(rate_limit=stage.api_rate, burst_limit=stage.api_burst),
            detailed_metrics_enabled=True,
            access_log_settings=AccessLog(access, FIELDS),  # type: ignore[arg-type]
        )
        self.stage.node.add_dependency(self._leave_to_log())
        self.addresses = self._addresses(stage)

    def _addresses(self, stage: Stage) -> Socket:
        api, stack = self.api.api_id, Stack.of(self)
        exported = stack.resolve(stack.export_value(api))["Fn::ImportValue"]
        connections = f"{STAGE_NAME}/*/@connections/*"
        local = f"{api}.execute-api.localhost:{stage.emulator_url.rpartition(':')[2]}/{STAGE_NAME}"
        emulated = f"{stage.emulator_url}/_aws/execute-api/{api}/{STAGE_NAME}"
        return Socket(
            url=f"ws://{local}" if stage.is_local else self.stage.url,
            endpoint=emulated if stage.is_local else self.stage.callback_url,
            connections=f"arn:{Aws.PARTITION}:execute-api:{Aws.REGION}:{Aws.ACCOUNT_ID}:{api}/{connections}",
            finding=f"arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:{exported}/{connections}",
        )

    def _leave_to_log(self) -> apigateway_v1.CfnAccount:
        """The role with which API Gateway writes logs of WebSocket stages; a HTTP API needs none.

        It is a setting of the whole account and region, so it stays when this stack goes: another stage may log by it.
        """
        role = iam.Role(
            self,
            "LogRole",
            assumed_by=iam.ServicePrincipal("apigateway.amazonaws.com"),
            description="Lets API Gateway write the logs of WebSocket APIs",
            managed_policies=[
                iam.ManagedPolicy.from_aws_managed_policy_name("service-role/AmazonAPIGatewayPushToCloudWatchLogs")
            ],
        )
        role.apply_removal_policy(RemovalPolicy.RETAIN)
        acknowledge(
            role,
            "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]",
            "API Gateway checks the account's role for the rights of this policy, which AWS keeps for the purpose",
        )
        account = apigateway_v1.CfnAccount(self, "Account", cloud_watch_role_arn=role.role_arn)
        account.apply_removal_policy(RemovalPolicy.RETAIN)
        return account
