"""A conversation and who holds it: the bot, the queue, or one agent.

The owner is one versioned column. Whoever acts on a conversation states the version it saw; a lost race changes
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from relevo import clock, ids
from relevo.channels import InboundMessage
from relevo.db import Row, UnitOfWork, transition
from relevo.errors import NotFound
from relevo.events import ConversationClosed, ConversationOpened, ConversationOwnerChanged
from relevo.events.inbox import Owner
from relevo.inbox.accounts import Account
from relevo.inbox.identities import Person

WINDOW = timedelta(hours=24)
"""WhatsApp's customer-service window: free text is allowed this long after the customer's last message."""

HOLD = timedelta(minutes=5)
"""How long people hold a conversation they do nothing in."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """What the bot and the agents need to know before they act."""

    id: UUID
    channel_account_id: UUID
    identity_id: UUID
    customer_id: UUID
    branch_id: UUID
    state: str
    owner: Owner
    owner_agent_id: UUID | None
    owner_version: int
    owner_since: datetime
    language: str | None
    bot_turns: int
    window_until: datetime | None
    opened_at: datetime


_COLUMNS = """id, channel_account_id, identity_id, customer_id, branch_id, state, owner, owner_agent_id,
    owner_version, owner_since, language, bot_turns, window_until, opened_at"""


def open_or_touch(uow: UnitOfWork, account: Account, person: Person, message: InboundMessage) -> UUID:
    """The open conversation of this person with this account, moved on by a message; a new one where there is none.

    The window follows the customer's own messages by the provider's clock, never an echo of ours.
    """
    now = clock.now()
    inbound_at = None if message.is_echo else message.sent_at
    row = uow.one(
        "INSERT INTO inbox.conversation AS c (id, channel_account_id, identity_id, customer_id, branch_id, owner_since,"
        "   last_inbound_at, window_until, last_message_at, opened_at)"
        " VALUES (%(id)s, %(account)s, %(identity)s, %(customer)s, %(branch)s, %(now)s, %(inbound)s, %(until)s,"
        "   %(at)s, %(now)s)"
        " ON CONFLICT (channel_account_id, identity_id) WHERE state = 'open' DO UPDATE SET"
        "   last_inbound_at = greatest(c.last_inbound_at, excluded.last_inbound_at),"
        "   window_until = greatest(c.window_until, excluded.window_until),"
        "   last_message_at = greatest(c.last_message_at, excluded.last_message_at)"
        " RETURNING id",
        {
            "id": (new := ids.new_id()),
            "account": account.id,
            "identity": person.identity_id,
            "customer": person.customer_id,
            "branch": account.branch_id,
            "now": now,
            "inbound": inbound_at,
            "until": inbound_at and inbound_at + WINDOW,
            "at": message.sent_at,
        },
    )
    assert row is not None
    if row["id"] == new:
        uow.record(
            ConversationOpened(
                conversation_id=new,
                customer_id=person.customer_id,
                branch_id=account.branch_id,
                channel=account.channel,
            )
        )
    conversation_id: UUID = row["id"]
    return conversation_id


def lock(uow: UnitOfWork, conversation_id: UUID) -> Conversation:
    """The conversation as it is now, held still until the end of the unit of work. Raises NotFound."""
    row = uow.one(f"SELECT {_COLUMNS} FROM inbox.conversation WHERE id = %s FOR UPDATE", (conversation_id,))
    if row is None:
        raise NotFound(f"there is no conversation {conversation_id}")
    return Conversation(**row)


def get(uow: UnitOfWork, conversation_id: UUID) -> Conversation:
    """The conversation as it is now. Raises NotFound."""
    row = uow.one(f"SELECT {_COLUMNS} FROM inbox.conversation WHERE id = %s", (conversation_id,))
    if row is None:
        raise NotFound(f"there is no conversation {conversation_id}")
    return Conversation(**row)


def change_owner(
    uow: UnitOfWork,
    conversation: Conversation,
    new: Owner,
    *,
    actor: str,
    reason: str,
    agent_id: UUID | None = None,
) -> int | None:
    """Give the conversation to somebody, if it still is as `conversation` says; its new version, or None if not."""
    row = uow.one(
        "UPDATE inbox.conversation SET owner = %s, owner_agent_id = %s, owner_version = owner_version + 1,"
        " owner_since = %s WHERE id = %s AND owner_version = %s AND state = 'open' RETURNING owner_version",
        (new, agent_id, clock.now(), conversation.id, conversation.owner_version),
    )
    if row is None:
        return None
    before, after = _holder(conversation.owner, conversation.owner_agent_id), _holder(new, agent_id)
    transition(
        uow, "inbox.conversation_change", conversation.id, {"owner": (before, after)}, actor=actor, reason=reason
    )
    uow.record(
        ConversationOwnerChanged(
            conversation_id=conversation.id,
            old=conversation.owner,
            new=new,
            agent_id=agent_id,
            owner_version=row["owner_version"],
            reason=reason,
        )
    )
    return int(row["owner_version"])


def _holder(owner: str, agent_id: UUID | None) -> str:
    return f"agent:{agent_id}" if agent_id else owner


def prolong_hold(uow: UnitOfWork, conversation_id: UUID) -> None:
    """Whoever holds the conversation has just acted in it."""
    uow.execute("UPDATE inbox.conversation SET owner_since = %s WHERE id = %s", (clock.now(), conversation_id))


def close(uow: UnitOfWork, conversation_id: UUID, *, actor: str, reason: str) -> bool:
    """End the conversation; the customer's next message opens another. False if it was closed already."""
    row = uow.one(
        "UPDATE inbox.conversation SET state = 'closed', closed_at = %s WHERE id = %s AND state = 'open' RETURNING id",
        (clock.now(), conversation_id),
    )
    if row is None:
        return False
    transition(
        uow, "inbox.conversation_change", conversation_id, {"state": ("open", "closed")}, actor=actor, reason=reason
    )
    uow.record(ConversationClosed(conversation_id=conversation_id, reason=reason))
    return True


def note_bot_turn(uow: UnitOfWork, conversation_id: UUID, language: str) -> None:
    """The bot took a turn, in the language the customer wrote: kept for the next text that is too thin to tell."""
    uow.execute(
        "UPDATE inbox.conversation SET language = %s, bot_turns = bot_turns + 1 WHERE id = %s",
        (language, conversation_id),
    )


def contact_of(uow: UnitOfWork, conversation_id: UUID) -> Row:
    """How the other side is reached: channel, account and the identity's addresses. Raises NotFound."""
    row: dict[str, Any] | None = uow.one(
        "SELECT a.channel, a.external_id AS account, i.phone, i.user_id, c.window_until, c.owner, c.owner_version"
        " FROM inbox.conversation c JOIN inbox.channel_account a ON a.id = c.channel_account_id"
        " JOIN inbox.identity i ON i.id = c.identity_id WHERE c.id = %s",
        (conversation_id,),
    )
    if row is None:
        raise NotFound(f"there is no conversation {conversation_id}")
    return row
