"""Who holds a conversation: taken, released, given to the bot, assigned, passed on; and holds that end by themselves.

Whoever acts states the version they saw. Of several who act on the same version the first wins, and the others are told
how the conversation stands now. An agent's hold ends after `HOLD` in which they did nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from relevo import clock, ids
from relevo.db import Database, UnitOfWork, transition
from relevo.errors import PermanentError
from relevo.events import ConversationReturned
from relevo.events.inbox import Owner
from relevo.inbox.conversations import HOLD, Conversation, change_owner, get, lock, prolong_hold

BITE = 100
"""Holds ended in one transaction."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: their name in histories, the agent they are, and whether they may decide over what others hold."""

    name: str
    agent_id: UUID | None = None
    leads: bool = False


class Denied(PermanentError):
    """The conversation is not the actor's to pass on; `conversation` is as it is now."""

    def __init__(self, message: str, conversation: Conversation) -> None:
        super().__init__(message)
        self.conversation = conversation


class LostRace(Denied):
    """Somebody was faster: the conversation has another version than the actor saw."""


class NotYours(Denied):
    """Another agent holds it, and the actor may not decide over that."""


class NotOpen(Denied):
    """The conversation is closed."""


def take(uow: UnitOfWork, conversation_id: UUID, by: Actor, version: int | None = None) -> Conversation:
    """The agent who acts holds the conversation, which silences the bot; doing so again prolongs the hold.

    `version` is what they saw; None acts on whatever it is now. Raises NotFound, NotOpen, LostRace, and NotYours when
    another agent holds it.
    """
    if by.agent_id is None:
        raise PermanentError("only an agent can hold a conversation")
    conversation = lock(uow, conversation_id)
    if conversation.state == "open" and conversation.owner_agent_id == by.agent_id:
        prolong_hold(uow, conversation_id, by.agent_id)
        return get(uow, conversation_id)
    return _pass_on(uow, conversation, "agent", by, version, agent_id=by.agent_id, reason="taken")


def release(uow: UnitOfWork, conversation_id: UUID, by: Actor, version: int | None = None) -> Conversation:
    """The conversation waits for people. Raises NotFound, NotOpen, LostRace, NotYours."""
    return _pass_on(uow, lock(uow, conversation_id), "queue", by, version, reason="released")


def give_to_bot(uow: UnitOfWork, conversation_id: UUID, by: Actor, version: int | None = None) -> Conversation:
    """The bot answers what nobody has answered, and what the customer writes next.

    Raises NotFound, NotOpen, LostRace, NotYours.
    """
    conversation = _pass_on(uow, lock(uow, conversation_id), "bot", by, version, reason="given to the bot")
    if conversation.waiting_since is not None:
        uow.record(ConversationReturned(conversation_id=conversation_id))
    return conversation


def assign(
    uow: UnitOfWork,
    conversation_id: UUID,
    agent_id: UUID,
    by: Actor,
    version: int | None = None,
    *,
    reason: str = "assigned",
) -> Conversation:
    """This agent holds the conversation. Raises NotFound, NotOpen, LostRace, NotYours."""
    conversation = lock(uow, conversation_id)
    return _pass_on(uow, conversation, "agent", by, version, agent_id=agent_id, reason=reason)


def transfer_to_queue(
    uow: UnitOfWork,
    conversation_id: UUID,
    by: Actor,
    version: int | None = None,
    *,
    branch_id: UUID | None = None,
    reason: str = "transferred",
) -> Conversation:
    """The conversation waits for people, of another branch where one is named.

    Raises NotFound, NotOpen, LostRace, NotYours.
    """
    before = lock(uow, conversation_id)
    conversation = _pass_on(uow, before, "queue", by, version, reason=reason)
    if branch_id is None or branch_id == conversation.branch_id:
        return conversation
    if conversation.owner_version == before.owner_version:  # from one queue to another is a change of hands too
        change_owner(uow, conversation, "queue", actor=by.name, reason=reason)
    uow.execute("UPDATE inbox.conversation SET branch_id = %s WHERE id = %s", (branch_id, conversation_id))
    moved = {"branch_id": (str(conversation.branch_id), str(branch_id))}
    transition(uow, "inbox.conversation_change", conversation_id, moved, actor=by.name, reason=reason)
    return get(uow, conversation_id)


def give(uow: UnitOfWork, conversation: Conversation, agent_id: UUID, *, actor: str, reason: str) -> bool:
    """The queue's next is this agent's; False when it is not as `conversation` says any more.

    No person has acted yet, so what the bot has said and nobody has sent still goes out: that people will answer.
    """
    version = change_owner(uow, conversation, "agent", actor=actor, reason=reason, agent_id=agent_id)
    if version is None:
        return False
    uow.execute(
        "UPDATE inbox.message SET owner_version = %s WHERE conversation_id = %s AND id > %s AND author = 'bot'"
        " AND status IN ('queued', 'sending') AND owner_version = %s",
        (version, conversation.id, ids.earliest(clock.now() - timedelta(hours=1)), conversation.owner_version),
    )
    return True


def end_holds(database: Database) -> int:
    """End the holds in which nothing was done for `HOLD`; how many. Whose customer waits for an answer is in the queue
    again, the others are the bot's. Safe to run by many at once; nothing is ended twice."""
    ended = 0
    while count := database.run(_end_bite, publish=False):
        ended += count
        if count < BITE:
            break
    return ended


def _end_bite(uow: UnitOfWork) -> int:
    rows = uow.all(
        "SELECT id FROM inbox.conversation WHERE state = 'open' AND owner = 'agent' AND owner_since <= %s"
        " ORDER BY owner_since LIMIT %s FOR UPDATE SKIP LOCKED",
        (clock.now() - HOLD, BITE),
    )
    for row in rows:
        conversation = get(uow, row["id"])
        new: Owner = "queue" if conversation.waiting_since else "bot"
        change_owner(uow, conversation, new, actor="release", reason="nobody acted for five minutes")
    return len(rows)


def _pass_on(
    uow: UnitOfWork,
    conversation: Conversation,
    new: Owner,
    by: Actor,
    version: int | None,
    *,
    reason: str,
    agent_id: UUID | None = None,
) -> Conversation:
    """Give a locked conversation to somebody else; as it is then. One who has it already keeps it as it is."""
    if conversation.state != "open":
        raise NotOpen("the conversation is closed; the customer's next message opens another", conversation)
    if version is not None and version != conversation.owner_version:
        raise LostRace("somebody was faster: the conversation has changed hands since you saw it", conversation)
    if conversation.owner == "agent" and conversation.owner_agent_id != by.agent_id and not by.leads:
        raise NotYours("a colleague holds this conversation", conversation)
    if (conversation.owner, conversation.owner_agent_id) == (new, agent_id):
        return conversation
    changed = change_owner(uow, conversation, new, actor=by.name, reason=reason, agent_id=agent_id)
    assert changed is not None  # the row is locked
    return get(uow, conversation.id)
