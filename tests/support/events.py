"""The sample events of `events/<function>/`, with the ids of rows that exist."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

EVENTS = Path(__file__).parents[2] / "events"

MESSAGE = "0193501c-0000-7000-8000-000000000001"
TICKET = "0193501c-0000-7000-8000-000000000005"


def sample(name: str, **ids: UUID) -> dict[str, Any]:
    """`events/<name>.json`, where the sample's `message` or `ticket` is this one."""
    text = (EVENTS / f"{name}.json").read_text(encoding="utf-8")
    for placeholder, key in ((MESSAGE, "message"), (TICKET, "ticket")):
        if key in ids:
            text = text.replace(placeholder, str(ids[key]))
    event: dict[str, Any] = json.loads(text)
    return event
