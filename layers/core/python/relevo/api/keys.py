"""Routes of API keys, which people make for their programs, and of the audit."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from pydantic import StringConstraints

from relevo import access
from relevo.access import Principal, audit
from relevo.api import cursor
from relevo.api.actors import with_names
from relevo.api.application import app
from relevo.api.auth_models import AuditLine, AuditPage, Key, KeyIn, KeyPage, KeyWithToken
from relevo.api.endpoint import endpoint
from relevo.api.models import PageQuery
from relevo.api.requests import Refused, invalid, refuse_limited
from relevo.db import UnitOfWork
from relevo.errors import InvalidInput

_KEYS = "/api/auth/keys"
_TAG = "API keys"
_HOLD, _EVERYBODYS = "api:use", "keys:manage"

Prefix = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{12}$")]


@endpoint(app, "GET", _KEYS, scope=_HOLD, person=True, summary="List API keys", tag=_TAG)
def list_keys(uow: UnitOfWork, caller: Principal, query: PageQuery) -> KeyPage:
    """One's own keys newest first, or everybody's for who manages them; those revoked and expired included."""
    keys = access.list_keys(uow, of=_only(caller), after=cursor.decode(query.cursor), limit=query.limit)
    last = keys[-1].id if len(keys) == query.limit else None
    return KeyPage(items=[_shown(key) for key in keys], next=cursor.encode(last))


@endpoint(app, "POST", _KEYS, scope=_HOLD, person=True, summary="Make an API key", tag=_TAG, status=201)
def create_key(uow: UnitOfWork, caller: Principal, body: KeyIn) -> KeyWithToken:
    """A key of one's own, with no more permissions than one has; it loses those one loses, and sees the same branches.
    Its token is shown now and never again."""
    if beyond := sorted(set(body.scopes) & access.SCOPES - caller.scopes):
        given = ", ".join(beyond)
        raise Refused(caller, f"scopes:{given}", f"You do not have {given} to give.", "scope-too-high")
    try:
        key, token = access.create_key(
            uow, body.name, body.scopes, body.expires_at, actor=caller.name, user_id=caller.user_id
        )
    except InvalidInput as error:
        raise invalid([{"pointer": "#/scopes", "detail": str(error)}]) from error
    return KeyWithToken(key=_shown(key), token=token)


@endpoint(
    app, "DELETE", f"{_KEYS}/<prefix>", scope=_HOLD, person=True, summary="Revoke an API key", tag=_TAG, status=204
)
def revoke_key(uow: UnitOfWork, caller: Principal, prefix: Prefix) -> Response[str]:
    """Ends a key for good: one's own, or anybody's for who manages them."""
    access.revoke_key(uow, prefix, actor=caller.name, of=_only(caller))
    return Response(204, body="", headers={"cache-control": "no-store"})


def _only(caller: Principal) -> UUID | None:
    """Whose keys the caller may see; None is everybody's."""
    return None if _EVERYBODYS in caller.scopes else caller.user_id


def _shown(key: access.ApiKey) -> Key:
    return Key(**{name: getattr(key, name) for name in Key.model_fields} | {"scopes": sorted(key.scopes)})


@endpoint(app, "GET", "/api/auth/audit", scope="settings:read", summary="Read the audit", tag="Audit")
def read_audit(uow: UnitOfWork, caller: Principal, query: PageQuery) -> AuditPage:
    """Who was let in, who was refused what, and who changed what others may do, newest first. It is of every branch,
    so only for who works in all of them."""
    refuse_limited(caller, "audit")
    rows = audit.page(uow, after=cursor.decode(query.cursor), limit=query.limit)
    last = rows[-1]["id"] if len(rows) == query.limit else None
    lines = with_names(uow, with_names(uow, rows), "subject")
    return AuditPage(items=[AuditLine.model_validate(line) for line in lines], next=cursor.encode(last))
