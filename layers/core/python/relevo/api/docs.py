"""The API's description: an OpenAPI document derived from the routes, and a page that shows it without any CDN."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any, Literal

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from relevo.api.endpoint import SECURITY_SCHEME, show_signatures
from relevo.runtime.problems import Problem

VERSION = "1"
Asset = Literal["style", "script", "start"]

_DESCRIPTION = (
    "Tickets, feedback and statistics. Send an API key as `Authorization: Bearer rlv_…`; errors are problem details"
    " (RFC 9457); a list goes on with the `next` it ends with."
)
_FILES: dict[str, tuple[str, str]] = {
    "style": ("swagger-ui.min.css", "text/css; charset=utf-8"),
    "script": ("swagger-ui-bundle.min.js", "text/javascript; charset=utf-8"),
}
_START = """
SwaggerUIBundle({
  domNode: document.getElementById("api"),
  spec: JSON.parse(document.getElementById("openapi").textContent),
  deepLinking: true,
  validatorUrl: null,
});
"""
# Swagger UI styles some elements by attribute; nothing else is allowed that does not come from this origin.
_POLICY = (
    "default-src 'none'; script-src 'self' 'sha256-{digest}'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Relevo API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs?asset=style">
</head>
<body>
<div id="api"></div>
<script type="application/json" id="openapi">{document}</script>
<script src="docs?asset=script"></script>
<script>{start}</script>
</body>
</html>
"""


def openapi(app: APIGatewayHttpResolver) -> dict[str, Any]:
    """The OpenAPI 3.1 document of the routes."""
    from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer, Server

    show_signatures(app)
    document = app.get_openapi_json_schema(
        title="Relevo API",
        version=VERSION,
        openapi_version="3.1.0",
        description=_DESCRIPTION,
        servers=[Server(url="/")],
        security_schemes={SECURITY_SCHEME: HTTPBearer(description="An API key, `rlv_…`, or a person's access token")},
    )
    described: dict[str, Any] = json.loads(document)
    # The generator's own; our refusals are problem details.
    for unused in ("HTTPValidationError", "ValidationError", "ResponseValidationError"):
        described["components"]["schemas"].pop(unused, None)
    return described


def page(app: APIGatewayHttpResolver) -> Response[str]:
    """The page, with the document inside; its two assets come from the same address."""
    document = json.dumps(openapi(app), separators=(",", ":")).replace("<", "\\u003c")
    digest = base64.b64encode(hashlib.sha256(_START.encode()).digest()).decode()
    return Response(
        200,
        "text/html; charset=utf-8",
        _PAGE.format(document=document, start=_START),
        headers={"content-security-policy": _POLICY.format(digest=digest), "cache-control": "no-cache"},
        compress=True,
    )


def asset(name: str) -> Response[str]:
    """Swagger UI's `style` or `script`, as Powertools ships them. Raises Problem 404 for any other name."""
    if name not in _FILES:
        raise Problem(404, f"The page has no asset {name[:50]!r}.")
    from aws_lambda_powertools.event_handler.openapi import swagger_ui

    file, content_type = _FILES[name]
    text = (Path(swagger_ui.__file__).parent / file).read_text(encoding="utf-8")
    return Response(200, content_type, text, headers={"cache-control": "public, max-age=86400"}, compress=True)
