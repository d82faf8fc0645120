"""What goes over the socket to browsers, and which topics a change belongs to."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple
from uuid import UUID

from relevo.realtime.feed import Told, as_json

PERMISSIONS: dict[str, str] = {
    "conversation.changed": "conversations:read",
    "message.added": "conversations:read",
    "message.changed": "conversations:read",
    "note.added": "conversations:read",
    "note.read": "conversations:read",
    "summary.changed": "conversations:read",
    "ticket.changed": "tickets:read",
    "agent.changed": "agents:read",
    "quote.changed": "quotes:read",
    "order.changed": "quotes:read",
    "notification.added": "conversations:read",
    "alert.changed": "alerts:read",
}
"""What one must be allowed to be told of each kind of change."""
_OF_QUEUE = ("conversation.changed", "ticket.changed", "agent.changed")
"""What a queue shows: what waits, and who is there for it."""


FRAME_LIMIT = 128 * 1024
"""Bytes of one message, API Gateway's limit."""
_ROOM = FRAME_LIMIT - 64


class Topic(NamedTuple):
    """What a connection can follow: all of a branch, only its queue, or one conversation."""

    scope: Literal["branch", "queue", "conversation"]
    id: UUID

    def __str__(self) -> str:
        return f"{self.scope}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> Topic:
        """The topic of these words. ValueError when there is none such."""
        scope, _, id = text.partition(":")
        match scope:
            case "branch" | "queue" | "conversation":
                return cls(scope, UUID(id))
        raise ValueError(f"a topic is branch:<id>, queue:<branch id> or conversation:<id>, not {text[:80]!r}")


def topics(told: Told) -> set[str]:
    """The topics an entry is told under."""
    entry = told.entry
    found = {f"branch:{entry.branch_id}"}
    if entry.kind in _OF_QUEUE:
        found.add(f"queue:{entry.branch_id}")
    if entry.conversation_id is not None:
        found.add(f"conversation:{entry.conversation_id}")
    return found


def events(told: Sequence[Told]) -> Iterator[str]:
    """Entries of the feed as frames, in order: as many in each as API Gateway carries.

    One that is too long by itself is left out: its number is missed, and the entry fetched from the feed.
    """
    together: list[str] = []
    size = 0
    for item in map(as_json, told):
        length = len(item.encode()) + 1
        if length > _ROOM:
            continue
        if size + length > _ROOM:
            yield _frame(together)
            together, size = [], 0
        together.append(item)
        size += length
    if together:
        yield _frame(together)


def _frame(items: list[str]) -> str:
    if len(items) == 1:
        return f'{{"type": "event", {items[0][1:]}'
    return f'{{"type": "events", "items": [{",".join(items)}]}}'


def presence(conversation_id: UUID, present: list[Any]) -> str:
    """Who is there, as a frame."""
    return json.dumps({"type": "presence", "conversation_id": str(conversation_id), "present": present})


def read(conversation_id: UUID, message_id: UUID, notes: Sequence[UUID]) -> str:
    """How far one has read oneself, in another browser perhaps, and which notes by that, as a frame."""
    upto = {"conversation_id": str(conversation_id), "message_id": str(message_id)}
    return json.dumps({"type": "read", **upto, "notes": [str(note) for note in notes]})


def bye(reason: str) -> str:
    """The last frame before a connection is closed from here."""
    return json.dumps({"type": "bye", "reason": reason})


def plain(positions: Mapping[UUID, int]) -> dict[str, int]:
    """Positions as JSON can name them."""
    return {str(branch): seq for branch, seq in positions.items()}
