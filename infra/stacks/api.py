"""The HTTP API and the WebSocket API, throttled, every call logged. Routes come with the functions behind them."""

from __future__ import annotations

from aws_cdk import CfnOutput, RemovalPolicy, Stack, Tags
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.constructs.access_log import AccessLog
from infra.constructs.function import retention
from infra.constructs.web_socket import WebSocket
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


class ApiStack(Stack):
    """Both APIs with their stages."""

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
            access_log_settings=AccessLog(access, ACCESS_FIELDS),  # type: ignore[arg-type]
        )
        self.socket = WebSocket(self, "Socket", stage)
        CfnOutput(self, "ApiId", value=self.http.api_id)
        CfnOutput(self, "ApiUrl", value=self.http.api_endpoint)
        CfnOutput(self, "SocketUrl", value=self.socket.addresses.url)
