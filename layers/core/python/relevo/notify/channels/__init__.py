"""One module a channel: how it wants a notice, and what its answers mean. Each has `send(target, notice)`.

`send` returns when the provider accepted; it raises RetryableError for a passing fault (nothing was accepted) and
PermanentError when trying again would not help.
"""

from __future__ import annotations

from collections.abc import Callable

from relevo.notify.channels import discord, email, slack, sms, teams, webhook
from relevo.notify.notice import Notice
from relevo.notify.targets import Target

SEND: dict[str, Callable[[Target, Notice], None]] = {
    "slack": slack.send,
    "teams": teams.send,
    "discord": discord.send,
    "webhook": webhook.send,
    "email": email.send,
    "sms": sms.send,
}

__all__ = ["SEND"]
