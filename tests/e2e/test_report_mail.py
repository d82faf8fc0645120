"""A report's e-mail in a browser, at a phone's width and a desktop's: nothing beside the page, and readable."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from relevo.insight.reports import html
from tests.unit.insight.test_report_writing import PLAIN, document

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")

# Whatever is shown: its edges, its words and how large they are.
_MEASURE = """() => [...document.body.querySelectorAll('*')]
    .filter(each => each.getClientRects().length && getComputedStyle(each).display !== 'none')
    .map(each => [each, each.getBoundingClientRect()])
    .map(([each, box]) => ({
        tag: each.tagName, right: box.right, left: box.left, text: each.children.length ? '' : each.innerText,
        size: parseFloat(getComputedStyle(each).fontSize)}))"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.mark.parametrize("width", [360, 900], ids=["phone", "desktop"])
def test_an_email_fits_where_it_is_read(browser: Browser, width: int) -> None:
    # Given a report's page with its links, and everything it can have
    links = dict.fromkeys(("pdf", "tickets", "ratings"), "https://relevo.example/api/reports/links/x")
    page = browser.new_page(viewport={"width": width, "height": 800})
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.set_content(html.render(document(), PLAIN, links, "30 de noviembre de 2026"))
    # When it is laid out
    shown = page.evaluate(_MEASURE)
    # Then nothing stands beside the page, which cannot be scrolled sideways
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert [each for each in shown if each["right"] > width + 0.5 or each["left"] < -0.5] == []
    # And words are large enough, on a column no wider than mail programs show
    assert min(each["size"] for each in shown if each["text"].strip()) >= 10
    assert page.locator("h1").bounding_box()["width"] <= 640  # type: ignore[index]
    # And the headline's figures, the insights and the way to the PDF are there; nothing is fetched
    assert page.get_by_role("link", name="Abrir el PDF").is_visible()
    assert page.get_by_role("heading", level=2).count() >= 4
    assert fetched == []
    page.close()
