"""Reading a picture by the cheapest means that convinces; how it was chosen by measuring tells docs/vision.md.

For a VIN: RapidOCR, by measurement the cheap one, on the picture as it is, then on the picture made clearer, one remedy
after the other. Whatever is doubtful of what a look found, Tesseract reads again, line by line: it errs differently.

A number of a known maker whose check digit is right as read convinces at the first look; one that has none (Europe), or
in which a confusion was undone, when two looks or two readers agree and none disagrees. Everything else is asked, never
told. A picture in which the first looks see nothing like a number is not looked at for longer.
"""

from __future__ import annotations

import logging
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from relevo.errors import PermanentError
from relevo.vision import manufacturers, preparing, tesseract, vin
from relevo.vision.rapid import Rapid
from relevo.vision.reading import Reader, Reading, Word
from relevo.vision.tesseract import Tesseract
from relevo.vision.vin import Vin

if TYPE_CHECKING:
    from relevo.vision.picture import Picture
    from relevo.vision.preparing import Remedy
    from relevo.vision.reading import Pixels

_logger = logging.getLogger(__name__)

Verdict = Literal["told", "asked", "none"]

LOOKS_THAT_AGREE = 2
"""Looks that must see the same where no check digit vouches for it as it was read."""
_PIECE = 5
"""Signs in a row by which a word is known to hold a number, though one or two of its signs were mended."""
CONVINCING_TEXT = 0.8
"""Mean confidence from which Tesseract's text is text; below it sees letters in grain."""
CLOSE = 1600
"""Side on which small letters in a large picture are looked for, in pixels."""


@dataclass(frozen=True)
class VinReading:
    """What came of looking for a VIN. `told`: sure enough for the customer; `asked`: a guess to be confirmed; `none`.

    `confidence` is 0 to 1; `seen` counts how many readings saw each number; `readings` are all that were made.
    """

    verdict: Verdict
    vin: Vin | None
    confidence: float
    seen: dict[str, int]
    readings: Sequence[Reading]

    @property
    def best(self) -> Reading | None:
        """The reading with most to say: its letters, each as much as the reader is sure of it."""
        return max(self.readings, key=lambda r: sum(len(w.text) * w.confidence for w in r.words), default=None)


def read_vin(pixels: Pixels, *, seconds: float = 60.0) -> VinReading:
    """The VIN in a picture, and everything that was read on the way. No further look begins after so many seconds."""
    until, seen = time.monotonic() + seconds, _Seen()
    for shown, look in _looks(pixels, seen):
        seen.add(look)
        if seen.sure is not None or time.monotonic() > until:
            break
        if (lines := _doubtful(look)) and tesseract.is_there():
            seen.add(_read_again(shown, lines), confirms=True)
            if seen.sure is not None:
                break
    return seen.verdict


def read_pages(pages: Sequence[Picture], *, seconds: float = 60.0) -> VinReading:
    """The VIN in a picture or in the pages of a document: of several the surest. Looking at all of them takes so long.

    The words a page tells by itself no reader has misread: two looks could not be surer of them.
    """
    until, best = time.monotonic() + seconds, VinReading("none", None, 0.0, {}, ())
    for page in pages:
        if page.pixels is not None:
            found = read_vin(page.pixels, seconds=until - time.monotonic())
        else:
            seen, words = _Seen(), _told(page.text)
            seen.add(words)
            seen.add(words)
            found = replace(seen.verdict, readings=[words])
        readings = [*best.readings, *found.readings]
        better = found if _VERDICTS[found.verdict] > _VERDICTS[best.verdict] else best
        best = replace(better, readings=readings)
        if best.verdict == "told" or time.monotonic() > until:
            break
    return best


_VERDICTS: dict[Verdict, int] = {"none": 0, "asked": 1, "told": 2}


def _told(text: str) -> Reading:
    """A page's own words as a reading, a line below the other."""
    lines = [line for line in text.splitlines() if line.strip()]
    return Reading([Word(line, 1.0, (0, 20 * n, 10 * len(line), 16)) for n, line in enumerate(lines)], "pdf")


class _Seen:
    """What the looks so far saw: how many of them each number, and the best form of each."""

    def __init__(self) -> None:
        self.readings: list[Reading] = []
        self.sure: Vin | None = None
        self.best: dict[str, Vin] = {}
        self._votes: Counter[str] = Counter()
        self._confirming: set[str] = set()
        """Numbers only the second reader saw so far: it confirms, and tells nothing by itself."""

    def add(self, reading: Reading, *, confirms: bool = False) -> None:
        self.readings.append(reading)
        for found in vin.find(reading.lines)[:2]:
            if not confirms:
                self._confirming.discard(found.number)
            elif not self._votes[found.number]:
                self._confirming.add(found.number)
            self._votes[found.number] += 1
            if found.number not in self.best or (found.plausible and not self.best[found.number].plausible):
                self.best[found.number] = found
        sure = _convincing(self._votes, self.best)
        self.sure = None if sure is None or sure.number in self._confirming else sure

    @property
    def verdict(self) -> VinReading:
        if self.sure is not None:
            confidence = _confidence(self._votes[self.sure.number], self.sure)
            return VinReading("told", self.sure, confidence, dict(self._votes), self.readings)
        if not self.best:
            return VinReading("none", None, 0.0, {}, self.readings)
        chosen = max(
            self.best.values(), key=lambda v: (v.plausible, v.check == "right", self._votes[v.number], -len(v.mended))
        )
        doubt = min(0.5, _confidence(self._votes[chosen.number], chosen))
        return VinReading("asked", chosen, doubt, dict(self._votes), self.readings)


def _doubtful(look: Reading) -> list[Word]:
    """The words that hold a number nobody is sure of, where they lie."""
    pieces = {piece for found in vin.find(look.lines)[:2] for piece in _pieces(found.number)}
    return [word for word in look.words if word.corners and _pieces(_signs(word.text)) & pieces]


def _pieces(signs: str) -> set[str]:
    return {signs[n : n + _PIECE] for n in range(len(signs) - _PIECE + 1)}


def _signs(text: str) -> str:
    return "".join(sign for sign in text.upper() if sign.isalnum())


def _read_again(shown: Pixels, lines: Sequence[Word]) -> Reading:
    """The same lines by Tesseract, each cut out and by itself: it errs differently, at a quarter of a look's cost."""
    reader: Reader = Tesseract("line", "eng", vin.ALPHABET)
    words = []
    try:
        for line in lines:
            text = "".join(word.text for word in reader.read(preparing.cut_out(shown, line.corners)).words)
            words += [Word(text, line.confidence, line.box)] if text else []
    except PermanentError:
        _logger.exception("the first reader goes on alone")
    return Reading(words, reader.name)


def _convincing(votes: Mapping[str, int], best: Mapping[str, Vin]) -> Vin | None:
    """The number nobody need be asked about."""
    plausible = [found for found in best.values() if found.plausible]
    candidates = [found for found in plausible if found.check == "right"] or plausible
    if len(candidates) != 1:
        return None
    (found,) = candidates
    if any(votes[other.number] >= votes[found.number] for other in plausible if other is not found):
        return None
    known = manufacturers.name_of(found.number[:3]) is not None
    as_read = known and found.check == "right" and all(read in "IOQ" for _, read, _ in found.mended)
    return found if as_read or votes[found.number] >= LOOKS_THAT_AGREE else None


def _confidence(looks: int, found: Vin) -> float:
    """A right check digit lets one in eleven chance readings pass; another look that agrees halves what is left."""
    alone = {"right": 0.95, "not used": 0.8, "wrong": 0.3}[found.check] - 0.1 * len(found.mended)
    doubt: float = (1 - max(alone, 0.1)) * 0.5 ** (looks - 1)
    return 1 - doubt


def _looks(pixels: Pixels, seen: _Seen) -> Iterator[tuple[Pixels, Reading]]:
    """Looks at the picture, the most promising first, each with the pixels that were looked at."""
    base, rapid = preparing.enlarged(pixels), _first()

    def look(*remedies: Remedy) -> Iterator[tuple[Pixels, Reading]]:
        for remedy in remedies:
            shown = remedy(base)
            yield shown, rapid.read(shown)

    yield from look(*_FIRST)
    if not any(_promising(reading) for reading in seen.readings) and any(reading.words for reading in seen.readings):
        yield from look(*_TURNS)
    if not any(_promising(reading) for reading in seen.readings):
        return
    yield from look(*_THEN)
    if max(base.shape[:2]) > CLOSE:
        yield base, Rapid(CLOSE).read(base)


def _first() -> Reader:
    """The cheap reader, by measurement."""
    return Rapid()


def _promising(reading: Reading) -> bool:
    """Whether something like a VIN, or a piece of one, stands there: signs and digits mixed in one long run."""
    return any(_NUMBERLIKE.search("".join(line.split())) for line in reading.lines)


_NUMBERLIKE = re.compile(r"(?=[A-Z0-9]*[0-9][A-Z0-9]*[0-9])(?=[A-Z0-9]*[A-Z])[A-Z0-9]{9,}")


def _as_it_is(pixels: Pixels) -> Pixels:
    return pixels


_FIRST: tuple[Remedy, ...] = (_as_it_is, preparing.reduced, preparing.evened)
_TURNS: tuple[Remedy, ...] = (preparing.quarter_turned(2), preparing.quarter_turned(1), preparing.quarter_turned(3))
_THEN: tuple[Remedy, ...] = (preparing.deskewed, preparing.denoised)


def read_text(pixels: Pixels) -> Reading:
    """Everything written in a picture: RapidOCR; where it sees nothing, Tesseract, if it is there and sure."""
    base = preparing.enlarged(pixels)
    first = _first().read(base)
    if first.words or not tesseract.is_there():
        return first
    second: Reader = Tesseract("sparse")
    found = second.read(preparing.grey(base))
    return found if found.confidence >= CONVINCING_TEXT else first
