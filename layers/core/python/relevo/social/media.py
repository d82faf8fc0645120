"""Pictures and videos of posts: announced, put into the bucket by the browser itself, then looked into.

awaited -> ready | refused
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal
from uuid import UUID

from relevo import clock, ids, objects
from relevo.db import UnitOfWork
from relevo.errors import InvalidInput, NotFound
from relevo.social.looking import look
from relevo.social.networks import UPLOAD_TYPES

UPLOAD_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Media:
    """A file of a post. Width and height are pixels as it is shown, None until somebody looked."""

    id: UUID
    storage_key: str
    filename: str
    mime_type: str
    kind: Literal["image", "video"]
    size: int
    state: str
    reason: str | None
    width: int | None
    height: int | None
    seconds: Decimal | None


_MEDIA = (
    "SELECT id, storage_key, filename, mime_type, kind, size, state, reason, width, height, seconds FROM social.media"
)


def announce(uow: UnitOfWork, filename: str, mime_type: str, size: int, *, actor: str) -> Media:
    """A place for a file of this type and so many bytes. Raises InvalidInput for a type or size nobody publishes."""
    if mime_type not in UPLOAD_TYPES:
        raise InvalidInput(f"{mime_type} is not published; there are {', '.join(UPLOAD_TYPES)}")
    kind, ending, most = UPLOAD_TYPES[mime_type]
    if not 0 < size <= most:
        raise InvalidInput(f"the file may have 1 to {most} bytes")
    media_id, now = ids.new_id(), clock.now()
    uow.execute(
        "INSERT INTO social.media (id, storage_key, filename, mime_type, kind, size, state, created_by, created_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, 'awaited', %s, %s)",
        (media_id, f"social/{now:%Y/%m}/{media_id}.{ending}", filename, mime_type, kind, size, actor, now),
    )
    return get(uow, media_id)


def upload_link(media: Media) -> str:
    """Where the file is to be PUT, within the hour."""
    return objects.bucket().upload_link(media.storage_key, media.mime_type, media.size, seconds=UPLOAD_SECONDS)


def link(media: Media) -> str:
    """Where the file can be looked at for a while."""
    return objects.bucket().link(media.storage_key, seconds=UPLOAD_SECONDS)


def take(uow: UnitOfWork, media_id: UUID) -> Media:
    """Look into a file that was put: it is ready, or refused with the reason. Raises NotFound when it is not there."""
    media = get(uow, media_id)
    if media.state == "ready":
        return media
    try:
        found = look(lambda start, length: objects.bucket().part(media.storage_key, start, length))
        if found.mime_type != media.mime_type:
            raise InvalidInput(f"the file is {found.mime_type}, not {media.mime_type}")
    except InvalidInput as error:
        uow.execute("UPDATE social.media SET state = 'refused', reason = %s WHERE id = %s", (str(error), media_id))
    else:
        uow.execute(
            "UPDATE social.media SET state = 'ready', reason = NULL, width = %s, height = %s, seconds = %s"
            " WHERE id = %s",
            (found.width, found.height, found.seconds, media_id),
        )
    return get(uow, media_id)


def get(uow: UnitOfWork, media_id: UUID) -> Media:
    """The file's record. Raises NotFound."""
    row = uow.one(f"{_MEDIA} WHERE id = %s", (media_id,))
    if row is None:
        raise NotFound(f"there is no file {media_id}")
    return Media(**row)


def of_posts(uow: UnitOfWork, post_ids: list[UUID]) -> dict[UUID, list[Media]]:
    """The files of posts, in their order."""
    rows = uow.all(
        "SELECT post_id, media.id, storage_key, filename, mime_type, kind, size, state, reason, width, height, seconds"
        " FROM social.post_media JOIN social.media ON media.id = media_id WHERE post_id = ANY(%s)"
        " ORDER BY post_id, position",
        (post_ids,),
    )
    files: dict[UUID, list[Media]] = {post_id: [] for post_id in post_ids}
    for row in rows:
        files[row.pop("post_id")].append(Media(**row))
    return files
