"""What a reader of pictures gives: words where they stand, each with how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]
    """Rows, columns and red, green, blue; or rows and columns of grey."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word, how sure the reader is of it (0 to 1), and its box: left, top, width, height in pixels.

    `corners`, from the upper left on with the clock, where the reader tells how it lies.
    """

    text: str
    confidence: float
    box: tuple[int, int, int, int]
    corners: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Reading:
    """The words of a picture in reading order, and which reader saw them."""

    words: Sequence[Word]
    reader: str

    @cached_property
    def lines(self) -> list[str]:
        """The words as lines: those whose middles stand at the same height, from left to right."""
        rows: list[list[Word]] = []
        for word in sorted(self.words, key=lambda w: (w.box[1] + w.box[3] / 2, w.box[0])):
            middle = word.box[1] + word.box[3] / 2
            if rows and abs(middle - _middle(rows[-1])) < 0.6 * max(word.box[3], 1):
                rows[-1].append(word)
            else:
                rows.append([word])
        return [" ".join(w.text for w in sorted(row, key=lambda w: w.box[0])) for row in rows]

    @property
    def text(self) -> str:
        """Everything, a line a line."""
        return "\n".join(self.lines)

    @property
    def confidence(self) -> float:
        """The mean over the words, weighted by their length; 0 where nothing was read."""
        letters = sum(len(word.text) for word in self.words)
        return sum(word.confidence * len(word.text) for word in self.words) / letters if letters else 0.0


def _middle(row: list[Word]) -> float:
    return sum(word.box[1] + word.box[3] / 2 for word in row) / len(row)


class Reader(Protocol):
    """One way to read a picture."""

    name: str

    def read(self, pixels: Pixels) -> Reading:
        """What stands in the picture; no words where it finds none."""
        ...
