"""Events of conversations: what customers wrote, what was answered, who holds the conversation."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, model_validator

from relevo import clock, ids
from relevo.events.base import Event

Owner = Literal["bot", "queue", "agent"]


class WebhookReceived(Event):
    """One part of a provider's webhook, as `intake` accepted it; not yet looked into."""

    name: ClassVar[str] = "webhook.received"
    stream: ClassVar[str] = "inbound"

    channel: str
    part: dict[str, Any]


class MessageReceived(Event):
    """A customer's message is stored."""

    name: ClassVar[str] = "message.received"

    message_id: UUID
    conversation_id: UUID
    customer_id: UUID
    branch_id: UUID
    channel: str
    kind: str
    has_media: bool = False


class MessageWritten(Event):
    """The company wrote: the bot, an agent, somebody in the phone app, or a note among colleagues. It is stored."""

    name: ClassVar[str] = "message.written"

    message_id: UUID
    conversation_id: UUID
    branch_id: UUID
    direction: Literal["out", "note"]
    author: Literal["bot", "agent", "phone"]


class MessageQueued(Event):
    """A message waits to be sent; ordered within its conversation."""

    name: ClassVar[str] = "message.queued"
    stream: ClassVar[str] = "outbound"

    message_id: UUID
    conversation_id: UUID

    @property
    def ordering_key(self) -> str:
        return str(self.conversation_id)


class MessageSent(Event):
    """The provider accepted a message."""

    name: ClassVar[str] = "message.sent"

    message_id: UUID
    conversation_id: UUID
    external_id: str


class MessageStatusChanged(Event):
    """A message moved forward: sent, delivered, read, or failed with the provider's code."""

    name: ClassVar[str] = "message.status_changed"

    message_id: UUID
    conversation_id: UUID
    old: str
    new: str
    error_code: str | None = None


class MessageAnalyzed(Event):
    """Language, sentiment, urgency and keywords of a message are known."""

    name: ClassVar[str] = "message.analyzed"

    message_id: UUID
    conversation_id: UUID
    language: str
    sentiment: str
    emotion: str
    urgency: int
    tags: tuple[str, ...] = ()


class MessageAmended(Event):
    """A customer changed a message, or took it back."""

    name: ClassVar[str] = "message.amended"

    message_id: UUID
    conversation_id: UUID


class AttachmentReady(Event):
    """A file a customer sent is kept and can be looked at."""

    name: ClassVar[str] = "attachment.ready"

    attachment_id: UUID
    message_id: UUID
    conversation_id: UUID
    branch_id: UUID
    mime_type: str


class AttachmentFailed(Event):
    """A file a customer sent cannot be had, and why; the message stays."""

    name: ClassVar[str] = "attachment.failed"

    attachment_id: UUID
    message_id: UUID
    conversation_id: UUID
    branch_id: UUID
    mime_type: str | None
    reason: str


class ObjectStored(Event):
    """A file stands in the media bucket, as S3 tells it; `size` in bytes."""

    name: ClassVar[str] = "object.stored"

    key: str
    size: int


class ReadCode(BaseModel):
    """Something like a product's code, as it was read; the product it means, where there is one."""

    model_config = ConfigDict(frozen=True)

    code: str
    product_id: UUID | None = None
    confidence: float


class ReadWord(BaseModel):
    """A word or a line as it was read, and how sure the reader was, 0 to 1."""

    model_config = ConfigDict(frozen=True)

    text: str
    confidence: float


class ImageRead(Event):
    """A picture was read: what stands in it, and the VIN where one was found. `told` is sure, `asked` is a guess."""

    name: ClassVar[str] = "image.read"

    attachment_id: UUID
    message_id: UUID
    conversation_id: UUID
    verdict: Literal["told", "asked", "none"]
    vin: str | None = None
    confidence: float
    vins: tuple[str, ...] = ()
    """Every number seen, the most often seen first."""
    codes: tuple[ReadCode, ...] = ()
    text: str = ""
    """The beginning of what was read, at most 4,000 characters."""
    words: tuple[ReadWord, ...] = ()
    """The first 200 of it, each as the reader gave it."""


class ReadingCorrected(Event):
    """Somebody said what really stands in a picture; no VIN: not the one that was read."""

    name: ClassVar[str] = "reading.corrected"

    attachment_id: UUID
    message_id: UUID
    conversation_id: UUID
    read: str | None
    vin: str | None


class VehicleDecoded(Event):
    """More is known of the vehicle whose VIN stands in a picture than the number tells by itself."""

    name: ClassVar[str] = "vehicle.decoded"

    attachment_id: UUID
    message_id: UUID
    conversation_id: UUID
    vin: str


class ConversationOpened(Event):
    """A customer began a new conversation."""

    name: ClassVar[str] = "conversation.opened"

    conversation_id: UUID
    customer_id: UUID
    branch_id: UUID
    channel: str


class ConversationOwnerChanged(Event):
    """The conversation passed between bot, queue and agents."""

    name: ClassVar[str] = "conversation.owner_changed"

    conversation_id: UUID
    old: Owner
    new: Owner
    agent_id: UUID | None = None
    owner_version: int
    reason: str


class ConversationReturned(Event):
    """People gave the conversation back to the bot while its customer waits for an answer."""

    name: ClassVar[str] = "conversation.returned"

    conversation_id: UUID


class ConversationClosed(Event):
    """The conversation ended; the customer's next message opens another."""

    name: ClassVar[str] = "conversation.closed"

    conversation_id: UUID
    reason: str


class ConversationRead(Event):
    """Somebody of the company has read a conversation up to a message."""

    name: ClassVar[str] = "conversation.read"

    conversation_id: UUID
    user_id: UUID
    message_id: UUID
    notes: tuple[UUID, ...] = ()
    """Colleagues' notes read for the first time by this."""


class ConversationSummarized(Event):
    """A conversation has a new summary."""

    name: ClassVar[str] = "conversation.summarized"

    conversation_id: UUID


class ChatbotAnswered(Event):
    """The bot answered a conversation, or left a suggestion on a ticket."""

    name: ClassVar[str] = "chatbot.answered"

    turn_id: UUID
    conversation_id: UUID | None = None
    ticket_id: UUID | None = None
    article_id: UUID | None = None
    confidence: float


class ChatbotHandedOver(Event):
    """The bot gave a conversation to people."""

    name: ClassVar[str] = "chatbot.handed_over"

    turn_id: UUID
    conversation_id: UUID
    ticket_id: UUID
    reason: str
    confidence: float


class CustomerCreated(Event):
    """Somebody wrote who was not known before."""

    name: ClassVar[str] = "customer.created"

    customer_id: UUID
    source: str


class CustomerUpdated(Event):
    """A fact about a customer changed."""

    name: ClassVar[str] = "customer.updated"

    customer_id: UUID
    field: str
    old: str | None
    new: str | None


class ScheduleFired(Event):
    """EventBridge Scheduler called: `schedule` is due for the instant `due_at`."""

    name: ClassVar[str] = "schedule.fired"

    schedule: str
    due_at: datetime

    @model_validator(mode="before")
    @classmethod
    def _identify(cls, fields: Any) -> Any:
        """A firing delivered twice is one event. One without a time, as an emulator sends it, means this minute."""
        if not isinstance(fields, dict) or "id" in fields:
            return fields
        due = str(fields.get("due_at", ""))
        if not due or due.startswith("<aws.scheduler"):
            due = clock.now().replace(second=0, microsecond=0).isoformat()
        try:
            identity = ids.derived(datetime.fromisoformat(due), str(fields.get("schedule")))
        except ValueError:
            return fields
        return {**fields, "due_at": due, "id": identity}
