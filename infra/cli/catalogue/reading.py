"""Products of a file one by one, however long it is: a JSON array, JSON lines, or CSV."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple, TextIO

PIECE = 1 << 16
"""Characters read at a time."""
LONGEST = 1 << 20
"""Characters one product may take."""
_SPACE = re.compile(r"\s*")
_MONEY = re.compile(r"\$?\s*(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?")
_FIT = re.compile(r"([^/]+)(?:/([^/]*))?(?:/\s*(\d{4})(?:\s*-\s*(\d{4}))?\s*)?")
_IMAGE = re.compile(r"image_\d+")


class Entry(NamedTuple):
    """A product as the file tells it, and the line it begins on; `wrong` says why it could not be read."""

    line: int
    row: dict[str, Any]
    wrong: str | None = None


class Broken(Exception):
    """From here on the file cannot be read; the message says where and why."""


def entries(text: TextIO, *, is_csv: bool) -> Iterator[Entry]:
    """The products of a file, opened without translation of line ends, in order. Raises Broken where nothing after can
    be read, OSError, and UnicodeDecodeError."""
    if is_csv:
        yield from _of_csv(text)
        return
    is_array = text.read(1 << 10).lstrip().startswith("[")
    text.seek(0)
    yield from _of_array(text) if is_array else _of_lines(text)


# -------------------------------------------------------------------------------------------------------------- JSON

_DECODER = json.JSONDecoder(parse_float=Decimal)


def _of_lines(text: TextIO) -> Iterator[Entry]:
    for number, line in enumerate(text, 1):
        if not line.strip():
            continue
        try:
            yield _entry(number, _DECODER.decode(line.strip()))
        except (ValueError, RecursionError) as error:
            yield Entry(number, {}, f"no JSON: {error}")


def _entry(line: int, found: Any) -> Entry:
    if not isinstance(found, dict):
        return Entry(line, {}, "no product: expected {…}")
    # Numbers with a point stay as they stand in the file, so that no cent is lost on the way.
    row = {name: str(value) if isinstance(value, Decimal) else value for name, value in found.items()}
    try:
        json.dumps(row, ensure_ascii=False).encode()
    except (TypeError, ValueError) as error:
        return Entry(line, {}, f"holds what no text can: {error}")
    return Entry(line, row)


class _Window:
    """The part of a file that is being read, and the line it begins on."""

    def __init__(self, text: TextIO) -> None:
        self._source, self.text, self.at, self.line = text, "", 0, 1

    def more(self) -> bool:
        """Read on; False at the end."""
        piece = self._source.read(PIECE)
        self.text, self.at = self.text[self.at :] + piece, 0
        return bool(piece)

    def skip(self, to: int) -> None:
        self.line += self.text.count("\n", self.at, to)
        self.at = to

    def next_sign(self) -> str:
        """The next sign that is no space, not taken; empty at the end."""
        while True:
            found = _SPACE.match(self.text, self.at)
            assert found is not None
            self.skip(found.end())
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                return ""


def _of_array(text: TextIO) -> Iterator[Entry]:
    window = _Window(text)
    window.next_sign()
    window.skip(window.at + 1)  # the bracket that opens it
    if window.next_sign() == "]":
        return
    while True:
        window.next_sign()
        line, found = window.line, _value(window)
        yield _entry(line, found)
        sign = window.next_sign()
        if sign == "]":
            return
        if sign != ",":
            raise Broken(f"line {window.line}: expected , or ] after a product, found {sign or 'the end of the file'}")
        window.skip(window.at + 1)


def _value(window: _Window) -> Any:
    while True:
        try:
            found, end = _DECODER.raw_decode(window.text, window.at)
            if end < len(window.text) or not isinstance(found, int | Decimal):
                window.skip(end)
                return found
        except (ValueError, RecursionError) as error:
            if len(window.text) - window.at > LONGEST:
                raise Broken(f"line {window.line}: no JSON: {error}") from error
        if not window.more():
            raise Broken(f"line {window.line}: no JSON, or cut off")


# --------------------------------------------------------------------------------------------------------------- CSV


def _of_csv(text: TextIO) -> Iterator[Entry]:
    """Columns as a product's fields; `image_1` … `image_10` or `images` separated by |, `fits` as Make/Model/2012-2019
    separated by ;"""
    first = text.readline()
    text.seek(0)
    rows = csv.reader(text, delimiter=";" if first.count(";") > first.count(",") else ",", strict=True)
    try:
        columns = [name.strip().lower() for name in next(rows, [])]
        line = rows.line_num + 1
        for cells in rows:
            if any(cell.strip() for cell in cells):
                yield _csv_entry(line, columns, cells)
            line = rows.line_num + 1
    except csv.Error as error:
        raise Broken(f"line {rows.line_num}: {error}") from error


def _csv_entry(line: int, columns: list[str], cells: list[str]) -> Entry:
    if len(cells) != len(columns):
        return Entry(line, {}, f"has {len(cells)} cells, the first line has {len(columns)}")
    told = {name: cell.strip() for name, cell in zip(columns, cells, strict=True) if cell.strip()}
    row: dict[str, Any] = {name: value for name, value in told.items() if not _IMAGE.fullmatch(name)}
    numbered = [told[name] for name in sorted(told, key=_numbered) if _IMAGE.fullmatch(name)]
    listed = [link.strip() for link in told.get("images", "").split("|") if link.strip()]
    if "price" in row and (money := _MONEY.fullmatch(row["price"])):
        row["price"] = money[1].replace(",", "") + (money[2] or "")
    if numbered or listed:
        row["images"] = listed + numbered
    if "fits" in row:
        row["fits"] = [_fit(part.strip()) for part in row["fits"].split(";") if part.strip()]
    return Entry(line, row)


def _numbered(name: str) -> tuple[str, int]:
    stem, _, number = name.rpartition("_")
    return stem, int(number) if number.isdigit() else 0


def _fit(part: str) -> Any:
    """Make/Model/2012-2019 as fields; what has another form is left for the check to name."""
    found = _FIT.fullmatch(part)
    if found is None:
        return part
    make, model, first, last = (group.strip() if group and group.strip() else None for group in found.groups())
    years = {} if first is None else {"year_from": int(first), "year_to": int(last or first)}
    return {"make": make, "model": model, **years}
