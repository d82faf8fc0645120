"""Routes of the notices people find in the console."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from relevo import notify
from relevo.access import Principal
from relevo.api import cursor
from relevo.api.application import app
from relevo.api.endpoint import endpoint
from relevo.api.models import Answer, PageQuery
from relevo.db import Row, UnitOfWork
from relevo.errors import NotFound

_NOTICES = "/api/notifications"


class NoticeQuery(PageQuery):
    """Which notices, newest first."""

    unread: bool = False


class Notice(Answer):
    """Something the caller was told: `kind` is assigned, escalated or mentioned; the text says it in their language."""

    id: UUID
    kind: str
    subject: str
    text: str
    ticket_id: UUID | None
    conversation_id: UUID | None
    at: datetime
    read_at: datetime | None


class NoticePage(Answer):
    """Notices, newest first; `unread` counts all that wait, up to 100."""

    items: list[Notice]
    next: str | None
    unread: int


@endpoint(app, "GET", _NOTICES, scope=None, person=True, summary="Own notices", tag="Notices")
def list_notices(uow: UnitOfWork, caller: Principal, query: NoticeQuery) -> NoticePage:
    """What the caller was told, newest first, a page at a time; nothing for people who are no agents."""
    if caller.agent_id is None:
        return NoticePage(items=[], next=None, unread=0)
    after = cursor.decode(query.cursor)
    rows = notify.notices(uow, caller.agent_id, only_unread=query.unread, after=after, limit=query.limit + 1)
    shown = rows[: query.limit]
    return NoticePage(
        items=[_notice(row) for row in shown],
        next=cursor.encode(shown[-1]["id"] if len(rows) > query.limit else None),
        unread=notify.count_unread(uow, caller.agent_id),
    )


def _notice(row: Row) -> Notice:
    told = {"kind": row["template"], "text": row["body"], "at": row["created_at"]}
    return Notice.model_validate({**row, **told})


@endpoint(
    app,
    "POST",
    f"{_NOTICES}/<notification_id>/read",
    scope=None,
    person=True,
    summary="Read a notice",
    tag="Notices",
    status=204,
)
def read_notice(uow: UnitOfWork, caller: Principal, notification_id: UUID) -> None:
    """The caller has seen a notice of theirs; again is the same."""
    if caller.agent_id is None:
        raise NotFound(f"there is no notice {notification_id} of yours")
    notify.mark_read(uow, caller.agent_id, notification_id)
