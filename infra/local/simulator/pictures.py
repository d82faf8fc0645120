"""Pictures of products nobody has photographed: what a catalogue's links lead to on the laptop."""

from __future__ import annotations

import colorsys
import io
import zlib
from functools import lru_cache

SIDE = 480
"""Pixels."""


@lru_cache(maxsize=64)
def draw(code: str) -> bytes:
    """A PNG of a parcel that bears the code, in a colour the code always gives."""
    from PIL import Image, ImageDraw, ImageFont

    hue = zlib.crc32(code.encode()) % 360 / 360
    light, dark = (tuple(round(part * 255) for part in colorsys.hls_to_rgb(hue, level, 0.4)) for level in (0.88, 0.35))
    picture = Image.new("RGB", (SIDE, SIDE), light)
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(size=44)
    pen.rounded_rectangle((70, 120, SIDE - 70, SIDE - 90), radius=18, fill="white", outline=dark, width=8)
    pen.line((SIDE // 2, 120, SIDE // 2, 200), fill=dark, width=8)
    pen.text((SIDE // 2, 285), code[:16], fill=dark, font=font, anchor="mm")
    drawn = io.BytesIO()
    picture.save(drawn, "PNG", optimize=True)
    return drawn.getvalue()
