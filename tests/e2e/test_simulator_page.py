"""The simulator's page in a real browser: a customer writes, reads, presses, and sees what went wrong."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from infra.local.graph import webhooks
from infra.local.graph.standin import Served
from infra.local.simulator import create
from relevo.channels import InboundMessage, OutboundMessage, Sender, inbound, whatsapp
from relevo.channels.webhook import split
from relevo.channels.whatsapp import graph

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")


class Company:
    """In the place of the whole system: marks texts read, and answers them with two buttons."""

    def __init__(self) -> None:
        self.graph_url = ""
        self.app = Starlette(routes=[Route("/", self._webhook, methods=["POST"])])

    async def _webhook(self, request: Request) -> Response:
        body = await request.body()
        if request.headers["x-hub-signature-256"] != webhooks.sign(body, "local-app-secret"):
            return PlainTextResponse("the signature does not match the body", 401)
        for part in split(json.loads(body)):
            message = inbound.parse(part.body)
            if isinstance(message, InboundMessage) and message.kind == "text":
                await run_in_threadpool(self._answer, message)
        return PlainTextResponse("EVENT_RECEIVED")

    def _answer(self, message: InboundMessage) -> None:
        account = whatsapp.GraphAccount(message.account_id, "token", self.graph_url)
        content: dict[str, Any] = {"buttons": [{"id": "y", "title": "Me sirvió"}, {"id": "n", "title": "No"}]}
        to = Sender(phone=message.sender.phone, user_id=message.sender.user_id)
        whatsapp.mark_read_and_type(account, message.external_id)
        whatsapp.send(account, OutboundMessage(to, "buttons", f"Sobre *{message.text}*", content))
        graph.hang_up()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    company = Company()
    with Served(company.app) as served, Served(create({"RELEVO_WEBHOOK_URL": f"{served.url}/"})) as shown:
        company.graph_url = shown.url
        yield shown.url


@pytest.fixture(scope="module")
def open_page(address: str) -> Iterator[Any]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield lambda **options: browser.new_context(**options).new_page()
        browser.close()


@pytest.fixture
def page(open_page: Any, address: str) -> Iterator[Page]:
    """The page at a desk; whatever it reports as an error fails the test."""
    shown: Page = open_page(viewport={"width": 1440, "height": 900})
    errors: list[str] = []
    shown.on("pageerror", lambda error: errors.append(str(error)))
    shown.on("console", lambda told: errors.append(told.text) if told.type == "error" else None)
    shown.goto(address)
    expect(shown.locator("#customers li")).not_to_have_count(0)
    yield shown
    assert errors == []
    shown.context.close()


def write(page: Page, text: str) -> None:
    page.fill("#draft", text)
    page.keyboard.press("Enter")


def test_a_customer_writes_reads_and_presses(page: Page) -> None:
    # Given Ana's phone / When she writes
    write(page, "mi factura")
    # Then the answer is there, her ticks are blue, and the answer turns read
    answer = page.locator(".bubble.theirs.interactive").last
    expect(answer.locator(".words strong")).to_have_text("mi factura")
    expect(page.locator(".bubble.mine").last.locator(".tick")).to_have_class("tick read")
    expect(answer.locator(".tick")).to_have_class("tick read")
    # When she presses a button / Then it is her reply to that message, and it can be pressed once
    page.locator(".answers button", has_text="Me sirvió").last.click()
    expect(page.locator(".bubble.mine").last.locator("blockquote")).to_have_text("Sobre *mi factura*")
    expect(page.locator(".answers").last.locator("button").first).to_be_disabled()


def test_what_the_wire_carried_can_be_read(page: Page) -> None:
    # Given a message written
    write(page, "mi contraseña")
    webhook = page.locator("#entries li[data-lane=in] details", has_text="mi contraseña").first
    # When its entry is opened / Then webhook, signature and answer are there
    webhook.locator("summary").click()
    expect(webhook.locator("pre")).to_contain_text('"object": "whatsapp_business_account"')
    expect(webhook.locator("dd").first).to_contain_text("sha256=")
    expect(webhook.locator(".code")).to_have_text("200")


def test_a_forged_webhook_shows_its_refusal(page: Page) -> None:
    # Given the switch for a wrong secret / When something is written / Then the phone shows that it was refused
    page.click("#tab-faults")
    page.check("#forged")
    write(page, "soy un impostor")
    expect(page.locator(".bubble.mine.bad").last).to_contain_text("401")


def test_faults_are_prepared_and_used_up(page: Page) -> None:
    # Given a failure after acceptance, prepared
    page.click("#tab-faults")
    page.locator("#rules button", has_text="Acepta y después falla").click()
    expect(page.locator("#armed")).to_have_text("1")
    # When the company answers / Then its message is shown as failed with the code, and the fault is gone
    write(page, "hola")
    expect(page.locator(".bubble.theirs.bad").last).to_contain_text("131026")
    expect(page.locator("#armed")).to_be_hidden()


def test_a_customer_without_a_phone_is_answered(page: Page) -> None:
    # Given a new customer who hides the phone
    page.click("#add")
    page.fill("#new-customer input[name=name]", "Zoé Ñandú")
    page.check("#new-customer input[name=hidden]")
    page.click("#new-customer button[type=submit]")
    # When she writes / Then the answer finds her
    write(page, "oi")
    expect(page.locator("#me")).to_have_text("Zoé Ñandú")
    expect(page.locator(".bubble.theirs .words strong")).to_have_text("oi")


def test_photo_and_location_are_shown(page: Page, tmp_path: Path) -> None:
    # Given a picture
    picture = tmp_path / "pantalla.svg"
    picture.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', encoding="utf-8")
    # When it is sent with words, and a location after it
    page.click("#attach")
    with page.expect_file_chooser() as chooser:
        page.click("[data-attach=image]")
    chooser.value.set_files(picture)
    page.fill("#preview input[name=caption]", "así se ve")
    page.click("#preview button[type=submit]")
    expect(page.locator(".bubble.mine.image .words").last).to_have_text("así se ve")
    page.click("#attach")
    page.click("[data-attach=location]")
    # Then both are in the conversation, the picture really loaded
    expect(page.locator(".bubble.mine.location").last).to_contain_text("Zócalo")
    assert page.locator(".bubble.mine.image img").last.evaluate("image => image.complete && image.naturalWidth > 0")


def test_the_page_speaks_english_and_remembers_it(page: Page) -> None:
    # Given the page in Spanish / When English is chosen and the page is opened again / Then it is English
    page.click("#language")
    page.reload()
    expect(page.locator("h2").first).to_have_text("Write as")
    assert page.locator("html").get_attribute("lang") == "en"


def test_a_reload_shows_the_same_conversation(page: Page) -> None:
    # Given a conversation
    write(page, "antes de recargar")
    expect(page.locator(".bubble.theirs").last).to_contain_text("antes de recargar")
    shown = page.locator(".bubble").count()
    # When the page is loaded again / Then everything is there once
    page.reload()
    expect(page.locator(".bubble")).to_have_count(shown)


@pytest.mark.parametrize("width", [360, 760, 1080, 1920])
def test_nothing_sticks_out(open_page: Any, address: str, width: int) -> None:
    # Given a narrow phone, a tablet, a laptop and a wide screen / When the page is shown
    page: Page = open_page(viewport={"width": width, "height": 780})
    page.goto(address)
    expect(page.locator("#draft")).to_be_visible()
    # Then nothing has to be scrolled sideways, and the message box is on the screen
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    box = page.locator("#draft").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 780
    page.context.close()
