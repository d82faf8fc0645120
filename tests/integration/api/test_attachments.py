"""Files customers sent, over the API: the file, what was read of it, and what people say stands there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from psycopg.types.json import Jsonb

from relevo import clock, ids
from relevo.db import Database
from tests.integration.api.conftest import Api
from tests.support import inbox
from tests.support.bucket import MemoryBucket
from tests.support.gateway import content
from tests.support.inbox import Desk

VIN = "3N1CN7AP4GL862310"
DECODED = {
    "region": "North America",
    "country": "Mexico",
    "manufacturer": "Nissan",
    "model": "Versa",
    "year": 2016,
    "check": "right",
}


@pytest.fixture
def desk(database: Database, bucket: MemoryBucket) -> Desk:
    with database.unit_of_work() as uow:
        return inbox.desk(uow)


@pytest.fixture
def photo(database: Database, desk: Desk) -> Callable[..., tuple[UUID, UUID]]:
    """A customer's photo in a conversation of Centro: (conversation, attachment)."""

    def send(state: str = "ready", mime_type: str = "image/jpeg", **columns: Any) -> tuple[UUID, UUID]:
        attachment = ids.new_id()
        with database.unit_of_work() as uow:
            conversation = inbox.conversation(uow, desk.centro_number, "Camila", phone="573001112233")
            message = inbox.message(uow, conversation, None, kind="image")
            row = {
                "id": attachment,
                "message_id": message,
                "media_id": "1",
                "mime_type": mime_type,
                "state": state,
                "storage_key": f"media/2026/11/{attachment}",
                "size_bytes": 1234,
                "created_at": clock.now(),
            } | columns
            names, places = ", ".join(row), ", ".join(f"%({name})s" for name in row)
            uow.execute(f"INSERT INTO inbox.attachment ({names}) VALUES ({places})", row)
        return conversation, attachment

    return send


def read(database: Database, attachment: UUID) -> None:
    with database.unit_of_work() as uow:
        uow.execute(
            "INSERT INTO inbox.reading (sha256, verdict, vin, decoded, confidence, text, words, seen, readers,"
            " milliseconds, at) VALUES ('abc', 'told', %s, %s, 0.95, 'NIV', %s, '{}', '{rapidocr}', 900, %s)",
            (VIN, Jsonb(DECODED), Jsonb([{"text": "NIV", "confidence": 0.9, "box": [1, 2, 3, 4]}]), clock.now()),
        )
        uow.execute("UPDATE inbox.attachment SET sha256 = 'abc', read_at = %s WHERE id = %s", (clock.now(), attachment))


def test_a_file_is_behind_a_short_lived_address(api: Api, desk: Desk, photo: Callable[..., tuple[UUID, UUID]]) -> None:
    # Given a photo that is there
    _, attachment = photo()
    # When an agent asks for it
    answer = api("GET", f"/api/attachments/{attachment}", **desk.ana.calling())
    # Then they are led to it, and nothing on the way keeps the address
    assert answer["statusCode"] == 302
    assert answer["headers"]["location"] == (
        f"https://bucket.example/media/2026/11/{attachment}?inline=True&seconds=300"
    )
    assert answer["headers"]["cache-control"] == "no-store"
    # And a page that cannot follow is told the address
    link = content(api("GET", f"/api/attachments/{attachment}/link", **desk.ana.calling()))
    assert link["url"] == answer["headers"]["location"] and link["mime_type"] == "image/jpeg"


def test_what_a_browser_might_run_is_saved_rather_than_shown(
    api: Api, desk: Desk, photo: Callable[..., tuple[UUID, UUID]]
) -> None:
    # Given a page of HTML somebody sent
    _, attachment = photo(mime_type="text/html")
    # When it is asked for, then the browser is told to save it
    answer = api("GET", f"/api/attachments/{attachment}", **desk.ana.calling())
    assert "inline=False" in answer["headers"]["location"]


@pytest.mark.parametrize(
    ("state", "reason", "says"),
    [("pending", None, "is still being fetched"), ("failed", "expired", "cannot be had: expired")],
)
def test_a_file_that_is_not_there_says_why(
    api: Api, desk: Desk, photo: Callable[..., tuple[UUID, UUID]], state: str, reason: str | None, says: str
) -> None:
    _, attachment = photo(state, reason=reason, storage_key=None)
    answer = api("GET", f"/api/attachments/{attachment}", **desk.ana.calling())
    assert answer["statusCode"] == 409 and says in content(answer)["detail"]


def test_a_file_of_another_branch_is_not_shown(
    api: Api, database: Database, desk: Desk, photo: Callable[..., tuple[UUID, UUID]]
) -> None:
    # Given a photo in Centro, and somebody of Norte
    _, attachment = photo()
    read(database, attachment)
    with database.unit_of_work() as uow:
        eva = inbox.user(uow, "Eva", branches=(desk.norte,))
    # When they ask for it, its reading, or say what stands there, then they are refused
    for method, rest in (("GET", ""), ("GET", "/link"), ("GET", "/reading"), ("PUT", "/reading")):
        body = {"vin": VIN} if method == "PUT" else None
        assert api(method, f"/api/attachments/{attachment}{rest}", body=body, **eva.calling())["statusCode"] == 403


def test_a_message_shows_its_picture_and_what_was_read(
    api: Api, database: Database, desk: Desk, photo: Callable[..., tuple[UUID, UUID]]
) -> None:
    # Given a photo that was read
    conversation, attachment = photo()
    read(database, attachment)
    # When the conversation is shown
    page = content(api("GET", f"/api/conversations/{conversation}/messages", **desk.ana.calling()))
    # Then the picture stands there with its reading
    (shown,) = page["items"][-1]["attachments"]
    assert (shown["url"], shown["size_bytes"]) == (f"/api/attachments/{attachment}", 1234)
    assert (shown["reading"]["verdict"], shown["reading"]["vin"]) == ("told", VIN)
    assert shown["reading"]["decoded"] == {k: DECODED[k] for k in ("manufacturer", "model", "year", "country", "check")}


def test_an_agent_says_what_really_stands_there(
    api: Api, database: Database, desk: Desk, photo: Callable[..., tuple[UUID, UUID]]
) -> None:
    # Given a photo that was read
    _, attachment = photo()
    read(database, attachment)
    path = f"/api/attachments/{attachment}/reading"
    # When an agent corrects it
    answer = content(api("PUT", path, body={"vin": "1HGCM82633A004352"}, **desk.ana.calling()))
    # Then the correction counts, with who said it, and what was read is kept
    assert (answer["vin"], answer["read"], answer["corrected"]) == ("1HGCM82633A004352", VIN, True)
    assert answer["corrected_by"] == f"user:{desk.ana.user_id}"
    assert answer["words"] == [{"text": "NIV", "confidence": 0.9, "box": [1, 2, 3, 4]}]
    # And nonsense is refused
    assert api("PUT", path, body={"vin": "ABC"}, **desk.ana.calling())["statusCode"] == 422


def test_a_picture_nobody_read_yet_has_no_reading(
    api: Api, desk: Desk, photo: Callable[..., tuple[UUID, UUID]]
) -> None:
    _, attachment = photo()
    assert api("GET", f"/api/attachments/{attachment}/reading", **desk.ana.calling())["statusCode"] == 404
