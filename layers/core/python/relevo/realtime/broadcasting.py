"""Events become entries of the feed, in one transaction a batch; once it is committed they go to who follows them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from relevo.db import UnitOfWork
from relevo.events import ConversationRead, Event
from relevo.realtime import feed, frames
from relevo.realtime.changes import changes_of, passed_on
from relevo.realtime.connections import Follower, followers, hang_up, of_users
from relevo.realtime.feed import Told
from relevo.realtime.posting import Post, connections
from relevo.realtime.snapshots import Whereabouts, entries


def broadcast(uow: UnitOfWork, batch: Sequence[Event]) -> Callable[[], None]:
    """Write what these events changed into the feed of each branch; what is returned posts it, after the commit.

    What a browser misses because posting fails it finds in the feed: its next heartbeat tells it that it is behind.
    """
    changes = changes_of(batch)
    places = Whereabouts(uow, changes, passed_on(batch))
    changes = places.with_their_conversations(changes)
    positions = feed.lock(uow, (branch for change in changes for branch in places.branches(change)))
    told = feed.append(uow, entries(uow, changes, places), positions)
    listening = followers(uow, {topic for item in told for topic in frames.topics(item)}) if told else []
    marks = _marks(uow, batch)
    return lambda: _post([*_posts(told, listening), *marks])


def _post(posts: Sequence[Post]) -> None:
    if posts:
        hang_up(connections().post(posts))


def _marks(uow: UnitOfWork, batch: Sequence[Event]) -> list[Post]:
    """To every browser of a reader how far they have read. It is theirs alone, so it is in no feed: a browser that
    misses it shows as unread what it will find read when it looks."""
    marks = [event for event in batch if isinstance(event, ConversationRead)]
    theirs = of_users(uow, {mark.user_id for mark in marks}) if marks else {}
    return [
        Post(connection, frames.read(mark.conversation_id, mark.message_id, mark.notes).encode())
        for mark in marks
        for connection in theirs.get(mark.user_id, [])
    ]


def _posts(told: Sequence[Told], listening: Sequence[Follower]) -> Iterator[Post]:
    """To each connection the entries of the topics it follows, once each, of those it may know of.

    Most follow the same: what is said to many is put together once.
    """
    wanted: dict[str, list[int]] = {}
    for place, item in enumerate(told):
        topics = frames.topics(item)
        for connection in {f.connection_id for f in listening if f.topic in topics and f.may_hear(item.entry)}:
            wanted.setdefault(connection, []).append(place)
    said: dict[tuple[int, ...], list[bytes]] = {}
    for connection, places in wanted.items():
        key = tuple(places)
        if key not in said:
            said[key] = [frame.encode() for frame in frames.events([told[place] for place in places])]
        yield from (Post(connection, body) for body in said[key])
