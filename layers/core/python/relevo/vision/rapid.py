"""RapidOCR: the PP-OCR models on onnxruntime, inside their wheel. Better on photos than Tesseract, and no slower."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from relevo.vision.reading import Reading, Word

if TYPE_CHECKING:
    from relevo.vision.reading import Pixels

_THREADS = 2


class Rapid:
    """Finds text anywhere in a picture, tilted too. `side` is the longer side, in pixels, on which it is looked for."""

    name = "rapidocr"
    SIDE = 960
    """RapidOCR's own default enlarges flat pictures to four times the work, and reads blurred ones worse."""

    def __init__(self, side: int = SIDE) -> None:
        self._side = side

    def read(self, pixels: Pixels) -> Reading:
        import numpy as np

        image = pixels if pixels.ndim == 3 else np.repeat(pixels[:, :, None], 3, axis=2)
        found = _engine(self._side)(np.ascontiguousarray(image[:, :, ::-1]))
        if found.txts is None or found.boxes is None:
            return Reading((), self.name)
        words = [
            Word(text.strip(), float(sure), _upright(box), tuple((float(x), float(y)) for x, y in box))
            for box, text, sure in zip(found.boxes, found.txts, found.scores, strict=True)
            if text.strip()
        ]
        return Reading(words, self.name)


def _upright(corners: Any) -> tuple[int, int, int, int]:
    left, top = corners.min(axis=0)
    right, bottom = corners.max(axis=0)
    return int(left), int(top), int(right - left), int(bottom - top)


@lru_cache(maxsize=2)
def _engine(side: int) -> Any:
    """Without the classifier of upside-down lines: the cascade turns pictures itself, when nothing was found."""
    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.WARNING)
    return RapidOCR(
        params={
            "Global.log_level": "warning",
            "Global.use_cls": False,
            "Det.limit_type": "max",
            "Det.limit_side_len": side,
            "EngineConfig.onnxruntime.intra_op_num_threads": _THREADS,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
