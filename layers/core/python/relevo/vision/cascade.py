"""Reading a picture by the cheapest means that convinces; how it was chosen by measuring tells docs/vision.md.

For a VIN: RapidOCR on the picture as it is, then on the picture made clearer, one remedy after the other, and Tesseract
at last where something doubtful was found: it sees little on photos, and errs differently. A number of a known maker
whose check digit is right as read convinces at the first look; one that has none (Europe), or in which a confusion was
undone, when two looks at different pixels agree and none disagrees. Everything else is asked, never told. A picture in
which the first looks see nothing like a number is not looked at for longer.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from relevo.vision import manufacturers, preparing, tesseract, vin
from relevo.vision.rapid import Rapid
from relevo.vision.reading import Reader, Reading
from relevo.vision.tesseract import Tesseract
from relevo.vision.vin import Vin

if TYPE_CHECKING:
    from relevo.vision.preparing import Remedy
    from relevo.vision.reading import Pixels

Verdict = Literal["told", "asked", "none"]

LOOKS_THAT_AGREE = 2
"""Looks that must see the same where no check digit vouches for it as it was read."""
CLOSE = 1600
"""Side on which small letters in a large picture are looked for, in pixels."""
CONVINCING_TEXT = 0.9
"""Mean confidence from which Tesseract's text needs no second reader."""


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
    until = time.monotonic() + seconds
    votes: Counter[str] = Counter()
    best: dict[str, Vin] = {}
    readings: list[Reading] = []
    for reading in _looks(pixels, readings, best):
        readings.append(reading)
        for found in vin.find(reading.lines)[:2]:
            votes[found.number] += 1
            if found.number not in best or (found.plausible and not best[found.number].plausible):
                best[found.number] = found
        if (sure := _convincing(votes, best)) is not None:
            return VinReading("told", sure, _confidence(votes[sure.number], sure), dict(votes), readings)
        if time.monotonic() > until:
            break
    if not best:
        return VinReading("none", None, 0.0, {}, readings)
    chosen = max(best.values(), key=lambda v: (v.plausible, v.check == "right", votes[v.number], -len(v.mended)))
    doubt = min(0.5, _confidence(votes[chosen.number], chosen))
    return VinReading("asked", chosen, doubt, dict(votes), readings)


def _convincing(votes: Mapping[str, int], best: Mapping[str, Vin]) -> Vin | None:
    """The number nobody need be asked about."""
    plausible = [found for found in best.values() if found.plausible]
    candidates = [found for found in plausible if found.check == "right"] or plausible
    if len(candidates) != 1:
        return None
    (found,) = candidates
    known = manufacturers.name_of(found.number[:3]) is not None
    as_read = known and found.check == "right" and all(read in "IOQ" for _, read, _ in found.mended)
    return found if as_read or votes[found.number] >= LOOKS_THAT_AGREE else None


def _confidence(looks: int, found: Vin) -> float:
    """A right check digit lets one in eleven chance readings pass; another look that agrees halves what is left."""
    alone = {"right": 0.95, "not used": 0.8, "wrong": 0.3}[found.check] - 0.1 * len(found.mended)
    doubt: float = (1 - max(alone, 0.1)) * 0.5 ** (looks - 1)
    return 1 - doubt


def _looks(pixels: Pixels, before: Sequence[Reading], found: Mapping[str, Vin]) -> Iterator[Reading]:
    """Looks at the picture, the most promising first; `before` and `found` fill with what they saw."""
    base = preparing.enlarged(pixels)
    rapid = Rapid()
    for remedy in _FIRST:
        yield rapid.read(remedy(base))
    if not any(_promising(reading) for reading in before):
        yield from (rapid.read(turn(base)) for turn in _TURNS if any(reading.words for reading in before))
    if not any(_promising(reading) for reading in before):
        return
    for remedy in _THEN:
        yield rapid.read(remedy(base))
    if max(base.shape[:2]) > CLOSE:
        yield Rapid(CLOSE).read(base)
    if found and tesseract.is_there():
        yield Tesseract("sparse").read(preparing.grey(base))


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
    """Everything written in a picture: Tesseract where it is sure, else RapidOCR."""
    base = preparing.enlarged(pixels)
    first = _first(Tesseract("block"), base) if tesseract.is_there() else None
    if first is not None and first.confidence >= CONVINCING_TEXT:
        return first
    second = Rapid().read(base)
    return second if first is None or second.words else first


def _first(reader: Reader, pixels: Pixels) -> Reading:
    return reader.read(preparing.grey(pixels))
