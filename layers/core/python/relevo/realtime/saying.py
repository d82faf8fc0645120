"""What browsers say over the socket, action by action; each is allowed or refused by what the person may do now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from relevo import access, clock, desk, inbox
from relevo.access import Principal, audit
from relevo.console import Presence
from relevo.db import UnitOfWork
from relevo.errors import InvalidInput, NotFound
from relevo.realtime import connections, feed, frames, posting, presence
from relevo.realtime.frames import Topic
from relevo.realtime.presence import Turn
from relevo.runtime.websocket import Afterwards, Over, Refusal, Reply

Message = dict[str, Any]


def connected(uow: UnitOfWork, connection_id: str, vouched: dict[str, Any]) -> bool:
    """Somebody whom the authorizer let in is connected; only people are, in a session."""
    caller = access.understood(vouched)
    if caller is None or caller.session_id is None:
        return False
    connections.open_connection(uow, connection_id, caller)
    return True


def disconnected(uow: UnitOfWork, connection_id: str) -> Afterwards:
    """The connection is gone, and whoever looked or typed through it is seen no more."""
    left = connections.close_connection(uow, connection_id)
    return _told(uow, left, connection_id)


def said(uow: UnitOfWork, connection_id: str, action: str, message: Message) -> Reply:
    """Do what was said. Raises Refusal, Over, NotFound, InvalidInput."""
    person = connections.person_behind(uow, connection_id)
    if person is None:
        raise Over("not signed in any more, or the connection was given up: connect again")
    if action not in _ACTIONS:
        raise Refusal("unknown-action", f"Nothing is called {action[:80]!r}; there are {', '.join(_ACTIONS)}.")
    return _ACTIONS[action](uow, connection_id, person, message)


# ------------------------------------------------------------------------------------------------------------ actions


def _subscribe(uow: UnitOfWork, connection_id: str, person: Principal, message: Message) -> Reply:
    topic = _topic(message)
    _allowed(person, "conversations:read", "socket.subscribe")
    branch = _branch_of(uow, topic)
    _sees(person, branch, f"socket.subscribe {topic}")
    if not connections.follow(uow, connection_id, topic):
        raise Refusal("bad-request", f"A connection follows at most {connections.MOST_TOPICS} topics.")
    result: Message = {"topic": str(topic), "positions": frames.plain(feed.positions(uow, [branch]))}
    if topic.scope == "conversation":
        result["presence"] = _shown(presence.presence_of(uow, topic.id))
    return Reply(result)


def _unsubscribe(uow: UnitOfWork, connection_id: str, person: Principal, message: Message) -> Reply:
    topic = _topic(message)
    connections.unfollow(uow, connection_id, topic)
    return Reply({"topic": str(topic)})


def _view(uow: UnitOfWork, connection_id: str, person: Principal, message: Message) -> Reply:
    conversation = _conversation(uow, person, message, "conversations:read", "socket.view")
    presence.view(uow, conversation, connection_id, _user(person), viewing=_flag(message, "viewing"))
    return Reply(
        {"presence": _shown(presence.presence_of(uow, conversation))}, _told(uow, [conversation], connection_id)
    )


def _type(uow: UnitOfWork, connection_id: str, person: Principal, message: Message) -> Reply:
    conversation = _conversation(uow, person, message, "conversations:write", "socket.typing")
    typing, user = _flag(message, "typing"), _user(person)
    turn = presence.take_turn(uow, conversation, connection_id, user) if typing else None
    if turn is not None and turn.user_id != user:
        raise Refusal("locked", f"{turn.name} is writing here.", lock=_lock(turn))
    if turn is None:
        presence.release_turn(uow, conversation, user)
    presence.show_typing(uow, conversation, connection_id, user, typing=typing)
    if typing and person.agent_id is not None:
        inbox.prolong_hold(uow, conversation, person.agent_id)
    return Reply({"lock": turn and _lock(turn)}, _told(uow, [conversation], connection_id))


def _heartbeat(uow: UnitOfWork, connection_id: str, person: Principal, message: Message) -> Reply:
    presence.renew(uow, connection_id)
    if person.agent_id is not None:
        desk.note_seen(uow, person.agent_id)
    known = message.get("positions")
    if not isinstance(known, dict):
        raise InvalidInput('Say {"positions": {"<branch id>": <last seq>, …}}.')
    asked = [branch for branch in map(_uuid, list(known)[: connections.MOST_TOPICS]) if person.sees(branch)]
    reached = feed.positions(uow, {*asked, feed.NOWHERE})
    return Reply({"positions": frames.plain(reached), "at": clock.now().isoformat()})


_ACTIONS: dict[str, Callable[[UnitOfWork, str, Principal, Message], Reply]] = {
    "subscribe": _subscribe,
    "unsubscribe": _unsubscribe,
    "view": _view,
    "typing": _type,
    "heartbeat": _heartbeat,
}


# ----------------------------------------------------------------------------------------------------------- presence


def customer_types(uow: UnitOfWork, conversation_id: UUID, *, typing: bool) -> None:
    """The customer types, or has stopped, on a channel that can tell; whoever follows the conversation sees it."""
    presence.show_typing(uow, conversation_id, None, None, typing=typing)
    _told(uow, [conversation_id], None)()


def _told(uow: UnitOfWork, conversations: list[UUID], connection_id: str | None) -> Afterwards:
    """Show who is there now to everybody who follows these conversations, but for the connection that changed it."""
    there = presence.present(uow, conversations)
    posts = [
        posting.Post(follower.connection_id, frames.presence(id, _shown(there.get(id, []))).encode())
        for id in conversations
        for follower in connections.followers(uow, [f"conversation:{id}"])
        if follower.connection_id != connection_id and follower.sees(inbox.get(uow, id).branch_id)
    ]
    return lambda: connections.hang_up(posting.connections().post(posts)) if posts else None


def _shown(there: list[Presence]) -> list[Message]:
    return [somebody.model_dump(mode="json") for somebody in there]


def _lock(turn: Turn) -> Message:
    return {"user_id": str(turn.user_id), "name": turn.name, "until": turn.until.isoformat()}


# ---------------------------------------------------------------------------------------------- reading and allowing


def _topic(message: Message) -> Topic:
    try:
        return Topic.parse(str(message.get("topic", "")))
    except ValueError as error:
        raise InvalidInput(str(error)) from error


def _uuid(text: Any) -> UUID:
    try:
        return UUID(str(text))
    except ValueError as error:
        raise InvalidInput(f"{str(text)[:80]!r} is no id") from error


def _flag(message: Message, name: str) -> bool:
    value = message.get(name)
    if not isinstance(value, bool):
        raise InvalidInput(f"{name} is true or false")
    return value


def _user(person: Principal) -> UUID:
    assert person.user_id is not None  # a session is a person's
    return person.user_id


def _conversation(uow: UnitOfWork, person: Principal, message: Message, permission: str, action: str) -> UUID:
    """The conversation that is spoken of, where the person may do this in it."""
    _allowed(person, permission, action)
    conversation = _uuid(message.get("conversation_id"))
    _sees(person, inbox.get(uow, conversation).branch_id, f"{action} conversation:{conversation}")
    return conversation


def _branch_of(uow: UnitOfWork, topic: Topic) -> UUID:
    if topic.scope == "conversation":
        return inbox.get(uow, topic.id).branch_id
    if topic.id != feed.NOWHERE and uow.one("SELECT 1 FROM inbox.branch WHERE id = %s", (topic.id,)) is None:
        raise NotFound(f"there is no branch {topic.id}")
    return topic.id


def _allowed(person: Principal, permission: str, action: str) -> None:
    if permission not in person.scopes:
        raise _refusal(person, f"This needs the permission {permission}.", action)


def _sees(person: Principal, branch: UUID, action: str) -> None:
    if branch != feed.NOWHERE and not person.sees(branch):
        raise _refusal(person, "This belongs to a branch you do not work in.", action)


def _refusal(person: Principal, detail: str, action: str) -> Refusal:
    verb, _, subject = action.partition(" ")
    return Refusal(
        "not-allowed",
        detail,
        audit=lambda uow: audit.record_refusal(uow, person.name, verb, subject=subject or None, reason=detail),
    )
