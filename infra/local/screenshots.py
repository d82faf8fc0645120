"""The pictures of docs/agent-manual.md: `python -m infra.local.screenshots [folder]` makes them anew.

Brings the whole system up on free ports in a folder of its own, lets customers write through the simulator, lets agents
work in browsers, and takes their pictures. They are kept small enough to live in the repository.
"""

from __future__ import annotations

import io
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import font_roboto
import httpx
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Browser, Page, expect, sync_playwright

from infra.local import seed
from infra.local.environment import ROOT, Environment, Ports

_FOLDER = ROOT / "docs" / "images"
_PATIENCE = 240_000.0
"""Milliseconds; the first of everything waits for a cold start."""
_COLOURS = 256
_HEIGHT, _WIDE, _NARROW = 840, 1340, 390
_SUPERVISOR, _AGENT = "lucia@relevo.example", "mateo@relevo.example"
_CUSTOMERS = (
    ("Camila Reyes", "5215577000001", "¿Cómo restablezco mi contraseña?"),
    ("Rodrigo Peña", "5215577000002", "¿Cómo descargo mis facturas?"),
    ("Sofía Méndez", "5215577000003", "Buenas tardes, ¿cuál es su política de reembolsos?"),
    ("Ana Torres", "5215510000101", "URGENTE: el sistema está caído y no podemos facturar"),
    ("Javier Ortiz", "5215577000004", "¿Tienen balatas delanteras para un Jetta 2018?"),
)
_ASKS, _BUYS = "Sofía Méndez", "Javier Ortiz"
_SENDS_PHOTO = ("Rita Salas", "5215577000005")
_VIN = "3N1CN7AP1GL862310"
_SCREENS = ("dashboard", "tickets", "alerts/rules", "churn", "social", "sales")


def main(folder: Path) -> int:
    """Write the pictures into `folder`. 1 where there is no Chromium."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("there is no Chromium on this machine: make chromium", file=sys.stderr)
        return 1
    with (
        tempfile.TemporaryDirectory(prefix="relevo-screenshots-", ignore_cleanup_errors=True) as own,
        Environment(Path(own), Ports.free()) as environment,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        take(browser, environment.browser_api_url, environment.simulator_url, folder)
        browser.close()
    return 0


def take(browser: Browser, console: str, simulator: str, folder: Path) -> None:
    """Play the story against a running system, and take its pictures."""
    _customers_write(simulator)
    with _desk(browser, console, _AGENT) as mateo:
        _attend(mateo)
        with _desk(browser, console, _SUPERVISOR) as lucia:
            _pictures_of(lucia, console, folder)
            _reply(mateo, "Sí se lo podemos hacer. ¿Me comparte su número de factura?")
            with _desk(browser, console, _SUPERVISOR, dark=True) as dark:
                _open(dark, _ASKS)
                _keep(folder / "console-dark.png", dark)
            with _desk(browser, console, _SUPERVISOR, width=_NARROW) as phone:
                _picture_of_phone(phone, folder)


# ---------------------------------------------------------------------------------------------------------- the story


def _customers_write(simulator: str) -> None:
    """Everybody writes, and has an answer of the bot's."""
    with httpx.Client(base_url=simulator, timeout=_PATIENCE / 1000) as client:
        number = client.get("/simulator/directory").raise_for_status().json()["branches"][0]["phone_number_id"]
        for name, phone, text in _CUSTOMERS:
            act = {"customer": {"name": name, "phone": phone}, "number": number}
            client.post("/simulator/acts", json=act | {"action": {"kind": "text", "text": text}}).raise_for_status()
        name, phone = _SENDS_PHOTO
        kept = client.post(
            "/simulator/files", params={"name": "niv.jpg"}, content=_photo(), headers={"Content-Type": "image/jpeg"}
        ).raise_for_status()
        act = {"customer": {"name": name, "phone": phone}, "number": number}
        photo = {"kind": "image", "media_id": kept.json()["id"], "caption": "¿Tienen filtros para este?"}
        client.post("/simulator/acts", json=act | {"action": photo}).raise_for_status()
        for name, phone in [(name, phone) for name, phone, _ in _CUSTOMERS] + [_SENDS_PHOTO]:
            _until(lambda to=phone: client.get("/_stand-in/messages", params={"to": to}).json(), f"an answer to {name}")  # type: ignore[misc]


def _photo() -> bytes:
    """A line on paper, as a phone takes it."""
    image = Image.new("RGB", (1100, 420), (238, 236, 230))
    font = ImageFont.truetype(font_roboto.Roboto, 46)
    ImageDraw.Draw(image).text((60, 170), f"NIV: {_VIN}", font=font, fill=(30, 30, 34))
    file = io.BytesIO()
    image.rotate(1.5, fillcolor=(120, 120, 120)).save(file, "JPEG", quality=80)
    return file.getvalue()


def _attend(mateo: Page) -> None:
    """Takes a customer who asked for a person, answers, and asks a colleague in a note."""
    _open(mateo, _ASKS)
    mateo.get_by_role("button", name="Tomar", exact=True).first.click()
    _reply(mateo, "Buenas tardes, Sofía. Soy Mateo. ¿De qué compra se trata?")
    mateo.get_by_text("Nota interna", exact=True).first.click()
    note = mateo.get_by_role("textbox", name="Nota interna")
    note.press_sequentially("@Luc", delay=40)
    mateo.get_by_role("option", name=re.compile("Lucía")).first.click()
    note.press_sequentially("compró hace 15 días, ¿le hacemos el reembolso?", delay=5)
    note.press("Enter")
    expect(mateo.locator("article", has_text="compró hace 15 días")).to_be_visible(timeout=_PATIENCE)
    mateo.get_by_text("Responder", exact=True).first.click()


def _reply(page: Page, text: str) -> None:
    box = page.get_by_role("textbox", name=re.compile("^Mensaje para"))
    box.fill(text)
    box.press("Enter")
    expect(page.locator("article", has_text=text)).to_be_visible(timeout=_PATIENCE)


# ------------------------------------------------------------------------------------------------------- the pictures


def _pictures_of(lucia: Page, console: str, folder: Path) -> None:
    lucia.get_by_role("button", name=re.compile("^Avisos: .* sin leer")).click(timeout=_PATIENCE)
    expect(lucia.get_by_text("Avisos para ti")).to_be_visible(timeout=_PATIENCE)
    _keep(folder / "console-notices.png", lucia)
    lucia.keyboard.press("Escape")
    _box(lucia, "Todas")
    _keep(folder / "console-list.png", lucia)
    _open(lucia, _ASKS)
    _keep(folder / "console-chat.png", lucia)
    _open(lucia, _SENDS_PHOTO[0])
    expect(lucia.get_by_text(_VIN).first).to_be_visible(timeout=_PATIENCE)
    _keep(folder / "console-photo.png", lucia)
    _quote(lucia, folder)
    lucia.goto(f"{console}/console/products")
    lucia.get_by_label("Buscar productos o código").fill("balatas")
    lucia.locator("a[href*='/products/']", has_text=re.compile("^Balatas")).first.click()
    expect(lucia.get_by_text("Existencias")).to_be_visible(timeout=_PATIENCE)
    _keep(folder / "console-products.png", lucia)
    for screen in _SCREENS:
        lucia.goto(f"{console}/console/{screen}")
        expect(lucia.get_by_role("main")).to_be_visible(timeout=_PATIENCE)
        _keep(folder / f"console-{screen.partition('/')[0]}.png", lucia)


def _quote(lucia: Page, folder: Path) -> None:
    _open(lucia, _BUYS)
    lucia.get_by_role("button", name="Cotizar…").first.click()
    asked = lucia.get_by_role("dialog", name="Cotizar")
    asked.get_by_placeholder("Nombre, código o vehículo").fill("balatas")
    lucia.get_by_role("option", name=re.compile("Balatas")).first.click()
    asked.get_by_label("Cantidad").fill("2")
    _keep(folder / "console-quote.png", lucia)
    asked.get_by_role("button", name="Enviar cotización").click()
    expect(asked).to_have_count(0, timeout=_PATIENCE)


def _picture_of_phone(phone: Page, folder: Path) -> None:
    """The list and a conversation beside each other."""
    _box(phone, "Todas")
    views = [_seen(phone)]
    _open(phone, _ASKS)
    views.append(_seen(phone))
    gap = 24
    both = Image.new("RGB", (sum(view.width for view in views) + gap, views[0].height), "white")
    both.paste(views[0], (0, 0))
    both.paste(views[1], (views[0].width + gap, 0))
    _write(folder / "console-phone.png", both)


def _keep(path: Path, page: Page) -> None:
    _write(path, _seen(page))


def _seen(page: Page) -> Image.Image:
    page.wait_for_load_state("networkidle", timeout=_PATIENCE)
    # What moves has come to rest, and what is said for a moment is gone.
    page.wait_for_timeout(1200)
    return Image.open(io.BytesIO(page.screenshot(animations="disabled", caret="hide"))).convert("RGB")


def _write(path: Path, picture: Image.Image) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    few = picture.quantize(_COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(path, optimize=True)
    print(f"{path.name}: {path.stat().st_size // 1000} kB")


# ----------------------------------------------------------------------------------------------------------- a browser


@contextmanager
def _desk(browser: Browser, console: str, email: str, *, width: int = _WIDE, dark: bool = False) -> Iterator[Page]:
    """Somebody who is signed in, and live."""
    context = browser.new_context(
        locale="es-MX",
        timezone_id="America/Mexico_City",
        viewport={"width": width, "height": _HEIGHT},
        color_scheme="dark" if dark else "light",
    )
    context.set_default_timeout(_PATIENCE)
    page = context.new_page()
    page.goto(f"{console}/console/")
    page.get_by_label("Correo").fill(email)
    page.get_by_label(re.compile("^Contraseña")).fill(seed.PASSWORD)
    page.get_by_role("button", name="Entrar").click()
    expect(page.get_by_text("En vivo", exact=True).first).to_be_attached(timeout=_PATIENCE)
    yield page
    context.close()


def _box(page: Page, name: str) -> None:
    page.get_by_label("Bandejas").get_by_text(name, exact=False).first.click()
    expect(page.locator("a[data-conversation]")).to_have_count(len(_CUSTOMERS) + 1, timeout=_PATIENCE)


def _open(page: Page, customer: str) -> None:
    _box(page, "Todas")
    page.locator("a[data-conversation]", has_text=customer).first.click()
    expect(page.get_by_role("heading", name=customer)).to_be_visible(timeout=_PATIENCE)
    expect(page.locator("article").first).to_be_visible(timeout=_PATIENCE)


def _until(look: Callable[[], Any], what: str) -> None:
    deadline = time.monotonic() + _PATIENCE / 1000
    while not look():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not come within {_PATIENCE / 1000:.0f} s")
        time.sleep(0.3)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else _FOLDER))
