"""A text as numbers: which words and letters it has, weighted by how rare they are, beside its sentence embedding.

Words, pairs of words and runs of two to five letters inside a word are hashed (the hashing trick, Weinberger et al.
2009), so that nothing has to be known beforehand of a company's vocabulary or of a customer's spelling.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING
from zlib import crc32

from relevo.text.words import words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from relevo.text.embedding import Matrix

BUCKETS = 2048
"""Columns for the words and their pairs, and as many again for the runs of letters."""
WIDTH = 2 * BUCKETS
RARITIES = 1 << 16
"""Entries of the table of rarities: fine enough that two common words seldom share one."""

_LEXICAL = 0.7
_LETTERS = range(2, 6)


@dataclass(frozen=True, slots=True)
class Features:
    """How texts become rows: the rarity of every hashed piece, and the mean of each embedding block, taken away."""

    rarity: NDArray[np.float32]
    mean: NDArray[np.float32]
    blocks: tuple[tuple[int, float], ...]

    def rows(self, texts: Sequence[str], embeddings: Matrix) -> Matrix:
        """One row a text: lexical columns, then the embedding's blocks, each of the length of its weight."""
        import numpy as np

        lexical = np.stack([self._lexical(text) for text in texts]) if texts else np.empty((0, WIDTH), np.float32)
        parts, start = [lexical], 0
        for width, weight in self.blocks:
            block = slice(start, start + width)
            parts.append(weight * unit(embeddings[:, block] - self.mean[block]))
            start += width
        return np.concatenate(parts, axis=1).astype(np.float32, copy=False)

    def rarest(self, text: str, count: int) -> list[str]:
        """The `count` words of `text` that fewest known texts have, the rarest first."""
        found = dict.fromkeys(words(text))
        return sorted(found, key=lambda word: -self.rarity[crc32(word.encode()) & (RARITIES - 1)])[:count]

    def _lexical(self, text: str) -> NDArray[np.float32]:
        import numpy as np

        row = np.zeros(WIDTH, np.float32)
        for first, hashes in zip((0, BUCKETS), _hashes(text), strict=True):
            if not hashes.size:
                continue
            sign = np.where(hashes >> 31, np.float32(1), np.float32(-1))
            weights = sign * self.rarity[hashes & (RARITIES - 1)]
            part = np.bincount((hashes >> 16) % BUCKETS, weights, minlength=BUCKETS)
            row[first : first + BUCKETS] = _LEXICAL * part / (math.sqrt(float(part @ part)) or 1.0)
        return row


def learn(texts: Sequence[str], embeddings: NDArray[np.floating], blocks: Sequence[tuple[int, float]]) -> Features:
    """The rarity of each piece in `texts` (smoothed inverse document frequency) and the embeddings' mean direction."""
    import numpy as np

    count = np.zeros(RARITIES, np.float32)
    for text in texts:
        seen = np.unique(np.concatenate(_hashes(text)) & (RARITIES - 1))
        count[seen] += 1
    rarity = np.log((1 + len(texts)) / (1 + count)) + 1
    return Features(rarity.astype(np.float32), embeddings.mean(axis=0, dtype=np.float32), tuple(blocks))


def unit(rows: Matrix) -> Matrix:
    """Rows of length one; rows of zeros stay."""
    import numpy as np

    length = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Matrix = rows / np.maximum(length, np.float32(1e-9))
    return scaled


def _hashes(text: str) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Hashes of the words and their pairs, and of the runs of letters."""
    import numpy as np

    found = words(text)
    terms = [*found, *(f"{first} {second}" for first, second in pairwise(found))]
    whole = np.array([crc32(term.encode()) for term in terms], np.uint32)
    letters = [_letters(word) for word in found]
    return whole, np.concatenate(letters) if letters else np.empty(0, np.uint32)


@lru_cache(maxsize=20_000)
def _letters(word: str) -> NDArray[np.uint32]:
    import numpy as np

    framed = f" {word} "
    runs = [framed[start : start + size] for size in _LETTERS for start in range(len(framed) - size + 1)]
    return np.array([crc32(run.encode(), 1) for run in runs], np.uint32)
