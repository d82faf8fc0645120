"""Events of social publishing."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from relevo.events.base import Event


class PostScheduled(Event):
    """A post has a time at which it is published on its accounts, the earliest of them `publish_at`."""

    name: ClassVar[str] = "post.scheduled"

    post_id: UUID
    publish_at: datetime


class PostPublished(Event):
    """A post is public on one account. `external_id` is its network's name for it, where the network told one."""

    name: ClassVar[str] = "post.published"

    post_id: UUID
    publication_id: UUID
    account_id: UUID
    network: str
    external_id: str | None


class PostFailed(Event):
    """A post did not get out on one account (`state` failed), or nobody can say whether it did (`unknown`). `remedy` is
    what would help: retry, fix (the content), None where a person has to look."""

    name: ClassVar[str] = "post.failed"

    post_id: UUID
    publication_id: UUID
    account_id: UUID
    network: str
    state: str
    remedy: str | None
    error_code: str


class SocialAccountRefused(Event):
    """An account's network takes its token no more, or has blocked it: nothing is published there until somebody
    connects it again."""

    name: ClassVar[str] = "social_account.refused"

    account_id: UUID
    reason: str


class SocialAccountEnding(Event):
    """An account's token ends within the week."""

    name: ClassVar[str] = "social_account.ending"

    account_id: UUID
    ends_at: datetime


class IllustrationRequested(Event):
    """Somebody wants a picture made for a draft."""

    name: ClassVar[str] = "illustration.requested"

    post_id: UUID
