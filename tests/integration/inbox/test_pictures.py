"""A picture is read once by its content, told as it was read, and corrected by people."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread
from typing import Any
from uuid import UUID

import pytest
from PIL import Image
from typer.testing import CliRunner

from infra import catalog
from infra.cli import main
from infra.local.pipeline import load_handler
from relevo import clock, ids, inbox, vision
from relevo.db import Database
from relevo.errors import InvalidInput, NotFound, RetryableError
from relevo.events import ObjectStored, ReadCode
from relevo.inbox import pictures
from relevo.vision.cascade import VinReading
from relevo.vision.reading import Reading, Word
from relevo.vision.vin import Vin
from tests.support import world
from tests.support.broker import MemoryMessaging, detail
from tests.support.bucket import MemoryBucket
from tests.support.lambdas import failed, sqs

VIN = "3N1CN7AP4GL862310"


def jpeg(colour: str = "white") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 64), colour).save(file, "JPEG")
    return file.getvalue()


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Readers that see the same VIN in every picture, and how often they looked."""
    seen: list[Any] = []

    def read_pages(pixels: Any, *, seconds: float) -> VinReading:
        seen.append(pixels)
        reading = Reading([Word("NIV", 0.9, (0, 0, 30, 10)), Word(VIN, 0.98, (40, 0, 200, 10))], "rapidocr")
        return VinReading("told", Vin(VIN, "right"), 0.95, {VIN: 1}, [reading])

    monkeypatch.setattr(vision, "read_pages", read_pages)
    return seen


@pytest.fixture
def picture(database: Database, bucket: MemoryBucket) -> Callable[..., ObjectStored]:
    """A customer's file that now stands in the bucket."""
    with database.unit_of_work() as uow:
        conversation = world.conversation(uow, world.account(uow, world.branch(uow)), world.customer(uow))

    def arrive(content: bytes, kind: str = "image") -> ObjectStored:
        message, attachment, now = ids.new_id(), ids.new_id(), clock.now()
        with database.unit_of_work() as uow:
            uow.execute(
                "INSERT INTO inbox.message (id, conversation_id, channel_account_id, direction, author, kind, status,"
                " stored_at) SELECT %s, id, channel_account_id, 'in', 'customer', %s, 'received', %s"
                " FROM inbox.conversation WHERE id = %s",
                (message, kind, now, conversation),
            )
            uow.execute(
                "INSERT INTO inbox.attachment (id, message_id, media_id, created_at) VALUES (%s, %s, '1', %s)",
                (attachment, message, now),
            )
        stored = ObjectStored(key=f"media/2026/11/{attachment}", size=len(content))
        bucket.put(stored.key, io.BytesIO(content), "image/jpeg")
        return stored

    return arrive


def attachment_of(stored: ObjectStored) -> UUID:
    return UUID(stored.key.rpartition("/")[2])


def reading(database: Database, stored: ObjectStored) -> inbox.PictureReading:
    return database.run(lambda uow: inbox.reading_of(uow, attachment_of(stored)))


def test_what_was_read_is_kept_and_told(
    database: Database, sent: MemoryMessaging, picture: Callable[..., ObjectStored], looks: list[Any]
) -> None:
    # Given a photo of a VIN
    stored = picture(jpeg())
    # When the bucket tells of it
    assert failed(load_handler("ocr")(sqs(stored), None)) == []
    # Then the reading is kept, its vehicle decoded, and both are told
    kept = reading(database, stored)
    assert (kept.verdict, kept.vin, kept.text) == ("told", VIN, f"NIV {VIN}")
    assert kept.decoded is not None and (kept.decoded["manufacturer"], kept.decoded["year"]) == ("Nissan", 2016)
    (fact,) = sent.facts
    told = detail(fact)
    assert (fact.name, told["vin"], told["vins"], told["verdict"]) == ("image.read", VIN, [VIN], "told")
    assert told["words"] == [{"text": "NIV", "confidence": 0.9}, {"text": VIN, "confidence": 0.98}]


def test_the_same_picture_is_looked_at_once_whoever_sends_it(
    database: Database, sent: MemoryMessaging, picture: Callable[..., ObjectStored], looks: list[Any]
) -> None:
    # Given the same photo twice, and another
    for content in (jpeg(), jpeg(), jpeg("blue")):
        pictures.read(database, picture(content))
    # Then two were looked at, and each message was told
    assert len(looks) == 2
    assert [fact.name for fact in sent.facts] == ["image.read"] * 3


def test_two_copies_that_arrive_together_are_looked_at_once(
    database: Database,
    database_url: str,
    sent: MemoryMessaging,
    picture: Callable[..., ObjectStored],
    looks: list[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given a photo whose reader is still looking
    first, second = picture(jpeg()), picture(jpeg())
    looking, go_on, glance = Event(), Event(), vision.read_pages

    def look(pixels: Any, *, seconds: float) -> VinReading:
        looking.set()
        assert go_on.wait(10)
        return glance(pixels, seconds=seconds)

    monkeypatch.setattr(vision, "read_pages", look)
    another = Database(lambda: database_url)
    reader = Thread(target=pictures.read, args=(another, first))
    reader.start()
    assert looking.wait(10)
    # When the same photo of another customer is handled meanwhile, it is to be delivered again
    with pytest.raises(RetryableError, match="being read"):
        pictures.read(database, second)
    # Then, once the first is read, that reading is the second's as well
    go_on.set()
    reader.join(10)
    another.close()
    pictures.read(database, second)
    assert (len(looks), reading(database, second).vin) == (1, VIN)
    assert [fact.name for fact in sent.facts] == ["image.read"] * 2


def test_what_a_reader_died_over_is_looked_at_again(
    database: Database,
    sent: MemoryMessaging,
    picture: Callable[..., ObjectStored],
    looks: list[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given a reader that was killed while it looked, and one that failed
    stored, glance = picture(jpeg()), vision.read_pages

    def meet(end: BaseException) -> None:
        def look(pixels: Any, *, seconds: float) -> VinReading:
            raise end

        monkeypatch.setattr(vision, "read_pages", look)
        with pytest.raises(type(end)):
            pictures.read(database, stored)

    meet(SystemExit())
    monkeypatch.setattr(vision, "read_pages", glance)
    with pytest.raises(RetryableError):
        pictures.read(database, stored)
    # When its time is over, another looks; and after a failure, at once
    later = clock.now() + pictures.CLAIM + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    meet(MemoryError())
    monkeypatch.setattr(vision, "read_pages", glance)
    pictures.read(database, stored)
    # Then it is read, and nobody claims it any longer
    assert (len(looks), reading(database, stored).vin) == (1, VIN)
    assert database.run(lambda uow: uow.all("SELECT * FROM inbox.reading_claim")) == []


def test_a_claim_outlives_the_function_that_reads() -> None:
    assert timedelta(seconds=catalog.function("ocr").timeout) < pictures.CLAIM


def test_a_file_told_twice_is_read_and_told_once(
    database: Database, sent: MemoryMessaging, picture: Callable[..., ObjectStored], looks: list[Any]
) -> None:
    # Given a photo the bucket tells of twice
    stored = picture(jpeg())
    for _ in range(2):
        pictures.read(database, stored)
    # Then it was told once
    assert (len(looks), len(sent.facts)) == (1, 1)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"hello, I am no picture" * 50, "not a picture"),
        (jpeg()[:200], "broken"),
        (b"%PDF-1.7\n" + b"page" * 1000, "broken"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 100, "not supported"),
    ],
)
def test_what_cannot_be_read_says_why(
    database: Database,
    sent: MemoryMessaging,
    picture: Callable[..., ObjectStored],
    content: bytes,
    reason: str,
) -> None:
    # Given a file no reader can be given
    stored = picture(content, "document")
    # When it is handled
    assert failed(load_handler("ocr")(sqs(stored), None)) == []
    # Then it has its state, and the bot is told
    kept = reading(database, stored)
    assert (kept.verdict, kept.reason, kept.vin) == ("none", reason, None)
    assert [detail(fact)["verdict"] for fact in sent.facts] == ["none"]


def test_a_file_far_too_large_is_not_even_loaded(
    database: Database, sent: MemoryMessaging, picture: Callable[..., ObjectStored], bucket: MemoryBucket
) -> None:
    # Given a file of a hundred megabytes, as the bucket tells
    stored = picture(jpeg()).model_copy(update={"size": 100 * 2**20})
    bucket.files.clear()
    # When it is handled
    pictures.read(database, stored)
    # Then it says so, and nobody asked for it
    assert reading(database, stored).reason == "too large"


def test_sound_and_stickers_are_not_looked_at(
    database: Database, sent: MemoryMessaging, picture: Callable[..., ObjectStored], looks: list[Any]
) -> None:
    # Given a voice message and a sticker
    for kind in ("audio", "sticker"):
        pictures.read(database, picture(jpeg(), kind))
    # Then nothing is read or told
    assert (looks, sent.facts) == ([], [])


def test_a_spreadsheet_is_not_called_a_bad_picture(
    database: Database, sent: MemoryMessaging, picture: Callable[..., ObjectStored], looks: list[Any]
) -> None:
    # Given a document that says it is a spreadsheet
    stored = picture(b"PK\x03\x04" + bytes(100), "document")
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    with database.unit_of_work() as uow:
        uow.execute("UPDATE inbox.attachment SET mime_type = %s", (sheet,))
    # When it stands in the bucket
    pictures.read(database, stored)
    # Then nothing is read or told
    assert (looks, sent.facts) == ([], [])


def test_a_file_of_nobodys_is_kept_with_its_reason(database: Database, bucket: MemoryBucket) -> None:
    with pytest.raises(NotFound, match="there is no attachment"):
        pictures.read(database, ObjectStored(key=f"media/2026/11/{ids.new_id()}", size=10))


def test_the_codes_of_products_are_told_with_the_picture(
    database: Database, sent: MemoryMessaging, picture: Callable[..., ObjectStored], looks: list[Any]
) -> None:
    # Given somebody who knows products
    product = ids.new_id()
    # When a picture is read
    stored = picture(jpeg())
    pictures.read(database, stored, lambda uow, text: [ReadCode(code="GWP-1", product_id=product, confidence=0.9)])
    # Then what they found in its text is kept and told
    (code,) = json.loads(sent.facts[0].detail)["codes"]
    assert (code["code"], code["product_id"]) == ("GWP-1", str(product))
    assert reading(database, stored).codes == [code]


def test_the_last_word_of_people_counts_and_what_was_read_stays(
    database: Database, sent: MemoryMessaging, picture: Callable[..., ObjectStored], looks: list[Any]
) -> None:
    # Given a picture that was read
    stored = picture(jpeg())
    pictures.read(database, stored)
    # When an agent writes what really stands there, with a space and in small letters
    with database.unit_of_work() as uow:
        inbox.correct(uow, attachment_of(stored), "1hgcm826 33a004352", actor="user:ana")
    # Then that counts, decoded anew, and what was read is still known
    kept = reading(database, stored)
    assert (kept.vin, kept.read, kept.corrected, kept.corrected_by) == ("1HGCM82633A004352", VIN, True, "user:ana")
    assert kept.decoded is not None and kept.decoded["manufacturer"] == "Honda"
    assert sent.facts[-1].name == "reading.corrected"
    # And a word that there is none counts too
    with database.unit_of_work() as uow:
        inbox.correct(uow, attachment_of(stored), None, actor="user:ana")
    assert reading(database, stored).vin is None


@pytest.mark.parametrize("vin", ["3N1CN7AP", "3N1CN7AP4GL86231O", "3N1CN7AP4GL8623100", "ÑN1CN7AP4GL862310"])
def test_what_cannot_be_a_vin_is_refused(
    database: Database, sent: MemoryMessaging, picture: Callable[..., ObjectStored], looks: list[Any], vin: str
) -> None:
    stored = picture(jpeg())
    pictures.read(database, stored)
    with database.unit_of_work() as uow, pytest.raises(InvalidInput, match="17 letters and digits"):
        inbox.correct(uow, attachment_of(stored), vin, actor="user:ana")


def test_what_people_said_measures_what_was_read(
    database: Database,
    sent: MemoryMessaging,
    picture: Callable[..., ObjectStored],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given pictures that were read, told and asked, and one of which nothing was read
    def reader(verdict: Any, number: str | None) -> Callable[..., VinReading]:
        found = Vin(number, "right") if number else None
        return lambda pages, *, seconds: VinReading(verdict, found, 0.5, {}, [])

    other, said = "1HGCM82633A004352", "user:ana"
    outcomes = [
        ("told", VIN, VIN),
        ("told", VIN, other),
        ("asked", VIN, VIN),
        ("asked", VIN, None),
        ("none", None, VIN),
    ]
    for n, (verdict, number, truth) in enumerate(outcomes):
        monkeypatch.setattr(vision, "read_pages", reader(verdict, number))
        stored = picture(jpeg(("red", "green", "blue", "black", "white")[n]))
        pictures.read(database, stored)
        # When people say what stands there, one of them twice
        for word in (other, truth):
            with database.unit_of_work() as uow:
                inbox.correct(uow, attachment_of(stored), word, actor=said)
    # And one picture nobody says anything of
    pictures.read(database, picture(jpeg("yellow")))
    # Then their last words are the measure
    told = CliRunner().invoke(main, ["evaluate", "readings"])
    assert json.loads(told.stdout) == {
        "exact": 1,
        "wrong": 1,
        "asked": 2,
        "asked_right": 1,
        "none": 1,
        "pictures": 5,
    }
