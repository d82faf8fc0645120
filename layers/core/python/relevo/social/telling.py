"""Who hears of what went wrong: supervisors and the post's author in their console, and where the company is told."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from relevo import notify
from relevo.db import Database, Row, UnitOfWork
from relevo.events import PostFailed, SocialAccountEnding, SocialAccountRefused
from relevo.notify import Reader, Told
from relevo.settings import settings
from relevo.texts import say

_LONGEST = 300
_USER = "user:"


def tell(database: Database, event: PostFailed | SocialAccountRefused | SocialAccountEnding) -> None:
    """Tell whom it concerns, once over each channel; what is settled by now is left out.

    Raises RetryableError when a channel met a passing fault: what was sent is not sent again.
    """
    notify.tell(database, event.id, lambda uow: _told(uow, event))


def _told(uow: UnitOfWork, event: PostFailed | SocialAccountRefused | SocialAccountEnding) -> Told:
    if isinstance(event, PostFailed):
        return _of_post(uow, event)
    row = uow.one(
        "SELECT network, name, state, token_expires_at FROM social.account WHERE id = %s", (event.account_id,)
    )
    if isinstance(event, SocialAccountRefused):
        if row is None or row["state"] != "reconnect":
            return _nothing()
        return _to(_everybody(uow), "reconnect", row, reason=event.reason[:_LONGEST])
    if row is None or row["state"] != "active" or row["token_expires_at"] != event.ends_at:
        return _nothing()
    return _to(_everybody(uow), "ending", row, day=f"{event.ends_at:%Y-%m-%d}")


def _of_post(uow: UnitOfWork, event: PostFailed) -> Told:
    row = uow.one(
        "SELECT a.network, a.name, p.error_code, p.error_detail, post.created_by FROM social.publication p"
        " JOIN social.account a ON a.id = p.account_id JOIN social.post ON post.id = p.post_id"
        " WHERE p.id = %s AND p.state = %s",
        (event.publication_id, event.state),
    )
    if row is None:
        return _nothing()
    detail = (row["error_detail"] or "")[:_LONGEST]
    readers = [*_everybody(uow), *_author(uow, row["created_by"])]
    return _to(readers, event.state, row, code=row["error_code"] or "", detail=detail)


def _everybody(uow: UnitOfWork) -> list[Reader]:
    """Whoever sees all branches, for the networks are the whole company's."""
    company = Reader(None, settings().locale, tuple(notify.company_targets(uow)))
    return [company, *notify.supervisors_of(uow, None)]


def _author(uow: UnitOfWork, written_by: str) -> list[Reader]:
    """Who wrote it and can mend it, where that is an agent."""
    if not written_by.startswith(_USER):
        return []
    return notify.users_in_console(uow, [UUID(written_by.removeprefix(_USER))])


def _to(readers: list[Reader], what: str, row: Row, **facts: str) -> Told:
    known = {"account": row["name"], "network": row["network"].capitalize(), **facts}

    def said(language: str) -> dict[str, Any]:
        return {
            "event": f"social.{what}",
            "title": say(f"notify.social.{what}", language, **known),
            "line": say(f"notify.social.{what}.body", language, **known),
        }

    return Told("social", readers, said)


def _nothing() -> Told:
    return Told("social", [], lambda language: {})
