"""Telling agents and supervisors what concerns them, over the channels they chose, with a record of every send."""

from relevo.notify.console import count_unread, mark_read, notices, unread
from relevo.notify.mailing import Mail, not_mailed, send_mails
from relevo.notify.mentions import read_mentions, tell_mentioned
from relevo.notify.readers import Reader, agents_in_console, company_targets, supervisors_of, users_in_console
from relevo.notify.sending import Told, notify, tell
from relevo.notify.supervisors import tell_supervisors
from relevo.notify.targets import Target, parse_targets

__all__ = [
    "Mail",
    "Reader",
    "Target",
    "Told",
    "agents_in_console",
    "company_targets",
    "count_unread",
    "mark_read",
    "not_mailed",
    "notices",
    "notify",
    "parse_targets",
    "read_mentions",
    "send_mails",
    "supervisors_of",
    "tell",
    "tell_mentioned",
    "tell_supervisors",
    "unread",
    "users_in_console",
]
