"""A customer's answer to a survey: a row of the list, or words while the survey was the company's last word to them.

What answers is kept and thanked for, and nothing of it is left to the bot. What does not is for the bot, or for people.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from uuid import UUID

from relevo import clock, ids, inbox
from relevo.db import Row, UnitOfWork
from relevo.desk.feedback import give_feedback
from relevo.desk.surveys.asking import OVER
from relevo.events import Event, MessageReceived
from relevo.text.words import folded, wordset
from relevo.texts import say

_CONTENT_RATING, _PROMOTES = 4, 7
"""From which rating and from which likelihood on somebody is not asked what went wrong."""
_COMMENT = 2000

_NUMBERS = {
    word: number
    for number, words in enumerate(
        (
            "cero zero", "uno una one", "dos two", "tres three", "cuatro four", "cinco five", "seis six", "siete seven",
            "ocho eight", "nueve nine", "diez ten",
        )
    )
    for word in words.split()
}  # fmt: skip
_BESIDE = wordset(
    "de la el un una con of out a an the estrella estrellas star stars punto puntos point points calificacion gracias"
    " muchas thanks thank you muy very bien bueno buena excelente perfecto regular mal malo mala pesimo pesima good"
    " great excellent perfect bad poor todo atencion servicio service y and les doy le pongo i give"
)
"""Words that may stand beside a number that rates."""


def concerning(uow: UnitOfWork, batch: Sequence[Event]) -> set[UUID]:
    """Of these events the ids of those that may concern a survey: of messages the ones whose customer was asked."""
    messages = [event for event in batch if isinstance(event, MessageReceived)]
    rows = uow.all(
        "SELECT DISTINCT customer_id FROM desk.survey WHERE customer_id = ANY(%s)",
        ([event.customer_id for event in messages],),
    )
    asked = {row["customer_id"] for row in rows}
    return {event.id for event in batch if not isinstance(event, MessageReceived) or event.customer_id in asked}


def take_answer(uow: UnitOfWork, event: MessageReceived) -> None:
    """If the message answers a survey, keep what it says. Two deliveries, or two presses, are one answer."""
    if event.kind in ("list_reply", "button"):
        _take_press(uow, event)
    elif event.kind == "text":
        _take_words(uow, event)


def _take_press(uow: UnitOfWork, event: MessageReceived) -> None:
    found = re.fullmatch(r"survey:([1-5]):([0-9a-f-]{36})", inbox.pressed(uow, event.message_id) or "")
    if found is None:
        return
    survey = _hold(uow, UUID(found[2]), event)
    if survey is None:
        return
    if survey["state"] in ("asked", "reminded"):
        _rate(uow, survey, event, int(found[1]))
    _settle(uow, event)


def _take_words(uow: UnitOfWork, event: MessageReceived) -> None:
    last = _last_word(uow, event)
    survey = _hold(uow, last, event) if last else None
    row = uow.one("SELECT text FROM inbox.message WHERE id = %s", (event.message_id,))
    words = (row["text"] or "") if row else ""
    if survey is None or survey["asked_at"] <= clock.now() - OVER:
        return
    if survey["state"] in ("asked", "reminded"):
        rating = number_in(words, 1, 5)
        if rating is not None:
            _rate(uow, survey, event, rating)
            _settle(uow, event)
    elif survey["state"] == "rated":
        nps = number_in(words, 0, 10)
        if nps is not None:
            _recommend(uow, survey, event, nps)
            _settle(uow, event)
    elif survey["state"] == "answered":
        _comment(uow, survey, words)


def number_in(text: str, least: int, most: int) -> int | None:
    """The number a message says, if it says nothing else; None when it is about something else."""
    if stars := re.fullmatch(r"\s*((?:[⭐★🌟]\ufe0f?\s*)+)\s*", text):
        count = sum(sign in "⭐★🌟" for sign in stars[1])
        return count if least <= count <= most else None
    words = re.findall(r"\d+|[^\W\d_]+", re.sub(rf"/\s*{most}\b", " ", folded(text)))
    numbers = [n for word in words if (n := int(word) if word.isdigit() else _NUMBERS.get(word)) is not None]
    others = {word for word in words if not word.isdigit() and word not in _NUMBERS}
    if len(numbers) == 2 and numbers[1] == most and "de" in others | set(words):  # 4 de 5
        numbers.pop()
    if len(words) > 8 or len(numbers) != 1 or not others <= _BESIDE:
        return None
    return numbers[0] if least <= numbers[0] <= most else None


def _last_word(uow: UnitOfWork, event: MessageReceived) -> UUID | None:
    """The survey the company's last message to this customer was about: the answer may have opened a conversation."""
    row = uow.one(
        "SELECT latest.survey FROM inbox.conversation AS c CROSS JOIN LATERAL ("
        "   SELECT id, content ->> 'survey_id' AS survey FROM inbox.message"
        "   WHERE conversation_id = c.id AND direction = 'out' AND id < %s ORDER BY id DESC LIMIT 1) AS latest"
        " WHERE c.customer_id = %s AND c.branch_id = %s ORDER BY latest.id DESC LIMIT 1",
        (event.message_id, event.customer_id, event.branch_id),
    )
    return UUID(row["survey"]) if row and row["survey"] else None


def _hold(uow: UnitOfWork, survey_id: UUID, event: MessageReceived) -> Row | None:
    """The customer's survey, held, after the conversation of their answer; None for another's."""
    inbox.lock(uow, event.conversation_id)
    return uow.one(
        "SELECT id, ticket_id, language, state, feedback_id, asked_at FROM desk.survey"
        " WHERE id = %s AND customer_id = %s FOR UPDATE",
        (survey_id, event.customer_id),
    )


def _rate(uow: UnitOfWork, survey: Row, event: MessageReceived, rating: int) -> None:
    feedback = give_feedback(uow, survey["ticket_id"], rating)
    uow.execute(
        "UPDATE desk.survey SET state = 'rated', feedback_id = %s, answered_at = %s WHERE id = %s",
        (feedback.id, clock.now(), survey["id"]),
    )
    _reply(uow, survey, event, "nps")


def _recommend(uow: UnitOfWork, survey: Row, event: MessageReceived, nps: int) -> None:
    uow.execute("UPDATE desk.survey SET state = 'answered' WHERE id = %s", (survey["id"],))
    row = uow.one("UPDATE desk.feedback SET nps = %s WHERE id = %s RETURNING rating", (nps, survey["feedback_id"]))
    content = row is not None and row["rating"] >= _CONTENT_RATING and nps >= _PROMOTES
    _reply(uow, survey, event, "thanks" if content else "sorry")


def _comment(uow: UnitOfWork, survey: Row, words: str) -> None:
    """What went wrong, in the customer's words; the bot and people read it too."""
    if words.strip():
        uow.execute(
            "UPDATE desk.feedback SET comment = %s WHERE id = %s AND comment IS NULL",
            (words.strip()[:_COMMENT], survey["feedback_id"]),
        )


def _reply(uow: UnitOfWork, survey: Row, event: MessageReceived, what: str) -> None:
    conversation = inbox.get(uow, event.conversation_id)
    inbox.queue_reply(
        uow,
        conversation,
        say(f"survey.{what}", survey["language"]),
        author="bot",
        owner_version=conversation.owner_version,
        content={"survey_id": str(survey["id"])},
    )


def _settle(uow: UnitOfWork, event: MessageReceived) -> None:
    """The message is answered: the bot leaves it alone, and nobody waits because of it."""
    lines = inbox.unanswered(uow, event.conversation_id)
    inbox.mark_answered(uow, [line for line in lines if line.id == event.message_id], ids.new_id())
    if all(line.id == event.message_id for line in lines):
        inbox.stop_waiting(uow, event.conversation_id)
