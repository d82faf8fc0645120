"""Who looks at a conversation and who types in it, and whose turn it is to write. All of it ends by itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from relevo import clock
from relevo.console import Presence
from relevo.db import UnitOfWork

VIEWS = timedelta(seconds=60)
"""How long one counts as looking after the last heartbeat."""
TYPES = timedelta(seconds=10)
"""How long one counts as typing, and holds the draft, after the last sign of it."""


class Turn(NamedTuple):
    """Whose turn it is to write in a conversation, until then unless they go on."""

    user_id: UUID
    name: str
    until: datetime


def view(uow: UnitOfWork, conversation_id: UUID, connection_id: str, user_id: UUID, *, viewing: bool) -> None:
    """A person opened a conversation, or left it."""
    if not viewing:
        uow.execute(
            "DELETE FROM realtime.presence WHERE conversation_id = %s AND connection_id = %s",
            (conversation_id, connection_id),
        )
        release_turn(uow, conversation_id, user_id)
        return
    uow.execute(
        "INSERT INTO realtime.presence (conversation_id, connection_id, user_id, viewing_until) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (conversation_id, connection_id) DO UPDATE SET viewing_until = excluded.viewing_until",
        (conversation_id, connection_id, user_id, clock.now() + VIEWS),
    )


def show_typing(
    uow: UnitOfWork, conversation_id: UUID, connection_id: str | None, user_id: UUID | None, *, typing: bool
) -> None:
    """A person types or has stopped; without a connection and a user it is the customer."""
    until = clock.now() + TYPES if typing else None
    uow.execute(
        "INSERT INTO realtime.presence (conversation_id, connection_id, user_id, typing_until) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (conversation_id, connection_id) DO UPDATE SET typing_until = excluded.typing_until",
        (conversation_id, connection_id, user_id, until),
    )


def take_turn(uow: UnitOfWork, conversation_id: UUID, connection_id: str, user_id: UUID) -> Turn:
    """Whose turn it is to write: this person's for `TYPES`, unless a colleague's has not ended."""
    now = clock.now()
    uow.execute(
        "INSERT INTO realtime.draft_lock AS held (conversation_id, connection_id, user_id, until)"
        " VALUES (%(conversation)s, %(connection)s, %(user)s, %(until)s) ON CONFLICT (conversation_id)"
        " DO UPDATE SET connection_id = excluded.connection_id, user_id = excluded.user_id, until = excluded.until"
        " WHERE held.user_id = excluded.user_id OR held.until <= %(now)s",
        {
            "conversation": conversation_id,
            "connection": connection_id,
            "user": user_id,
            "until": now + TYPES,
            "now": now,
        },
    )
    row = uow.one(
        'SELECT user_id, u.name, until FROM realtime.draft_lock JOIN access."user" AS u ON u.id = user_id'
        " WHERE conversation_id = %s",
        (conversation_id,),
    )
    assert row is not None
    return Turn(**row)


def release_turn(uow: UnitOfWork, conversation_id: UUID, user_id: UUID) -> None:
    """The person has finished writing."""
    uow.execute(
        "DELETE FROM realtime.draft_lock WHERE conversation_id = %s AND user_id = %s", (conversation_id, user_id)
    )


def renew(uow: UnitOfWork, connection_id: str) -> None:
    """The connection is alive: who looked through it goes on looking."""
    now = clock.now()
    uow.execute("UPDATE realtime.connection SET seen_at = %s WHERE id = %s", (now, connection_id))
    uow.execute(
        "UPDATE realtime.presence SET viewing_until = %s WHERE connection_id = %s AND viewing_until IS NOT NULL",
        (now + VIEWS, connection_id),
    )


def presence_of(uow: UnitOfWork, conversation_id: UUID) -> list[Presence]:
    """Who is there now, each once: whoever types in one window and looks through another is typing."""
    return present(uow, [conversation_id]).get(conversation_id, [])


def present(uow: UnitOfWork, conversations: Iterable[UUID]) -> dict[UUID, list[Presence]]:
    """Who is present in each of these conversations, those where nobody is left out."""
    rows = uow.all(
        "SELECT conversation_id, user_id, u.name, max(viewing_until) AS viewing, max(typing_until) AS typing"
        ' FROM realtime.presence LEFT JOIN access."user" AS u ON u.id = user_id'
        " WHERE conversation_id = ANY(%(of)s) AND (viewing_until > %(now)s OR typing_until > %(now)s)"
        " GROUP BY conversation_id, user_id, u.name ORDER BY u.name NULLS FIRST, user_id",
        {"of": list(conversations), "now": clock.now()},
    )
    found: dict[UUID, list[Presence]] = {}
    for row in rows:
        typing = row["typing"] is not None and row["typing"] > clock.now()
        who = {"user": {"id": row["user_id"], "name": row["name"]}, "who": "user"}
        person = Presence.model_validate(
            (who if row["user_id"] else {"user": None, "who": "customer"})
            | {"state": "typing" if typing else "viewing", "until": row["typing"] if typing else row["viewing"]}
        )
        found.setdefault(row["conversation_id"], []).append(person)
    return found


def forget(uow: UnitOfWork) -> int:
    """Delete presence that ended a while ago; how much."""
    before = clock.now() - VIEWS
    gone = uow.execute(
        "DELETE FROM realtime.presence WHERE coalesce(greatest(viewing_until, typing_until), %(before)s) <= %(before)s",
        {"before": before},
    )
    uow.execute("DELETE FROM realtime.draft_lock WHERE until <= %s", (before,))
    return gone.rowcount
