"""Articles as people write them: every version kept, learnt by the bot soon after, tried before customers ask."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from functions.learn.handler import handler as learn
from functions.rehearse.handler import handler as rehearse
from relevo import knowledge
from relevo.db import Database
from relevo.events import ArticleChanged
from tests.integration.api.conftest import Api
from tests.support import people, world
from tests.support.broker import MemoryMessaging, detail
from tests.support.gateway import content, request
from tests.support.lambdas import failed, sqs

ARTICLES, TRY = "/api/knowledge/articles", "/api/knowledge/try"
EVENTS = Path(__file__).parents[3] / "events"
INVOICES: dict[str, Any] = {
    "language": "es",
    "title": "Descargar facturas",
    "body": "Abra su cuenta y elija Facturas. Ahí está el PDF de cada mes.",
    "category": "billing",
    "questions": ["¿Dónde está mi factura?", "Necesito el PDF de la factura"],
}
PASSWORD: dict[str, Any] = {
    "language": "es",
    "title": "Restablecer la contraseña",
    "body": "Elija «Olvidé mi contraseña» y siga el enlace del correo.",
    "questions": ["Olvidé mi contraseña", "No puedo entrar a mi cuenta"],
}


def written(api: Api, article: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer = api("POST", ARTICLES, body={**article, **more})
    assert answer["statusCode"] == 201, answer["body"]
    made: dict[str, Any] = content(answer)
    return made


def read(api: Api, article: dict[str, Any]) -> dict[str, Any]:
    return dict(content(api("GET", f"{ARTICLES}/{article['id']}")))


def text_of(article: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """What PUT takes, as the article says it."""
    return {field: article[field] for field in ("title", "body", "category", "questions")} | changed


def learned(sent: MemoryMessaging) -> int:
    """The bot learns every change told so far; how many there were."""
    events = [ArticleChanged.model_validate(detail(m)) for m in sent.facts if m.name == "article.changed"]
    sent.facts.clear()
    for event in events:
        assert failed(learn(sqs(event), None)) == []
    return len(events)


def test_an_article_is_learnt_after_it_is_published(api: Api, database: Database, sent: MemoryMessaging) -> None:
    # Given a draft, which customers do not find and the bot does not learn
    draft = written(api, INVOICES)
    assert (draft["slug"], draft["status"], draft["state"]) == ("descargar-facturas", "draft", None)
    assert learned(sent) == 0
    # When it is published
    path = f"{ARTICLES}/{draft['id']}"
    published = content(api("PUT", path, body=text_of(draft, publish=True)))
    assert (published["status"], published["state"], published["version"]) == ("published", "learning", 1)
    # Then the bot learns it, and finds it
    assert learned(sent) == 1
    assert read(api, draft)["state"] == "ready"
    found = content(api("POST", TRY, body={"question": "dónde bajo mi factura"}))["found"]
    assert [match["article_id"] for match in found] == [draft["id"]]


def test_every_version_is_kept_and_can_be_restored(api: Api, database: Database) -> None:
    # Given an article two people wrote on
    with database.unit_of_work() as uow:
        rosa = people.user(uow, "supervisor")
    article = written(api, INVOICES, publish=True)
    path = f"{ARTICLES}/{article['id']}"
    change = text_of(article, title="Bajar facturas", questions=["¿Y mi factura?"], reason="shorter")
    api("PUT", path, body=change, principal=f"user:{rosa.id}")
    api("PUT", path, body=change)
    # When the versions are read
    versions = content(api("GET", f"{path}/versions"))["items"]
    # Then both are there, with who wrote them and why; saving the same again made none
    assert [version["version"] for version in versions] == [2, 1]
    assert (versions[0]["actor_name"], versions[0]["reason"]) == (rosa.name, "shorter")
    # And the first can be what it says again
    restored = content(api("POST", f"{path}/restore", body={"version": 1}))
    assert (restored["version"], restored["title"], restored["questions"]) == (
        3,
        INVOICES["title"],
        INVOICES["questions"],
    )
    assert api("POST", f"{path}/restore", body={"version": 9})["statusCode"] == 404


def test_a_deleted_article_is_no_longer_found_and_comes_back_as_a_draft(
    api: Api, database: Database, sent: MemoryMessaging
) -> None:
    # Given two articles the bot knows
    invoices, password = written(api, INVOICES, publish=True), written(api, PASSWORD, publish=True)
    learned(sent)
    # When one is deleted
    assert api("DELETE", f"{ARTICLES}/{invoices['id']}")["statusCode"] == 204
    # Then it is found at once no more, and learnt away; lists show it only when asked
    for _ in range(2):
        found = content(api("POST", TRY, body={"question": "¿Dónde está mi factura?"}))["found"]
        assert invoices["id"] not in [match["article_id"] for match in found]
        learned(sent)
    assert [item["id"] for item in content(api("GET", ARTICLES))["items"]] == [password["id"]]
    archived = content(api("GET", ARTICLES, query={"status": "archived"}))["items"]
    assert [item["id"] for item in archived] == [invoices["id"]]
    # And it can be brought back
    restored = content(api("POST", f"{ARTICLES}/{invoices['id']}/restore", body={"version": 1}))
    assert (restored["status"], restored["title"]) == ("draft", INVOICES["title"])


def test_an_article_unpublished_and_published_again_is_learnt_again(
    api: Api, database: Database, sent: MemoryMessaging
) -> None:
    # Given a learnt article, hidden from customers
    article = written(api, INVOICES, publish=True)
    written(api, PASSWORD, publish=True)
    learned(sent)
    path = f"{ARTICLES}/{article['id']}"
    hidden = content(api("PUT", path, body=text_of(article, publish=False)))
    assert (hidden["status"], hidden["state"]) == ("draft", None)
    # When it is shown again before anything was learnt anew
    shown = content(api("PUT", path, body=text_of(article, publish=True)))
    # Then it says that the bot is not ready, until it is
    assert shown["state"] == "learning"
    learned(sent)
    assert read(api, article)["state"] == "ready"


def test_many_changes_are_learnt_together(api: Api, database: Database, sent: MemoryMessaging) -> None:
    # Given ten changes told one by one
    article = written(api, INVOICES, publish=True)
    for n in range(9):
        api("PUT", f"{ARTICLES}/{article['id']}", body=text_of(article, body=f"Texto {n}."))
    # When all are consumed
    assert learned(sent) == 10
    # Then the bot learnt once, and knows the last
    with database.unit_of_work() as uow:
        assert uow.one("SELECT count(*) AS models FROM knowledge.model") == {"models": 1}
        assert knowledge.learn(uow) is None
    assert read(api, article)["state"] == "ready"


def test_writing_goes_on_while_the_bot_learns(api: Api, database: Database, database_url: str) -> None:
    # Given articles, one changed again and again while two learn at the same time
    written(api, PASSWORD, publish=True)
    article = written(api, INVOICES, publish=True)
    failures: list[Exception] = []

    def work(task: Any) -> None:
        own = Database(lambda: database_url)
        try:
            for n in range(8):
                with own.unit_of_work(publish=False) as uow:
                    task(uow, n)
        except Exception as error:
            failures.append(error)
        own.close()

    def edit(uow: Any, n: int) -> None:
        draft = knowledge.Draft("billing", f"Facturas {n}", f"Texto número {n}.", [f"¿Factura {n}?"])
        knowledge.change_article(uow, article["id"], draft, actor="ana")

    # When they all are done
    tasks = [edit, lambda uow, n: knowledge.refresh(uow), lambda uow, n: knowledge.learn(uow)]
    threads = [threading.Thread(target=work, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Then nobody was in another's way, and what was learnt last is what it says
    assert failures == []
    with database.unit_of_work() as uow:
        knowledge.learn(uow)
    last = read(api, article)
    assert (last["title"], last["state"]) == ("Facturas 7", "ready")


def test_one_language_is_written_once(api: Api, database: Database) -> None:
    # Given an article in Spanish
    article = written(api, INVOICES)
    # When it is written in English under its slug, and in Spanish once more
    english = api("POST", ARTICLES, body={**INVOICES, "language": "en", "slug": article["slug"]})
    again = api("POST", ARTICLES, body=INVOICES)
    # Then the one is new, the other refused, naming what is there
    assert english["statusCode"] == 201
    assert again["statusCode"] == 409 and content(again)["article_id"] == article["id"]
    assert content(again)["type"].endswith("article-exists")


def test_nobody_overwrites_what_they_have_not_seen(api: Api, database: Database) -> None:
    # Given an article two people opened at version 1
    article = written(api, INVOICES)
    path = f"{ARTICLES}/{article['id']}"
    # When both save
    first = api("PUT", path, body=text_of(article, title="Uno", version=1))
    second = api("PUT", path, body=text_of(article, title="Dos", version=1))
    # Then the second is told that there is a newer one
    assert first["statusCode"] == 200
    assert second["statusCode"] == 409 and content(second)["version"] == 2
    assert read(api, article)["title"] == "Uno"


def test_articles_are_listed_by_words_language_and_status(api: Api, database: Database) -> None:
    # Given articles in two languages, one published
    invoices, password = written(api, INVOICES), written(api, PASSWORD, publish=True)
    english = written(
        api, {"language": "en", "title": "Refunds", "body": "Ask for it.", "questions": ["I want my money back"]}
    )
    every = [english["id"], password["id"], invoices["id"]]
    # When they are listed page by page, and under filters
    listed, following = [], None
    while True:
        query = {"limit": "1"} | ({"cursor": following} if following else {})
        page = content(api("GET", ARTICLES, query=query))
        listed += [item["id"] for item in page["items"]]
        if (following := page["next"]) is None:
            break

    def found(**query: str) -> list[str]:
        return [item["id"] for item in content(api("GET", ARTICLES, query=query))["items"]]

    # Then each answers with what it names, the last changed first
    assert listed == found() == every
    assert found(language="en") == found(q="money") == found(q="refund") == [english["id"]]
    assert found(status="published") == found(q="contraseñ") == found(q="CONTRASEÑA correo") == [password["id"]]
    assert found(q="factu") == found(q="pdf", status="draft") == [invoices["id"]]
    assert found(q="de la") == found(q="zzz") == []


@pytest.mark.parametrize(
    ("question", "would", "reason"),
    [
        ("olvide mi contraseña", "answer", "answered"),
        ("hola", "answer", "greeting"),
        ("quiero hablar con una persona", "hand over", "the customer asked for a person"),
        ("URGENTE: el sistema está caído", "hand over", "urgent"),
        ("¿venden bicicletas de montaña?", "hand over", "no article answers this with enough confidence"),
    ],
)
def test_a_question_is_tried_as_the_bot_would_take_it(
    api: Api, database: Database, sent: MemoryMessaging, question: str, would: str, reason: str
) -> None:
    # Given articles the bot knows
    written(api, PASSWORD, publish=True)
    written(api, INVOICES, publish=True)
    learned(sent)
    # When a question is tried
    trial = content(api("POST", TRY, body={"question": question, "language": "es"}))
    # Then it says what the bot would do and why, and nothing else happened
    assert (trial["would"], trial["reason"]) == (would, reason)
    with database.unit_of_work() as uow:
        assert uow.one("SELECT count(*) AS turns FROM knowledge.chatbot_turn") == {"turns": 0}


def test_a_bolder_bot_is_seen_in_the_trial(api: Api, database: Database, sent: MemoryMessaging) -> None:
    # Given a bot that answers whatever it finds
    written(api, PASSWORD, publish=True)
    written(api, INVOICES, publish=True)
    learned(sent)
    with database.unit_of_work() as uow:
        world.setting(uow, "bot.confidence", 0.0)
    # When something is tried that no article answers
    trial = content(api("POST", TRY, body={"question": "¿venden bicicletas de montaña?"}))
    # Then it would answer all the same
    assert trial["would"] == "answer"


def test_the_trial_has_a_function_of_its_own(database: Database) -> None:
    # Given API Gateway's call for the trial
    event = json.loads((EVENTS / "rehearse/try_question.json").read_text(encoding="utf-8"))
    # When it reaches the function that has the embeddings
    answer = rehearse(event, None)
    # Then it is answered, also where nothing was ever learnt
    assert answer["statusCode"] == 200
    assert content(answer)["found"] == [] and content(answer)["would"] == "hand over"
    # And who may not read articles is refused there as anywhere
    assert rehearse(request("POST", TRY, body={"question": "hola"}, scopes=()), None)["statusCode"] == 403


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"title": " "}, 422),
        ({"body": ""}, 422),
        ({"language": "fr"}, 422),
        ({"slug": "Ni hablar"}, 422),
        ({"title": "¿¡!?"}, 422),
        ({"questions": ["x" * 201]}, 422),
    ],
)
def test_what_is_no_article_is_refused(api: Api, database: Database, change: dict[str, Any], status: int) -> None:
    # When something is wrong with an article, then the refusal names it
    assert api("POST", ARTICLES, body={**INVOICES, **change})["statusCode"] == status
