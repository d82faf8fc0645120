"""Requests as API Gateway's HTTP API hands them to a Lambda (payload 2.0)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from relevo.access import SCOPES


def request(
    method: str,
    path: str,
    *,
    body: Any = None,
    query: Mapping[str, Any] | str = "",
    headers: Mapping[str, str] | None = None,
    scopes: Iterable[str] | None = SCOPES,
    principal: str = "key:test",
    user: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """A request let in by the authorizer with these scopes; `scopes=None` is one no authorizer has seen.

    `user` adds what the authorizer says of a person: user, role, branches ("*" or ids), agent.
    `body` is sent as it is when it is text or None, else as JSON.
    """
    text = body if isinstance(body, str) or body is None else json.dumps(body)
    given = {"content-type": "application/json"} if text is not None else {}
    context: dict[str, Any] = {
        "accountId": "123456789012",
        "apiId": "relevo",
        "domainName": "relevo.execute-api.eu-west-1.amazonaws.com",
        "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "test"},
        "requestId": "JKJaXmPLvHcESHA=",
        "routeKey": "ANY /api/{proxy+}",
        "stage": "$default",
        "timeEpoch": 1_780_000_000_000,
    }
    if scopes is not None:
        said = {"principal": principal, "scopes": " ".join(sorted(scopes)), **(user or {})}
        context["authorizer"] = {"lambda": said}
    raw = query if isinstance(query, str) else urlencode(query, doseq=True)
    event = {
        "version": "2.0",
        "routeKey": "ANY /api/{proxy+}",
        "rawPath": path,
        "rawQueryString": raw,
        "headers": given | {name.lower(): value for name, value in (headers or {}).items()},
        "requestContext": context,
        "isBase64Encoded": False,
    }
    return event if text is None else event | {"body": text}


def content(answer: dict[str, Any]) -> Any:
    """The JSON of an answer."""
    return json.loads(answer["body"])
