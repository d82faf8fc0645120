"""The words of the catalogue, and what a mistyped one means."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import combinations

from relevo.db import UnitOfWork
from relevo.text.words import unaccented

_WORD = re.compile(r"[a-z]{3,30}")
_BEGINNING = 7
"""Letters of a word's beginning its neighbours are found by; where further back they differ does not matter."""
_SOME = 5
"""Meanings a mistyped word can have."""


def folded(text: str) -> str:
    """As the database folds what is searched: lower case, without accents."""
    return unaccented(text.casefold())


def words_in(text: str) -> set[str]:
    """The words of a text worth correcting others to; what holds digits is a code or a size, and meant as typed."""
    return set(_WORD.findall(folded(text)))


def neighbours(word: str, slips: int | None = None) -> set[str]:
    """The beginning of a word with up to so many letters left out, else as many as are allowed: at most 29."""
    beginning, most = word[:_BEGINNING], allowed(word) if slips is None else slips
    return {
        "".join(kept)
        for left_out in range(min(most, len(beginning) - 1) + 1)
        for kept in combinations(beginning, len(beginning) - left_out)
    }


def allowed(word: str) -> int:
    """Slips that can be made in a word and it still be known."""
    return 0 if len(word) < 4 else 1 if len(word) < 8 else 2


def distance(one: str, other: str) -> int:
    """Letters to change, leave out, put in or swap with the next, to come from one word to the other."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1]


def learn(uow: UnitOfWork, words: Iterable[str]) -> None:
    """Know these words from now on."""
    unknown = uow.all(
        "SELECT word, tsvector_to_array(to_tsvector('pg_catalog.spanish', word)) AS stems"
        " FROM unnest(%s::text[]) AS said (word) WHERE NOT EXISTS (SELECT FROM sales.word AS known"
        "   WHERE known.word = said.word) ORDER BY word",
        (list(words),),
    )
    if unknown:
        uow.connection.cursor().executemany(
            "INSERT INTO sales.word (word, stems, near) VALUES (%s, %s, %s) ON CONFLICT (word) DO NOTHING",
            [(row["word"], row["stems"], sorted(neighbours(row["word"]))) for row in unknown if row["stems"]],
        )


def meant(uow: UnitOfWork, word: str) -> list[str]:
    """The stems a word nobody knows may stand for: those of the known words nearest to it."""
    for slips in range(1, allowed(word) + 1):
        near = uow.all(
            "SELECT word, stems FROM sales.word WHERE near && %s::text[] AND length(word) BETWEEN %s AND %s LIMIT 2000",
            (sorted(neighbours(word, slips)), len(word) - slips, len(word) + slips),
        )
        told = [(abs(len(word) - len(row["word"])), row["word"], row["stems"]) for row in near]
        if nearest := sorted(each for each in told if distance(word, each[1]) <= slips)[:_SOME]:
            return sorted({stem for *_, stems in nearest for stem in stems})
    return []
