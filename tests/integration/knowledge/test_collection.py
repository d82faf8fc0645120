"""A company's articles come in as one JSON document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from infra.cli import main
from relevo import knowledge
from relevo.db import Database
from relevo.errors import InvalidInput

SEED = Path(__file__).parents[3] / "infra/local/seed/articles.json"


def test_a_file_is_loaded_learned_and_safe_to_load_again(database: Database) -> None:
    # Given the seed's articles
    # When they are loaded twice
    first, second = (CliRunner().invoke(main, ["articles", "load", str(SEED)]) for _ in range(2))
    # Then the bot finds them, and each has one version
    assert json.loads(first.stdout) == json.loads(second.stdout) == {"translations": 12, "articles": 6}
    with database.unit_of_work() as uow:
        assert knowledge.search(uow, "¿Cómo descargo mis facturas?", "es")[0].slug == "download-invoices"
        assert uow.one("SELECT max(version) AS version FROM knowledge.article") == {"version": 1}


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ({"slug": "x"}, "list"),
        ([{"slug": "Not A Slug", "es": {"title": "t", "body": "b"}}], "0.slug"),
        ([{"slug": "x", "es": {"title": "", "body": "b"}}], "0.es.title"),
        ([{"slug": "x", "fr": {"title": "t", "body": "b"}}], "0.fr"),
    ],
)
def test_a_wrong_document_is_refused_with_the_place(document: Any, place: str) -> None:
    # Given a document that breaks the form
    # When it is parsed, then the error says where
    with pytest.raises(InvalidInput, match=place):
        knowledge.parse_collection(document)


def test_a_file_that_is_not_there_is_one_clear_line() -> None:
    # Given no file
    # When it is loaded
    result = CliRunner().invoke(main, ["articles", "load", "nowhere.json"])
    # Then the command says so and fails
    assert result.exit_code == 2 and "nowhere.json cannot be loaded" in result.stderr
