"""Articles written, published, refreshed and found in a real database."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal

import pytest

from relevo import knowledge, llm
from relevo.db import Database, UnitOfWork
from relevo.errors import InvalidInput

Work = Callable[[], AbstractContextManager[UnitOfWork]]

ARTICLES = {
    "reset-password": {
        "es": ("Restablecer la contraseña", ["Olvidé mi contraseña", "No recuerdo la clave", "No puedo entrar"]),
        "en": ("Reset your password", ["I forgot my password", "I cannot log in", "How do I change my password?"]),
    },
    "download-invoices": {
        "es": ("Descargar facturas", ["¿Dónde está mi factura?", "Necesito el PDF de la factura", "Bajar recibos"]),
        "en": ("Download invoices", ["Where is my invoice?", "I need a PDF of my bill", "Get my receipts"]),
    },
    "refunds": {
        "es": ("Reembolsos", ["Quiero que me devuelvan el dinero", "¿Cómo pido un reembolso?"]),
        "en": ("Refunds", ["I want my money back", "How do I ask for a refund?"]),
    },
}


def write(uow: UnitOfWork, publish: bool = True) -> None:
    for slug, languages in ARTICLES.items():
        for language, (title, questions) in languages.items():
            body = f"{title}: abra su cuenta." if language == "es" else f"{title}: open your account."
            knowledge.save_article(
                uow, slug=slug, language=language, title=title, body=body, questions=questions, publish=publish
            )


@pytest.fixture
def taught(unit_of_work: Work) -> Work:
    with unit_of_work() as uow:
        write(uow)
        assert knowledge.refresh(uow) == 3
    return unit_of_work


@pytest.mark.parametrize(
    ("question", "language", "slug"),
    [
        ("olvide mi contrasena", "es", "reset-password"),
        ("i forgot my pasword", "en", "reset-password"),
        ("necesito la factura en pdf", "es", "download-invoices"),
        ("can I get my money back", "en", "refunds"),
    ],
)
def test_a_question_finds_its_article(taught: Work, question: str, language: str, slug: str) -> None:
    # When a customer asks in words of their own, with typos
    with taught() as uow:
        found = knowledge.search(uow, question, language)
    # Then the right article comes first, in their language, with enough confidence and its reason
    assert (found[0].slug, found[0].language) == (slug, language)
    assert found[0].confidence >= 0.7
    assert found[0].evidence["nearest"]["text"]


@pytest.mark.parametrize("question", ["who won the world cup", "¿venden zapatos de cuero?", "xyzzy plugh", "🙂", ""])
def test_what_no_article_answers_has_no_confidence(taught: Work, question: str) -> None:
    # When somebody asks something else
    with taught() as uow:
        found = knowledge.search(uow, question, "es")
    # Then nothing is offered with confidence
    assert not found or found[0].confidence < 0.7


def test_an_article_without_the_language_is_offered_in_the_companys(unit_of_work: Work) -> None:
    # Given an article in Spanish only, among others
    with unit_of_work() as uow:
        write(uow)
        knowledge.save_article(
            uow, slug="hours", language="es", title="Horario", body="De 9 a 18 h.", questions=["horario"], publish=True
        )
        knowledge.refresh(uow)
        # When asked in English
        found = knowledge.search(uow, "horario", "en")
    # Then the Spanish text is better than none
    assert (found[0].slug, found[0].language) == ("hours", "es")


def test_only_what_is_published_is_found(unit_of_work: Work) -> None:
    # Given drafts
    with unit_of_work() as uow:
        write(uow, publish=False)
        # Then there is nothing to learn and nothing to find
        assert knowledge.refresh(uow) == 0
        assert knowledge.search(uow, "olvidé mi contraseña", "es") == []


def test_an_archived_article_is_no_longer_found_at_once(taught: Work) -> None:
    # Given an article that was found
    with taught() as uow:
        best = knowledge.search(uow, "I want my money back", "en")[0]
        # When it is archived, before any refresh
        knowledge.set_status(uow, best.article_id, "archived", actor="ana", reason="new policy")
        found = knowledge.search(uow, "I want my money back", "en")
    # Then its English text is not offered any more
    assert best.article_id not in [each.article_id for each in found]


def test_a_version_keeps_what_was_and_who_changed_it(unit_of_work: Work) -> None:
    # Given an article and its revision
    with unit_of_work() as uow:
        first = knowledge.save_article(
            uow, slug="refunds", language="en", title="Refunds", body="14 days.", questions=["refund?"], actor="ana"
        )
        second = knowledge.save_article(
            uow, slug="refunds", language="en", title="Refunds", body="30 days.", questions=["refund?"], actor="luis"
        )
        kept = knowledge.versions(uow, first)
        changes = uow.all("SELECT field, old, new, actor FROM knowledge.article_change")
    # Then it is one article with two versions, and one change with its author
    assert first == second
    assert [(row["version"], row["body"]) for row in kept] == [(2, "30 days."), (1, "14 days.")]
    assert changes == [{"field": "body", "old": "14 days.", "new": "30 days.", "actor": "luis"}]


def test_saving_the_same_again_changes_nothing(unit_of_work: Work) -> None:
    # When the same article is saved twice
    with unit_of_work() as uow:
        write(uow)
        write(uow)
        counts = uow.one(
            "SELECT (SELECT count(*) FROM knowledge.article) AS articles,"
            " (SELECT max(version) FROM knowledge.article) AS version"
        )
    # Then there is one of it
    assert counts == {"articles": 6, "version": 1}


def test_an_article_needs_a_title(unit_of_work: Work) -> None:
    # When the title is blank
    with unit_of_work() as uow, pytest.raises(InvalidInput, match="title"):
        knowledge.save_article(uow, slug="x", language="en", title=" ", body="")


def test_a_refresh_embeds_only_what_is_new(taught: Work) -> None:
    # Given everything embedded, and one more article
    embedded: list[int] = []
    with taught() as uow:
        knowledge.save_article(uow, slug="plans", language="en", title="Change your plan", body="", publish=True)
        # When refreshed
        knowledge.refresh(uow, lambda stage, done, total: embedded.append(total) if stage == "embedding" else None)
        found = knowledge.search(uow, "change my plan", "en")
    # Then one text was embedded, and the article is found
    assert set(embedded) == {1}
    assert found[0].slug == "plans"


def test_a_providers_embeddings_replace_the_offline_ones(taught: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a provider whose embeddings know two subjects
    def embed(texts: list[str]) -> list[list[float]]:
        return [[float("password" in text), float("invoice" in text), 0.1] for text in texts]

    one = Decimal(1)
    configuration = llm.Configuration("key", None, "model", "their-embedding", "image", one, one, one)
    monkeypatch.setattr(llm, "configuration", lambda: configuration)
    monkeypatch.setattr(llm, "embed", embed)
    # When the articles are refreshed
    with taught() as uow:
        knowledge.refresh(uow)
        stored = uow.all(
            "SELECT DISTINCT embedding_model, vector_dims(embedding) AS width FROM knowledge.article_question"
        )
        found = knowledge.search(uow, "my password", "en")
        # And when the provider does not answer
        monkeypatch.setattr(llm, "embed", lambda texts: None)
        by_words = knowledge.search(uow, "my password", "en")
    # Then every vector is theirs, and without them the words alone still find the article
    assert stored == [{"embedding_model": "their-embedding", "width": 3}]
    assert found[0].slug == by_words[0].slug == "reset-password"


def test_a_single_article_can_be_found(unit_of_work: Work) -> None:
    # Given one article with one question
    with unit_of_work() as uow:
        knowledge.save_article(
            uow,
            slug="only",
            language="en",
            title="Opening hours",
            body="9 to 6",
            questions=["when do you open"],
            publish=True,
        )
        knowledge.refresh(uow)
        found = knowledge.search(uow, "opening hours", "en")
    # Then it is offered
    assert [each.slug for each in found] == ["only"]


def test_what_is_learnt_while_a_batch_is_answered_is_found_in_it(taught: Work, database_url: str) -> None:
    # Given a unit of work that has searched before, and an article that somebody else's teaches meanwhile
    elsewhere = Database(lambda: database_url)
    with taught() as uow:
        knowledge.search(uow, "¿Cuándo abre el acuario?", "es")
        with elsewhere.unit_of_work() as other:
            asked = ["¿Cuándo abre el acuario?", "horario del acuario"]
            knowledge.save_article(
                other, slug="aquarium", language="es", title="Acuario", body="A las 9.", questions=asked, publish=True
            )
            knowledge.refresh(other)
        elsewhere.close()
        # When it searches again
        found = knowledge.search(uow, "¿Cuándo abre el acuario?", "es")
    # Then what was learnt is read as it was learnt
    assert (found[0].slug, found[0].confidence >= 0.7) == ("aquarium", True)
