"""What a conversation is about, at a glance.

A summary is made when somebody looks, not for every message: most conversations are never looked at, and a message
costs the pipeline nothing. Reading a conversation brings an extractive summary up to its newest message (a few
milliseconds); asking for a refresh lets a model write it, where one is configured, at most every 30 seconds.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

from psycopg.types.json import Jsonb

from relevo import clock, llm
from relevo.console.shapes import Summary
from relevo.console.summary import extractive, model, reading
from relevo.db import UnitOfWork
from relevo.events import ConversationSummarized

EVERY = timedelta(seconds=30)
"""How often a conversation is summarized anew by a model, at most."""


def stored(uow: UnitOfWork, conversation_id: UUID) -> Summary | None:
    """The latest summary as it was made."""
    row = uow.one(
        "SELECT body, kind, upto_message_id, made_at FROM inbox.summary WHERE conversation_id = %s", (conversation_id,)
    )
    return Summary.model_validate(row["body"] | row) if row else None


def current(uow: UnitOfWork, conversation_id: UUID) -> Summary | None:
    """The summary to show: a model's, though messages may have come since; else an extractive one that reaches the
    newest message. None for a conversation in which the customer has written nothing."""
    known = stored(uow, conversation_id)
    if known and (known.kind == "model" or known.upto_message_id == reading.newest(uow, conversation_id)):
        return _as_it_stands(uow, conversation_id, known)
    matter = reading.read(uow, conversation_id)
    return _keep(uow, conversation_id, matter, "extractive", extractive.summarize(matter)) if matter.customers else None


def writer() -> Literal["model", "extractive"]:
    """Who writes a summary that is asked for: a model where one is configured."""
    return "extractive" if llm.configuration() is None else "model"


def refresh(uow: UnitOfWork, conversation_id: UUID) -> Summary | None:
    """The summary made anew, by a model where there is one; an earlier one as it is, if it reaches the newest message
    or is younger than `EVERY`. None for a conversation in which the customer has written nothing. Raises NotFound."""
    uow.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"inbox.summary:{conversation_id}",))
    known = stored(uow, conversation_id)
    if known and known.kind == "model" and known.upto_message_id == reading.newest(uow, conversation_id):
        return _as_it_stands(uow, conversation_id, known)
    if model.was_asked(uow, conversation_id, since=clock.now() - EVERY):
        return current(uow, conversation_id)
    matter = reading.read(uow, conversation_id)
    if not matter.customers:
        return None
    facts = model.summarize(uow, conversation_id, matter)
    if facts is not None:
        return _keep(uow, conversation_id, matter, "model", facts)
    return _keep(uow, conversation_id, matter, "extractive", extractive.summarize(matter))


def _as_it_stands(uow: UnitOfWork, conversation_id: UUID, known: Summary) -> Summary:
    """Closing, resolving and reopening are no messages, yet they change how far the matter has come."""
    solved = known.state == "solved"
    if reading.is_over(uow, conversation_id) is solved or (solved and known.kind == "model"):
        return known
    matter = reading.read(uow, conversation_id)
    return known.model_copy(update={"state": matter.state(), "progress": matter.progress()})


def _keep(
    uow: UnitOfWork,
    conversation_id: UUID,
    matter: reading.Matter,
    kind: Literal["model", "extractive"],
    facts: dict[str, Any],
) -> Summary:
    row = uow.one(
        "INSERT INTO inbox.summary AS known (conversation_id, body, kind, upto_message_id, made_at)"
        " VALUES (%(id)s, %(body)s, %(kind)s, %(upto)s, %(now)s) ON CONFLICT (conversation_id) DO UPDATE"
        " SET body = excluded.body, kind = excluded.kind, upto_message_id = excluded.upto_message_id,"
        "   made_at = excluded.made_at"
        " WHERE known.body <> excluded.body OR known.kind <> excluded.kind"
        "   OR known.upto_message_id IS DISTINCT FROM excluded.upto_message_id RETURNING made_at",
        {"id": conversation_id, "body": Jsonb(facts), "kind": kind, "upto": matter.upto, "now": clock.now()},
    )
    if row is not None:
        uow.record(ConversationSummarized(conversation_id=conversation_id))
    made = stored(uow, conversation_id)
    assert made is not None
    return made
