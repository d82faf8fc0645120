"""A route of the HTTP API to a function, behind the authorizer unless the catalogue says why not."""

from __future__ import annotations

from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_apigatewayv2_integrations as integrations
from constructs import Construct

from infra import catalog
from infra.constructs.function import CatalogFunction
from infra.constructs.nag import acknowledge


class FunctionRoute(Construct):
    """Method and path -> function, payload format 2.0."""

    def __init__(
        self,
        scope: Construct,
        target: CatalogFunction,
        route: catalog.HttpRoute,
        api: apigateway.IHttpApi,
        integration: integrations.HttpLambdaIntegration,
        authorizer: apigateway.IHttpRouteAuthorizer,
    ) -> None:
        super().__init__(scope, _identifier(route))
        made = apigateway.HttpRoute(
            self,
            "Route",
            http_api=api,
            route_key=apigateway.HttpRouteKey.with_(route.path, apigateway.HttpMethod[route.method]),
            integration=integration,
            authorizer=apigateway.HttpNoneAuthorizer() if route.public else authorizer,
        )
        if route.public:
            acknowledge(made, "AwsSolutions-APIG4", route.public)


def _identifier(route: catalog.HttpRoute) -> str:
    words = "".join(letter if letter.isalnum() else " " for letter in route.path).split()
    return route.method.capitalize() + "".join(word.capitalize() for word in words)
