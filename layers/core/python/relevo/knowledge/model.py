"""The fitted model: how a text becomes the vector that is searched with, and a score a confidence."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID

from relevo import clock, ids
from relevo.db import UnitOfWork
from relevo.knowledge.features import Features

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from relevo.text.embedding import Matrix

_KEPT = 3


@dataclass(frozen=True)
class Model:
    """What `refresh` learnt. `embedding_model` names the encoder whose embeddings it takes."""

    embedding_model: str
    features: Features
    centre: NDArray[np.float32]
    directions: Matrix
    coefficients: NDArray[np.float64]

    def vectors(self, texts: Sequence[str], embeddings: Matrix) -> Matrix:
        """One row of `projection.WIDTH` numbers a text."""
        import numpy as np

        rows = self.features.rows(texts, embeddings)
        if len(rows) == 1:  # a question has few of the columns: read only theirs, and wake no thread for so little
            present = rows[0].nonzero()[0]
            placed: Matrix = np.einsum("qc,cd->qd", rows[:, present], self.directions[present])
        else:
            placed = rows @ self.directions
        return placed - self._origin

    @cached_property
    def _origin(self) -> NDArray[np.float32]:
        origin: NDArray[np.float32] = self.centre @ self.directions
        return origin

    def dump(self) -> bytes:
        """The model as bytes, in half precision."""
        import numpy as np

        file = io.BytesIO()
        np.savez(
            file,
            name=np.array(self.embedding_model),
            rarity=self.features.rarity.astype(np.float16),
            mean=self.features.mean,
            blocks=np.array(self.features.blocks, np.float64),
            centre=self.centre,
            directions=self.directions.astype(np.float16),
            coefficients=self.coefficients,
        )
        return file.getvalue()

    @classmethod
    def load(cls, body: bytes) -> Model:
        """What `dump` wrote."""
        import numpy as np

        with np.load(io.BytesIO(body), allow_pickle=False) as kept:
            blocks = tuple((int(width), float(weight)) for width, weight in kept["blocks"])
            features = Features(kept["rarity"].astype(np.float32), kept["mean"], blocks)
            directions = kept["directions"].astype(np.float32)
            return cls(str(kept["name"]), features, kept["centre"], directions, kept["coefficients"])


_current: tuple[UUID, Model] | None = None


def current(uow: UnitOfWork) -> Model | None:
    """The newest model, kept between calls as long as it is the newest; None before the first `refresh`. Asked for with
    every search: what is learnt while a batch is answered is stored in terms of the new one, and only that reads it.

    Also widens the search of the vector index for this transaction: 100 instead of 40 keeps the recall at 100,000.
    """
    global _current
    row = uow.one("SELECT id, set_config('hnsw.ef_search', '100', true) FROM knowledge.model ORDER BY id DESC LIMIT 1")
    if row is None:
        return None
    if _current is None or _current[0] != row["id"]:
        body = uow.one("SELECT body FROM knowledge.model WHERE id = %s", (row["id"],))
        assert body is not None
        _current = row["id"], Model.load(body["body"])
    return _current[1]


def store(uow: UnitOfWork, model: Model, articles: int, questions: int) -> None:
    """Make `model` the current one; the last few stay for comparison."""
    uow.execute(
        "INSERT INTO knowledge.model (id, embedding_model, articles, questions, body, fitted_at)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        (ids.new_id(), model.embedding_model, articles, questions, model.dump(), clock.now()),
    )
    uow.execute(
        "DELETE FROM knowledge.model WHERE id NOT IN (SELECT id FROM knowledge.model ORDER BY id DESC LIMIT %s)",
        (_KEPT,),
    )
