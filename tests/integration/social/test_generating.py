"""What a language model proposes is a draft: words for each network, and a picture that comes later."""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Iterator
from typing import Any

import pytest

from relevo import social
from relevo.db import Database
from relevo.settings import settings
from relevo.social import Post
from tests.support import openai, publishing
from tests.support.bucket import MemoryBucket
from tests.support.openai import Model
from tests.support.publishing import Channels

PROPOSAL: dict[str, Any] = {
    "versions": [
        {"network": "instagram", "text": "¡Balatas al 2x1!", "hashtags": ["frenos", "dos por uno", "frenos"]},
        {"network": "facebook", "text": "Esta semana, balatas al 2x1.", "hashtags": []},
    ],
    "image_prompt": "Unas balatas nuevas sobre una mesa de taller",
}


@pytest.fixture(scope="module")
def served() -> Iterator[Model]:
    with openai.serve() as model:
        yield model


@pytest.fixture
def model(served: Model, monkeypatch: pytest.MonkeyPatch) -> Model:
    served.requests.clear()
    served.replies = [PROPOSAL]
    monkeypatch.setenv("RELEVO_LLM_SECRET", json.dumps({"api_key": "k", "base_url": served.url}))
    settings.cache_clear()
    return served


@pytest.fixture
def accounts(database: Database) -> Channels:
    with database.unit_of_work() as uow:
        return publishing.channels(uow)


def propose(database: Database, accounts: Channels, **more: Any) -> Post:
    with database.unit_of_work() as uow:
        return social.generating.propose(
            uow,
            [accounts.instagram, accounts.facebook],
            **{"purpose": "promotion", "subject": "Balatas al 2x1", "language": "es", "illustrate": False} | more,
            actor="user:ana",
        )


def test_each_network_has_words_of_its_own_and_nothing_is_published(
    database: Database, model: Model, accounts: Channels
) -> None:
    # When a post is proposed for two networks
    post = propose(database, accounts)
    # Then it is a draft with each one's words, hashtags once and without spaces
    assert (post.status, post.generated, post.text) == ("draft", True, "¡Balatas al 2x1!\n\n#frenos #dosporuno")
    with database.unit_of_work() as uow:
        words = {each.network: each.text for each in social.posts.publications_of(uow, [post.id])[post.id]}
        calls = uow.all("SELECT purpose, outcome FROM platform.model_call")
    assert words == {"instagram": None, "facebook": "Esta semana, balatas al 2x1."}
    assert calls == [{"purpose": "social", "outcome": "answered"}]
    # And the model was told what to write about, not what to do, by the subject
    assert [message["role"] for message in model.requests[0]["messages"]] == ["system", "user"]


def test_a_model_that_forgets_a_network_writes_nothing(database: Database, model: Model, accounts: Channels) -> None:
    model.replies = [PROPOSAL | {"versions": PROPOSAL["versions"][:1]}]
    with pytest.raises(social.NoModel, match="facebook"):
        propose(database, accounts)


def test_a_model_that_makes_up_a_price_writes_nothing(database: Database, model: Model, accounts: Channels) -> None:
    # Given a model that adds a price nobody named, and one that only writes the same figure otherwise
    told = [version | {"text": "Balatas al 2x1 por 1,999 pesos"} for version in PROPOSAL["versions"]]
    model.replies = [PROPOSAL | {"versions": told}]
    with pytest.raises(social.NoModel, match="1,999"):
        propose(database, accounts)
    assert propose(database, accounts, subject="Balatas al 2x1, $1999").text.startswith("Balatas al 2x1 por 1,999")


def test_the_picture_comes_later_and_once(
    database: Database, model: Model, accounts: Channels, bucket: MemoryBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a draft that asked for a picture, and a model that draws PNG unless it is asked for JPEG
    post = propose(database, accounts, illustrate=True)

    def draw(request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        head = b"\x89PNG\r\n\x1a\n" + bytes(8) + struct.pack(">II", 1024, 1024) + bytes(8)
        picture = publishing.jpeg(1024, 1024) if request.get("output_format") == "jpeg" else head
        return 200, {"created": 1, "data": [{"b64_json": base64.b64encode(picture).decode()}]}

    monkeypatch.setattr(model, "answer", draw)
    # When it is made, and the event comes twice
    for _ in range(2):
        social.generating.illustrate(database, post.id)
    # Then the draft has one picture, fit for Instagram
    with database.unit_of_work() as uow:
        drawn = social.posts.get(uow, post.id)
        [file] = social.media.of_posts(uow, [post.id])[post.id]
        assert social.posts.problems(uow, drawn) == {}
    assert (drawn.kind, drawn.status, drawn.illustration) == ("image", "draft", "made")
    assert (file.width, file.state) == (1024, "ready") and file.storage_key in bucket.files


def test_a_model_that_draws_nothing_leaves_the_draft_to_people(
    database: Database, model: Model, accounts: Channels, bucket: MemoryBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = propose(database, accounts, illustrate=True)
    monkeypatch.setattr(model, "answer", lambda request: (500, {"error": {"message": "busy"}}))
    social.generating.illustrate(database, post.id)
    with database.unit_of_work() as uow:
        left = social.posts.get(uow, post.id)
    assert (left.kind, left.illustration) == ("text", "failed")
