"""Discord's webhooks: https://docs.discord.com/developers/resources/webhook#execute-webhook"""

from __future__ import annotations

from relevo.notify.notice import Notice
from relevo.notify.post import post
from relevo.notify.targets import Target

_LONGEST = 2000


def send(target: Target, notice: Notice) -> None:
    content = f"**{notice.subject}**\n{notice.text}"[:_LONGEST]
    post(str(target.url), {"content": content, "allowed_mentions": {"parse": []}})
