"""A conversation and who holds it: the bot, the queue, or one agent.

The owner is one versioned column. Whoever acts on a conversation states the version it saw; a lost race changes
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from psycopg.errors import UniqueViolation

from relevo import clock, ids
from relevo.channels import InboundMessage
from relevo.db import UnitOfWork, transition
from relevo.errors import NotFound
from relevo.events import AgentChanged, ConversationClosed, ConversationOpened, ConversationOwnerChanged
from relevo.events.inbox import Owner
from relevo.inbox.accounts import Account
from relevo.inbox.identities import Person
from relevo.inbox.turns import SILENT_KINDS

WINDOW = timedelta(hours=24)
"""WhatsApp's customer-service window: free text is allowed this long after the customer's last message."""

HOLD = timedelta(minutes=5)
"""How long people hold a conversation they do nothing in."""


BACK = timedelta(hours=24)
"""Who writes this soon after people closed a conversation was not done with it."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """What the bot and the agents need to know before they act."""

    id: UUID
    channel_account_id: UUID
    identity_id: UUID
    customer_id: UUID
    branch_id: UUID
    channel: str
    state: str
    owner: Owner
    owner_agent_id: UUID | None
    owner_version: int
    owner_since: datetime
    language: str | None
    bot_turns: int
    window_until: datetime | None
    opened_at: datetime
    waiting_since: datetime | None
    """The time of the oldest message of the customer that nobody has answered."""
    outside_until: datetime | None
    """Until when people who answer outside of the console, in the phone app, are left alone with it."""


_COLUMNS = """id, channel_account_id, identity_id, customer_id, branch_id, channel, state, owner, owner_agent_id,
    owner_version, owner_since, language, bot_turns, window_until, opened_at, waiting_since, outside_until"""


def open_or_touch(uow: UnitOfWork, account: Account, person: Person, message: InboundMessage) -> UUID:
    """The open conversation of this person with this account, moved on by a message; a new one where there is none.

    The window follows the customer's own messages by the provider's clock, never an echo of ours; the customer waits
    from the first that asks for an answer, and an echo is one.
    """
    now = clock.now()
    inbound_at = None if message.is_echo else message.sent_at
    asked_at = None if message.kind in SILENT_KINDS else inbound_at
    row = uow.one(
        "INSERT INTO inbox.conversation AS c (id, channel_account_id, identity_id, customer_id, branch_id, owner_since,"
        "   last_inbound_at, window_until, last_message_at, opened_at, waiting_since)"
        " VALUES (%(id)s, %(account)s, %(identity)s, %(customer)s, %(branch)s, %(now)s, %(inbound)s, %(until)s,"
        "   %(at)s, %(now)s, %(asked)s)"
        " ON CONFLICT (channel_account_id, identity_id) WHERE state = 'open' DO UPDATE SET"
        "   last_inbound_at = greatest(c.last_inbound_at, excluded.last_inbound_at),"
        "   window_until = greatest(c.window_until, excluded.window_until),"
        "   last_message_at = greatest(c.last_message_at, excluded.last_message_at),"
        "   waiting_since = CASE WHEN %(echo)s THEN NULL ELSE coalesce(c.waiting_since, excluded.waiting_since) END"
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
            "asked": asked_at,
            "echo": message.is_echo,
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
        " owner_since = %s, outside_until = NULL, let_go_by = CASE WHEN %s = 'queue' THEN owner_agent_id END"
        " WHERE id = %s AND owner_version = %s AND state = 'open' RETURNING owner_version",
        (new, agent_id, clock.now(), new, conversation.id, conversation.owner_version),
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
    for holder in {conversation.owner_agent_id, agent_id} - {None}:
        uow.record(AgentChanged(agent_id=holder))
    return int(row["owner_version"])


def _holder(owner: str, agent_id: UUID | None) -> str:
    return f"agent:{agent_id}" if agent_id else owner


def prolong_hold(uow: UnitOfWork, conversation_id: UUID, agent_id: UUID) -> bool:
    """This agent has just acted in the conversation: five minutes more, if it is they who hold it; whether it is."""
    row = uow.one(
        "UPDATE inbox.conversation SET owner_since = %s WHERE id = %s AND owner_agent_id = %s AND state = 'open'"
        " RETURNING id",
        (clock.now(), conversation_id, agent_id),
    )
    return row is not None


def answer_outside(uow: UnitOfWork, conversation_id: UUID, *, actor: str, reason: str) -> None:
    """People answer this conversation outside of the console: it is theirs for as long as they go on, and nobody else
    is given it meanwhile. An agent who holds it goes on holding it. Raises NotFound."""
    conversation = lock(uow, conversation_id)
    if conversation.owner == "bot":
        change_owner(uow, conversation, "queue", actor=actor, reason=reason)
    now = clock.now()
    uow.execute(
        "UPDATE inbox.conversation SET owner_since = %s,"
        " outside_until = CASE owner WHEN 'queue' THEN %s::timestamptz END WHERE id = %s AND owner <> 'bot'",
        (now, now + HOLD, conversation_id),
    )


def stop_waiting(uow: UnitOfWork, conversation_id: UUID) -> None:
    """What the customer wrote last needs no answer."""
    uow.execute("UPDATE inbox.conversation SET waiting_since = NULL WHERE id = %s", (conversation_id,))


def close(uow: UnitOfWork, conversation_id: UUID, *, actor: str, reason: str) -> bool:
    """End the conversation; the customer's next message opens another. False if it was closed already."""
    row = uow.one(
        "UPDATE inbox.conversation SET state = 'closed', closed_at = %s, waiting_since = NULL"
        " WHERE id = %s AND state = 'open' RETURNING owner_agent_id",
        (clock.now(), conversation_id),
    )
    if row is None:
        return False
    transition(
        uow, "inbox.conversation_change", conversation_id, {"state": ("open", "closed")}, actor=actor, reason=reason
    )
    uow.record(ConversationClosed(conversation_id=conversation_id, reason=reason))
    if row["owner_agent_id"]:
        uow.record(AgentChanged(agent_id=row["owner_agent_id"]))
    return True


def reopen(uow: UnitOfWork, conversation_id: UUID, *, actor: str, reason: str) -> bool:
    """Take a closed conversation up again, for people: it is in the queue.

    False, with nothing changed, when it is open or its customer has opened another since. Raises NotFound.
    """
    before = lock(uow, conversation_id)
    if before.state == "open":
        return False
    try:
        with uow.connection.transaction():
            uow.execute(
                "UPDATE inbox.conversation SET state = 'open', closed_at = NULL, owner = 'queue',"
                " owner_agent_id = NULL, owner_version = owner_version + 1, owner_since = %s, let_go_by = NULL"
                " WHERE id = %s",
                (clock.now(), conversation_id),
            )
    except UniqueViolation:
        return False
    changes = {"state": ("closed", "open"), "owner": (_holder(before.owner, before.owner_agent_id), "queue")}
    transition(uow, "inbox.conversation_change", conversation_id, changes, actor=actor, reason=reason)
    uow.record(
        ConversationOwnerChanged(
            conversation_id=conversation_id,
            old=before.owner,
            new="queue",
            owner_version=before.owner_version + 1,
            reason=reason,
        )
    )
    return True


def goes_on(uow: UnitOfWork, conversation: Conversation) -> bool:
    """Whether the customer is back within a day of an agent's closing the conversation before this one."""
    row = uow.one(
        "SELECT owner = 'agent' AND closed_at > %s AS recent FROM inbox.conversation"
        " WHERE customer_id = %s AND identity_id = %s AND id <> %s AND state = 'closed'"
        " ORDER BY opened_at DESC LIMIT 1",
        (clock.now() - BACK, conversation.customer_id, conversation.identity_id, conversation.id),
    )
    return row is not None and bool(row["recent"])
