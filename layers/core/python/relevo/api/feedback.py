"""Routes of feedback."""

from __future__ import annotations

from relevo import desk
from relevo.access import Principal
from relevo.api import cursor
from relevo.api.application import app
from relevo.api.endpoint import endpoint
from relevo.api.models import Feedback, FeedbackIn, FeedbackPage, FeedbackQuery
from relevo.api.requests import invalid, refuse_branch
from relevo.db import UnitOfWork
from relevo.errors import NotFound

_FEEDBACK = "/api/support/feedback"


@endpoint(app, "POST", _FEEDBACK, scope="feedback:write", summary="Give feedback", tag="Feedback", status=201)
def give_feedback(uow: UnitOfWork, caller: Principal, body: FeedbackIn) -> Feedback:
    """Keeps what the customer of a ticket thought of how it was handled."""
    try:
        refuse_branch(caller, desk.get(uow, body.ticket_id).branch_id)
        return Feedback.model_validate(desk.give_feedback(uow, body.ticket_id, body.rating, body.comment, body.nps))
    except NotFound as error:
        raise invalid([{"pointer": "#/ticket_id", "detail": str(error)}]) from error


@endpoint(app, "GET", _FEEDBACK, scope="feedback:read", summary="List feedback", tag="Feedback")
def list_feedback(uow: UnitOfWork, caller: Principal, query: FeedbackQuery) -> FeedbackPage:
    """Feedback newest first, a page at a time; of the branches the caller sees, and of what belongs to none."""
    rows = desk.list_feedback(
        uow,
        ticket_id=query.ticket_id,
        rating=query.rating,
        visible=caller.branches,
        after=cursor.decode(query.cursor),
        limit=query.limit,
    )
    last = rows[-1].id if len(rows) == query.limit else None
    return FeedbackPage(items=[Feedback.model_validate(row) for row in rows], next=cursor.encode(last))
