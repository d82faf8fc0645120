"""From the thousands of columns of a text's features to the 640 that are stored and searched."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from relevo.text.embedding import Matrix

WIDTH = 640
_SPARE = 64
_ROUNDS = 3


def principal(rows: Matrix, seed: int = 0) -> tuple[NDArray[np.float32], Matrix]:
    """The mean of `rows` and the directions (columns, WIDTH) along which they differ most, found by random projection
    and a few rounds of power iteration (Halko, Martinsson and Tropp 2011); zeros where the rows span fewer."""
    import numpy as np

    mean = rows.mean(axis=0)
    centred = rows - mean
    count, columns = rows.shape
    wanted = min(WIDTH, count - 1, columns)
    directions = np.zeros((columns, WIDTH), np.float32)
    if wanted < 1:
        return mean, directions
    random = np.random.default_rng(seed).standard_normal((min(wanted + _SPARE, count), count), dtype=np.float32)
    basis = np.linalg.qr((random @ centred).T)[0]
    for _ in range(_ROUNDS):
        basis = np.linalg.qr(((centred @ basis).T @ centred).T)[0]
    seen = centred @ basis
    by_size = np.linalg.eigh(seen.T @ seen).eigenvectors[:, ::-1]
    directions[:, :wanted] = basis @ by_size[:, :wanted]
    return mean, directions
