"""Social publishing over HTTP: a draft, what networks would refuse, approval, a time, and who may do what."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest

from relevo import clock, social
from relevo.db import Database, UnitOfWork
from relevo.settings import settings
from relevo.social import tokens
from tests.integration.api.conftest import Api
from tests.support import inbox, publishing
from tests.support.bucket import MemoryBucket
from tests.support.gateway import content
from tests.support.inbox import Desk
from tests.support.publishing import Channels

Work = Callable[[], AbstractContextManager[UnitOfWork]]


@pytest.fixture
def desk(unit_of_work: Work) -> Desk:
    with unit_of_work() as uow:
        return inbox.desk(uow)


@pytest.fixture
def accounts(unit_of_work: Work) -> Channels:
    with unit_of_work() as uow:
        return publishing.channels(uow)


def post(api: Api, path: str, by: Any, **body: Any) -> dict[str, Any]:
    return api("POST", f"/api/social/{path}", body=body, **by.calling())


def uploaded(api: Api, desk: Desk, bucket: MemoryBucket, file: bytes = b"", mime_type: str = "image/jpeg") -> Any:
    """A file put where the API said, and looked into."""
    file = file or publishing.jpeg()
    told = content(post(api, "media", desk.ana, filename="foto.jpg", mime_type=mime_type, size=len(file)))
    bucket.files[told["url"].removeprefix("https://bucket.example/").split("?")[0]] = file, mime_type
    return content(post(api, f"media/{told['media']['id']}/uploaded", desk.ana))


def test_from_the_draft_to_its_hour(api: Api, desk: Desk, accounts: Channels, bucket: MemoryBucket) -> None:
    # Given a picture Ana put, and her draft for Instagram
    picture = uploaded(api, desk, bucket)
    assert (picture["state"], picture["width"], picture["height"]) == ("ready", 1080, 1080)
    body = {"text": "¡Llegaron!", "media": [picture["id"]], "accounts": [{"account_id": str(accounts.instagram)}]}
    made = content(post(api, "posts", desk.ana, **body))
    assert (made["kind"], made["status"], made["publications"][0]["problems"]) == ("image", "draft", [])
    # When she asks for approval, which she cannot give herself, and Sara gives it
    path = f"posts/{made['id']}"
    assert content(post(api, f"{path}/submit", desk.ana))["status"] == "review"
    assert post(api, f"{path}/approve", desk.ana)["statusCode"] == 403
    assert content(post(api, f"{path}/approve", desk.sara))["status"] == "approved"
    # Then she schedules it, and it stands in the calendar with its history
    at = clock.now() + timedelta(days=2)
    scheduled = content(post(api, f"{path}/schedule", desk.ana, at=at.isoformat()))
    assert (scheduled["status"], scheduled["publications"][0]["state"]) == ("scheduled", "due")
    days = {"start": clock.now().isoformat(), "end": (at + timedelta(days=1)).isoformat()}
    calendar = content(api("GET", "/api/social/calendar", query=days, **desk.vera.calling()))
    assert [each["id"] for each in calendar["posts"]] == [made["id"]]
    assert [line["new"] for line in scheduled["history"]] == ["draft", "review", "approved", "scheduled"]


def test_a_changed_content_has_to_be_approved_again(
    api: Api, desk: Desk, accounts: Channels, bucket: MemoryBucket
) -> None:
    # Given a scheduled post
    picture = uploaded(api, desk, bucket)
    body = {"text": "Uno", "media": [picture["id"]], "accounts": [{"account_id": str(accounts.facebook)}]}
    path = f"posts/{content(post(api, 'posts', desk.sara, **body))['id']}"
    post(api, f"{path}/approve", desk.sara)
    post(api, f"{path}/schedule", desk.sara, at=(clock.now() + timedelta(days=1)).isoformat())
    # When Ana changes its words
    changed = content(api("PUT", f"/api/social/{path}", body=body | {"text": "Dos"}, **desk.ana.calling()))
    # Then it is a draft without a time, and cannot be scheduled
    assert (changed["status"], changed["publish_at"], changed["publications"][0]["state"]) == ("draft", None, "planned")
    assert post(api, f"{path}/schedule", desk.ana)["statusCode"] == 409


def test_what_a_network_would_refuse_is_said_before_it_is_scheduled(
    api: Api, desk: Desk, accounts: Channels, bucket: MemoryBucket
) -> None:
    # Given a panorama with too many words, approved for Instagram and for Facebook
    picture = uploaded(api, desk, bucket, publishing.jpeg(3000, 1000))
    to = [{"account_id": str(each)} for each in (accounts.instagram, accounts.facebook)]
    made = content(post(api, "posts", desk.sara, text="x" * 2201, media=[picture["id"]], accounts=to))
    post(api, f"posts/{made['id']}/approve", desk.sara)
    # When it is scheduled
    at = (clock.now() + timedelta(hours=3)).isoformat()
    calling = desk.sara.calling() | {"headers": {"accept-language": "es"}}
    refused = api("POST", f"/api/social/posts/{made['id']}/schedule", body={"at": at}, **calling)
    # Then Instagram's two reasons are told in words, and Facebook has none
    assert refused["statusCode"] == 422 and content(refused)["type"] == "urn:relevo:problem:unfit"
    problems = content(refused)["problems"]
    assert {account: [each["code"] for each in listed] for account, listed in problems.items()} == {
        str(accounts.instagram): ["text_long", "ratio"]
    }
    assert problems[str(accounts.instagram)][0]["detail"] == "El texto tiene 2201 caracteres; la red admite 2200"


def test_a_token_goes_into_the_secret_and_nowhere_else(
    api: Api, desk: Desk, unit_of_work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given Secrets Manager
    secrets: dict[str, Any] = {}
    monkeypatch.setenv("RELEVO_SOCIAL_SECRET", "{}")
    settings.cache_clear()
    tokens.forget()
    monkeypatch.setattr("relevo.aws.put_secret", lambda name, value: secrets.update(value))
    # When an admin connects an account
    body = {"network": "instagram", "external_id": "1784", "name": "@relevo", "access_token": "very-secret-token"}
    with unit_of_work() as uow:
        admin = inbox.user(uow, "Alma", role="admin")
    answer = api("POST", "/api/social/accounts", body=body, **admin.calling())
    # Then the secret has the token, the answer and the database have not, and a supervisor could not have done it
    assert answer["statusCode"] == 201 and "very-secret-token" not in answer["body"]
    assert secrets == {"instagram:1784": {"access_token": "very-secret-token"}}
    with unit_of_work() as uow:
        assert "very-secret-token" not in str(uow.all("SELECT * FROM social.account, social.account_change"))
    assert api("POST", "/api/social/accounts", body=body, **desk.sara.calling())["statusCode"] == 403


def test_a_token_that_is_renewed_by_itself_is_not_announced_as_ending(
    api: Api, unit_of_work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a creator's token of a day, with what it takes to renew it
    monkeypatch.setenv("RELEVO_SOCIAL_SECRET", "{}")
    settings.cache_clear()
    tokens.forget()
    monkeypatch.setattr("relevo.aws.put_secret", lambda name, value: None)
    with unit_of_work() as uow:
        admin = inbox.user(uow, "Alma", role="admin")
    ends = (clock.now() + timedelta(days=1)).isoformat()
    body = {
        "network": "tiktok",
        "external_id": "c1",
        "name": "@c",
        "access_token": "token-of-a-day",
        "expires_at": ends,
    }
    # When an admin connects it, then nobody has to hurry; without the means to renew it, somebody has
    renewed = content(
        api("POST", "/api/social/accounts", body=body | {"refresh_token": "for-a-year"}, **admin.calling())
    )
    assert (renewed["token_expires_at"], renewed["ends_soon"]) == (None, False)
    bare = content(api("POST", "/api/social/accounts", body=body | {"external_id": "c2"}, **admin.calling()))
    assert bare["ends_soon"] is True


def test_without_a_model_nothing_is_written(api: Api, desk: Desk, accounts: Channels) -> None:
    asked = {"accounts": [str(accounts.facebook)], "purpose": "promotion", "subject": "Balatas al 2 por 1"}
    answer = post(api, "generate", desk.ana, **asked)
    assert (answer["statusCode"], content(answer)["type"]) == (409, "urn:relevo:problem:no-model")


def test_the_best_hours_are_told_before_there_are_posts(api: Api, desk: Desk, accounts: Channels) -> None:
    times = content(api("GET", "/api/social/best-times", query={"account": accounts.tiktok}, **desk.vera.calling()))
    assert len(times["items"]) == 168 and times["timing"] is None and times["timezone"] == "America/Mexico_City"


def test_a_post_that_is_public_is_not_changed(
    api: Api, desk: Desk, accounts: Channels, bucket: MemoryBucket, database: Database
) -> None:
    # Given a post that is public on Facebook
    with database.unit_of_work() as uow:
        post_id = publishing.due(uow, [accounts.facebook], [], "Abrimos el lunes")
        [publication] = social.posts.publications_of(uow, [post_id])[post_id]
        social.outcomes.note_published(uow, publication.id, "1", None)
    # When somebody wants to change, move or cancel it, then it is too late
    body = {"text": "Abrimos el martes", "accounts": [{"account_id": str(accounts.facebook)}]}
    assert api("PUT", f"/api/social/posts/{post_id}", body=body, **desk.sara.calling())["statusCode"] == 409
    for verb in ("unschedule", "cancel"):
        assert post(api, f"posts/{post_id}/{verb}", desk.sara)["statusCode"] == 409


def test_what_waits_for_an_account_that_is_removed_is_cancelled_and_goes_out_elsewhere(
    api: Api, desk: Desk, accounts: Channels, unit_of_work: Work
) -> None:
    # Given a post scheduled for two pages, and a draft for one of them
    with unit_of_work() as uow:
        other = social.accounts.connect(uow, "facebook", "999", "Norte", expires_at=None, actor="user:a").id
        post_id = publishing.due(uow, [accounts.facebook, other], [], "Abrimos", at=clock.now() + timedelta(days=1))
        draft = social.posts.write(uow, social.Content("Cerramos", [], {other: None}), actor="user:a")
        admin = inbox.user(uow, "Alma", role="admin")
    # When that page is removed
    assert api("DELETE", f"/api/social/accounts/{other}", **admin.calling())["statusCode"] == 204
    # Then the post goes out on the other one, also at another time, and the draft has to be given somewhere to go
    at = (clock.now() + timedelta(days=2)).isoformat()
    moved = content(post(api, f"posts/{post_id}/schedule", desk.sara, at=at))
    assert {each["account_name"]: each["state"] for each in moved["publications"]} == {
        "Norte": "cancelled",
        "Relevo facebook": "due",
    }
    assert post(api, f"posts/{draft.id}/approve", desk.sara)["statusCode"] == 422
    assert post(api, f"posts/{draft.id}/submit", desk.sara)["statusCode"] == 422
