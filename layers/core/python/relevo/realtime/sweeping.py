"""What ends by itself: silent connections, presence nobody renewed, and what the feed keeps no longer."""

from __future__ import annotations

from relevo.db import Database
from relevo.observability import logger
from relevo.realtime import connections, feed, presence


def sweep(database: Database) -> None:
    """Give up silent connections, and forget what has ended. Safe to run at any time, by many at once."""
    given_up = connections.sweep(database)
    database.run(presence.forget, publish=False)
    forgotten = feed.forget(database)
    logger.info("connections swept", given_up=given_up, entries_forgotten=forgotten)
