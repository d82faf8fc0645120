"""A table of customers: one named column a fact, numbers or categories, with gaps.

The nightly job makes one out of its features; `relevo evaluate churn` reads one from anybody's CSV, where what a column
is must be told from its values.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

Kind = Literal["number", "category"]

MOST_CATEGORIES = 50
"""A column of words with more different ones than this is free text or a name, and says nothing about others."""
_GAPS = frozenset({"", "na", "n/a", "nan", "null", "none", "-", "?"})


@dataclass(frozen=True)
class Column:
    """A fact about every customer. Numbers as they are, categories as indexes into `names`; a gap is NaN."""

    name: str
    kind: Kind
    values: Numbers
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """Columns of equal length. `left_out` says which columns were not taken, and why."""

    columns: tuple[Column, ...]
    left_out: Mapping[str, str]

    def __len__(self) -> int:
        return len(self.columns[0].values) if self.columns else 0

    def rows(self, chosen: NDArray[np.intp]) -> Table:
        """Only these rows."""
        cut = tuple(Column(c.name, c.kind, c.values[chosen], c.names) for c in self.columns)
        return Table(cut, self.left_out)

    def named(self, names: Sequence[str]) -> Table:
        """Only the columns of these names, in this order. Raises KeyError for one there is not."""
        found = {column.name: column for column in self.columns}
        return Table(tuple(found[name] for name in names), self.left_out)

    @classmethod
    def of_numbers(cls, columns: Mapping[str, Sequence[float | None]]) -> Table:
        """A table of numbers, None for what is not known."""
        return cls(tuple(_numeric(name, values) for name, values in columns.items()), {})

    @classmethod
    def of_text(cls, columns: Mapping[str, Sequence[str]]) -> Table:
        """A table of what stood in a file: numbers, dates (as days), categories; identifiers and free text left out."""
        kept, left_out = [], {}
        for name, written in columns.items():
            column = _column(name, [None if v.strip().lower() in _GAPS else v.strip() for v in written])
            if isinstance(column, Column):
                kept.append(column)
            else:
                left_out[name] = column
        return cls(tuple(kept), left_out)


def _column(name: str, written: list[str | None]) -> Column | str:
    """The column, or why there is none."""
    present = [value for value in written if value is not None]
    different = Counter(present)
    if len(different) < 2 and len(present) == len(written):
        return "the same for everybody"
    if not present:
        return "empty"
    for read in (_number, _day):
        values = [None if value is None else read(value) for value in written]
        if all(value is not None for value, text in zip(values, written, strict=True) if text is not None):
            if read is _number and _counts_rows(values):
                return "a running number"
            if read is _number and _names_rows(name, values):
                return "an identifier or free text"
            return _numeric(name, values)
    if len(different) > MOST_CATEGORIES:
        return "an identifier or free text"
    return _categorical(name, written, sorted(different))


def _number(text: str) -> float | None:
    """`1234.5`, `1,234.5`, `$12`, `12 %`; None for anything else."""
    plain = text.strip("$€£% ").replace(",", "") if text.count(",") and "." in text else text.strip("$€£% ")
    try:
        value = float(plain.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _day(text: str) -> float | None:
    """An ISO date as its day's number."""
    try:
        return float(datetime.fromisoformat(text).date().toordinal())
    except ValueError:
        try:
            return float(date.fromisoformat(text[:10]).toordinal())
        except ValueError:
            return None


def _counts_rows(values: Sequence[float | None]) -> bool:
    """1, 2, 3 … (or 0, 1, 2 …) down the file: the row's number, not a fact."""
    first = values[0]
    return len(values) > 20 and first is not None and all(value == first + n for n, value in enumerate(values))


def _names_rows(name: str, values: Sequence[float | None]) -> bool:
    """Called an id, and another whole number in each row."""
    whole = all(value is not None and value.is_integer() for value in values)
    return name.lower().endswith("id") and len(values) > 20 and whole and len(set(values)) == len(values)


def _numeric(name: str, values: Iterable[float | None]) -> Column:
    import numpy as np

    return Column(name, "number", np.array([np.nan if v is None else v for v in values], dtype=np.float64))


def _categorical(name: str, written: list[str | None], names: list[str]) -> Column:
    import numpy as np

    index = {value: float(n) for n, value in enumerate(names)}
    codes = np.array([np.nan if v is None else index[v] for v in written], dtype=np.float64)
    return Column(name, "category", codes, tuple(names))
