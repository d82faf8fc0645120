"""What an account's own posts got, and how long its token lasts: asked of its network once a day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from relevo import clock
from relevo.channels.reading import fields, items, number, text
from relevo.db import Database, UnitOfWork
from relevo.errors import RelevoError
from relevo.observability import logger
from relevo.social import accounts
from relevo.social.accounts import Account
from relevo.social.networks import Kind
from relevo.social.publishing import tokens
from relevo.social.publishing.errors import Refused, Remedy

_NEWEST = "100"


@dataclass(frozen=True)
class Measured:
    """What a post of an account got until now."""

    external_id: str
    kind: Kind
    published_at: datetime
    likes: int
    comments: int
    shares: int
    views: int | None = None


def measure(database: Database, account: Account) -> int:
    """Ask for the account's newest posts and keep what they got; how many. What its network refuses is kept with the
    account; a passing fault waits for tomorrow."""
    try:
        found = list(_posts(database, account))
        ends = _token_end(account)
    except Refused as refused:
        if refused.remedy is Remedy.RECONNECT:
            reason = str(refused)
            database.run(lambda uow: accounts.note_refused(uow, account.id, reason))
        logger.warning("an account was not measured: %s", refused, account_id=str(account.id))
        return 0
    except RelevoError as error:
        logger.warning("an account was not measured: %s", error, account_id=str(account.id))
        return 0
    database.run(lambda uow: _keep(uow, account.id, found, ends))
    return len(found)


def _posts(database: Database, account: Account) -> Iterator[Measured]:
    match account.network:
        case "instagram":
            return _of_instagram(account)
        case "facebook":
            return _of_facebook(account)
        case "tiktok":
            return _of_tiktok(database, account)


def _of_instagram(account: Account) -> Iterator[Measured]:
    kinds: dict[str, Kind] = {"IMAGE": "image", "CAROUSEL_ALBUM": "carousel", "VIDEO": "video"}
    answer = tokens.graph("instagram", account.external_id).get(
        f"{account.external_id}/media", fields="id,timestamp,media_type,like_count,comments_count", limit=_NEWEST
    )
    for post in _named(answer.get("data")):
        if (at := _time(post.get("timestamp"))) is not None:
            kind = kinds.get(text(post.get("media_type")), "image")
            yield Measured(
                text(post["id"]), kind, at, number(post.get("like_count")), number(post.get("comments_count")), 0
            )


def _of_facebook(account: Account) -> Iterator[Measured]:
    kinds: dict[str, Kind] = {"photo": "image", "album": "carousel", "video": "video"}
    answer = tokens.graph("facebook", account.external_id).get(
        f"{account.external_id}/published_posts",
        fields="id,created_time,attachments{media_type},likes.summary(true).limit(0),"
        "comments.summary(true).limit(0),shares",
        limit=_NEWEST,
    )
    for post in _named(answer.get("data")):
        if (at := _time(post.get("created_time"))) is not None:
            attached = next(items(fields(post, "attachments").get("data")), {})
            yield Measured(
                text(post["id"]),
                kinds.get(text(attached.get("media_type")), "text"),
                at,
                number(fields(post, "likes", "summary").get("total_count")),
                number(fields(post, "comments", "summary").get("total_count")),
                number(fields(post, "shares").get("count")),
            )


def _of_tiktok(database: Database, account: Account) -> Iterator[Measured]:
    wanted = "id,create_time,duration,like_count,comment_count,share_count,view_count"
    data = tokens.tiktok(database, account.external_id).post(f"/v2/video/list/?fields={wanted}", max_count=20)
    for post in _named(data.get("videos")):
        yield Measured(
            text(post["id"]),
            "video" if number(post.get("duration")) else "image",
            datetime.fromtimestamp(number(post.get("create_time")), UTC),
            number(post.get("like_count")),
            number(post.get("comment_count")),
            number(post.get("share_count")),
            number(post.get("view_count")),
        )


def _named(posts: Any) -> Iterator[dict[str, Any]]:
    """Posts with an id; one without could not be kept."""
    return (post for post in items(posts) if text(post.get("id")))


def _token_end(account: Account) -> datetime | None:
    """When Meta's token ends, as Meta says; None where it does not say, or never."""
    if account.network == "tiktok":
        return None
    line = tokens.graph(account.network, account.external_id)
    try:
        data = fields(line.get("debug_token", input_token=line.token), "data")
    except Refused:
        return None
    ends = [number(data.get(name)) for name in ("expires_at", "data_access_expires_at")]
    soonest = min((each for each in ends if each), default=0)
    return datetime.fromtimestamp(soonest, UTC) if soonest else None


def _time(stamp: Any) -> datetime | None:
    try:
        return datetime.strptime(text(stamp), "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        return None


def _keep(uow: UnitOfWork, account_id: UUID, found: list[Measured], ends: datetime | None) -> None:
    now = clock.now()
    if ends is not None:
        uow.execute("UPDATE social.account SET token_expires_at = %s WHERE id = %s", (ends, account_id))
    if not found:
        return
    uow.connection.cursor().executemany(
        "INSERT INTO social.engagement (account_id, external_id, kind, published_at, likes, comments, shares, views,"
        "   measured_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
        " ON CONFLICT (account_id, external_id) DO UPDATE SET likes = excluded.likes, comments = excluded.comments,"
        "   shares = excluded.shares, views = excluded.views, measured_at = excluded.measured_at",
        [
            (account_id, each.external_id, each.kind, each.published_at, each.likes, each.comments, each.shares,
             each.views, now)
            for each in found
        ],
    )  # fmt: skip
