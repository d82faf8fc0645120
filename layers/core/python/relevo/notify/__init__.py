"""Telling agents and supervisors what concerns them, over the channels they chose, with a record of every send."""

from relevo.notify.console import count_unread, mark_read, notices, unread
from relevo.notify.mentions import tell_mentioned
from relevo.notify.sending import notify
from relevo.notify.supervisors import tell_supervisors
from relevo.notify.targets import Target, parse_targets

__all__ = [
    "Target",
    "count_unread",
    "mark_read",
    "notices",
    "notify",
    "parse_targets",
    "tell_mentioned",
    "tell_supervisors",
    "unread",
]
