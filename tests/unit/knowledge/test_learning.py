"""What turns texts into scores and scores into confidence, on texts small enough to reason about."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.knowledge import calibration, features, halfvec, heads, projection
from relevo.knowledge.articles import passages
from relevo.knowledge.model import Model

NO_EMBEDDING = np.zeros((1, 2), np.float32)
BLOCKS = ((2, 1.0),)


def learnt(*texts: str) -> features.Features:
    return features.learn(texts, np.zeros((len(texts), 2), np.float32), BLOCKS)


def likeness(space: features.Features, first: str, second: str) -> float:
    one, other = (space.rows([text], NO_EMBEDDING)[0] for text in (first, second))
    return float(one @ other / (np.linalg.norm(one) * np.linalg.norm(other)))


def test_a_misspelt_word_is_nearer_to_its_own_than_to_another() -> None:
    # Given two subjects
    space = learnt("descargar factura", "cambiar contraseña")
    # When a customer misspells one
    own, other = (likeness(space, "desargar fatura", text) for text in ("descargar factura", "cambiar contraseña"))
    # Then the letters they share tell which was meant
    assert own > other + 0.15


def test_a_rare_word_says_more_than_a_common_one() -> None:
    # Given "quiero" everywhere and "reembolso" once
    space = learnt("quiero pagar", "quiero entrar", "quiero ayuda", "quiero un reembolso")
    # Then sharing the rare word makes two texts more alike
    assert likeness(space, "quiero un reembolso", "mi reembolso") > likeness(space, "quiero un reembolso", "quiero más")


def test_the_rarest_words_are_those_few_texts_have() -> None:
    # Given words known well, once and never
    space = learnt("quiero pagar", "quiero entrar", "quiero un reembolso", "quiero salir")
    # Then the unknown one tells most, and each comes once
    assert space.rarest("quiero quiero un helicóptero y reembolso", 2)[0] == "helicoptero"
    assert space.rarest("quiero quiero reembolso", 9) == ["reembolso", "quiero"]


@given(st.text(max_size=200))
def test_any_text_is_a_row_of_bounded_length(text: str) -> None:
    # When whatever a customer may send is turned into numbers
    row = learnt("hola", "factura").rows([text], NO_EMBEDDING)[0]
    # Then they are finite, and no longer than the blocks allow
    assert np.isfinite(row).all()
    assert np.linalg.norm(row) < 2


def test_few_texts_lose_nothing_in_the_projection() -> None:
    # Given fewer rows than directions
    rows = np.random.default_rng(1).standard_normal((12, 900)).astype(np.float32)
    # When they are projected
    centre, directions = projection.principal(rows)
    placed = (rows - centre) @ directions
    # Then their distances stay
    assert directions.shape == (900, projection.WIDTH)
    assert np.linalg.norm(placed[0] - placed[7]) == pytest.approx(np.linalg.norm(rows[0] - rows[7]), rel=1e-3)


def test_one_text_alone_is_projected_to_nothing() -> None:
    # Given a single text
    _, directions = projection.principal(np.ones((1, 50), np.float32))
    # Then there is no difference to keep
    assert not directions.any()


@pytest.mark.parametrize("articles", [2, 40, 1500])
def test_heads_tell_articles_apart(articles: int) -> None:
    # Given three texts around each article's own place
    random = np.random.default_rng(0)
    places = 2 * random.standard_normal((articles, 32)).astype(np.float32) / np.sqrt(32)
    own = np.repeat(np.arange(articles), 3)
    rows = places[own] + 0.02 * random.standard_normal((len(own), 32)).astype(np.float32)
    # When heads are fitted
    fitted = heads.fit(rows, own, np.ones(len(own), np.float32), articles)
    # Then each place scores best with its own head
    right = (places @ fitted[:, :-1].T + fitted[:, -1]).argmax(axis=1) == np.arange(articles)
    assert right.mean() > 0.97


def test_a_lead_and_a_known_text_raise_the_confidence() -> None:
    # Given the coefficients that need no questions
    prior = np.array(calibration.PRIOR)
    # Then confidence is a chance that rises with every sign
    assert calibration.confidence(prior, 15, 3, 0.9) > 0.95
    assert calibration.confidence(prior, 2.5, 1.5, 0.4) < 0.3
    assert calibration.confidence(prior, 8, 2, 0.6) > calibration.confidence(prior, 8, 7, 0.6)


def test_confidence_is_calibrated_on_questions_it_has_not_seen() -> None:
    # Given eight articles whose texts overlap
    random = np.random.default_rng(3)
    places = random.standard_normal((8, 16)).astype(np.float32) / 4
    own = np.repeat(np.arange(8), 40)

    def near(article: np.ndarray) -> np.ndarray:
        return (places[article] + 0.25 * random.standard_normal((len(article), 16))).astype(np.float32)

    rows, asked, truth = near(own), near(np.repeat(np.arange(8), 50)), np.repeat(np.arange(8), 50)
    weight = np.ones(len(own), np.float32)
    # When the heads and the confidence are fitted and new questions come
    fitted, chosen = heads.fit(rows, own, weight, 8), calibration.fit(rows, own, weight, 8)
    scores = asked @ fitted[:, :-1].T + fitted[:, -1]
    cosine = (features.unit(asked) @ features.unit(rows).T).max(axis=1)
    ordered = np.sort(scores, axis=1)
    sure = np.array(
        [
            calibration.confidence(chosen, best, second, like)
            for best, second, like in zip(ordered[:, -1], ordered[:, -2], cosine, strict=True)
        ]
    )
    # Then the mean confidence is near the share of right answers
    assert sure.mean() == pytest.approx((scores.argmax(axis=1) == truth).mean(), abs=0.12)


def test_a_model_survives_its_storage() -> None:
    # Given a model
    space = learnt("factura nueva", "clave perdida", "plan anual")
    centre, directions = projection.principal(space.rows(["factura", "clave", "plan"], np.zeros((3, 2), np.float32)))
    model = Model("some-embeddings", space, centre, directions, np.array(calibration.PRIOR))
    # When it is stored and loaded
    again = Model.load(model.dump())
    # Then it places a text where it did
    assert again.embedding_model == "some-embeddings"
    assert again.vectors(["mi factura"], NO_EMBEDDING) == pytest.approx(
        model.vectors(["mi factura"], NO_EMBEDDING), abs=0.01
    )


def test_one_question_is_placed_as_many_are() -> None:
    # Given a model, which reads less of its matrix for one question
    space = learnt("factura nueva", "clave perdida", "plan anual")
    centre, directions = projection.principal(space.rows(["factura", "clave", "plan"], np.zeros((3, 2), np.float32)))
    model = Model("some-embeddings", space, centre, directions, np.array(calibration.PRIOR))
    # Then it comes to the same
    together = model.vectors(["mi clave", "mi plan"], np.zeros((2, 2), np.float32))
    assert model.vectors(["mi clave"], NO_EMBEDDING)[0] == pytest.approx(together[0], abs=1e-5)


@given(st.lists(st.floats(-100, 100, width=16), min_size=1, max_size=50))
def test_half_precision_vectors_come_back(numbers: list[float]) -> None:
    # Given numbers of half precision
    vector = np.array(numbers, np.float32)
    # When written for the database and read from it
    assert (halfvec.read(halfvec.write(vector).binary) == vector).all()


@given(st.text(alphabet="ab. \n¿?!", max_size=2000))
def test_passages_hold_every_word_of_a_body(body: str) -> None:
    # When a body is cut
    found = list(passages(body))
    # Then no word is lost and none is empty
    assert " ".join(found).split() == body.split()
    assert all(piece.strip() for piece in found)
