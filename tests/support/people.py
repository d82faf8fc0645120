"""People for tests: users who can sign in, and calls made in their name through authorizer and API."""

from __future__ import annotations

import json
from collections.abc import Collection
from functools import lru_cache
from typing import Any
from uuid import UUID

from relevo import access, ids
from relevo.db import UnitOfWork
from tests.support.gateway import request

SIGNING_KEY = "the-tests-sign-sessions-with-this-key-of-theirs-0123456789abcdef"
AUTH_SECRET = json.dumps({"signing_key": SIGNING_KEY, "previous_key": ""})
PASSWORD = "correct horse battery"


@lru_cache(maxsize=1)
def password_hash() -> str:
    """Of PASSWORD; made once, for a hash takes long on purpose."""
    return access.hash_password(PASSWORD)


def user(
    uow: UnitOfWork, role: str = "agent", *, email: str | None = None, branches: Collection[UUID] | None = None
) -> access.User:
    """Somebody with this role who signs in with PASSWORD."""
    new = access.NewUser(
        email=email or f"{role}-{ids.new_id()}@relevo.example",
        name=f"Some {role}",
        role=role,
        branches=branches,
        password_hash=password_hash(),
    )
    return access.create_user(uow, new, actor="test")[0]


def sign_in(uow: UnitOfWork, email: str) -> access.SignedIn:
    """A session of theirs."""
    signed_in = access.log_in(uow, email, PASSWORD, address="192.0.2.1")
    assert signed_in is not None
    return signed_in


class Gateway:
    """API Gateway as a caller meets it: public routes straight, the others past the authorizer."""

    PUBLIC = ("/api/auth/login", "/api/auth/refresh", "/api/auth/logout", "/api/health")

    def __init__(self) -> None:
        from functions.api.handler import handler
        from functions.authorizer.handler import handler as authorizer

        self._api, self._authorizer = handler, authorizer

    def call(
        self, method: str, path: str, *, token: str | None = None, cookie: str | None = None, **asked: Any
    ) -> dict[str, Any]:
        """The answer; `{"statusCode": 403}` alone is the authorizer's."""
        headers = dict(asked.pop("headers", {}))
        if token is not None:
            headers["authorization"] = f"Bearer {token}"
        event = request(method, path, headers=headers, scopes=None, **asked)
        if cookie is not None:
            event["cookies"] = [f"relevo_refresh={cookie}"]
        if path not in self.PUBLIC:
            if token is None and "x-api-key" not in headers:
                return {"statusCode": 401}
            verdict = self._authorizer({"version": "2.0", "type": "REQUEST", "headers": event["headers"]}, None)
            if not verdict["isAuthorized"]:
                return {"statusCode": 403}
            event["requestContext"]["authorizer"] = {"lambda": verdict["context"]}
        return self._api(event, None)


def cookie_of(answer: dict[str, Any]) -> str:
    """The refresh token an answer sets."""
    (cookie,) = answer["cookies"]
    name, _, value = cookie.partition(";")[0].partition("=")
    assert name == "relevo_refresh"
    return str(value)
