"""What providers report of messages we sent. A status only moves forward; failed is final unless somebody retries."""

from __future__ import annotations

from uuid import UUID

from psycopg.types.json import Jsonb

from relevo import clock, ids
from relevo.channels import StatusChange
from relevo.db import Row, UnitOfWork
from relevo.events import MessageStatusChanged
from relevo.inbox.accounts import Account

RANK = {"cancelled": 0, "queued": 1, "sending": 2, "unknown": 2, "sent": 3, "delivered": 4, "read": 5}
"""How far a message got; `failed` stands outside, reachable only before delivery."""
_AS = {"played": "read"}


def receive(uow: UnitOfWork, account: Account, change: StatusChange) -> None:
    """Keep a reported status, and move its message forward if it is one step further. Repetitions change nothing."""
    if change.watermark:
        _receive_watermark(uow, account, change)
        return
    message = _message(uow, account, change)
    error = change.errors[0] if change.errors else None
    stored = uow.one(
        "INSERT INTO inbox.message_status (id, channel_account_id, external_id, message_id, status, at, error_code,"
        "   detail, stored_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING id",
        (
            ids.new_id(),
            account.id,
            change.external_id,
            message["id"] if message else None,
            change.status,
            change.at,
            str(error.code) if error else None,
            Jsonb(change.payload),
            clock.now(),
        ),
    )
    if stored and message:
        detail = f"{error.title}: {error.details}".strip(": ") if error else None
        advance(uow, message, change.status, str(error.code) if error else None, detail, change)


def _message(uow: UnitOfWork, account: Account, change: StatusChange) -> Row | None:
    """The message meant, by the provider's id, else by our own id that the provider hands back."""
    row = uow.one(
        "SELECT m.id, m.conversation_id, m.status, m.external_id FROM inbox.external_message x"
        " JOIN inbox.message m ON m.id = x.message_id"
        " WHERE x.channel_account_id = %s AND x.external_id = %s FOR UPDATE OF m",
        (account.id, change.external_id),
    )
    ours = _uuid(change.opaque)
    if row or ours is None:
        return row
    return uow.one(
        "SELECT id, conversation_id, status, external_id FROM inbox.message"
        " WHERE id = %s AND channel_account_id = %s FOR UPDATE",
        (ours, account.id),
    )


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def advance(
    uow: UnitOfWork, message: Row, status: str, code: str | None, detail: str | None, change: StatusChange | None = None
) -> None:
    """Move a locked message forward to `status`, if that is forward."""
    old, new = message["status"], _AS.get(status, status)
    if not _is_forward(old, new):
        return
    external_id = message["external_id"] or (change.external_id if change else None)
    pricing = Jsonb(change.pricing) if change and change.pricing else None
    uow.execute(
        "UPDATE inbox.message SET status = %s, error_code = %s, error_detail = %s, external_id = %s,"
        " price = coalesce(%s, price), sent_at = coalesce(sent_at, %s) WHERE id = %s",
        (new, code, detail, external_id, pricing, change.at if change else None, message["id"]),
    )
    if change and message["external_id"] is None:
        uow.execute(
            "INSERT INTO inbox.external_message (channel_account_id, external_id, message_id)"
            " SELECT channel_account_id, %s, id FROM inbox.message WHERE id = %s ON CONFLICT DO NOTHING",
            (change.external_id, message["id"]),
        )
    uow.record(
        MessageStatusChanged(
            message_id=message["id"], conversation_id=message["conversation_id"], old=old, new=new, error_code=code
        )
    )


def _is_forward(old: str, new: str) -> bool:
    if old in ("failed", "received") or new not in (*RANK, "failed"):
        return False
    if new == "failed":
        return RANK[old] < RANK["delivered"]
    return RANK[new] > RANK[old]


def adopt(uow: UnitOfWork, account_id: UUID, external_id: str, message_id: UUID) -> None:
    """Statuses that overtook the answer to the send call find their message now, in the order they happened."""
    rows = uow.all(
        "UPDATE inbox.message_status SET message_id = %s"
        " WHERE channel_account_id = %s AND external_id = %s AND message_id IS NULL RETURNING status, at, error_code",
        (message_id, account_id, external_id),
    )
    for row in sorted(rows, key=lambda row: row["at"]):
        message = uow.one(
            "SELECT id, conversation_id, status, external_id FROM inbox.message WHERE id = %s FOR UPDATE", (message_id,)
        )
        assert message is not None
        advance(uow, message, row["status"], row["error_code"], None)


def _receive_watermark(uow: UnitOfWork, account: Account, change: StatusChange) -> None:
    """Messenger and Instagram: everything sent to this person up to an instant was delivered, or read."""
    messages = uow.all(
        "SELECT m.id, m.conversation_id, m.status, m.external_id FROM inbox.message m"
        " JOIN inbox.conversation c ON c.id = m.conversation_id JOIN inbox.identity i ON i.id = c.identity_id"
        " WHERE c.channel_account_id = %s AND i.user_id = %s"
        " AND c.last_message_at > %s::timestamptz - interval '7 days'"
        " AND m.direction = 'out' AND m.status IN ('sent', 'delivered') AND m.sent_at <= %s"
        " ORDER BY m.id FOR UPDATE OF m",
        (account.id, change.recipient.user_id, change.at, change.at),
    )
    for message in messages:
        advance(uow, message, change.status, None, None)
