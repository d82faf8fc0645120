"""The console in real browsers, the whole system behind it: two agents, a phone, and nobody talks over anybody."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta

import httpx
import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from infra.local.environment import Environment
from relevo import clock, inbox, messaging
from relevo.db import Database
from tests.e2e.desk import PATIENCE, SCREENS, Desk
from tests.e2e.phone import Phone, eventually

Phones = Callable[[str, str], Phone]
Desks = Callable[..., Desk]

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")

LUCIA, MATEO, VISTA = "lucia@relevo.example", "mateo@relevo.example", "vista@relevo.example"
QUESTION, ANSWERED = "¿Cómo restablezco mi contraseña?", "contraseña"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield opened
        opened.close()


@pytest.fixture
def desk_of(browser: Browser, environment: Environment) -> Iterator[Desks]:
    """Opens a browser of its own for a person; all are closed afterwards, and none may have met an error."""
    opened: list[Desk] = []

    def sit_down(email: str, **options: object) -> Desk:
        opened.append(Desk(browser, environment.browser_api_url, email, **options))  # type: ignore[arg-type]
        return opened[-1]

    yield sit_down
    for desk in opened:
        desk.close()


def answered_by_bot(phone: Phone) -> None:
    """The customer asked what an article answers, and has the answer."""
    assert phone.write(QUESTION) == 200
    eventually(lambda: [m for m in phone.received() if ANSWERED in str(m)], "the bot's answer")


def texts(phone: Phone) -> list[str]:
    return [str(message.get("text")) for message in phone.received()]


@pytest.fixture
def set_clock_on(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[timedelta], None]]:
    """Does what `release` does each minute, as if so much time had passed; its events go to the emulator's bus."""
    for name, value in environment.aws_environment().items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", environment.emulator_url)
    monkeypatch.setenv("RELEVO_BUS", "relevo")
    messaging.use(None)
    database = Database(lambda: environment.database_url)

    def release(later: timedelta) -> None:
        with clock.frozen(clock.now() + later):
            inbox.end_holds(database)
        database.publish_pending()

    yield release
    database.close()
    messaging.use(None)


def test_the_bot_hands_a_person_takes_and_nobody_talks_over_anybody(
    phone_of: Phones, desk_of: Desks, set_clock_on: Callable[[timedelta], None]
) -> None:
    # Given a customer whom the bot answered, and two agents who look at the conversation
    phone = phone_of("5215588000001", "Carla Peña")
    answered_by_bot(phone)
    lucia, mateo = desk_of(LUCIA), desk_of(MATEO)
    for agent in (lucia, mateo):
        agent.live()
        agent.box("Todas")
        agent.open("Carla Peña")
        agent.sees(QUESTION)
        expect(agent.head.get_by_text("Modo IA")).to_be_visible()
    # When Mateo takes it
    mateo.take()
    # Then Lucía sees at once that it is his, and cannot write to the customer
    expect(lucia.head.get_by_text("Mateo Ríos")).to_be_visible(timeout=PATIENCE)
    expect(lucia.page.get_by_text("La atiende Mateo Ríos")).to_be_visible()
    expect(lucia.words).to_have_count(0)
    # When Mateo types, then Lucía sees it
    mateo.words.press_sequentially("Hola Carla, ", delay=30)
    expect(lucia.page.get_by_text("Mateo Ríos está escribiendo…").first).to_be_visible(timeout=PATIENCE)
    # When he answers, then it is on the customer's phone and on Lucía's screen, once
    mateo.write("Hola Carla, te ayudo en persona.")
    eventually(lambda: "persona" in str(texts(phone)), "Mateo's answer on the phone")
    mateo.sees("te ayudo en persona")
    lucia.sees("te ayudo en persona")
    assert str(texts(phone)).count("te ayudo en persona") == 1
    # When the customer writes on, then the bot keeps silent and both see it
    before = len(phone.received())
    phone.write("gracias Mateo, una cosa más")
    for agent in (lucia, mateo):
        agent.sees("una cosa más")
    assert len(phone.received()) == before
    # When Mateo leaves for five minutes, then the conversation is free again, for the customer who waits
    set_clock_on(timedelta(minutes=5, seconds=30))
    expect(lucia.head.get_by_text("Mateo Ríos")).to_have_count(0, timeout=PATIENCE)
    expect(lucia.head.get_by_role("button", name="Tomar", exact=True)).to_be_visible(timeout=PATIENCE)


def test_a_cut_network_loses_and_doubles_nothing(phone_of: Phones, desk_of: Desks, api: httpx.Client) -> None:
    # Given an agent in a conversation she has taken
    phone = phone_of("5215588000002", "Darío Luna")
    answered_by_bot(phone)
    lucia = desk_of(LUCIA)
    lucia.live()
    lucia.box("Todas")
    lucia.open("Darío Luna")
    lucia.take()
    # When her network is cut, the customer writes on, and she sends into the void
    lucia.context.set_offline(True)
    for n in range(3):
        phone.write(f"mensaje sin red {n}")
    lucia.write("respuesta escrita sin red")
    kept = f"/api/conversations/{lucia.page.url.rpartition('/')[2].partition('?')[0]}/messages"
    eventually(lambda: "mensaje sin red 2" in api.get(kept).text, "the customer's messages kept")
    # And the network is back
    lucia.context.set_offline(False)
    # Then everything is there, once
    for n in range(3):
        lucia.sees(f"mensaje sin red {n}")
    # But she is asked first, since the customer wrote while she did
    asked = lucia.page.get_by_role("dialog", name="El cliente escribió mientras tanto")
    expect(asked.get_by_text("mensaje sin red 2")).to_be_visible(timeout=PATIENCE)
    asked.get_by_role("button", name="Enviar igualmente").click()
    eventually(lambda: "respuesta escrita sin red" in str(texts(phone)), "her answer")
    lucia.sees("respuesta escrita sin red")
    assert str(texts(phone)).count("respuesta escrita sin red") == 1
    # And what comes afterwards arrives live
    phone.write("ya volvió la red")
    lucia.sees("ya volvió la red")


def test_what_was_written_outlives_the_page_that_was_closed_too_early(phone_of: Phones, desk_of: Desks) -> None:
    # Given an agent without network, who answers and closes the page
    phone = phone_of("5215588000006", "Hugo Lira")
    answered_by_bot(phone)
    lucia = desk_of(LUCIA)
    lucia.live()
    lucia.box("Todas")
    lucia.open("Hugo Lira")
    lucia.context.set_offline(True)
    lucia.write("escrita antes de cerrar")
    lucia.sees("escrita antes de cerrar")
    address = lucia.page.url
    lucia.page.close()
    # When she is back
    lucia.context.set_offline(False)
    lucia.page = lucia.context.new_page()
    lucia.page.goto(address)
    # Then the list says what was not sent, and it goes out once she says so
    expect(lucia.row("Sin enviar")).to_be_visible(timeout=PATIENCE)
    lucia.message("escrita antes de cerrar").get_by_role("button", name="Reintentar").click()
    eventually(lambda: "escrita antes de cerrar" in str(texts(phone)), "her answer")
    expect(lucia.row("Sin enviar")).to_have_count(0)
    lucia.sees("escrita antes de cerrar")


def test_who_may_only_look_finds_nothing_to_press(phone_of: Phones, desk_of: Desks) -> None:
    # Given a conversation, and a person whose role only sees
    phone = phone_of("5215588000003", "Elsa Mora")
    answered_by_bot(phone)
    viewer = desk_of(VISTA)
    viewer.box("Todas")
    viewer.open("Elsa Mora")
    # Then it can be read, and neither taken nor answered
    viewer.sees(QUESTION)
    expect(viewer.head.get_by_role("button", name="Tomar", exact=True)).to_have_count(0)
    expect(viewer.words).to_have_count(0)


def test_a_conversation_is_worked_by_keyboard_alone(phone_of: Phones, desk_of: Desks) -> None:
    # Given a waiting customer
    phone = phone_of("5215588000004", "Fabio Ruiz")
    answered_by_bot(phone)
    lucia = desk_of(LUCIA)
    lucia.box("Todas")
    expect(lucia.row("Fabio Ruiz")).to_be_visible(timeout=PATIENCE)
    # When Lucía goes to the first of the list, opens, takes and answers without the mouse
    lucia.live()
    lucia.page.locator("body").press("j")
    expect(lucia.row("Fabio Ruiz")).to_be_focused()
    lucia.page.keyboard.press("Enter")
    expect(lucia.page.get_by_role("heading", name="Fabio Ruiz")).to_be_visible(timeout=PATIENCE)
    lucia.sees(QUESTION)
    lucia.page.keyboard.press("t")
    expect(lucia.head.get_by_text("Tú", exact=True)).to_be_visible(timeout=PATIENCE)
    lucia.page.keyboard.press("r")
    lucia.page.keyboard.type("Con gusto, Fabio.")
    lucia.page.keyboard.press("Enter")
    # Then the customer has it
    eventually(lambda: "Con gusto, Fabio." in str(texts(phone)), "the answer on the phone")


def test_a_quote_goes_from_the_console_to_the_phone(phone_of: Phones, desk_of: Desks) -> None:
    # Given a customer's open conversation
    phone = phone_of("5215588000005", "Gilda Paz")
    answered_by_bot(phone)
    lucia = desk_of(LUCIA)
    lucia.box("Todas")
    lucia.open("Gilda Paz")
    # When Lucía quotes two of a part she finds by a word of it
    lucia.page.get_by_role("button", name="Cotizar…").first.click()
    asked = lucia.page.get_by_role("dialog", name="Cotizar")
    asked.get_by_placeholder("Nombre, código o vehículo").fill("balatas")
    lucia.page.get_by_role("option").first.click()
    asked.get_by_label("Cantidad").fill("2")
    asked.get_by_role("button", name="Enviar cotización").click()
    # Then it is on the customer's phone as a document, with buttons to answer it
    eventually(lambda: "document" in str(phone.received()), "the quote")
    assert eventually(lambda: "Acepto" in str(phone.received()), "the buttons")


@pytest.mark.parametrize("width", [390, 1440])
def test_no_screen_sticks_out_or_fails(desk_of: Desks, environment: Environment, width: int) -> None:
    # Given a person who sees everything, on a telephone or at a desk
    desk = desk_of("admin@relevo.example", width=width)
    for path in ("inbox", *SCREENS):
        # When a screen is opened
        desk.page.goto(f"{environment.browser_api_url}/console/{path}")
        expect(desk.page.get_by_role("main")).to_be_visible(timeout=PATIENCE)
        desk.page.wait_for_load_state("networkidle")
        # Then it stands within the window, and nothing is told that failed
        assert desk.page.evaluate("document.documentElement.scrollWidth") <= width, path
        expect(desk.page.get_by_role("alert")).to_have_count(0)


def test_the_console_is_served_under_a_strict_policy(environment: Environment) -> None:
    # When the page is fetched
    page = httpx.get(f"{environment.api_url}/console", timeout=60)
    # Then nothing may run or be shown in it but its own
    policy = page.headers["content-security-policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
