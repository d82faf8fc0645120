"""Reading a picture by the cheapest means that convinces.

For a VIN: Tesseract on the picture as it is; then RapidOCR, which confirms what Tesseract saw or finds what it missed;
then RapidOCR again on the picture made clearer, one remedy after the other. What two readings agree on is surer than
what one saw; a number with a wrong check digit, one that had to be guessed, or two readings that contradict each other
are asked, never told. The order and the thresholds were chosen by measuring (docs/vision.md).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from relevo.vision import preparing, tesseract, vin
from relevo.vision.rapid import Rapid
from relevo.vision.reading import Reader, Reading
from relevo.vision.tesseract import Tesseract
from relevo.vision.vin import Vin

if TYPE_CHECKING:
    from relevo.vision.preparing import Remedy
    from relevo.vision.reading import Pixels

Verdict = Literal["told", "asked", "none"]

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
    votes: dict[str, list[str]] = {}
    best: dict[str, Vin] = {}
    readings: list[Reading] = []
    for reading in _readings(pixels):
        readings.append(reading)
        for found in vin.find(reading.lines)[:2]:
            votes.setdefault(found.number, []).append(reading.reader)
            if found.number not in best or (found.plausible and not best[found.number].plausible):
                best[found.number] = found
        if (sure := _convincing(votes, best)) is not None:
            return VinReading("told", sure, _confidence(votes[sure.number], sure), _counted(votes), readings)
        if time.monotonic() > until:
            break
    if not best:
        return VinReading("none", None, 0.0, {}, readings)
    chosen = max(best.values(), key=lambda v: (v.plausible, v.check == "right", len(votes[v.number]), -len(v.mended)))
    doubt = min(0.5, _confidence(votes[chosen.number], chosen))
    return VinReading("asked", chosen, doubt, _counted(votes), readings)


def _counted(votes: dict[str, list[str]]) -> dict[str, int]:
    return {number: len(readers) for number, readers in votes.items()}


def _convincing(votes: dict[str, list[str]], best: dict[str, Vin]) -> Vin | None:
    """The number nobody need be asked about.

    Either its check digit is right as read (and no other's), or both readers, which err differently, agree on it. One
    reader that repeats itself over clearer pictures proves nothing.
    """
    plausible = [found for found in best.values() if found.plausible]
    checked = [found for found in plausible if found.check == "right"]
    candidates = checked or plausible
    if len(candidates) != 1:
        return None
    (found,) = candidates
    as_read = found.check == "right" and all(read in "IOQ" for _, read, _ in found.mended)
    return found if as_read or len(set(votes[found.number])) > 1 else None


def _confidence(readers: Sequence[str], found: Vin) -> float:
    """A right check digit lets one in eleven chance readings pass; another reader that agrees divides what is left."""
    alone = {"right": 0.95, "not used": 0.8, "wrong": 0.3}[found.check] - 0.1 * len(found.mended)
    doubt: float = (1 - max(alone, 0.1)) * 0.25 ** (len(set(readers)) - 1)
    return 1 - doubt


def _readings(pixels: Pixels) -> Iterator[Reading]:
    """Readings of the picture, the cheapest first."""
    base = preparing.enlarged(pixels)
    if tesseract.is_there():
        yield Tesseract("sparse").read(preparing.grey(base))
    rapid = Rapid()
    for remedy in _REMEDIES:
        yield rapid.read(remedy(base))


def _as_it_is(pixels: Pixels) -> Pixels:
    return pixels


_REMEDIES: tuple[Remedy, ...] = (
    _as_it_is,
    preparing.evened,
    preparing.deskewed,
    preparing.sharpened,
    preparing.denoised,
    preparing.quarter_turned(1),
    preparing.quarter_turned(3),
)


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
