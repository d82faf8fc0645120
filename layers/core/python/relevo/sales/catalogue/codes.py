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
_TOKENS, _CANDIDATES = 200, 300
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
    known = {read for read in candidates if read in {match.read for match in matches}}
    inside = "".join(known)
    unknown = [read for read in candidates if _is_rich(read) and read not in inside]
    matches += [match for read in unknown[:20] for match in _one_off(uow, read)]
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


def _alike(uow: UnitOfWork, candidates: list[str]) -> list[CodeMatch]:
    rows = uow.all(
        "SELECT read, id, code, code_key FROM unnest(%s::text[]) AS read"
        " JOIN sales.product ON code_shape = sales.code_shape(read) WHERE active",
        (candidates,),
    )
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
        "WITH told AS (SELECT sales.code_shape(%(read)s) AS shape), place AS ("
        "   SELECT shape, at, sign FROM told, generate_series(1, length(shape) + 1) AS at,"
        "   regexp_split_to_table(%(signs)s, '') AS sign),"
        " variant AS (SELECT overlay(shape PLACING sign FROM at FOR 1) AS shape FROM place WHERE at <= length(shape)"
        "   UNION SELECT overlay(shape PLACING sign FROM at FOR 0) FROM place"
        "   UNION SELECT overlay(shape PLACING '' FROM at FOR 1) FROM place WHERE at <= length(shape))"
        " SELECT id, code FROM variant JOIN sales.product ON code_shape = variant.shape WHERE active"
        " ORDER BY code LIMIT 20",
        {"read": read, "signs": _SIGNS},
    )
    return [CodeMatch(read, row["id"], row["code"], round(ONE_OFF / len(rows), 2)) for row in rows]
