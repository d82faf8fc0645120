"""The bot's turn: read everything unanswered, answer once from the articles, or hand over to people.

Promises kept here: one reply a turn; silence while a person holds the conversation, looked at again after the model
answered; nothing said that no article says; and caps on turns and repetition, so that two bots never talk for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from relevo import clock, desk, ids, inbox, llm, text
from relevo.db import UnitOfWork
from relevo.errors import NotYet
from relevo.events import (
    AttachmentFailed,
    ChatbotAnswered,
    ChatbotHandedOver,
    ConversationReturned,
    Event,
    ImageRead,
    MessageReceived,
    TicketCreated,
)
from relevo.inbox import Conversation, Line, Turn
from relevo.knowledge import limits, vehicles
from relevo.knowledge.phrasing import Phrased, phrase
from relevo.knowledge.search import Found, embed_ahead, search
from relevo.knowledge.smalltalk import intent_of
from relevo.knowledge.vehicles import Vehicular
from relevo.platform import COMPANY_NAME, value
from relevo.settings import settings
from relevo.texts import say

_LOOP_PERIOD = timedelta(minutes=10)
_REPEATED_WITHIN = timedelta(hours=1)
"""Who asks for the same article this soon was not helped by it; who asks later has the question again."""
_REPETITIONS = 3
"""The same words this often in a row are a machine's, or a person whom answers do not help."""

_ATTACHMENTS = frozenset({"image", "audio", "video", "document", "location", "contacts", "order"})

URGENT = 25
"""Urgency (0-40) from which a person answers, whatever the articles say."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the bot does with a turn. `reason` is for the history; `found` is what the articles offered.

    `kind` is answered, greeting, thanks, vehicle, handed_over, suggested or acknowledged, which needs no words.
    """

    kind: str
    reason: str
    reply: str
    language: str
    analysis: text.Analysis
    found: Sequence[Found] = ()
    phrased: Phrased | None = None
    vehicular: Vehicular | None = None

    @property
    def confidence(self) -> float:
        return self.found[0].confidence if self.found else 0.0


def read_ahead(uow: UnitOfWork, batch: Sequence[Event]) -> None:
    """Embed what these events are about to ask."""
    conversations = {event.conversation_id for event in batch if isinstance(event, MessageReceived)}
    questions = map(inbox.written, inbox.unanswered_in(uow, list(conversations)).values())
    embed_ahead(uow, {question for question in questions if question and intent_of(question) is None})


def take_turn(uow: UnitOfWork, event: MessageReceived) -> None:
    """Answer what a conversation's customer wrote, if it is still the bot's to answer."""
    conversation = _look_at(uow, event.conversation_id)
    lines = inbox.unanswered(uow, conversation.id)
    if conversation.owner == "queue" and conversation.state == "open":
        conversation = _leave_to_people(uow, conversation, lines, event)
    if not lines or not _is_the_bots(conversation) or _still_typing(lines, event):
        return
    if vehicles.awaits_reading(uow, lines):
        raise NotYet("a picture is being read; its reading brings the turn back, else time does")
    _answer(uow, conversation, lines)


def take_up(uow: UnitOfWork, event: ImageRead | AttachmentFailed) -> None:
    """Go on now that a picture is read, or known never to come, if that is what the turn waited for."""
    conversation = _look_at(uow, event.conversation_id)
    lines = inbox.unanswered(uow, conversation.id)
    if event.message_id not in {line.id for line in lines} or not _is_the_bots(conversation):
        return
    if not _still_typing(lines, event) and not vehicles.awaits_reading(uow, lines):
        _answer(uow, conversation, lines)


def take_over(uow: UnitOfWork, event: ConversationReturned) -> None:
    """Answer what people left unanswered when they gave the conversation back, if it is still the bot's."""
    conversation = _look_at(uow, event.conversation_id)
    lines = inbox.unanswered(uow, conversation.id)
    if lines and _is_the_bots(conversation):
        _answer(uow, conversation, lines)


def _look_at(uow: UnitOfWork, conversation_id: UUID) -> Conversation:
    """The conversation, held for the few milliseconds of a turn; but not where a model is to think meanwhile."""
    return (inbox.lock if is_quick() else inbox.get)(uow, conversation_id)


def _answer(uow: UnitOfWork, conversation: Conversation, lines: Sequence[Line]) -> None:
    decision = _decide(uow, conversation, lines)
    if is_quick() or _is_as_it_was(uow, conversation, lines):
        _act(uow, conversation, lines, decision)


def is_quick() -> bool:
    """Whether a turn takes but milliseconds: no model is asked."""
    return llm.configuration() is None


def _is_the_bots(conversation: Conversation) -> bool:
    return conversation.owner == "bot" and conversation.state == "open"


def _leave_to_people(
    uow: UnitOfWork, conversation: Conversation, lines: Sequence[Line], event: MessageReceived
) -> Conversation:
    """Add what was written to the ticket people work on. Without a ticket, who answered in the phone app and has done
    nothing for five minutes is done, and the bot is back."""
    written = [line for line in lines if line.id == event.message_id]
    if desk.note_message(uow, conversation.id, _question(written)):
        return conversation
    if conversation.outside_until is None or clock.now() < conversation.outside_until:
        return conversation
    inbox.change_owner(uow, conversation, "bot", actor="bot", reason="nobody acted for five minutes")
    return inbox.get(uow, conversation.id)


def _still_typing(lines: Sequence[Line], event: MessageReceived | ImageRead | AttachmentFailed) -> bool:
    """A later line came moments ago: its own event, still waiting in the queue, will answer the whole turn."""
    last = lines[-1]
    pause = timedelta(seconds=settings().bot_debounce_seconds)
    return last.id != event.message_id and clock.now() - last.stored_at < pause


def _decide(uow: UnitOfWork, conversation: Conversation, lines: Sequence[Line]) -> Decision:
    """What to do with a turn: pictures of vehicles come before words, since words speak of what they show."""
    analysis = text.analyze(inbox.written(lines), hint=conversation.language)
    vehicular = vehicles.consider(uow, conversation, lines, conversation.language or analysis.language)
    if vehicular is None:
        return _decide_by_words(uow, conversation, lines, analysis)
    reason = _loop(uow, conversation) or (vehicular.reason if vehicular.needs_a_person else None)
    kind = "handed_over" if reason else "vehicle"
    language = vehicular.language
    return Decision(kind, reason or vehicular.reason, vehicular.reply, language, analysis, vehicular=vehicular)


def _decide_by_words(
    uow: UnitOfWork, conversation: Conversation, lines: Sequence[Line], analysis: text.Analysis
) -> Decision:
    question = inbox.written(lines)
    language = analysis.language if question else (conversation.language or analysis.language)

    def hand_over(reason: str, found: Sequence[Found] = ()) -> Decision:
        return Decision("handed_over", reason, "", language, analysis, found)

    intent = _intent(lines, question)
    if intent == "acknowledged":
        return Decision(intent, "nothing to answer", "", language, analysis)
    if reason := _loop(uow, conversation) or needs_a_person(question, intent, analysis):
        return hand_over(reason)
    if intent:
        reply = say(f"bot.{intent}", language, company=value(uow, COMPANY_NAME), name="")
        return Decision(intent, intent, reply, language, analysis)
    if conversation.bot_turns == 0 and inbox.goes_on(uow, conversation):
        return hand_over("back on what people attended to")
    found = search(uow, question, language)
    if not found or found[0].confidence < value(uow, limits.CONFIDENCE):
        return hand_over("no article answers this with enough confidence", found)
    if _repeats(uow, conversation, found[0]):
        return hand_over("the same article did not help the first time", found)
    phrased = phrase(uow, question, language, found, conversation_id=conversation.id)
    if phrased is None:
        return hand_over("the model found no support in the articles", found)
    return Decision("answered", "answered", phrased.reply, language, analysis, found, phrased)


def _intent(lines: Sequence[Line], question: str) -> str | None:
    """The small talk a turn is, if it is: a sticker says no more than a nod, what comes with a picture says more."""
    kinds = {line.kind for line in lines}
    if kinds == {"sticker"}:
        return "acknowledged"
    intent = intent_of(question)
    return intent if intent == "person" or kinds.isdisjoint(_ATTACHMENTS) else None


def needs_a_person(question: str, intent: str | None, analysis: text.Analysis) -> str | None:
    """Why people must answer, whatever the articles say."""
    if not question.strip():
        return "nothing the bot can read"
    if intent == "person":
        return "the customer asked for a person"
    return "urgent" if intent is None and analysis.urgency >= URGENT else None


def _loop(uow: UnitOfWork, conversation: Conversation) -> str | None:
    if conversation.bot_turns == 0:
        return None
    pace = inbox.pace(uow, conversation.id, texts=_REPETITIONS, since=clock.now() - _LOOP_PERIOD)
    if len(pace.texts) == _REPETITIONS and len(set(pace.texts)) == 1 and pace.texts[0]:
        return "the same message came again and again"
    if pace.bot_replies >= value(uow, limits.MAX_TURNS):
        return "too many turns of the bot"
    return None


def _repeats(uow: UnitOfWork, conversation: Conversation, best: Found) -> bool:
    if conversation.bot_turns == 0:
        return False
    row = uow.one(
        "SELECT article_id FROM knowledge.chatbot_turn WHERE conversation_id = %s AND decision = 'answered'"
        " AND created_at > %s ORDER BY id DESC LIMIT 1",
        (conversation.id, clock.now() - _REPEATED_WITHIN),
    )
    return row is not None and row["article_id"] == best.article_id


def _is_as_it_was(uow: UnitOfWork, seen: Conversation, lines: Sequence[Line]) -> bool:
    """Hold the conversation from now on; False if somebody took it or the customer wrote on in the meantime."""
    conversation = inbox.lock(uow, seen.id)
    if not _is_the_bots(conversation) or conversation.owner_version != seen.owner_version:
        return False
    return [line.id for line in inbox.unanswered(uow, seen.id)] == [line.id for line in lines]


def _act(uow: UnitOfWork, conversation: Conversation, lines: Sequence[Line], decision: Decision) -> None:
    turn, ticket_id = Turn(ids.new_id(), lines, decision.language), None
    if decision.kind == "handed_over":
        ticket_id = _hand_over(uow, conversation, turn, decision)
    elif decision.kind == "acknowledged":  # each reply is billed, and nobody waits for one to "ok"
        inbox.stop_waiting(uow, conversation.id)
        inbox.mark_answered(uow, lines, turn.id)
    else:
        _reply(uow, conversation, turn, decision)
    _note(uow, turn.id, conversation.id, ticket_id, _question(lines), decision)


def _reply(uow: UnitOfWork, conversation: Conversation, turn: Turn, decision: Decision) -> None:
    inbox.queue_reply(
        uow,
        conversation,
        decision.reply,
        author="bot",
        owner_version=conversation.owner_version,
        kind=decision.vehicular.kind if decision.vehicular else "text",
        content=decision.vehicular.content if decision.vehicular else _source(decision),
        turn=turn,
    )
    article = decision.found[0].article_id if decision.kind == "answered" else None
    uow.record(
        ChatbotAnswered(
            turn_id=turn.id, conversation_id=conversation.id, article_id=article, confidence=decision.confidence
        )
    )


def _source(decision: Decision) -> dict[str, Any]:
    articles = decision.phrased.sources if decision.phrased else []
    return {"articles": [{"id": str(a.article_id), "slug": a.slug, "title": a.title} for a in articles]}


def _question(lines: Sequence[Line]) -> str:
    return "\n".join(line.text or f"[{line.kind}]" for line in lines)


def _hand_over(uow: UnitOfWork, conversation: Conversation, turn: Turn, decision: Decision) -> UUID:
    """Open the ticket, give the conversation to the queue, and tell the customer both, once."""
    question, language = _describe(turn.lines, decision), decision.language
    summary = question.replace("\n", " ")
    ticket = desk.open_ticket(
        uow,
        desk.NewTicket(
            subject=summary if len(summary) <= 120 else summary[:119] + "…",
            description=question,
            source=conversation.channel,
            customer_id=conversation.customer_id,
            category=decision.analysis.category or "general",
            conversation_id=conversation.id,
            branch_id=conversation.branch_id,
            language=language,
            tags=tuple(decision.analysis.tags),
        ),
        actor="bot",
        reason=decision.reason,
    )
    version = inbox.change_owner(uow, conversation, "queue", actor="bot", reason=decision.reason)
    assert version is not None
    key = "bot.handover" if ticket.is_new else "bot.handover.again"
    reply = say(key, language, number=ticket.number)
    inbox.queue_reply(uow, conversation, reply, author="bot", owner_version=version, turn=turn, answers=False)
    if not ticket.is_new:  # a new one is offered once it is routed
        desk.offer(uow, conversation.id)
    uow.record(
        ChatbotHandedOver(
            turn_id=turn.id,
            conversation_id=conversation.id,
            ticket_id=ticket.id,
            reason=decision.reason,
            confidence=decision.confidence,
        )
    )
    return ticket.id


def _describe(lines: Sequence[Line], decision: Decision) -> str:
    if decision.vehicular and decision.vehicular.about:
        return decision.vehicular.about
    kinds = [f"bot.kind.{line.kind if line.kind in _ATTACHMENTS else 'other'}" for line in lines]
    return "\n".join(line.text or say(kind, decision.language) for line, kind in zip(lines, kinds, strict=True))


def suggest(uow: UnitOfWork, event: TicketCreated) -> None:
    """Put the article that answers a ticket beside it, for the person who will. A handover's was tried already."""
    if event.conversation_id is not None:
        return
    ticket = desk.get(uow, event.ticket_id)
    question = f"{ticket.subject}\n{ticket.description}"
    analysis = text.analyze(question, hint=ticket.language)
    found = search(uow, question, analysis.language)
    if not found or found[0].confidence < value(uow, limits.CONFIDENCE):
        return
    turn_id, best = ids.new_id(), found[0]
    decision = Decision("suggested", "suggested", best.body, analysis.language, analysis, found)
    desk.suggest_answer(
        uow,
        ticket.id,
        {
            "article_id": str(best.article_id),
            "slug": best.slug,
            "title": best.title,
            "text": best.body,
            "confidence": round(best.confidence, 3),
        },
    )
    uow.record(
        ChatbotAnswered(turn_id=turn_id, ticket_id=ticket.id, article_id=best.article_id, confidence=best.confidence)
    )
    _note(uow, turn_id, None, ticket.id, question, decision)


def _note(
    uow: UnitOfWork,
    turn_id: UUID,
    conversation_id: UUID | None,
    ticket_id: UUID | None,
    question: str,
    decision: Decision,
) -> None:
    """The trace of a turn: why this answer."""
    evidence = [
        {"article": found.slug, "confidence": round(found.confidence, 4), **found.evidence}
        for found in decision.found[:3]
    ]
    answered = decision.kind in ("answered", "suggested")
    uow.execute(
        "INSERT INTO knowledge.chatbot_turn (id, conversation_id, ticket_id, question, answer, article_id, evidence,"
        "   confidence, decision, reason, cost, model, created_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            turn_id,
            conversation_id,
            ticket_id,
            question,
            decision.reply,
            decision.found[0].article_id if answered else None,
            Jsonb(evidence),
            decision.confidence,
            decision.kind,
            decision.reason,
            decision.phrased.cost if decision.phrased else 0,
            decision.phrased.model if decision.phrased else None,
            clock.now(),
        ),
    )
