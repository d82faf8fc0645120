"""What a webhook's part does to the inbox: a message stored, a status moved forward, an account's notice kept.

Everything is kept. What has no known shape is stored as it came and shown as unsupported; what was stored before is
recognized by (account, external id) and changes nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from relevo import clock, ids
from relevo.channels import AccountEvent, InboundMessage, StatusChange, inbound
from relevo.db import Row, UnitOfWork, transition
from relevo.errors import RetryableError
from relevo.events import MessageAmended, MessageReceived, MessageWritten, WebhookReceived
from relevo.inbox import accounts, conversations, identities, statuses, turns
from relevo.inbox.accounts import Account

OLDEST = timedelta(days=7)
"""How long Meta retries a webhook. A timestamp older than that, or ahead of us, is a clock's fault and not a time."""
_AHEAD = timedelta(minutes=10)


def receive(uow: UnitOfWork, event: WebhookReceived) -> UUID | None:
    """Take one part of a webhook in; the conversation, where people of the company answered in it by telephone.

    Raises RetryableError when a concurrent part of the same person comes first.
    """
    parsed = inbound.parse(event.part)
    account = accounts.find(uow, parsed.channel, parsed.account_id)
    if isinstance(parsed, StatusChange):
        statuses.receive(uow, account, parsed)
    elif isinstance(parsed, InboundMessage) and (parsed.sender.user_id or parsed.sender.phone):
        return _receive_message(uow, account, parsed)
    elif isinstance(parsed, InboundMessage):
        _keep(uow, account, parsed.external_id, f"{parsed.kind} without a sender", parsed.payload)
    else:
        _receive_notice(uow, account, parsed)
    return None


def _receive_notice(uow: UnitOfWork, account: Account, notice: AccountEvent) -> None:
    if notice.identity_change:
        identities.rekey(uow, account, notice.identity_change)
    _keep(uow, account, notice.external_id, notice.kind, notice.detail)


def _keep(uow: UnitOfWork, account: Account, external_id: str, kind: str, detail: dict[str, Any]) -> None:
    uow.execute(
        "INSERT INTO inbox.account_event (id, channel_account_id, external_id, kind, detail, stored_at)"
        " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (external_id) DO NOTHING",
        (ids.new_id(), account.id, external_id, kind, Jsonb(detail), clock.now()),
    )


def _receive_message(uow: UnitOfWork, account: Account, message: InboundMessage) -> UUID | None:
    """Keep it, unless it is known; the conversation, where it is an answer of the company's own telephone."""
    if _known(uow, account, message.external_id):
        return None
    message = replace(message, sent_at=_plausible(message.sent_at))
    person = message.identity_change and identities.rekey(uow, account, message.identity_change)
    person = person or identities.recognize(uow, account, message.sender)
    if message.kind in ("edit", "revoke") and _amend(uow, account, message):
        return None
    conversation_id = conversations.open_or_touch(uow, account, person, message)
    message_id = _store(uow, account, conversation_id, message)
    if message.is_echo:
        conversations.answer_outside(uow, conversation_id, actor="phone", reason="answered from the phone app")
        turns.mark_all_answered(uow, conversation_id, message_id)
        uow.record(
            MessageWritten(
                message_id=message_id,
                conversation_id=conversation_id,
                branch_id=account.branch_id,
                direction="out",
                author="phone",
            )
        )
        return conversation_id
    uow.record(
        MessageReceived(
            message_id=message_id,
            conversation_id=conversation_id,
            customer_id=person.customer_id,
            branch_id=account.branch_id,
            channel=account.channel,
            kind=message.kind,
            has_media=bool(message.media),
        )
    )
    return None


def _known(uow: UnitOfWork, account: Account, external_id: str) -> UUID | None:
    row = uow.one(
        "SELECT message_id FROM inbox.external_message WHERE channel_account_id = %s AND external_id = %s",
        (account.id, external_id),
    )
    return row["message_id"] if row else None


def _plausible(sent_at: datetime) -> datetime:
    now = clock.now()
    return sent_at if now - OLDEST <= sent_at <= now + _AHEAD else now


def _store(uow: UnitOfWork, account: Account, conversation_id: UUID, message: InboundMessage) -> UUID:
    """The message and its claim on the external id, in one statement; raises RetryableError if another took that id."""
    message_id, now = ids.new_id(), clock.now()
    row: Row | None = uow.one(
        "WITH claimed AS (INSERT INTO inbox.external_message (channel_account_id, external_id, message_id)"
        "   VALUES (%(account)s, %(external)s, %(id)s) ON CONFLICT DO NOTHING RETURNING message_id)"
        " INSERT INTO inbox.message (id, conversation_id, channel_account_id, direction, author, kind, text, content,"
        "   external_id, reply_to, status, sent_at, stored_at)"
        " SELECT message_id, %(conversation)s, %(account)s, %(direction)s, %(author)s, %(kind)s, %(text)s, %(content)s,"
        "   %(external)s, %(reply_to)s, %(status)s, %(sent_at)s, %(now)s FROM claimed RETURNING id",
        {
            "id": message_id,
            "account": account.id,
            "external": message.external_id,
            "conversation": conversation_id,
            "direction": "out" if message.is_echo else "in",
            "author": "phone" if message.is_echo else "customer",
            "kind": message.kind,
            "text": message.text or None,
            "content": Jsonb(_content(message)),
            "reply_to": message.context_external_id,
            "status": "sent" if message.is_echo else "received",
            "sent_at": message.sent_at,
            "now": now,
        },
    )
    if row is None:
        raise RetryableError(f"message {message.external_id} is being stored by another delivery")
    for media in message.media:
        uow.execute(
            "INSERT INTO inbox.attachment (id, message_id, media_id, mime_type, sha256, filename, created_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (ids.new_id(), message_id, media.id, media.mime_type, media.sha256, media.filename, now),
        )
    return message_id


def _content(message: InboundMessage) -> dict[str, Any]:
    referral = {"referral": message.referral} if message.referral else {}
    return {"provider": message.payload, **referral}


def _amend(uow: UnitOfWork, account: Account, message: InboundMessage) -> bool:
    """Edit or take back a message that is known; its former text stays in its history. False when it is not known."""
    target = message.context_external_id and _known(uow, account, message.context_external_id)
    if not target:
        return False
    now, edited = clock.now(), message.kind == "edit"
    row = uow.one("SELECT conversation_id, text FROM inbox.message WHERE id = %s FOR UPDATE", (target,))
    assert row is not None
    if edited:
        change: dict[str, tuple[str | None, str | None]] = {"text": (row["text"], message.text)}
        uow.execute("UPDATE inbox.message SET text = %s, edited_at = %s WHERE id = %s", (message.text, now, target))
    else:
        change = {"deleted": (row["text"], None)}
        uow.execute("UPDATE inbox.message SET deleted_at = %s WHERE id = %s", (now, target))
    transition(
        uow, "inbox.message_change", target, change, actor="customer", reason=f"{message.kind} {message.external_id}"
    )
    uow.execute(
        "INSERT INTO inbox.external_message (channel_account_id, external_id, message_id) VALUES (%s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        (account.id, message.external_id, target),
    )
    uow.record(MessageAmended(message_id=target, conversation_id=row["conversation_id"]))
    return True
