"""What happens to a picture between a number and a support desk: angle, blur, grain, light, compression."""

from __future__ import annotations

import io
import random
from typing import Any

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter, ImageOps

_MEASURES: dict[str, dict[str, tuple[float, float]]] = {
    "clean": {"angle": (-0.5, 0.5), "skew": (0, 0), "blur": (0, 0.3), "grain": (0, 2), "light": (0.95, 1.05)},
    "mild": {"angle": (-3, 3), "skew": (0, 0.03), "blur": (0.2, 1.1), "grain": (2, 10), "light": (0.7, 1.2)},
    "hard": {"angle": (-12, 12), "skew": (0.03, 0.1), "blur": (1.0, 2.2), "grain": (8, 22), "light": (0.35, 0.8)},
}
_JPEG = {"clean": (90, 95), "mild": (60, 90), "hard": (25, 55)}
_SCALE = {"clean": (0.9, 1.0), "mild": (0.7, 1.0), "hard": (0.55, 0.9)}


def disturb(image: Image.Image, level: str, chance: random.Random) -> Image.Image:
    """As a hand, a lens and a sensor of this quality would have it."""
    measures = {name: chance.uniform(*span) for name, span in _MEASURES[level].items()}
    image = _seen_askew(image, measures["skew"], chance)
    image = image.rotate(measures["angle"], expand=True, resample=Image.Resampling.BICUBIC, fillcolor=(120, 120, 120))
    image = image.filter(ImageFilter.GaussianBlur(measures["blur"]))
    image = ImageEnhance.Brightness(image).enhance(measures["light"])
    if level == "hard":
        image = _in_shadow(image, chance)
    scale = chance.uniform(*_SCALE[level])
    image = image.resize((int(image.width * scale), int(image.height * scale)), Image.Resampling.LANCZOS)
    return _grained(image, measures["grain"], chance)


def as_jpeg(image: Image.Image, level: str, chance: random.Random) -> bytes:
    """The file a phone would send."""
    file = io.BytesIO()
    image.save(file, "JPEG", quality=chance.randint(*_JPEG[level]))
    return file.getvalue()


def brushed(image: Image.Image, chance: random.Random) -> Image.Image:
    """The grain of brushed metal: long streaks along the plate."""
    noise = _random(chance).normal(0, 14, (image.height, 1)) + _random(chance).normal(0, 5, (image.height, image.width))
    return _shifted(image, noise)


def _seen_askew(image: Image.Image, amount: float, chance: random.Random) -> Image.Image:
    """From the side: one edge farther away than the other."""
    if not amount:
        return image
    image = ImageOps.expand(image, max(1, int(amount * max(image.size))), fill=(120, 120, 120))  # nothing is cut off
    w, h = image.size
    dx, dy = (chance.uniform(-amount, amount) * side for side in (w, h))
    corners = (dx, dy, -dx, h - dy, w + dx, h + dy, w - dx, -dy)
    return image.transform(image.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC, fillcolor=(120,) * 3)


def _in_shadow(image: Image.Image, chance: random.Random) -> Image.Image:
    """Light that falls off across the picture."""
    across = np.linspace(1.0, chance.uniform(0.45, 0.9), image.width)
    if chance.random() < 0.5:
        across = across[::-1]
    return Image.fromarray(np.clip(np.asarray(image) * across[None, :, None], 0, 255).astype(np.uint8))


def _grained(image: Image.Image, amount: float, chance: random.Random) -> Image.Image:
    return _shifted(image, _random(chance).normal(0, amount, (image.height, image.width)))


def _shifted(image: Image.Image, noise: Any) -> Image.Image:
    return Image.fromarray(np.clip(np.asarray(image, dtype=np.float64) + noise[:, :, None], 0, 255).astype(np.uint8))


def _random(chance: random.Random) -> np.random.Generator:
    return np.random.default_rng(chance.getrandbits(32))
