"""Every function of the catalogue, behind its queues and routes; the migrations run before any of them changes."""

from __future__ import annotations

from aws_cdk import Duration, Stack
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra import catalog, layers
from infra.constructs.function import CatalogFunction, Place
from infra.constructs.http_route import FunctionRoute
from infra.constructs.migration import Migration
from infra.constructs.queue_worker import QueueWorker
from infra.constructs.socket_route import SocketRoute
from infra.stacks.api import ApiStack
from infra.stacks.data import DataStack
from infra.stacks.messaging import MessagingStack
from infra.stacks.network import NetworkStack
from infra.stages import Stage


class FunctionsStack(Stack):
    """Layers, functions, mappings, routes, migration."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        stage: Stage,
        network: NetworkStack | None,
        data: DataStack,
        messaging: MessagingStack,
        api: ApiStack,
    ) -> None:
        super().__init__(scope, id)
        place = Place(
            stage=stage,
            bus=messaging.bus,
            queues=messaging.queues,
            secrets=data.secrets,
            layers=self._layers(stage),
            socket=api.socket.addresses,
            bucket=data.media,
            site_url=api.http.api_endpoint,
            database_host=data.proxy.endpoint if data.proxy else None,
            vpc=network.vpc if network else None,
            security_group=network.functions if network else None,
        )
        self.functions = {entry.name: CatalogFunction(self, entry, place) for entry in catalog.FUNCTIONS}
        for queue in catalog.queues():
            worker = self.functions[queue.function.name]
            QueueWorker(worker, worker, queue, place.queues[queue.name])
        (guard,) = (entry for entry in catalog.FUNCTIONS if entry.triggered_by(catalog.Authorizer))
        self._routes(stage, api, self.functions[guard.name])
        self._socket_routes(stage, api, self.functions[guard.name])
        self._migrate_first(stage)

    def _layers(self, stage: Stage) -> dict[str, lambda_.ILayerVersion]:
        used = sorted({layer for entry in catalog.FUNCTIONS for layer in entry.layers})
        return {
            name: lambda_.LayerVersion(
                self,
                f"{name.capitalize()}Layer",
                layer_version_name=f"relevo-{stage.name}-{name}",
                code=layers.code(name, stage),
                compatible_runtimes=[lambda_.Runtime.PYTHON_3_13],
                compatible_architectures=[lambda_.Architecture.ARM_64],
                description=layers.RECIPES[name].holds,
            )
            for name in used
        }

    def _routes(self, stage: Stage, api: ApiStack, guard: CatalogFunction) -> None:
        authorizer = authorizers.HttpLambdaAuthorizer(
            "Authorizer",
            guard.invoked,
            authorizer_name=f"relevo-{stage.name}",
            response_types=[authorizers.HttpLambdaResponseType.SIMPLE],
            identity_source=["$request.header.Authorization"],
            results_cache_ttl=Duration.seconds(stage.authorizer_cache_seconds),
        )
        # Through a reference, so that routes, integrations and the authorizer belong to this stack, not to the API's.
        http = apigateway.HttpApi.from_http_api_attributes(
            self, "HttpApi", http_api_id=api.http.api_id, api_endpoint=api.http.api_endpoint
        )
        made: dict[str, integrations.HttpLambdaIntegration] = {}
        for entry, route in catalog.routes():
            target = self.functions[entry.name]
            if entry.name not in made:
                made[entry.name] = integrations.HttpLambdaIntegration(
                    entry.name.capitalize(), target.invoked, timeout=Duration.seconds(min(entry.timeout, 29))
                )
            FunctionRoute(target, target, route, http, made[entry.name], authorizer)

    def _socket_routes(self, stage: Stage, api: ApiStack, guard: CatalogFunction) -> None:
        authorizer = authorizers.WebSocketLambdaAuthorizer(
            "SocketAuthorizer",
            guard.invoked,
            authorizer_name=f"relevo-{stage.name}-socket",
            identity_source=["route.request.querystring.ticket"],
        )
        socket = apigateway.WebSocketApi.from_web_socket_api_attributes(
            self, "SocketApi", web_socket_id=api.socket.api.api_id
        )
        for entry, route in catalog.socket_routes():
            target = self.functions[entry.name]
            SocketRoute(target, target, route, socket, authorizer, stage)

    def _migrate_first(self, stage: Stage) -> None:
        migrate = next(entry for entry in catalog.FUNCTIONS if entry.triggered_by(catalog.CustomResource))
        migration = Migration(self, self.functions[migrate.name], stage)
        for name, function in self.functions.items():
            if name != migrate.name:
                function.function.node.add_dependency(migration.resource)
