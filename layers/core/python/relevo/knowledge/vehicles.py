"""What the bot does with a picture of a VIN: it names the vehicle or asks for the number, and takes the answer.

Only a sure reading names a vehicle by itself; a doubtful one is shown and asked; nothing counts as the customer's until
the customer has said so.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from relevo import inbox, vision
from relevo.db import UnitOfWork
from relevo.inbox import Conversation, Line, PictureReading
from relevo.texts import say

_DENIALS = 2
"""So many wrong guesses, and a person looks at the picture."""
_YES = frozenset(
    {"si", "sip", "sii", "correcto", "exacto", "asi es", "es correcto", "es ese", "claro", "yes", "correct"}
)
_NO = frozenset({"no", "nop", "incorrecto", "no es", "no es ese", "esta mal", "wrong", "nope"})


@dataclass(frozen=True, slots=True)
class Vehicular:
    """What to say of a vehicle; without a `reply` a person must go on, and `about` is what their ticket tells."""

    reason: str
    language: str
    reply: str = ""
    kind: Literal["text", "buttons"] = "text"
    content: dict[str, Any] = field(default_factory=dict)
    about: str | None = None

    @property
    def needs_a_person(self) -> bool:
        return not self.reply


def awaits_reading(uow: UnitOfWork, lines: Sequence[Line]) -> bool:
    """Whether a picture of these lines will say more in a moment."""
    pictures = [line.id for line in lines if line.kind == "image"]
    return bool(pictures) and inbox.awaits_reading(uow, pictures)


def consider(uow: UnitOfWork, conversation: Conversation, lines: Sequence[Line], language: str) -> Vehicular | None:
    """What these lines ask for, if they show a VIN or answer the question whether one was read well; said in
    `language`."""
    if conversation.bot_turns and (settled := _settled(uow, conversation, lines, language)):
        return settled
    pictures = [line.id for line in lines if line.kind in ("image", "document")]
    found = inbox.readings(uow, pictures).values() if pictures else ()
    readings = [reading for reading in found if reading.vin and not reading.corrected]
    if not readings:
        return None
    reading = max(readings, key=lambda r: (r.verdict == "told", r.confidence))
    if reading.vin in inbox.denied(uow, conversation.id):
        return _to_people(uow, reading, language, "the VIN was read as before, which was not right")
    return _ask(reading, language)


def _ask(reading: PictureReading, language: str) -> Vehicular:
    vehicle = name_of(reading)
    if reading.verdict == "told" and vehicle:
        question, reason = say("bot.vin.told", language, vehicle=vehicle), "named the vehicle of a VIN"
    else:
        question, reason = say("bot.vin.asked", language, vin=reading.vin), "asked whether a VIN was read well"
    id = str(reading.attachment_id)
    buttons = [{"id": f"vin:{word}:{id}", "title": say(f"bot.vin.{word}", language)} for word in ("yes", "no")]
    return Vehicular(reason, language, question, "buttons", {"buttons": buttons, "asks_about": id})


def name_of(reading: PictureReading) -> str:
    """Make, model and year as far as the VIN tells them; empty where it does not even tell the make."""
    told = reading.decoded or {}
    parts = (told.get("manufacturer"), told.get("model"), told.get("year"))
    return " ".join(str(part) for part in parts if part) if told.get("manufacturer") else ""


def _settled(uow: UnitOfWork, conversation: Conversation, lines: Sequence[Line], language: str) -> Vehicular | None:
    """The customer's word on what was read: a button, yes or no, or the number itself."""
    for line in reversed(lines):
        if line.kind == "button" and (id := inbox.pressed(uow, line.id)) and id.startswith("vin:"):
            _, word, attachment = id.split(":", 2)
            return _said(uow, conversation, UUID(attachment), word == "yes", language)
    written = inbox.written([line for line in lines if line.kind == "text"])
    asked = inbox.asked_about(uow, conversation.id) if written else None
    if asked is None:
        return None
    if typed := [vin for vin in vision.find(written.splitlines()) if vin.plausible]:
        inbox.correct(uow, asked, typed[0].number, actor="customer")
        return _known(uow, asked, language)
    word = _plain(written)
    return _said(uow, conversation, asked, word in _YES, language) if word in _YES | _NO else None


def _plain(written: str) -> str:
    signs = unicodedata.normalize("NFD", written.casefold())
    return " ".join("".join(sign for sign in signs if sign.isalnum() or sign.isspace()).split())


def _said(uow: UnitOfWork, conversation: Conversation, attachment_id: UUID, is_right: bool, language: str) -> Vehicular:
    reading = inbox.reading_of(uow, attachment_id)
    if is_right:
        inbox.correct(uow, attachment_id, reading.vin or reading.read, actor="customer")
        return _known(uow, attachment_id, language)
    inbox.correct(uow, attachment_id, None, actor="customer")
    if len(inbox.denied(uow, conversation.id)) >= _DENIALS:
        return _to_people(uow, reading, language, "the VIN could not be read")
    content = {"asks_about": str(attachment_id)}
    return Vehicular("the VIN was not read well", language, say("bot.vin.again", language), content=content)


def _known(uow: UnitOfWork, attachment_id: UUID, language: str) -> Vehicular:
    """The vehicle is known: people go on where the customer wrote what they need, else they are asked."""
    reading = inbox.reading_of(uow, attachment_id)
    if inbox.caption(uow, attachment_id):
        return _to_people(uow, reading, language, "the vehicle is known, and what is needed for it")
    vehicle = name_of(reading) or f"{reading.vin}"
    return Vehicular("the vehicle is known", language, say("bot.vin.known", language, vehicle=vehicle))


def _to_people(uow: UnitOfWork, reading: PictureReading, language: str, reason: str) -> Vehicular:
    """Hand over, with what the customer needs and for which vehicle."""
    wanted = inbox.caption(uow, reading.attachment_id) or say("bot.kind.image", language)
    vehicle = " · ".join(filter(None, [name_of(reading), f"{say('bot.vin.label', language)} {reading.vin}"]))
    return Vehicular(reason, language, about=f"{wanted}\n{vehicle}" if reading.vin else wanted)
