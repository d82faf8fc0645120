"""Teams' webhooks, those of Workflows (202, no body) and the connectors they replace (200 and `1`)."""

from __future__ import annotations

from relevo.errors import PermanentError, RetryableError
from relevo.notify.notice import Notice
from relevo.notify.post import post
from relevo.notify.targets import Target


def send(target: Target, notice: Notice) -> None:
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [
            {"type": "TextBlock", "text": notice.subject, "weight": "Bolder", "wrap": True},
            {"type": "TextBlock", "text": notice.text, "wrap": True},
        ],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    answer = post(str(target.url), {"type": "message", "attachments": [attachment]})
    # A connector reports a limit or a fault behind it as text in an answer of 200.
    if "error 429" in answer.text or "error 5" in answer.text:
        raise RetryableError(f"Teams answered {answer.status}: {answer.text[:200]}")
    if "delivery failed" in answer.text:
        raise PermanentError(f"Teams answered {answer.status}: {answer.text[:200]}")
