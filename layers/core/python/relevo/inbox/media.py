"""Files customers sent, fetched from the channel and kept: pending -> ready, or failed with a reason.

A message is stored before its files, and nothing waits for them. One that cannot be fetched now is tried again, at
growing pauses, for as long as the channel keeps it; each by itself, so that one never holds up another.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from datetime import timedelta
from itertools import chain
from typing import BinaryIO, Literal, cast
from uuid import UUID

from relevo import aws, clock, objects
from relevo.channels import whatsapp
from relevo.channels.whatsapp import MediaGone, RemoteFile
from relevo.db import Database, Row, UnitOfWork
from relevo.errors import PermanentError, RetryableError, Throttled
from relevo.events import AttachmentFailed, AttachmentReady
from relevo.observability import logger
from relevo.settings import settings
from relevo.vision import kind_of

MOST_BYTES = 100 * 1024 * 1024
"""WhatsApp's own limit for documents, its largest kind of file."""
KEPT_BY_CHANNEL = timedelta(days=7)
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)
_DAMAGED_TRIES = 3
_AT_ONCE = 20

Reason = Literal["too large", "gone", "expired", "damaged", "refused"]
"""Why there will be no file: over the limit; unknown to the channel; older than it keeps files; other than it said;
not to be fetched from there."""

_MIME = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "gif": "image/gif",
    "bmp": "image/bmp",
    "tiff": "image/tiff",
    "heic": "image/heic",
    "pdf": "application/pdf",
}


class Damaged(RetryableError):
    """What came is not what the channel said it would be."""


class TooLarge(PermanentError):
    """More than is kept."""


def fetch(database: Database, message_id: UUID) -> None:
    """Fetch the files of a message that nobody has fetched."""
    waiting = database.run(
        lambda uow: uow.all(
            "SELECT id FROM inbox.attachment WHERE message_id = %s AND state = 'pending' ORDER BY id", (message_id,)
        )
    )
    for row in waiting:
        _fetch(database, row["id"])


def fetch_due(database: Database) -> None:
    """Try again what could not be fetched, if its pause is over; the oldest first."""
    due = database.run(
        lambda uow: uow.all(
            "SELECT id FROM inbox.attachment WHERE state = 'pending' AND (next_try_at IS NULL OR next_try_at <= %s)"
            " ORDER BY created_at LIMIT %s",
            (clock.now(), _AT_ONCE),
        )
    )
    for row in due:
        _fetch(database, row["id"])


def _fetch(database: Database, attachment_id: UUID) -> None:
    attachment = database.run(lambda uow: _claim(uow, attachment_id))
    if attachment is None:
        return
    try:
        if attachment["created_at"] < clock.now() - KEPT_BY_CHANNEL:
            raise MediaGone("the channel keeps files for seven days")
        kept = _keep(attachment)
    except Throttled as error:
        pause = timedelta(seconds=error.retry_after)
        database.run(lambda uow: _postpone(uow, attachment_id, pause))
    except RetryableError as error:
        logger.warning("a file will be fetched again: %s", error, attachment_id=str(attachment_id))
        if isinstance(error, Damaged) and attachment["attempts"] >= _DAMAGED_TRIES:
            database.run(lambda uow: _fail(uow, attachment, "damaged"))
    except PermanentError as error:
        reason = _reason(attachment, error)
        logger.warning("a file will not be fetched: %s", error, attachment_id=str(attachment_id))
        database.run(lambda uow: _fail(uow, attachment, reason))
    else:
        database.run(lambda uow: _ready(uow, attachment, kept))


def _reason(attachment: Row, error: PermanentError) -> Reason:
    if isinstance(error, TooLarge):
        return "too large"
    if isinstance(error, MediaGone):
        return "expired" if attachment["created_at"] < clock.now() - KEPT_BY_CHANNEL else "gone"
    return "refused"


def _claim(uow: UnitOfWork, attachment_id: UUID) -> Row | None:
    """The file to be fetched, if nobody else is at it; should this process die, it is due again after its pause."""
    now = clock.now()
    return uow.one(
        "UPDATE inbox.attachment AS a SET attempts = a.attempts + 1,"
        " next_try_at = %(now)s + least(%(first)s * (2 ^ least(a.attempts, 12)), %(longest)s)"
        " FROM inbox.message AS m JOIN inbox.conversation AS c ON c.id = m.conversation_id"
        " JOIN inbox.channel_account AS account ON account.id = m.channel_account_id"
        " WHERE a.id = %(id)s AND m.id = a.message_id AND a.state = 'pending'"
        "   AND (a.next_try_at IS NULL OR a.next_try_at <= %(now)s)"
        " RETURNING a.id, a.media_id, a.mime_type, a.created_at, a.attempts, a.message_id, m.conversation_id,"
        "   c.branch_id, account.channel, account.external_id AS account",
        {"id": attachment_id, "now": now, "first": _FIRST_PAUSE, "longest": _LONGEST_PAUSE},
    )


class _Kept:
    """A file on its way into the bucket: counted, hashed and checked while it passes."""

    def __init__(self, pieces: Iterator[bytes], file: RemoteFile, declared: str | None) -> None:
        head = next(pieces, b"")
        self.size, self._hash, self._file = 0, hashlib.sha256(), file
        self.mime_type = _mime_type(head, declared or file.mime_type)
        self.stream = cast(BinaryIO, io.BufferedReader(objects.Pieces(self._checked(chain([head], pieces)))))

    def _checked(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self.size += len(piece)
            if self.size > MOST_BYTES:
                raise TooLarge(f"the file has more than {MOST_BYTES} bytes")
            self._hash.update(piece)
            yield piece
        if self._file.sha256 and self._file.sha256 != self.sha256:
            raise Damaged("what came is not what its hash says")

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


def _mime_type(head: bytes, declared: str) -> str:
    """What the content is; the sender's word is taken only for what has no signature known here."""
    kind = kind_of(head)
    if kind != "unknown":
        return _MIME[kind]
    plain = declared.partition(";")[0].strip().lower()
    return "application/octet-stream" if not plain or plain in _MIME.values() else plain


def _keep(attachment: Row) -> _Kept:
    """The file streamed from the channel into the bucket. Raises what may go wrong on the way."""
    if attachment["channel"] != "whatsapp":
        raise PermanentError(f"files are not fetched from {attachment['channel']} yet")
    account = whatsapp.GraphAccount(
        phone_number_id=attachment["account"],
        token=str(aws.secret(settings().meta_secret)["access_token"]),
        url=settings().graph_url,
        version=settings().graph_version,
    )
    file = whatsapp.locate(account, attachment["media_id"])
    if file.size > MOST_BYTES:
        raise TooLarge(f"the file has {file.size} bytes; {MOST_BYTES} are kept")
    with whatsapp.download(account, file) as pieces:
        kept = _Kept(pieces, file, attachment["mime_type"])
        objects.bucket().put(key_of(attachment), kept.stream, kept.mime_type)
    return kept


def key_of(attachment: Row) -> str:
    """Where a file is kept in the bucket."""
    return f"media/{attachment['created_at']:%Y/%m}/{attachment['id']}"


def _ready(uow: UnitOfWork, attachment: Row, kept: _Kept) -> None:
    changed = uow.one(
        "UPDATE inbox.attachment SET state = 'ready', storage_key = %s, size_bytes = %s, sha256 = %s, mime_type = %s,"
        " next_try_at = NULL, ready_at = %s WHERE id = %s AND state = 'pending' RETURNING id",
        (key_of(attachment), kept.size, kept.sha256, kept.mime_type, clock.now(), attachment["id"]),
    )
    if changed:
        uow.record(AttachmentReady(**_facts(attachment), mime_type=kept.mime_type))


def _fail(uow: UnitOfWork, attachment: Row, reason: Reason) -> None:
    changed = uow.one(
        "UPDATE inbox.attachment SET state = 'failed', reason = %s, next_try_at = NULL"
        " WHERE id = %s AND state = 'pending' RETURNING id",
        (reason, attachment["id"]),
    )
    if changed:
        uow.record(AttachmentFailed(**_facts(attachment), mime_type=attachment["mime_type"], reason=reason))


def _postpone(uow: UnitOfWork, attachment_id: UUID, pause: timedelta) -> None:
    uow.execute(
        "UPDATE inbox.attachment SET next_try_at = greatest(next_try_at, %s) WHERE id = %s AND state = 'pending'",
        (clock.now() + pause, attachment_id),
    )


def _facts(attachment: Row) -> dict[str, UUID]:
    facts: dict[str, UUID] = {name: attachment[name] for name in ("message_id", "conversation_id", "branch_id")}
    return {"attachment_id": attachment["id"], **facts}
