"""Says who calls: REQUEST authorizer of the HTTP API (payload 2.0, simple response) and of the WebSocket API (policy).

API Gateway keeps an answer of the HTTP API's for a while, so a revoked key or an ended session dies within that time;
a socket's ticket opens once. A failure is no permission.
"""

from typing import Any

from relevo import access
from relevo.db import database
from relevo.runtime import logger


def handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    if "methodArn" in event:
        return _socket(event)
    token = access.token_in(event.get("headers") or {})
    principal = database().run(lambda uow: access.authorize(uow, token))
    if principal is None:
        return {"isAuthorized": False}
    logger.info("call authorized", principal=principal.name)
    return {"isAuthorized": True, "context": access.told(principal)}


def _socket(event: dict[str, Any]) -> dict[str, Any]:
    ticket = (event.get("queryStringParameters") or {}).get("ticket") or ""
    principal = database().run(lambda uow: access.authorize_socket(uow, ticket))
    effect = "Deny" if principal is None else "Allow"
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": event["methodArn"]}
    answer: dict[str, Any] = {
        "principalId": principal.name if principal else "nobody",
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
    }
    return answer | ({"context": access.told(principal)} if principal else {})
