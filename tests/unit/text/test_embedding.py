"""The offline sentence embeddings."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from relevo.text.embedding import offline, word_pieces


def likeness(first: str, second: str) -> float:
    one, other = offline().encode([first, second])[:, :384]
    return float(one @ other / (np.linalg.norm(one) * np.linalg.norm(other)))


def test_word_pieces_are_those_of_bert() -> None:
    # Given a sentence whose numbers the published tokenizer gives
    # Then ours are the same: [CLS] hello , my un ##aff ##able ca ##fe ! [SEP]
    assert word_pieces("Hello, my UNaffable café!") == [101, 7592, 1010, 2026, 14477, 20961, 3468, 7668, 999, 102]


@given(st.text(max_size=500))
def test_any_text_has_pieces(text: str) -> None:
    # When any text is cut
    pieces = word_pieces(text)
    # Then it begins and ends as the model expects, and is short enough to be quick
    assert (pieces[0], pieces[-1]) == (101, 102)
    assert 2 <= len(pieces) <= 64


def test_the_same_meaning_is_nearer_than_the_same_words() -> None:
    # Then a paraphrase without a common word is nearer than another matter with common words
    assert likeness("I want my money back", "how do refunds work") > likeness("I want my money back", "I want my order")


def test_a_batch_gives_what_each_text_alone_gives() -> None:
    # Given texts of several lengths
    texts = ["hola", "where is my invoice", "quiero cambiar de plan por favor", ""]
    # When embedded together and alone
    together, alone = offline().encode(texts), np.concatenate([offline().encode([text]) for text in texts])
    # Then the vectors agree but for the rounding to 8 bits
    cosine = (together * alone).sum(axis=1) / np.linalg.norm(together, axis=1) / np.linalg.norm(alone, axis=1)
    assert cosine.min() > 0.99
