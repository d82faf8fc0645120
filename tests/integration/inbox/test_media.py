"""Files customers send are fetched and kept, checked on the way, and what cannot be had says why."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.local.graph import app as stand_in
from infra.local.graph.standin import GraphStandIn
from infra.local.graph.state import File
from infra.local.pipeline import Pipeline
from infra.local.processes import free_port
from relevo import clock
from relevo.db import Database, Row
from relevo.events import ScheduleFired
from relevo.inbox import media
from relevo.settings import settings
from tests.support import meta
from tests.support.bucket import MemoryBucket
from tests.support.lambdas import failed, sqs

TEXT = b"%PDF-1.7 a catalogue of parts"
PHOTO = Path(__file__).parents[3].joinpath("docs/images/simulator.png").read_bytes()[:4000]

pytestmark = pytest.mark.seeded


@dataclass
class Phone:
    """A customer who sends files, and what becomes of them; minutes pass when they are told to."""

    pipeline: Pipeline
    database: Database
    graph: GraphStandIn
    bucket: MemoryBucket
    advance: Callable[[timedelta], None]

    def send(self, *files: File, kind: str = "document") -> None:
        """A message a file, taken in; nothing is fetched yet."""
        messages = [meta.text_message("") | {"type": kind, kind: file.block | {"caption": "mire"}} for file in files]
        assert self.pipeline.handler("intake")(meta.post(meta.webhook(*messages)), None)["statusCode"] == 200
        self.pipeline.settle(["inbound.fifo"])

    def keep(self, content: bytes, mime_type: str = "application/pdf") -> File:
        return stand_in.keep(self.graph.graph, content, mime_type)

    def fetch(self) -> None:
        """What waits for `media` is handled."""
        self.pipeline.settle(["media"])
        assert not self.pipeline.dead

    def minute(self, n: int = 1) -> None:
        for _ in range(n):
            self.advance(timedelta(minutes=1))
            fired = sqs(ScheduleFired(schedule="media-clock", due_at=clock.now()))
            assert failed(self.pipeline.handler("media")(fired, None)) == []

    def attachments(self) -> list[Row]:
        return self.database.run(lambda uow: uow.all("SELECT * FROM inbox.attachment ORDER BY id"))

    def told(self) -> list[tuple[str, dict[str, Any]]]:
        import json

        published = [(m.name, json.loads(m.detail)) for m in self.pipeline.published]
        return [(name, fields) for name, fields in published if name.startswith("attachment.")]


@pytest.fixture
def phone(pipeline: Pipeline, database: Database, graph: GraphStandIn, bucket: MemoryBucket) -> Iterator[Phone]:
    with clock.frozen(clock.now()) as advance:
        yield Phone(pipeline, database, graph, bucket, advance)


def away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody answers where the Graph API should be."""
    monkeypatch.setenv("RELEVO_GRAPH_URL", f"http://127.0.0.1:{free_port()}")
    settings.cache_clear()


def back(monkeypatch: pytest.MonkeyPatch, graph: GraphStandIn) -> None:
    monkeypatch.setenv("RELEVO_GRAPH_URL", graph.url)
    settings.cache_clear()


def test_the_message_is_there_before_its_file(phone: Phone) -> None:
    # Given a customer who sent a document
    phone.send(phone.keep(TEXT))
    # Then it waits, and the message does not
    (attachment,) = phone.attachments()
    assert attachment["state"] == "pending" and attachment["message_id"]


def test_a_file_is_kept_as_it_came(phone: Phone) -> None:
    # Given a document
    phone.send(phone.keep(TEXT))
    # When it is fetched
    phone.fetch()
    # Then it stands in the bucket, by its month, with what it is, and that is told
    (attachment,) = phone.attachments()
    assert phone.bucket.files == {attachment["storage_key"]: (TEXT, "application/pdf")}
    assert attachment["storage_key"] == f"media/{clock.now():%Y/%m}/{attachment['id']}"
    assert (attachment["state"], attachment["size_bytes"]) == ("ready", len(TEXT))
    assert attachment["sha256"] == hashlib.sha256(TEXT).hexdigest()
    ((name, fields),) = phone.told()
    assert (name, fields["attachment_id"], fields["mime_type"]) == (
        "attachment.ready",
        str(attachment["id"]),
        "application/pdf",
    )


@pytest.mark.parametrize(
    ("content", "declared", "kept"),
    [
        (PHOTO, "image/jpeg", "image/png"),
        (b"MZ this is a program", "image/jpeg", "application/octet-stream"),
        (b"MZ this is a program", "application/pdf", "application/octet-stream"),
        (b"OggS\0\x02 somebody speaks", "audio/ogg; codecs=opus", "audio/ogg"),
    ],
)
def test_a_file_is_what_its_content_says(phone: Phone, content: bytes, declared: str, kept: str) -> None:
    # Given a file with somebody's word for what it is
    phone.send(phone.keep(content, declared))
    # When it is fetched
    phone.fetch()
    # Then its content decides
    (attachment,) = phone.attachments()
    assert attachment["mime_type"] == kept


def test_fetched_twice_is_kept_once(phone: Phone) -> None:
    # Given a file that was fetched
    phone.send(phone.keep(TEXT))
    phone.fetch()
    # When the same event comes again, and the clock
    (message,) = [row["message_id"] for row in phone.attachments()]
    media.fetch(phone.database, message)
    phone.minute()
    # Then nothing more is told
    assert len(phone.told()) == 1


def test_while_whatsapp_is_away_it_is_tried_again_at_growing_pauses(
    phone: Phone, graph: GraphStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given WhatsApp away when a file comes
    phone.send(phone.keep(TEXT))
    away(monkeypatch)
    # When half an hour passes
    phone.fetch()
    phone.minute(30)
    # Then it was tried after 1, 3, 7 and 15 minutes, and still waits
    (attachment,) = phone.attachments()
    assert (attachment["state"], attachment["attempts"]) == ("pending", 5)
    # And when WhatsApp is back, the next try has it
    back(monkeypatch, graph)
    phone.minute(2)
    assert [row["state"] for row in phone.attachments()] == ["ready"]


def test_after_seven_days_it_is_given_up_with_its_reason(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a file nobody could fetch
    phone.send(phone.keep(TEXT))
    away(monkeypatch)
    phone.fetch()
    # When the channel does not keep it any longer
    phone.advance(timedelta(days=7))
    phone.minute()
    # Then everybody can see that it expired
    assert [(row["state"], row["reason"]) for row in phone.attachments()] == [("failed", "expired")]
    assert [(name, fields["reason"]) for name, fields in phone.told()] == [("attachment.failed", "expired")]


def test_a_file_the_channel_does_not_know_fails_at_once_and_holds_up_nobody(phone: Phone) -> None:
    # Given two files, of which the channel lost the first
    lost, there = phone.keep(b"%PDF-lost"), phone.keep(TEXT)
    del phone.graph.graph.files[lost.id]
    phone.send(lost, there)
    # When they are fetched
    phone.fetch()
    # Then one is gone, the other is there
    assert [(row["state"], row["reason"]) for row in phone.attachments()] == [("failed", "gone"), ("ready", None)]


def test_a_file_that_is_not_what_its_hash_says_is_not_kept(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a file that changes on its way
    class Changed(File):
        @property
        def sha256(self) -> bytes:
            return bytes(32)

    file = phone.keep(TEXT)
    phone.graph.graph.files[file.id] = Changed(file.id, TEXT, file.mime_type)
    phone.send(file)
    # When it is tried again and again
    phone.fetch()
    phone.minute(10)
    # Then nothing is kept, and it says why
    assert [(row["state"], row["reason"]) for row in phone.attachments()] == [("failed", "damaged")]
    assert phone.bucket.files == {}


@pytest.mark.parametrize("told", [True, False])
def test_a_file_too_large_is_refused(phone: Phone, monkeypatch: pytest.MonkeyPatch, told: bool) -> None:
    # Given a limit, and a file over it of which WhatsApp tells the size or does not
    phone.send(phone.keep(TEXT * 100))
    monkeypatch.setattr(media, "MOST_BYTES", 1000)
    if not told:
        monkeypatch.setattr(media.whatsapp, "locate", _without_size(media.whatsapp.locate))
    # When it is fetched
    phone.fetch()
    # Then it is left where it is
    assert [(row["state"], row["reason"]) for row in phone.attachments()] == [("failed", "too large")]
    assert phone.bucket.files == {}


def _without_size(locate: Callable[..., Any]) -> Callable[..., Any]:
    from dataclasses import replace

    return lambda account, media_id: replace(locate(account, media_id), size=0)


def test_the_token_is_shown_to_meta_only(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given an answer that leads elsewhere
    def elsewhere(account: Any, media_id: str) -> Any:
        return media.RemoteFile("https://evil.example/file", "application/pdf", "", 10)

    phone.send(phone.keep(TEXT))
    monkeypatch.setattr(media.whatsapp, "locate", elsewhere)
    # When it is fetched
    phone.fetch()
    # Then nobody goes there
    assert [(row["state"], row["reason"]) for row in phone.attachments()] == [("failed", "refused")]
