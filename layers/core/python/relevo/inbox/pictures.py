"""What stands in pictures customers send: read once by their content, kept, told, and corrected by people."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from psycopg.types.json import Jsonb

from relevo import clock, ids, objects, vision
from relevo.db import Database, Row, UnitOfWork
from relevo.errors import InvalidInput, NotFound, PermanentError, RetryableError
from relevo.events import ImageRead, ObjectStored, ReadCode, ReadingCorrected, ReadWord
from relevo.observability import logger

READABLE = ("image", "document")
"""Kinds of messages whose files are read; a sticker says nothing, sound and film are not looked at."""
SECONDS = 40.0
"""How long a picture is looked at; then what was found until then counts."""
CLAIM = timedelta(seconds=100)
"""Longer than the function may run: whoever claimed a content for reading before that is gone."""
_TOLD_CHARACTERS, _TOLD_VINS, _TOLD_WORDS, _TOLD_LETTERS = 4000, 10, 200, 200
"""What an event carries of it, which may have 256 KB."""

FindCodes = Callable[[UnitOfWork, str], Sequence[ReadCode]]
"""The product codes a text holds, by whoever knows products."""

_FIND = """
    SELECT a.id, a.message_id, a.read_at, a.mime_type, m.conversation_id, m.kind
    FROM inbox.attachment AS a JOIN inbox.message AS m ON m.id = a.message_id WHERE a.id = %s"""


def no_codes(uow: UnitOfWork, text: str) -> Sequence[ReadCode]:
    """Nobody knows products."""
    return ()


def read(database: Database, stored: ObjectStored, find_codes: FindCodes = no_codes) -> None:
    """Read the picture that now stands in the bucket, and tell it. Nothing happens for files that are no pictures and
    for those read before. Whatever the file is, a reading comes of it, at least with a reason why there is none.

    Raises NotFound for a file no message has, RetryableError when the bucket does not give it, and while the same
    picture of another message is being read.
    """
    attachment = database.run(lambda uow: uow.one(_FIND, (_attachment_of(stored.key),)))
    if attachment is None:
        raise NotFound(f"there is no attachment for the file {stored.key}")
    if attachment["read_at"] is not None or not _may_be_read(attachment["kind"], attachment["mime_type"]):
        return
    reading: Row | None
    if stored.size > vision.MOST_BYTES:
        sha256, reading = f"unread {attachment['id']}", _unreadable("too large", 0.0)
    else:
        content = objects.bucket().get(stored.key, vision.MOST_BYTES)
        sha256 = hashlib.sha256(content).hexdigest()
        reading = _look_once(database, sha256, content)
    database.run(lambda uow: _keep(uow, attachment, sha256, reading, find_codes))


def _may_be_read(kind: str, mime_type: str | None) -> bool:
    """A document that is of another kind by its own word, a spreadsheet say, is nothing a reader failed at."""
    unknown = mime_type is None or mime_type == "application/octet-stream"
    pictorial = unknown or mime_type == "application/pdf" or str(mime_type).startswith("image/")
    return kind in READABLE and (kind != "document" or pictorial)


def _attachment_of(key: str) -> UUID:
    try:
        return UUID(key.rpartition("/")[2])
    except ValueError as error:
        raise NotFound(f"there is no attachment for the file {key}") from error


def _look_once(database: Database, sha256: str, content: bytes) -> Row | None:
    """What stands in the content; None where that is known. Raises RetryableError while somebody else looks."""
    if not database.run(lambda uow: _claim(uow, sha256)):
        return None
    try:
        return _look(content)
    except Exception:
        database.run(lambda uow: _release(uow, sha256))
        raise


def _claim(uow: UnitOfWork, sha256: str) -> bool:
    """True: this process is to read it; False: it has been read. Raises RetryableError while somebody else reads."""
    now = clock.now()
    claimed = uow.one(
        "INSERT INTO inbox.reading_claim AS claim (sha256, until) VALUES (%s, %s)"
        " ON CONFLICT (sha256) DO UPDATE SET until = excluded.until WHERE claim.until < %s RETURNING sha256",
        (sha256, now + CLAIM, now),
    )
    if uow.one("SELECT 1 FROM inbox.reading WHERE sha256 = %s", (sha256,)):
        _release(uow, sha256)
        return False
    if claimed is None:
        raise RetryableError("the same picture is being read for another message")
    return True


def _release(uow: UnitOfWork, sha256: str) -> None:
    uow.execute("DELETE FROM inbox.reading_claim WHERE sha256 = %s", (sha256,))


def _look(content: bytes) -> Row:
    began = time.monotonic()
    try:
        seen = vision.read_pages(vision.open_pages(content), seconds=SECONDS)
    except vision.Unreadable as error:
        logger.info("a picture cannot be read: %s", error)
        return _unreadable(error.reason, time.monotonic() - began)
    except PermanentError as error:
        logger.error("a reader failed: %s", error)
        return _unreadable("reader failed", time.monotonic() - began)
    best = seen.best
    return {
        "verdict": seen.verdict,
        "reason": None,
        "vin": seen.vin.number if seen.vin else None,
        "decoded": asdict(vision.decode(seen.vin.number)) if seen.vin else None,
        "confidence": seen.confidence,
        "text": best.text.replace("\x00", "") if best else "",
        "words": [{"text": w.text, "confidence": w.confidence, "box": w.box} for w in best.words] if best else [],
        "seen": seen.seen,
        "readers": [reading.reader for reading in seen.readings],
        "milliseconds": round((time.monotonic() - began) * 1000),
    }


def _unreadable(reason: str, seconds: float) -> Row:
    nothing: Row = {"vin": None, "decoded": None, "confidence": 0.0, "text": "", "words": [], "seen": {}, "readers": []}
    return {"verdict": "none", "reason": reason, "milliseconds": round(seconds * 1000), **nothing}


def _keep(uow: UnitOfWork, attachment: Row, sha256: str, reading: Row | None, find_codes: FindCodes) -> None:
    """Keep the reading, if it is new, and tell it, if nobody has."""
    if reading is not None:
        wrapped = {name: Jsonb(reading[name]) for name in ("decoded", "words", "seen") if reading[name] is not None}
        uow.execute(
            "INSERT INTO inbox.reading (sha256, verdict, reason, vin, decoded, confidence, text, words, seen, readers,"
            "   milliseconds, at) VALUES (%(sha256)s, %(verdict)s, %(reason)s, %(vin)s, %(decoded)s, %(confidence)s,"
            "   %(text)s, %(words)s, %(seen)s, %(readers)s, %(milliseconds)s, %(at)s) ON CONFLICT DO NOTHING",
            reading | wrapped | {"sha256": sha256, "at": clock.now()},
        )
        _release(uow, sha256)
    first = uow.one(
        "UPDATE inbox.attachment SET read_at = %s, sha256 = %s WHERE id = %s AND read_at IS NULL RETURNING id",
        (clock.now(), sha256, attachment["id"]),
    )
    kept = uow.one("SELECT verdict, vin, confidence, text, words, seen FROM inbox.reading WHERE sha256 = %s", (sha256,))
    if first is None or kept is None:
        return
    codes = tuple(find_codes(uow, kept["text"])) if kept["text"] else ()
    if codes:
        told = Jsonb([code.model_dump(mode="json") for code in codes])
        uow.execute("UPDATE inbox.reading SET codes = %s WHERE sha256 = %s", (told, sha256))
    uow.record(
        ImageRead(
            attachment_id=attachment["id"],
            message_id=attachment["message_id"],
            conversation_id=attachment["conversation_id"],
            verdict=kept["verdict"],
            vin=kept["vin"],
            confidence=round(kept["confidence"], 4),
            vins=tuple(sorted(kept["seen"], key=lambda number: -kept["seen"][number]))[:_TOLD_VINS],
            codes=codes,
            text=kept["text"][:_TOLD_CHARACTERS],
            words=tuple(
                ReadWord(text=word["text"][:_TOLD_LETTERS], confidence=round(word["confidence"], 3))
                for word in kept["words"][:_TOLD_WORDS]
            ),
        )
    )


# ------------------------------------------------------------------------------------------------------- looking back

State = Literal["pending", "ready", "failed"]


@dataclass(frozen=True, slots=True)
class File:
    """A file of a message: where it is kept, under which name and type, and which branch may see it."""

    id: UUID
    branch_id: UUID
    state: State
    reason: str | None
    storage_key: str | None
    mime_type: str | None
    filename: str | None


def file(uow: UnitOfWork, attachment_id: UUID) -> File:
    """One file of a message. Raises NotFound."""
    row = uow.one(
        "SELECT a.id, c.branch_id, a.state, a.reason, a.storage_key, a.mime_type, a.filename"
        " FROM inbox.attachment AS a JOIN inbox.message AS m ON m.id = a.message_id"
        " JOIN inbox.conversation AS c ON c.id = m.conversation_id WHERE a.id = %s",
        (attachment_id,),
    )
    if row is None:
        raise NotFound(f"there is no attachment {attachment_id}")
    return File(**row)


@dataclass(frozen=True, slots=True)
class PictureReading:
    """What stands in a picture as far as it is known.

    `vin` is what people said where they said something (`corrected`), else what was read; `read` is always the latter.
    """

    attachment_id: UUID
    message_id: UUID
    verdict: Literal["told", "asked", "none"]
    reason: str | None
    vin: str | None
    read: str | None
    decoded: dict[str, Any] | None
    confidence: float
    text: str
    codes: list[dict[str, Any]]
    words: list[dict[str, Any]]
    corrected: bool
    corrected_by: str | None


def readings(uow: UnitOfWork, messages: Sequence[UUID]) -> dict[UUID, PictureReading]:
    """The readings of these messages' pictures by attachment; those not read (yet) are left out."""
    rows = uow.all(
        "SELECT a.id AS attachment_id, a.message_id, r.verdict, r.reason, r.vin AS read, r.confidence, r.text, r.codes,"
        "   r.words, said.id IS NOT NULL AS corrected, said.actor AS corrected_by,"
        "   CASE WHEN said.id IS NULL THEN r.vin ELSE said.vin END AS vin,"
        "   CASE WHEN said.id IS NULL THEN r.decoded ELSE said.decoded END"
        "     || coalesce(vehicle.decoded, '{}') AS decoded"
        " FROM inbox.attachment AS a JOIN inbox.reading AS r ON r.sha256 = a.sha256"
        " LEFT JOIN LATERAL (SELECT id, vin, decoded, actor FROM inbox.reading_correction"
        "   WHERE attachment_id = a.id ORDER BY id DESC LIMIT 1) AS said ON true"
        " LEFT JOIN inbox.vehicle ON vehicle.vin = CASE WHEN said.id IS NULL THEN r.vin ELSE said.vin END"
        " WHERE a.message_id = ANY(%s) AND a.read_at IS NOT NULL",
        (list(messages),),
    )
    return {row["attachment_id"]: PictureReading(**row) for row in rows}


def reading_of(uow: UnitOfWork, attachment_id: UUID) -> PictureReading:
    """What stands in one picture. Raises NotFound where nothing was read."""
    row = uow.one("SELECT message_id FROM inbox.attachment WHERE id = %s", (attachment_id,))
    found = readings(uow, [row["message_id"]]).get(attachment_id) if row else None
    if found is None:
        raise NotFound(f"attachment {attachment_id} has not been read")
    return found


def judged(uow: UnitOfWork, since: datetime) -> dict[str, int]:
    """How the readings of pictures people have since said something about compare with their last word.

    `exact` and `wrong` were told as sure; of what was `asked`, `asked_right` was the number; `none`: nothing was read.
    A picture whose number nobody wrote after denying it is only known not to be what was read.
    """
    rows = uow.all(
        "SELECT CASE WHEN r.verdict = 'told' THEN CASE WHEN r.vin = said.vin THEN 'exact' ELSE 'wrong' END"
        "     WHEN r.verdict = 'asked' THEN CASE WHEN r.vin = said.vin THEN 'asked_right' ELSE 'asked' END"
        "     ELSE 'none' END AS outcome, count(*) AS pictures"
        " FROM (SELECT DISTINCT ON (attachment_id) attachment_id, vin FROM inbox.reading_correction WHERE at >= %s"
        "   ORDER BY attachment_id, id DESC) AS said"
        " JOIN inbox.attachment AS a ON a.id = said.attachment_id JOIN inbox.reading AS r ON r.sha256 = a.sha256"
        " WHERE said.vin IS NOT NULL OR r.vin IS NOT NULL GROUP BY 1",
        (since,),
    )
    counted = {row["outcome"]: row["pictures"] for row in rows}
    figures = {name: counted.get(name, 0) for name in ("exact", "wrong", "asked", "asked_right", "none")}
    return figures | {"asked": figures["asked"] + figures["asked_right"], "pictures": sum(counted.values())}


def correct(uow: UnitOfWork, attachment_id: UUID, vin: str | None, *, actor: str) -> None:
    """Somebody says which VIN stands in the picture, or that none does. It is kept beside what was read.

    Raises NotFound where nothing was read, InvalidInput for what cannot be a VIN.
    """
    before = reading_of(uow, attachment_id)
    number = vin and "".join(vin.split()).upper()
    if number and (len(number) != vision.VIN_LENGTH or set(number) - set(vision.VIN_ALPHABET)):
        raise InvalidInput(f"{number[:40]} is no VIN: it has 17 letters and digits, without I, O and Q")
    uow.execute(
        "INSERT INTO inbox.reading_correction (id, attachment_id, read, vin, decoded, actor, at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (
            ids.new_id(),
            attachment_id,
            before.read,
            number or None,
            Jsonb(asdict(vision.decode(number))) if number else None,
            actor,
            clock.now(),
        ),
    )
    row = uow.one("SELECT conversation_id FROM inbox.message WHERE id = %s", (before.message_id,))
    assert row is not None
    uow.record(
        ReadingCorrected(
            attachment_id=attachment_id,
            message_id=before.message_id,
            conversation_id=row["conversation_id"],
            read=before.read,
            vin=number or None,
        )
    )
