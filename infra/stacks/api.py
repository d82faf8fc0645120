"""The HTTP API: one stage at the root, throttled, every call logged. Its routes come with the functions behind them."""

from __future__ import annotations

import jsii
from aws_cdk import CfnOutput, RemovalPolicy, Stack, Tags
from aws_cdk import aws_apigateway as apigateway_v1
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.constructs.function import retention
from infra.stages import LOCAL_API_ID, Stage

ACCESS_FIELDS = {
    "at": "$context.requestTime",
    "request_id": "$context.requestId",
    "ip": "$context.identity.sourceIp",
    "route": "$context.routeKey",
    "path": "$context.path",
    "status": "$context.status",
    "bytes": "$context.responseLength",
    "ms": "$context.responseLatency",
    "error": "$context.error.message",
    "integration_error": "$context.integrationErrorMessage",
    "authorizer_error": "$context.authorizer.error",
}


@jsii.implements(apigateway.IAccessLogSettings)
class AccessLog:
    """One JSON line a call, into a log group."""

    def __init__(self, log_group: logs.LogGroup) -> None:
        self._log_group = log_group

    @property
    def destination(self) -> apigateway.IAccessLogDestination:
        return apigateway.LogGroupLogDestination(self._log_group)  # type: ignore[return-value]

    @property
    def format(self) -> apigateway_v1.AccessLogFormat:
        fields = ",".join(f'"{name}":"{value}"' for name, value in ACCESS_FIELDS.items())
        return apigateway_v1.AccessLogFormat.custom(f"{{{fields}}}")


class ApiStack(Stack):
    """API and stage."""

    def __init__(self, scope: Construct, id: str, stage: Stage) -> None:
        super().__init__(scope, id)
        self.http = apigateway.HttpApi(
            self,
            "Http",
            api_name=f"relevo-{stage.name}",
            description="Webhooks and API of Relevo",
            create_default_stage=False,
        )
        if stage.is_local:
            Tags.of(self.http).add("ms-custom-id", LOCAL_API_ID)
        access = logs.LogGroup(self, "Access", retention=retention(stage), removal_policy=RemovalPolicy.DESTROY)
        apigateway.HttpStage(
            self,
            "Default",
            http_api=self.http,
            stage_name="$default",
            auto_deploy=True,
            throttle=apigateway.ThrottleSettings(rate_limit=stage.api_rate, burst_limit=stage.api_burst),
            detailed_metrics_enabled=True,
            access_log_settings=AccessLog(access),  # type: ignore[arg-type]
        )
        CfnOutput(self, "ApiId", value=self.http.api_id)
        CfnOutput(self, "ApiUrl", value=self.http.api_endpoint)
