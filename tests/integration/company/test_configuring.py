"""What the operator sends to a deployed stage is done, all or nothing, by the function `configure`."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from typer.testing import CliRunner

from infra.cli import main
from infra.local import seed
from infra.local.pipeline import Pipeline
from relevo import access
from relevo.db import Database
from tests.support.events import sample

run = CliRunner().invoke
SEED = Path(seed.__file__).parent


class Lambda:
    """AWS Lambda with one function, `relevo-dev-configure`; a fault of it is answered as AWS answers it."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.handler = pipeline.handler("configure")

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:
        if FunctionName != "relevo-dev-configure":
            raise ClientError({"Error": {"Code": "ResourceNotFoundException", "Message": FunctionName}}, "Invoke")
        try:
            answer = self.handler(json.loads(Payload), None)
        except RuntimeError as error:
            failure = json.dumps({"errorMessage": str(error)}).encode()
            return {"FunctionError": "Unhandled", "Payload": io.BytesIO(failure)}
        return {"Payload": io.BytesIO(json.dumps(answer).encode())}


@pytest.fixture
def aws(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> Lambda:
    """What boto3 reaches."""
    stand_in = Lambda(pipeline)
    monkeypatch.setattr(boto3, "client", lambda service, **_: {"lambda": stand_in}[service])
    return stand_in


def counted(database: Database) -> dict[str, int]:
    with database.unit_of_work() as uow:
        row = uow.one(
            "SELECT (SELECT count(*) FROM inbox.branch) AS branches, (SELECT count(*) FROM desk.agent) AS agents,"
            " (SELECT count(*) FROM access.api_key) AS keys, (SELECT count(*) FROM knowledge.article) AS articles"
        )
    assert row is not None
    return row


def test_the_sample_company_is_put_in_and_lacks_nothing(pipeline: Pipeline, database: Database) -> None:
    # Given an empty database
    # When the sample company comes, twice
    first, second = (pipeline.handler("configure")(sample("configure/company"), None) for _ in range(2))
    # Then it is there once
    assert first == second and first["company"]["warnings"] == []
    assert counted(database) == {"branches": 1, "agents": 1, "keys": 0, "articles": 0}


def test_the_sample_articles_are_learnt(pipeline: Pipeline, database: Database) -> None:
    # When articles come
    answer = pipeline.handler("configure")(sample("configure/articles"), None)
    # Then the summary counts them
    assert answer == {"translations": 1, "articles": 1} and counted(database)["articles"] == 1


def test_products_come_in_and_wrong_ones_are_told(pipeline: Pipeline) -> None:
    # When products are sent, one of them without a price
    answer = pipeline.handler("configure")(sample("configure/products"), None)["products"]
    # Then the others are in, and it is named
    assert (answer["imported"], [each["row"] for each in answer["rejected"]]) == (2, [2])
    assert "price" in answer["rejected"][0]["reason"]


def test_a_key_is_answered_once_with_its_token_and_opens(pipeline: Pipeline, database: Database) -> None:
    # When a key is asked for
    made = pipeline.handler("configure")(sample("configure/api_key"), None)["api_key"]
    # Then its token opens what it names
    with database.unit_of_work() as uow:
        principal = access.authorize(uow, made["token"])
    assert principal is not None and sorted(principal.scopes) == ["tickets:read", "tickets:write"]


@pytest.mark.parametrize(
    ("event", "error"),
    [
        ({}, "send one of company, articles"),
        ({"compny": {}}, "compny: Extra inputs are not permitted"),
        ({"company": {"branches": 3}}, "branches: Input should be a valid list"),
        ({"articles": [{"slug": "A B"}]}, "articles.0.slug"),
        ({"api_key": {"name": "x", "scopes": ["everything"]}}, "no such scope: everything"),
        (sample("configure/unknown_department"), "agents.0.department: there is no department 'nowhere'"),
        (sample("configure/revoke_unknown_key"), "no API key begins with rlv_0123456789ab"),
        ({"users": {}}, "users: Value error, say one of create, list, password, deactivate"),
        ({"users": {"password": "nobody@relevo.example"}}, "nobody signs in as nobody@relevo.example"),
        (
            {"users": {"create": {"email": "a@b.co", "name": "A", "role": "agent", "branches": ["nowhere"]}}},
            "there is no branch nowhere",
        ),
    ],
)
def test_a_wrong_document_is_answered_with_the_place(
    pipeline: Pipeline, database: Database, event: dict[str, Any], error: str
) -> None:
    # Given an empty database
    # When a wrong document comes, then the answer says what is wrong
    answer = pipeline.handler("configure")(event, None)
    assert set(answer) == {"error"} and error in answer["error"]


def test_all_or_nothing_is_done(pipeline: Pipeline, database: Database) -> None:
    # Given a good company with a key nobody may have
    event = sample("configure/company") | {"api_key": {"name": "x", "scopes": ["everything"]}}
    # When it comes
    answer = pipeline.handler("configure")(event, None)
    # Then neither is there
    assert "no such scope" in answer["error"]
    assert counted(database) == {"branches": 0, "agents": 0, "keys": 0, "articles": 0}


def test_the_commands_configure_a_stage(aws: Lambda, database: Database) -> None:
    # Given a stage where nothing is
    # When company, articles and a key are sent from the command line
    company = run(main, ["company", "load", str(SEED / "company.json"), "--stage", "dev"])
    articles = run(main, ["articles", "load", str(SEED / "articles.json"), "--stage", "dev"])
    key = run(main, ["key", "create", "shop", "--scope", "tickets:read", "--stage", "dev"])
    # Then each tells its summary, and they are there
    assert json.loads(company.stdout)["agents"] == 5
    assert json.loads(articles.stdout) == {"translations": 12, "articles": 6}
    assert json.loads(key.stdout)["token"].startswith("rlv_")
    assert counted(database) == {"branches": 2, "agents": 5, "keys": 1, "articles": 12}


def test_without_a_stage_the_company_goes_into_the_database_at_hand(database: Database) -> None:
    # When a company is loaded without a stage
    result = run(main, ["company", "load", str(SEED / "company.json")])
    # Then it is in the database of this process
    assert json.loads(result.stdout)["warnings"] == [] and counted(database)["branches"] == 2


@pytest.mark.parametrize("stage", [[], ["--stage", "dev"]])
def test_a_wrong_file_is_one_clear_line(aws: Lambda, database: Database, tmp_path: Path, stage: list[str]) -> None:
    # Given a file with an agent of no department
    file = tmp_path / "company.json"
    file.write_text(json.dumps(sample("configure/unknown_department")["company"]))
    # When it is loaded
    result = run(main, ["company", "load", str(file), *stage])
    # Then the command says where it is wrong, and fails
    assert result.exit_code == 2 and result.stderr.count("\n") == 1
    assert "agents.0.department: there is no department 'nowhere'" in result.stderr


def test_a_stage_that_is_not_there_is_one_clear_line(aws: Lambda) -> None:
    # When a stage nobody deployed is named
    result = run(main, ["company", "load", str(SEED / "company.json"), "--stage", "prod"])
    # Then the command says so
    assert result.exit_code == 2 and "stage prod cannot be reached" in result.stderr


def test_a_function_that_fails_is_named_with_its_log(aws: Lambda) -> None:
    # Given a function without its database
    def broken(event: Any, context: Any) -> dict[str, Any]:
        raise RuntimeError("no database")

    aws.handler = broken
    # When it is called
    result = run(main, ["articles", "load", str(SEED / "articles.json"), "--stage", "dev"])
    # Then the command says where to look
    assert result.exit_code == 2 and "no database" in result.stderr
    assert "/aws/lambda/relevo-dev-configure" in result.stderr


def test_the_sample_user_is_let_in_once(pipeline: Pipeline, database: Database) -> None:
    # When a user is asked for, twice
    made, again = (pipeline.handler("configure")(sample("configure/user"), None) for _ in range(2))
    # Then they sign in with the password of the first answer, and the second says that they do already
    with database.unit_of_work() as uow:
        signed_in = access.log_in(uow, made["users"]["email"], made["users"]["password"], address="192.0.2.1")
    assert signed_in is not None and set(again) == {"error"} and "signs in already" in again["error"]
