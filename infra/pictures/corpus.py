"""A corpus of VIN pictures: print, stickers, stamped plates, screenshots; clean, mildly disturbed and hard.

Every picture follows from the seed alone. `python -m infra.pictures FOLDER [COUNT]` writes it with its `truth.csv`, in
the form `relevo evaluate vin` and `text` take.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import font_manrope
import font_roboto
import font_source_sans_pro
import font_source_serif_pro
from PIL import Image, ImageDraw, ImageFont

from infra.pictures import disturbances
from relevo.vision import vin

SEED = 20260101
Level = Literal["clean", "mild", "hard"]
LEVELS: tuple[Level, ...] = ("clean", "mild", "hard")

FONTS = (
    font_roboto.Roboto,
    font_roboto.RobotoBold,
    font_manrope.ManropeMedium,
    font_source_sans_pro.SourceSansProSemibold,
    font_source_serif_pro.SourceSerifProSemibold,
)
_STARTS = """
    3N1CN7AP 5N1AT2MV 1HGCM826 2HGFC2F5 3VWD17AJ 1VWAP7A3 2T1BURHE 4T1BF1FK 5YFBURHE JM1BL1SF 3MZBM1V7 3FA6P0HD
    1FTEW1EP 1FADP3K2 1G1PC5SB 3G1TC5CF 3GCUKREC KMHDU46D 5NPDH4AE 3KPA24AB 3KPFL4A7 1C4RJFAG 1C6RR7FT 2C3CDXBG
    JN1AZ4EH LSGHD52H LJ1EKABR
"""
STARTS = tuple(_STARTS.split())
EUROPEAN = ("WVWZZZ1K", "WBA3A5C5", "WDD2050", "VF1RFB00", "VSSZZZ5F", "ZFA31200", "SALGA2EF", "TMBJG7NE")
"""Makers whose ninth sign is no check digit."""
LABELS = ("VIN", "VIN:", "NIV", "No. de serie", "Número de serie:", "V.I.N.", "CHASIS", "")
OTHER_LINES = ("NISSAN MEXICANA S.A. DE C.V.", "MFD BY HONDA OF AMERICA", "GVWR 1620 KG", "MODELO 2018", "COLOR: KH3")
OTHER_LINES += (
    "TARJETA DE CIRCULACIÓN",
    "PLACA: ABC-12-34",
    "HECHO EN MÉXICO",
    "TIRE SIZE P185/65R15",
    "MOTOR HR16 1.6L",
)


@dataclass(frozen=True)
class Sample:
    """A picture as a file, the VIN in it, all that is written in it, and how hard it was made to read."""

    name: str
    truth: str
    text: str
    level: Level
    data: bytes


def corpus(count: int = 300, seed: int = SEED) -> Iterator[Sample]:
    """`count` pictures, a third of each level."""
    for n in range(count):
        chance = random.Random(f"{seed}:{n}")
        level = LEVELS[n % 3]
        number = a_vin(chance)
        paint = chance.choice(PAINTERS)
        told: list[str] = []
        image = disturbances.disturb(paint(number, chance, told), level, chance)
        name, data = f"{n:04}_{level}_{paint.__name__}.jpg", disturbances.as_jpeg(image, level, chance)
        yield Sample(name, number, " ".join(told), level, data)


def write(folder: Path, count: int = 300, seed: int = SEED) -> None:
    """The corpus as files, with `truth.csv` (file, vin, text, level)."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "truth.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(("file", "vin", "text", "level"))
        for sample in corpus(count, seed):
            (folder / sample.name).write_bytes(sample.data)
            rows.writerow((sample.name, sample.truth, sample.text, sample.level))


def a_vin(chance: random.Random) -> str:
    """A number of sound structure: one in six European, all others with their check digit."""
    european = chance.random() < 1 / 6
    start = chance.choice(EUROPEAN if european else STARTS)
    signs = list(start + "".join(chance.choice(vin.ALPHABET) for _ in range(13 - len(start))))
    signs[9] = chance.choice("ABCDEFGHJKLMNPRSTVWXY")
    number = "".join(signs) + "".join(chance.choice("0123456789") for _ in range(4))
    return number if european else number[:8] + vin.check_digit(number) + number[9:]


# ------------------------------------------------------------------------------------------------------------ painters


def printed(number: str, chance: random.Random, told: list[str]) -> Image.Image:
    """A line on paper, with its label and other lines around it; at times spaced, at times over two lines."""
    image = _sheet(chance, (chance.randint(900, 1400), chance.randint(350, 700)), light=chance.randint(215, 255))
    size = chance.randint(30, 54)
    y = _lines(image, chance, told, chance.randint(1, 3), size)
    text = chance.choice((number, number, f"{number[:3]} {number[3:9]} {number[9:]}"))
    label = chance.choice(LABELS)
    if chance.random() < 0.15:
        cut = chance.randint(8, 12)
        _write(image, chance, told, (40, y), f"{label} {number[:cut]}".strip(), size)
        _write(image, chance, told, (40, y + int(size * 1.4)), number[cut:], size)
    else:
        _write(image, chance, told, (40, y), f"{label} {text}".strip(), size)
    return image


def sticker(number: str, chance: random.Random, told: list[str]) -> Image.Image:
    """The sticker of a door frame: a barcode, small print, the number under it."""
    image = _sheet(chance, (1100, 560), light=245)
    draw = ImageDraw.Draw(image)
    _lines(image, chance, told, 3, 26)
    x = 60
    while x < 1020:
        width = chance.choice((3, 3, 6, 9))
        draw.rectangle((x, 260, x + width, 370), fill="black")
        x += width + chance.choice((3, 6, 9))
    _write(image, chance, told, (150, 390), f"*{number}*" if chance.random() < 0.3 else number, chance.randint(44, 56))
    return image


def plate(number: str, chance: random.Random, told: list[str]) -> Image.Image:
    """Stamped metal behind a windscreen: letters hardly darker than the plate, light along their edges."""
    shade = chance.randint(70, 170)
    image = Image.new("RGB", (1200, 300), (shade, shade, shade + chance.randint(0, 15)))
    font = ImageFont.truetype(chance.choice(FONTS[:3]), chance.randint(58, 76))
    draw, step = ImageDraw.Draw(image), chance.randint(56, 64)
    depth = chance.randint(45, 80)
    told.append(number)
    for n, sign in enumerate(number):
        place = (60 + n * step, 110 + chance.randint(-2, 2))
        draw.text((place[0] + 2, place[1] + 2), sign, font=font, fill=(shade + depth,) * 3)
        draw.text(place, sign, font=font, fill=(max(shade - depth, 0),) * 3)
    return disturbances.brushed(image, chance)


def screenshot(number: str, chance: random.Random, told: list[str]) -> Image.Image:
    """A chat or a listing on a phone: small letters, exact pixels, light or dark."""
    dark = chance.random() < 0.5
    image = Image.new("RGB", (720, chance.randint(700, 1100)), (24, 30, 36) if dark else (240, 242, 245))
    draw = ImageDraw.Draw(image)
    ink = (235, 235, 235) if dark else (20, 20, 20)
    font = ImageFont.truetype(font_roboto.Roboto, chance.randint(26, 32))
    y = 80
    for line in (
        *chance.sample(OTHER_LINES, 3),
        "Me pasas el precio de la bomba de agua?",
        f"Este es el NIV: {number}",
    ):
        draw.rounded_rectangle((24, y, 700, y + 60), 16, fill=(40, 60, 50) if dark else (220, 248, 198))
        draw.text((40, y + 12), line, font=font, fill=ink)
        told.append(line)
        y += chance.randint(80, 110)
    return image


PAINTERS: tuple[Callable[[str, random.Random, list[str]], Image.Image], ...] = (
    printed,
    printed,
    sticker,
    plate,
    screenshot,
)


def _sheet(chance: random.Random, size: tuple[int, int], light: int) -> Image.Image:
    return Image.new("RGB", size, tuple(max(0, light - chance.randint(0, 20)) for _ in range(3)))


def _lines(image: Image.Image, chance: random.Random, told: list[str], count: int, size: int) -> int:
    y = 40
    for line in chance.sample(OTHER_LINES, count):
        _write(image, chance, told, (40, y), line, size)
        y += int(size * 1.5)
    return y


def _write(
    image: Image.Image, chance: random.Random, told: list[str], place: tuple[int, int], text: str, size: int
) -> None:
    """A line of this size, or as small as it must be to fit: what is not in the picture nobody can read."""
    told.append(text)
    face = chance.choice(FONTS)
    font = ImageFont.truetype(face, size)
    if (width := font.getlength(text)) > (room := image.width - place[0] - 20):
        font = ImageFont.truetype(face, int(size * room / width))
    ImageDraw.Draw(image).text(place, text, font=font, fill=(chance.randint(0, 60),) * 3)
