"""What the console is shown, as it goes over the wire: the API answers with these, the live feed carries them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict

from relevo.channels import phones

Box = Literal["mine", "unassigned", "bot", "waiting", "all", "closed"]
Phone = Annotated[str, AfterValidator(phones.shown)]
"""As people read it, +52 55 1234 5678."""
CanSend = Literal["free", "template", "none"]


class Shape(BaseModel):
    """Built from a row or from an object with these fields."""

    model_config = ConfigDict(from_attributes=True)


class Named(Shape):
    """Somebody or something and what to call it."""

    id: UUID
    name: str


class Branch(Shape):
    id: UUID
    code: str
    name: str


class Account(Shape):
    """The company's number or page."""

    id: UUID
    display_number: str | None


class Owner(Shape):
    """Who holds a conversation; `hold_until` is when an agent's hold ends unless they act."""

    kind: Literal["bot", "queue", "agent"]
    agent: Named | None
    version: int
    since: datetime
    hold_until: datetime | None


class Customer(Shape):
    """Whom a conversation is with; the name falls back to what the channel tells, at last the phone."""

    id: UUID
    name: str
    phone: Phone | None
    tier: str


class LastMessage(Shape):
    """What was said last; `agent` is who of the agents wrote it."""

    id: UUID
    author: str
    agent: Named | None
    kind: str
    text: str | None
    at: datetime
    status: str


class TicketItem(Shape):
    id: UUID
    number: int
    priority: str | None
    status: str


class ConversationItem(Shape):
    """A conversation in a list. `unread` counts the customer's messages after the caller's read mark, at most 99."""

    id: UUID
    customer: Customer
    channel: str
    account: Account
    branch: Branch
    state: Literal["open", "closed"]
    owner: Owner
    last_message: LastMessage | None
    last_message_at: datetime
    unread: int
    waiting_since: datetime | None
    window_until: datetime | None
    ticket: TicketItem | None


class Counts(Shape):
    """How many conversations each box holds; 100 stands for a hundred and more."""

    mine: int
    unassigned: int
    bot: int
    waiting: int
    all: int


class Author(Shape):
    """Who wrote: `name` is the agent's or, of a person who is no agent, the user's."""

    kind: Literal["customer", "bot", "agent", "phone"]
    agent: Named | None
    name: str | None


class Vehicle(Shape):
    """What a VIN says of the vehicle; null where it does not. `check` is the number's check digit: `not used` where its
    region asks for none."""

    manufacturer: str | None
    model: str | None
    year: int | None
    country: str | None
    check: Literal["right", "wrong", "not used"] | None = None


class PictureReading(Shape):
    """What stands in a picture. `told` is sure, `asked` a guess; of `none`, `reason` says why it could not be read.
    `vin` is what people said where they said something (`corrected`), else what was `read`."""

    verdict: Literal["told", "asked", "none"]
    reason: str | None
    vin: str | None
    read: str | None
    decoded: Vehicle | None
    confidence: float
    text: str
    codes: list[dict[str, Any]]
    corrected: bool


class Attachment(Shape):
    """A file of a message; `url` answers once its `state` is ready, of a failed one `reason` says why."""

    id: UUID
    mime_type: str | None
    filename: str | None
    state: Literal["pending", "ready", "failed"]
    reason: str | None
    size_bytes: int | None
    url: str
    reading: PictureReading | None


class Receipt(Shape):
    """A colleague has read a note."""

    user: Named
    at: datetime


class MessageError(Shape):
    code: str
    detail: str


class Mood(Shape):
    sentiment: str
    urgency: int
    language: str


class Message(Shape):
    """A message or a note. `reply_to` is the message it quotes; `status` is empty for notes."""

    id: UUID
    conversation_id: UUID
    direction: Literal["in", "out", "note"]
    author: Author
    kind: str
    text: str | None
    content: dict[str, Any]
    attachments: list[Attachment]
    reply_to: UUID | None
    status: str | None
    error: MessageError | None
    at: datetime
    sent_at: datetime | None
    edited_at: datetime | None
    deleted_at: datetime | None
    mentions: list[UUID]
    read_by: list[Receipt]
    client_id: UUID | None
    analysis: Mood | None


class Identity(Shape):
    channel: str
    phone: Phone | None
    username: str | None
    profile_name: str | None


class Attendance(Shape):
    """A colleague who attended this customer before, and in how many conversations."""

    agent: Named
    last_at: datetime
    conversations: int


class Previous(Shape):
    """Another conversation of the same customer."""

    id: UUID
    opened_at: datetime
    closed_at: datetime | None
    channel: str
    last_text: str | None


class CustomerInFull(Customer):
    email: str | None
    company: str | None
    language: str | None
    created_at: datetime
    identities: list[Identity]
    attended_by: list[Attendance]
    previous: list[Previous]


class Sla(Shape):
    kind: Literal["first_response", "resolution", "update"]
    due_at: datetime
    overdue: bool


class TicketInFull(TicketItem):
    subject: str
    score: int | None
    factors: list[dict[str, Any]]
    tags: list[str]
    category: str
    agent: Named | None
    created_at: datetime
    first_response_at: datetime | None
    sla: Sla | None


class Summary(Shape):
    """What a conversation is about. `extractive` takes its words from the customer; a `model` wrote the other kind."""

    kind: Literal["model", "extractive"]
    wants: str
    products: list[str]
    vehicles: list[str]
    intention: Literal["low", "medium", "high"]
    confidence: int
    state: str
    progress: int
    made_at: datetime
    upto_message_id: UUID | None


class Draft(Shape):
    text: str
    updated_at: datetime


class Presence(Shape):
    """Somebody is looking at a conversation or typing in it, until then unless they go on."""

    user: Named | None
    who: Literal["user", "customer"]
    state: Literal["viewing", "typing"]
    until: datetime


class Conversation(ConversationItem):
    """A conversation in full, as one caller sees it. `can_send` tells the composer what may be written now,
    `summarized_by` who writes its summary once it is asked for."""

    opened_at: datetime
    closed_at: datetime | None
    language: str | None
    can_send: CanSend
    send_reason: str | None
    customer: CustomerInFull
    ticket: TicketInFull | None
    summary: Summary | None
    summarized_by: Literal["model", "extractive"]
    draft: Draft | None
    presence: list[Presence]
