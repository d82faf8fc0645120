"""Find the articles that answer a question, and say how sure that is.

Candidates come from two indexes, the heads nearest to the question and the full text in its language, so that the cost
hardly grows with the number of articles; the fitted heads rank them, and the calibration turns the lead of the first
into a confidence.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

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
_MATCHED = 200
"""Full-text matches looked at, of which the _RANKED best become candidates."""
_RANKED = 16
_READ = 3
"""Articles, at least, whose texts are compared with the question."""


@dataclass(frozen=True, slots=True)
class Found:
    """An article offered as an answer. `confidence` is the chance that it is the right one.

    `evidence` says why: `score`, `share` of all candidates, `nearest` (the known text most like the question, its kind
    and cosine) and `full_text` (its rank where words matched).
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
    halfvec.register(uow.connection)
    vector = model.vectors([question], _embed(model, question))[0]
    candidates = _candidates(uow, question, language, vector)
    if not candidates:
        return []
    ranked = _best_of_each(candidates, language)
    articles = _read(uow, vector, [row["id"] for row in ranked[: max(limit, _READ)]])
    return _found(model, ranked, articles, limit)


def _embed(model: Model, question: str) -> Matrix:
    """The question's embedding; nothing, so that its words alone decide, while the provider is out of reach."""
    import numpy as np

    try:
        return encoders.named(model.embedding_model).encode([question])
    except RetryableError as error:
        logger.warning("searching by words alone: %s", error)
        return np.broadcast_to(model.features.mean, (1, len(model.features.mean)))


_CANDIDATES = """
WITH near AS MATERIALIZED (
    SELECT id, 0::real AS rank FROM knowledge.article WHERE head IS NOT NULL
    ORDER BY head <#> %(vector)s::halfvec LIMIT %(nearest)s
), matched AS MATERIALIZED (
    SELECT id, tsv FROM knowledge.article WHERE tsv @@ %(words)s::tsquery AND head IS NOT NULL LIMIT %(matched)s
), asked AS MATERIALIZED (
    SELECT article_id AS id, tsv FROM knowledge.article_question
    WHERE tsv @@ %(words)s::tsquery LIMIT %(matched)s
), lexical AS (
    SELECT id, ts_rank(tsv, %(words)s::tsquery) AS rank
    FROM (SELECT * FROM matched UNION ALL SELECT * FROM asked) AS every ORDER BY rank DESC LIMIT %(ranked)s
)
SELECT article.id, slug, language, -(head <#> %(vector)s::halfvec) AS score, rank
FROM (SELECT id, max(rank) AS rank FROM (TABLE near UNION ALL TABLE lexical) AS every GROUP BY id) AS one
JOIN knowledge.article USING (id) WHERE head IS NOT NULL
"""


def _candidates(uow: UnitOfWork, question: str, language: str | None, vector: Matrix) -> list[Row]:
    import numpy as np

    asked = np.concatenate([vector, [1.0, 0.0]])
    # The words go in as a constant: the planner then knows how common they are, and reads few rows of common ones.
    stems = uow.one(
        "SELECT coalesce(string_agg(quote_literal(lexeme), ' | '), '') AS words"
        " FROM unnest(to_tsvector(knowledge.dictionary(%s), %s))",
        (language or settings().locale, question),
    )
    return uow.all(
        _CANDIDATES,
        {
            "words": stems["words"] if stems else "",
            "vector": halfvec.write(asked),
            "nearest": _NEAREST,
            "matched": _MATCHED,
            "ranked": _RANKED,
        },
    )


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
WHERE article.id = ANY(%(ids)s)
"""


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
        if row["rank"]:
            evidence["full_text"] = round(row["rank"], 4)
        place = row["id"], row["slug"], article["title"], article["body"], row["language"]
        found.append(Found(*place, sure * share, evidence))
    return found
