"""The live feed over HTTP: what a console asks for when it comes back, or when a number is missing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from relevo import inbox, realtime
from relevo.access import Principal
from relevo.api.application import app
from relevo.api.endpoint import endpoint
from relevo.api.models import Answer, Request
from relevo.api.requests import invalid, refuse_branch
from relevo.db import UnitOfWork

_CURSOR = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):([0-9]{1,18})")
Kind = Literal[
    "conversation.changed",
    "message.added",
    "message.changed",
    "note.added",
    "note.read",
    "ticket.changed",
    "agent.changed",
    "summary.changed",
    "quote.changed",
    "order.changed",
    "notification.added",
    "alert.changed",
]


class EventQuery(Request):
    """From where to read: `after` is the `next` of a page, or with `branch` the number of that branch's last event."""

    after: Annotated[str | None, Field(max_length=20_000)] = None
    branch: UUID | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 200


class FeedEvent(Answer):
    """Something changed. `seq` counts within the branch without gaps; `data` is the thing as it then was."""

    branch_id: UUID
    seq: int
    kind: Kind
    at: datetime
    conversation_id: UUID | None
    ticket_id: UUID | None
    data: dict[str, Any]


class EventPage(Answer):
    """Events oldest first. `reset`: what you ask for is no longer kept, so read everything anew and go on at `next`."""

    items: list[FeedEvent]
    next: str
    more: bool
    reset: bool


@endpoint(app, "GET", "/api/events", scope="conversations:read", summary="What has changed since", tag="Live")
def read_events(uow: UnitOfWork, caller: Principal, query: EventQuery) -> EventPage:
    """The events after a place in the feeds of the caller's branches; without one, the place where they are now.

    Events are kept for two days. What belongs to no branch is in the feed of the nil UUID. `next` moves past events
    the caller may not read.
    """
    now = realtime.positions(uow, _branches(caller, query.branch))
    if query.after is None:
        return EventPage(items=[], next=_cursor(now, query.branch), more=False, reset=False)
    asked = _places(query.after, query.branch)
    for branch in asked:
        if branch != realtime.NOWHERE:
            refuse_branch(caller, branch)
    kinds = [kind for kind, permission in realtime.PERMISSIONS.items() if permission in caller.scopes]
    page = realtime.read(uow, asked, kinds, limit=query.limit)
    return EventPage(
        items=[FeedEvent.model_validate(item) for item in page.items],
        next=_cursor(now | page.positions, query.branch),
        more=page.more,
        reset=page.reset,
    )


class Typing(Request):
    """Whether the customer is typing."""

    typing: bool


@endpoint(
    app,
    "POST",
    "/api/conversations/<conversation_id>/customer-typing",
    scope="conversations:write",
    summary="The customer is typing",
    tag="Live",
    status=204,
)
def tell_customer_typing(uow: UnitOfWork, caller: Principal, conversation_id: UUID, body: Typing) -> None:
    """For channels that can tell (WhatsApp cannot): whoever has the conversation open sees it for ten seconds."""
    refuse_branch(caller, inbox.get(uow, conversation_id).branch_id)
    realtime.customer_types(uow, conversation_id, typing=body.typing)


def _branches(caller: Principal, branch: UUID | None) -> list[UUID] | None:
    """The feeds the caller follows; None is all of them."""
    if branch is not None:
        refuse_branch(caller, None if branch == realtime.NOWHERE else branch)
        return [branch]
    return None if caller.branches is None else [*caller.branches, realtime.NOWHERE]


def _places(after: str, branch: UUID | None) -> dict[UUID, int]:
    """The numbers of a cursor by branch. Raises Problem 422 for what no page ever gave out."""
    if branch is not None and re.fullmatch(r"[0-9]{1,18}", after):
        return {branch: int(after)}
    places = [_CURSOR.fullmatch(place) for place in after.split(",")]
    if branch is not None or None in places:
        raise invalid([{"parameter": "after", "detail": "is not the `next` of a page"}])
    return {UUID(place[1]): int(place[2]) for place in places if place}


def _cursor(positions: Mapping[UUID, int], branch: UUID | None) -> str:
    if branch is not None:
        return str(positions.get(branch, 0))
    return ",".join(f"{branch_id}:{seq}" for branch_id, seq in sorted(positions.items()))
