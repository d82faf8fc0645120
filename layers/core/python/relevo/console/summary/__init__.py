"""What a conversation is about, at a glance."""

from __future__ import annotations

from uuid import UUID

from relevo.console.shapes import Summary
from relevo.db import UnitOfWork


def current(uow: UnitOfWork, conversation_id: UUID) -> Summary | None:
    return None
