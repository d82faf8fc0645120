"""A customer's phone: acts through the simulator, and sees what the Graph stand-in was asked to send."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

import httpx

T = TypeVar("T")
PATIENCE = 60.0
"""Seconds; the first message of each kind waits for its function's cold start."""


def eventually(look: Callable[[], T], what: str, seconds: float = PATIENCE) -> T:
    """What `look` sees as soon as it sees something. AssertionError that says what was waited for."""
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < deadline, f"{what}: not within {seconds:.0f} s"
        time.sleep(0.2)
    return seen


class Phone:
    """One customer writing to one branch."""

    def __init__(self, simulator: httpx.Client, phone: str, name: str, number: str) -> None:
        self._simulator, self.phone, self.name, self._number = simulator, phone, name, number

    def write(self, text: str, *, repeat: int = 1, forged: bool = False) -> int:
        """Send a text; the status with which the webhook was answered."""
        return self._act({"kind": "text", "text": text}, repeat=repeat, forged=forged)

    def photograph(self, picture: bytes, caption: str = "") -> int:
        """Send a JPEG; the status with which the webhook was answered."""
        kept = self._simulator.post(
            "/simulator/files", params={"name": "foto.jpg"}, content=picture, headers={"Content-Type": "image/jpeg"}
        ).raise_for_status()
        return self._act({"kind": "image", "media_id": kept.json()["id"], "caption": caption})

    def press(self, message: dict[str, Any], title: str) -> int:
        """Press the button of this title under a message received."""
        buttons = message["body"]["interactive"]["action"]["buttons"]
        (reply,) = (button["reply"] for button in buttons if button["reply"]["title"] == title)
        return self._act({"kind": "button_reply", **reply}, reply_to=message["id"])

    def _act(self, action: dict[str, Any], **more: Any) -> int:
        customer = {"name": self.name, "phone": self.phone}
        act = {"customer": customer, "number": self._number, "action": action, **more}
        answer = self._simulator.post("/simulator/acts", json=act).raise_for_status().json()
        return int(answer["status"])

    def received(self) -> list[dict[str, Any]]:
        """What was sent to this phone, oldest first."""
        answer = self._simulator.get("/_stand-in/messages", params={"to": self.phone}).raise_for_status()
        messages: list[dict[str, Any]] = answer.json()
        return messages

    def open(self, media_id: str) -> bytes:
        """A file that was sent to this phone, as it shows it."""
        return self._simulator.get(f"/simulator/files/{media_id}").raise_for_status().content
