"""How sure: from the scores of the articles and the nearest known text, the chance that the first article is right.

A logistic regression over a few signs of certainty (Platt scaling, 1999), fitted on questions that took no part in
fitting the heads that judge them; among those, questions whose article was taken away stand for what no article
answers. With few questions the fit stays near coefficients that fitted many corpora at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from relevo.knowledge import heads
from relevo.knowledge.features import unit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from relevo.text.embedding import Matrix

PRIOR = (-5.0, 0.45, 0.3, 2.0)
"""For a constant, the best score, its lead over the second, and the cosine to the nearest known text."""
_PRECISION = (10.0, 300.0, 100.0, 5.0)
_UNANSWERABLE = 0.05
"""Of the whole, how much questions that no article answers count."""
_FOLDS = 5
_ENOUGH = 30
"""Judged questions below which the prior stands alone."""
_MOST = 20_000
"""Questions looked at, at most."""


def signs(best: float, second: float, cosine: float) -> tuple[float, float, float, float]:
    """What certainty rests on. A lead beyond 10 says nothing more."""
    return 1.0, best, min(best - second, 10.0), cosine


def confidence(coefficients: NDArray[np.float64], best: float, second: float, cosine: float) -> float:
    """The chance that the best article answers the question."""
    import numpy as np

    logit = float(np.dot(coefficients, signs(best, second, cosine)))
    return float(1 / (1 + np.exp(-np.clip(logit, -30, 30))))


def fit(rows: Matrix, article: NDArray[np.int64], weight: NDArray[np.float32], articles: int) -> NDArray[np.float64]:
    """The coefficients of `signs`, from out-of-fold scores of `rows`."""
    import numpy as np

    random = np.random.default_rng(0)
    if len(rows) > _MOST:
        sample = random.permutation(len(rows))[:_MOST]
        rows, article, weight = rows[sample], article[sample], weight[sample]
    fold, absent = _folds(article, articles, random)
    parts = [_judge(rows, article, weight, fold == n, absent[article] == n) for n in range(_FOLDS)]
    looks = np.concatenate([part[0] for part in parts])
    right = np.concatenate([part[1] for part in parts])
    known = np.concatenate([part[2] for part in parts])
    prior = np.array(PRIOR)
    if known.sum() < _ENOUGH:
        return prior
    share = _UNANSWERABLE / (1 - _UNANSWERABLE) * known.sum() / max(1, (~known).sum())
    return _logistic(looks, right, np.where(known, 1.0, min(1.0, share)), prior, np.array(_PRECISION))


def _folds(
    article: NDArray[np.int64], articles: int, random: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The fold of each row, spread evenly over each article's rows, and the fold in which each article is absent."""
    import numpy as np

    shuffled = random.permutation(len(article))
    order = shuffled[np.argsort(article[shuffled], kind="stable")]
    fold = np.empty(len(article), np.int64)
    fold[order] = np.arange(len(article)) % _FOLDS
    return fold, random.permutation(articles) % _FOLDS


def _judge(
    rows: Matrix,
    article: NDArray[np.int64],
    weight: NDArray[np.float32],
    asked: NDArray[np.bool_],
    gone: NDArray[np.bool_],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Signs, whether the best article was right, and whether the right one was there at all, for one fold."""
    import numpy as np

    learnt, asked = ~(asked | gone), asked | gone
    present = np.unique(article[learnt])
    if len(present) < 2 or not asked.any():
        return np.empty((0, 4)), np.empty(0), np.empty(0, bool)
    fitted = heads.fit(rows[learnt], np.searchsorted(present, article[learnt]), weight[learnt], len(present))
    known_texts = unit(rows[learnt]).T
    looks, right = [], []
    for start in range(0, int(asked.sum()), 512):
        part = np.flatnonzero(asked)[start : start + 512]
        scores = rows[part] @ fitted[:, :-1].T + fitted[:, -1]
        second, best = np.partition(scores, -2, axis=1)[:, -2:].T
        cosine = (unit(rows[part]) @ known_texts).max(axis=1)
        looks.append(np.stack([np.ones(len(part)), best, np.minimum(best - second, 10.0), cosine], axis=1))
        right.append(present[scores.argmax(axis=1)] == article[part])
    return np.concatenate(looks), np.concatenate(right).astype(float), np.isin(article[asked], present)


def _logistic(
    looks: NDArray[np.float64],
    right: NDArray[np.float64],
    weight: NDArray[np.float64],
    prior: NDArray[np.float64],
    precision: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Newton's method for logistic regression with a Gaussian prior."""
    import numpy as np

    chosen = prior.copy()
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(looks @ chosen, -30, 30)))
        slope = looks.T @ (weight * (chance - right)) + precision * (chosen - prior)
        curve = (looks * (weight * chance * (1 - chance))[:, None]).T @ looks + np.diag(precision)
        step = np.linalg.solve(curve, slope)
        chosen -= step
        if np.abs(step).max() < 1e-6:
            break
    return np.maximum(chosen, [-np.inf, 0, 0, 0])
