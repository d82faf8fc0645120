"""Meta's webhooks come in: `GET` answers the subscription handshake, `POST` checks the signature and queues the parts.

Answers 200 only when every part is durable in SQS; Meta sends again what was not. No database, no VPC.
"""

from typing import Any

from relevo.channels import intake
from relevo.observability import logger


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    method = event["requestContext"]["http"]["method"]
    if method == "GET":
        answer = intake.shake_hands(event.get("queryStringParameters") or {})
    else:
        answer = intake.accept(intake.raw_body(event), event["headers"].get("x-hub-signature-256", ""))
    if answer.status != 200:
        logger.warning("webhook refused", status=answer.status, reason=answer.body)
    return {"statusCode": answer.status, "headers": {"content-type": "text/plain"}, "body": answer.body}
