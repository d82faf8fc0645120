"""A customer photographs a VIN: it is fetched, kept and read, the bot names the vehicle, the agent sees both."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import font_roboto
import httpx
from PIL import Image, ImageDraw, ImageFont

from tests.e2e.phone import Phone, eventually

VIN = "3N1CN7AP1GL862310"


def photo() -> bytes:
    """A line on paper, as a phone takes it."""
    image = Image.new("RGB", (1100, 420), (238, 236, 230))
    font = ImageFont.truetype(font_roboto.Roboto, 46)
    ImageDraw.Draw(image).text((60, 170), f"NIV: {VIN}", font=font, fill=(30, 30, 34))
    file = io.BytesIO()
    image.rotate(1.5, fillcolor=(120, 120, 120)).save(file, "JPEG", quality=80)
    return file.getvalue()


def test_a_photographed_vin_is_named_on_the_phone_and_shown_to_the_agent(
    phone_of: Callable[[str, str], Phone], api: httpx.Client
) -> None:
    # Given a customer with a photo of a VIN
    phone = phone_of("5215510000971", "Rita Salas")
    picture = photo()
    # When she sends it
    assert phone.photograph(picture) == 200
    # Then the bot names the vehicle, with two buttons
    asked = eventually(phone.received, "the bot's question", seconds=120)[0]
    assert asked["text"] == "¿Es un Nissan Versa 2016?"
    # And the agent's thread shows the picture, the number and the vehicle
    (attachment,) = _attachments(api)
    assert (attachment["state"], attachment["reading"]["verdict"]) == ("ready", "told")
    assert attachment["reading"]["vin"] == VIN
    assert attachment["reading"]["decoded"]["manufacturer"] == "Nissan"
    # And the link the console is given leads to the very file
    link = api.get(f"{attachment['url']}/link").raise_for_status().json()
    assert httpx.get(link["url"]).content == picture
    # And her yes settles it
    assert phone.press(asked, "Sí") == 200
    eventually(lambda: len(phone.received()) >= 2, "the next question")
    assert "Nissan Versa 2016" in phone.received()[1]["text"]


def _attachments(api: httpx.Client) -> list[dict[str, Any]]:
    (conversation,) = api.get("/api/conversations", params={"q": "Rita"}).raise_for_status().json()["items"]
    page = api.get(f"/api/conversations/{conversation['id']}/messages").raise_for_status().json()
    return [attachment for message in page["items"] for attachment in message["attachments"]]
