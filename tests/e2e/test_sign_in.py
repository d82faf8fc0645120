"""People sign in through the deployed gateway, in a browser: its cookie comes back, scripts cannot read it."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Page, sync_playwright
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from infra.local import seed
from infra.local.environment import Environment

EMMA = {"email": "emma@relevo.example", "password": seed.PASSWORD}


@pytest.fixture
def page(environment: Environment) -> Iterator[Page]:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no chromium here: make chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        shown = browser.new_page()
        shown.goto(f"{environment.browser_api_url}/api/docs")
        yield shown
        browser.close()


def test_a_browser_stays_signed_in_until_it_signs_out(page: Page) -> None:
    # Given a page of the same origin
    post = """async ([path, body]) => {
        const answer = await fetch(path, {method: 'POST', headers: {'content-type': 'application/json'},
                                          body: body && JSON.stringify(body)});
        return answer.status;
    }"""
    # When somebody signs in there, renews the session, signs out and tries to renew it again
    steps = [("login", EMMA), ("refresh", None), ("refresh", None), ("logout", None), ("refresh", None)]
    answers = [page.evaluate(post, [f"/api/auth/{path}", body]) for path, body in steps]
    # Then the cookie went along until the end, and no script has seen it
    assert answers == [200, 200, 200, 204, 401]
    assert page.evaluate("document.cookie") == ""


def test_a_person_opens_what_their_role_may_and_the_live_connection_once(http: httpx.Client) -> None:
    # Given somebody signed in
    token = http.post("/api/auth/login", json=EMMA).json()["access_token"]
    http.headers["authorization"] = f"Bearer {token}"
    # When they go where their role may, and where it may not
    assert http.get("/api/support/tickets").status_code == 200
    assert http.get("/api/auth/users").status_code == 403
    # Then a ticket opens the live connection, once
    url = http.post("/api/auth/socket-ticket").json()["url"]
    with connect(url, sock=_to(url)):
        pass
    with pytest.raises(InvalidStatus) as refused, connect(url, sock=_to(url)):
        pass
    assert refused.value.response.status_code == 403


def _to(url: str) -> socket.socket:
    """A connection to this machine, whose resolver may not know names under localhost."""
    return socket.create_connection(("127.0.0.1", urlsplit(url).port or 80))
