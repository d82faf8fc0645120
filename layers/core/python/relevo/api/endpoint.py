"""What turns a typed function into a route: scope checked, arguments validated, a unit of work, the answer as JSON.

    @endpoint(app, "POST", "/api/support/tickets", scope="tickets:write", status=201, summary="Open a ticket")
    def create_ticket(uow: UnitOfWork, caller: Principal, body: TicketIn) -> Ticket: …

The parameters say where they come from: `body` (JSON), `query` and `headers` (a model of all of them), or a name in the
path; `uow`, `caller` and `client` (the browser or program at the other end) are given. The OpenAPI document is derived
from the same signature.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, TypeVar, get_args, get_origin, get_type_hints

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.shared.cookies import Cookie
from pydantic import BaseModel, TypeAdapter, ValidationError

from relevo.api import requests
from relevo.api.models import ProblemDetails
from relevo.db import database
from relevo.runtime.http import answer_to
from relevo.runtime.problems import CONTENT_TYPE, Problem, problem_of

M = TypeVar("M", bound=BaseModel)
F = TypeVar("F", bound=Callable[..., Any])
SECURITY_SCHEME = "api_key"


@dataclass(frozen=True, slots=True)
class Reply(Generic[M]):
    """An answer with a status or headers of its own."""

    body: M | None
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    cookies: tuple[Cookie, ...] = ()


@dataclass(frozen=True, slots=True)
class Guard:
    """Who may call a route: whoever has the permission `scope`, and with `person` only people; neither is everybody."""

    scope: str | None
    person: bool = False

    @property
    def is_open(self) -> bool:
        return self.scope is None and not self.person


def endpoint(
    app: APIGatewayHttpResolver,
    method: str,
    path: str,
    *,
    scope: str | None,
    summary: str,
    tag: str,
    status: int = 200,
    person: bool = False,
    refusals: tuple[int, ...] = (),
) -> Callable[[F], F]:
    """Serve `method path` by the function; with `scope=None` to everybody, and then without a unit of work.

    `person=True` is for people who signed in, not for API keys; with `scope=None` for all of them. A function that
    returns nothing answers without a body. `refusals` are the statuses its own rules answer with, for the OpenAPI
    document.
    """
    guard = Guard(scope, person)

    def decorate(function: F) -> F:
        arguments = _Arguments(function, path)

        def call(**in_path: str) -> Response[str]:
            try:
                return _answer(app.current_event.raw_event, function, arguments, in_path, guard, status)
            except Exception as error:
                return answer_to(_refused(error))

        call.__name__ = function.__name__
        call.arguments = arguments  # type: ignore[attr-defined]
        call.guard = guard  # type: ignore[attr-defined]
        app.route(
            path,
            method,
            summary=summary,
            description=inspect.getdoc(function),
            tags=[tag],
            operation_id=function.__name__,
            security=None if guard.is_open else [{SECURITY_SCHEME: []}],
            openapi_extensions={"x-scope": scope} if scope else None,
            responses=_responses(arguments, status, guard, refusals),
        )(call)
        return function

    return decorate


def _refused(error: Exception) -> Problem:
    """What the error tells the caller; a refusal is audited first, now that the request's own work is undone."""
    if isinstance(error, requests.Refused):
        try:
            error.audit()
        except Exception as failure:
            return problem_of(failure)
    return problem_of(error)


def show_signatures(app: APIGatewayHttpResolver) -> None:
    """Let the OpenAPI generator see what each route takes. Not done before it asks: its models are slow to import."""
    for route in app._static_routes + app._dynamic_routes:
        function: Any = route.func
        function.__signature__ = function.arguments.signature()


def _answer(
    event: dict[str, Any],
    function: Callable[..., Any],
    arguments: _Arguments,
    in_path: dict[str, str],
    guard: Guard,
    status: int,
) -> Response[str]:
    if guard.is_open:
        result = function(**arguments.read(event, in_path))
    else:
        caller = requests.allowed_caller(event, guard.scope, person=guard.person)
        given = arguments.read(event, in_path) | ({"caller": caller} if arguments.wants_caller else {})
        result = database().run(lambda uow: function(uow=uow, **given), publish=False)
    if isinstance(result, Response):
        return result
    reply = result if isinstance(result, Reply) else Reply(result, status)
    headers: dict[str, Any] = {"cache-control": "no-store", **reply.headers}
    if reply.body is None:
        return Response(reply.status, body="", headers=headers, cookies=[*reply.cookies])
    body = reply.body.model_dump_json()
    return Response(reply.status, "application/json", body, headers=headers, cookies=[*reply.cookies])


class _Arguments:
    """Where each parameter of a route's function comes from, worked out once."""

    def __init__(self, function: Callable[..., Any], path: str) -> None:
        hints = get_type_hints(function, include_extras=True)
        returned = hints.pop("return")
        self.returns: type[BaseModel] | None = None if get_origin(returned) is Response else _model_in(returned)
        self.wants_caller, self._wants_client = "caller" in hints, "client" in hints
        self.body: type[BaseModel] | None = hints.get("body")
        self.query: type[BaseModel] | None = hints.get("query")
        self.headers: type[BaseModel] | None = hints.get("headers")
        self.path = {name: TypeAdapter(kind) for name, kind in hints.items() if f"<{name}>" in path}
        self._hints = hints

    def read(self, event: dict[str, Any], in_path: dict[str, str]) -> dict[str, Any]:
        """The arguments of this request. Raises Problem, naming every field at fault."""
        values: dict[str, Any] = {}
        for name, kind in self.path.items():
            try:
                values[name] = kind.validate_python(in_path[name])
            except ValidationError as error:
                raise Problem(404, f"Nothing has the id {in_path[name][:100]!r}.") from error
        if self._wants_client:
            values["client"] = requests.client_of(event)
        if self.headers:
            values["headers"] = requests.read_headers(event, self.headers)
        if self.query:
            values["query"] = requests.read_query(event, self.query)
        if self.body:
            values["body"] = requests.read_body(event, self.body)
        return values

    def signature(self) -> inspect.Signature:
        """The same in the OpenAPI generator's words: one parameter for each field of `query` and `headers`."""
        from aws_lambda_powertools.event_handler.openapi.params import Header, Query

        kind = inspect.Parameter.KEYWORD_ONLY
        parameters = [inspect.Parameter(name, kind, annotation=self._hints[name]) for name in self.path]
        for model, place in ((self.query, Query), (self.headers, Header)):
            for name, known in model.model_fields.items() if model else ():
                told = place(alias=known.alias or name, description=known.description)
                hint: Any = Annotated[known.rebuild_annotation(), told]
                parameters.append(inspect.Parameter(name, kind, annotation=hint, default=known.default))
        if self.body:
            parameters.append(inspect.Parameter("body", kind, annotation=self.body))
        return inspect.Signature(parameters, return_annotation=self.returns or inspect.Signature.empty)


def _model_in(returned: Any) -> type[BaseModel] | None:
    model = get_args(returned)[0] if get_origin(returned) is Reply else returned
    return None if model is type(None) else model


def _responses(arguments: _Arguments, status: int, guard: Guard, refusals: tuple[int, ...]) -> dict[int, Any]:
    """The answers as OpenAPI tells them: the success, and every refusal as problem details."""
    expected = {*refusals, 500}
    expected |= set() if guard.is_open else {401, 403, 503}
    expected |= {400, 413, 415, 422} if arguments.body else set()
    expected |= {422} if arguments.query or arguments.headers else set()
    expected |= {404} if arguments.path else set()
    success: dict[str, Any] = {"description": requests.phrase(status), "content": {}}
    if arguments.returns:
        success["content"] = {"application/json": {"model": arguments.returns}}
    problems = {
        code: {"description": requests.phrase(code), "content": {CONTENT_TYPE: {"model": ProblemDetails}}}
        for code in sorted(expected)
    }
    return {status: success, **problems}
