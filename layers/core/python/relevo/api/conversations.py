"""Routes of conversations: boxes, one in full, its messages, and what people write in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from relevo import console, inbox, realtime
from relevo.access import Principal
from relevo.api import cursor
from relevo.api.application import app
from relevo.api.conversation_models import (
    ConversationPage,
    ConversationQuery,
    DraftIn,
    History,
    HistoryLine,
    Ledger,
    LedgerStep,
    MessageIn,
    MessagePage,
    MessageQuery,
    NoteIn,
    ReadIn,
    Template,
    TemplateQuery,
    Templates,
)
from relevo.api.endpoint import Reply, endpoint
from relevo.api.requests import refuse_branch
from relevo.console import Conversation, Counts, Filters, Message, Place, Summary, Viewer, Words, Writer
from relevo.db import UnitOfWork
from relevo.errors import NotFound
from relevo.runtime.problems import Problem

_ALL = "/api/conversations"
_ONE = f"{_ALL}/<conversation_id>"
_READ, _WRITE, _TAG = "conversations:read", "conversations:write", "Conversations"


@endpoint(app, "GET", _ALL, scope=_READ, summary="List and search conversations", tag=_TAG)
def list_conversations(uow: UnitOfWork, caller: Principal, query: ConversationQuery) -> ConversationPage:
    """A box of conversations, a page at a time, of the branches the caller works in."""
    if query.branch:
        refuse_branch(caller, query.branch)
    filters = Filters(query.box, query.branch, query.channel, query.priority, query.q)
    after = Place(*cursor.decode_place(query.cursor)) if query.cursor else None
    page = console.list_conversations(uow, _viewer(caller), filters, after=after, limit=query.limit)
    return ConversationPage(items=page.items, next=cursor.encode_place(*page.after) if page.after else None)


@endpoint(app, "GET", f"{_ALL}/counts", scope=_READ, summary="How many stand in each box", tag=_TAG)
def count_conversations(uow: UnitOfWork, caller: Principal) -> Counts:
    """Each box counted up to a hundred."""
    return console.counts(uow, _viewer(caller))


@endpoint(app, "GET", f"{_ALL}/templates", scope=_READ, summary="What may be sent outside the window", tag=_TAG)
def list_templates(uow: UnitOfWork, caller: Principal, query: TemplateQuery) -> Templates:
    """The approved templates of a number."""
    account = uow.one("SELECT branch_id FROM inbox.channel_account WHERE id = %s", (query.account,))
    if account is None:
        raise NotFound(f"there is no number {query.account}")
    refuse_branch(caller, account["branch_id"])
    return Templates(items=[Template.model_validate(each) for each in inbox.templates_for(uow, query.account)])


@endpoint(app, "GET", _ONE, scope=_READ, summary="One conversation in full", tag=_TAG)
def read_conversation(uow: UnitOfWork, caller: Principal, conversation_id: UUID) -> Conversation:
    """The conversation with its customer and their past, its ticket, its summary and the caller's draft."""
    check_sight(uow, caller, conversation_id)
    return in_full(uow, caller, conversation_id)


def in_full(uow: UnitOfWork, caller: Principal, conversation_id: UUID) -> Conversation:
    """The conversation as the caller sees it, and who is there now. Raises NotFound."""
    conversation = console.conversation(uow, conversation_id, user_id=caller.user_id, branches=caller.branches)
    return conversation.model_copy(update={"presence": realtime.presence_of(uow, conversation_id)})


@endpoint(app, "GET", f"{_ONE}/messages", scope=_READ, summary="Its messages and notes", tag=_TAG)
def list_messages(uow: UnitOfWork, caller: Principal, conversation_id: UUID, query: MessageQuery) -> MessagePage:
    """The newest messages, or those next to one, oldest first."""
    check_sight(uow, caller, conversation_id)
    page = console.page(uow, conversation_id, before=query.before, after=query.after, limit=query.limit)
    return MessagePage(items=page.items, next=page.older)


@endpoint(
    app,
    "POST",
    f"{_ONE}/messages",
    scope=_WRITE,
    summary="Write to the customer",
    tag=_TAG,
    status=201,
    refusals=(409,),
)
def send_message(uow: UnitOfWork, caller: Principal, conversation_id: UUID, body: MessageIn) -> Reply[Message]:
    """Queues a text or a template, and takes the conversation for the caller's agent where the bot or nobody holds it.
    The same `client_id` again is answered 200 with the message it made."""
    check_sight(uow, caller, conversation_id)
    words = Words(
        client_id=body.client_id,
        text=body.text,
        template_id=body.template.id if body.template else None,
        values=body.template.parameters if body.template else (),
        reply_to=body.reply_to,
        seen=body.seen,
        confirm=body.confirm,
    )
    with explained(uow):
        sent = console.send(uow, conversation_id, words, writer(caller))
    return Reply(console.message(uow, sent.message_id), 201 if sent.is_new else 200)


@endpoint(
    app,
    "POST",
    f"{_ONE}/messages/<message_id>/retry",
    scope=_WRITE,
    summary="Send a failed message again",
    tag=_TAG,
    refusals=(409, 422),
)
def retry_message(uow: UnitOfWork, caller: Principal, conversation_id: UUID, message_id: UUID) -> Message:
    """Only a message that failed, or of which nobody knows whether it was sent."""
    check_sight(uow, caller, conversation_id)
    with explained(uow):
        console.retry(uow, conversation_id, message_id, writer(caller))
    return console.message(uow, message_id)


@endpoint(app, "GET", f"{_ONE}/messages/<message_id>/ledger", scope=_READ, summary="What happened to it", tag=_TAG)
def read_ledger(uow: UnitOfWork, caller: Principal, conversation_id: UUID, message_id: UUID) -> Ledger:
    """Every step of a message with its time: stored, claimed, sent, what the provider reported, its price."""
    check_sight(uow, caller, conversation_id)
    if console.message(uow, message_id).conversation_id != conversation_id:
        raise NotFound(f"there is no message {message_id} in this conversation")
    return Ledger(steps=[LedgerStep.model_validate(step) for step in console.ledger(uow, message_id)])


@endpoint(app, "POST", f"{_ONE}/notes", scope=_WRITE, summary="Write a note", tag=_TAG, status=201)
def write_note(uow: UnitOfWork, caller: Principal, conversation_id: UUID, body: NoteIn) -> Reply[Message]:
    """Keeps a note for colleagues; the customer never sees it."""
    check_sight(uow, caller, conversation_id)
    note = console.write_note(
        uow, conversation_id, body.text, writer(caller), mentions=body.mentions, client_id=body.client_id
    )
    return Reply(console.message(uow, note.message_id), 201 if note.is_new else 200)


@endpoint(app, "POST", f"{_ONE}/read", scope=_READ, person=True, summary="Read up to a message", tag=_TAG, status=204)
def mark_read(uow: UnitOfWork, caller: Principal, conversation_id: UUID, body: ReadIn) -> None:
    """Moves the caller's read mark on, and tells the writers of notes that they were read."""
    check_sight(uow, caller, conversation_id)
    console.mark_read(uow, conversation_id, body.message_id, _person(caller))


@endpoint(app, "PUT", f"{_ONE}/draft", scope=_WRITE, person=True, summary="Keep a draft", tag=_TAG, status=204)
def keep_draft(uow: UnitOfWork, caller: Principal, conversation_id: UUID, body: DraftIn) -> None:
    """Keeps what the caller began to write; an empty text forgets it."""
    check_sight(uow, caller, conversation_id)
    console.keep_draft(uow, conversation_id, _person(caller), body.text)


@endpoint(app, "GET", f"{_ONE}/history", scope=_READ, summary="What happened to it", tag=_TAG)
def read_history(uow: UnitOfWork, caller: Principal, conversation_id: UUID) -> History:
    """Who held the conversation when and why, and every other change, oldest first."""
    check_sight(uow, caller, conversation_id)
    lines = console.history(uow, conversation_id)
    return History(items=[HistoryLine.model_validate(line) for line in lines])


@endpoint(app, "POST", f"{_ONE}/summary", scope=_READ, summary="Summarize it anew", tag=_TAG, refusals=(404,))
def summarize(uow: UnitOfWork, caller: Principal, conversation_id: UUID) -> Summary:
    """What the conversation is about, by a model where one is configured, asked every 30 seconds at most; an earlier
    summary is answered as it is."""
    check_sight(uow, caller, conversation_id)
    made = console.summarize(uow, conversation_id)
    if made is None:
        raise NotFound("the customer has written nothing yet, so there is nothing to summarize")
    return made


def _viewer(caller: Principal) -> Viewer:
    return Viewer(caller.user_id, caller.agent_id, caller.branches)


def writer(caller: Principal) -> Writer:
    """The caller as who writes."""
    return Writer(caller.name, caller.agent_id, caller.user_id)


def _person(caller: Principal) -> UUID:
    assert caller.user_id is not None  # the route lets only people in
    return caller.user_id


def check_sight(uow: UnitOfWork, caller: Principal, conversation_id: UUID) -> None:
    """Raises NotFound, and Refused for a branch the caller does not work in."""
    row = uow.one("SELECT branch_id FROM inbox.conversation WHERE id = %s", (conversation_id,))
    if row is None:
        raise NotFound(f"there is no conversation {conversation_id}")
    refuse_branch(caller, row["branch_id"])


@contextmanager
def explained(uow: UnitOfWork) -> Iterator[None]:
    """Refusals of what people write, with what their client needs to go on."""
    try:
        yield
    except inbox.NotYours as error:
        raise Problem(
            409, f"{error}.", kind="not-yours", members={"owner": _owner(uow, error.conversation.id)}
        ) from error
    except inbox.NotOpen as error:
        raise Problem(409, f"{error}.", kind="closed") from error
    except console.NewerMessage as error:
        newer = console.message(uow, error.message_id).model_dump(mode="json")
        raise Problem(409, f"{error}.", kind="newer-message", members={"message": newer}) from error
    except console.Locked as error:
        lock = {"user_id": str(error.user_id), "name": error.name, "until": error.until.isoformat()}
        raise Problem(409, f"{error}.", kind="locked", members={"lock": lock}) from error
    except console.WindowClosed as error:
        raise Problem(422, f"{error}.", kind="window-closed") from error


def _owner(uow: UnitOfWork, conversation_id: UUID) -> dict[str, Any]:
    owner = console.items(uow, [conversation_id])[conversation_id].owner
    return owner.model_dump(mode="json")
