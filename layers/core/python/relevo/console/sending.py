"""What people write: to the customer or among colleagues, guarded against answering past each other.

A person who answers takes the conversation with the same act, and with it its ticket: the bot is silent from then on,
the clock of the first response stops, what the customer wrote counts as answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from relevo import clock, inbox, notify
from relevo.console.conversation import can_send
from relevo.console.items import items
from relevo.console.messages import message
from relevo.db import UnitOfWork
from relevo.desk import holding
from relevo.errors import InvalidInput, NotFound, PermanentError
from relevo.inbox import Actor


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes: their name in histories, and the agent and user they are, if they are."""

    name: str
    agent_id: UUID | None = None
    user_id: UUID | None = None

    @property
    def actor(self) -> Actor:
        """Without any right over what others hold: to answer in another's stead is to take over first, and say so."""
        return Actor(self.name, self.agent_id)


@dataclass(frozen=True, slots=True)
class Words:
    """A message to the customer: a text, a template with its values, or of another `kind`, with `content` as
    channels.OutboundMessage tells. `seen` is the newest message the author saw; with `confirm` it goes out although the
    customer has written since, or a colleague is writing."""

    client_id: UUID
    text: str | None = None
    kind: str = "text"
    content: dict[str, Any] | None = None
    template_id: UUID | None = None
    values: Sequence[str] = ()
    reply_to: UUID | None = None
    seen: UUID | None = None
    confirm: bool = False


class NewerMessage(PermanentError):
    """The customer has written `message_id` since the author looked."""

    def __init__(self, message_id: UUID) -> None:
        super().__init__("the customer wrote since you last looked; read it, then confirm")
        self.message_id = message_id


class Locked(PermanentError):
    """A colleague is writing in the conversation, whose turn it is until then."""

    def __init__(self, user_id: UUID, name: str, until: datetime) -> None:
        super().__init__(f"{name} is writing here; wait until they have finished, or confirm")
        self.user_id, self.name, self.until = user_id, name, until


class WindowClosed(PermanentError):
    """The customer-service window is closed: only a template may be sent."""


class Sent(NamedTuple):
    """The message, and whether it is new or the answer to a repeated request."""

    message_id: UUID
    is_new: bool


def send(uow: UnitOfWork, conversation_id: UUID, words: Words, by: Writer) -> Sent:
    """Queue what a person says to the customer; the same client id again is the same message.

    Whoever sends holds the conversation then: the bot's and the queue's is taken first. Raises NotFound, inbox.NotOpen,
    inbox.NotYours, NewerMessage, Locked, WindowClosed, and InvalidInput for what the channel does not take.
    """
    conversation = inbox.lock(uow, conversation_id)
    if before := inbox.written_before(uow, conversation_id, words.client_id):
        return Sent(before, is_new=False)
    if conversation.state != "open":
        raise inbox.NotOpen("the conversation is closed; the customer's next message opens another", conversation)
    if not words.confirm:
        _look_for_newer(uow, conversation_id, words.seen)
        _look_for_colleague(uow, conversation_id, by)
    kind, text, content = _composed(uow, conversation, words)
    quoted = _quoted(uow, conversation_id, words.reply_to) if words.reply_to else None
    conversation = _take(uow, conversation, by)
    message_id = inbox.queue_reply(
        uow,
        conversation,
        text,
        author="agent",
        owner_version=conversation.owner_version,
        agent_id=by.agent_id,
        user_id=by.user_id,
        kind=kind,
        content=content,
        client_id=words.client_id,
        reply_to=quoted,
    )
    holding.note_answer(uow, conversation_id, actor=by.name)
    return Sent(message_id, is_new=True)


def _look_for_newer(uow: UnitOfWork, conversation_id: UUID, seen: UUID | None) -> None:
    if seen is None:
        return
    newer = uow.one(
        "SELECT id FROM inbox.message WHERE conversation_id = %s AND direction = 'in' AND id > %s"
        " AND kind <> ALL(%s) AND deleted_at IS NULL ORDER BY id DESC LIMIT 1",
        (conversation_id, seen, list(inbox.SILENT_KINDS)),
    )
    if newer is not None:
        raise NewerMessage(newer["id"])


def _look_for_colleague(uow: UnitOfWork, conversation_id: UUID, by: Writer) -> None:
    """Raises Locked while it is somebody else's turn to write."""
    turn = uow.one(
        'SELECT user_id, u.name, until FROM realtime.draft_lock JOIN access."user" AS u ON u.id = user_id'
        " WHERE conversation_id = %s AND until > %s AND user_id IS DISTINCT FROM %s::uuid",
        (conversation_id, clock.now(), by.user_id),
    )
    if turn is not None:
        raise Locked(**turn)


def _composed(
    uow: UnitOfWork, conversation: inbox.Conversation, words: Words
) -> tuple[str, str, dict[str, Any] | None]:
    """Kind, text and content of the message, if the channel takes them now."""
    allowed, reason = can_send(conversation.channel, conversation.state, conversation.window_until)
    if allowed == "none":
        raise InvalidInput(f"nothing can be sent here: {reason}")
    if words.template_id is not None:
        template = inbox.template_for(uow, conversation.channel_account_id, words.template_id)
        return "template", template.filled(words.values), template.content(words.values)
    if allowed != "free":
        raise WindowClosed("the customer wrote more than 24 hours ago; only a template may be sent")
    return words.kind, words.text or "", words.content


def _quoted(uow: UnitOfWork, conversation_id: UUID, message_id: UUID) -> str:
    row = uow.one(
        "SELECT external_id FROM inbox.message WHERE id = %s AND conversation_id = %s", (message_id, conversation_id)
    )
    if row is None:
        raise NotFound(f"there is no message {message_id} in this conversation")
    if row["external_id"] is None:
        raise InvalidInput("a message can be quoted once the channel has it; this one was not sent")
    return str(row["external_id"])


def _take(uow: UnitOfWork, conversation: inbox.Conversation, by: Writer) -> inbox.Conversation:
    """The conversation as the author's: an agent holds it; of somebody who is no agent it is people's."""
    if by.agent_id is not None:
        return holding.take(uow, conversation.id, by.actor)
    if conversation.owner == "agent":
        raise inbox.NotYours("a colleague holds this conversation", conversation)
    if conversation.owner == "bot":
        inbox.answer_outside(uow, conversation.id, actor=by.name, reason="answered by a person")
    return inbox.get(uow, conversation.id)


def retry(uow: UnitOfWork, conversation_id: UUID, message_id: UUID, by: Writer) -> None:
    """Send a message that failed once more, and hold the conversation as whoever sends does. Raises NotFound,
    InvalidInput, inbox.NotOpen, inbox.NotYours, WindowClosed when it is no template and the window has closed."""
    conversation = inbox.lock(uow, conversation_id)
    row = uow.one(
        "SELECT kind FROM inbox.message WHERE id = %s AND conversation_id = %s", (message_id, conversation_id)
    )
    if row is None:
        raise NotFound(f"there is no message {message_id} in this conversation")
    if conversation.state != "open":
        raise inbox.NotOpen("the conversation is closed; the customer's next message opens another", conversation)
    allowed, _ = can_send(conversation.channel, "open", conversation.window_until)
    if row["kind"] != "template" and allowed != "free":
        raise WindowClosed("the customer wrote more than 24 hours ago; only a template may be sent")
    _take(uow, conversation, by)
    inbox.retry(uow, message_id, actor=by.name)


def write_note(
    uow: UnitOfWork, conversation_id: UUID, text: str, by: Writer, *, mentions: Sequence[UUID], client_id: UUID
) -> Sent:
    """Keep a note for colleagues; the same client id again is the same note. It prolongs the hold of who writes it.

    Raises NotFound, and InvalidInput for a mention of nobody who could read it.
    """
    conversation = inbox.lock(uow, conversation_id)
    if before := inbox.written_before(uow, conversation_id, client_id):
        return Sent(before, is_new=False)
    _check_mentions(uow, conversation, mentions)
    note_id = inbox.write_note(
        uow,
        conversation,
        text,
        agent_id=by.agent_id,
        user_id=by.user_id,
        mentions=list(dict.fromkeys(mentions)),
        client_id=client_id,
    )
    if by.agent_id is not None:
        inbox.prolong_hold(uow, conversation_id, by.agent_id)
    _tell_mentioned(uow, conversation_id, note_id)
    return Sent(note_id, is_new=True)


def _check_mentions(uow: UnitOfWork, conversation: inbox.Conversation, mentions: Sequence[UUID]) -> None:
    """Whoever is mentioned must be able to read the note."""
    known = uow.all(
        'SELECT id FROM access."user" AS u WHERE id = ANY(%s) AND active AND (all_branches OR EXISTS'
        " (SELECT 1 FROM access.user_branch WHERE user_id = u.id AND branch_id = %s))",
        (list(mentions), conversation.branch_id),
    )
    if unknown := set(mentions) - {row["id"] for row in known}:
        raise InvalidInput(f"there is no user {min(unknown)} in this branch to mention")


def _tell_mentioned(uow: UnitOfWork, conversation_id: UUID, note_id: UUID) -> None:
    note = message(uow, note_id)
    if note.mentions:
        customer = items(uow, [conversation_id])[conversation_id].customer.name
        notify.tell_mentioned(
            uow,
            note_id,
            conversation_id,
            note.mentions,
            author=note.author.name or "",
            customer=customer,
            text=note.text or "",
        )
