"""Deployment's custom resource: apply the migrations before any other function is updated.

An error fails the deployment with its reason. Deleting the stack leaves the database alone: migrations only go forward.
"""

from typing import Any

from relevo.db.connection import url_from_environment
from relevo.db.migrate import migrate
from relevo.runtime import logger


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    applied = [] if event["RequestType"] == "Delete" else migrate(url_from_environment())
    logger.info("migrations applied", applied=applied)
    return {"PhysicalResourceId": "migrations", "Data": {"applied": ",".join(applied)}}
