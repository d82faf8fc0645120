"""Every minute: send what the outbox still holds, and forget what is long done.

Sweeping is safe to repeat and must not sit inside a transaction (it publishes), so it runs beside the unit of work
rather than in it.
"""

from typing import Any

from relevo import outbox
from relevo.db import database
from relevo.runtime import logger


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    connection = database().connection()
    logger.info("outbox swept", sent=outbox.sweep(connection))
    outbox.forget(connection)
    return {"batchItemFailures": []}
