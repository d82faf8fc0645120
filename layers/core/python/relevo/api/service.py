"""Routes without a key: is it up, and what can it do."""

from __future__ import annotations

import json

import psycopg
from aws_lambda_powertools.event_handler import Response

import relevo
from relevo.api import docs
from relevo.api.application import app
from relevo.api.endpoint import Reply, endpoint
from relevo.api.models import DocsQuery, Health
from relevo.db import database
from relevo.observability import logger


@endpoint(app, "GET", "/api/health", scope=None, summary="Is it up?", tag="Service")
def health() -> Reply[Health]:
    """200 when the database answers, else 503."""
    try:
        database().run(lambda uow: uow.one("SELECT 1"))
    except psycopg.Error:
        logger.exception("the database does not answer")
        return Reply(Health(status="down", database="down", version=relevo.__version__), 503)
    return Reply(Health(status="ok", database="ok", version=relevo.__version__), 200)


@endpoint(app, "GET", "/api/docs", scope=None, summary="This page", tag="Service")
def api_docs(query: DocsQuery) -> Response[str]:
    """The API's description for people; with `asset`, one of the files the page is made of."""
    return docs.asset(query.asset) if query.asset else docs.page(app)


@endpoint(app, "GET", "/api/openapi.json", scope=None, summary="OpenAPI document", tag="Service")
def openapi_document() -> Response[str]:
    """The API's description for programs."""
    body = json.dumps(docs.openapi(app), ensure_ascii=False)
    return Response(200, "application/json", body, headers={"cache-control": "no-cache"}, compress=True)
