"""RapidOCR: the PP-OCR models on onnxruntime, inside their wheel. Slower than Tesseract, far better on photos."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from relevo.vision.reading import Reading, Word

if TYPE_CHECKING:
    from relevo.vision.reading import Pixels

_THREADS = 2


class Rapid:
    """Finds text anywhere in a picture, tilted too."""

    name = "rapidocr"

    def read(self, pixels: Pixels) -> Reading:
        import numpy as np

        image = pixels if pixels.ndim == 3 else np.repeat(pixels[:, :, None], 3, axis=2)
        found = _engine()(np.ascontiguousarray(image[:, :, ::-1]))
        if found.txts is None or found.boxes is None:
            return Reading((), self.name)
        words = [
            Word(text.strip(), float(sure), _upright(box))
            for box, text, sure in zip(found.boxes, found.txts, found.scores, strict=True)
            if text.strip()
        ]
        return Reading(words, self.name)


def _upright(corners: Any) -> tuple[int, int, int, int]:
    left, top = corners.min(axis=0)
    right, bottom = corners.max(axis=0)
    return int(left), int(top), int(right - left), int(bottom - top)


@lru_cache(maxsize=1)
def _engine() -> Any:
    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.WARNING)
    threads = {
        "EngineConfig.onnxruntime.intra_op_num_threads": _THREADS,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    }
    return RapidOCR(params={"Global.log_level": "warning", **threads})
