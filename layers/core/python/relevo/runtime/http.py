"""Handlers behind the HTTP API: an event of API Gateway (payload 2.0) in, an answer out, whatever happens."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import psycopg
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from relevo import events, ids
from relevo.db import database
from relevo.observability import logger, metrics
from relevo.runtime.problems import CONTENT_TYPE, Problem, problem_of

LambdaHandler = Callable[[dict[str, Any], Any], dict[str, Any]]

_SECURITY = {
    "strict-transport-security": "max-age=63072000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


def http_api(resolver: APIGatewayHttpResolver) -> LambdaHandler:
    """The Lambda of a resolver's routes: correlation id, log line, metrics, and problem details for every error.

    `x-correlation-id` of the request is kept when it is a UUID, else a new one is made; it comes back with the answer,
    stands in every log line and in the events the request caused.
    """
    resolver.not_found(lambda _: _no_route(resolver))

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        began, request_id = time.perf_counter(), ids.new_id()
        event = {**event, "headers": {name.lower(): value for name, value in (event.get("headers") or {}).items()}}
        correlation = _uuid(event["headers"].get("x-correlation-id")) or request_id
        logger.append_keys(correlation_id=str(correlation))
        with events.caused_by(correlation, request_id):
            answer = _answer(resolver, event, context)
        _publish()
        answer["headers"] = {**_SECURITY, **answer["headers"], "x-correlation-id": str(correlation)}
        _tell(event, answer, began)
        return answer

    return handler


def _answer(resolver: APIGatewayHttpResolver, event: dict[str, Any], context: Any) -> dict[str, Any]:
    try:
        return resolver.resolve(event, context)
    except Exception as error:
        problem = problem_of(error)
        return {
            "statusCode": problem.status,
            "headers": {"content-type": CONTENT_TYPE, **problem.headers},
            "body": problem.body(),
            "isBase64Encoded": False,
        }


def _publish() -> None:
    """Tell what the request committed. A connection that dies here changes nothing of the answer: `relay` tells it."""
    try:
        database().publish_pending()
    except psycopg.OperationalError as error:
        logger.warning("the outbox could not be published; relay will: %s", error)


def answer_to(problem: Problem) -> Response[str]:
    """A problem as the resolver's answer."""
    return Response(problem.status, CONTENT_TYPE, problem.body(), headers=dict(problem.headers))


def _no_route(resolver: APIGatewayHttpResolver) -> Response[str]:
    """404, or 405 with `Allow` where the path exists for other methods."""
    path = resolver.current_event.path
    routes = resolver._static_routes + resolver._dynamic_routes
    if allowed := sorted({route.method for route in routes if route.rule.match(path)}):
        detail = f"{path} answers to {', '.join(allowed)}."
        return answer_to(Problem(405, detail, headers={"allow": ", ".join(allowed)}))
    return answer_to(Problem(404, f"Nothing answers at {path}."))


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _tell(event: dict[str, Any], answer: dict[str, Any], began: float) -> None:
    http, status = event["requestContext"]["http"], answer["statusCode"]
    milliseconds = (time.perf_counter() - began) * 1000
    logger.info("request", method=http["method"], path=http["path"], status=status, ms=round(milliseconds, 2))
    if status >= 500:  # calls, their milliseconds and refusals are counted by API Gateway
        metrics.add_metric(name="RequestFailed", unit="Count", value=1)
        metrics.flush_metrics()
