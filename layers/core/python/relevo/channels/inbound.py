"""Parse one part of a webhook, whichever channel it came by."""

from __future__ import annotations

from typing import Any

from relevo.channels import Parsed, messenger, whatsapp


def parse(body: dict[str, Any]) -> Parsed:
    """What a part made by `webhook.split` says. Never raises: the unknown comes back as an `AccountEvent`."""
    return messenger.parse(body) if body.get("channel") in ("messenger", "instagram") else whatsapp.parse(body)
