"""Reading a request of API Gateway (payload 2.0): who calls, and its body, query and headers as strict models."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, NamedTuple, TypeVar, get_origin
from urllib.parse import parse_qsl
from uuid import UUID

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from relevo.access import Principal, audit, must_change_password, token_in, understood
from relevo.db import database
from relevo.observability import logger
from relevo.runtime.problems import Problem

M = TypeVar("M", bound=BaseModel)

BODY_LIMIT = 256 * 1024
"""Bytes."""
_QUERY_FIELDS = 50


def phrase(status: int) -> str:
    """What HTTP calls the status."""
    return HTTPStatus(status).phrase


def allowed_caller(event: dict[str, Any], scope: str | None, *, person: bool = False) -> Principal:
    """Who the authorizer says is calling. Raises Problem: 401 when it said nothing, 403 without the scope, for a key
    where only a `person` may call, and for a person who has to choose a password first."""
    context = (event["requestContext"].get("authorizer") or {}).get("lambda") or {}
    caller = understood(context)
    if caller is None:
        detail = "Sign in, or send an API key as a bearer token."
        raise Problem(401, detail, headers={"www-authenticate": "Bearer"})
    route = f"{event['requestContext']['http']['method']} {event['rawPath']}"[:200]
    if scope is not None and scope not in caller.scopes:
        _tell_refusal(caller, route, missing_scope=scope)
        challenge = f'Bearer error="insufficient_scope", scope="{scope}"'
        raise Problem(403, f"This needs the scope {scope}.", headers={"www-authenticate": challenge})
    if person and caller.user_id is None:
        _tell_refusal(caller, route, reason="for people only")
        raise Problem(403, "An API key cannot do this: sign in as a person.", kind="person-needed")
    if caller.must_change_password and event["rawPath"] not in _BEFORE_OWN_PASSWORD:
        _demand_own_password(caller, route)
    return caller


_BEFORE_OWN_PASSWORD = {"/api/auth/me", "/api/auth/password"}
"""What is open to somebody who signed in with a one-time password."""


def _demand_own_password(caller: Principal, route: str) -> None:
    """The authorizer's word may be a minute old, so they are asked for nothing they have done since."""
    user_id = caller.user_id
    if user_id is not None and not database().run(lambda uow: must_change_password(uow, user_id)):
        return
    _tell_refusal(caller, route, reason="must change the password")
    raise Problem(403, "Choose a password of your own first.", kind="password-change-needed")


def _tell_refusal(caller: Principal, subject: str, **why: str) -> None:
    logger.warning("call refused", principal=caller.name, subject=subject, why=why)
    database().run(lambda uow: audit.record_refusal(uow, caller.name, "api.call", subject=subject, **why))


class Client(NamedTuple):
    """The browser or program at the other end, as API Gateway sees it."""

    address: str
    user_agent: str | None
    cookies: dict[str, str]
    bearer: str = ""
    """The token it shows, which nobody has checked."""


def client_of(event: dict[str, Any]) -> Client:
    """Who is at the other end of a request. Cookies come in a list of their own, or in their header."""
    http = event["requestContext"]["http"]
    given = event.get("cookies") or _header(event, "cookie").split(";")
    pairs = (cookie.strip().partition("=") for cookie in given)
    cookies = {name: value for name, _, value in pairs if name}
    return Client(http["sourceIp"], http.get("userAgent"), cookies, token_in(event["headers"]))


class Refused(Problem):
    """403 for something beyond the caller, of a branch they do not work in unless said otherwise. It undoes the
    request's unit of work; the audit is written after that, by whoever answers it."""

    def __init__(
        self,
        caller: Principal,
        subject: str,
        detail: str = "This belongs to a branch you do not work in.",
        kind: str = "foreign-branch",
    ) -> None:
        super().__init__(403, detail, kind=kind)
        self.caller, self.subject = caller, subject

    def audit(self) -> None:
        """Write down who was refused what."""
        _tell_refusal(self.caller, self.subject, reason=self.kind)


def refuse_branch(caller: Principal, branch_id: UUID | None) -> None:
    """Raises Refused when the caller does not see this branch."""
    if not caller.sees(branch_id):
        raise Refused(caller, f"branch:{branch_id}")


def refuse_limited(caller: Principal, subject: str) -> None:
    """Raises Refused, for what concerns every branch, when the caller does not see all of them."""
    if caller.branches is not None:
        raise Refused(caller, subject, "This concerns every branch, and you do not work in all of them.")


def raw_body(event: dict[str, Any]) -> bytes:
    """The body as it was sent. Raises Problem 413 when it is too long."""
    text = event.get("body") or ""
    if len(text) > 2 * BODY_LIMIT:
        raise _too_long()
    try:
        body = base64.b64decode(text, validate=True) if event.get("isBase64Encoded") else text.encode()
    except (binascii.Error, UnicodeEncodeError) as error:
        raise Problem(400, "The body cannot be decoded.") from error
    if len(body) > BODY_LIMIT:
        raise _too_long()
    return body


def _too_long() -> Problem:
    return Problem(413, f"The body may have {BODY_LIMIT // 1024} KiB.")


def read_body(event: dict[str, Any], model: type[M]) -> M:
    """The JSON body. Raises Problem: 413, 415, 400 for what is no JSON, 422 for JSON that breaks the model."""
    body = raw_body(event)
    content_type = _header(event, "content-type").partition(";")[0].strip().lower()
    if content_type != "application/json" and not content_type.endswith("+json"):
        raise Problem(415, "Send the body as application/json.", headers={"accept": "application/json"})
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        if details[0]["type"] == "json_invalid":
            raise Problem(400, f"The body is no JSON: {details[0]['ctx']['error']}.", kind="malformed-json") from error
        raise invalid({"pointer": _pointer(e["loc"]), "detail": _sentence(e)} for e in details) from error


def read_query(event: dict[str, Any], model: type[M]) -> M:
    """The query string. Raises Problem 422 for an unknown parameter, one given twice, or one that breaks its rule."""
    try:
        pairs = parse_qsl(event.get("rawQueryString") or "", keep_blank_values=True, max_num_fields=_QUERY_FIELDS)
    except ValueError as error:
        raise Problem(400, f"The query string cannot be read: {error}.") from error
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        given.setdefault(name, []).append(value)
    lists = {name for name, field in model.model_fields.items() if get_origin(field.annotation) is list}
    if twice := sorted(name for name, values in given.items() if len(values) > 1 and name not in lists):
        raise invalid({"parameter": name, "detail": "is given more than once"} for name in twice)
    return _read(model, {n: v if n in lists else v[0] for n, v in given.items()}, "parameter")


def read_headers(event: dict[str, Any], model: type[M]) -> M:
    """The headers the model names; others are none of its business."""
    names = [field.alias or name for name, field in model.model_fields.items()]
    return _read(model, {name: value for name in names if (value := _header(event, name))}, "header")


def _read(model: type[M], values: dict[str, Any], place: str) -> M:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        raise invalid({place: str(e["loc"][0]) if e["loc"] else "", "detail": _sentence(e)} for e in details) from error


def invalid(errors: Iterable[dict[str, str]]) -> Problem:
    """422 with what is wrong and where: one of `pointer` (RFC 6901, as a fragment), `parameter` or `header` each."""
    listed = list(errors)
    place = next(iter(listed[0].values()))
    return Problem(
        422, f"The request breaks a rule: {place} {listed[0]['detail']}.", kind="validation", errors=listed[:20]
    )


def _pointer(location: tuple[int | str, ...]) -> str:
    return "#" + "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in location)


_SENTENCES = {"extra_forbidden": "is not known here", "missing": "is missing"}


def _sentence(error: ErrorDetails) -> str:
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    text = _SENTENCES.get(error["type"], error["msg"])
    return text[0].lower() + text[1:]


def _header(event: dict[str, Any], name: str) -> str:
    value: str = event["headers"].get(name.lower(), "")
    return value


__all__ = [
    "Client",
    "Refused",
    "allowed_caller",
    "client_of",
    "invalid",
    "phrase",
    "read_body",
    "read_headers",
    "read_query",
    "refuse_branch",
    "refuse_limited",
]
