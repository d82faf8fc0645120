"""One linear score per article, fitted together: softmax regression by stochastic gradient, in plain numpy.

Measured against the nearest question, class means and linear discriminants (see docs/faq-search.md), it is the best
both with a hundred questions an article and with five. The articles looked at in one step are limited, so that the
cost of a step does not grow with how many there are.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from relevo.text.embedding import Matrix

_BATCH = 128
_RIVALS = 1024
"""Articles a step compares; beyond it, those of the batch and a random sample of the others."""
_PASSES = 12
_STEPS = 600
"""Steps at least, so that few questions are seen often enough."""
_RATE = 4.0
_DECAY = 3e-4
_MOMENTUM = 0.9
_MARGIN = 5.0
"""By how much the right article must lead before a question stops teaching (large-margin softmax)."""


def fit(rows: Matrix, article: NDArray[np.int64], weight: NDArray[np.float32], articles: int, seed: int = 0) -> Matrix:
    """A matrix (articles, columns + 1): the weights of each article and its bias, such that the softmax over articles
    of `rows @ weights + bias` is the chance that a row belongs to each. `weight` says how much a row counts."""
    import numpy as np

    random = np.random.default_rng(seed)
    count, columns = rows.shape
    heads = np.zeros((articles, columns + 1), np.float32)
    speed = np.zeros_like(heads)
    a_pass = math.ceil(count / _BATCH)
    passes = max(_PASSES, math.ceil(_STEPS / a_pass))
    steps, step = a_pass * passes, 0
    for _ in range(passes):
        order = random.permutation(count)
        for start in range(0, count, _BATCH):
            batch = order[start : start + _BATCH]
            rivals, own = _rivals(article[batch], articles, random)
            rate = _RATE * 0.5 * (1 + math.cos(math.pi * step / steps))
            slope = _slope(rows[batch], own, weight[batch], heads[rivals])
            speed[rivals] = _MOMENTUM * speed[rivals] + slope
            heads[rivals] = heads[rivals] * (1 - rate * _DECAY) - rate * speed[rivals]
            step += 1
    return heads


def _rivals(
    labels: NDArray[np.int64], articles: int, random: np.random.Generator
) -> tuple[slice | NDArray[np.int64], NDArray[np.int64]]:
    """The articles a step compares, and where among them those of the batch are."""
    import numpy as np

    if articles <= _RIVALS:
        return slice(None), labels
    chosen = np.unique(np.concatenate([labels, random.integers(0, articles, _RIVALS)]))
    return chosen, np.searchsorted(chosen, labels)


def _slope(rows: Matrix, own: NDArray[np.int64], weight: NDArray[np.float32], heads: Matrix) -> Matrix:
    """The gradient of the mean cross-entropy with a margin. The bias learns at a tenth of the pace."""
    import numpy as np

    mine = np.arange(len(own)), own
    scores = rows @ heads[:, :-1].T + heads[:, -1]
    scores[mine] -= _MARGIN
    error = softmax(scores)
    error[mine] -= 1
    error *= (weight / len(own))[:, None]
    return np.concatenate([error.T @ rows, 0.1 * error.sum(axis=0)[:, None]], axis=1)


def softmax(scores: Matrix) -> Matrix:
    """Rows of probabilities."""
    import numpy as np

    chances: Matrix = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    return chances
