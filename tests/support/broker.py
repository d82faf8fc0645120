"""Queues and bus in memory, behind the same door as AWS."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from relevo.messaging import Outgoing


def detail(message: Outgoing) -> dict[str, Any]:
    """The event a message carries, as a consumer reads it."""
    fields: dict[str, Any] = json.loads(message.detail)
    return fields


class MemoryMessaging:
    """Keeps what was sent, in order; `refuse` makes the next calls accept nothing."""

    def __init__(self) -> None:
        self.facts: list[Outgoing] = []
        self.queued: dict[str, list[Outgoing]] = {}
        self.refuse = 0
        self.hidden: list[int] = []

    def publish(self, messages: Sequence[Outgoing]) -> set[str]:
        if self._refused():
            return set()
        self.facts.extend(messages)
        return {message.id for message in messages}

    def send(self, queue: str, messages: Sequence[Outgoing]) -> set[str]:
        if self._refused():
            return set()
        self.queued.setdefault(queue, []).extend(messages)
        return {message.id for message in messages}

    def hide(self, record: dict[str, Any], seconds: int) -> None:
        self.hidden.append(seconds)

    def _refused(self) -> bool:
        self.refuse -= 1
        return self.refuse >= 0

    def names(self) -> list[str]:
        """The names of the facts published so far."""
        return [message.name for message in self.facts]
