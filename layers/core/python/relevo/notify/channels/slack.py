"""Slack's incoming webhooks: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks"""

from __future__ import annotations

from relevo.errors import PermanentError
from relevo.notify.notice import Notice
from relevo.notify.post import post
from relevo.notify.targets import Target

_LONGEST = 3000
"""Characters of a section's text."""


def escape(text: str) -> str:
    """The three characters Slack gives a meaning to; without this a customer's text could mention everybody."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def send(target: Target, notice: Notice) -> None:
    text = escape(f"{notice.subject}\n{notice.text}")
    block = {"type": "section", "text": {"type": "mrkdwn", "text": text[:_LONGEST]}}
    answer = post(str(target.url), {"text": escape(notice.subject), "blocks": [block]})
    if answer.text.strip() != "ok":
        raise PermanentError(f"Slack answered {answer.status}: {answer.text[:200]}")
