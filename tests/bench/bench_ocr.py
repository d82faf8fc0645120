"""Reading pictures: CPU seconds a picture by level, the peak of memory, how many numbers were told, asked, wrong."""

from __future__ import annotations

import os
import resource
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from infra import tesseract
from infra.pictures.corpus import corpus
from relevo.vision import open_picture, read_vin

_PICTURES = 30


def run() -> Iterator[dict[str, Any]]:
    """The first pictures of the corpus, a third of each level; models are loaded before. The whole: docs/vision.md."""
    os.environ.setdefault("RELEVO_TESSERACT", str(tesseract.BUILT / tesseract.here()))
    samples = list(corpus(_PICTURES))
    read_vin(open_picture(samples[0].data))
    seconds: dict[str, list[float]] = defaultdict(list)
    outcomes: Counter[str] = Counter()
    for sample in samples:
        began = _spent()
        found = read_vin(open_picture(sample.data))
        seconds[sample.level].append(_spent() - began)
        told = found.verdict == "told" and found.vin is not None
        right = found.vin is not None and found.vin.number == sample.truth
        outcomes[("exact" if right else "wrong") if told else found.verdict] += 1
    for level, spent in seconds.items():
        yield {"name": f"ocr.{level}.cpu", "value": round(statistics.mean(spent), 3), "unit": "CPU s/picture"}
    for outcome in ("exact", "asked", "none", "wrong"):
        yield {"name": f"ocr.{outcome}", "value": outcomes[outcome], "unit": f"of {_PICTURES}"}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield {"name": "ocr.peak", "value": round(peak), "unit": "MB"}


def _spent() -> float:
    """Seconds of CPU so far, those of decoders and of Tesseract included."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
