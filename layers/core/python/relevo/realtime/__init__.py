"""Live updates: the feed of each branch, who is connected, who looks and types, and posting to browsers.

The feed is the truth and the socket its loudspeaker: what a browser misses it finds in the feed by its numbers.
"""

from relevo.realtime.broadcasting import broadcast
from relevo.realtime.changes import HEARD
from relevo.realtime.feed import KEPT, NOWHERE, Page, positions, read
from relevo.realtime.frames import PERMISSIONS
from relevo.realtime.presence import presence_of
from relevo.realtime.saying import connected, customer_types, disconnected, said
from relevo.realtime.sweeping import sweep

__all__ = [
    "HEARD",
    "KEPT",
    "NOWHERE",
    "PERMISSIONS",
    "Page",
    "broadcast",
    "connected",
    "customer_types",
    "disconnected",
    "positions",
    "presence_of",
    "read",
    "said",
    "sweep",
]
