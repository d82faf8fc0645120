"""The console's files through the whole system, as a browser gets them."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from infra.local.environment import ROOT

DIST = ROOT / "functions/console/web/dist"


@pytest.fixture(scope="module", autouse=True)
def built() -> Path:
    if not (DIST / "index.html").exists():
        pytest.skip("the console is not built: make functions/console/web/dist/ready")
    return DIST


@pytest.mark.parametrize("path", ["/", "/console/"])
def test_other_ways_lead_to_the_console(http: httpx.Client, path: str) -> None:
    # When a browser opens the API's own address, or the console's with a slash behind it
    answer = http.get(path)
    # Then it is sent to the console
    assert (answer.status_code, answer.headers["location"]) == (308, "/console")


def test_the_console_may_call_its_own_socket(http: httpx.Client) -> None:
    # When a deep link is opened
    answer = http.get("/console/inbox")
    # Then the page comes with a policy that names the WebSocket's host, and a nonce of its own
    policy = answer.headers["content-security-policy"]
    assert answer.status_code == 200 and re.search(
        r"connect-src 'self' ws://[0-9a-f]+\.execute-api\.localhost:", policy
    )
    nonce = re.search(r"'nonce-([^']+)'", policy)
    assert nonce and f'content="{nonce[1]}"' in answer.text


def test_every_file_the_page_names_is_there_unharmed(http: httpx.Client, built: Path) -> None:
    # Given the files the page loads
    named = re.findall(r'(?:src|href)="/console/([^"]+)"', http.get("/console").text)
    assert any(name.startswith("assets/") for name in named), http.get("/console").text
    for name in named:
        # When each is asked for, compressed where the browser takes it
        answer = http.get(f"/console/{name}")
        # Then it arrives as it was built
        assert answer.status_code == 200 and answer.content == (built / name).read_bytes(), name
