"""A route of the WebSocket API to a function; the authorizer stands before `$connect`."""

from __future__ import annotations

from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_apigatewayv2_integrations as integrations
from constructs import Construct

from infra import catalog
from infra.constructs.function import CatalogFunction
from infra.constructs.nag import acknowledge
from infra.stages import Stage

BEHIND_CONNECT = "A WebSocket API has its authorizer at $connect alone; what comes later comes over that connection"


class SocketRoute(Construct):
    """Route key -> function. What the function answers to `$default` goes back over the same connection."""

    def __init__(
        self,
        scope: Construct,
        target: CatalogFunction,
        route: catalog.WebSocketRoute,
        api: apigateway.IWebSocketApi,
        authorizer: apigateway.IWebSocketRouteAuthorizer,
        stage: Stage,
    ) -> None:
        name = "On" + route.key.removeprefix("$").capitalize()
        super().__init__(scope, name)
        guarded = route.key == "$connect"
        made = apigateway.WebSocketRoute(
            self,
            "Route",
            web_socket_api=api,
            route_key=route.key,
            # One each: an integration shared by routes gives the right to invoke to the first of them alone.
            integration=integrations.WebSocketLambdaIntegration(name, target.invoked),
            authorizer=authorizer if guarded else None,
            # The emulator answers always, and knows no resource that would tell it to.
            return_response=route.key == "$default" and not stage.is_local,
        )
        if not guarded:
            acknowledge(made, "AwsSolutions-APIG4", BEHIND_CONNECT)
