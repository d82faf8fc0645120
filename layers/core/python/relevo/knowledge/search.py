"""Find the articles that answer a question, and say how sure that is.

Candidates come from two indexes, the heads nearest to the question and the full text in its language, so that the cost
hardly grows with the number of articles; the fitted heads rank them, and the calibration turns the lead of the first
into a confidence.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, LiteralString
from uuid import UUID
from weakref import WeakKeyDictionary

from relevo.db import Row, UnitOfWork
from relevo.errors import RetryableError
from relevo.knowledge import calibration, encoders, halfvec
from relevo.knowledge import model as models
from relevo.knowledge.model import Model
from relevo.observability import logger
from relevo.settings import settings
from relevo.text.words import words

if TYPE_CHECKING:
    from relevo.text.embedding import Matrix

_NEAREST = 48
_WORDS = 4
"""Words looked up, the rarest: they match few articles, however many there are, and those that matter."""
_NAMES: Final[tuple[LiteralString, ...]] = ("word0", "word1", "word2", "word3")
_MATCHED = 12
"""Articles, at most, that one word makes candidates."""
_READ = 3
"""Articles, at least, whose texts are compared with the question."""


_embedded: WeakKeyDictionary[UnitOfWork, dict[tuple[str, str], Matrix]] = WeakKeyDictionary()
"""What was embedded ahead, by the name of the encoder and the question."""


@dataclass(frozen=True, slots=True)
class Found:
    """An article offered as an answer. `confidence` is the chance that it is the right one.

    `evidence` says why: `score`, `share` of all candidates, `nearest` (the known text most like the question, its kind
    and cosine) and `words` (matches of the question's rarest words).
    """

    article_id: UUID
    slug: str
    title: str
    body: str
    language: str
    confidence: float
    evidence: dict[str, Any]


def search(uow: UnitOfWork, question: str, language: str | None = None, limit: int = 5) -> list[Found]:
    """The articles that answer `question`, the likeliest first, in `language` where they have it."""
    model = models.current(uow)
    if model is None or not words(question):
        return []
    vector = model.vectors([question], _embed(uow, model, question))[0]
    candidates = _candidates(uow, model.features.rarest(question, _WORDS), language, vector)
    if not candidates:
        return []
    ranked = _best_of_each(candidates, language)
    articles = _read(uow, vector, [row["id"] for row in ranked[: max(limit, _READ)]])
    return _found(model, ranked, articles, limit)


def embed_ahead(uow: UnitOfWork, questions: Iterable[str]) -> None:
    """Embed what will be searched for in this unit of work. One after the other: the encoder's weights stay in the
    processor's cache then, which takes a third off each."""
    model = models.current(uow)
    if model is not None:
        _embedded[uow] = {(model.embedding_model, question): _embed(uow, model, question) for question in questions}


def _embed(uow: UnitOfWork, model: Model, question: str) -> Matrix:
    """The question's embedding; nothing, so that its words alone decide, while the provider is out of reach."""
    import numpy as np

    if (known := _embedded.get(uow, {}).get((model.embedding_model, question))) is not None:
        return known
    try:
        return encoders.named(model.embedding_model).encode([question])
    except RetryableError as error:
        logger.warning("searching by words alone: %s", error)
        return np.broadcast_to(model.features.mean, (1, len(model.features.mean)))


_CANDIDATES: LiteralString = """
WITH near AS MATERIALIZED (
    SELECT id, 0 AS words FROM knowledge.article WHERE head IS NOT NULL
    ORDER BY head <#> %(vector)s::halfvec LIMIT %(nearest)s
)
SELECT article.id, slug, language, -(head <#> %(vector)s::halfvec) AS score, one.words
FROM (SELECT id, sum(words) AS words FROM (TABLE near {}) AS every GROUP BY id) AS one
JOIN knowledge.article USING (id) WHERE head IS NOT NULL
"""
_MATCHES: LiteralString = """
    UNION ALL (SELECT id, 1 FROM knowledge.article
        WHERE tsv @@ plainto_tsquery(knowledge.dictionary(%(language)s), %({0})s) LIMIT %(matched)s)
    UNION ALL (SELECT article_id, 1 FROM knowledge.article_question
        WHERE tsv @@ plainto_tsquery(knowledge.dictionary(%(language)s), %({0})s) LIMIT %(matched)s)
"""


def _candidates(uow: UnitOfWork, telling: list[str], language: str | None, vector: Matrix) -> list[Row]:
    """The articles whose heads are nearest and those that have one of the `telling` words, with their scores.

    Each word is a constant of its own: the planner then knows how common it is, and reads few rows of any.
    """
    import numpy as np

    words = dict(zip(_NAMES, telling, strict=False))
    query = _CANDIDATES.format("".join(_MATCHES.format(name) for name in words))
    asked = {"vector": halfvec.write(np.concatenate([vector, [1.0, 0.0]])), "language": language or settings().locale}
    return uow.all(query, words | asked | {"nearest": _NEAREST, "matched": _MATCHED})


def _best_of_each(candidates: list[Row], language: str | None) -> list[Row]:
    """One row an article, in the language asked for or else the company's own, the best score first."""
    wanted = {language: 2, settings().locale: 1}
    chosen: dict[str, Row] = {}
    for row in sorted(candidates, key=lambda row: wanted.get(row["language"], 0), reverse=True):
        chosen.setdefault(row["slug"], row)
    return sorted(chosen.values(), key=lambda row: row["score"], reverse=True)


_ARTICLES = """
SELECT article.id, title, body, near.kind, near.text, near.cosine
FROM knowledge.article LEFT JOIN LATERAL (
    SELECT kind, text, 1 - (vector <=> %(vector)s::halfvec) AS cosine
    FROM knowledge.article_question JOIN knowledge.article AS version ON version.id = article_id
    WHERE version.slug = article.slug AND vector IS NOT NULL ORDER BY vector <=> %(vector)s::halfvec LIMIT 1
) AS near ON true
WHERE article.id = ANY((SELECT %(ids)s::uuid[])::uuid[])
"""
"""The inner SELECT hides how many articles there are: the plan for any number is kept."""


def _read(uow: UnitOfWork, vector: Matrix, ids: list[UUID]) -> dict[UUID, Row]:
    """The articles and, of each in any of its languages, the known text that is most like the question."""
    rows = uow.all(_ARTICLES, {"vector": halfvec.write(vector), "ids": ids})
    for row in rows:
        if row["cosine"] is None or math.isnan(row["cosine"]):
            row["cosine"] = 0.0
    return {row["id"]: row for row in rows}


def _found(model: Model, ranked: list[Row], articles: dict[UUID, Row], limit: int) -> list[Found]:
    best = ranked[0]["score"]
    second = ranked[1]["score"] if len(ranked) > 1 else 0.0
    sure = calibration.confidence(model.coefficients, best, second, max(row["cosine"] for row in articles.values()))
    whole = sum(math.exp(row["score"] - best) for row in ranked)
    found = []
    for row in ranked[:limit]:
        share, article = math.exp(row["score"] - best), articles[row["id"]]
        evidence: dict[str, Any] = {"score": round(row["score"], 3), "share": round(share / whole, 4)}
        if article["text"]:
            near = {"text": article["text"], "kind": article["kind"], "cosine": round(article["cosine"], 3)}
            evidence["nearest"] = near
        if row["words"]:
            evidence["words"] = int(row["words"])
        place = row["id"], row["slug"], article["title"], article["body"], row["language"]
        found.append(Found(*place, sure * share, evidence))
    return found
