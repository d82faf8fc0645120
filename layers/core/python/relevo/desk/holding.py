"""What people decide about who holds a conversation, with what follows from it for its ticket and for the queue.

Everything here changes a conversation that is still as its actor saw it, or tells how it is now: `inbox.LostRace`,
`inbox.NotYours` and `inbox.NotOpen` carry it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from relevo import inbox
from relevo.db import UnitOfWork
from relevo.desk import changing, escalation, queueing
from relevo.desk.tickets import UNFINISHED, NewTicket, Ticket, answered, get, open_ticket
from relevo.errors import InvalidInput, PermanentError
from relevo.inbox import Actor, Conversation


class AgentAway(PermanentError):
    """The agent is not available: nothing new is given to who is away."""


def take(uow: UnitOfWork, conversation_id: UUID, by: Actor, version: int | None = None) -> Conversation:
    """The agent who acts holds the conversation, and works on its ticket. Raises as `inbox.take` does."""
    conversation = inbox.take(uow, conversation_id, by, version)
    queueing.follow(uow, conversation, actor=by.name)
    return conversation


def release(uow: UnitOfWork, conversation_id: UUID, by: Actor, version: int | None = None) -> Conversation:
    """The conversation waits for people, and goes to whoever else is free. Raises as `inbox.release` does."""
    inbox.release(uow, conversation_id, by, version)
    queueing.offer(uow, conversation_id)
    return inbox.get(uow, conversation_id)


def give_to_bot(uow: UnitOfWork, conversation_id: UUID, by: Actor, version: int | None = None) -> Conversation:
    """The bot answers what nobody has, and what the customer writes next. Raises as `inbox.give_to_bot` does."""
    return inbox.give_to_bot(uow, conversation_id, by, version)


def assign(
    uow: UnitOfWork,
    conversation_id: UUID,
    agent_id: UUID,
    by: Actor,
    version: int | None = None,
    *,
    reason: str = "assigned",
) -> Conversation:
    """This agent holds the conversation and works on its ticket, however full they are.

    Raises as `inbox.assign` does, AgentAway, and InvalidInput for an agent nobody knows or of another branch.
    """
    conversation = inbox.lock(uow, conversation_id)
    _check_agent(uow, agent_id, conversation)
    conversation = inbox.assign(uow, conversation_id, agent_id, by, version, reason=reason)
    queueing.follow(uow, conversation, actor=by.name)
    return conversation


def transfer_to_department(
    uow: UnitOfWork,
    conversation_id: UUID,
    department_id: UUID,
    by: Actor,
    version: int | None = None,
    *,
    reason: str = "transferred",
) -> Conversation:
    """The conversation waits for people of this department, whose its ticket is from now on; one is opened where there
    is none. Raises as `inbox.transfer_to_queue` does, and InvalidInput for a department nobody knows."""
    conversation = inbox.transfer_to_queue(uow, conversation_id, by, version, reason=reason)
    queueing.lock_branch(uow, conversation.branch_id)
    ticket_id = ticket_of(uow, conversation_id) or _open_ticket(uow, conversation, by, reason)
    changing.update_ticket(uow, ticket_id, {"department_id": department_id}, actor=by.name, reason=reason)
    queueing.offer(uow, conversation_id)
    return inbox.get(uow, conversation_id)


def transfer_to_branch(
    uow: UnitOfWork,
    conversation_id: UUID,
    branch_id: UUID,
    by: Actor,
    version: int | None = None,
    *,
    reason: str = "transferred",
) -> Conversation:
    """The conversation and its ticket belong to another branch, whose people it waits for.

    Raises as `inbox.transfer_to_queue` does, and InvalidInput for a branch nobody knows.
    """
    if uow.one("SELECT 1 FROM inbox.branch WHERE id = %s", (branch_id,)) is None:
        raise InvalidInput(f"there is no branch {branch_id}")
    inbox.transfer_to_queue(uow, conversation_id, by, version, branch_id=branch_id, reason=reason)
    queueing.lock_branch(uow, branch_id)
    if ticket_id := ticket_of(uow, conversation_id):
        changing.update_ticket(uow, ticket_id, {"branch_id": branch_id}, actor=by.name, reason=reason)
    queueing.offer(uow, conversation_id)
    return inbox.get(uow, conversation_id)


def close(
    uow: UnitOfWork, conversation_id: UUID, by: Actor, *, reason: str = "closed by a person", resolve: bool = True
) -> None:
    """End a conversation, and with `resolve` its ticket too; one that is closed stays so.

    Raises NotFound, and NotYours when another agent holds it.
    """
    conversation = inbox.lock(uow, conversation_id)
    _check_hand(conversation, by)
    ticket_id = ticket_of(uow, conversation_id)
    if resolve and ticket_id is not None:
        changing.update_ticket(uow, ticket_id, {"status": "resolved"}, actor=by.name, reason=reason)
    inbox.close(uow, conversation_id, actor=by.name, reason=reason)


def change_ticket(
    uow: UnitOfWork, ticket_id: UUID, changes: Mapping[str, Any], by: Actor, *, reason: str | None = None
) -> Ticket:
    """Change a ticket as `update_ticket` does, and raises; to finish it ends its conversation, which raises NotYours
    when another agent holds that."""
    subject = get(uow, ticket_id).conversation_id
    if subject is not None and changes.get("status", "open") not in UNFINISHED:
        conversation = inbox.lock(uow, subject)
        if get(uow, ticket_id).status in UNFINISHED:
            _check_hand(conversation, by)
    return changing.update_ticket(uow, ticket_id, changes, actor=by.name, reason=reason)


def escalate(uow: UnitOfWork, conversation_id: UUID, by: Actor, *, reason: str) -> None:
    """Raise a conversation's ticket one step and tell the supervisor; opens the ticket where there is none, and takes
    the conversation from the bot. Raises NotFound and NotOpen."""
    conversation = inbox.lock(uow, conversation_id)
    if conversation.state != "open":
        raise inbox.NotOpen("the conversation is closed; the customer's next message opens another", conversation)
    if conversation.owner == "bot":
        conversation = inbox.release(uow, conversation_id, by)
    ticket_id = ticket_of(uow, conversation_id)
    if ticket_id is None:
        ticket_id = _open_ticket(uow, conversation, by, reason)
        queueing.follow(uow, conversation, actor=by.name)
    elif conversation.owner == "queue":
        queueing.offer(uow, conversation_id)
    escalation.escalate_by_hand(uow, ticket_id, actor=by.name, reason=reason)


def note_answer(uow: UnitOfWork, conversation_id: UUID, *, actor: str) -> None:
    """A person answered: the clock of the ticket's first response stops, and work on it has begun."""
    ticket_id = ticket_of(uow, conversation_id)
    if ticket_id is None:
        return
    answered(uow, ticket_id)
    if get(uow, ticket_id).status == "open":
        changing.update_ticket(uow, ticket_id, {"status": "in_progress"}, actor=actor, reason="answered")


def ticket_of(uow: UnitOfWork, conversation_id: UUID) -> UUID | None:
    """The unfinished ticket a conversation is about, if there is one."""
    row = uow.one(
        "SELECT id FROM desk.ticket WHERE conversation_id = %s AND status = ANY(%s)",
        (conversation_id, list(UNFINISHED)),
    )
    return row["id"] if row is not None else None


def _open_ticket(uow: UnitOfWork, conversation: Conversation, by: Actor, reason: str) -> UUID:
    """A ticket about what the customer wrote last."""
    lines = uow.all(
        "SELECT text FROM inbox.message WHERE conversation_id = %s AND direction = 'in' AND text <> ''"
        " AND deleted_at IS NULL ORDER BY id DESC LIMIT 5",
        (conversation.id,),
    )
    description = "\n".join(line["text"] for line in reversed(lines)) or reason
    subject = description.replace("\n", " ")
    opened = open_ticket(
        uow,
        NewTicket(
            subject=subject if len(subject) <= 120 else f"{subject[:119]}…",
            description=description,
            source=conversation.channel,
            customer_id=conversation.customer_id,
            conversation_id=conversation.id,
            branch_id=conversation.branch_id,
            language=conversation.language,
        ),
        actor=by.name,
        reason=reason,
    )
    return opened.id


def _check_agent(uow: UnitOfWork, agent_id: UUID, conversation: Conversation) -> None:
    row = uow.one(
        f"SELECT agent.name, agent.available, {queueing.OF_BRANCH} AS fits"
        " FROM desk.agent, inbox.conversation AS conversation WHERE agent.id = %s AND conversation.id = %s",
        (agent_id, conversation.id),
    )
    if row is None:
        raise InvalidInput(f"there is no agent {agent_id}")
    if not row["fits"]:
        raise InvalidInput(f"{row['name']} does not work for the branch of this conversation")
    if not row["available"]:
        raise AgentAway(f"{row['name']} is away")


def _check_hand(conversation: Conversation, by: Actor) -> None:
    if conversation.state == "open" and conversation.owner_agent_id not in (None, by.agent_id) and not by.leads:
        raise inbox.NotYours("a colleague holds this conversation", conversation)
