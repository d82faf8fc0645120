"""Product codes in what a camera read: exact, with letters taken for each other, or one sign off."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from relevo.db import UnitOfWork
from relevo.events import ReadCode

EXACT, ALIKE, ONE_OFF = 0.99, 0.9, 0.6
"""How sure a reading is: every sign as in the catalogue; only signs that look alike exchanged; one sign wrong."""
_PER_SIGN = 0.08
"""Lost for each exchanged sign."""
_TOKENS, _CANDIDATES, _GUESSES = 200, 300, 20
_ALIKE = str.maketrans("OQDILSBZG", "000115826")
_SIGNS = "0123456789ACEFHJKMNPRTUVWXY"
"""The signs a shape is made of."""


@dataclass(frozen=True, slots=True)
class CodeMatch:
    """What was read, and the product it means; `confidence` is 0 to 1, divided where several could be meant."""

    read: str
    product_id: UUID
    code: str
    confidence: float


def closest_codes(uow: UnitOfWork, text: str, *, limit: int = 10) -> list[CodeMatch]:
    """The products whose codes stand in a text, the surest first."""
    candidates = list(dict.fromkeys(_candidates(text)))[:_CANDIDATES]
    matches = _alike(uow, candidates)
    if not matches:
        matches = [match for read in list(filter(_is_rich, candidates))[:_GUESSES] for match in _one_off(uow, read)]
    best: dict[UUID, CodeMatch] = {}
    for match in sorted(matches, key=lambda match: (-match.confidence, -len(match.read))):
        best.setdefault(match.product_id, match)
    return list(best.values())[:limit]


def read_codes(uow: UnitOfWork, text: str) -> list[ReadCode]:
    """The same, as a picture's reading tells it."""
    return [
        ReadCode(code=match.code, product_id=match.product_id, confidence=match.confidence)
        for match in closest_codes(uow, text)
    ]


def _candidates(text: str) -> Iterator[str]:
    """Whatever could be a code: up to three neighbours on a line together, with a digit (or what looks like one)."""
    for line in text.upper().splitlines():
        parts = [re.sub(r"[^A-Z0-9]", "", part) for part in line.split()[:_TOKENS]]
        for start in range(len(parts)):
            for end in range(start + 1, min(start + 3, len(parts)) + 1):
                key = "".join(parts[start:end])
                if 4 <= len(key) <= 30 and re.search(r"[0-9OIQLSBZ]", key) and re.search(r"[0-9]", key):
                    yield key


def _is_rich(key: str) -> bool:
    """Enough digits and signs for one of them to be wrong and the code still told."""
    return len(key) >= 6 and sum(sign.isdigit() for sign in key) >= 3


def shape(key: str) -> str:
    """As `sales.code_shape` says it: signs that look alike are one."""
    return key.translate(_ALIKE)


def _alike(uow: UnitOfWork, candidates: list[str]) -> list[CodeMatch]:
    reads: dict[str, list[str]] = {}
    for read in candidates:
        reads.setdefault(shape(read), []).append(read)
    found = uow.all(
        "SELECT id, code, code_key, code_shape FROM sales.product WHERE code_shape = ANY(%s) AND active",
        (list(reads),),
    )
    rows = [row | {"read": read} for row in found for read in reads[row["code_shape"]]]
    exact = {row["read"] for row in rows if row["code_key"] == row["read"]}
    rows = [row for row in rows if row["code_key"] == row["read"] or row["read"] not in exact]
    rivals = [row["read"] for row in rows]
    return [
        CodeMatch(row["read"], row["id"], row["code"], _sure(row["read"], row["code_key"]) / rivals.count(row["read"]))
        for row in rows
    ]


def _sure(read: str, key: str) -> float:
    exchanged = sum(a != b for a, b in zip(read, key, strict=True))
    return EXACT if not exchanged else round(max(ALIKE - _PER_SIGN * (exchanged - 1), ONE_OFF), 2)


def _one_off(uow: UnitOfWork, read: str) -> list[CodeMatch]:
    """Products whose code differs from what was read by one sign: changed, left out or put in."""
    rows = uow.all(
        "SELECT id, code FROM sales.product WHERE code_shape = ANY(%s) AND active ORDER BY code LIMIT 20",
        (sorted(_variants(shape(read))),),
    )
    return [CodeMatch(read, row["id"], row["code"], round(ONE_OFF / len(rows), 2)) for row in rows]


def _variants(whole: str) -> set[str]:
    places = range(len(whole) + 1)
    lost = {whole[:at] + whole[at + 1 :] for at in places}
    changed = {whole[:at] + sign + whole[at + 1 :] for at in places for sign in _SIGNS}
    return lost | changed | {whole[:at] + sign + whole[at:] for at in places for sign in _SIGNS}
