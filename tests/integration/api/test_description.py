"""The OpenAPI document is valid, tells every route with its errors, and its page needs nothing from elsewhere."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from typing import Any

import pytest
from openapi_spec_validator import validate

from relevo.api import app
from relevo.db import Database
from tests.integration.api.conftest import Api
from tests.support.gateway import content, request


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    from functions.api.handler import handler

    described: dict[str, Any] = content(handler(request("GET", "/api/openapi.json", scopes=None), None))
    return described


def test_the_document_is_openapi(document: dict[str, Any]) -> None:
    # When the document is held against OpenAPI's own schema, then it fits
    validate(document)
    assert document["openapi"].startswith("3.1")


def test_every_route_is_told(document: dict[str, Any]) -> None:
    # Given the routes there are
    routes = {
        (route.method.lower(), route.path.replace("<", "{").replace(">", "}"))
        for route in app._static_routes + app._dynamic_routes
    }
    # Then the document has them, and no others
    assert {(method, path) for path, item in document["paths"].items() for method in item} == routes


def test_a_closed_route_tells_its_scope_and_its_refusals(document: dict[str, Any]) -> None:
    # Given the route that opens tickets
    operation = document["paths"]["/api/support/tickets"]["post"]
    # Then its scope, its key and every refusal with its kind of body are told
    assert operation["x-scope"] == "tickets:write" and operation["security"] == [{"api_key": []}]
    refusals = {code for code, told in operation["responses"].items() if "application/problem+json" in told["content"]}
    assert refusals == {"400", "401", "403", "409", "413", "415", "422", "500", "503"}
    assert operation["responses"]["201"]["content"]["application/json"]["schema"]["$ref"].endswith("/Ticket")
    assert [p["name"] for p in operation["parameters"]] == ["idempotency-key"]


def test_parameters_carry_their_rules(document: dict[str, Any]) -> None:
    # Given the list's parameters
    parameters = {p["name"]: p for p in document["paths"]["/api/support/tickets"]["get"]["parameters"]}
    # Then a program can know what is allowed
    assert "open" in json.dumps(parameters["status"]["schema"])
    assert (parameters["limit"]["schema"]["minimum"], parameters["limit"]["schema"]["maximum"]) == (1, 100)
    assert not any(parameter["required"] for parameter in parameters.values())


def test_the_page_takes_nothing_from_elsewhere(api: Api) -> None:
    # When the page is loaded
    answer = api("GET", "/api/docs", scopes=None)
    # Then every address in its markup is its own, and its one inline script is the one its policy allows
    markup = re.sub(r'<script type="application/json".*?</script>', "", answer["body"], flags=re.S)
    assert re.findall(r'(?:src|href)="([^"]+)"', markup) == ["data:,", "docs?asset=style", "docs?asset=script"]
    (script,) = re.findall(r"<script>(.*?)</script>", markup, re.S)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = answer["headers"]["content-security-policy"]
    assert f"script-src 'self' 'sha256-{digest}'" in policy and "unsafe-eval" not in policy


@pytest.mark.parametrize(("asset", "kind"), [("style", "text/css"), ("script", "text/javascript")])
def test_its_files_come_from_us_compressed(api: Api, asset: str, kind: str) -> None:
    # When a browser asks for a file of the page
    answer = api("GET", "/api/docs", query={"asset": asset}, headers={"accept-encoding": "gzip, br"}, scopes=None)
    # Then it is served, small enough for a Lambda's answer
    assert answer["statusCode"] == 200 and answer["headers"]["Content-Type"].startswith(kind)
    assert answer["headers"]["Content-Encoding"] == "gzip" and len(answer["body"]) < 1_000_000
    assert gzip.decompress(base64.b64decode(answer["body"]))


def test_no_other_file_is_served(api: Api) -> None:
    # When something else is asked for, then there is nothing
    assert api("GET", "/api/docs", query={"asset": "../../handler.py"}, scopes=None)["statusCode"] == 422
