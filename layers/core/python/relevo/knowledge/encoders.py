"""Which sentence embeddings articles and questions get: the provider's where one is set, else the offline ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from relevo import llm
from relevo.errors import RetryableError
from relevo.text import embedding
from relevo.text.embedding import Encoder, Progress

if TYPE_CHECKING:
    from relevo.text.embedding import Matrix

_BATCH = 256
_WEIGHT = 1.4
"""Of the embedding beside the words; what the two blocks of the offline encoder weigh together."""


def configured() -> Encoder:
    """The provider's embeddings where a key and an embedding model are set, else the offline ones."""
    chosen = llm.configuration()
    if chosen and chosen.embedding_model:
        return Provider(chosen.embedding_model)
    return embedding.offline()


def named(name: str) -> Encoder:
    """The encoder that made the vectors stored under `name`."""
    return embedding.offline() if name == embedding.OFFLINE else Provider(name)


def blocks_of(width: int) -> Sequence[tuple[int, float]]:
    """The one block of a provider's embedding of this width."""
    return ((width, _WEIGHT),)


class Provider:
    """The embeddings of the configured provider; `blocks` is empty before the first call."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.blocks: Sequence[tuple[int, float]] = ()

    def encode(self, texts: Sequence[str], progress: Progress = lambda done: None) -> Matrix:
        """Raises RetryableError when the provider does not answer, or by now embeds with another model."""
        import numpy as np

        chosen = llm.configuration()
        if chosen is None or chosen.embedding_model != self.name:
            raise RetryableError(f"no provider embeds by {self.name} any more; `refresh` chooses anew")
        rows: list[list[float]] = []
        for start in range(0, len(texts), _BATCH):
            part = llm.embed(list(texts[start : start + _BATCH]))
            if part is None:
                raise RetryableError(f"the provider gave no embeddings by {self.name}")
            rows += part
            progress(len(part))
        matrix = np.asarray(rows, np.float32)
        self.blocks = blocks_of(matrix.shape[1])
        return matrix
