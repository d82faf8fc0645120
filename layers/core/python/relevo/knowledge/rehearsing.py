"""What the bot would do with a question, for whoever writes articles: nothing is sent, and nothing kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from relevo import text
from relevo.db import UnitOfWork
from relevo.knowledge import limits
from relevo.knowledge.chatbot import needs_a_person
from relevo.knowledge.search import Found, search
from relevo.knowledge.smalltalk import intent_of
from relevo.platform import value


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The articles found, the likeliest first, whether the bot would answer, and why or why not."""

    found: Sequence[Found]
    would: Literal["answer", "hand over"]
    reason: str


def rehearse(uow: UnitOfWork, question: str, language: str) -> Rehearsal:
    """What the bot would do if a new customer asked this; small talk is answered without any article."""
    analysis, intent = text.analyze(question, hint=language), intent_of(question)
    found = search(uow, question, analysis.language)
    if reason := needs_a_person(question, intent, analysis):
        return Rehearsal(found, "hand over", reason)
    if intent is not None:
        return Rehearsal(found, "answer", intent)
    if not found or found[0].confidence < value(uow, limits.CONFIDENCE):
        return Rehearsal(found, "hand over", "no article answers this with enough confidence")
    return Rehearsal(found, "answer", "answered")
