"""A decoder on the internet knows more of a vehicle than its VIN tells; nothing waits for it or fails with it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import pytest
from psycopg.types.json import Jsonb

from infra.local.pipeline import load_handler
from relevo import clock, ids, inbox
from relevo.db import Database
from relevo.events import ImageRead, ReadingCorrected
from relevo.settings import settings
from tests.support import world
from tests.support.broker import MemoryMessaging, detail
from tests.support.lambdas import failed, sqs

VIN = "3N1CN7AP4GL862310"
OFFLINE = {"region": "North America", "country": "Mexico", "manufacturer": "Nissan", "model": "Versa", "year": 2016}
TOLD = {
    "vin": VIN,
    "manufacturer": "Nissan Mexicana",
    "model": "Versa Note",
    "country": "Mexico",
    "region": "North America",
    "wmi": "3N1",
    "vds": "CN7AP4",
    "vis": "GL862310",
    "years": [2016, 1986],
}


class Answer(NamedTuple):
    status: int = 200
    body: str = json.dumps(TOLD)
    retry_after: str = ""
    location: str = ""
    seconds: float = 0


class Decoder(NamedTuple):
    """The stand-in of API Ninjas: what it was asked (number and key), and its next answers."""

    asked: list[tuple[str, str]]
    answers: list[Answer]


@pytest.fixture
def decoder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Decoder]:
    standin, over = Decoder([], []), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            standin.asked.append((parse_qs(parts.query)["vin"][0], self.headers["X-Api-Key"]))
            answer = standin.answers.pop(0) if standin.answers else Answer()
            over.wait(answer.seconds)
            self.send_response(answer.status)
            self.send_header("Retry-After", answer.retry_after)
            self.send_header("Location", answer.location)
            self.end_headers()
            self.wfile.write(answer.body.encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    monkeypatch.setenv("RELEVO_VIN_DECODER_URL", f"http://127.0.0.1:{server.server_address[1]}/v1/vinlookup")
    monkeypatch.setenv("RELEVO_VIN_DECODER_TIMEOUT", "0.2")
    monkeypatch.setenv("RELEVO_VIN_SECRET", '{"api_key": "k-1"}')
    settings.cache_clear()
    yield standin
    over.set()
    server.shutdown()
    server.server_close()


Arrive = Callable[..., ImageRead]


@pytest.fixture
def read(database: Database) -> Arrive:
    """A picture that was read."""
    with database.unit_of_work() as uow:
        conversation = world.conversation(uow, world.account(uow, world.branch(uow)), world.customer(uow))

    def arrive(verdict: Any = "told", decoded: dict[str, Any] | None = None) -> ImageRead:
        message, attachment, sha = ids.new_id(), ids.new_id(), str(ids.new_id())
        with database.unit_of_work() as uow:
            uow.execute(
                "INSERT INTO inbox.message (id, conversation_id, channel_account_id, direction, author, kind, status,"
                " stored_at) SELECT %s, id, channel_account_id, 'in', 'customer', 'image', 'received', %s"
                " FROM inbox.conversation WHERE id = %s",
                (message, clock.now(), conversation),
            )
            uow.execute(
                "INSERT INTO inbox.attachment (id, message_id, media_id, created_at, sha256, read_at)"
                " VALUES (%s, %s, '1', %s, %s, %s)",
                (attachment, message, clock.now(), sha, clock.now()),
            )
            uow.execute(
                "INSERT INTO inbox.reading (sha256, verdict, vin, decoded, confidence, text, words, seen, readers,"
                " milliseconds, at) VALUES (%s, %s, %s, %s, 0.95, '', '[]', '{}', '{}', 5, %s)",
                (sha, verdict, VIN, Jsonb(decoded or OFFLINE), clock.now()),
            )
        return ImageRead(
            attachment_id=attachment,
            message_id=message,
            conversation_id=conversation,
            verdict=verdict,
            vin=VIN,
            confidence=0.95,
        )

    return arrive


def heard(event: ImageRead | ReadingCorrected) -> None:
    """The function hears of it, and takes it."""
    assert failed(load_handler("decode")(sqs(event), None)) == []


def vehicle(database: Database, event: ImageRead | ReadingCorrected) -> dict[str, Any] | None:
    return database.run(lambda uow: inbox.reading_of(uow, event.attachment_id)).decoded


def test_the_decoder_is_asked_about_a_sure_number_and_knows_the_model_better(
    database: Database, sent: MemoryMessaging, decoder: Decoder, read: Arrive
) -> None:
    # Given a picture with a sure VIN
    event = read()
    # When the function hears of it
    heard(event)
    # Then the decoder was asked with the key; its model counts, the year it leaves open and the maker stay ours
    assert decoder.asked == [(VIN, "k-1")]
    assert vehicle(database, event) == OFFLINE | {"model": "Versa Note"}
    # And whoever looks is told
    assert [(fact.name, detail(fact)["vin"]) for fact in sent.facts] == [("vehicle.decoded", VIN)]


def test_what_the_tables_do_not_know_the_decoder_tells(database: Database, decoder: Decoder, read: Arrive) -> None:
    # Given a number of which nothing is known offline, and a decoder that answers with a list
    nothing = dict.fromkeys(OFFLINE)
    event = read(decoded=nothing)
    told = {"make": "Zeekr", "model": " X ", "year": "2024", "country": "China"}
    decoder.answers.append(Answer(body=json.dumps([told])))
    # When it is asked; a decoder told of another maker than ours would not be believed over ours
    heard(event)
    # Then its model and year are the vehicle's
    assert vehicle(database, event) == nothing | {"model": "X", "year": 2024}


def test_a_number_is_asked_about_once(database: Database, decoder: Decoder, read: Arrive) -> None:
    # Given two pictures of the same car
    first, second = read(), read()
    # When both are heard of
    heard(first)
    heard(second)
    # Then the decoder was asked once, and both pictures tell what it said
    assert len(decoder.asked) == 1
    assert vehicle(database, second) == OFFLINE | {"model": "Versa Note"}


def test_a_corrected_number_is_asked_about(database: Database, decoder: Decoder, read: Arrive) -> None:
    # Given a picture whose number an agent corrects
    event = read("asked")
    other = "1HGCM82633A004352"
    with database.unit_of_work() as uow:
        inbox.correct(uow, event.attachment_id, other, actor="Lucía")
    decoder.answers.append(Answer(body=json.dumps({"vin": other, "model": "Accord EX", "year": 2003})))
    # When the function hears of it
    facts = event.model_dump(include={"attachment_id", "message_id", "conversation_id"})
    heard(ReadingCorrected(**facts, read=VIN, vin=other))
    # Then the vehicle is that of the right number
    told = vehicle(database, event)
    assert told is not None and (told["manufacturer"], told["model"], told["year"]) == ("Honda", "Accord EX", 2003)


def test_a_guess_and_a_denial_are_not_asked_about(decoder: Decoder, read: Arrive) -> None:
    # Given a doubtful number, and one the customer said is not right
    event = read("asked")
    facts = event.model_dump(include={"attachment_id", "message_id", "conversation_id"})
    # When the function hears of them
    heard(event)
    heard(ReadingCorrected(**facts, read=VIN, vin=None))
    # Then nobody was asked
    assert decoder.asked == []


@pytest.mark.parametrize(
    "answer",
    [
        Answer(500, "down"),
        Answer(429, "slowly", retry_after="30"),
        Answer(401, "no such key"),
        Answer(seconds=5),
        Answer(body="<html>"),
        Answer(body=json.dumps(TOLD | {"vin": "1HGCM82633A004352"})),
        Answer(302, location="/elsewhere"),
    ],
    ids=["error", "throttled", "refused", "slow", "garbage", "another car", "elsewhere"],
)
def test_a_decoder_that_fails_leaves_what_is_known_offline(
    database: Database, sent: MemoryMessaging, decoder: Decoder, read: Arrive, answer: Answer
) -> None:
    # Given a decoder that fails
    event = read()
    decoder.answers.append(answer)
    # When it is asked
    heard(event)
    # Then the tables' answer stands, nobody is told anything, and the next picture of the car asks again
    assert (vehicle(database, event), sent.facts) == (OFFLINE, [])
    heard(read())
    assert vehicle(database, event) == OFFLINE | {"model": "Versa Note"}


@pytest.mark.parametrize("answer", [Answer(404, "not found"), Answer(400, "invalid"), Answer(body="[]")])
def test_a_number_the_decoder_does_not_know_is_asked_again_after_a_month(
    database: Database, decoder: Decoder, read: Arrive, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a number it does not know
    event = read()
    decoder.answers.append(answer)
    heard(event)
    # When the car turns up again on the same day
    heard(read())
    # Then it is not asked about, and a month later it is
    assert len(decoder.asked) == 1
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(days=31))
    heard(read())
    assert len(decoder.asked) == 2
    assert vehicle(database, event) == OFFLINE | {"model": "Versa Note"}


def test_without_a_key_nobody_is_asked(
    database: Database, decoder: Decoder, read: Arrive, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a company without a key
    monkeypatch.setenv("RELEVO_VIN_SECRET", '{"api_key": ""}')
    settings.cache_clear()
    # When a picture was read
    event = read()
    heard(event)
    # Then the tables answer alone
    assert (decoder.asked, vehicle(database, event)) == ([], OFFLINE)
