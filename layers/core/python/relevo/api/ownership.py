"""Routes of who holds a conversation: people take it, give it back, pass it on, close it, ask for more attention.

Of several who act on the same version the first wins; the others are answered 409 with the owner as it is now.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from relevo import console, inbox
from relevo.access import Principal
from relevo.api.application import app
from relevo.api.conversations import in_full
from relevo.api.endpoint import endpoint
from relevo.api.ownership_models import AssignIn, CloseIn, EscalateIn, Seen, TransferIn
from relevo.api.requests import refuse_branch
from relevo.console import Conversation, Owner
from relevo.db import UnitOfWork
from relevo.desk import holding
from relevo.inbox import Actor
from relevo.runtime.problems import Problem

_ONE = "/api/conversations/<conversation_id>"
_WRITE, _ASSIGN, _TAG = "conversations:write", "conversations:assign", "Conversations"


@endpoint(app, "POST", f"{_ONE}/take", scope=_WRITE, summary="Take it", tag=_TAG, refusals=(409,))
def take_conversation(uow: UnitOfWork, caller: Principal, conversation_id: UUID, body: Seen) -> Owner:
    """The caller holds the conversation, and works on its ticket; the bot is silent at once. Taking what a colleague
    holds needs `conversations:assign`."""
    actor = _actor(uow, caller, conversation_id)
    if actor.agent_id is None:
        raise Problem(403, "Only agents hold conversations, and you are none.", kind="not-an-agent")
    with _explained(uow):
        holding.take(uow, conversation_id, actor, body.version)
    return _owner(uow, conversation_id)


@endpoint(app, "POST", f"{_ONE}/release", scope=_WRITE, summary="Back to the queue", tag=_TAG, refusals=(409,))
def release_conversation(uow: UnitOfWork, caller: Principal, conversation_id: UUID, body: Seen) -> Owner:
    """The conversation waits for somebody else, and goes to whoever is free."""
    actor = _actor(uow, caller, conversation_id)
    with _explained(uow):
        holding.release(uow, conversation_id, actor, body.version)
    return _owner(uow, conversation_id)


@endpoint(app, "POST", f"{_ONE}/give-to-bot", scope=_WRITE, summary="Back to the bot", tag=_TAG, refusals=(409,))
def give_to_bot(uow: UnitOfWork, caller: Principal, conversation_id: UUID, body: Seen) -> Owner:
    """The bot answers what nobody has answered yet, and what the customer writes next."""
    actor = _actor(uow, caller, conversation_id)
    with _explained(uow):
        holding.give_to_bot(uow, conversation_id, actor, body.version)
    return _owner(uow, conversation_id)


@endpoint(app, "POST", f"{_ONE}/assign", scope=_ASSIGN, summary="Give it to an agent", tag=_TAG, refusals=(409, 422))
def assign_conversation(uow: UnitOfWork, caller: Principal, conversation_id: UUID, body: AssignIn) -> Owner:
    """An agent of the branch who is available holds it, however full they are."""
    actor = _actor(uow, caller, conversation_id)
    with _explained(uow):
        holding.assign(uow, conversation_id, body.agent_id, actor, body.version)
    return _owner(uow, conversation_id)


@endpoint(app, "POST", f"{_ONE}/transfer", scope=_WRITE, summary="Pass it on", tag=_TAG, refusals=(409, 422))
def transfer_conversation(uow: UnitOfWork, caller: Principal, conversation_id: UUID, body: TransferIn) -> Owner:
    """To an agent, or to the queue of a department or branch, with a note for whoever takes it."""
    actor = _actor(uow, caller, conversation_id)
    if body.note:
        before = inbox.get(uow, conversation_id)
        inbox.write_note(uow, before, body.note, agent_id=caller.agent_id, user_id=caller.user_id)
    with _explained(uow):
        if body.agent_id:
            holding.assign(uow, conversation_id, body.agent_id, actor, body.version, reason="transferred")
        elif body.department_id:
            holding.transfer_to_department(uow, conversation_id, body.department_id, actor, body.version)
        elif body.branch_id:
            holding.transfer_to_branch(uow, conversation_id, body.branch_id, actor, body.version)
    return _owner(uow, conversation_id)


@endpoint(app, "POST", f"{_ONE}/close", scope=_WRITE, summary="Close it", tag=_TAG, refusals=(409,))
def close_conversation(uow: UnitOfWork, caller: Principal, conversation_id: UUID, body: CloseIn) -> Conversation:
    """Ends the conversation and, unless told otherwise, resolves its ticket. The customer's next message opens
    another."""
    actor = _actor(uow, caller, conversation_id)
    with _explained(uow):
        holding.close(
            uow, conversation_id, actor, reason=body.reason or "closed by a person", resolve=body.resolve_ticket
        )
    return in_full(uow, caller, conversation_id)


@endpoint(app, "POST", f"{_ONE}/escalate", scope=_WRITE, summary="Ask for more attention", tag=_TAG, refusals=(409,))
def escalate_conversation(uow: UnitOfWork, caller: Principal, conversation_id: UUID, body: EscalateIn) -> Conversation:
    """Raises the ticket one step, opening it where there is none, and tells the supervisor."""
    actor = _actor(uow, caller, conversation_id)
    with _explained(uow):
        holding.escalate(uow, conversation_id, actor, reason=body.reason)
    return in_full(uow, caller, conversation_id)


def _actor(uow: UnitOfWork, caller: Principal, conversation_id: UUID) -> Actor:
    """The caller as somebody who acts. Raises NotFound, and Refused for a branch they do not work in."""
    refuse_branch(caller, inbox.get(uow, conversation_id).branch_id)
    return Actor(caller.name, caller.agent_id, leads=_ASSIGN in caller.scopes)


def _owner(uow: UnitOfWork, conversation_id: UUID) -> Owner:
    return console.items(uow, [conversation_id])[conversation_id].owner


_KINDS: dict[type[inbox.Denied], str] = {
    inbox.LostRace: "lost-race",
    inbox.NotYours: "not-yours",
    inbox.NotOpen: "closed",
}


@contextmanager
def _explained(uow: UnitOfWork) -> Iterator[None]:
    """Refusals as problems that carry the owner as it is now."""
    try:
        yield
    except inbox.Denied as error:
        owner: dict[str, Any] = _owner(uow, error.conversation.id).model_dump(mode="json")
        raise Problem(409, f"{error}.".capitalize(), kind=_KINDS[type(error)], members={"owner": owner}) from error
    except holding.AgentAway as error:
        raise Problem(409, f"{error}.", kind="agent-away") from error
