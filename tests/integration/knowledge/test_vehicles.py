"""A customer photographs a VIN: the bot names the vehicle or asks, takes the answer, and people go on from there."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image

from infra.local.graph import app as stand_in
from infra.local.graph.standin import GraphStandIn
from infra.local.pipeline import Pipeline
from relevo import clock, vision
from relevo.db import Database, Row
from relevo.vision.cascade import Verdict, VinReading
from relevo.vision.reading import Reading, Word
from relevo.vision.vin import Vin
from tests.support import meta

VERSA = "3N1CN7AP4GL862310"
ACCORD = "1HGCM82633A004352"

pytestmark = pytest.mark.seeded


@dataclass
class Chat:
    """A customer and the bot; what the readers see in the next picture is said beforehand."""

    pipeline: Pipeline
    database: Database
    graph: GraphStandIn
    advance: Callable[[timedelta], None]
    seen: list[tuple[Verdict, str | None]]

    def photograph(self, verdict: Verdict, vin: str | None, caption: str = "") -> None:
        """A photo whose VIN is read like this."""
        self.seen.append((verdict, vin))
        picture = io.BytesIO()
        Image.new("RGB", (64, 64), (len(self.seen) * 20, 0, 0)).save(picture, "JPEG")
        file = stand_in.keep(self.graph.graph, picture.getvalue(), "image/jpeg")
        block = file.block | ({"caption": caption} if caption else {})
        self._post({"type": "image", "image": block})
        self._run()

    def write(self, text: str) -> None:
        self._post({"type": "text", "text": {"body": text}})
        self._run()

    def press(self, title: str) -> None:
        """Press the button of this title under the bot's last message."""
        buttons = self.last["interactive"]["action"]["buttons"]
        (reply,) = (button["reply"] for button in buttons if button["reply"]["title"] == title)
        self._post({"type": "interactive", "interactive": {"type": "button_reply", "button_reply": reply}})
        self._run()

    def _post(self, content: dict[str, Any]) -> None:
        message = meta.text_message("") | content
        assert self.pipeline.handler("intake")(meta.post(meta.webhook(message)), None)["statusCode"] == 200

    def _run(self) -> None:
        while self.pipeline.run_once():
            pass
        assert not self.pipeline.dead

    @property
    def last(self) -> dict[str, Any]:
        """The body of the bot's last message."""
        return self.graph.sent[-1].body

    @property
    def answers(self) -> list[str]:
        return [sent.text for sent in self.graph.sent]

    def one(self, query: Any) -> Row:
        row = self.database.run(lambda uow: uow.one(query))
        assert row is not None
        return row


@pytest.fixture
def chat(
    pipeline: Pipeline, database: Database, graph: GraphStandIn, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Chat]:
    seen: list[tuple[Verdict, str | None]] = []

    def read_pages(pages: Any, *, seconds: float) -> VinReading:
        verdict, number = seen[-1]
        reading = Reading([Word(number or "una foto", 0.9, (0, 0, 10, 10))], "rapidocr")
        return VinReading(verdict, Vin(number, "right") if number else None, 0.9, {}, [reading])

    monkeypatch.setattr(vision, "read_pages", read_pages)
    with clock.frozen(clock.now()) as advance:
        yield Chat(pipeline, database, graph, advance, seen)


def test_a_sure_reading_names_the_vehicle(chat: Chat) -> None:
    # Given a photo of a VIN that is read without doubt
    chat.photograph("told", VERSA)
    # Then the bot asks once, naming the vehicle, with two buttons
    assert chat.answers == ["¿Es un Nissan Versa 2016?"]
    assert [b["reply"]["title"] for b in chat.last["interactive"]["action"]["buttons"]] == ["Sí", "No"]


def test_a_doubtful_one_is_asked(chat: Chat) -> None:
    # Given a photo of which nobody is sure
    chat.photograph("asked", VERSA)
    # Then no vehicle is named: the number is shown, and asked
    (answer,) = chat.answers
    assert VERSA in answer and "Nissan" not in answer and "¿Es correcto?" in answer


@pytest.mark.parametrize("answer", ["press", "Sí", "si!", "así es"])
def test_yes_settles_it_and_the_bot_asks_what_is_needed(chat: Chat, answer: str) -> None:
    # Given a vehicle the bot named
    chat.photograph("told", VERSA)
    # When the customer says yes, by the button or in words
    if answer == "press":
        chat.press("Sí")
    else:
        chat.write(answer)
    # Then it is the customer's word now, and the next question is what for
    assert chat.answers[-1] == "Perfecto, su Nissan Versa 2016. ¿Qué necesita para él?"
    kept = chat.one("SELECT read, vin, actor FROM inbox.reading_correction")
    assert (kept["read"], kept["vin"], kept["actor"]) == (VERSA, VERSA, "customer")


def test_with_what_is_needed_already_said_people_go_on(chat: Chat) -> None:
    # Given a photo with words under it
    chat.photograph("told", VERSA, "Cuánto cuesta la bomba de agua")
    # When the customer confirms the vehicle
    chat.press("Sí")
    # Then people have a ticket that tells both
    ticket = chat.one("SELECT description FROM desk.ticket")
    assert ticket["description"] == f"Cuánto cuesta la bomba de agua\nNissan Versa 2016 · NIV {VERSA}"


def test_no_asks_for_a_better_photo_or_the_number(chat: Chat) -> None:
    # Given a vehicle that was named wrongly
    chat.photograph("told", VERSA)
    chat.press("No")
    # Then the bot asks again, and what was read is kept as wrong
    assert "NIV, 17 caracteres" in chat.answers[-1]
    assert chat.one("SELECT vin FROM inbox.reading_correction")["vin"] is None
    # And when the customer writes the number, that is the one
    chat.write(f"es {ACCORD.lower()}")
    assert chat.answers[-1].startswith("Perfecto, su Honda Accord 2003")
    assert chat.one("SELECT vin FROM inbox.reading_correction ORDER BY id DESC LIMIT 1")["vin"] == ACCORD


def test_after_two_wrong_guesses_a_person_looks(chat: Chat) -> None:
    # Given two photos read wrongly
    chat.photograph("told", VERSA)
    chat.press("No")
    chat.photograph("asked", ACCORD)
    chat.press("No")
    # Then people have it
    assert chat.one("SELECT owner FROM inbox.conversation")["owner"] == "queue"


def test_the_same_wrong_reading_is_not_asked_twice(chat: Chat) -> None:
    # Given a reading the customer said no to
    chat.photograph("told", VERSA)
    chat.press("No")
    # When the next photo is read the same
    chat.photograph("told", VERSA)
    # Then people have it
    assert chat.one("SELECT owner FROM inbox.conversation")["owner"] == "queue"


def test_a_picture_without_a_vin_goes_to_people_as_before(chat: Chat) -> None:
    # Given a photo of something else, without words
    chat.photograph("none", None)
    # Then people have it
    ticket = chat.one("SELECT description FROM desk.ticket")
    assert ticket["description"] == "[imagen]"


def test_a_picture_without_a_vin_and_a_question_is_answered_by_the_question(chat: Chat) -> None:
    # Given a screenshot with a question the articles answer
    chat.photograph("none", None, "¿Cómo descargo mis facturas?")
    # Then the bot answers it
    assert "Fuente" in chat.answers[-1]


def test_the_bot_waits_for_the_reader_a_minute_and_no_longer(chat: Chat) -> None:
    # Given a photo whose reader does nothing
    queue = chat.pipeline.queues["ocr"]
    chat.pipeline.queues["ocr"].put = lambda message: None  # type: ignore[method-assign]
    chat.photograph("told", VERSA)
    assert chat.answers == [] and not queue.waiting
    # When a minute has passed, and the queue has brought the message again
    for _ in range(5):
        chat.advance(timedelta(seconds=20))
        chat._run()
    # Then people have it
    assert chat.one("SELECT owner FROM inbox.conversation")["owner"] == "queue"


def test_a_picture_that_cannot_be_had_is_not_waited_for(chat: Chat) -> None:
    # Given a photo the channel has lost
    chat.seen.append(("told", VERSA))
    block = {"id": "404404404404404", "mime_type": "image/jpeg", "sha256": "x"}
    chat._post({"type": "image", "image": block})
    # When it is handled
    chat._run()
    # Then people have it at once
    assert chat.one("SELECT owner FROM inbox.conversation")["owner"] == "queue"


def test_a_person_who_holds_the_conversation_is_not_talked_over(chat: Chat) -> None:
    # Given a conversation people hold
    chat.write("quiero hablar con una persona")
    before = len(chat.answers)
    # When a photo is read there
    chat.photograph("told", VERSA)
    # Then the bot says nothing of it, and the reading is there for the agent
    assert len(chat.answers) == before
    told = [json.loads(m.detail) for m in chat.pipeline.published if m.name == "image.read"]
    assert [fields["vin"] for fields in told] == [VERSA]
