"""What an API writes of every call."""

from __future__ import annotations

from collections.abc import Mapping

import jsii
from aws_cdk import aws_apigateway as apigateway_v1
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_logs as logs


@jsii.implements(apigateway.IAccessLogSettings)
class AccessLog:
    """One JSON line a call, into a log group. `fields` are names and the gateway's own variables (`$context.…`)."""

    def __init__(self, log_group: logs.LogGroup, fields: Mapping[str, str]) -> None:
        self._log_group = log_group
        self._fields = fields

    @property
    def destination(self) -> apigateway.IAccessLogDestination:
        return apigateway.LogGroupLogDestination(self._log_group)  # type: ignore[return-value]

    @property
    def format(self) -> apigateway_v1.AccessLogFormat:
        fields = ",".join(f'"{name}":"{value}"' for name, value in self._fields.items())
        return apigateway_v1.AccessLogFormat.custom(f"{{{fields}}}")
