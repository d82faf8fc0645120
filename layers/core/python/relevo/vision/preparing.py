"""Making text stand out, one remedy at a time, from the cheapest on: contrast, scale, turning, unevenly lit plates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from relevo.vision.reading import Pixels

Remedy = Callable[["Pixels"], "Pixels"]

_LETTERS = 48
"""Pixels a line is made high for a reader that is given it alone."""
_SMALL = 1000
"""Pictures whose longer side is below this are enlarged: the readers were trained on letters some 30 pixels high."""


def grey(pixels: Pixels) -> Pixels:
    """Without colour."""
    import cv2

    shades: Pixels = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    return shades


def enlarged(pixels: Pixels) -> Pixels:
    """A small picture made larger; others as they are."""
    import cv2

    factor = min(3.0, 1600 / max(pixels.shape[:2]))
    if max(pixels.shape[:2]) >= _SMALL:
        return pixels
    larger: Pixels = cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    return larger


def evened(pixels: Pixels) -> Pixels:
    """Local contrast raised (CLAHE): low light, shadows, engraving."""
    import cv2

    clear: Pixels = cv2.createCLAHE(clipLimit=3.0, tileGridSize=(8, 8)).apply(grey(pixels))
    return clear


def reduced(pixels: Pixels) -> Pixels:
    """Made smaller, which takes out grain and blur alike: letters keep their shape at a quarter of the pixels."""
    import cv2

    smaller: Pixels = cv2.resize(pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return smaller


def denoised(pixels: Pixels) -> Pixels:
    """Grain taken out, edges kept, then local contrast."""
    import cv2

    return evened(cv2.fastNlMeansDenoising(grey(pixels), h=12, templateWindowSize=5, searchWindowSize=15))


def deskewed(pixels: Pixels) -> Pixels:
    """Turned so that most edges of letters lie level; up to 15 degrees, by the spread of row sums."""
    import cv2
    import numpy as np

    small = grey(pixels)
    small = cv2.resize(small, None, fx=400 / max(small.shape), fy=400 / max(small.shape), interpolation=cv2.INTER_AREA)
    ink = cv2.morphologyEx(small, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)).astype(np.float32)

    def spread(angle: float) -> float:
        return float(np.var(_turned(ink, angle).sum(axis=1)))

    best = max(np.arange(-15, 15.1, 1.0), key=spread)
    best = max(np.arange(best - 0.8, best + 0.81, 0.2), key=spread)
    return pixels if abs(best) < 0.5 else _turned(pixels, float(best))


def _turned(pixels: Pixels, degrees: float) -> Pixels:
    import cv2

    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    edge = cv2.BORDER_REPLICATE
    turned: Pixels = cv2.warpAffine(pixels, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=edge)
    return turned


def cut_out(pixels: Pixels, corners: Sequence[tuple[float, float]]) -> Pixels:
    """What stands between four corners, laid level, with a little around it, in grey and of a reader's best height."""
    import cv2
    import numpy as np

    upper_left, upper_right, _, lower_left = square = np.asarray(corners, np.float32)
    along, down = upper_right - upper_left, lower_left - upper_left
    width, height = max(float(np.linalg.norm(along)), 1.0), max(float(np.linalg.norm(down)), 1.0)
    margin = 0.25 * height
    x, y = along / width * margin, down / height * margin
    wider = (square + np.stack([-x - y, x - y, x + y, -x + y])).astype(np.float32)
    scale = _LETTERS / height
    size = (max(int((width + 2 * margin) * scale), 1), max(int((height + 2 * margin) * scale), 1))
    level = np.asarray([(0, 0), (size[0], 0), size, (0, size[1])], np.float32)
    matrix = cv2.getPerspectiveTransform(wider, level)
    edge = cv2.BORDER_REPLICATE
    line: Pixels = cv2.warpPerspective(grey(pixels), matrix, size, flags=cv2.INTER_CUBIC, borderMode=edge)
    return line


def quarter_turned(times: int) -> Remedy:
    """Turned by so many right angles, against the clock."""

    def turn(pixels: Pixels) -> Pixels:
        import numpy as np

        return np.ascontiguousarray(np.rot90(pixels, times))

    return turn
