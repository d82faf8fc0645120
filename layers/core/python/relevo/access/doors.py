"""The two doors: the HTTP API's, opened by an API key or an access token, and the socket's, opened by a ticket."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from relevo.access import audit, keys, people, socket_tickets, tokens
from relevo.access.people import Closed
from relevo.access.principal import Principal
from relevo.db import UnitOfWork
from relevo.observability import logger


def token_in(headers: Mapping[str, str]) -> str:
    """The token of a request: `Authorization: Bearer <token>`, else `x-api-key: <key>`; empty when there is neither."""
    lower = {name.lower(): value for name, value in headers.items()}
    scheme, _, credentials = lower.get("authorization", "").partition(" ")
    return credentials.strip() if scheme.lower() == "bearer" else lower.get("x-api-key", "").strip()


def authorize(uow: UnitOfWork, token: str) -> Principal | None:
    """Who holds this API key or access token, and what they may do now; None when nobody does. Refusals are audited."""
    if token.count(".") != 2:
        return keys.holder_of(uow, token)
    return _opened(uow, "api.authorize", lambda: tokens.read(token).session_id)


def authorize_socket(uow: UnitOfWork, ticket: str) -> Principal | None:
    """Whose ticket this is, used up by the call; None when it is nobody's, used or too old. Refusals are audited."""
    person = _opened(uow, "socket.connect", lambda: socket_tickets.consume(uow, ticket))
    if person is None or not person.must_change_password:
        return person
    _tell(uow, "socket.connect", Closed(person.name, "must change the password"))
    return None


def _opened(uow: UnitOfWork, action: str, session: Callable[[], UUID]) -> Principal | None:
    try:
        return people.principal_of(people.signed_in(uow, session()))
    except Closed as refusal:
        _tell(uow, action, refusal)
        return None


def _tell(uow: UnitOfWork, action: str, refusal: Closed) -> None:
    logger.warning("call refused", principal=refusal.actor, action=action, reason=refusal.reason)
    audit.record_refusal(uow, refusal.actor, action, reason=refusal.reason)
