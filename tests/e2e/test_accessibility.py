"""Every screen judged by axe-core, in light and dark: what people who see or move otherwise would stumble on."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from infra.local.environment import Environment
from tests.e2e.desk import PATIENCE, SCREENS, Desk
from tests.e2e.phone import Phone, eventually

AXE = Path(__file__).parents[2] / "functions/console/web/node_modules/axe-core/axe.min.js"
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
GRAVE = {"serious", "critical"}
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


def violations(page: Page) -> list[str]:
    """What axe finds grave, each as rule, reason and the first elements."""
    page.evaluate(AXE.read_text())
    found: list[dict[str, Any]] = page.evaluate("async () => (await axe.run(document)).violations")
    return [
        f"{each['id']}: {node['html'][:160]} ({node['failureSummary'][:240]})"
        for each in found
        if each["impact"] in GRAVE
        for node in each["nodes"][:4]
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_no_screen_shuts_anybody_out(
    phone_of: Callable[[str, str], Phone], browser: Browser, environment: Environment, dark: bool
) -> None:
    # Given a person who sees everything, and a customer whom the bot answered
    customer = "Gabriela Solís" if dark else "Hugo Salas"
    phone = phone_of("5215588000021" if dark else "5215588000022", customer)
    phone.write("¿Cómo restablezco mi contraseña?")
    eventually(phone.received, "the bot's answer")
    desk = Desk(browser, environment.browser_api_url, "lucia@relevo.example", dark=dark)
    found: dict[str, list[str]] = {}
    # When a conversation and every screen are judged
    desk.box("Todas")
    desk.open(customer)
    desk.sees("¿Cómo restablezco mi contraseña?")
    found["inbox"] = violations(desk.page)
    for screen in SCREENS:
        desk.page.goto(f"{environment.browser_api_url}/console/{screen}")
        expect(desk.page.get_by_role("heading").first).to_be_visible(timeout=PATIENCE)
        desk.page.wait_for_load_state("networkidle")
        found[screen] = violations(desk.page)
    desk.close()
    # Then nothing grave is found
    assert {screen: what for screen, what in found.items() if what} == {}
