"""What a message says, kept with it: language, mood, urgency, key phrases, subjects."""

from __future__ import annotations

import json
from collections.abc import Sequence
from uuid import UUID

from relevo import text
from relevo.db import Row, UnitOfWork
from relevo.errors import NotFound
from relevo.events import MessageAnalyzed, MessageReceived, caused_by

_MESSAGES = """
    SELECT message.id, message.conversation_id, message.text, customer.language AS customer_language,
           branch.language AS branch_language,
           ARRAY(SELECT text FROM inbox.message AS earlier
                 WHERE earlier.conversation_id = message.conversation_id AND direction = 'in'
                   AND earlier.id < message.id AND text IS NOT NULL
                 ORDER BY earlier.id DESC LIMIT 5) AS earlier_lines
    FROM inbox.message
    JOIN inbox.conversation ON conversation.id = message.conversation_id
    JOIN crm.customer ON customer.id = conversation.customer_id
    JOIN inbox.branch ON branch.id = conversation.branch_id
    WHERE message.id = ANY((SELECT %s::uuid[])::uuid[]) ORDER BY message.id FOR NO KEY UPDATE OF message
"""
"""The inner SELECT hides how many there are: the plan for any number is kept."""


def analyze_messages(uow: UnitOfWork, heard: Sequence[MessageReceived]) -> None:
    """Store the analyses of these messages and tell them; one without text has nothing to analyze. Raises NotFound.

    Each result depends on what was written and on nothing that is computed, so that it is the same in whatever order
    messages are analyzed.
    """
    messages = {row["id"]: row for row in uow.all(_MESSAGES, ([event.message_id for event in heard],))}
    analyses: dict[UUID, text.Analysis] = {}
    for event in heard:
        message = messages.get(event.message_id)
        if message is None:
            raise NotFound(f"there is no message {event.message_id}")
        if not (message["text"] or "").strip():
            continue
        analyses[event.message_id] = text.analyze(message["text"], hint=_known_language(message))
        with caused_by(event.correlation_id, event.id):
            uow.record(_told(event, analyses[event.message_id]))
    uow.execute(
        "UPDATE inbox.message SET analysis = said.analysis"
        " FROM json_to_recordset(%s) AS said (id uuid, analysis jsonb) WHERE message.id = said.id",
        (json.dumps([{"id": str(id), "analysis": analysis.as_json()} for id, analysis in analyses.items()]),),
    )


def _told(event: MessageReceived, analysis: text.Analysis) -> MessageAnalyzed:
    return MessageAnalyzed(
        message_id=event.message_id,
        conversation_id=event.conversation_id,
        language=analysis.language,
        sentiment=analysis.label,
        emotion=analysis.emotion,
        urgency=analysis.urgency,
        tags=analysis.tags,
    )


def _known_language(message: Row) -> str:
    """The customer's language: what is recorded, else what they wrote just before, else the branch's."""
    if message["customer_language"]:
        return str(message["customer_language"])
    return text.detect("\n".join(message["earlier_lines"]), hint=message["branch_language"]).code
