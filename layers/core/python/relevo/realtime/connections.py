"""Who is connected, what each connection follows, and who may hear what: asked anew at every turn.

A connection remembers only whose session it is. What that person may see is read from users and branches as they are
now, at subscribing and again at posting, so that a right taken away ends at the next frame.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from relevo import access, clock
from relevo.access import Principal
from relevo.db import Database, UnitOfWork, database
from relevo.realtime import frames, posting
from relevo.realtime.feed import NOWHERE, Entry
from relevo.realtime.frames import Topic

SILENT = timedelta(minutes=3)
"""Without a heartbeat (one every 25 s) a connection is given up."""
LONGEST = timedelta(hours=2)
"""API Gateway ends a connection then, come what may."""
MOST_TOPICS = 200
"""Of one connection."""
_BITE = 200


class Follower(NamedTuple):
    """A connection that follows a topic, and what the person behind it may hear now."""

    topic: str
    connection_id: str
    user_id: UUID
    role: access.Role
    branches: frozenset[UUID] | None

    def sees(self, branch_id: UUID) -> bool:
        """Whether the branch is shown to them; what has none is everybody's."""
        return self.branches is None or branch_id == NOWHERE or branch_id in self.branches

    def may_hear(self, entry: Entry) -> bool:
        """Whether the entry is of a branch they see and a kind they may read."""
        return self.sees(entry.branch_id) and frames.PERMISSIONS[entry.kind] in access.ROLES[self.role]


def open_connection(uow: UnitOfWork, connection_id: str, caller: Principal) -> None:
    """Somebody the authorizer let in is connected."""
    now = clock.now()
    uow.execute(
        "INSERT INTO realtime.connection (id, session_id, user_id, connected_at, seen_at) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT (id) DO NOTHING",
        (connection_id, caller.session_id, caller.user_id, now, now),
    )


def close_connection(uow: UnitOfWork, connection_id: str) -> list[UUID]:
    """Forget a connection and what it followed; the conversations it was present in."""
    present = uow.all("SELECT conversation_id FROM realtime.presence WHERE connection_id = %s", (connection_id,))
    uow.execute("DELETE FROM realtime.connection WHERE id = %s", (connection_id,))
    return [row["conversation_id"] for row in present]


def person_behind(uow: UnitOfWork, connection_id: str) -> Principal | None:
    """Who is connected there, with what they may do now. None when nobody is, or their time is over."""
    row = uow.one("SELECT session_id FROM realtime.connection WHERE id = %s", (connection_id,))
    return access.person_of(uow, row["session_id"]) if row else None


def follow(uow: UnitOfWork, connection_id: str, topic: Topic) -> bool:
    """The connection hears of this topic from now on; False when it follows as many as it may."""
    row = uow.one(
        "INSERT INTO realtime.subscription (topic, connection_id) SELECT %(topic)s, %(connection)s"
        " WHERE (SELECT count(*) FROM realtime.subscription WHERE connection_id = %(connection)s) < %(most)s"
        " ON CONFLICT (topic, connection_id) DO UPDATE SET topic = excluded.topic RETURNING 1",
        {"topic": str(topic), "connection": connection_id, "most": MOST_TOPICS},
    )
    return row is not None


def unfollow(uow: UnitOfWork, connection_id: str, topic: Topic) -> None:
    """The connection hears of this topic no more."""
    uow.execute(
        "DELETE FROM realtime.subscription WHERE topic = %s AND connection_id = %s", (str(topic), connection_id)
    )


def followers(uow: UnitOfWork, topics: Iterable[str]) -> list[Follower]:
    """The connections that follow these topics, of people who are still signed in."""
    rows = uow.all(
        "SELECT s.topic, s.connection_id, u.id AS user_id, u.role, CASE WHEN NOT u.all_branches THEN"
        "   ARRAY(SELECT branch_id FROM access.user_branch WHERE user_id = u.id) END AS branches"
        " FROM realtime.subscription AS s JOIN realtime.connection AS c ON c.id = s.connection_id"
        " JOIN access.session ON session.id = c.session_id AND session.ended_at IS NULL AND session.expires_at > %s"
        ' JOIN access."user" AS u ON u.id = c.user_id AND u.active'
        # The inner SELECT hides how many there are: the plan for any number is kept.
        " WHERE s.topic = ANY((SELECT %s::text[])::text[])",
        (clock.now(), list(topics)),
    )
    return [
        Follower(**row | {"branches": None if row["branches"] is None else frozenset(row["branches"])}) for row in rows
    ]


def of_users(uow: UnitOfWork, users: Iterable[UUID]) -> dict[UUID, list[str]]:
    """The connections of these people, who are still signed in behind them."""
    rows = uow.all(
        "SELECT c.id, c.user_id FROM realtime.connection AS c"
        " JOIN access.session ON session.id = c.session_id AND session.ended_at IS NULL AND session.expires_at > %s"
        ' JOIN access."user" AS u ON u.id = c.user_id AND u.active WHERE c.user_id = ANY(%s)',
        (clock.now(), list(users)),
    )
    found: dict[UUID, list[str]] = {}
    for row in rows:
        found.setdefault(row["user_id"], []).append(row["id"])
    return found


def hang_up(gone: Iterable[str]) -> None:
    """Forget connections that were found to be gone."""
    if ids := sorted(gone):
        database().run(
            lambda uow: uow.execute("DELETE FROM realtime.connection WHERE id = ANY(%s)", (ids,)), publish=False
        )


def sweep(db: Database) -> int:
    """Give up connections that are silent or too old: tell them, close them, forget them; how many."""
    swept = 0
    while found := db.run(_sweep_bite, publish=False):
        api, last = posting.connections(), frames.bye("no sign of life; connect again").encode()
        api.post(posting.Post(id, last) for id in found)
        for id in found:
            api.close(id)
        swept += len(found)
    return swept


def _sweep_bite(uow: UnitOfWork) -> list[str]:
    now = clock.now()
    rows = uow.all(
        "DELETE FROM realtime.connection WHERE id IN (SELECT id FROM realtime.connection"
        " WHERE seen_at < %s OR connected_at < %s ORDER BY seen_at LIMIT %s FOR UPDATE SKIP LOCKED) RETURNING id",
        (now - SILENT, now - LONGEST, _BITE),
    )
    return [row["id"] for row in rows]
