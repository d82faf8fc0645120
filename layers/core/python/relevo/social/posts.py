"""Contents: written, approved, scheduled, and what each account made of them.

    draft -> review -> approved -> scheduled -> published
      ^________|___________|__________|  |---> failed      somewhere it did not get out, or nobody knows
      '--------------------------------- |
    any that is not public yet -> cancelled

A changed content is a draft again: what was approved is what goes out. `schedule` asks each network's limits first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from relevo import clock, ids
from relevo.db import Row, UnitOfWork, transition
from relevo.errors import InvalidInput, NotFound, PermanentError
from relevo.events import PostScheduled
from relevo.social import media, outcomes, slots
from relevo.social.networks import File, Kind, Network, Shortcoming, shortcomings

_HORIZON = timedelta(days=366)
_MOST_FILES = 35


class NotPossible(PermanentError):
    """The post's status does not allow it."""


class Unfit(PermanentError):
    """A network would refuse the content: what, by the account's id."""

    def __init__(self, found: Mapping[UUID, Sequence[Shortcoming]]) -> None:
        super().__init__("a network would refuse this content: " + "; ".join(_told(found)))
        self.found = found


def _told(found: Mapping[UUID, Sequence[Shortcoming]]) -> list[str]:
    return sorted({each.code for listed in found.values() for each in listed})


@dataclass(frozen=True, slots=True)
class Content:
    """What somebody wants to publish: on which accounts, None where it has no wording of its own there."""

    text: str
    media: Sequence[UUID]
    accounts: Mapping[UUID, str | None]
    purpose: str | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """A content."""

    id: UUID
    kind: Kind
    text: str
    status: str
    publish_at: datetime | None
    at_best_time: bool
    purpose: str | None
    generated: bool
    image_prompt: str | None
    illustration: str | None
    created_by: str
    created_at: datetime
    changed_at: datetime
    approved_by: str | None
    approved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Publication:
    """A post on one account, and how far it has come."""

    id: UUID
    post_id: UUID
    account_id: UUID
    network: Network
    account_name: str
    account_state: str
    text: str | None
    state: str
    step: str
    crossed_at: datetime | None
    due_at: datetime | None
    next_at: datetime | None
    attempts: int
    remedy: str | None
    error_code: str | None
    error_detail: str | None
    external_id: str | None
    permalink: str | None
    published_at: datetime | None


_POSTS = (
    "SELECT id, kind, text, status, publish_at, at_best_time, purpose, generated, image_prompt, illustration,"
    " created_by, created_at, changed_at, approved_by, approved_at FROM social.post"
)


# ------------------------------------------------------------------------------------------------------------ reading


def get(uow: UnitOfWork, post_id: UUID) -> Post:
    """The post. Raises NotFound."""
    return _found(uow.one(f"{_POSTS} WHERE id = %s", (post_id,)), post_id)


def _lock(uow: UnitOfWork, post_id: UUID) -> Post:
    return _found(uow.one(f"{_POSTS} WHERE id = %s FOR UPDATE", (post_id,)), post_id)


def _found(row: Row | None, post_id: UUID) -> Post:
    if row is None:
        raise NotFound(f"there is no post {post_id}")
    return Post(**row)


def list_posts(
    uow: UnitOfWork, *, statuses: Sequence[str] = (), after: UUID | None = None, limit: int = 25
) -> list[Post]:
    """Posts of these statuses (none named: all), the newest first, below `after`."""
    rows = uow.all(
        f"{_POSTS} WHERE (%(all)s OR status = ANY(%(statuses)s)) AND (%(after)s::uuid IS NULL OR id < %(after)s)"
        " ORDER BY id DESC LIMIT %(limit)s",
        {"all": not statuses, "statuses": list(statuses), "after": after, "limit": limit},
    )
    return [Post(**row) for row in rows]


def between(uow: UnitOfWork, start: datetime, end: datetime, *, limit: int = 500) -> list[Post]:
    """Posts with a time from `start` to before `end`, the earliest first: a page of the calendar."""
    rows = uow.all(
        f"{_POSTS} WHERE publish_at >= %s AND publish_at < %s AND status <> 'cancelled'"
        " ORDER BY publish_at, id LIMIT %s",
        (start, end, limit),
    )
    return [Post(**row) for row in rows]


def publications_of(uow: UnitOfWork, post_ids: Sequence[UUID]) -> dict[UUID, list[Publication]]:
    """What posts are on each account."""
    rows = uow.all(
        "SELECT p.id, p.post_id, p.account_id, a.network, a.name AS account_name, a.state AS account_state, p.text,"
        " p.state, p.step, p.crossed_at, p.due_at, p.next_at, p.attempts, p.remedy, p.error_code, p.error_detail,"
        " p.external_id, p.permalink, p.published_at"
        " FROM social.publication p JOIN social.account a ON a.id = p.account_id WHERE p.post_id = ANY(%s)"
        " ORDER BY p.post_id, a.network, a.name",
        (list(post_ids),),
    )
    found: dict[UUID, list[Publication]] = {post_id: [] for post_id in post_ids}
    for row in rows:
        found[row["post_id"]].append(Publication(**row))
    return found


def history(uow: UnitOfWork, post_id: UUID) -> list[Row]:
    """What became of a post, the oldest change first: field, old, new, actor, reason, at."""
    return uow.all(
        "SELECT field, old, new, actor, reason, at FROM social.post_change WHERE post_id = %s ORDER BY id", (post_id,)
    )


def problems(uow: UnitOfWork, post: Post) -> dict[UUID, list[Shortcoming]]:
    """What each account's network would refuse the post for; accounts without anything are left out."""
    return problems_of(post, publications_of(uow, [post.id])[post.id], media.of_posts(uow, [post.id])[post.id])


def problems_of(
    post: Post, publications: Sequence[Publication], files: Sequence[media.Media]
) -> dict[UUID, list[Shortcoming]]:
    """The same, of a post whose accounts and files are known."""
    unready = [Shortcoming("file_unready", place=n) for n, file in enumerate(files, 1) if file.state != "ready"]
    looked = [
        File(each.id, each.storage_key, each.kind, each.mime_type, each.size, each.width, each.height, each.seconds)
        for each in files
        if each.width is not None and each.height is not None
    ]
    found = {}
    for each in publications:
        listed = unready or shortcomings(each.network, post.kind, _text(post, each), looked)
        if listed:
            found[each.account_id] = listed
    return found


def _text(post: Post, publication: Publication) -> str:
    return post.text if publication.text is None else publication.text


# ------------------------------------------------------------------------------------------------------------ writing


def write(
    uow: UnitOfWork, content: Content, *, actor: str, generated: bool = False, image_prompt: str | None = None
) -> Post:
    """A draft. Raises NotFound for a file or an account nobody has, InvalidInput for too many files."""
    post_id, now = ids.new_id(), clock.now()
    kind = _kind_of(uow, content.media)
    uow.execute(
        "INSERT INTO social.post (id, kind, text, status, purpose, generated, image_prompt, created_by, created_at,"
        " changed_at) VALUES (%s, %s, %s, 'draft', %s, %s, %s, %s, %s, %s)",
        (post_id, kind, content.text, content.purpose, generated, image_prompt, actor, now, now),
    )
    _put(uow, post_id, content)
    transition(uow, "social.post_change", post_id, {"status": (None, "draft")}, actor=actor)
    return get(uow, post_id)


def edit(uow: UnitOfWork, post_id: UUID, content: Content, *, actor: str) -> Post:
    """Another content: a draft again. Raises NotFound, NotPossible once it is public anywhere, or may be."""
    post = _lock(uow, post_id)
    _demand(post, "draft", "review", "approved", "scheduled", "failed")
    _take_back(uow, post, actor=actor)
    uow.execute("DELETE FROM social.post_media WHERE post_id = %s", (post_id,))
    kept = list(content.accounts)
    uow.execute("DELETE FROM social.publication WHERE post_id = %s AND account_id <> ALL(%s)", (post_id, kept))
    uow.execute(
        "UPDATE social.post SET kind = %s, text = %s, purpose = %s, changed_at = %s WHERE id = %s",
        (_kind_of(uow, content.media), content.text, content.purpose, clock.now(), post_id),
    )
    _put(uow, post_id, content)
    if post.text != content.text:
        transition(uow, "social.post_change", post_id, {"text": (post.text, content.text)}, actor=actor)
    return get(uow, post_id)


def _kind_of(uow: UnitOfWork, files: Sequence[UUID]) -> Kind:
    if not files:
        return "text"
    if len(files) > _MOST_FILES or len(set(files)) != len(files):
        raise InvalidInput(f"a post holds up to {_MOST_FILES} files, each once")
    rows = uow.all("SELECT id, kind FROM social.media WHERE id = ANY(%s)", (list(files),))
    if missing := set(files) - {row["id"] for row in rows}:
        raise NotFound(f"there is no file {min(missing)}")
    if len(files) > 1:
        return "carousel"
    return "video" if rows[0]["kind"] == "video" else "image"


def _put(uow: UnitOfWork, post_id: UUID, content: Content) -> None:
    for position, media_id in enumerate(content.media):
        uow.execute(
            "INSERT INTO social.post_media (post_id, position, media_id) VALUES (%s, %s, %s)",
            (post_id, position, media_id),
        )
    for account_id, words in content.accounts.items():
        written = uow.one(
            "INSERT INTO social.publication (id, post_id, account_id, text)"
            " SELECT %s, %s, id, %s FROM social.account WHERE id = %s AND state <> 'removed'"
            " ON CONFLICT (post_id, account_id) DO UPDATE SET text = excluded.text RETURNING id",
            (ids.new_id(), post_id, words, account_id),
        )
        if written is None:
            raise NotFound(f"there is no account {account_id}")


def submit(uow: UnitOfWork, post_id: UUID, *, actor: str) -> Post:
    """Ask for approval. Raises NotFound, NotPossible, InvalidInput without an account."""
    post = _lock(uow, post_id)
    _demand(post, "draft")
    _demand_accounts(uow, post)
    return _move(uow, post, "review", actor=actor)


def approve(uow: UnitOfWork, post_id: UUID, *, actor: str) -> Post:
    """It may go out as it is. Raises NotFound, NotPossible, InvalidInput without an account."""
    post = _lock(uow, post_id)
    _demand(post, "draft", "review")
    _demand_accounts(uow, post)
    uow.execute(
        "UPDATE social.post SET approved_by = %s, approved_at = %s WHERE id = %s", (actor, clock.now(), post_id)
    )
    return _move(uow, post, "approved", actor=actor)


def reject(uow: UnitOfWork, post_id: UUID, *, reason: str, actor: str) -> Post:
    """It may not go out so: a draft again, with the reason in its history. Raises NotFound, NotPossible."""
    post = _lock(uow, post_id)
    _demand(post, "review", "approved")
    return _move(uow, post, "draft", actor=actor, reason=reason)


def schedule(
    uow: UnitOfWork, post_id: UUID, at: datetime | None, *, actor: str, notice: timedelta = slots.NOTICE
) -> Post:
    """Publish an approved post at this time, on every account; None: at the best free time of each, no sooner than
    `notice`.

    Raises NotFound, NotPossible for one nobody approved, Unfit, and InvalidInput for a time that is over.
    """
    post = _lock(uow, post_id)
    _demand(post, "approved", "scheduled")
    _demand_accounts(uow, post)
    now = clock.now()
    if at is not None and not now - timedelta(minutes=5) <= at <= now + _HORIZON:
        raise InvalidInput("choose a time from now on, within a year")
    if found := problems(uow, post):
        raise Unfit(found)
    _take_back(uow, post, actor=actor, to="approved")
    times = {
        each.account_id: max(at, now)
        if at is not None
        else slots.take_best(uow, each.account_id, post.kind, post_id, notice=notice)
        for each in _going_out(uow, post)
    }
    for account_id, due_at in times.items():
        uow.execute(
            "UPDATE social.publication SET state = 'due', due_at = %s, next_at = %s, step = 'start', progress = '{}',"
            " attempts = 0, remedy = NULL, error_code = NULL, error_detail = NULL"
            " WHERE post_id = %s AND account_id = %s",
            (due_at, due_at, post_id, account_id),
        )
    first = min(times.values())
    uow.execute("UPDATE social.post SET publish_at = %s, at_best_time = %s WHERE id = %s", (first, at is None, post_id))
    uow.record(PostScheduled(post_id=post_id, publish_at=first))
    return _move(uow, get(uow, post_id), "scheduled", actor=actor, reason=first.isoformat(timespec="minutes"))


def waiting(uow: UnitOfWork) -> list[Post]:
    """Approved posts nobody gave a time or took one from since, the first that was approved first."""
    rows = uow.all(
        f"{_POSTS} WHERE status = 'approved' AND NOT EXISTS (SELECT FROM social.post_change AS change"
        "   WHERE change.post_id = post.id AND field = 'status' AND new = '\"scheduled\"' AND at >= approved_at)"
        " ORDER BY approved_at, id LIMIT 100"
    )
    return [Post(**row) for row in rows]


def unschedule(uow: UnitOfWork, post_id: UUID, *, actor: str) -> Post:
    """Not at that time: approved, without one. Raises NotFound, NotPossible once it is public anywhere, or may be."""
    post = _lock(uow, post_id)
    _demand(post, "scheduled")
    _take_back(uow, post, actor=actor, to="approved")
    return get(uow, post_id)


def cancel(uow: UnitOfWork, post_id: UUID, *, actor: str) -> Post:
    """Never. Raises NotFound, NotPossible once it is public anywhere, or may be."""
    post = _lock(uow, post_id)
    _demand(post, "draft", "review", "approved", "scheduled", "failed")
    _take_back(uow, post, actor=actor)
    uow.execute("UPDATE social.publication SET state = 'cancelled' WHERE post_id = %s", (post_id,))
    return _move(uow, get(uow, post_id), "cancelled", actor=actor)


def _take_back(uow: UnitOfWork, post: Post, *, actor: str, to: str = "draft") -> None:
    """Let no account publish it. Raises NotPossible where one has, or may have."""
    rows = uow.all("SELECT state, crossed_at, lease FROM social.publication WHERE post_id = %s FOR UPDATE", (post.id,))
    if any(row["crossed_at"] is not None or row["state"] in ("published", "unknown") for row in rows):
        raise NotPossible("it is public already, or on its way: nothing can be changed about it any more")
    uow.execute(
        "UPDATE social.publication AS p SET due_at = NULL, next_at = NULL, lease = NULL, leased_until = NULL,"
        " state = CASE account.state WHEN 'removed' THEN 'cancelled' ELSE 'planned' END,"
        " step = 'start', progress = '{}', remedy = NULL, error_code = NULL, error_detail = NULL"
        " FROM social.account WHERE account.id = account_id AND post_id = %s",
        (post.id,),
    )
    uow.execute("UPDATE social.slot SET post_id = NULL WHERE post_id = %s", (post.id,))
    if post.status != to:
        _move(uow, post, to, actor=actor)
    uow.execute("UPDATE social.post SET publish_at = NULL, at_best_time = false WHERE id = %s", (post.id,))


def retry(uow: UnitOfWork, publication_id: UUID, *, words: str | None = None, actor: str) -> Post:
    """Try a failed publication again now, from its beginning, with other `words` where the network minded them. Raises
    NotFound, NotPossible, Unfit."""
    post, publication = _of(uow, publication_id)
    if publication.state != "failed":
        raise NotPossible(f"the publication is {publication.state}; only one that failed is tried again")
    _demand_account(publication)
    if words is not None:
        uow.execute("UPDATE social.publication SET text = %s WHERE id = %s", (words, publication_id))
    if listed := problems(uow, post).get(publication.account_id):
        raise Unfit({publication.account_id: listed})
    _make_due(uow, post, publication, actor=actor, reason="tried again")
    return get(uow, post.id)


def settle(uow: UnitOfWork, publication_id: UUID, *, is_public: bool, permalink: str | None = None, actor: str) -> Post:
    """Somebody looked whether a publication nobody knew about is public: it is, or it is published now.

    Raises NotFound, NotPossible.
    """
    post, publication = _of(uow, publication_id)
    if publication.state != "unknown":
        raise NotPossible(f"the publication is {publication.state}: there is nothing to settle")
    if is_public:
        transition(uow, "social.post_change", post.id, {f"{publication.network}:seen": (None, permalink)}, actor=actor)
        outcomes.note_published(uow, publication_id, None, permalink)
    else:
        _demand_account(publication)
        _make_due(uow, post, publication, actor=actor, reason="looked for and not found")
    return get(uow, post.id)


def _of(uow: UnitOfWork, publication_id: UUID) -> tuple[Post, Publication]:
    row = uow.one("SELECT post_id FROM social.publication WHERE id = %s", (publication_id,))
    if row is None:
        raise NotFound(f"there is no publication {publication_id}")
    post = _lock(uow, row["post_id"])
    found = next(each for each in publications_of(uow, [post.id])[post.id] if each.id == publication_id)
    return post, found


def _demand_account(publication: Publication) -> None:
    if publication.account_state == "removed":
        raise NotPossible(f"{publication.account_name} was removed: nothing is published there any more")


def _make_due(uow: UnitOfWork, post: Post, publication: Publication, *, actor: str, reason: str) -> None:
    now = clock.now()
    uow.execute(
        "UPDATE social.publication SET state = 'due', due_at = %s, next_at = %s, step = 'start', progress = '{}',"
        " crossed_at = NULL, attempts = 0, remedy = NULL, error_code = NULL, error_detail = NULL, lease = NULL,"
        " leased_until = NULL WHERE id = %s",
        (now, now, publication.id),
    )
    uow.execute("UPDATE social.post SET publish_at = coalesce(publish_at, %s) WHERE id = %s", (now, post.id))
    uow.record(PostScheduled(post_id=post.id, publish_at=now))
    _move(uow, post, "scheduled", actor=actor, reason=reason)


def _demand(post: Post, *statuses: str) -> None:
    if post.status not in statuses:
        raise NotPossible(f"the post is {post.status}; this needs one that is {' or '.join(statuses)}")


def _demand_accounts(uow: UnitOfWork, post: Post) -> None:
    if not _going_out(uow, post):
        raise InvalidInput("choose at least one account it is to be published on")


def _going_out(uow: UnitOfWork, post: Post) -> list[Publication]:
    """Its publications, but for those on accounts that were removed since."""
    return [each for each in publications_of(uow, [post.id])[post.id] if each.account_state != "removed"]


def _move(uow: UnitOfWork, post: Post, status: str, *, actor: str, reason: str | None = None) -> Post:
    changes: dict[str, tuple[Any, Any]] = {"status": (post.status, status)}
    uow.execute("UPDATE social.post SET status = %s, changed_at = %s WHERE id = %s", (status, clock.now(), post.id))
    transition(uow, "social.post_change", post.id, changes, actor=actor, reason=reason)
    return get(uow, post.id)
