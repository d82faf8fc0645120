"""Says who calls the API: HTTP API's REQUEST authorizer (payload 2.0, simple response).

API Gateway keeps the answer for a while, so a revoked key dies within that time. A failure is no permission.
"""

from typing import Any

from relevo import access
from relevo.db import database
from relevo.runtime import logger


def handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    token = access.token_in(event.get("headers") or {})
    principal = database().run(lambda uow: access.authorize(uow, token))
    if principal is None:
        return {"isAuthorized": False}
    logger.info("call authorized", principal=principal.name)
    context = {"principal": principal.name, "scopes": " ".join(sorted(principal.scopes))}
    return {"isAuthorized": True, "context": context}
