"""A post from a picture chosen in the browser to what people see, through the system as it is deployed."""

from __future__ import annotations

import io
import re
import shutil
import time
from collections.abc import Iterator

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Browser, expect, sync_playwright

from infra.local.environment import Environment
from tests.e2e.desk import PATIENCE, Desk

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


def picture() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (800, 800), "teal").save(written, "PNG")
    return written.getvalue()


def test_a_post_written_in_the_browser_is_public_within_moments(browser: Browser, environment: Environment) -> None:
    # Given a supervisor who writes a post with a picture, which no network but Facebook would take as it is
    words = f"Abrimos el domingo {time.monotonic_ns()}"
    desk = Desk(browser, environment.browser_api_url, "lucia@relevo.example")
    page = desk.page
    page.goto(f"{environment.browser_api_url}/console/social/new")
    page.get_by_label("Texto", exact=True).fill(words)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Añadir").click()
    chooser.value.set_files({"name": "taller.png", "mimeType": "image/png", "buffer": picture()})
    expect(page.get_by_role("button", name=re.compile("^Quitar «taller.jpg»"))).to_be_visible(timeout=PATIENCE)
    for account in ("@refacciones.valle", "Refacciones del Valle"):
        page.get_by_role("checkbox", name=re.compile(account)).check()
    page.get_by_role("button", name="Guardar borrador").click()
    # When they approve it and publish it now
    page.get_by_role("button", name="Aprobar").click()
    page.get_by_role("button", name="Programar", exact=True).click()
    page.get_by_role("button", name="Publicar ahora").click()
    page.get_by_role("button", name="Sí, publicar ahora").click()
    # Then both accounts have it without waiting for the minute, and people see it once on each, as a picture
    expect(page.get_by_role("region", name="Estado en cada cuenta").get_by_text("Publicada")).to_have_count(
        2, timeout=PATIENCE
    )
    desk.close()
    seen = httpx.get(f"{environment.networks_url}/_stand-in/posts").raise_for_status().json()
    mine = [post for post in seen if post["text"] == words]
    assert sorted((post["network"], post["kind"]) for post in mine) == [("facebook", "image"), ("instagram", "image")]
    file = httpx.get(f"{environment.networks_url}/files/{mine[0]['files'][0]}").raise_for_status()
    assert file.headers["content-type"] == "image/jpeg"
