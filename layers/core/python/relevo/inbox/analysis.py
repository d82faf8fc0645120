"""What a message says, kept with it: language, mood, urgency, key phrases, subjects."""

from __future__ import annotations

from uuid import UUID

from psycopg.types.json import Jsonb

from relevo import text
from relevo.db import Row, UnitOfWork
from relevo.errors import NotFound
from relevo.events import MessageAnalyzed

_MESSAGE = """
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
    WHERE message.id = %s FOR NO KEY UPDATE OF message
"""


def analyze_message(uow: UnitOfWork, message_id: UUID) -> None:
    """Store the analysis of a message and tell it; one without text has nothing to analyze. Raises NotFound.

    The result depends on what was written and on nothing that is computed, so that it is the same in whatever order
    messages are analyzed.
    """
    message = uow.one(_MESSAGE, (message_id,))
    if message is None:
        raise NotFound(f"there is no message {message_id}")
    if not (message["text"] or "").strip():
        return
    analysis = text.analyze(message["text"], hint=_known_language(message))
    uow.execute("UPDATE inbox.message SET analysis = %s WHERE id = %s", (Jsonb(analysis.as_json()), message_id))
    uow.record(
        MessageAnalyzed(
            message_id=message_id,
            conversation_id=message["conversation_id"],
            language=analysis.language,
            sentiment=analysis.label,
            emotion=analysis.emotion,
            urgency=analysis.urgency,
            tags=analysis.tags,
        )
    )


def _known_language(message: Row) -> str:
    """The customer's language: what is recorded, else what they wrote just before, else the branch's."""
    if message["customer_language"]:
        return str(message["customer_language"])
    return text.detect("\n".join(message["earlier_lines"]), hint=message["branch_language"]).code
