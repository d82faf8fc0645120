"""Errors of the HTTP API as problem details (RFC 9457): what went wrong, where, and what the caller can do."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

import psycopg

from relevo.errors import NotFound, PermanentError, RetryableError, Throttled
from relevo.events import current_cause
from relevo.observability import logger

CONTENT_TYPE = "application/problem+json"


class Problem(Exception):
    """An answer that is no success. `errors` name the fields at fault: `{"pointer"|"parameter"|"header", "detail"}`;
    `members` are what a program needs to go on, as plain JSON values."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        kind: str | None = None,
        errors: list[dict[str, str]] | None = None,
        headers: dict[str, str] | None = None,
        members: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors, self.headers = status, detail, errors, headers or {}
        self.members = members or {}
        self.kind = kind or HTTPStatus(status).phrase.lower().replace(" ", "-")

    def body(self) -> str:
        """The JSON of the answer; `instance` is this one occurrence, which the logs know by the same id."""
        cause = current_cause()
        members: dict[str, Any] = {
            "type": f"urn:relevo:problem:{self.kind}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
        }
        if cause:
            members |= {"instance": f"urn:uuid:{cause.correlation_id}", "correlation_id": str(cause.correlation_id)}
        if self.errors:
            members["errors"] = self.errors
        return json.dumps(members | self.members, ensure_ascii=False)


def problem_of(error: Exception) -> Problem:
    """What an error tells the caller. Nothing of an unforeseen one but the id under which it was logged."""
    match error:
        case Problem():
            return error
        case NotFound():
            return Problem(404, str(error))
        case PermanentError():
            return Problem(422, str(error), kind="validation")
        case Throttled():
            return Problem(503, str(error), headers={"retry-after": str(max(1, round(error.retry_after)))})
        case RetryableError() | psycopg.OperationalError():
            logger.exception("the API cannot do its work for the moment")
            return Problem(503, "Not available for the moment; try again.", headers={"retry-after": "1"})
    logger.exception("the API failed in a way nobody foresaw")
    return Problem(500, "Something failed on our side. Quote the correlation id when you report it.")
