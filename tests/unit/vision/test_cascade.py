"""A number is told only when it is sure; the readers are asked no more than it takes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from relevo.errors import PermanentError
from relevo.vision import cascade, read_text, read_vin
from relevo.vision.reading import Reading, Word

VERSA = "3N1CN7AP1GL862310"
GOLF = "WVWZZZ1KZ8W123456"
CORNERS = ((0.0, 0.0), (400.0, 0.0), (400.0, 40.0), (0.0, 40.0))
PAGE = np.full((400, 900, 3), 255, np.uint8)


class Readers:
    """Both readers: they see what they are told to, one look after the other, then nothing."""

    def __init__(self) -> None:
        self.rapid: list[str] = []
        self.tesseract: list[str] = []
        self.looks: list[str] = []

    def see(self, reader: str) -> Reading:
        self.looks.append(reader)
        script = self.rapid if reader == "rapidocr" else self.tesseract
        line = script.pop(0) if script else ""
        return Reading([Word(line, 0.9, (0, 0, 400, 40), CORNERS)] if line else [], reader)


@pytest.fixture
def readers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Readers]:
    script = Readers()

    class Rapid:
        def __init__(self, side: int = 960) -> None: ...

        def read(self, pixels: Any) -> Reading:
            return script.see("rapidocr")

    class Tesseract:
        name = "tesseract"

        def __init__(self, layout: str, languages: str = "", signs: str = "") -> None: ...

        def read(self, pixels: Any) -> Reading:
            return script.see("tesseract")

    monkeypatch.setattr(cascade, "Rapid", Rapid)
    monkeypatch.setattr(cascade, "Tesseract", Tesseract)
    monkeypatch.setattr(cascade.tesseract, "is_there", lambda: True)
    yield script


def test_a_right_check_digit_convinces_at_the_first_look(readers: Readers) -> None:
    # Given a number whose check digit is right as read
    readers.rapid = [f"NIV: {VERSA}"]
    # When it is looked for
    found = read_vin(PAGE)
    # Then one look was enough
    assert found.vin is not None
    assert (found.verdict, found.vin.number, readers.looks) == ("told", VERSA, ["rapidocr"])


def test_a_european_number_needs_two_readers_that_agree(readers: Readers) -> None:
    # Given a number without a check digit that both readers see
    readers.rapid, readers.tesseract = [GOLF], [GOLF]
    # When it is looked for
    found = read_vin(PAGE)
    # Then it is told after one look, read again by the other reader, and surer than one of them alone is
    assert found.vin is not None
    assert (found.verdict, found.vin.number, readers.looks) == ("told", GOLF, ["rapidocr", "tesseract"])
    assert found.confidence > 0.85


def test_the_second_reader_confirms_and_tells_nothing_by_itself(readers: Readers) -> None:
    # Given a European number of which the second reader makes another, whose check digit happens to be right
    readers.rapid, readers.tesseract = [GOLF] * 6, [VERSA] * 6
    # Then neither is told
    assert read_vin(PAGE).verdict == "asked"


def test_a_chance_check_digit_does_not_outdo_what_was_seen_more_often(readers: Readers) -> None:
    # Given a European number seen twice by readers that do not agree otherwise, then something else with a check digit
    readers.rapid, readers.tesseract = [GOLF, VERSA], [GOLF.replace("Z8W", "Z8V"), GOLF]
    # Then that is not told at once
    found = read_vin(PAGE)
    assert found.verdict == "asked"


def test_where_the_other_reader_sees_nothing_a_second_look_counts(readers: Readers) -> None:
    readers.rapid = [GOLF, GOLF]
    found = read_vin(PAGE)
    assert found.vin is not None
    assert (found.verdict, found.vin.number, readers.looks) == ("told", GOLF, ["rapidocr", "tesseract", "rapidocr"])


def test_without_tesseract_two_looks_must_agree(readers: Readers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cascade.tesseract, "is_there", lambda: False)
    readers.rapid = [GOLF, GOLF]
    assert (read_vin(PAGE).verdict, readers.looks) == ("told", ["rapidocr", "rapidocr"])


def test_readers_that_disagree_are_asked(readers: Readers) -> None:
    # Given a European number the other reader sees differently, look after look
    readers.rapid, readers.tesseract = [GOLF] * 6, [GOLF.replace("Z8W", "Z8V")] * 6
    # Then nobody is told
    assert read_vin(PAGE).verdict == "asked"


def test_looks_that_disagree_are_asked(readers: Readers) -> None:
    # Given a European number read in two ways, again and again
    other = GOLF.replace("8W1", "8W7")
    readers.rapid = [GOLF, other, GOLF, other, GOLF]
    # Then nobody is told
    assert read_vin(PAGE).verdict == "asked"


def test_a_wrong_check_digit_is_never_told(readers: Readers) -> None:
    # Given a number of North America with a wrong check digit, however often it is seen
    wrong = "3N1CN7AP4GL862310"
    readers.rapid, readers.tesseract = [wrong] * 5, [wrong]
    # Then it is asked, after every look there is
    found = read_vin(PAGE)
    assert found.verdict == "asked" and readers.looks.count("rapidocr") == 5


def test_an_unknown_maker_needs_a_second_look_however_right_its_check_digit(readers: Readers) -> None:
    # Given garbage whose check digit happens to be right
    readers.rapid = ["RALGASER0DS069036"]
    # Then it is not told
    assert read_vin(PAGE).verdict != "told"


def test_a_picture_without_a_number_is_not_looked_at_for_long(readers: Readers) -> None:
    # Given a photo with some words
    readers.rapid = ["HECHO EN MÉXICO"] * 20
    # When a VIN is looked for
    found = read_vin(PAGE)
    # Then the words are kept, and only turned pictures were tried beside
    assert (found.verdict, found.best and found.best.text) == ("none", "HECHO EN MÉXICO")
    assert readers.looks == ["rapidocr"] * 6


def test_a_picture_without_any_letter_is_looked_at_three_times(readers: Readers) -> None:
    assert read_vin(PAGE).verdict == "none"
    assert readers.looks == ["rapidocr"] * 3


def test_when_time_is_over_no_further_look_begins(readers: Readers) -> None:
    readers.rapid = [GOLF] * 5
    assert read_vin(PAGE, seconds=-1).verdict == "asked"
    assert len(readers.looks) == 1


def test_text_is_read_by_the_first_reader_that_sees_any(readers: Readers, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a page the first reader sees words on, and two on which it sees none
    readers.rapid, readers.tesseract = ["HECHO EN MÉXICO"], ["REF 4471", "~ ;; l|l"]
    # Then the second is asked for the others only, and believed where it is sure
    assert [read_text(PAGE).text, read_text(PAGE).text] == ["HECHO EN MÉXICO", "REF 4471"]
    assert readers.looks == ["rapidocr", "rapidocr", "tesseract"]
    monkeypatch.setattr(cascade, "CONVINCING_TEXT", 0.95)
    assert read_text(PAGE).words == []


def test_where_the_second_reader_fails_the_first_goes_on_alone(
    readers: Readers, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    # Given a Tesseract that cannot find its languages
    class Broken:
        name = "tesseract"

        def __init__(self, *_: str) -> None: ...

        def read(self, pixels: Any) -> Reading:
            raise PermanentError("tesseract failed: Error opening data file eng.traineddata")

    monkeypatch.setattr(cascade, "Tesseract", Broken)
    readers.rapid = [GOLF, GOLF]
    # Then two looks settle it, and the log says what is wrong
    assert read_vin(PAGE).verdict == "told"
    assert "eng.traineddata" in caplog.text
