"""How reports look: the company's colour and logo."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from relevo import objects
from relevo.db import UnitOfWork
from relevo.errors import PermanentError
from relevo.insight.reports.document import Document
from relevo.observability import logger
from relevo.platform import Definition, value

_LOGO_BYTES = 2_000_000
_READABLE = 4.5
"""The contrast (WCAG) from which white letters are read on a colour."""


class Look(BaseModel):
    """`color` is what headings and charts are drawn in; `logo` names a PNG or JPEG in the media bucket."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    color: Annotated[str, Field(pattern="^#[0-9a-fA-F]{6}$")] = "#0f766e"
    logo: Annotated[str, Field(pattern=r"^logos/[\w.-]+$", max_length=200)] | None = None


LOOK: Definition[Look] = Definition("reports.look", "object", Look, Look)

INK, FAINT, RULE, BAND = "#1b2430", "#5d6878", "#d8dee7", "#f3f6fa"
GOOD, BAD, SECOND = "#15803d", "#b91c1c", "#94a3b8"


@dataclass(frozen=True, slots=True)
class Style:
    """What a report is drawn with: its colour, a pale one of the same hue, and the logo's bytes."""

    color: str
    pale: str
    logo: bytes | None = None


def style(uow: UnitOfWork) -> Style:
    """The company's look; the first branch with a logo lends its own where none is set."""
    chosen = value(uow, LOOK)
    key = chosen.logo
    if key is None:
        row = uow.one("SELECT logo FROM inbox.branch WHERE logo IS NOT NULL ORDER BY id LIMIT 1")
        key = row["logo"] if row else None
    color = readable(chosen.color)
    return Style(color, mixed(color, "#ffffff", 0.86), _logo(key) if key else None)


def _logo(key: str) -> bytes | None:
    """A report without its logo is better than none."""
    try:
        return objects.bucket().get(key, _LOGO_BYTES)
    except PermanentError as error:
        logger.error("reports go without their logo", key=key, error=str(error))
        return None


def readable(color: str) -> str:
    """The colour, darkened until white letters can be read on it."""
    while _contrast_to_white(color) < _READABLE:
        color = mixed(color, "#000000", 0.08)
    return color


def mixed(color: str, other: str, part: float) -> str:
    """So much of another colour in one."""
    pairs = zip(_channels(color), _channels(other), strict=True)
    return "#" + "".join(f"{round(mine + (theirs - mine) * part):02x}" for mine, theirs in pairs)


def _channels(color: str) -> list[int]:
    return [int(each, 16) for each in re.findall("..", color[1:])]


def _contrast_to_white(color: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in _channels(color))]
    luminance = sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return 1.05 / (luminance + 0.05)


def zone_of(document: Document) -> ZoneInfo:
    """The zone its days are of."""
    return ZoneInfo(document.timezone)
