"""What the networks hold: files taken but unseen, and posts people see.

Making a container shows nothing. Publishing one twice shows two posts: the networks promise nothing else, but for
Facebook, where a post is made public by its own id.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from relevo import clock

Json = dict[str, Any]


@dataclass
class Fault:
    """A fault to make on the next `times` calls whose path holds `path`.

    The answer is `status` with `body`, and nothing is done; with `done` it is done all the same. `lost` does it and
    then breaks the connection, `unheard` breaks it before.
    """

    path: str
    status: int = 400
    body: Json = field(default_factory=dict)
    times: int = 1
    done: bool = False
    lost: bool = False
    unheard: bool = False


@dataclass(frozen=True)
class Post:
    """What people see."""

    id: str
    network: str
    account: str
    kind: str
    text: str
    files: tuple[str, ...]
    at: datetime
    permalink: str


@dataclass
class Prepared:
    """A container, an unpublished post, an announced video: unseen, until it is published."""

    id: str
    account: str
    kind: str
    text: str
    files: tuple[str, ...]
    made_at: datetime
    looks: int = 0
    """Times it still says that it is being processed."""
    stale: int = 0
    """Times it still says that it is unpublished, after it was."""
    error: str = ""
    published_as: str = ""
    size: int = 0
    received: int = 0


class Networks:
    """The memory. Everything is done under one lock, so that calls of several threads are calls one after the other."""

    def __init__(self, token: str = "", fetch: Callable[[str], bytes] | None = None) -> None:
        self.token = token
        """The only bearer token taken; empty takes any."""
        self.fetch = fetch
        """How files are fetched from the addresses the publisher names; None fetches none."""
        self.lock = threading.RLock()
        self.numbers = itertools.count(17_900_000_000_001)
        self.quota = 50
        self.processing = 1
        self.address = "https://networks.example/"
        """Where people see what is published."""
        self.lag = 0
        """How many readings a container lags behind its publication."""
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self.posts: list[Post] = []
        self.prepared: dict[str, Prepared] = {}
        self.files: dict[str, tuple[bytes, str]] = {}
        self.faults: list[Fault] = []
        self.calls: list[str] = []

    def new_id(self) -> str:
        return str(next(self.numbers))

    def prepare(self, account: str, kind: str, text: str = "", files: tuple[str, ...] = (), size: int = 0) -> Prepared:
        """Something unseen."""
        made = Prepared(self.new_id(), account, kind, text, files, clock.now(), self.processing, size=size)
        self.prepared[made.id] = made
        return made

    def publish(self, network: str, prepared: Prepared) -> Post:
        """Let people see it. What is public on Facebook stays the one post it is; elsewhere it is shown once more."""
        found = next((post for post in self.posts if post.id == prepared.published_as), None)
        if network == "facebook" and found is not None:
            return found
        prepared.stale = self.lag
        name, kind = self.new_id(), prepared.kind.removeprefix("facebook-")
        link = f"{self.address}#{name}"
        post = Post(name, network, prepared.account, kind, prepared.text, prepared.files, clock.now(), link)
        prepared.published_as = post.id
        self.posts.append(post)
        return post

    def is_expired(self, prepared: Prepared) -> bool:
        """Containers live a day."""
        return clock.now() - prepared.made_at > timedelta(hours=24)

    def of(self, account: str) -> list[Post]:
        """The account's posts, the newest first."""
        return [post for post in reversed(self.posts) if post.account == account]

    def fault_for(self, path: str) -> Fault | None:
        """The fault to make on this call, used up by it."""
        for fault in self.faults:
            if fault.path in path:
                fault.times -= 1
                if fault.times <= 0:
                    self.faults.remove(fault)
                return fault
        return None

    def take(self, url: str) -> str:
        """Fetch a file; the id it is kept under. ValueError when it cannot be had."""
        if self.fetch is None:
            return url
        try:
            content = self.fetch(url)
        except Exception as error:
            raise ValueError(f"the file could not be fetched: {error}") from error
        name = self.new_id()
        self.files[name] = content, "image/jpeg" if content[:2] == b"\xff\xd8" else "application/octet-stream"
        return name
