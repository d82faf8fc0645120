"""What somebody began to write in a conversation, kept for them alone."""

from __future__ import annotations

from uuid import UUID

from relevo import clock
from relevo.console.shapes import Draft
from relevo.db import UnitOfWork


def draft(uow: UnitOfWork, conversation_id: UUID, user_id: UUID) -> Draft | None:
    """The user's draft, if there is one."""
    row = uow.one(
        "SELECT text, updated_at FROM inbox.draft WHERE user_id = %s AND conversation_id = %s",
        (user_id, conversation_id),
    )
    return Draft.model_validate(row) if row else None


def keep_draft(uow: UnitOfWork, conversation_id: UUID, user_id: UUID, text: str) -> None:
    """Replace the user's draft; an empty text forgets it."""
    if not text.strip():
        uow.execute("DELETE FROM inbox.draft WHERE user_id = %s AND conversation_id = %s", (user_id, conversation_id))
        return
    uow.execute(
        "INSERT INTO inbox.draft (user_id, conversation_id, text, updated_at) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (user_id, conversation_id) DO UPDATE SET text = excluded.text, updated_at = excluded.updated_at",
        (user_id, conversation_id, text, clock.now()),
    )
