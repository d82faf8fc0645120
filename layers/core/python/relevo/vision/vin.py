"""Vehicle identification numbers: found in what was read, checked, mended where only one mending is possible, decoded.

ISO 3779 gives the structure (17 characters without I, O and Q: WMI, VDS, VIS), ISO 3780 the manufacturers. The check
digit (position 9) is that of 49 CFR 565.15 and GB 16735: North America and China require it, Europe leaves the place to
the manufacturer, and most others who sell to North America keep it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, product
from typing import Literal

from relevo.vision import manufacturers

LENGTH = 17
ALPHABET = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"
_VALUE = {c: int(c) for c in "0123456789"} | dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)
)
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_YEARS = "ABCDEFGHJKLMNPRSTVWXY123456789"
"""Position 10, from 1980 (A) on; the thirty signs begin anew in 2010."""

_NEVER = {"I": "1", "O": "0", "Q": "0", "|": "1", "!": "1"}
"""Signs no VIN has; what they were is certain."""
_ALIKE = {"0": "D", "D": "0", "5": "S", "S": "5", "8": "B", "B": "8", "2": "Z", "Z": "2", "6": "G", "G": "6"}
"""Signs readers take for each other so often that undoing it, where the check digit then is right, is no guess."""
_SIMILAR = {
    "1": "7LTJ",
    "7": "1TZ",
    "T": "71Y",
    "L": "1",
    "J": "1",
    "4": "A",
    "A": "4R",
    "3": "8B",
    "U": "V0",
    "V": "UY",
}
_SIMILAR |= {
    "Y": "VT",
    "C": "G0",
    "E": "F",
    "F": "EP",
    "P": "FR",
    "R": "PKA",
    "K": "XR",
    "X": "KY",
    "H": "NM",
    "M": "NHW",
}
_SIMILAR |= {"N": "HM", "W": "VM", "9": "3P", "0": "CU", "6": "8C", "8": "36", "G": "C", "B": "3R", "5": "6"}
"""Signs that may have been another; what comes of them is asked, never told."""
_AS_DIGIT = {
    "S": "5",
    "B": "8",
    "Z": "2",
    "G": "6",
    "D": "0",
    "A": "4",
    "T": "7",
    "L": "1",
    "J": "1",
    "U": "0",
    "C": "0",
}
"""Where only digits stand, what a letter was."""

Check = Literal["right", "wrong", "not used"]
_LABEL = re.compile(
    r"^(?:V[I1]N|N[I1]V|CHAS[I1]S|CHASS[I1]S|SER[I1]E|BAST[I1]DOR|N(?:UM|UMERO|RO|O)?(?:DE)?SER[I1]E|VEH[I1]CLE[I1]DENT[I1]F[I1]CAT[I1][O0]NNUMBER)+(?:N[O0]|NUM|#)?"
)


@dataclass(frozen=True, slots=True)
class Vin:
    """A number of 17 signs and what is known about it. `mended` holds (position from 1, read, taken for)."""

    number: str
    check: Check
    mended: tuple[tuple[int, str, str], ...] = ()
    alternatives: tuple[str, ...] = ()
    """Other mendings that would be right as well; with any, nobody knows which."""
    guessed: bool = False
    """Mended by signs that are merely similar: one number of several that may be meant."""

    @property
    def plausible(self) -> bool:
        """May be told to a customer as read: structurally right, unambiguous, and checked; where the region checks
        nothing, of a maker that is known."""
        vouched = self.check == "right" or (self.check == "not used" and manufacturers.name_of(self.number[:3]))
        return bool(vouched) and not self.alternatives and not self.guessed and is_structured(self.number)


@dataclass(frozen=True, slots=True)
class Decoded:
    """What the number says of the vehicle, offline; None where it does not. `check` is its check digit's state."""

    region: str | None
    country: str | None
    manufacturer: str | None
    model: str | None
    year: int | None
    check: Check | None = None


def check_digit(number: str) -> str:
    """The sign position 9 must hold."""
    remainder = sum(_VALUE[sign] * weight for sign, weight in zip(number, _WEIGHTS, strict=True)) % 11
    return "X" if remainder == 10 else str(remainder)


def uses_check_digit(number: str) -> bool:
    """Whether the region of this number demands the check digit: North America (1-5) and China (L)."""
    return number[0] in "12345L"


def is_structured(number: str) -> bool:
    """The rules every number keeps: signs, a possible model year where it is told, digits where only digits stand."""
    if len(number) != LENGTH or any(sign not in ALPHABET for sign in number):
        return False
    if not uses_check_digit(number):
        return number[-3:].isdigit()
    return number[8] in "0123456789X" and number[9] in _YEARS and number[-4:].isdigit()


def check(number: str) -> Check:
    """Whether the check digit is right; `not used` where it is wrong and the region asks for none."""
    if number[8] == check_digit(number):
        return "right"
    return "wrong" if uses_check_digit(number) else "not used"


def find(lines: Iterable[str]) -> list[Vin]:
    """The numbers in lines of read text, best first: right as read, then mended, then doubtful ones.

    A number may be spaced, hyphenated, labelled (`VIN:`, `NIV`, `No. de serie`) or run over lines.
    """
    found: dict[str, Vin] = {}
    for text in _candidates([line for line in lines if line.strip()]):
        vin = mend(text)
        if vin is not None and vin.number not in found:
            found[vin.number] = vin
    ranked = sorted(found.values(), key=_rank)
    return ranked[:5]


def _rank(vin: Vin) -> tuple[bool, int, int, bool]:
    known = manufacturers.name_of(vin.number[:3]) is not None
    return (not vin.plausible, {"right": 0, "not used": 1, "wrong": 2}[vin.check], len(vin.mended), not known)


def mend(text: str) -> Vin | None:
    """Seventeen signs as read, made a VIN; None when they cannot be one.

    Signs no VIN has are replaced, and letters among the digits at its end. Only then, and only where the check digit
    or an unknown maker says that something is wrong, up to two confusions are undone, towards makers that are known: if
    exactly one mending is right, that is the number.
    """
    if len(text) != LENGTH:
        return None
    forced = _forced(text)
    if any(sign not in ALPHABET for sign in forced) or forced.isdigit() or forced.isalpha():
        return None
    known = manufacturers.name_of(forced[:3]) is not None
    if check(forced) == "right" or (known and not uses_check_digit(forced)):
        return Vin(forced, check(forced), _difference(text, forced)) if is_structured(forced) else None
    for pairs, depth in ((_ALIKE, 1), (_ALIKE, 2), (_SIMILAR, 1)):
        right = sorted(number for number in set(_mendings(forced, pairs, depth)) if manufacturers.name_of(number[:3]))
        if right:
            return Vin(right[0], "right", _difference(text, right[0]), tuple(right[1:4]), pairs is _SIMILAR)
    return Vin(forced, check(forced), _difference(text, forced)) if is_structured(forced) else None


def _forced(text: str) -> str:
    """Replacements that need no proof."""
    signs = [_NEVER.get(sign, sign) for sign in text.upper()]
    digits = range(13, LENGTH) if signs[0] in "12345L" else range(14, LENGTH)
    for place in digits:
        signs[place] = _AS_DIGIT.get(signs[place], signs[place])
    return "".join(signs)


def _mendings(number: str, pairs: Mapping[str, str], depth: int) -> Iterator[str]:
    """Numbers with a right check digit and a sound structure that differ in `depth` confusions."""
    places = [n for n, sign in enumerate(number) if sign in pairs]
    for chosen in combinations(places, depth):
        for signs in product(*(pairs[number[place]] for place in chosen)):
            changed = list(number)
            for place, sign in zip(chosen, signs, strict=True):
                changed[place] = sign
            candidate = "".join(changed)
            if is_structured(candidate) and check(candidate) == "right":
                yield candidate


def _difference(read: str, number: str) -> tuple[tuple[int, str, str], ...]:
    return tuple((n + 1, a, b) for n, (a, b) in enumerate(zip(read.upper(), number, strict=True)) if a != b)


def _candidates(lines: Sequence[str]) -> Iterator[str]:
    """Every run of 17 signs: of neighbouring words of a line, across two lines, over up to three whole ones, and inside
    longer words."""
    words = [[_sign_run(word) for word in line.split()] for line in lines]
    for n, line in enumerate(words):
        yield from _runs([word for word in line if word])
        if n + 1 < len(words) and line and words[n + 1]:
            yield from _runs([line[-1], words[n + 1][0]])
        for end in (n + 2, n + 3):
            joined = "".join(word for whole in words[n:end] for word in whole)
            yield from _runs([joined] if len(joined) <= 2 * LENGTH else [])
    for line in words:
        for word in line:
            yield from _inside(word)


def _sign_run(word: str) -> str:
    return "".join(sign for sign in word.upper() if sign.isascii() and (sign.isalnum() or sign in "|!"))


def _runs(words: Sequence[str]) -> Iterator[str]:
    for start in range(len(words)):
        joined = ""
        for word in words[start:]:
            joined += word
            if len(joined) >= LENGTH:
                break
        unlabelled = _LABEL.sub("", joined)
        for text in (joined, unlabelled):
            if len(text) == LENGTH:
                yield text


def _inside(word: str) -> Iterator[str]:
    """A number glued to what stood beside it: only where its check digit is right as read."""
    if LENGTH < len(word) <= 2 * LENGTH:
        for start in range(len(word) - LENGTH + 1):
            text = _forced(word[start : start + LENGTH])
            if is_structured(text) and check(text) == "right" and manufacturers.name_of(text[:3]):
                yield text


def decode(number: str, today: date | None = None) -> Decoded:
    """What the number tells by itself.

    The year's sign repeats every thirty years. In North America a letter at position 7 means 2010 and later (49 CFR
    565.15) for cars; elsewhere the newest year that is not in the future is taken.
    """
    region, country = manufacturers.origin_of(number)
    return Decoded(
        region=region,
        country=country,
        manufacturer=manufacturers.name_of(number[:3]),
        model=manufacturers.model_of(number),
        year=_model_year(number, today or date.today()),
        check=check(number),
    )


def _model_year(number: str, today: date) -> int | None:
    if number[9] not in _YEARS:
        return None
    first = 1980 + _YEARS.index(number[9])
    latest = today.year + 1
    if number[0] in "12345":
        return first + 30 if number[6].isalpha() and first + 30 <= latest else first
    return first + 30 if first + 30 <= latest else first
