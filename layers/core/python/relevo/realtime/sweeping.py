"""What ends by itself: silent connections, presence nobody renewed, and what the feed keeps no longer."""

from __future__ import annotations

from relevo.db import Database
from relevo.realtime import connections, feed, presence


def sweep(database: Database) -> int:
    """Give up silent connections, and forget what has ended; how many connections. Safe to run by many at once."""
    given_up = connections.sweep(database)
    database.run(presence.forget, publish=False)
    feed.forget(database)
    return given_up
