"""Learn from the published articles: embed what is new, fit the model, put every article where searches find it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from relevo.db import Row, UnitOfWork
from relevo.knowledge import calibration, encoders, features, halfvec, heads, projection
from relevo.knowledge import model as models
from relevo.knowledge.model import Model

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from relevo.text.embedding import Encoder, Matrix

Progress = Callable[[str, int, int], object]
"""Told a stage, how much of it is done, and of how much."""

_LOCK = 7_316_545_203
_SAMPLE = 6_000
"""Texts the directions are learnt from; more change nothing and cost time."""
_BLOCK = 2_048
_WEIGHT = {"question": 1.0, "title": 1.0, "passage": 0.5}
"""How much a text teaches: a customer's words more than the company's."""


def refresh(uow: UnitOfWork, progress: Progress = lambda stage, done, total: None) -> int:
    """Fit anew to what is published and make it current when the unit of work commits; how many articles are found.

    15,000 questions take about a minute, most of it for embedding what is new. One refresh runs at a time.
    """
    uow.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
    encoder = encoders.configured()
    # Versions are read before the texts: what is edited meanwhile counts as not learnt.
    versions = uow.all("SELECT id, version FROM knowledge.article WHERE status = 'published' ORDER BY id")
    _embed(uow, encoder, progress)
    leads = _Leads(uow, encoder)
    if not leads.ids:
        uow.execute("UPDATE knowledge.article SET head = NULL WHERE head IS NOT NULL")
        _note_learned(uow, versions)
        return 0
    progress("learning", 0, 4)
    model, vectors = _space(encoder, leads)
    progress("learning", 1, 4)
    fitted = heads.fit(vectors, leads.article, leads.weight, len(leads.slugs))
    progress("learning", 2, 4)
    chosen = calibration.fit(vectors, leads.article, leads.weight, len(leads.slugs))
    progress("learning", 3, 4)
    model = Model(model.embedding_model, model.features, model.centre, model.directions, chosen)
    _write(uow, leads, vectors, fitted)
    _note_learned(uow, versions)
    models.store(uow, model, len(leads.slugs), len(leads.ids))
    progress("learning", 4, 4)
    return len(leads.slugs)


def learn(uow: UnitOfWork) -> int | None:
    """`refresh`, if an article changed that was not learnt since; None when there is nothing to learn.

    Many changes at once are learnt together: whoever comes second finds nothing left.
    """
    uow.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
    row = uow.one(
        "SELECT EXISTS (SELECT 1 FROM knowledge.article"
        " WHERE (status = 'published' AND learned_version IS DISTINCT FROM version)"
        " OR (status <> 'published' AND learned_version IS NOT NULL)) AS changed"
    )
    return refresh(uow) if row is not None and row["changed"] else None


def _note_learned(uow: UnitOfWork, versions: list[Row]) -> None:
    uow.execute(
        "UPDATE knowledge.article SET learned_version = learned.version"
        " FROM unnest(%s::uuid[], %s::int[]) AS learned (id, version)"
        " WHERE article.id = learned.id AND status = 'published'"
        " AND learned_version IS DISTINCT FROM learned.version",
        ([row["id"] for row in versions], [row["version"] for row in versions]),
    )
    uow.execute(
        "UPDATE knowledge.article SET learned_version = NULL"
        " WHERE status <> 'published' AND learned_version IS NOT NULL"
    )


def _embed(uow: UnitOfWork, encoder: Encoder, progress: Progress) -> None:
    """Give every published text without an embedding of this encoder one."""
    rows = uow.all(
        "SELECT question.id, question.text FROM knowledge.article_question AS question"
        " JOIN knowledge.article ON article.id = article_id AND status = 'published'"
        " WHERE embedding_model IS DISTINCT FROM %s",
        (encoder.name,),
    )
    done = 0
    for start in range(0, len(rows), _BLOCK):
        block = rows[start : start + _BLOCK]

        def count(more: int) -> None:
            nonlocal done
            done += more
            progress("embedding", done, len(rows))

        vectors = encoder.encode([row["text"] for row in block], count)
        with uow.connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE knowledge.article_question SET embedding = %s::halfvec, embedding_model = %s WHERE id = %s",
                [(halfvec.write(v), encoder.name, row["id"]) for v, row in zip(vectors, block, strict=True)],
            )


class _Leads:
    """Every published text that leads to an article, as columns; translations of an article count as one."""

    def __init__(self, uow: UnitOfWork, encoder: Encoder) -> None:
        import numpy as np

        with uow.connection.cursor(binary=True) as cursor:
            rows: list[dict[str, Any]] = cursor.execute(
                "SELECT question.id, slug, kind, text, embedding FROM knowledge.article_question AS question"
                " JOIN knowledge.article ON article.id = article_id AND status = 'published'"
                " WHERE embedding_model = %s ORDER BY question.id",
                (encoder.name,),
            ).fetchall()
        self.ids: list[UUID] = [row["id"] for row in rows]
        self.texts: list[str] = [row["text"] for row in rows]
        self.slugs = sorted({row["slug"] for row in rows})
        number = {slug: n for n, slug in enumerate(self.slugs)}
        self.article = np.array([number[row["slug"]] for row in rows], np.int64)
        self.weight = np.array([_WEIGHT[row["kind"]] for row in rows], np.float32)
        self.embeddings: NDArray[np.float16] = np.array([halfvec.read(row["embedding"]) for row in rows], np.float16)


def _space(encoder: Encoder, leads: _Leads) -> tuple[Model, Matrix]:
    """Where texts live: rarities, means and directions, and the vector of every lead."""
    import numpy as np

    chosen = np.sort(np.random.default_rng(0).permutation(len(leads.ids))[:_SAMPLE])
    sample = leads.embeddings[chosen].astype(np.float32)
    blocks = encoder.blocks or encoders.blocks_of(sample.shape[1])
    learnt = features.learn(leads.texts, leads.embeddings, blocks)
    centre, directions = projection.principal(learnt.rows([leads.texts[n] for n in chosen], sample))
    model = Model(encoder.name, learnt, centre, directions, np.array(calibration.PRIOR))
    parts = [
        model.vectors(leads.texts[start : start + _BLOCK], leads.embeddings[start : start + _BLOCK].astype(np.float32))
        for start in range(0, len(leads.ids), _BLOCK)
    ]
    return model, np.concatenate(parts)


def _write(uow: UnitOfWork, leads: _Leads, vectors: Matrix, fitted: Matrix) -> None:
    """Store where each text lies and each article's head, made equally long: the search for the largest inner product
    then is one for the nearest (Bachrach et al. 2014), which the index does well."""
    import numpy as np

    squares = (fitted**2).sum(axis=1)
    rest = np.sqrt(np.maximum(squares.max() - squares, 0))
    level = np.concatenate([fitted, rest[:, None]], axis=1)
    # Articles before their texts, as whoever edits one: else the two could wait for each other.
    uow.execute("SELECT id FROM knowledge.article WHERE status = 'published' ORDER BY id FOR NO KEY UPDATE")
    with uow.connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE knowledge.article_question SET vector = %s::halfvec WHERE id = %s",
            [(halfvec.write(vector), lead) for vector, lead in zip(vectors, leads.ids, strict=True)],
        )
        cursor.executemany(
            "UPDATE knowledge.article SET head = %s::halfvec WHERE slug = %s AND status = 'published'",
            [(halfvec.write(head), slug) for head, slug in zip(level, leads.slugs, strict=True)],
        )
