"""A message that was not sent, sent again because a person decided so."""

from __future__ import annotations

from uuid import UUID

from relevo.db import UnitOfWork, transition
from relevo.errors import InvalidInput, NotFound
from relevo.events import MessageQueued, MessageStatusChanged

RETRYABLE = ("failed", "unknown")


def retry(uow: UnitOfWork, message_id: UUID, *, actor: str) -> None:
    """Queue a failed message anew, or one of which nobody knows whether it was sent; its ledger says who did.

    Raises NotFound, and InvalidInput for a message that is neither.
    """
    row = uow.one(
        "SELECT conversation_id, direction, status, error_code FROM inbox.message WHERE id = %s FOR UPDATE",
        (message_id,),
    )
    if row is None:
        raise NotFound(f"there is no message {message_id}")
    if row["direction"] != "out" or row["status"] not in RETRYABLE:
        raise InvalidInput(f"only a message that failed is sent again; this one is {row['status']}")
    uow.execute(
        "UPDATE inbox.message SET status = 'queued', attempts = 0, claimed_at = NULL, external_id = NULL,"
        " error_code = NULL, error_detail = NULL, sent_at = NULL WHERE id = %s",
        (message_id,),
    )
    change = {"status": (row["status"], "queued")}
    transition(uow, "inbox.message_change", message_id, change, actor=actor, reason=f"was {row['error_code']}")
    uow.record(MessageQueued(message_id=message_id, conversation_id=row["conversation_id"]))
    uow.record(
        MessageStatusChanged(
            message_id=message_id, conversation_id=row["conversation_id"], old=row["status"], new="queued"
        )
    )
