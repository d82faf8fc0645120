"""A person at the console: signs in with a browser of their own, and does what one does there."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from infra.local import seed

PATIENCE = 60_000.0
"""Milliseconds; the first request of each kind waits for its function's cold start."""

SCREENS = (
    *("dashboard", "alerts", "tickets", "articles", "products", "sales", "reports", "churn", "social"),
    *("people", "settings"),
)
"""All sections of the console but the conversations."""


class Desk:
    """One agent's browser. Everything is found by its role and its words, as a screen reader would find it."""

    def __init__(self, browser: Browser, root: str, email: str, *, width: int = 1440, dark: bool = False) -> None:
        self.context: BrowserContext = browser.new_context(
            locale="es-MX",
            viewport={"width": width, "height": 900 if width > 600 else 844},
            color_scheme="dark" if dark else "light",
        )
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(f"{root}/console/")
        self.page.get_by_label("Correo").fill(email)
        self.page.get_by_label(re.compile("^Contraseña")).fill(seed.PASSWORD)
        self.page.get_by_role("button", name="Entrar").click()
        expect(self.page.get_by_role("navigation", name="Secciones")).to_be_visible(timeout=PATIENCE)

    def live(self) -> None:
        """Wait until the live connection stands."""
        expect(self.page.get_by_text("En vivo", exact=True).first).to_be_attached(timeout=PATIENCE)

    def box(self, name: str) -> None:
        """Show one of the boxes of the list."""
        self.page.get_by_label("Bandejas").get_by_text(name, exact=False).first.click()

    def row(self, customer: str) -> Locator:
        """The customer's line in the list."""
        return self.page.locator("a[data-conversation]", has_text=customer).first

    def open(self, customer: str) -> None:
        """Open the customer's conversation, and see what was said: who has not is asked before they send."""
        expect(self.row(customer)).to_be_visible(timeout=PATIENCE)
        self.row(customer).click()
        expect(self.page.get_by_role("heading", name=customer)).to_be_visible(timeout=PATIENCE)
        expect(self.page.locator("article").first).to_be_visible(timeout=PATIENCE)

    @property
    def head(self) -> Locator:
        """The head of the open conversation: who it is, who answers, what can be done."""
        return self.page.locator("header", has=self.page.get_by_role("button", name="Mostrar u ocultar detalles"))

    @property
    def words(self) -> Locator:
        """Where a reply is written; not there while somebody else holds the conversation."""
        return self.page.get_by_role("textbox", name=re.compile("^Mensaje para"))

    def message(self, text: str) -> Locator:
        """The bubbles with these words."""
        return self.page.locator("article", has_text=text)

    def sees(self, text: str, times: int = 1) -> None:
        """The message stands there exactly so often."""
        expect(self.message(text)).to_have_count(times, timeout=PATIENCE)

    def take(self) -> None:
        """Take the open conversation."""
        self.head.get_by_role("button", name="Tomar", exact=True).click()
        expect(self.head.get_by_text("Tú", exact=True)).to_be_visible(timeout=PATIENCE)

    def write(self, text: str) -> None:
        """Answer the customer."""
        self.words.fill(text)
        self.words.press("Enter")

    def close(self) -> None:
        """Leave; a page that reported an error fails the test."""
        self.context.close()
        assert self.errors == []
