"""What is asked of conversations over the wire; what is answered stands in `relevo.console`."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field, model_validator

from relevo.api.models import Answer, PageQuery, Priority, Request
from relevo.api.text import Comment, Line, Words
from relevo.console import Box, ConversationItem, Message


class ConversationQuery(PageQuery):
    """Which conversations: newest message first, in `waiting` by who has waited longest, found by `q` newest match
    first."""

    box: Box = Field("all", description="mine: held by the caller's agent; unassigned: nobody's; waiting: unanswered")
    branch: UUID | None = None
    channel: Literal["whatsapp", "messenger", "instagram"] | None = None
    priority: Priority | None = Field(None, description="of the conversation's ticket")
    q: Line | None = Field(None, description="a name, digits of a phone, a ticket's number, or words that were written")


class ConversationPage(Answer):
    """Conversations; `next` is the cursor of the following page, null on the last."""

    items: list[ConversationItem]
    next: str | None


class MessageQuery(Request):
    """Which part of a conversation: its newest messages, or those next to one."""

    before: UUID | None = Field(None, description="only older ones than this message; the `next` of a page")
    after: UUID | None = Field(None, description="only newer ones than this message")
    limit: int = Field(50, ge=1, le=100)


class MessagePage(Answer):
    """Messages oldest first; `next` asks for the page before them with `before`, null where the conversation begins."""

    items: list[Message]
    next: UUID | None


class TemplateUse(Request):
    """An approved template and the values of its places."""

    id: UUID
    parameters: list[Line] = Field(default_factory=list, max_length=30)


class MessageIn(Request):
    """What to say to the customer: a text or a template. `seen` is the newest message its author saw; with `confirm`
    it goes out although the customer has written since, or a colleague is writing."""

    client_id: UUID
    text: Words | None = None
    template: TemplateUse | None = None
    reply_to: UUID | None = None
    seen: UUID | None = None
    confirm: bool = False

    @model_validator(mode="after")
    def _says_one_thing(self) -> MessageIn:
        if (self.text is None) == (self.template is None):
            raise ValueError("needs a text or a template, one of the two")
        return self


class NoteIn(Request):
    """A note for colleagues; the users it mentions are told."""

    client_id: UUID
    text: Comment
    mentions: list[UUID] = Field(default_factory=list, max_length=20)


class ReadIn(Request):
    message_id: UUID


class DraftIn(Request):
    """The whole draft; empty forgets it."""

    text: str = Field(max_length=4_096, pattern=r"^[^\x00]*$")


class LedgerStep(Answer):
    step: str
    at: datetime
    detail: dict[str, Any]


class Ledger(Answer):
    """What happened to a message, oldest first."""

    steps: list[LedgerStep]


class HistoryLine(Answer):
    at: datetime
    actor: str
    actor_name: str | None
    field: str
    old: Any
    new: Any
    reason: str | None


class History(Answer):
    """What happened to a conversation, oldest first."""

    items: list[HistoryLine]


class TemplateQuery(Request):
    account: UUID


class Template(Answer):
    """A text with `parameters` places {{1}}, {{2}}…"""

    id: UUID
    name: str
    language: str
    category: str
    body: str
    parameters: int


class Templates(Answer):
    items: list[Template]
