"""What a customer can do on the phone, as Meta's webhook tells it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from infra.local.graph import webhooks
from infra.local.graph.state import File
from infra.local.graph.webhooks import Number
from infra.local.simulator.directory import Customer
from relevo import clock

Json = dict[str, Any]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Who(_Strict):
    """The customer who acts: a phone, or a user id alone."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    phone: Annotated[str, Field(pattern=r"^[1-9][0-9]{6,14}$")] | None = None
    user_id: Annotated[str, Field(pattern=r"^[A-Z]{2}\.[A-Za-z0-9]{1,128}$")] | None = None
    username: Annotated[str, Field(max_length=40)] | None = None

    @model_validator(mode="after")
    def _reachable(self) -> Who:
        if not self.phone and not self.user_id:
            raise ValueError("a customer has a phone or a user id")
        return self


class Text(_Strict):
    kind: Literal["text"]
    text: Annotated[str, Field(min_length=1, max_length=4096)]

    def content(self, files: dict[str, File]) -> tuple[str, Json]:
        return "text", {"body": self.text}


class Attachment(_Strict):
    kind: Literal["image", "audio", "video", "document", "sticker"]
    media_id: str
    caption: Annotated[str, Field(max_length=1024)] = ""
    voice: bool = False

    def content(self, files: dict[str, File]) -> tuple[str, Json]:
        if self.media_id not in files:
            raise ValueError(f"no file has the id {self.media_id}")
        file = files[self.media_id]
        block = dict(file.block)
        if self.caption:
            block["caption"] = self.caption
        if self.kind == "document":
            block["filename"] = file.filename or "document"
        if self.kind == "audio":
            block["voice"] = self.voice
        return self.kind, block


class Location(_Strict):
    kind: Literal["location"]
    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
    name: str | None = None
    address: str | None = None

    def content(self, files: dict[str, File]) -> tuple[str, Json]:
        return "location", self.model_dump(exclude={"kind"}, exclude_none=True)


class Reaction(_Strict):
    kind: Literal["reaction"]
    message_id: str
    emoji: Annotated[str, Field(max_length=16)]

    def content(self, files: dict[str, File]) -> tuple[str, Json]:
        return "reaction", {"message_id": self.message_id} | ({"emoji": self.emoji} if self.emoji else {})


class Press(_Strict):
    """A reply button or a list's row of a message received."""

    kind: Literal["button_reply", "list_reply"]
    id: str
    title: str
    description: str | None = None

    def content(self, files: dict[str, File]) -> tuple[str, Json]:
        reply = self.model_dump(include={"id", "title", "description"}, exclude_none=True)
        return "interactive", {"type": self.kind, self.kind: reply}


class Act(_Strict):
    """One thing a customer does. `repeat` posts the same webhook that often; `forged` signs it with a wrong secret."""

    customer: Who
    number: str
    action: Annotated[Text | Attachment | Location | Reaction | Press, Field(discriminator="kind")]
    reply_to: str | None = None
    repeat: Annotated[int, Field(ge=1, le=20)] = 1
    forged: bool = False


def webhook(act: Act, number: Number, files: dict[str, File]) -> tuple[str, Json]:
    """The message's id and the webhook that tells of it. ValueError when it names a file that is not there."""
    person = Customer(**act.customer.model_dump()).person
    kind, block = act.action.content(files)
    wamid = webhooks.new_wamid(person.phone or "")
    context = {"context": {"from": number.display, "id": act.reply_to}} if act.reply_to else {}
    payload = webhooks.inbound(number, person, kind, block, id=wamid, timestamp=int(clock.now().timestamp()), **context)
    return wamid, payload
